/** The parts of a message's content, or of a tool's output: text, images, files, refusals. */
import type { CacheMark, Part, RefusalPart, TextPart } from '../../neutral/message.ts'
import { asRecord, asString, type JsonRecord } from '../fields.ts'
import { dialectId, exactly, keep, keptOf, reading, text } from './carried.ts'
import { readAnnotations, writeAnnotation } from './citations.ts'
import { contentFields } from './head.ts'
import { readAudio, readFile, readImage, writeMedia } from './media.ts'

/** Who wrote it: a model's text is called otherwise than what it is given. */
export type Author = 'model' | 'other'

const textType = (author: Author) => (author === 'model' ? 'output_text' : 'input_text')

/** Foreign content is told from foreign items by its name. */
const foreignPrefix = 'content.'

export function readContent(value: unknown, author: Author): Part {
  if (typeof value === 'string') return { type: 'text', text: value, carried: keep([], { type: 'string' }) }
  const record = asRecord(value)
  return (record === null ? null : readKnown(record, author)) ?? foreignContent(value)
}

const foreignContent = (value: unknown): Part => ({
  type: 'foreign',
  dialect: dialectId,
  name: foreignPrefix + (asString(asRecord(value)?.['type']) ?? 'part'),
  value,
})

export const isForeignContent = (part: Part): boolean => part.type === 'foreign' && part.name.startsWith(foreignPrefix)

function readKnown(record: JsonRecord, author: Author): Part | null {
  switch (record['type']) {
    case 'input_text':
    case 'output_text':
    case 'text':
      return typeof record['text'] === 'string' ? readText(record, record['text'], author) : null
    case 'refusal':
      return readRefusal(record)
    case 'input_image':
      return readImage(record)
    case 'input_file':
      return readFile(record)
    case 'input_audio':
      return readAudio(record)
    default:
      return null
  }
}

function readText(record: JsonRecord, words: string, author: Author): TextPart {
  const content = reading(record)
  const spelling: Record<string, string> = {}
  content.take('text', text)
  const type = content.take('type', text)
  if (type !== null && type !== textType(author)) spelling['type'] = type
  const citations = content.take('annotations', readAnnotations)
  // Both lists stand empty in every answer; nobody misses them.
  if (citations !== null) spelling['annotations'] = 'list'
  else if (author === 'model') spelling['annotations'] = 'none'
  if (content.take('logprobs', isEmptyList) !== null) spelling['logprobs'] = 'list'
  const cache = content.take('prompt_cache_breakpoint', (value) => readBreakpoint(value, spelling))
  return {
    type: 'text',
    text: words,
    ...(citations !== null && citations.length > 0 && { citations }),
    ...(cache !== null && { cache }),
    ...content.carried(spelling),
  }
}

const isEmptyList = (value: unknown): true | null => (Array.isArray(value) && value.length === 0 ? true : null)

/** The prompt is to be cached up to here; `30m` and `12h` become what other providers have. */
function readBreakpoint(value: unknown, spelling: Record<string, string>): CacheMark | null {
  const breakpoint = exactly(value, ['mode', 'ttl'])
  const ttl = breakpoint?.['ttl']
  if (breakpoint?.['mode'] !== 'explicit' || (ttl !== undefined && asString(ttl) === null)) return null
  spelling['cache'] = asString(ttl) ?? ''
  return { ttl: ttl === '12h' ? '1h' : null }
}

function readRefusal(record: JsonRecord): RefusalPart | null {
  const content = reading(record)
  const words = content.take('refusal', text)
  content.take('type', text)
  return words === null ? null : { type: 'refusal', text: words, carried: content.kept({ type: 'refusal' }) }
}

/** @returns undefined for what has no place in a message's content; what is lost so is added to the names. */
export function writeContent(part: Part, author: Author, dropped: Set<string>): unknown {
  switch (part.type) {
    case 'text':
      return writeText(part, author, dropped)
    case 'refusal':
      return writeRefusal(part, author)
    case 'media':
      return writeMedia(part, dropped)
    case 'foreign':
      return part.dialect === dialectId ? part.value : undefined
    case 'reasoning':
    case 'tool-call':
    case 'tool-result':
    case 'web-search':
      return undefined
    default:
      return part satisfies never
  }
}

/** Among what is not the model's own there is no place for refusals. */
function writeRefusal(part: RefusalPart, author: Author): unknown {
  if (keptOf(part)?.spelling['type'] !== 'refusal' && author === 'other') return { type: 'input_text', text: part.text }
  return { type: 'refusal', refusal: part.text, ...contentFields(part) }
}

function writeText(part: TextPart, author: Author, dropped: Set<string>): unknown {
  const kept = keptOf(part)
  if (kept?.spelling['type'] === 'string') return part.text
  const content: Record<string, unknown> = { type: kept?.spelling['type'] ?? textType(author), text: part.text }
  if (kept === null) {
    if (part.cache !== undefined) dropped.add('cache_control')
    if (author === 'model') content['annotations'] = annotationsOf(part, dropped)
    else if (part.citations !== undefined && part.citations.length > 0) dropped.add('citations')
    return content
  }
  const { annotations, logprobs, cache } = kept.spelling
  if (annotations === 'list') content['annotations'] = annotationsOf(part, dropped)
  if (logprobs !== undefined) content['logprobs'] = []
  if (cache !== undefined) content['prompt_cache_breakpoint'] = writeBreakpoint(cache)
  return Object.assign(content, contentFields(part))
}

/** Citations of what has no URL are dropped by name. */
export function annotationsOf({ text: words, citations }: TextPart, dropped: Set<string>): readonly JsonRecord[] {
  if (citations === undefined) return []
  const annotations = citations.map((citation) => writeAnnotation(citation, words.length)).filter((one) => one !== null)
  if (annotations.length < citations.length) dropped.add('citations')
  return annotations
}

const writeBreakpoint = (ttl: string) => ({ mode: 'explicit', ...(ttl !== '' && { ttl }) })
