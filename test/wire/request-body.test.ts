/** The body of a request: read under a cap, decoded for reading, judged as JSON. */
import { describe, expect, test } from 'bun:test'
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { AppError } from '../../src/neutral/error.ts'
import { decodeBody, parseBody, parseBodyExactly, readBody } from '../../src/wire/request-body.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

/** What was thrown, as `code: message`. */
async function refused(run: () => unknown): Promise<string> {
  try {
    await run()
  } catch (fault) {
    if (fault instanceof AppError) return `${fault.code}: ${fault.message}`
    throw fault
  }
  throw new Error('nothing was thrown')
}

const MiB = 1024 * 1024

describe('reading', () => {
  const request = (body: ReadableStream<Uint8Array> | string, headers: Record<string, string> = {}) =>
    new Request('http://localhost/', { method: 'POST', body, headers })
  const pieces = (...texts: string[]) =>
    new ReadableStream<Uint8Array>({
      start(out) {
        for (const text of texts) out.enqueue(bytes(text))
        out.close()
      },
    })

  test('a body in pieces is put together', async () => {
    expect(await readBody(request(pieces('{"a', '":1', '}')), 100)).toEqual(Buffer.from('{"a":1}'))
    expect(await readBody(request(pieces('{}')), 100)).toEqual(bytes('{}'))
    expect(await readBody(new Request('http://localhost/'), 100)).toHaveLength(0)
  })

  test('as many bytes as the cap are read, one more is refused, whether announced or not', async () => {
    const at = (length: number) => ['x'.repeat(length), { 'content-length': String(length) }] as const
    expect(await readBody(request(...at(MiB)), MiB)).toHaveLength(MiB)
    expect(await readBody(request(pieces('x'.repeat(MiB))), MiB)).toHaveLength(MiB)
    const sentence = 'too-large: The request body is larger than 1 MiB. Raise server.maxBodyMb to allow it.'
    expect(await refused(() => readBody(request(...at(MiB + 1)), MiB))).toBe(sentence)
    expect(await refused(() => readBody(request(pieces('x'.repeat(MiB), 'x')), MiB))).toBe(sentence)
  })

  test('a body that breaks off is its own error, not ours', async () => {
    const broken = new ReadableStream<Uint8Array>({
      pull(out) {
        out.error(new Error('gone'))
      },
    })
    const fault = await readBody(request(broken), 100).catch((caught: unknown) => caught)
    expect(fault).toEqual(new Error('gone'))
  })
})

describe('decoding', () => {
  const text = '{"model":"m","pad":"' + 'x'.repeat(1000) + '"}'
  test.each([
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
    ['ZSTD', zstdCompressSync],
  ] as const)('%s', async (name, encode) => {
    const encoded = encode(text)
    expect(new TextDecoder().decode(decodeBody(encoded, name, 2000))).toBe(text)
    // Bun's zstd makes nothing of half a frame, and says nothing.
    const half = encoded.subarray(0, encoded.length - 4)
    expect(await refused(() => parseBody(decodeBody(half, name, 2000)))).toStartWith('invalid-request: ')
    expect(await refused(() => decodeBody(bytes('{"model":"m"}'), name, 2000))).toMatch(
      /^invalid-request: The request body says it is [a-z-]+, but it can't be decoded as that\.$/,
    )
  })

  test.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
  ] as const)('%s that grows beyond the cap is refused', async (name, encode) => {
    const bomb = encode(Buffer.alloc(20 * MiB, 0x20))
    expect(bomb.length).toBeLessThan(100_000)
    expect(await refused(() => decodeBody(bomb, name, MiB))).toStartWith('too-large: ')
  })

  test('none, or “identity”, leaves the same bytes', () => {
    const body = bytes(text)
    for (const name of [null, '', 'identity', ' identity , ']) expect(decodeBody(body, name, 2000)).toBe(body)
  })

  test('two, the last applied first', () => {
    expect(decodeBody(brotliCompressSync(gzipSync(text)), 'gzip, br', 2000)).toEqual(Buffer.from(text))
  })

  test('an unknown one is named', async () => {
    expect(await refused(() => decodeBody(bytes(text), 'lzma', 2000))).toBe(
      `invalid-request: The request body's content-encoding "lzma" is not known. Use zstd, gzip, deflate, br or none.`,
    )
  })
})

describe('judging', () => {
  test.each([
    ['', 'The request body is empty. Send a JSON object.'],
    ['{', 'The request body is not valid JSON.'],
    ['model=x', 'The request body is not valid JSON.'],
    ['{"a":1}{"b":2}', 'The request body is not valid JSON.'],
    ['[]', 'The request body must be a JSON object.'],
    ['null', 'The request body must be a JSON object.'],
    ['"text"', 'The request body must be a JSON object.'],
    ['['.repeat(200_000), 'The request body is not valid JSON.'],
  ])('%.20s is refused', async (text, message) => {
    expect(await refused(() => parseBody(bytes(text)))).toBe(`invalid-request: ${message}`)
  })

  test('a byte order mark, odd white space and invalid UTF-8 are no reason to refuse', () => {
    expect(parseBody(bytes('\ufeff{"a":1}'))).toEqual({ a: 1 })
    expect(parseBody(bytes('\r\n\t {"a" :1 } \n'))).toEqual({ a: 1 })
    expect(parseBody(new Uint8Array([...bytes('{"a":"'), 0xff, 0xc3, ...bytes('"}')]))).toEqual({ a: '\ufffd\ufffd' })
  })

  test('numbers are written again as they were by whoever asks for them so', async () => {
    const text = '{"id":1234567890123456789,"n":1e400,"zero":-0}'
    expect(JSON.stringify(parseBodyExactly(bytes(`\ufeff${text}`)))).toBe(text)
    const nested = `{"id":1234567890123456789,"a":${'['.repeat(30_000)}${']'.repeat(30_000)}}`
    expect(await refused(() => parseBodyExactly(bytes(nested)))).toBe(
      'invalid-request: The request body is nested too deeply.',
    )
  })
})
