/**
 * Looks at the beginning of a stream while nothing of it has been sent: until so many characters of text have come, or a tool call
 * that something follows, or the end. Then it says whether the stream may go on to the client, with the very bytes that came, or
 * the next model is to be asked. What comes after that is not judged.
 */
import type { AppError } from '../neutral/error.ts'
import type { StreamEvent } from '../neutral/event.ts'
import type { FormId } from '../neutral/model.ts'
import type { NeutralReply } from '../neutral/reply.ts'
import type { Finding, Judge } from '../rules/evidence.ts'
import type { ReplyFacts } from '../wire/dialect.ts'
import type { Signer } from '../wire/translator.ts'
import { Beginning, type Enough } from './holdback-beginning.ts'
import { FrameReader } from './holdback-frames.ts'

export type Verdict =
  | { readonly kind: 'undecided' }
  /** @property after What was enough: `size` is more than is held of any stream, `error` one that is not to be tried again. */
  | { readonly kind: 'pass'; readonly after: Enough | 'size' | 'error' }
  | { readonly kind: 'escalate'; readonly finding: Finding }

export interface Holdback {
  see(chunk: Uint8Array): Verdict
  /** The provider's stream is over. Never undecided. */
  end(): Verdict
  /** The provider's stream broke off or fell silent. Never undecided. */
  fail(error: AppError): Verdict
  /** All bytes that came, as they came; given up by this call. */
  held(): readonly Uint8Array[]
  /** For the row of an attempt that is given up: what the provider said of it so far. */
  facts(): ReplyFacts
  /** Characters of answer that came. */
  countText(): number
}

export interface HoldbackParts {
  /** Characters of text that are enough. */
  readonly chars: number
  /** The wire format that the provider answers in. */
  readonly form: FormId
  readonly signer: Signer
  readonly judge: Judge
}

/** A model may think for long before its first word; what it thinks is held, and not judged. */
const maxHeldBytes = 1024 * 1024

const undecided: Verdict = { kind: 'undecided' }

export const openHoldback = (parts: HoldbackParts): Holdback => new HeldBeginning(parts)

class HeldBeginning implements Holdback {
  readonly #judge: Judge
  readonly #beginning: Beginning
  readonly #frames: FrameReader
  #held: Uint8Array[] = []
  #heldBytes = 0
  #verdict: Verdict = undecided

  constructor({ chars, form, signer, judge }: HoldbackParts) {
    this.#judge = judge
    this.#beginning = new Beginning(chars)
    this.#frames = new FrameReader(form, signer)
  }

  see(chunk: Uint8Array): Verdict {
    this.#held.push(chunk)
    this.#heldBytes += chunk.length
    this.#read(this.#frames.cut(chunk))
    if (this.#heldBytes > maxHeldBytes) this.#decide('size', this.#beginning.soFar(), false)
    return this.#verdict
  }

  end(): Verdict {
    this.#read(this.#frames.end())
    // Not every provider sends the last frame; one that said why it stopped was done.
    if (this.facts().finishReason !== null) this.#decide('end', this.#beginning.soFar(), true)
    this.#fail('The provider ended its answer before it was whole.')
    return this.#verdict
  }

  fail({ code }: AppError): Verdict {
    this.#fail(`The answer broke off (${code}).`)
    return this.#verdict
  }

  held(): readonly Uint8Array[] {
    const held = this.#held
    this.#held = []
    return held
  }

  facts(): ReplyFacts {
    return this.#frames.facts()
  }

  countText(): number {
    return this.#beginning.length
  }

  #read(events: Iterable<StreamEvent>): void {
    for (const event of events) {
      // An attempt that is given up is paid all the same: what came of it is read on.
      if (this.#verdict.kind === 'pass') return
      if (event.type === 'error') this.#fail(`The provider ended its stream with an error (${event.error.code}).`)
      const enough = this.#beginning.add(event)
      if (enough !== null && this.#verdict === undecided)
        this.#decide(enough, this.#beginning.soFar(), enough === 'end')
    }
  }

  #decide(after: Enough | 'size', reply: NeutralReply, isWhole: boolean): void {
    if (this.#verdict !== undecided) return
    const finding = this.#judge.answer(reply, isWhole)
    this.#verdict = finding === null ? { kind: 'pass', after } : { kind: 'escalate', finding }
  }

  #fail(why: string): void {
    if (this.#verdict !== undecided) return
    const finding = this.#judge.error(why)
    this.#verdict = finding === null ? { kind: 'pass', after: 'error' } : { kind: 'escalate', finding }
  }
}
