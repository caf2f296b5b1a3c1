/** How much text a part of a body holds, and whether there are images in it. Media, signatures and sealed thoughts are no text. */

export interface Weight {
  chars: number
  hasImages: boolean
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

/** Parts that are images by their type, or hold one in a field. */
const imageTypes: ReadonlySet<unknown> = new Set(['image', 'image_url', 'input_image'])
const mediaFields: ReadonlySet<string> = new Set(['inlineData', 'inline_data', 'fileData', 'file_data'])

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
    if (name === 'type' && imageTypes.has(field)) weight.hasImages = true
    else if (mediaFields.has(name) && isImage(field)) weight.hasImages = true
    else if (!unread.has(name)) weigh(field, weight, depth + 1)
  }
}

function isImage(media: unknown): boolean {
  if (typeof media !== 'object' || media === null) return false
  const { mimeType, mime_type: otherName } = media as Readonly<Record<string, unknown>>
  const type = mimeType ?? otherName
  return typeof type === 'string' && type.startsWith('image/')
}

export function charsOf(value: unknown): number {
  const weight = { chars: 0, hasImages: false }
  weigh(value, weight)
  return weight.chars
}
