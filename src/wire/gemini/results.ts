/**
 * Results of functions: an object with `output` or `error`, and media beside it. A result that is some other object is its own
 * JSON text in the neutral form.
 */
import type { Carried, MediaPart, Part, ToolResultPart } from '../../neutral/message.ts'
import { asList, asRecord, asString, parseJsonExactly, type JsonRecord } from '../fields.ts'
import type { OpenCalls } from './calls.ts'
import { fitsInResult, readMedia, titled, writeMedia } from './media.ts'
import { isBeforeGemini3 } from './model.ts'
import { Reading, restore, spelled, type JsonObject } from './reading.ts'

const resultFields: ReadonlySet<'id' | 'name' | 'response' | 'parts'> = new Set(['id', 'name', 'response', 'parts'])
const mediaFields: ReadonlySet<'inlineData' | 'fileData'> = new Set(['inlineData', 'fileData'])

export function readResult(result: JsonRecord, reading: Reading, calls: OpenCalls, madeId: string): ToolResultPart {
  const { id, name, response, parts } = reading.take(result, resultFields, 'functionResponse.')
  const ownName = asString(name)
  const ownId = asString(id)
  if (ownName === null) reading.spell('name', 'absent')
  if (ownId === null) reading.spell('id', 'absent')
  else calls.answer(ownId, ownName ?? '')
  const { text, isError } = readResponse(response, reading)
  if (Array.isArray(parts)) reading.spell('parts', String(parts.length))
  return {
    type: 'tool-result',
    id: ownId ?? calls.next(ownName ?? '') ?? madeId,
    name: ownName,
    output: [...text, ...asList(parts).flatMap((part) => readInner(part))],
    isError,
    kind: 'function',
  }
}

/** Which word of `response` holds the text; a text of another kind than a plain string is spelled with `json `. */
function readResponse(response: unknown, reading: Reading): { text: Part[]; isError: boolean | null } {
  if (response === undefined) {
    reading.spell('response', 'absent')
    return { text: [], isError: null }
  }
  const fields = asRecord(response)
  const keys = fields === null ? [] : Object.keys(fields)
  const [key] = keys
  const isOneWord = keys.length === 1 && (key === 'output' || key === 'error' || key === 'result')
  const value = isOneWord ? fields?.[key] : response
  const word = isOneWord ? key : 'whole'
  const isText = typeof value === 'string'
  if (!isText || word !== 'output') reading.spell('response', isText ? word : `json ${word}`)
  return { text: [textPart(isText ? value : JSON.stringify(value))], isError: word === 'error' ? true : null }
}

const textPart = (text: string): Part => ({ type: 'text', text })

function readInner(raw: unknown): Part[] {
  const fields = asRecord(raw)
  if (fields === null) return []
  const reading = new Reading()
  const media = readMedia(reading.take(fields, mediaFields), reading)
  if (media === null) return [{ type: 'foreign', dialect: 'gemini', name: 'functionResponse.parts', value: raw }]
  reading.spell('inside', 'result')
  return [{ type: 'media', ...media, ...reading.carried() }]
}

export interface WrittenResult {
  readonly functionResponse: JsonObject
  /** Media that this model takes beside the result only. */
  readonly beside: readonly JsonObject[]
}

/** @param name The function's, as its call says it. */
export function writeResult(
  part: ToolResultPart,
  name: string | null,
  model: string,
  dropped: Set<string>,
): WrittenResult {
  if (part.cache !== undefined) dropped.add('cache_control')
  const { carried } = part
  const inner: JsonObject[] = []
  const beside: JsonObject[] = []
  for (const output of part.output) {
    if (output.type === 'foreign' && output.dialect === 'gemini') inner.push(asRecord(output.value) ?? {})
    if (output.type === 'text' && output.cache !== undefined) dropped.add('cache_control')
    if (output.type !== 'media' || output.source.kind === 'text') continue
    const media = writeInner(output, model, dropped)
    if (media !== null) (goesInside(output, model) ? inner : beside).push(media)
  }
  const out: JsonObject = {}
  if (spelled(carried, 'id') === undefined) out['id'] = part.id
  if (spelled(carried, 'name') === undefined) out['name'] = part.name ?? name ?? part.id
  if (spelled(carried, 'response') !== 'absent') out['response'] = writeResponse(part, carried)
  if (inner.length > 0 || spelled(carried, 'parts') === '0') out['parts'] = inner
  return { functionResponse: restore(out, carried, 'functionResponse.'), beside }
}

function writeInner(part: MediaPart, model: string, dropped: Set<string>): JsonObject | null {
  const media = writeMedia(part, model, dropped)
  return media === null ? null : restore(media, part.carried)
}

const goesInside = (part: MediaPart, model: string): boolean =>
  spelled(part.carried, 'inside') === 'result' || (fitsInResult(part) && !isBeforeGemini3(model))

function writeResponse(part: ToolResultPart, carried: Carried | undefined): unknown {
  const text = part.output.flatMap(textOf).join('\n')
  const spelling = spelled(carried, 'response')
  const [word, value] = spelling?.startsWith('json ')
    ? [spelling.slice(5), parseJsonExactly(text) ?? text]
    : [spelling ?? (part.isError === true ? 'error' : 'output'), text]
  return word === 'whole' ? value : { [word]: value }
}

const textOf = (part: Part): string[] => {
  if (part.type === 'text') return [part.text]
  return part.type === 'media' && part.source.kind === 'text' ? [titled(part.name, part.source.text)] : []
}
