/** Values anywhere in a request that its key could not tell apart, or that mean another thing the next time. */
import { recordOf } from './cache-key-json.ts'

/** Deeper than any request that is meant; what goes over the value after this one may recurse. */
const maxDepth = 200

/** @returns Why the answer is not to be kept, or null. @param value Parsed JSON. */
export function oddity(value: unknown, depth = 0): string | null {
  if (typeof value === 'number') return isTold(value) ? null : 'it holds a number with too many digits'
  if (value === null || typeof value !== 'object') return null
  if (depth === maxDepth) return 'it is nested too deeply'
  if (!Array.isArray(value) && isLink(value as Readonly<Record<string, unknown>>))
    return 'it refers to a URL, and what is there can change'
  // Arrays too: values by index.
  for (const inner of Object.values(value)) {
    const odd = oddity(inner, depth + 1)
    if (odd !== null) return odd
  }
  return null
}

/** Beyond this, two numbers of a text are parsed as one. */
const isTold = (value: number): boolean =>
  Number.isInteger(value) ? Number.isSafeInteger(value) : Number.isFinite(value)

const linkNames = ['image_url', 'file_url', 'video_url', 'audio_url', 'fileUri', 'file_uri'] as const

/** An image, a document, a file in any dialect. `data:` URLs are what they say. */
function isLink(part: Readonly<Record<string, unknown>>): boolean {
  if (part.type === 'url' && isRemote(part.url)) return true
  return linkNames.some((name) => isRemote(part[name]) || isRemote(recordOf(part[name])?.url))
}

const isRemote = (value: unknown): boolean =>
  typeof value === 'string' && /^[a-z][a-z0-9+.-]*:/i.test(value) && !/^data:/i.test(value)
