/**
 * A Map for what each request adds and takes away again: some at once, thousands at most, none for long.
 *
 * JavaScriptCore moves a Map that is filled and emptied all the time to a new table every few requests. Each old table, once it
 * has grown old itself, keeps what lies in the next one alive, and so everything that was ever in it lives on until a full
 * collection. Two lists do not; they are looked through from their end, where the short-lived are.
 */
export class BriefMap<T> {
  readonly #ids: string[] = []
  readonly #values: T[] = []

  get size(): number {
    return this.#ids.length
  }

  /** In no order. */
  values(): readonly T[] {
    return this.#values
  }

  get(id: string): T | undefined {
    return this.#values[this.#ids.lastIndexOf(id)]
  }

  has(id: string): boolean {
    return this.#ids.includes(id)
  }

  set(id: string, value: T): void {
    const found = this.#ids.lastIndexOf(id)
    const at = found < 0 ? this.#ids.length : found
    this.#ids[at] = id
    this.#values[at] = value
  }

  delete(id: string): void {
    const at = this.#ids.lastIndexOf(id)
    if (at < 0) return
    const [lastId, lastValue] = [this.#ids.pop(), this.#values.pop()]
    if (at === this.#ids.length) return
    this.#ids[at] = lastId as string
    this.#values[at] = lastValue as T
  }

  clear(): void {
    this.#ids.length = this.#values.length = 0
  }
}
