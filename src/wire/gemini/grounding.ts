/**
 * Web searches and citations: `groundingMetadata` (queries, sources, and which bytes of the answer rest on which) and
 * `citationMetadata` (what was recited).
 */
import type { Citation, WebSearchPart } from '../../neutral/message.ts'
import { asCount, asList, asRecord, asString, type JsonRecord } from '../fields.ts'
import { ByteRuler } from './byte-ruler.ts'
import { Reading } from './reading.ts'

/** Where a citation belongs: the number of the part it names, null where it names none. */
export interface Cited {
  readonly part: number | null
  /** @param text The text that is cited. */
  place(ruler: ByteRuler): Citation
}

/** What has its place in searches and citations. */
const understood: ReadonlySet<string> = new Set(['webSearchQueries', 'groundingChunks', 'groundingSupports'])

/** A search for each query, the first with all sources; none where the answer rests on no search. */
export function readSearches(metadata: unknown): WebSearchPart[] {
  const grounding = asRecord(metadata)
  const sources = sourcesOf(grounding).flatMap(({ url, title }) => (url === null ? [] : [{ url, title }]))
  const queries = asList(grounding?.['webSearchQueries']).filter((query) => typeof query === 'string' && query !== '')
  if (grounding === null || (queries.length === 0 && sources.length === 0)) return []
  const first: WebSearchPart = {
    type: 'web-search',
    id: null,
    query: (queries[0] as string | undefined) ?? null,
    sources,
    carried: {
      dialect: 'gemini',
      fields: Object.fromEntries(Object.entries(grounding).filter(([name]) => !understood.has(name))),
      spelling: { groundingMetadata: JSON.stringify(grounding) },
    },
  }
  const others = queries.slice(1).map((query): WebSearchPart => ({
    type: 'web-search',
    id: null,
    query: query as string,
    sources: [],
    carried: { dialect: 'gemini', fields: {}, spelling: { search: 'of the first' } },
  }))
  return [first, ...others]
}

interface Source {
  readonly url: string | null
  readonly title: string | null
  readonly quote: string | null
}

/** A chunk is of the web, of a map, of an image or of a store of documents; all name themselves alike. */
const sourcesOf = (grounding: JsonRecord | null): readonly Source[] =>
  asList(grounding?.['groundingChunks']).map((chunk) => {
    const fields =
      Object.values(asRecord(chunk) ?? {})
        .map(asRecord)
        .find((value) => value !== null) ?? {}
    return {
      url: asString(fields['uri']) ?? asString(fields['sourceUri']),
      title: asString(fields['title']),
      quote: asRecord(asRecord(chunk)?.['retrievedContext']) === null ? null : asString(fields['text']),
    }
  })

export function readSupports(metadata: unknown): Cited[] {
  const grounding = asRecord(metadata)
  const sources = sourcesOf(grounding)
  return asList(grounding?.['groundingSupports']).flatMap((support) => {
    const fields = asRecord(support)
    const segment = asRecord(fields?.['segment']) ?? {}
    return asList(fields?.['groundingChunkIndices']).flatMap((index) => {
      const source = sources[asCount(index) ?? -1]
      if (source === undefined) return []
      return [{ part: asCount(segment['partIndex']), place: (ruler) => ({ ...source, ...rangeOf(segment, ruler) }) }]
    })
  })
}

const citationFields: ReadonlySet<'startIndex' | 'endIndex' | 'uri' | 'title'> = new Set([
  'startIndex',
  'endIndex',
  'uri',
  'title',
])

/** The list has gone by two names. */
export function readRecitations(metadata: unknown): Cited[] {
  const fields = asRecord(metadata)
  return asList(fields?.['citations'] ?? fields?.['citationSources']).flatMap((entry) => {
    const citation = asRecord(entry)
    if (citation === null) return []
    const reading = new Reading()
    const { startIndex, endIndex, uri, title } = reading.take(citation, citationFields)
    reading.spell('in', 'citationMetadata')
    if (startIndex !== undefined) reading.spell('startIndex', JSON.stringify(startIndex))
    if (endIndex !== undefined) reading.spell('endIndex', JSON.stringify(endIndex))
    if (title !== undefined && asString(title) === null) reading.keep('title', title)
    if (uri !== undefined && asString(uri) === null) reading.keep('uri', uri)
    const place = (ruler: ByteRuler): Citation => ({
      url: asString(uri),
      title: asString(title),
      quote: null,
      ...rangeOf(citation, ruler),
      ...reading.carried(),
    })
    return [{ part: null, place }]
  })
}

/** Offsets are bytes of UTF-8; a start of 0 is left out. The words themselves, where they are given, have the last say. */
function rangeOf(segment: JsonRecord, ruler: ByteRuler): { start: number | null; end: number | null } {
  const endByte = asCount(segment['endIndex'])
  const words = asString(segment['text'])
  if (endByte !== null) {
    const [start, end] = [ruler.unitAt(asCount(segment['startIndex']) ?? 0), ruler.unitAt(endByte)]
    if (words === null || ruler.text.slice(start, end) === words) return { start, end }
  }
  const found = words === null ? -1 : ruler.text.indexOf(words)
  return words === null || found < 0 ? { start: null, end: null } : { start: found, end: found + words.length }
}
