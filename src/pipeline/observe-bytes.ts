/** Watches a body that is no event stream: JSON too large to hold, Gemini's JSON array, audio, files. */
import type { Observer, Passage } from './tap.ts'

const space = new Set([0x20, 0x0a, 0x0d, 0x09])
const brace = 0x7d
const bracket = 0x5d

export class ByteObserver implements Observer {
  readonly #maxKeptBytes: number
  #kept: Uint8Array[] = []
  #keptBytes = 0
  /** A chunk that may close the document, kept until another follows or the body ends. */
  #candidate: Uint8Array | null = null

  /** @param maxKeptBytes What is kept for reading usage at the end; 0 for nothing. */
  constructor(maxKeptBytes: number) {
    this.#maxKeptBytes = maxKeptBytes
  }

  see(chunk: Uint8Array): Passage {
    this.#keep(chunk)
    const pass = this.#candidate === null ? [] : [this.#candidate]
    this.#candidate = null
    if (this.#maxKeptBytes > 0 && mayClose(chunk)) this.#candidate = chunk
    else pass.push(chunk)
    return { pass, hold: [] }
  }

  end(): Passage {
    return { pass: [], hold: this.#candidate === null ? [] : [this.#candidate] }
  }

  isWhole(): boolean {
    return true
  }

  /** The whole body, or null when it was larger than what is kept. */
  body(): Uint8Array | null {
    return this.#keptBytes > this.#maxKeptBytes ? null : Buffer.concat(this.#kept)
  }

  keptBytes(): number {
    return this.#keptBytes
  }

  #keep(chunk: Uint8Array): void {
    this.#keptBytes += chunk.length
    if (this.#keptBytes <= this.#maxKeptBytes) this.#kept.push(chunk)
    else this.#kept = []
  }
}

function mayClose(chunk: Uint8Array): boolean {
  let at = chunk.length - 1
  while (at >= 0 && space.has(chunk[at] ?? 0)) at--
  return chunk[at] === brace || chunk[at] === bracket
}
