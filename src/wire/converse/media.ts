/** Images, documents, sound and film as Converse has them: a format and bytes, or an object in S3. */
import type { MediaKind, MediaPart, MediaSource } from '../../neutral/message.ts'
import type { JsonRecord } from '../fields.ts'

/** Formats by media type, where the format is not the subtype itself. */
const formats: Readonly<Record<string, string>> = {
  'image/jpg': 'jpeg',
  'text/plain': 'txt',
  'text/markdown': 'md',
  'application/msword': 'doc',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
  'application/vnd.ms-excel': 'xls',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
  'audio/mpeg': 'mp3',
  'audio/x-wav': 'wav',
  'video/quicktime': 'mov',
  'video/x-matroska': 'mkv',
  'video/3gpp': 'three_gp',
}

const known: Readonly<Record<MediaKind, ReadonlySet<string>>> = {
  image: new Set(['png', 'jpeg', 'gif', 'webp']),
  document: new Set(['pdf', 'csv', 'doc', 'docx', 'xls', 'xlsx', 'html', 'txt', 'md']),
  audio: new Set(['mp3', 'opus', 'wav', 'aac', 'flac', 'mp4', 'ogg', 'mkv', 'm4a', 'webm']),
  video: new Set(['mkv', 'mov', 'mp4', 'webm', 'flv', 'mpeg', 'mpg', 'wmv', 'three_gp']),
}

/** Names for the documents of one request: only some characters are taken, and none twice. */
export type NameDocument = (name: string | undefined) => string

export function nameDocuments(): NameDocument {
  const taken = new Set<string>()
  return (name = 'document') => {
    const plain = legal(name) || 'document'
    let unique = plain
    for (let count = 2; taken.has(unique); count++) unique = `${plain} ${count}`
    taken.add(unique)
    return unique
  }
}

/** Letters, digits, single spaces, hyphens and brackets (API_runtime_DocumentBlock). */
const legal = (name: string): string =>
  name
    .replace(/[^A-Za-z0-9\s()[\]-]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 190)

/** @returns The block, or the name of what is dropped. */
export function writeMedia(part: MediaPart, nameOf: NameDocument): JsonRecord | string {
  const { media, source } = part
  const format = formatOf(part)
  const written = writeSource(source, media)
  if (typeof written === 'string') return written
  if (format === null) return media
  const name = media === 'document' ? { name: nameOf(part.name) } : {}
  return { [media]: { format, ...name, source: written } }
}

function formatOf({ media, mediaType, source }: MediaPart): string | null {
  if (source.kind === 'text') return 'txt'
  const format = mediaType === null ? '' : (formats[mediaType] ?? mediaType.split('/')[1] ?? '')
  return known[media].has(format) ? format : null
}

function writeSource(source: MediaSource, media: MediaKind): JsonRecord | string {
  switch (source.kind) {
    case 'base64':
      return { bytes: source.data }
    case 'text':
      return { bytes: Buffer.from(source.text).toString('base64') }
    case 'url':
      if (source.url.startsWith('s3://')) return { s3Location: { uri: source.url } }
      return media === 'image' ? 'image url' : media
    case 'file':
      return 'file id'
  }
}

/** An image that a model made. */
export function readImage(image: JsonRecord): MediaPart | null {
  const source = image['source']
  const bytes = typeof source === 'object' && source !== null && 'bytes' in source ? source.bytes : null
  if (typeof bytes !== 'string') return null
  const mediaType = typeof image['format'] === 'string' ? `image/${image['format']}` : null
  return { type: 'media', media: 'image', mediaType, source: { kind: 'base64', data: bytes } }
}
