/**
 * Reads why a provider refused, where another try may help: it does not have the API that was asked, or it does not take what a
 * model has signed. The answer stays whole for whoever gets it.
 */
import type { Services } from '../app/services.ts'
import { asRecord, asString, asWord, parseJson, type JsonRecord } from '../wire/fields.ts'
import { holdBody, withBodyAgain } from './hold.ts'
import type { Answered } from './reply.ts'

/** An error longer than this is no error of an API. */
const maxPeekedBytes = 64 * 1024

export interface Peeked {
  readonly reply: Answered
  readonly text: string
}

/** The body as text, and the reply with its body put back. Empty where it is too long or breaks off. */
export async function peek(reply: Answered, s: Services): Promise<Peeked> {
  const held = await holdBody(reply.upstream, reply.attempt, maxPeekedBytes, s)
  const text = held.kind === 'whole' ? new TextDecoder().decode(held.bytes) : ''
  return { reply: withBodyAgain(reply, held), text }
}

const missing: ReadonlySet<number> = new Set([404, 405, 501])

export const mayLackApi = ({ upstream }: Answered): boolean => missing.has(upstream.status)

/** `for-model`: the API is there, and this model is not to be had at it. */
export type Lack = 'api' | 'for-model'

/** Null when something else was not found: the model, an item of the conversation, a file. */
export function lackIn({ reply, text }: Peeked): Lack | null {
  const body = asRecord(parseJson(text))
  const error = asRecord(body?.error) ?? body
  const words = [error?.code, error?.type, error?.status].map((word) => asWord(word) ?? '')
  if (words.some((word) => /model|deployment/i.test(word))) return null
  const message = messageIn(error) ?? text
  if (otherApi.test(message)) return 'for-model'
  if (reply.upstream.status !== 404) return 'api'
  // A page is no answer of an API.
  if (error === null) return text.trimStart().startsWith('<') || !/\bmodels?\b/i.test(text) ? 'api' : null
  return noPath.test(message) || words.some((word) => noPathWord.test(word)) ? 'api' : null
}

const messageIn = (error: JsonRecord | null): string | null =>
  asString(error?.message) ?? asString(error?.error) ?? asString(error?.detail)

const otherApi =
  /not (?:a chat model|supported)[^.]*(?:completions|responses|endpoint|api)|only supported in v1\/responses/i

/** Of a router, not of an API behind it: OpenAI also answers 404 for an item of the conversation that it did not keep. */
const noPath =
  /^(?:the requested )?(?:(?:page|path|route|url|endpoint|file|resource) (?:was )?)?not found\W*(?:$|please check the url)|(?:invalid|unknown|unrecognized)(?: request)? (?:url|path|route|endpoint)|unexpected endpoint|no route|cannot post/i
const noPathWord = /unknown_url|UnknownOperation/i

export const mayRefuseSignature = ({ upstream }: Answered): boolean => upstream.status === 400

/** As Anthropic, OpenAI and Google word it. */
const signatureWords =
  /signature|thinking.{0,40}block|redacted_thinking|encrypted[_ ]content|thought[_ ]?signature|reasoning.{0,60}(?:item|could not be (?:verified|decrypted))/is

export const refusesSignature = ({ text }: Peeked): boolean => signatureWords.test(text)
