/** Where a text's words come from: citations of searches, documents and search results. */
import type { Citation } from '../../neutral/message.ts'
import { asRecord, asString, type JsonRecord } from '../fields.ts'
import { anyText, Fields, fieldsOf, spellingOf } from './carried.ts'

/** Which field holds the source's address and which its title, by the citation's type. */
const places: Readonly<Record<string, { readonly url: string | null; readonly title: string }>> = {
  web_search_result_location: { url: 'url', title: 'title' },
  search_result_location: { url: 'source', title: 'title' },
  char_location: { url: null, title: 'document_title' },
  page_location: { url: null, title: 'document_title' },
  content_block_location: { url: null, title: 'document_title' },
}

/** @returns null for what is no citation. */
export function readCitation(value: unknown): Citation | null {
  const record = asRecord(value)
  if (record === null) return null
  const type = asString(record.type)
  const place = type === null ? undefined : places[type]
  const fields = new Fields(record)
  if (type !== null && place !== undefined) {
    fields.take('type', anyText)
    fields.spell('type', type)
  }
  return {
    url: place?.url == null ? null : fields.take(place.url, anyText),
    title: fields.take(place?.title ?? 'title', anyText),
    quote: fields.take('cited_text', anyText),
    // The positions that this dialect gives are the source's; the block's text as a whole is what they stand for.
    start: null,
    end: null,
    ...fields.carried(),
  }
}

/** All of a list, or null when one of them is no citation. */
export function readCitations(value: unknown): readonly Citation[] | null {
  if (!Array.isArray(value) || value.length === 0) return null
  const citations = value.map(readCitation)
  return citations.every((citation) => citation !== null) ? citations : null
}

/**
 * A citation of this dialect as it was; one of another as that of a web search. Null for a source without an address, which has
 * no place here.
 */
export function writeCitation(citation: Citation): JsonRecord | null {
  const { url, title, quote, carried } = citation
  if (carried?.dialect !== 'anthropic') {
    if (url === null) return null
    return { type: 'web_search_result_location', url, title, cited_text: quote ?? '', encrypted_index: '' }
  }
  const type = spellingOf(carried, 'type')
  const place = type === null ? undefined : places[type]
  return {
    ...fieldsOf(carried),
    ...(type === null ? {} : { type }),
    ...(place?.url == null || url === null ? {} : { [place.url]: url }),
    ...(title === null ? {} : { [place?.title ?? 'title']: title }),
    ...(quote === null ? {} : { cited_text: quote }),
  }
}

/** The same towards a provider, which refuses a search's citation without the index that it gave out itself. */
export function writeCitationBack(citation: Citation): JsonRecord | null {
  const written = citation.carried?.dialect === 'anthropic' ? writeCitation(citation) : null
  return written?.type === 'web_search_result_location' && asString(written.encrypted_index) === null ? null : written
}
