/**
 * An even sample of a stream's blocks, for what is asked of few streams and is dear to count in all: every block while they
 * are few, then every third, every ninth. Holds no more than its bound, or one block.
 */

/** Not two: frames often come in pairs, and of those a sample would hold one kind. */
const thinning = 3

export class Sample {
  readonly #maxBytes: number
  #kept: Uint8Array[] = []
  #keptBytes = 0
  #seen = 0
  #seenBytes = 0
  /** One block in so many is kept. */
  #stride = 1

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  add(block: Uint8Array): void {
    this.#seenBytes += block.length
    if (this.#seen++ % this.#stride !== 0) return
    this.#kept.push(block)
    this.#keptBytes += block.length
    while (this.#keptBytes > this.#maxBytes && this.#kept.length > 1) this.#thin()
  }

  /** What `count` comes to over all blocks: exact while all are kept, else in proportion to their bytes. */
  estimate(count: (block: Uint8Array) => number): number {
    const counted = this.#kept.reduce((sum, block) => sum + count(block), 0)
    return this.#keptBytes === this.#seenBytes ? counted : Math.round((counted * this.#seenBytes) / this.#keptBytes)
  }

  #thin(): void {
    this.#stride *= thinning
    this.#kept = this.#kept.filter((_, place) => place % thinning === 0)
    this.#keptBytes = this.#kept.reduce((sum, { length }) => sum + length, 0)
  }
}
