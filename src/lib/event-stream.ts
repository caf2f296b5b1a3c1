/**
 * AWS's event stream framing (`application/vnd.amazon.eventstream`): bytes in chunks of any size become messages of headers
 * and a payload, both checksums verified. The format: docs.aws.amazon.com/lexv2/latest/dg/event-stream-encoding.html.
 */
import { crc32 } from 'node:zlib'

export interface EventMessage {
  /** Those whose values are text, by name (`:message-type`, `:event-type`); the format's other kinds are skipped. */
  readonly headers: ReadonlyMap<string, string>
  readonly payload: Buffer
}

/** The bytes are no event stream, or were damaged on their way. */
export class FramingError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'FramingError'
  }
}

/** Two lengths and their checksum. */
const preludeBytes = 12
const checksumBytes = 4

/** A payload has 16 MiB at most and the headers 128 KiB; a length beyond that is damage, not a message to wait for. */
const maxMessageBytes = 24 * 1024 * 1024

/** Reads one stream. */
export class EventStreamDecoder {
  #pending: Buffer[] = []
  #pendingBytes = 0
  /** How many bytes must be there before there is anything to do. */
  #wanted = preludeBytes

  /** True when all that was read made whole messages. */
  isBetween(): boolean {
    return this.#pendingBytes === 0
  }

  /** Yields the messages that this chunk completes. @throws FramingError after those that came before the damage. */
  *read(chunk: Uint8Array): Generator<EventMessage> {
    this.#pending.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength))
    this.#pendingBytes += chunk.byteLength
    while (this.#pendingBytes >= this.#wanted) {
      const bytes = this.#joined()
      const total = lengthOf(bytes)
      this.#wanted = total
      if (bytes.length < total) return
      this.#keep(bytes.subarray(total))
      yield readMessage(bytes.subarray(0, total))
    }
  }

  #joined(): Buffer {
    const [first] = this.#pending
    const bytes = first !== undefined && this.#pending.length === 1 ? first : Buffer.concat(this.#pending)
    this.#pending = [bytes]
    return bytes
  }

  #keep(rest: Buffer): void {
    this.#pending = rest.length === 0 ? [] : [rest]
    this.#pendingBytes = rest.length
    this.#wanted = preludeBytes
  }
}

/** The whole length of the message that these bytes begin. */
function lengthOf(bytes: Buffer): number {
  if (crc32(bytes.subarray(0, 8)) !== bytes.readUInt32BE(8))
    throw new FramingError('The start of a message is damaged.')
  const total = bytes.readUInt32BE(0)
  const headers = bytes.readUInt32BE(4)
  if (total < preludeBytes + headers + checksumBytes || total > maxMessageBytes) {
    throw new FramingError('A message has a length that it can not have.')
  }
  return total
}

function readMessage(bytes: Buffer): EventMessage {
  const end = bytes.length - checksumBytes
  if (crc32(bytes.subarray(0, end)) !== bytes.readUInt32BE(end)) throw new FramingError('A message is damaged.')
  const payloadStart = preludeBytes + bytes.readUInt32BE(4)
  return {
    headers: readHeaders(bytes.subarray(preludeBytes, payloadStart)),
    payload: bytes.subarray(payloadStart, end),
  }
}

const binaryKind = 6
const textKind = 7

/** Bytes of the kinds whose length is fixed: true, false, 8 to 64 bits, a time, a UUID. */
const fixedBytes: ReadonlyMap<number, number> = new Map([
  [0, 0],
  [1, 0],
  [2, 1],
  [3, 2],
  [4, 4],
  [5, 8],
  [8, 8],
  [9, 16],
])

function readHeaders(bytes: Buffer): ReadonlyMap<string, string> {
  const headers = new Map<string, string>()
  let at = 0
  const take = (count: number): Buffer => {
    if (at + count > bytes.length) throw new FramingError('A header is longer than its message.')
    at += count
    return bytes.subarray(at - count, at)
  }
  while (at < bytes.length) {
    const name = take(take(1).readUInt8(0)).toString()
    const kind = take(1).readUInt8(0)
    if (kind === textKind) {
      headers.set(name, take(take(2).readUInt16BE(0)).toString())
      continue
    }
    const length = kind === binaryKind ? take(2).readUInt16BE(0) : fixedBytes.get(kind)
    if (length === undefined) throw new FramingError('A header is of a kind that the format does not have.')
    take(length)
  }
  return headers
}
