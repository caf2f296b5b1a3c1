/** Reasoning of another provider's that a client of this dialect gets to read, and that its next call brings back sealed. */
import type { ReasoningPart, Signed } from '../../neutral/message.ts'
import { mustTravel, writeSignature } from './signature.ts'

export class OwedReasoning {
  #parts: ReasoningPart[] = []

  add(part: ReasoningPart): void {
    if (mustTravel(part)) this.#parts.push(part)
  }

  /** The signature of a part, with all that is owed where the part is a call. */
  signatureOf(type: string, signed: Signed | undefined): string | null {
    // What was signed elsewhere goes with the call, for thoughts are thrown away.
    if (type === 'reasoning' && signed?.form !== 'gemini') return null
    return writeSignature(signed, type === 'tool-call' ? this.#take() : [])
  }

  /** What no call took along: only what is signed is worth a part of its own, as this API sends one at the end. */
  rest(): { readonly text: ''; readonly thoughtSignature: string } | null {
    const parts = this.#take()
    const signature = parts.some(({ signed }) => signed !== undefined) ? writeSignature(undefined, parts) : null
    return signature === null ? null : { text: '', thoughtSignature: signature }
  }

  #take(): ReasoningPart[] {
    const parts = this.#parts
    this.#parts = []
    return parts
  }
}
