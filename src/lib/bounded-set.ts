/** A set that forgets its oldest members: for what is worth remembering and no loss to forget. */
export class BoundedSet {
  readonly #members = new Set<string>()
  readonly #max: number

  constructor(max: number) {
    this.#max = max
  }

  get size(): number {
    return this.#members.size
  }

  has(member: string): boolean {
    return this.#members.has(member)
  }

  add(member: string): void {
    this.#members.delete(member)
    this.#members.add(member)
    if (this.#members.size <= this.#max) return
    for (const oldest of this.#members) {
      this.#members.delete(oldest)
      return
    }
  }
}
