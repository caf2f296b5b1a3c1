/** How much a model said in an answer that came whole: characters of text, thoughts and arguments, as streams are counted. */
import type { Part } from '../neutral/message.ts'
import type { Endpoint, FormId } from '../neutral/model.ts'
import { asList, asRecord, parseJson } from '../wire/fields.ts'
import { answerReaders, upstreamTranslators } from '../wire/translators.ts'

/** What is no JSON may be the beginning of one that broke off: all of it counts. @returns 0 for an error, which nobody is billed for. */
export function lengthOfBody(bytes: Uint8Array, form: FormId, endpoint: Endpoint): number {
  const value = parseJson(new TextDecoder().decode(bytes))
  if (value !== undefined) return lengthOfReply(value, form, endpoint)
  return endpoint === 'embeddings' ? 0 : bytes.length
}

/** @param reply Parsed. */
export function lengthOfReply(reply: unknown, form: FormId, endpoint: Endpoint): number {
  const { readReply, readStream } = answerReaders[form]
  if (endpoint === 'embeddings' || readReply(reply).errorCode !== null) return 0
  // Gemini's array holds what the pieces of a stream would.
  if (Array.isArray(reply)) return reply.reduce((sum, piece) => sum + readStream().countText(JSON.stringify(piece)), 0)
  return eachAnswer(reply).reduce<number>((sum, one) => sum + lengthOfParts(partsOf(one, form)), 0)
}

/** A reply of several answers as several replies: its reader takes the first of each. */
function eachAnswer(reply: unknown): readonly unknown[] {
  const fields = asRecord(reply) ?? {}
  const [choices, candidates] = [asList(fields.choices), asList(fields.candidates)]
  if (choices.length > 1) return choices.map((choice) => ({ ...fields, choices: [choice] }))
  if (candidates.length > 1) return candidates.map((candidate) => ({ ...fields, candidates: [candidate] }))
  return [reply]
}

const noSigner = { provider: '', id: '' }

const partsOf = (reply: unknown, form: FormId): readonly Part[] =>
  upstreamTranslators[form].readReply(reply, noSigner).parts

const lengthOfParts = (parts: readonly Part[]): number => parts.reduce((sum, part) => sum + lengthOf(part), 0)

function lengthOf(part: Part): number {
  switch (part.type) {
    case 'text':
    case 'refusal':
    case 'reasoning':
      return part.text.length
    case 'tool-call':
      return 'text' in part.arguments ? part.arguments.text.length : JSON.stringify(part.arguments.value ?? {}).length
    case 'media':
    case 'tool-result':
    case 'web-search':
    case 'foreign':
      return 0
  }
}
