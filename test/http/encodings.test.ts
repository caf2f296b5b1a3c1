/** Request bodies that come compressed, and bodies that are too large. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { keyVariables, startEveryone, type Everyone } from '../support/everyone.ts'
import { json } from '../support/provider.ts'
import { rawRequest, type RawReply } from '../support/raw-client.ts'
import { anthropicReply, chatReply, geminiReply, responsesReply } from '../support/replies.ts'

let all: Everyone
beforeAll(async () => {
  all = await startEveryone(
    ({ target }) => {
      if (target.includes('messages')) return json(anthropicReply)
      if (target.includes('responses')) return json(responsesReply)
      return json(target.includes('generateContent') ? geminiReply : chatReply)
    },
    { variables: keyVariables, config: { server: { maxBodyMb: 1 } } },
  )
})
afterAll(() => all.stop())

const MiB = 1024 * 1024

const post = (target: string, body: Uint8Array | string, encoding?: string) =>
  rawRequest(all.relay.port, {
    target,
    headers: [
      ['content-type', 'application/json'],
      ...(encoding === undefined ? [] : [['content-encoding', encoding] as const]),
    ],
    body,
  })

const encoders = [
  ['zstd', zstdCompressSync],
  ['gzip', gzipSync],
  ['br', brotliCompressSync],
  ['deflate', deflateSync],
] as const

describe.each(encoders)('a body in %s', (name, encode) => {
  const plain = '{ "model":"gpt-5", "input":"hi", "n":1e400, "prompt_cache_key":"s-1" }'

  test('goes on as it came, and is read all the same', async () => {
    const body = encode(plain)
    expect((await post('/v1/responses', body, name)).status).toBe(200)
    expect(Buffer.from(all.last().body).equals(body)).toBe(true)
    expect(all.last().headers.get('content-encoding')).toBe(name)
    expect(all.last().headers.get('content-length')).toBe(String(body.length))
    expect(all.relay.lastRow()).toMatchObject({
      requested_model: 'gpt-5',
      session_id: 's-1',
      request_bytes: body.length,
      cost_nano_usd: 2_800_000,
    })
  })

  test('goes on decoded, and without the header, where something in it is changed', async () => {
    const rewritten = encode('{"model":"groq/openai/gpt-oss-120b","x":1e400}')
    expect((await post('/v1/chat/completions', rewritten, name)).status).toBe(200)
    expect(all.last()).toMatchObject({ provider: 'groq', text: '{"model":"openai/gpt-oss-120b","x":1e400}' })
    expect(all.last().headers.get('content-encoding')).toBeNull()
    const streamed = encode('{"model":"gpt-4o-mini","stream":true}')
    await post('/v1/chat/completions', streamed, name)
    expect(all.last().text).toBe('{"stream_options":{"include_usage":true},"model":"gpt-4o-mini","stream":true}')
    expect(all.last().headers.get('content-encoding')).toBeNull()
  })

  test('that is none is refused', async () => {
    const before = all.seen.length
    for (const body of [plain, encode(plain).subarray(0, 20), Buffer.alloc(0)]) {
      const response = await post('/v1/messages', body, name)
      expect(response.status).toBe(400)
      expect(JSON.parse(response.text)).toMatchObject({ type: 'error', error: { type: 'invalid_request_error' } })
      expect(all.relay.lastRow()).toMatchObject({ outcome: 'refused', status: 400, cost_status: 'none' })
    }
    expect(all.seen).toHaveLength(before)
  })

  test('that grows beyond the cap is refused', async () => {
    const bomb = encode(Buffer.alloc(8 * MiB, 0x20))
    expect(bomb.length).toBeLessThan(MiB)
    const response = await post('/v1/chat/completions', bomb, name)
    expect(response.status).toBe(413)
    expect(JSON.parse(response.text)).toMatchObject({ error: { code: 'request_too_large' } })
  })

  test('on a path that is forwarded raw is nobody’s to decode', async () => {
    const body = Buffer.from('not what it says')
    expect((await post('/v1/batches', body, name)).status).toBe(200)
    expect(all.last().text).toBe('not what it says')
    expect(all.last().headers.get('content-encoding')).toBe(name)
  })
})

test('an encoding that nobody knows is refused by name', async () => {
  const response = await post('/v1/messages', '{"model":"claude-sonnet-4-5"}', 'lzma')
  expect(response.status).toBe(400)
  expect(response.text).toContain('lzma')
})

test('“identity” is none, and stays in the header', async () => {
  const body = '{"model":"claude-sonnet-4-5","n":1e400}'
  expect((await post('/v1/messages', body, 'identity')).status).toBe(200)
  expect(all.last()).toMatchObject({ text: body })
})

describe('a body over the cap is a 413 in the dialect, announced or not:', () => {
  const sentence = 'The request body is larger than 1 MiB. Raise server.maxBodyMb to allow it.'
  const large = Buffer.from(`{"model":"x","t":"${'x'.repeat(MiB)}"}`)
  const inChunks = (target: string): Promise<RawReply> => {
    const size = large.length / 32
    const chunks = Array.from({ length: 32 }, (_, i) => large.subarray(i * size, (i + 1) * size))
    return rawRequest(all.relay.port, { target, chunks })
  }

  test.each([
    ['/v1/messages', { type: 'error', error: { type: 'request_too_large', message: sentence } }],
    [
      '/v1/chat/completions',
      { error: { message: sentence, type: 'invalid_request_error', param: null, code: 'request_too_large' } },
    ],
    [
      '/v1/responses',
      { error: { message: sentence, type: 'invalid_request_error', param: null, code: 'request_too_large' } },
    ],
    [
      '/v1beta/models/gemini-2.5-flash:generateContent',
      { error: { code: 413, message: sentence, status: 'INVALID_ARGUMENT' } },
    ],
    [
      '/v1/files',
      { error: { message: sentence, type: 'invalid_request_error', param: null, code: 'request_too_large' } },
    ],
  ])('%s', async (target, body) => {
    const before = all.seen.length
    for (const response of [await post(target, large), await inChunks(target)]) {
      expect(response.status).toBe(413)
      expect(JSON.parse(response.text)).toEqual(body)
      expect(all.relay.lastRow()).toMatchObject({
        outcome: 'refused',
        status: 413,
        error_code: 'too-large',
        cost_nano_usd: 0,
      })
    }
    expect(all.seen).toHaveLength(before)
  })

  test('and one of just the cap goes through', async () => {
    const head = '{"model":"claude-sonnet-4-5","t":"'
    const body = `${head}${'x'.repeat(MiB - head.length - 2)}"}`
    expect((await post('/v1/messages', body)).status).toBe(200)
    expect(all.last().text).toBe(body)
  })
})
