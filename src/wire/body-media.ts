/**
 * Pictures, documents, sound and film that a request holds as base64, told from the bytes of its body in any dialect: a few bytes
 * in every four kilobytes are looked at, which takes some 20 µs a megabyte. Nothing is parsed.
 */
import type { MediaKind } from '../neutral/message.ts'
import { fileTokens } from '../neutral/token-estimate.ts'

export interface BodyMedia {
  /** Of the body: the base64 itself. */
  readonly bytes: number
  /** What it may take to read them. */
  readonly tokens: number
  readonly mostTokens: number
}

const noMedia: BodyMedia = Object.freeze({ bytes: 0, tokens: 0, mostTokens: 0 })

/** What is smaller counts as text, which makes no more than a thousand tokens of it. */
const step = 4096
/** No words, in any language that is written in ASCII. */
const probe = 48

const quote = 0x22

/** Base64 in both of its alphabets; a backslash is an escaped slash or line end. */
const encoded = new Uint8Array(256)
for (const sign of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=-_\\')
  encoded[sign.charCodeAt(0)] = 1

export function mediaIn(body: Uint8Array): BodyMedia {
  let all = noMedia
  for (let at = step; at + probe < body.length; at += step) {
    if (!isEncoded(body, at)) continue
    const start = body.lastIndexOf(quote, at) + 1
    const closing = body.indexOf(quote, at)
    const end = closing < 0 ? body.length : closing
    const kind = kindOf(body, start, end)
    if (kind !== null) all = withOne(all, kind, end - start)
    at = Math.max(at, end - step)
  }
  return all
}

function isEncoded(body: Uint8Array, from: number): boolean {
  if (from + probe > body.length) return false
  for (let at = from; at < from + probe; at++) if (encoded[body[at] ?? 0] === 0) return false
  return true
}

/** A large picture at the finest that any model looks at it. */
const mostImageTokens = 5000
/** As text, of which nothing has fewer bytes to a token; a file may hold that much. */
const leastBytesPerToken = 1.5

function withOne(before: BodyMedia, kind: MediaKind, length: number): BodyMedia {
  return {
    bytes: before.bytes + length,
    tokens: before.tokens + Math.ceil(fileTokens(kind, length * 0.75)),
    mostTokens: before.mostTokens + (kind === 'image' ? mostImageTokens : Math.ceil(length / leastBytesPerToken)),
  }
}

const aroundBytes = 200
const dataUrl = /^data:(image|audio|video|application\\?\/pdf)/
const typeField = /"(?:media_type|mimeType|mime_type)"\s*:\s*"(image|audio|video|application\\?\/pdf)/
const soundField = /"format"\s*:\s*"(?:wav|mp3|flac|ogg|opus|aac|m4a|pcm16)"/
const drawn = '"image_generation_call"'

/** By the data URL, else by the fields beside it in the same object; null for what is no file: signatures, sealed thoughts, hashes. */
function kindOf(body: Uint8Array, start: number, end: number): MediaKind | null {
  const url = dataUrl.exec(textOf(body, start, start + aroundBytes))
  if (url !== null) return kindOfType(url[1])
  const before = textOf(body, start - aroundBytes, start)
  const after = textOf(body, end, end + aroundBytes)
  const object =
    before.slice(before.lastIndexOf('{') + 1) + after.slice(0, (after.indexOf('}') + 1 || after.length + 1) - 1)
  const type = typeField.exec(object)
  if (type !== null) return kindOfType(type[1])
  if (soundField.test(object)) return 'audio'
  return object.includes(drawn) ? 'image' : null
}

const kindOfType = (type: string | undefined): MediaKind =>
  type === 'image' || type === 'audio' || type === 'video' ? type : 'document'

const textOf = (body: Uint8Array, from: number, to: number): string =>
  Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1', Math.max(0, from), to)
