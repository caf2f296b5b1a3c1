/** Sources of an answer: OpenAI's `annotations` on the message, Perplexity's `citations` and `search_results` beside the choices. */
import type { Citation, Part, TextPart } from '../../neutral/message.ts'
import { asCount, asRecord, asString } from '../fields.ts'
import { Fields, inPlace, isOurs, restored, spelt } from './carry.ts'

/** Takes a message's `annotations`; those that are no URL citations stay behind. */
export function readAnnotations(message: Fields): readonly Citation[] {
  const entries = message.list('annotations')
  if (entries === null) return []
  // Files that were parsed on the way (OpenRouter), and whatever comes next.
  const others = entries.filter((entry) => readAnnotation(entry) === null)
  if (others.length > 0) message.keep('annotations[]', others)
  return entries.map(readAnnotation).filter((citation) => citation !== null)
}

export function readAnnotation(entry: unknown): Citation | null {
  const record = asRecord(entry)
  if (record?.type !== 'url_citation') return null
  const f = new Fields(record)
  f.take('type')
  const nested = f.within('url_citation')
  f.spell('citation', nested === null ? 'flat' : 'annotation')
  // Some servers leave the inner object out.
  const inner = nested ?? f
  return {
    url: inner.word('url'),
    title: inner.word('title'),
    quote: inner.word('content'),
    start: countOf(inner, 'start_index'),
    end: countOf(inner, 'end_index'),
    ...f.rest(),
  }
}

const countOf = (f: Fields, name: string): number | null => (asCount(f.peek(name)) === null ? null : f.number(name))

/** Takes the sources beside the choices. What else is known of each stays in `search_results`. */
export function readSources(reply: Fields): readonly Citation[] {
  const results = asRecords(reply.peek('search_results'))
  const given = reply.peek('citations')
  const isListed = Array.isArray(given) && given.length > 0 && given.every((url) => asString(url) !== null)
  if (isListed) reply.take('citations')
  const urls = isListed ? (given as string[]) : [...asRecords(given), ...results].map(({ url }) => asString(url))
  const spelling = { citation: isListed ? 'beside' : 'carried' }
  return urls
    .filter((url) => url !== null)
    .map((url) => {
      const result = results.find((entry) => entry.url === url)
      const about = { title: asString(result?.title), quote: asString(result?.snippet) }
      return { url, ...about, start: null, end: null, carried: { dialect: 'openai-chat', fields: {}, spelling } }
    })
}

const asRecords = (list: unknown) => (Array.isArray(list) ? list.map(asRecord).filter((entry) => entry !== null) : [])

/** Puts citations of the whole message on its last text. */
export function cited(parts: readonly Part[], citations: readonly Citation[]): readonly Part[] {
  if (citations.length === 0) return parts
  const at = parts.findLastIndex(({ type }) => type === 'text')
  const text = parts[at]
  if (text?.type !== 'text') return [...parts, { type: 'text', text: '', citations, carried: inPlace('nowhere') }]
  return parts.with(at, { ...text, citations: [...(text.citations ?? []), ...citations] })
}

/**
 * As an annotation towards a client; null for a source without a URL, which has no place here, and for one that stands elsewhere.
 * @param at Where the cited part begins in the whole text.
 */
export function writeAnnotation(citation: Citation, at: number, length: number): Record<string, unknown> | null {
  const how = spelt(citation, 'citation')
  if (citation.url === null || how === 'beside' || how === 'carried') return null
  if (isOurs(citation)) return restored(ownAnnotation(citation), citation)
  const { url, title, quote, start, end } = citation
  // OpenAI's SDK takes all four for granted.
  const fields = { start_index: at + (start ?? 0), end_index: at + (end ?? length), title: title ?? url, url }
  return { type: 'url_citation', url_citation: quote === null ? fields : { ...fields, content: quote } }
}

function ownAnnotation(citation: Citation): Record<string, unknown> {
  const { url, title, quote, start, end } = citation
  const named = { url, title, content: quote, start_index: start, end_index: end }
  const fields = Object.fromEntries(Object.entries(named).filter(([, value]) => value !== null))
  return spelt(citation, 'citation') === 'flat'
    ? { type: 'url_citation', ...fields }
    : { type: 'url_citation', url_citation: fields }
}

/** The annotations of an answer's texts, and the list of URLs beside its choices. */
export function writeCitations(texts: readonly TextPart[], dropped: Set<string>) {
  const annotations: unknown[] = []
  const beside: string[] = []
  let at = 0
  for (const { text, citations = [] } of texts) {
    for (const citation of citations) {
      const annotation = writeAnnotation(citation, at, text.length)
      if (annotation !== null) annotations.push(annotation)
      else if (citation.url === null) dropped.add('citations')
      else if (spelt(citation, 'citation') === 'beside') beside.push(citation.url)
    }
    at += text.length
  }
  return { annotations, beside }
}

/** The members of a chunk that names sources beside its choices. */
export function writeSources(citations: readonly Citation[]): string {
  const urls = JSON.stringify(citations.map(({ url }) => url))
  const known = citations.filter(({ title, quote }) => title !== null || quote !== null)
  const results = known.map(({ url, title, quote }) => ({ url, title, ...(quote === null ? {} : { snippet: quote }) }))
  return `"citations":${urls}${results.length === 0 ? '' : `,"search_results":${JSON.stringify(results)}`}`
}
