/** Places in a text, counted in bytes of UTF-8 as this API does and in UTF-16 units as we do. */
export class ByteRuler {
  readonly text: string
  #bytes: Buffer | null = null

  constructor(text: string) {
    this.text = text
  }

  unitAt(byte: number): number {
    const bytes = this.#encoded()
    return bytes.length === this.text.length ? Math.min(byte, bytes.length) : bytes.toString('utf8', 0, byte).length
  }

  byteAt(unit: number): number {
    const isOneToOne = this.#encoded().length === this.text.length
    return isOneToOne ? Math.min(unit, this.text.length) : Buffer.byteLength(this.text.slice(0, unit))
  }

  #encoded(): Buffer {
    this.#bytes ??= Buffer.from(this.text)
    return this.#bytes
  }
}
