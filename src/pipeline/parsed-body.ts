/**
 * The body as JSON: parsed once for whoever reads it before the request is sent, and not kept any longer, since what is parsed
 * takes as much memory again as its bytes, and answers take minutes.
 */
import { mayHoldExact } from '../neutral/exact-number.ts'
import { parseBody, parseBodyExactly } from '../wire/request-body.ts'
import type { Call } from './call.ts'

export class ParsedBody {
  #value: unknown

  /** @param value Of `parseBody`; nobody changes it. */
  constructor(value: unknown) {
    this.#value = value
  }

  /** null once it is given up. */
  value(): unknown {
    return this.#value
  }

  giveUp(): void {
    this.#value = null
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
export function exactJsonOf(call: Pick<Call, 'parsed' | 'plainBody'>): unknown {
  const { buffer, byteOffset, length } = call.plainBody
  // What is looked for is ASCII, and so it need not be decoded.
  const text = Buffer.from(buffer, byteOffset, length).toString('latin1')
  return mayHoldExact(text) ? parseBodyExactly(call.plainBody) : jsonOf(call)
}
