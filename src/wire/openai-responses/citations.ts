/** Annotations of a text, as citations and back. */
import type { Citation } from '../../neutral/message.ts'
import { asCount, asRecord, asString, type JsonRecord } from '../fields.ts'
import { keptOf, reading, text } from './carried.ts'

/** @returns null when the list holds anything but objects, which is then carried as it is. */
export function readAnnotations(value: unknown): readonly Citation[] | null {
  if (!Array.isArray(value)) return null
  const citations = value.map(readAnnotation)
  return citations.includes(null) ? null : citations.filter((citation) => citation !== null)
}

export function readAnnotation(value: unknown): Citation | null {
  const record = asRecord(value)
  if (record === null) return null
  const annotation = reading(record)
  const type = annotation.take('type', asString)
  const url = annotation.take('url', text)
  const title = annotation.take(nameField(type), text)
  const start = annotation.take('start_index', asCount)
  const end = annotation.take('end_index', asCount)
  // Always marked as this dialect's: what is absent stays so.
  return { url, title, quote: null, start, end, carried: annotation.kept({ type: type ?? '' }) }
}

/** @returns null for what has no URL: other dialects cite documents, this one files that are its own. */
export function writeAnnotation(citation: Citation, textLength: number): JsonRecord | null {
  const kept = keptOf(citation)
  const { url, title, start, end } = citation
  if (kept === null)
    return url === null
      ? null
      : { type: 'url_citation', url, title: title ?? '', start_index: start ?? 0, end_index: end ?? textLength }
  const type = kept.spelling['type'] ?? ''
  return {
    ...(type !== '' && { type }),
    ...(url !== null && { url }),
    ...(title !== null && { [nameField(type)]: title }),
    ...(start !== null && { start_index: start }),
    ...(end !== null && { end_index: end }),
    ...kept.fields,
  }
}

/** Files have a name where pages have a title. */
const nameField = (type: string | null) => (type === 'url_citation' ? 'title' : 'filename')
