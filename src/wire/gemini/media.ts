/** Images, documents, sound and film: `inlineData` and `fileData`, in a turn or inside a function's result. */
import type { MediaKind, MediaPart } from '../../neutral/message.ts'
import { asRecord, asString, type JsonRecord } from '../fields.ts'
import { fetchesUrls } from './model.ts'
import { restore, spelled, type JsonObject, type Reading } from './reading.ts'

const inlineFields: ReadonlySet<'mimeType' | 'data' | 'displayName'> = new Set(['mimeType', 'data', 'displayName'])
const fileFields: ReadonlySet<'mimeType' | 'fileUri' | 'displayName'> = new Set(['mimeType', 'fileUri', 'displayName'])

type Media = Pick<MediaPart, 'media' | 'mediaType' | 'source' | 'name'>

/** @returns null where neither field holds anything that could be shown. */
export function readMedia(fields: JsonRecord, reading: Reading): Media | null {
  const inline = asRecord(fields['inlineData'])
  if (inline !== null) {
    const { mimeType, data, displayName } = reading.take(inline, inlineFields, 'inlineData.')
    if (typeof data !== 'string') return null
    return { ...typed(mimeType), ...named(displayName, reading), source: { kind: 'base64', data } }
  }
  const file = asRecord(fields['fileData'])
  if (file === null) return null
  const { mimeType, fileUri, displayName } = reading.take(file, fileFields, 'fileData.')
  const uri = asString(fileUri)
  if (uri === null) return null
  const media = { ...typed(mimeType), ...named(displayName, reading) }
  if (isGooglesOwn(uri)) return { ...media, source: { kind: 'file', id: uri } }
  const isFilm = media.mediaType === null && youTube.test(uri)
  return { ...media, ...(isFilm && { media: 'video' }), source: { kind: 'url', url: uri } }
}

const typed = (mimeType: unknown) => {
  const mediaType = asString(mimeType)
  return { media: kindOf(mediaType), mediaType }
}

/** Not every version takes a name; the one that a client gave is given back. */
function named(displayName: unknown, reading: Reading): { readonly name?: string } {
  if (typeof displayName !== 'string') return {}
  reading.spell('name', 'displayName')
  return { name: displayName }
}

function kindOf(mediaType: string | null): MediaKind {
  const [family] = (mediaType ?? '').split('/')
  return family === 'image' || family === 'audio' || family === 'video' ? family : 'document'
}

/** Of the Files API or a bucket, or a name without a scheme: no other vendor can open these. */
const isGooglesOwn = (uri: string): boolean =>
  /^(https:\/\/generativelanguage\.googleapis\.com\/|gs:\/\/)/.test(uri) || !/^https?:\/\//.test(uri)

const youTube = /^https:\/\/(www\.)?(youtube\.com|youtu\.be)\//

/** @returns null, and what it is called that was dropped, for what can't be shown to this model. */
export function writeMedia(part: MediaPart, model: string, dropped: Set<string>): JsonObject | null {
  const { source } = part
  if (part.cache !== undefined) dropped.add('cache_control')
  const isNamed = spelled(part.carried, 'name') !== undefined
  if (part.name !== undefined && !isNamed && source.kind !== 'text') dropped.add('file name')
  const about = { ...mimeOf(part), ...(isNamed && { displayName: part.name }) }
  switch (source.kind) {
    case 'base64':
      return { inlineData: restore({ ...about, data: source.data }, part.carried, 'inlineData.') }
    case 'text':
      return { text: titled(part.name, source.text) }
    case 'file':
    case 'url': {
      const uri = source.kind === 'file' ? source.id : source.url
      if (part.carried?.dialect !== 'gemini' && !isOpenTo(model, source.kind, uri)) {
        dropped.add(source.kind === 'file' ? 'file id' : part.media === 'image' ? 'image url' : part.media)
        return null
      }
      return { fileData: restore({ ...about, fileUri: uri }, part.carried, 'fileData.') }
    }
  }
}

/** A document in plain text, with its title above it where it has one. */
export const titled = (title: string | undefined, text: string): string =>
  title === undefined ? text : `${title}\n\n${text}`

/** Google fetches public https URLs itself since January 2026, for models from 2.5 on. */
function isOpenTo(model: string, kind: 'file' | 'url', uri: string): boolean {
  if (kind === 'file') return /^(https:\/\/generativelanguage\.googleapis\.com\/|gs:\/\/)/.test(uri)
  return isGooglesOwn(uri) || youTube.test(uri) || (uri.startsWith('https://') && fetchesUrls(model))
}

/** The type is required of us, and other dialects leave it out beside a URL: the name's end tells, else the usual one is said. */
function mimeOf({ mediaType, media, source, carried }: MediaPart): JsonObject {
  if (mediaType !== null) return { mimeType: mediaType }
  if (carried?.dialect === 'gemini' || (source.kind === 'url' && youTube.test(source.url))) return {}
  const [, ending] = source.kind === 'url' ? (/\.(\w+)(?:[?#]|$)/.exec(source.url) ?? []) : []
  return { mimeType: mimeTypes[(ending ?? '').toLowerCase()] ?? usual[media] }
}

const mimeTypes: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  gif: 'image/gif',
  bmp: 'image/bmp',
  pdf: 'application/pdf',
  txt: 'text/plain',
  csv: 'text/csv',
  html: 'text/html',
  mp3: 'audio/mp3',
  wav: 'audio/wav',
  mp4: 'video/mp4',
}

const usual: Readonly<Record<MediaKind, string>> = {
  image: 'image/jpeg',
  document: 'application/pdf',
  audio: 'audio/mp3',
  video: 'video/mp4',
}

/** Whether a part can stand inside a function's result: bytes of these types (ai.google.dev/gemini-api/docs/function-calling). */
export const fitsInResult = ({ source, mediaType }: MediaPart): boolean =>
  source.kind === 'base64' && /^(image\/(png|jpeg|webp)|application\/pdf|text\/plain)$/.test(mediaType ?? '')
