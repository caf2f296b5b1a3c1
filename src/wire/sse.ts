/**
 * Server-sent events as bytes: cuts a stream into blocks of whole frames whatever the chunk boundaries, and reads one
 * frame's event name and data. Line ends may be LF, CRLF or CR, as the standard allows.
 */
const utf8 = new TextDecoder()

/** A blank line, by which a frame ends, in its three spellings; CRLF CRLF holds the second. */
const frameEnds = [Buffer.from('\n\n'), Buffer.from('\n\r\n'), Buffer.from('\r\r')] as const

const newline = 0x0a

/**
 * A chunk is searched as it came: a Buffer over it, or a part of it, needs its `.buffer`, and Bun copies a small chunk to make
 * one. That took 1 to 2 µs of each.
 */
const firstOf = (bytes: Uint8Array, mark: Buffer): number => Buffer.prototype.indexOf.call(bytes, mark)
const lastOf = (bytes: Uint8Array, mark: Buffer): number => Buffer.prototype.lastIndexOf.call(bytes, mark)

/** To be cut into parts: a Buffer is cut three times as fast. */
const asBuffer = (bytes: Uint8Array): Buffer =>
  bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** A frame longer than this is nothing a client reads as one either: it is passed on unread. */
const maxFrameBytes = 32 * 1024 * 1024

const none: readonly Uint8Array[] = []
const noSeam = Buffer.alloc(0)

/** Collects chunks until they end a frame. */
export class FrameCutter {
  #pending: Uint8Array[] = []
  #pendingBytes = 0

  /** @returns The bytes up to the last frame end seen so far, or null while there is none. */
  push(chunk: Uint8Array): Uint8Array | null {
    const blocks = this.cut(chunk)
    return blocks.length < 2 ? (blocks[0] ?? null) : Buffer.concat(blocks)
  }

  /** The same in blocks: only a frame that lay across the boundary is copied. To copy a large chunk takes 15 µs. */
  cut(chunk: Uint8Array): readonly Uint8Array[] {
    const end = lastFrameEnd(chunk, this.#seam(chunk))
    if (end === 0) {
      this.#pending.push(chunk)
      this.#pendingBytes += chunk.length
      const givenUp = this.#pendingBytes > maxFrameBytes ? this.rest() : null
      return givenUp === null ? none : [givenUp]
    }
    if (end === chunk.length && this.#pendingBytes === 0) return [chunk]
    const bytes = asBuffer(chunk)
    const blocks = this.#joined(bytes.subarray(0, end))
    const rest = bytes.subarray(end)
    this.#pending = rest.length === 0 ? [] : [rest]
    this.#pendingBytes = rest.length
    return blocks
  }

  #joined(whole: Buffer): readonly Uint8Array[] {
    if (this.#pendingBytes === 0) return [whole]
    const seamEnd = firstFrameEnd(whole, 0)
    const first = Buffer.concat([...this.#pending, whole.subarray(0, seamEnd)])
    return seamEnd === whole.length ? [first] : [first, whole.subarray(seamEnd)]
  }

  /** What is left of an unfinished frame, given up by this call; null when there is nothing. */
  rest(): Buffer | null {
    const left = this.#pendingBytes === 0 ? null : Buffer.concat(this.#pending)
    this.#pending = []
    this.#pendingBytes = 0
    return left
  }

  /** The last bytes before this chunk: a blank line may lie across the boundary. */
  #seam(chunk: Uint8Array): Buffer {
    if (this.#pendingBytes === 0 || chunk.length === 0) return noSeam
    const last = this.#pending.at(-1) ?? noSeam
    const before = this.#pending.at(-2)
    const tail = last.length >= 2 || before === undefined ? last : Buffer.concat([before.subarray(-2), last])
    return Buffer.from(tail.subarray(-2))
  }
}

/** @returns The offset in `bytes` after the last frame end, 0 when none ends here. `seam` holds up to two bytes before. */
function lastFrameEnd(bytes: Uint8Array, seam: Buffer): number {
  // Nearly every chunk ends a frame.
  if (bytes[bytes.length - 1] === newline && bytes[bytes.length - 2] === newline) return bytes.length
  let end = 0
  for (const mark of frameEnds) {
    const at = lastOf(bytes, mark)
    if (at >= 0) end = Math.max(end, at + mark.length)
  }
  if (end > 0 || seam.length === 0) return end
  const joint = Buffer.concat([seam, bytes.subarray(0, 2)])
  for (const mark of frameEnds) {
    const at = joint.lastIndexOf(mark)
    const after = at + mark.length - seam.length
    if (at >= 0 && after > 0) end = Math.max(end, after)
  }
  return end
}

/** Cuts a block from {@link FrameCutter} into its frames, blank lines included. */
export function framesOf(block: Uint8Array): readonly Buffer[] {
  const bytes = asBuffer(block)
  const frames: Buffer[] = []
  let start = 0
  while (start < bytes.length) {
    const end = firstFrameEnd(bytes, start)
    frames.push(bytes.subarray(start, end))
    start = end
  }
  return frames
}

export interface Span {
  readonly start: number
  /** Exclusive. */
  readonly end: number
}

const noSpans: readonly Span[] = []

/** Where in a block the frames stand that hold any of the marks, in order. The others need not be cut out or read. */
export function markedFrames(block: Uint8Array, marks: readonly Buffer[]): readonly Span[] {
  const hits = marks.map((mark) => firstOf(block, mark))
  // Nearly every block holds none.
  if (hits.every((hit) => hit < 0)) return noSpans
  const bytes = asBuffer(block)
  const spans: Span[] = []
  let from = 0
  for (;;) {
    const hit = nextHit(bytes, marks, hits, from)
    if (hit < 0) return spans
    const start = from + lastFrameEnd(bytes.subarray(from, hit), noSeam)
    from = firstFrameEnd(bytes, hit)
    spans.push({ start, end: from })
  }
}

/** The first mark at or after `from`; `hits` remembers where each was found last, -1 for nowhere. */
function nextHit(block: Buffer, marks: readonly Buffer[], hits: number[], from: number): number {
  let first = -1
  for (const [i, mark] of marks.entries()) {
    let hit = hits[i] ?? -1
    if (hit >= 0 && hit < from) hits[i] = hit = block.indexOf(mark, from)
    if (hit >= 0 && (first < 0 || hit < first)) first = hit
  }
  return first
}

function firstFrameEnd(block: Buffer, from: number): number {
  let end = block.length
  for (const mark of frameEnds) {
    // Searched only as far as it could come first.
    const at = block.subarray(from, end).indexOf(mark)
    if (at >= 0) end = Math.min(end, from + at + mark.length)
  }
  return end
}

export interface Frame {
  readonly event: string
  /** The `data:` lines, joined by a newline. */
  readonly data: string
}

export const readFrame = (bytes: Uint8Array): Frame => readText(utf8.decode(bytes))

/** A frame, and whether it is but a comment: a sign of life. */
export interface BlockFrame extends Frame {
  readonly isComment: boolean
}

/** All frames of a block from {@link FrameCutter}, decoded at once: half the time of one after the other. */
export function readBlock(block: Uint8Array): readonly BlockFrame[] {
  const text = utf8.decode(block)
  // Cut as text where line feeds end the lines, as nearly everywhere.
  if (text.includes('\r')) return framesOf(block).map((bytes) => blockFrame(utf8.decode(bytes)))
  const frames: BlockFrame[] = []
  for (let at = 0; at < text.length;) {
    const end = text.indexOf('\n\n', at)
    const next = end < 0 ? text.length : end
    if (next > at) frames.push(plainFrame(text, at, next))
    at = next + 2
  }
  return frames
}

/** Nearly all frames are these: a line of data, or the event's name and a line of data. */
function plainFrame(text: string, start: number, end: number): BlockFrame {
  if (text.startsWith('event: ', start)) {
    const line = text.indexOf('\n', start)
    if (line > 0 && line < end && isOnlyData(text, line + 1, end))
      return { event: text.slice(start + 7, line), data: text.slice(line + 7, end), isComment: false }
  } else if (isOnlyData(text, start, end)) return { event: '', data: text.slice(start + 6, end), isComment: false }
  return blockFrame(text.slice(start, end))
}

function isOnlyData(text: string, start: number, end: number): boolean {
  if (!text.startsWith('data: ', start)) return false
  const line = text.indexOf('\n', start)
  return line < 0 || line >= end
}

function blockFrame(text: string): BlockFrame {
  const { event, data } = readText(text)
  return { event, data, isComment: text.startsWith(':') }
}

function readText(text: string): Frame {
  const lines = text.includes('\r') ? text.split(/\r\n|\n|\r/) : text.split('\n')
  let event = ''
  let data: string | null = null
  for (const line of lines) {
    const colon = line.indexOf(':')
    if (colon <= 0) continue
    const value = line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1)
    const field = line.slice(0, colon)
    if (field === 'event') event = value
    if (field === 'data') data = data === null ? value : `${data}\n${value}`
  }
  return { event, data: data ?? '' }
}
