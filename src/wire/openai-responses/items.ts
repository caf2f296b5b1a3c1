/** Items of a conversation or an answer that are one part each: calls, their results, searches, images; the rest is foreign. */
import type {
  Carried,
  ForeignPart,
  MediaPart,
  Part,
  ToolArguments,
  ToolCallPart,
  ToolResultPart,
  WebSearchPart,
} from '../../neutral/message.ts'
import { asRecord, asString, type JsonRecord } from '../fields.ts'
import { dialectId, exactly, keptOf, type Reading, reading, text } from './carried.ts'
import { readContent } from './content.ts'

type Spelling = Record<string, string>

/** How an item is called and how far it is: nothing that anybody else could miss. */
function takeNames(item: Reading): Spelling {
  const spelling: Spelling = {}
  for (const name of ['type', 'id', 'status']) {
    const value = item.take(name, text)
    if (value !== null) spelling[name] = value
  }
  return spelling
}

/** The item's own id and status, and what it carries; null for an item that another dialect's part becomes. */
export function namesOf(node: { readonly carried?: Carried }): JsonRecord | null {
  const kept = keptOf(node)
  if (kept === null) return null
  const { id, status } = kept.spelling
  return { ...(id !== undefined && { id }), ...(status !== undefined && { status }), ...kept.fields }
}

export const foreignItem = (item: unknown): ForeignPart => ({
  type: 'foreign',
  dialect: dialectId,
  name: asString(asRecord(item)?.['type']) ?? 'item',
  value: item,
})

/** @param madeId What a call without an id of its own is named by. */
export function readCall(record: JsonRecord, madeId: string): ToolCallPart | null {
  const item = reading(record)
  const kind = record['type'] === 'custom_tool_call' ? 'custom' : 'function'
  const name = item.take('name', asString)
  if (name === null) return null
  const callId = item.take('call_id', asString)
  const spelling = takeNames(item)
  const words = item.take(kind === 'custom' ? 'input' : 'arguments', readArguments)
  if (callId === null) spelling['call_id'] = 'absent'
  if (words === null) spelling['arguments'] = 'absent'
  return {
    type: 'tool-call',
    id: callId ?? spelling['id'] ?? madeId,
    name,
    arguments: words ?? { text: '' },
    kind,
    carried: item.kept(spelling),
  }
}

function readArguments(value: unknown): ToolArguments | null {
  if (typeof value === 'string') return { text: value }
  return asRecord(value) === null ? null : { value }
}

/** Of a call that was read from this dialect. */
export function writeOwnCall(part: ToolCallPart): JsonRecord {
  const spelling = keptOf(part)?.spelling ?? {}
  const words = 'text' in part.arguments ? part.arguments.text : part.arguments.value
  return {
    type: part.kind === 'custom' ? 'custom_tool_call' : 'function_call',
    ...(spelling['call_id'] === undefined && { call_id: part.id }),
    name: part.name,
    ...(spelling['arguments'] === undefined && { [part.kind === 'custom' ? 'input' : 'arguments']: words }),
    ...namesOf(part),
  }
}

export function readResult(record: JsonRecord): ToolResultPart | null {
  const item = reading(record)
  const id = item.take('call_id', asString)
  if (id === null) return null
  const { output } = record
  const spelling = takeNames(item)
  spelling['output'] = typeof output === 'string' ? 'text' : Array.isArray(output) ? 'list' : 'other'
  if (typeof output === 'string' || Array.isArray(output)) item.take('output', () => true)
  return {
    type: 'tool-result',
    id,
    name: null,
    output: readOutput(output),
    isError: null,
    kind: record['type'] === 'custom_tool_call_output' ? 'custom' : 'function',
    carried: item.kept(spelling),
  }
}

function readOutput(output: unknown): readonly Part[] {
  if (typeof output === 'string') return output === '' ? [] : [{ type: 'text', text: output }]
  if (Array.isArray(output)) return output.map((content) => readContent(content, 'other'))
  // A value where the API takes texts: other dialects get it written out.
  return output === undefined || output === null ? [] : [{ type: 'text', text: JSON.stringify(output) }]
}

/** A search that the provider ran, or a page that it opened. */
export function readWebSearch(record: JsonRecord): WebSearchPart {
  const item = reading(record)
  const { id, ...spelling } = takeNames(item)
  const action = asRecord(record['action'])
  const query = text(action?.['query'])
  const page = asString(action?.['url'])
  const sources = readSources(action?.['sources'])
  const queries = action?.['queries']
  const isOne = Array.isArray(queries) && queries.length === 1 && queries[0] === query
  const isPlain = exactly(action, ['type', 'query', 'queries', 'sources'])?.['type'] === 'search'
  const isKnown = sources !== null || action?.['sources'] === undefined
  if (isPlain && query !== null && isKnown && (queries === undefined || isOne)) {
    item.take('action', () => true)
    spelling['action'] = 'search'
    if (isOne) spelling['queries'] = 'one'
    if (sources !== null) spelling['sources'] = 'list'
  }
  const seen = sources ?? (page === null ? [] : [{ url: page, title: null }])
  return { type: 'web-search', id: id ?? null, query, sources: seen, carried: item.kept(spelling) }
}

function readSources(value: unknown): WebSearchPart['sources'] | null {
  if (!Array.isArray(value)) return null
  const sources = value.map((entry) => {
    const source = exactly(entry, ['type', 'url'])
    return source?.['type'] === 'url' && typeof source['url'] === 'string' ? { url: source['url'], title: null } : null
  })
  return sources.includes(null) ? null : sources.filter((source) => source !== null)
}

/** Of a search that was read from this dialect. */
export function writeOwnSearch(part: WebSearchPart): JsonRecord {
  const spelling = keptOf(part)?.spelling ?? {}
  const action = {
    type: 'search',
    query: part.query ?? '',
    ...(spelling['queries'] !== undefined && { queries: [part.query ?? ''] }),
    ...(spelling['sources'] !== undefined && { sources: writeSources(part) }),
  }
  return {
    type: 'web_search_call',
    ...(part.id !== null && { id: part.id }),
    ...(spelling['action'] !== undefined && { action }),
    ...namesOf(part),
  }
}

export const writeSources = (part: WebSearchPart) => part.sources.map(({ url }) => ({ type: 'url', url }))

/** A picture that the model made. */
export function readImageCall(record: JsonRecord): MediaPart | null {
  const item = reading(record)
  const data = item.take('result', asString)
  if (data === null) return null
  const format = item.take('output_format', text)
  const spelling = takeNames(item)
  return {
    type: 'media',
    media: 'image',
    mediaType: `image/${format ?? 'png'}`,
    source: { kind: 'base64', data },
    carried: item.kept({ ...spelling, ...(format !== null && { format }) }),
  }
}

const imageCall = 'image_generation_call'

export const isImageCall = (part: MediaPart): boolean => keptOf(part)?.spelling['type'] === imageCall

export function writeOwnImage(part: MediaPart): JsonRecord {
  const format = keptOf(part)?.spelling['format']
  return {
    type: imageCall,
    result: part.source.kind === 'base64' ? part.source.data : null,
    ...(format !== undefined && { output_format: format }),
    ...namesOf(part),
  }
}
