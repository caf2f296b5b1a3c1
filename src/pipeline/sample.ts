/**
 * Counts in a stream's blocks what is seldom asked for and takes long to count, without keeping the stream: large blocks are
 * counted, and of small ones a sample tells of all. While there are few nothing is counted before it is asked for, and exactly.
 */

/** A larger block may be one frame like no other: Responses repeats the request's instructions and tools in its first. */
const smallBytes = 4 * 1024

/** Not two: frames often come in pairs, and a sample of every second would hold but one of each. */
const thinning = 3

export class Sample {
  readonly #maxBytes: number
  readonly #count: (block: Uint8Array) => number
  #large: Uint8Array[] = []
  #largeBytes = 0
  /** In large blocks no longer kept. */
  #counted = 0
  #small: Uint8Array[] = []
  #smallBytes = 0
  #seen = 0
  #seenBytes = 0
  /** One small block in so many is kept. */
  #stride = 1

  /** @param maxBytes What is kept of each kind. */
  constructor(maxBytes: number, count: (block: Uint8Array) => number) {
    this.#maxBytes = maxBytes
    this.#count = count
  }

  add(block: Uint8Array): void {
    if (block.length > smallBytes) this.#addLarge(block)
    else this.#addSmall(block)
  }

  total(): number {
    const sampled = this.#countIn(this.#small)
    const isAll = this.#smallBytes === this.#seenBytes
    return (
      this.#counted +
      this.#countIn(this.#large) +
      (isAll ? sampled : Math.round((sampled * this.#seenBytes) / this.#smallBytes))
    )
  }

  #addLarge(block: Uint8Array): void {
    this.#large.push(block)
    this.#largeBytes += block.length
    if (this.#largeBytes <= this.#maxBytes) return
    this.#counted += this.#countIn(this.#large)
    this.#large = []
    this.#largeBytes = 0
  }

  #addSmall(block: Uint8Array): void {
    this.#seenBytes += block.length
    if (this.#seen++ % this.#stride !== 0) return
    this.#small.push(block)
    this.#smallBytes += block.length
    if (this.#smallBytes <= this.#maxBytes) return
    this.#stride *= thinning
    this.#small = this.#small.filter((_, place) => place % thinning === 0)
    this.#smallBytes = this.#small.reduce((sum, { length }) => sum + length, 0)
  }

  #countIn(blocks: readonly Uint8Array[]): number {
    return blocks.reduce((sum, block) => sum + this.#count(block), 0)
  }
}
