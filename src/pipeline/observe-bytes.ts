/** Watches a body that is no event stream: JSON too large to hold, Gemini's JSON array, audio, files. */
import type { Observer, Passage } from './tap.ts'

const space = new Set([0x20, 0x0a, 0x0d, 0x09])
const openingBracket = 0x5b
const closingBracket = 0x5d
const closingBrace = 0x7d

/** White space after the end of a document is held in as many pieces; more of it is nobody's last word. */
const maxHeldPieces = 64

export class ByteObserver implements Observer {
  readonly #maxKeptBytes: number
  #kept: Uint8Array[] = []
  #keptBytes = 0
  /** The byte that closes the document; null until its first byte has told. */
  #closer: number | null = null
  /** What may be the end of the document, kept until more follows or the body ends. */
  #held: Uint8Array[] = []

  /** @param maxKeptBytes What is kept for reading usage at the end; 0 where the body is no JSON. */
  constructor(maxKeptBytes: number) {
    this.#maxKeptBytes = maxKeptBytes
  }

  see(chunk: Uint8Array): Passage {
    this.#keep(chunk)
    if (this.#maxKeptBytes === 0) return { pass: [chunk], hold: [] }
    const last = lastVisible(chunk)
    if (last === null && this.#held.length > 0 && this.#held.length < maxHeldPieces) {
      this.#held.push(chunk)
      return { pass: [], hold: [] }
    }
    this.#closer ??= closerOf(chunk)
    const earlier = this.#held
    this.#held = last !== null && last === this.#closer ? [chunk] : []
    return { pass: this.#held.length > 0 ? earlier : [...earlier, chunk], hold: [] }
  }

  end(): Passage {
    return { pass: [], hold: this.#held }
  }

  cut(): readonly Uint8Array[] {
    return this.#held
  }

  /** No format but an event stream has a place for words of ours. */
  takesOurs(): boolean {
    return false
  }

  isWhole(): boolean {
    return this.#maxKeptBytes === 0 || this.#held.length > 0
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

function closerOf(chunk: Uint8Array): number | null {
  const first = chunk.find((byte) => !space.has(byte))
  if (first === undefined) return null
  return first === openingBracket ? closingBracket : closingBrace
}

const lastVisible = (chunk: Uint8Array): number | null => chunk.findLast((byte) => !space.has(byte)) ?? null
