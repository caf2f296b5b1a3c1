/** Images, files and sounds in a message or in a tool's output. */
import type { MediaPart } from '../../neutral/message.ts'
import { asRecord, asString, type JsonRecord } from '../fields.ts'
import { exactly, keptOf, reading, text } from './carried.ts'

export function readImage(record: JsonRecord): MediaPart | null {
  const image = reading(record)
  const url = image.take('image_url', asString)
  const file = url === null ? image.take('file_id', asString) : null
  if (url === null && file === null) return null
  image.take('type', text)
  // The default, which the official SDKs make their callers write.
  const detail = image.take('detail', (value) => (value === 'auto' ? value : null))
  const inline = url === null ? null : readDataUrl(url)
  return {
    type: 'media',
    media: 'image',
    mediaType: inline?.mediaType ?? null,
    source: inline?.source ?? (url === null ? { kind: 'file', id: file ?? '' } : { kind: 'url', url }),
    carried: image.kept({ type: 'input_image', ...(detail !== null && { detail }) }),
  }
}

export function readFile(record: JsonRecord): MediaPart | null {
  const file = reading(record)
  const data = file.take('file_data', asString)
  const url = data === null ? file.take('file_url', asString) : null
  const id = data === null && url === null ? file.take('file_id', asString) : null
  if (data === null && url === null && id === null) return null
  file.take('type', text)
  const name = file.take('filename', asString)
  const inline = data === null ? null : readDataUrl(data)
  const bare = data !== null && inline === null
  return {
    type: 'media',
    media: 'document',
    mediaType: inline?.mediaType ?? (bare && name?.toLowerCase().endsWith('.pdf') === true ? 'application/pdf' : null),
    source:
      inline?.source ??
      (data !== null ? { kind: 'base64', data } : url !== null ? { kind: 'url', url } : { kind: 'file', id: id ?? '' }),
    ...(name !== null && { name }),
    carried: file.kept({ type: 'input_file', ...(bare && { data: 'bare' }) }),
  }
}

export function readAudio(record: JsonRecord): MediaPart | null {
  const audio = exactly(record['input_audio'], ['data', 'format'])
  if (typeof audio?.['data'] !== 'string' || typeof audio['format'] !== 'string') return null
  const content = reading(record)
  content.take('type', text)
  content.take('input_audio', asRecord)
  return {
    type: 'media',
    media: 'audio',
    mediaType: `audio/${audio['format']}`,
    source: { kind: 'base64', data: audio['data'] },
    carried: content.kept({ type: 'input_audio' }),
  }
}

const dataMark = ';base64,'

function readDataUrl(url: string) {
  if (!url.startsWith('data:')) return null
  const end = url.indexOf(dataMark)
  if (end < 0) return null
  const source = { kind: 'base64', data: url.slice(end + dataMark.length) } as const
  return { mediaType: url.slice('data:'.length, end) || null, source }
}

/** @returns undefined for what has no place here; its name is added to the dropped. */
export function writeMedia(part: MediaPart, dropped: Set<string>): unknown {
  const kept = keptOf(part)
  if (part.cache !== undefined) dropped.add('cache_control')
  if (part.media === 'audio' && kept?.spelling['type'] === 'input_audio' && part.source.kind === 'base64') {
    const format = part.mediaType?.slice('audio/'.length)
    return { type: 'input_audio', input_audio: { data: part.source.data, format }, ...kept.fields }
  }
  if (part.media === 'audio' || part.media === 'video') return drop(dropped, part.media)
  if (part.source.kind === 'file' && kept === null) return drop(dropped, 'file id')
  return part.media === 'image' ? writeImage(part) : writeFile(part)
}

function drop(dropped: Set<string>, name: string): undefined {
  dropped.add(name)
}

const dataUrl = (mediaType: string | null, data: string) => `data:${mediaType ?? ''}${dataMark}${data}`

function writeImage(part: MediaPart): unknown {
  const kept = keptOf(part)
  const { source } = part
  const detail = kept === null ? 'auto' : kept.spelling['detail']
  const more = { ...(detail !== undefined && { detail }), ...kept?.fields }
  switch (source.kind) {
    case 'base64':
      return { type: 'input_image', image_url: dataUrl(part.mediaType, source.data), ...more }
    case 'url':
      return { type: 'input_image', image_url: source.url, ...more }
    case 'file':
      return { type: 'input_image', file_id: source.id, ...more }
    case 'text':
      return { type: 'input_text', text: source.text }
    default:
      return source satisfies never
  }
}

function writeFile(part: MediaPart): unknown {
  const kept = keptOf(part)
  const { source, name } = part
  const more = { ...(name !== undefined && { filename: name }), ...kept?.fields }
  switch (source.kind) {
    case 'base64':
      if (kept?.spelling['data'] === 'bare') return { type: 'input_file', file_data: source.data, ...more }
      // Data without a file name is refused.
      return {
        type: 'input_file',
        file_data: dataUrl(part.mediaType, source.data),
        ...(kept === null && { filename: 'document.pdf' }),
        ...more,
      }
    case 'url':
      // A URL names its file itself.
      return { type: 'input_file', file_url: source.url, ...(kept !== null && more) }
    case 'file':
      return { type: 'input_file', file_id: source.id, ...more }
    case 'text':
      return { type: 'input_text', text: name === undefined ? source.text : `${name}\n\n${source.text}` }
    default:
      return source satisfies never
  }
}
