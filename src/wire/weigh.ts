/** How much text a part of a body holds, and which media are in it. Media, signatures and sealed thoughts are no text. */
import type { MediaKind } from '../neutral/message.ts'

export interface Weight {
  chars: number
  readonly media: Set<MediaKind>
}

const unread: ReadonlySet<string> = new Set([
  'data',
  'image_url',
  'file_data',
  'file_uri',
  'fileUri',
  'url',
  'signature',
  'thoughtSignature',
  'thought_signature',
  'encrypted_content',
  'id',
  'call_id',
  'tool_use_id',
  'tool_call_id',
  'type',
  'role',
  'cache_control',
])

/** Parts that are media by their type, or hold them in a field. */
const mediaTypes: ReadonlyMap<unknown, MediaKind> = new Map([
  ['image', 'image'],
  ['image_url', 'image'],
  ['input_image', 'image'],
  ['document', 'document'],
  ['file', 'document'],
  ['input_file', 'document'],
  ['input_audio', 'audio'],
])
const mediaFields: ReadonlySet<string> = new Set(['inlineData', 'inline_data', 'fileData', 'file_data'])

/** What a model wrote for a tool may look like anything. */
const argumentFields: ReadonlySet<string> = new Set(['input', 'args'])

/** Nobody's JSON may exhaust the stack. */
const maxDepth = 30

/** Adds to what was weighed before. */
export function weigh(value: unknown, weight: Weight, depth = 0): void {
  if (typeof value === 'string') weight.chars += value.length
  if (typeof value !== 'object' || value === null || depth > maxDepth) return
  if (Array.isArray(value)) {
    for (const item of value) weigh(item, weight, depth + 1)
    return
  }
  const fields = value as Readonly<Record<string, unknown>>
  // Parsed JSON inherits no fields; a list of its names would be made for each of the thousands of parts of a long conversation.
  for (const name in fields) {
    const field = fields[name]
    if (name === 'type') addMedia(mediaOfType(field, fields), weight)
    else if (mediaFields.has(name)) addMedia(mediaOfBlob(field), weight)
    else if (argumentFields.has(name)) weighArguments(field, weight, depth + 1)
    else if (!unread.has(name)) weigh(field, weight, depth + 1)
  }
}

function weighArguments(value: unknown, weight: Weight, depth: number): void {
  const own: Weight = { chars: 0, media: new Set() }
  weigh(value, own, depth)
  weight.chars += own.chars
}

function addMedia(kind: MediaKind | null, weight: Weight): void {
  if (kind !== null) weight.media.add(kind)
}

function mediaOfType(type: unknown, { source }: Readonly<Record<string, unknown>>): MediaKind | null {
  const kind = mediaTypes.get(type) ?? null
  // A document in plain text is text to whoever reads none.
  const isText = kind === 'document' && (source as { type?: unknown } | null | undefined)?.type === 'text'
  return isText ? null : kind
}

function mediaOfBlob(blob: unknown): MediaKind | null {
  if (typeof blob !== 'object' || blob === null) return null
  const { mimeType, mime_type: otherName } = blob as Readonly<Record<string, unknown>>
  const type = mimeType ?? otherName
  if (typeof type !== 'string') return null
  const [family] = type.split('/', 1)
  if (family === 'image' || family === 'audio' || family === 'video') return family
  return type === 'application/pdf' ? 'document' : null
}

export function charsOf(value: unknown): number {
  const weight: Weight = { chars: 0, media: new Set() }
  weigh(value, weight)
  return weight.chars
}
