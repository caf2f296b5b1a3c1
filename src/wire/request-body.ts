/** The request body: read whole under a cap, decoded when it came compressed, parsed for reading only. */
import { brotliDecompressSync, gunzipSync, inflateSync, zstdDecompressSync } from 'node:zlib'
import { AppError } from '../neutral/error.ts'
import { parseExactly } from '../neutral/exact-number.ts'

type Decode = (bytes: Uint8Array, options: { maxOutputLength: number }) => Uint8Array

const decoders: Readonly<Record<string, Decode>> = {
  gzip: gunzipSync,
  'x-gzip': gunzipSync,
  deflate: inflateSync,
  br: brotliDecompressSync,
  zstd: zstdDecompressSync,
}

/**
 * The bytes of a request body, as they came.
 * @throws AppError `too-large` beyond `maxBytes`; what the stream throws when the client hangs up.
 */
export function readBody(request: Request, maxBytes: number): Promise<Uint8Array> {
  const declared = request.headers.get('content-length')
  if (declared === null) return readUndeclared(request, maxBytes)
  return Number(declared) > maxBytes ? Promise.reject(tooLarge(maxBytes)) : request.bytes()
}

async function readUndeclared(request: Request, maxBytes: number): Promise<Uint8Array> {
  if (request.body === null) return new Uint8Array()
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of request.body) {
    length += chunk.length
    if (length > maxBytes) throw tooLarge(maxBytes)
    chunks.push(chunk)
  }
  return chunks.length === 1 ? (chunks[0] ?? new Uint8Array()) : Buffer.concat(chunks)
}

const tooLarge = (maxBytes: number) =>
  new AppError(
    'too-large',
    `The request body is larger than ${maxBytes / 1024 / 1024} MiB. Raise server.maxBodyMb to allow it.`,
  )

/**
 * The body without its content encoding, for reading.
 * @throws AppError `invalid-request` when it can't be decoded, `too-large` when it decodes to more than `maxBytes`.
 */
export function decodeBody(bytes: Uint8Array, contentEncoding: string | null, maxBytes: number): Uint8Array {
  if (contentEncoding === null) return bytes
  const encodings = contentEncoding
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'identity')
  let decoded = bytes
  for (const name of encodings.toReversed()) {
    const decode = decoders[name]
    if (decode === undefined) {
      throw new AppError(
        'invalid-request',
        `The request body's content-encoding "${name}" is not known. Use zstd, gzip, deflate, br or none.`,
      )
    }
    decoded = decodeOnce(decoded, decode, name, maxBytes)
  }
  return decoded
}

function decodeOnce(bytes: Uint8Array, decode: Decode, name: string, maxBytes: number): Uint8Array {
  try {
    const decoded = decode(bytes, { maxOutputLength: maxBytes })
    if (decoded.length > maxBytes) throw tooLarge(maxBytes)
    return decoded
  } catch (fault) {
    if (fault instanceof AppError) throw fault
    const code = fault instanceof Error && 'code' in fault ? fault.code : ''
    if (code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(maxBytes)
    throw new AppError('invalid-request', `The request body says it is ${name}, but it can't be decoded as that.`, {
      cause: fault,
    })
  }
}

const utf8 = new TextDecoder()

/**
 * The body as a value. A byte order mark and invalid UTF-8 are tolerated: the bytes go on as they are, and the provider
 * judges them.
 * @throws AppError `invalid-request` when it is not a JSON object.
 */
export const parseBody = (bytes: Uint8Array): unknown => parse(textOf(bytes), JSON.parse)

/** The same with every number as it was written, for whoever writes it again. @throws AppError as above. */
export const parseBodyExactly = (bytes: Uint8Array): unknown => parse(textOf(bytes), parseExactly)

/** The same of its text, for whoever has it. @throws AppError as above. */
export const parseText = (text: string): unknown => parse(text, JSON.parse)
export const parseTextExactly = (text: string): unknown => parse(text, parseExactly)

/** @throws AppError `invalid-request` for an empty body. */
export function textOf(bytes: Uint8Array): string {
  if (bytes.length === 0) throw new AppError('invalid-request', 'The request body is empty. Send a JSON object.')
  return utf8.decode(bytes)
}

function parse(text: string, read: (text: string) => unknown): unknown {
  let value: unknown
  try {
    value = read(text)
  } catch (fault) {
    const why = fault instanceof RangeError ? 'nested too deeply' : 'not valid JSON'
    throw new AppError('invalid-request', `The request body is ${why}.`, { cause: fault })
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new AppError('invalid-request', 'The request body must be a JSON object.')
  }
  return value
}
