/** Images, documents, audio and video as parts of a content list: by data URL, by URL, by file id. */
import type { MediaKind, MediaPart, MediaSource } from '../../neutral/message.ts'
import { asRecord } from '../fields.ts'
import { Fields, isOurs, restored, spelt } from './carry.ts'
import { readCache, writeCache } from './cache.ts'

/** The parts that hold a URL under their own name. OpenAI has the first; the others are compatible servers'. */
const urlParts: Readonly<Record<string, MediaKind>> = {
  image_url: 'image',
  video_url: 'video',
  audio_url: 'audio',
  document_url: 'document',
}

/** @returns null for a part that is no media, or says too little to be one. */
export function readMedia(f: Fields, type: string): MediaPart | null {
  const media = urlParts[type]
  if (media !== undefined) return readUrlPart(f, type, media)
  if (type === 'input_audio') return readAudio(f)
  return type === 'file' ? readFile(f) : null
}

function readUrlPart(f: Fields, type: string, media: MediaKind): MediaPart | null {
  const isBare = typeof f.peek(type) === 'string'
  const holder = isBare ? f : f.within(type)
  const url = holder?.text(isBare ? type : 'url') ?? null
  if (url === null) return null
  f.take('type')
  f.spell('part', isBare ? `bare ${type}` : type)
  const cache = readCache(f)
  return { type: 'media', media, ...readUrl(f, url), ...cache, ...f.rest() }
}

/** A data URL as data where it is written the usual way, else a URL. */
function readUrl(f: Fields, url: string): { mediaType: string | null; source: MediaSource } {
  const comma = url.startsWith('data:') ? url.indexOf(',') : -1
  const head = url.slice(5, Math.max(5, comma))
  if (comma < 0 || !/;base64$/i.test(head)) return { mediaType: null, source: { kind: 'url', url } }
  const mediaType = head.split(';')[0] ?? ''
  if (head !== `${mediaType};base64`) f.spell('data head', head)
  return {
    mediaType: mediaType === '' ? null : mediaType,
    source: { kind: 'base64', data: url.slice(comma + 1) },
  }
}

function readAudio(f: Fields): MediaPart | null {
  const audio = f.within('input_audio')
  const data = audio?.text('data') ?? null
  if (audio === null || data === null) return null
  f.take('type')
  f.spell('part', 'input_audio')
  const format = audio.word('format')
  const mediaType = format === null ? null : `audio/${format}`
  const cache = readCache(f)
  return { type: 'media', media: 'audio', mediaType, source: { kind: 'base64', data }, ...cache, ...f.rest() }
}

function readFile(f: Fields): MediaPart | null {
  const file = f.within('file')
  const found = file === null ? null : readFileSource(f, file)
  if (file === null || found === null) return null
  f.take('type')
  f.spell('part', 'file')
  const name = file.word('filename')
  const cache = readCache(f)
  return { type: 'media', media: 'document', ...found, ...(name === null ? {} : { name }), ...cache, ...f.rest() }
}

function readFileSource(f: Fields, file: Fields): { mediaType: string | null; source: MediaSource } | null {
  const data = file.word('file_data')
  if (data === null) {
    const id = file.word('file_id')
    return id === null ? null : { mediaType: null, source: { kind: 'file', id } }
  }
  if (/^(data|https?):/.test(data)) return readUrl(f, data)
  f.spell('data head', '')
  return { mediaType: null, source: { kind: 'base64', data } }
}

/** @returns null for what this dialect can't show; it is named in `dropped` then. */
export function writeMedia(part: MediaPart, dropped: Set<string>): Record<string, unknown> | null {
  const how = spelt(part, 'part') ?? usualPart(part)
  const out = how === null ? null : writeAs(how, part)
  if (out === null) {
    dropped.add(nameOf(part))
    writeCache(part, {}, dropped)
    return null
  }
  writeCache(part, out, dropped)
  return restored(out, part)
}

/** The kind of content part that this dialect has for it. */
function usualPart({ media, mediaType, source }: MediaPart): string | null {
  if (source.kind === 'text') return 'text'
  if (source.kind === 'file') return null
  switch (media) {
    case 'image':
      return 'image_url'
    case 'document':
      return source.kind === 'base64' ? 'file' : null
    case 'audio':
      return source.kind === 'base64' && formatOf(mediaType) !== null ? 'input_audio' : null
    case 'video':
      return null
    default:
      return media satisfies never
  }
}

function nameOf({ media, source }: MediaPart): string {
  if (source.kind === 'file') return 'file id'
  return media
}

function writeAs(how: string, part: MediaPart): Record<string, unknown> | null {
  const { source, name } = part
  if (how === 'text') {
    const text = source.kind === 'text' ? source.text : ''
    return { type: 'text', text: name === undefined ? text : `${name}\n\n${text}` }
  }
  if (how === 'input_audio') return writeAudio(part)
  if (how === 'file') return { type: 'file', file: writeFile(part) }
  if (how.startsWith('bare ')) return { type: how.slice(5), [how.slice(5)]: urlOf(part) }
  return { type: how, [how]: { url: urlOf(part) } }
}

function writeAudio(part: MediaPart): Record<string, unknown> {
  const format = isOurs(part) ? (part.mediaType?.slice('audio/'.length) ?? null) : formatOf(part.mediaType)
  const data = part.source.kind === 'base64' ? part.source.data : ''
  return { type: 'input_audio', input_audio: format === null ? { data } : { data, format } }
}

/** The two formats that are taken, by the names they go by. */
function formatOf(mediaType: string | null): 'wav' | 'mp3' | null {
  if (mediaType === null) return null
  if (/^audio\/(x-|vnd\.)?wave?$/i.test(mediaType)) return 'wav'
  return /^audio\/(mp3|mpeg)$/i.test(mediaType) ? 'mp3' : null
}

function writeFile(part: MediaPart): Record<string, unknown> {
  if (part.source.kind === 'file') return withName({ file_id: part.source.id }, part.name)
  // OpenAI refuses file data without a name.
  const name = part.name ?? (isOurs(part) ? undefined : 'document.pdf')
  return withName({ file_data: urlOf(part) }, name)
}

const withName = (file: Record<string, unknown>, name: string | undefined) =>
  name === undefined ? file : { filename: name, ...file }

function urlOf(part: MediaPart): string {
  const { source, media, mediaType } = part
  if (source.kind === 'url') return source.url
  if (source.kind !== 'base64') return ''
  const head = spelt(part, 'data head')
  if (head === '') return source.data
  return `data:${head ?? `${mediaType ?? (isOurs(part) ? '' : usualTypes[media])};base64`},${source.data}`
}

const usualTypes: Readonly<Record<MediaKind, string>> = {
  image: 'image/png',
  document: 'application/pdf',
  audio: 'audio/wav',
  video: 'video/mp4',
}

/** An image that a server answers with beside its text, or null. */
export function readImage(entry: unknown): MediaPart | null {
  const record = asRecord(entry)
  if (record === null) return null
  const f = new Fields(record)
  f.spell('place', 'images')
  const part = readMedia(f, String(record.type))
  return part?.media === 'image' ? part : null
}
