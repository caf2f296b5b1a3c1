/**
 * The body as JSON: parsed once for whoever reads it before the request is sent, and not kept any longer, since what is parsed
 * takes as much memory again as its bytes, and answers take minutes.
 */
import { mayHoldExact } from '../neutral/exact-number.ts'
import { parseBody, parseText, parseTextExactly, textOf } from '../wire/request-body.ts'
import type { Call } from './call.ts'

export class ParsedBody {
  #value: unknown
  #text: string | null

  /** @param value What stands in the text; nobody changes it. */
  constructor(value: unknown, text: string) {
    this.#value = value
    this.#text = text
  }

  /** null once it is given up. */
  value(): unknown {
    return this.#value
  }

  /** null once it is given up: decoding it again takes as long as parsing it. */
  text(): string | null {
    return this.#text
  }

  giveUp(): void {
    this.#value = this.#text = null
  }
}

/** @throws AppError `invalid-request` for what is no JSON object. */
export const jsonOf = ({ parsed, plainBody }: Pick<Call, 'parsed' | 'plainBody'>): unknown =>
  parsed?.value() ?? parseBody(plainBody)

/**
 * The body for whoever writes it again, with every number as it was written. Most bodies hold none that would change, and are
 * not parsed once more.
 * @throws AppError `invalid-request` for what is no JSON object, and for what is nested too deeply to keep its numbers.
 */
export function exactJsonOf({ parsed, plainBody }: Pick<Call, 'parsed' | 'plainBody'>): unknown {
  const text = parsed?.text() ?? textOf(plainBody)
  return mayHoldExact(text) ? parseTextExactly(text) : (parsed?.value() ?? parseText(text))
}
