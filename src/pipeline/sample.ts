/**
 * Tells of a stream's blocks what is seldom asked for and takes long to count, without keeping the stream or counting before
 * it is asked. Of blocks of one magnitude a sample is kept and stands for the others: those of a size are mostly of a kind,
 * deltas here, and there the request's own instructions that Responses repeats before its answer.
 */
export class Sample {
  readonly #maxBytes: number
  readonly #count: (block: Uint8Array) => number
  readonly #strata = new Map<number, Stratum>()

  /** @param maxBytes What is kept of one magnitude, or four blocks where they are larger; up to it the total is exact. */
  constructor(maxBytes: number, count: (block: Uint8Array) => number) {
    this.#maxBytes = maxBytes
    this.#count = count
  }

  add(block: Uint8Array): void {
    const stratum = this.#stratumOf(block)
    stratum.seenBytes += block.length
    if (stratum.seen++ % stratum.stride !== 0) return
    stratum.kept.push(block)
    stratum.keptBytes += block.length
    if (stratum.keptBytes > this.#maxBytes && stratum.kept.length > fewest) thin(stratum)
  }

  total(): number {
    let total = 0
    for (const { kept, keptBytes, seenBytes } of this.#strata.values()) {
      const counted = kept.reduce((sum, block) => sum + this.#count(block), 0)
      total += keptBytes === seenBytes ? counted : (counted * seenBytes) / keptBytes
    }
    return Math.round(total)
  }

  #stratumOf(block: Uint8Array): Stratum {
    const magnitude = Math.clz32(block.length)
    let stratum = this.#strata.get(magnitude)
    if (stratum === undefined) {
      stratum = { kept: [], keptBytes: 0, seen: 0, seenBytes: 0, stride: 1 }
      this.#strata.set(magnitude, stratum)
    }
    return stratum
  }
}

interface Stratum {
  kept: Uint8Array[]
  keptBytes: number
  seen: number
  seenBytes: number
  /** One block in so many is kept. */
  stride: number
}

/** Fewer blocks than this tell nothing of others, however large they are. */
const fewest = 4

/** Not two: frames often come in pairs, and a sample of every second would hold but one of each. */
const thinning = 3

function thin(stratum: Stratum): void {
  stratum.stride *= thinning
  stratum.kept = stratum.kept.filter((_, place) => place % thinning === 0)
  stratum.keptBytes = stratum.kept.reduce((sum, { length }) => sum + length, 0)
}
