/** Searches and citations of any dialect as `groundingMetadata` and `citationMetadata`. */
import type { Citation, WebSearchPart } from '../../neutral/message.ts'
import { parseJsonExactly } from '../fields.ts'
import { ByteRuler } from './byte-ruler.ts'
import { restore, spelled, type JsonObject } from './reading.ts'

/** A text of the answer with what it cites. */
export interface CitedText {
  readonly text: string
  readonly citations: readonly Citation[]
  /** The number of its part in the answer; null in a stream, where parts have none. */
  readonly part: number | null
  /** Bytes of text that went before and that its offsets count on; 0 where the part is named. */
  readonly startByte: number
}

/** The fields of a candidate that these come to; empty for none. */
export function writeGrounding(searches: readonly WebSearchPart[], texts: readonly CitedText[]): JsonObject {
  const out: JsonObject = {}
  const own = searches.map(({ carried }) => spelled(carried, 'groundingMetadata')).find((text) => text !== undefined)
  const grounding = own === undefined ? groundingOf(searches, texts) : parseJsonExactly(own)
  if (grounding !== null) out['groundingMetadata'] = grounding
  const recited = texts.flatMap(({ citations }) => citations.filter(isRecited).map(writeRecitation))
  if (recited.length > 0) out['citationMetadata'] = { citations: recited }
  return out
}

const isRecited = ({ carried }: Citation): boolean => spelled(carried, 'in') === 'citationMetadata'

function writeRecitation({ url, title, carried }: Citation): JsonObject {
  const out: JsonObject = {}
  for (const name of ['startIndex', 'endIndex']) {
    const index = spelled(carried, name)
    if (index !== undefined) out[name] = parseJsonExactly(index)
  }
  if (url !== null) out['uri'] = url
  if (title !== null) out['title'] = title
  return restore(out, carried)
}

function groundingOf(searches: readonly WebSearchPart[], texts: readonly CitedText[]): JsonObject | null {
  const chunks = new Map<string, JsonObject>()
  /** The number of a source's chunk. */
  const chunkOf = (key: string, chunk: JsonObject): number => {
    if (!chunks.has(key)) chunks.set(key, chunk)
    return [...chunks.keys()].indexOf(key)
  }
  for (const { sources } of searches)
    for (const { url, title } of sources) chunkOf(url, { web: { uri: url, ...(title !== null && { title }) } })
  const supports = texts.flatMap((cited) => {
    const ruler = new ByteRuler(cited.text)
    return cited.citations
      .filter((citation) => !isRecited(citation))
      .map((citation) => ({
        segment: segmentOf(citation, cited, ruler),
        groundingChunkIndices: [chunkOf(citation.url ?? `${citation.title}\n${citation.quote}`, chunkFor(citation))],
      }))
  })
  const queries = searches.flatMap(({ query }) => (query === null ? [] : [query]))
  if (queries.length === 0 && chunks.size === 0) return null
  return {
    ...(queries.length > 0 && { webSearchQueries: queries }),
    groundingChunks: [...chunks.values()],
    ...(supports.length > 0 && { groundingSupports: supports }),
  }
}

/** What is no page of the web is a passage of a document. */
function chunkFor({ url, title, quote }: Citation): JsonObject {
  const named = title !== null && { title }
  return url === null
    ? { retrievedContext: { ...named, ...(quote !== null && { text: quote }) } }
    : { web: { uri: url, ...named } }
}

function segmentOf({ start, end }: Citation, { text, part, startByte }: CitedText, ruler: ByteRuler): JsonObject {
  const named = part !== null && part > 0 && { partIndex: part }
  if (start === null || end === null) return { ...named }
  return {
    ...named,
    startIndex: startByte + ruler.byteAt(start),
    endIndex: startByte + ruler.byteAt(end),
    text: text.slice(start, end),
  }
}
