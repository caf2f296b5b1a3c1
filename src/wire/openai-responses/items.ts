/** Items of a conversation or an answer that are one part each: searches, images; calls are in `calls.ts`, the rest is foreign. */
import type { Carried, ForeignPart, MediaPart, WebSearchPart } from '../../neutral/message.ts'
import { asRecord, asString, type JsonRecord } from '../fields.ts'
import { dialectId, exactly, keptOf, type Reading, reading, text } from './carried.ts'

export type Spelling = Record<string, string>

/** How an item is called and how far it is: nothing that anybody else could miss. */
export function takeNames(item: Reading): Spelling {
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
  name: asString(asRecord(item)?.['type']) ?? (isReference(item) ? 'item_reference' : 'item'),
  value: item,
})

/** An item of which nothing but the id is given. */
const isReference = (item: unknown): boolean => {
  const record = asRecord(item)
  return record !== null && 'id' in record && Object.keys(record).every((name) => name === 'id' || name === 'type')
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
