/**
 * Edits to a JSON object as text: finds where the members of the outermost object stand in the original bytes, so that one
 * value can be replaced and every other byte stays what it was. It knows nothing of what the members mean.
 */

/** Where one member of the outermost object stands, as byte offsets; `end`s are exclusive. */
export interface Member {
  readonly key: string
  readonly keyStart: number
  readonly valueStart: number
  readonly valueEnd: number
}

/** One replacement of bytes [start, end) by text. */
export interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

const quote = 0x22
const backslash = 0x5c
const utf8 = new TextDecoder()
const encoder = new TextEncoder()

/**
 * The members of the object that opens at or after `from`, in order, repeated keys included.
 * @param bytes Text that `JSON.parse` has accepted; on anything else the list may be short, never an exception.
 */
export function membersOf(bytes: Uint8Array, from = 0): readonly Member[] {
  const members: Member[] = []
  let at = bytes.indexOf(0x7b, from) + 1
  if (at === 0) return members
  while (at < bytes.length) {
    const keyStart = skipTo(bytes, at, quote)
    if (keyStart < 0) return members
    const keyEnd = stringEnd(bytes, keyStart)
    const colon = bytes.indexOf(0x3a, keyEnd)
    if (colon < 0) return members
    const valueStart = skipSpace(bytes, colon + 1)
    const valueEnd = valueEndOf(bytes, valueStart)
    members.push({ key: readKey(bytes, keyStart, keyEnd), keyStart, valueStart, valueEnd })
    const next = skipSpace(bytes, valueEnd)
    if (bytes[next] !== 0x2c) return members
    at = next + 1
  }
  return members
}

/** Applies edits (any order, not overlapping) to the bytes; everything outside them is copied as it is. */
export function applyEdits(bytes: Uint8Array, edits: readonly Edit[]): Uint8Array {
  if (edits.length === 0) return bytes
  const ordered = edits.toSorted((a, b) => a.start - b.start)
  const texts = ordered.map((edit) => encoder.encode(edit.text))
  const growth = ordered.reduce((sum, edit, i) => sum + (texts[i]?.length ?? 0) - (edit.end - edit.start), 0)
  const out = new Uint8Array(bytes.length + growth)
  let read = 0
  let write = 0
  for (const [i, edit] of ordered.entries()) {
    out.set(bytes.subarray(read, edit.start), write)
    write += edit.start - read
    const text = texts[i] ?? new Uint8Array()
    out.set(text, write)
    write += text.length
    read = edit.end
  }
  out.set(bytes.subarray(read), write)
  return out
}

function readKey(bytes: Uint8Array, start: number, end: number): string {
  const text = utf8.decode(bytes.subarray(start, end))
  return text.includes('\\') ? String(JSON.parse(text)) : text.slice(1, -1)
}

function skipSpace(bytes: Uint8Array, from: number): number {
  let at = from
  while (at < bytes.length && (bytes[at] === 0x20 || bytes[at] === 0x0a || bytes[at] === 0x0d || bytes[at] === 0x09))
    at++
  return at
}

/** The offset of `wanted` if it is the next byte that is not white space, else -1. */
function skipTo(bytes: Uint8Array, from: number, wanted: number): number {
  const at = skipSpace(bytes, from)
  return bytes[at] === wanted ? at : -1
}

/** The offset after the closing quote of the string that opens at `start`. */
function stringEnd(bytes: Uint8Array, start: number): number {
  let at = start + 1
  for (;;) {
    const close = bytes.indexOf(quote, at)
    if (close < 0) return bytes.length
    let slashes = 0
    while (bytes[close - 1 - slashes] === backslash) slashes++
    if (slashes % 2 === 0) return close + 1
    at = close + 1
  }
}

function valueEndOf(bytes: Uint8Array, start: number): number {
  const first = bytes[start]
  if (first === quote) return stringEnd(bytes, start)
  if (first === 0x7b || first === 0x5b) return containerEnd(bytes, start)
  let at = start
  while (at < bytes.length && !endsScalar(bytes[at])) at++
  return at
}

/** Strings are skipped whole, so brackets and quotes inside them count for nothing. */
function containerEnd(bytes: Uint8Array, start: number): number {
  let depth = 0
  let at = start
  while (at < bytes.length) {
    const byte = bytes[at]
    if (byte === quote) {
      at = stringEnd(bytes, at)
      continue
    }
    if (byte === 0x7b || byte === 0x5b) depth++
    if (byte === 0x7d || byte === 0x5d) depth--
    at++
    if (depth === 0) return at
  }
  return at
}

const endsScalar = (byte: number | undefined): boolean =>
  byte === 0x2c || byte === 0x7d || byte === 0x5d || byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
