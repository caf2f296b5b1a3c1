/**
 * Reasoning items: a summary, or the thoughts themselves, and what only their provider can read. What other providers sign
 * travels through a client in `encrypted_content` as well, sealed.
 */
import type { ReasoningPart, Signed } from '../../neutral/message.ts'
import { asString, type JsonRecord } from '../fields.ts'
import { seal, sealMark, unseal } from '../seal.ts'
import { dialectId, exactly, keptOf, reading, text } from './carried.ts'

/**
 * Before the seal of a signature that belongs to the call or text before it: such a reasoning item has no thoughts of its own.
 * A stream knows a signature only when the part that it signs is over, so it can't stand before it.
 */
const onPrevious = 'prev.'

/** The signature that an item holds for the part before it. */
export function readSignatureItem(item: JsonRecord): Signed | null {
  const packed = asString(item['encrypted_content'])
  return item['type'] === 'reasoning' && packed?.startsWith(onPrevious + sealMark) === true
    ? unseal(packed.slice(onPrevious.length))
    : null
}

export const writeSignatureItem = (id: string, signed: Signed): JsonRecord => ({
  id,
  type: 'reasoning',
  summary: [],
  encrypted_content: onPrevious + seal(signed),
})

/** @param by The provider that answered; null in a request, where only the client is known. */
export function readReasoning(item: JsonRecord, by: string | null): ReasoningPart {
  const part = reading(item)
  const spelling: Record<string, string> = {}
  part.take('type', text)
  for (const name of ['id', 'status']) {
    const value = part.take(name, text)
    if (value !== null) spelling[name] = value
  }
  const summary = part.take('summary', (value) => wordsIn(value, 'summary_text'))
  const content = summary === null ? part.take('content', (value) => wordsIn(value, 'reasoning_text')) : null
  const words = summary ?? content ?? []
  spelling['words'] = content === null ? 'summary' : 'content'
  if (words.length > 1 || words[0] === '') spelling['lengths'] = words.map((one) => one.length).join(' ')
  const packed = part.take('encrypted_content', asString)
  return {
    type: 'reasoning',
    text: words.join(between),
    ...(packed !== null && { signed: readSigned(packed, spelling['id'], by) }),
    carried: part.kept(spelling),
  }
}

/** Between two parts of a summary. */
export const between = '\n\n'

function wordsIn(value: unknown, type: string): readonly string[] | null {
  if (!Array.isArray(value) || value.length === 0) return null
  const words = value.map((entry) => {
    const part = exactly(entry, ['type', 'text'])
    return part?.['type'] === type && typeof part['text'] === 'string' ? part['text'] : null
  })
  return words.includes(null) ? null : words.filter((one) => one !== null)
}

/** Only a client sends what we sealed; in an answer it is the provider's own business. */
function readSigned(packed: string, id: string | undefined, by: string | null): Signed {
  const sealed = by === null ? unseal(packed) : null
  return sealed ?? { form: dialectId, by, value: { ...(id !== undefined && { id }), encrypted_content: packed } }
}

/** @param value What goes back to the provider that signed it; null for an item that nobody signed. */
export function writeReasoning(part: ReasoningPart, value: Signed['value'] | null): JsonRecord {
  const kept = keptOf(part)
  const { id, status, words, lengths } = kept?.spelling ?? {}
  const texts = lengths === undefined ? (part.text === '' ? [] : [part.text]) : cut(part.text, lengths)
  const isContent = words === 'content'
  return {
    type: 'reasoning',
    ...(id !== undefined && { id }),
    ...(status !== undefined && { status }),
    ...((kept === null || (texts.length > 0 && !isContent)) && { summary: summaryOf(texts) }),
    ...(isContent && { content: texts.map((one) => ({ type: 'reasoning_text', text: one })) }),
    ...value,
    ...kept?.fields,
  }
}

export const summaryOf = (texts: readonly string[]) => texts.map((one) => ({ type: 'summary_text', text: one }))

function cut(words: string, lengths: string): readonly string[] {
  let start = 0
  return lengths.split(' ').map((length) => {
    const end = start + Number(length)
    const one = words.slice(start, end)
    start = end + between.length
    return one
  })
}

/** What a client of this dialect is given to send back: its own provider's word as it is, another's sealed. */
export const packedOf = (signed: Signed): string =>
  signed.form === dialectId ? (asString(signed.value['encrypted_content']) ?? seal(signed)) : seal(signed)
