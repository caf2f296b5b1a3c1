/** What an answer and its candidate say beside the parts; the same for a whole answer and for a stream's chunks, added up. */
import type { Part, TextPart } from '../../neutral/message.ts'
import type { Finish } from '../../neutral/reply.ts'
import { asRecord, asString, asWord, type JsonRecord } from '../fields.ts'
import { ByteRuler } from './byte-ruler.ts'
import { readFinish } from './finish.ts'
import { readRecitations, readSearches, readSupports, type Cited } from './grounding.ts'
import { Reading } from './reading.ts'

const answerFields: ReadonlySet<'candidates' | 'usageMetadata' | 'modelVersion' | 'responseId'> = new Set([
  'candidates',
  'usageMetadata',
  'modelVersion',
  'responseId',
])

const candidateFields: ReadonlySet<
  'content' | 'finishReason' | 'finishMessage' | 'index' | 'groundingMetadata' | 'citationMetadata'
> = new Set(['content', 'finishReason', 'finishMessage', 'index', 'groundingMetadata', 'citationMetadata'])

const contentFields: ReadonlySet<'role' | 'parts'> = new Set(['role', 'parts'])

/** Fields of a candidate are carried under this, and those of its content under `contentAt`. */
export const candidateAt = 'candidates.'
export const contentAt = 'candidates.content.'

export interface Answer {
  readonly id: string | null
  readonly model: string | null
  readonly parts: unknown
  readonly searches: readonly Part[]
  readonly cited: readonly Cited[]
  readonly finish: (hasCalls: boolean) => Finish
  readonly reading: Reading
}

/** @param record The answer with one candidate, or with none. @param candidate Null for none. */
export function readCandidate(record: JsonRecord, candidate: JsonRecord | null): Answer {
  const reading = new Reading()
  const answer = reading.take(record, answerFields)
  if (candidate === null) reading.spell('candidates', answer.candidates === undefined ? 'absent' : 'empty')
  const read = reading.take(candidate ?? {}, candidateFields, candidateAt)
  const reason = asWord(read.finishReason)
  const ending = reason ?? asWord(asRecord(record['promptFeedback'])?.['blockReason'])
  spellEnding(reason, read.finishMessage, reading)
  if (answer.usageMetadata !== undefined) reading.spell('usageMetadata', JSON.stringify(answer.usageMetadata))
  if (read.index !== 0) reading.spell('index', read.index === undefined ? 'absent' : JSON.stringify(read.index))
  return {
    id: asString(answer.responseId),
    model: asString(answer.modelVersion),
    parts: readContent(read.content, reading),
    ...readGrounding(read.groundingMetadata, read.citationMetadata, reading),
    finish: (hasCalls) => finishOf(record, candidate, ending, hasCalls),
    reading,
  }
}

function finishOf(record: JsonRecord, candidate: JsonRecord | null, reason: string | null, hasCalls: boolean): Finish {
  if (record['error'] !== undefined) return { kind: 'error' }
  return candidate === null && reason === null ? { kind: 'other' } : readFinish(reason, hasCalls)
}

function readContent(content: unknown, reading: Reading): unknown {
  const record = asRecord(content)
  if (record === null) {
    reading.spell('content', 'absent')
    return undefined
  }
  const { role, parts } = reading.take(record, contentFields, contentAt)
  if (role !== 'model') reading.spell('role', asString(role) ?? 'absent')
  if (!Array.isArray(parts)) reading.spell('parts', 'absent')
  return parts
}

/** Spells what the neutral ending has no room for. */
function spellEnding(reason: string | null, message: unknown, reading: Reading): void {
  if (reason === null) reading.spell('finishReason', 'absent')
  else if (reason !== 'STOP' && reason !== 'MAX_TOKENS') reading.spell('finishReason', reason)
  if (message === undefined) return
  if (reason === 'STOP' && typeof message === 'string') reading.spell('finishMessage', message)
  else reading.keep(`${candidateAt}finishMessage`, message)
}

function readGrounding(grounding: unknown, recitation: unknown, reading: Reading): Pick<Answer, 'searches' | 'cited'> {
  const searches = readSearches(grounding)
  if (searches.length === 0 && grounding !== undefined) reading.keep(`${candidateAt}groundingMetadata`, grounding)
  const recited = readRecitations(recitation)
  if (recited.length === 0 && recitation !== undefined) reading.keep(`${candidateAt}citationMetadata`, recitation)
  return { searches, cited: [...readSupports(grounding), ...recited] }
}

/** @param parts In the order and with the numbers that the candidate gives them. */
export function cite(parts: readonly Part[], cited: readonly Cited[]): readonly Part[] {
  if (cited.length === 0) return parts
  const out = [...parts]
  const rulers = new Map<number, ByteRuler>()
  const first = out.findIndex(({ type }) => type === 'text')
  for (const { part, place } of cited) {
    const at = part !== null && out[part]?.type === 'text' ? part : first
    const text = out[at]
    if (text?.type !== 'text') continue
    const ruler = rulers.get(at) ?? new ByteRuler(text.text)
    rulers.set(at, ruler)
    out[at] = { ...text, citations: [...(text.citations ?? []), place(ruler)] } satisfies TextPart
  }
  return out
}
