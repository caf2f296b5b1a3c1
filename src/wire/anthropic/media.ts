/** Images and documents, and search results as the documents that they are. */
import type { MediaKind, MediaPart, MediaSource } from '../../neutral/message.ts'
import { asRecord, asString, parseJsonExactly, type JsonRecord } from '../fields.ts'
import { takeCache, writeCache } from './cache.ts'
import { anyText, exactly, Fields, fieldsOf, innerOf, spellingOf } from './carried.ts'

interface Source {
  readonly source: MediaSource
  readonly mediaType: string | null
}

/** @returns null for one that the neutral form has no source for. */
export function readMedia(block: JsonRecord, media: 'image' | 'document'): MediaPart | null {
  const fields = new Fields(block)
  fields.take('type', exactly(media))
  const read = fields.takeInner('source', readSource)
  if (read === null) return null
  const name = media === 'document' ? fields.take('title', asString) : null
  const { source, mediaType } = read
  const cache = takeCache(fields)
  // What file an id names is known to its own vendor only, so the part says whose it is.
  if (source.kind === 'file') fields.spell('source', 'file')
  return { type: 'media', media, mediaType, source, ...(name === null ? {} : { name }), ...cache, ...fields.carried() }
}

function readSource(fields: Fields): Source | null {
  const type = fields.take('type', asString)
  switch (type) {
    case 'base64': {
      const data = fields.take('data', anyText)
      return data === null ? null : { source: { kind: 'base64', data }, mediaType: fields.take('media_type', asString) }
    }
    case 'text': {
      const text = fields.take('data', anyText)
      return text === null ? null : { source: { kind: 'text', text }, mediaType: fields.take('media_type', asString) }
    }
    case 'url': {
      const url = fields.take('url', asString)
      return url === null ? null : { source: { kind: 'url', url }, mediaType: null }
    }
    case 'file': {
      const id = fields.take('file_id', asString)
      return id === null ? null : { source: { kind: 'file', id }, mediaType: null }
    }
    case 'content': {
      const text = takeContent(fields)
      return text === null ? null : { source: { kind: 'text', text }, mediaType: null }
    }
    default:
      return null
  }
}

/** The text of `content`, which may be a list of text blocks; null when anything else stands in it. */
function takeContent(fields: Fields): string | null {
  const content = fields.take('content', (value) => (textOf(value) === null ? null : value))
  if (content === null) return null
  fields.spell('content', JSON.stringify(content))
  return textOf(content)
}

function textOf(content: unknown): string | null {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return null
  const pieces = content.map((entry) => {
    const block = asRecord(entry)
    return block?.type === 'text' && typeof block.text === 'string' ? block.text : null
  })
  return pieces.includes(null) ? null : pieces.join('\n\n')
}

/** A search result that the caller brings: a document in plain text, its address carried. */
export function readSearchResult(block: JsonRecord): MediaPart | null {
  const fields = new Fields(block)
  fields.take('type', exactly('search_result'))
  fields.spell('type', 'search_result')
  const text = takeContent(fields)
  if (text === null) return null
  const name = fields.take('title', asString)
  const cache = takeCache(fields)
  return {
    type: 'media',
    media: 'document',
    mediaType: null,
    source: { kind: 'text', text },
    ...(name === null ? {} : { name }),
    ...cache,
    ...fields.carried(),
  }
}

/** @returns The block, or the name of what is dropped. */
export function writeMedia(part: MediaPart): JsonRecord | string {
  const { media, name, carried } = part
  if (media !== 'image' && media !== 'document') return media
  const content = spellingOf(carried, 'content')
  if (spellingOf(carried, 'type') === 'search_result' && content !== null) {
    const title = name === undefined ? {} : { title: name }
    return {
      ...fieldsOf(carried),
      type: 'search_result',
      ...title,
      content: parseJsonExactly(content),
      ...writeCache(part.cache),
    }
  }
  const source = writeSource(part)
  if (typeof source === 'string') return source
  return {
    ...fieldsOf(carried, ['source']),
    type: media,
    source: { ...innerOf(carried, 'source'), ...source },
    ...(media === 'document' && name !== undefined ? { title: name } : {}),
    ...writeCache(part.cache),
  }
}

function writeSource(part: MediaPart): JsonRecord | string {
  const { source, media, carried } = part
  switch (source.kind) {
    case 'url':
      return { type: 'url', url: source.url }
    case 'file':
      return carried?.dialect === 'anthropic' ? { type: 'file', file_id: source.id } : 'file id'
    case 'text': {
      const content = spellingOf(carried, 'source.content')
      if (content !== null) return { type: 'content', content: parseJsonExactly(content) }
      const data = { type: 'text', data: source.text }
      return carried?.dialect === 'anthropic' && part.mediaType === null ? data : { ...data, media_type: 'text/plain' }
    }
    case 'base64':
      return writeData(media, part.mediaType, source.data)
  }
}

function writeData(media: MediaKind, mediaType: string | null, data: string): JsonRecord | string {
  const type = (mediaType ?? guessType(data))?.toLowerCase().replace('image/jpg', 'image/jpeg') ?? null
  if (takes(media, type)) return { type: 'base64', media_type: type, data }
  if (media === 'document' && type !== null && /^text\/|^application\/(json|xml|yaml)\b/.test(type))
    return { type: 'text', media_type: 'text/plain', data: Buffer.from(data, 'base64').toString() }
  return media
}

const imageTypes: ReadonlySet<unknown> = new Set(['image/jpeg', 'image/png', 'image/gif', 'image/webp'])

const takes = (media: MediaKind, type: string | null): boolean =>
  media === 'image' ? imageTypes.has(type) : type === 'application/pdf'

/** How files of each type begin, in base64. */
const beginnings: readonly (readonly [string, string])[] = [
  ['iVBORw', 'image/png'],
  ['/9j/', 'image/jpeg'],
  ['R0lGOD', 'image/gif'],
  ['UklGR', 'image/webp'],
  ['JVBERi', 'application/pdf'],
]

const guessType = (data: string): string | null => beginnings.find(([begin]) => data.startsWith(begin))?.[1] ?? null
