/**
 * The body as JSON: parsed once for whoever reads it before the request is sent, and not kept any longer, since what is parsed
 * takes as much memory again as its bytes, and answers take minutes.
 */
import { parseBody } from '../wire/request-body.ts'
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
