/** Headers both ways: all but those of the connection, the host, length, encoding and our own. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { rawProvider, type RawProvider } from '../support/provider.ts'
import { rawRequest, type RawReply } from '../support/raw-client.ts'
import { startRelay, type Relay } from '../support/relay.ts'
import { anthropicFrames, anthropicReply } from '../support/replies.ts'

let answer: Buffer = Buffer.alloc(0)
let provider: RawProvider
let relay: Relay

beforeAll(async () => {
  provider = rawProvider((socket) => void socket.write(answer))
  relay = await startRelay({ providers: { anthropic: provider.url } })
})
afterAll(async () => {
  await relay.stop()
  provider.stop()
})

type Header = readonly [name: string, value: string]

function reply(type: string, body: string | Uint8Array, headers: readonly Header[] = [], status = '200 OK'): Buffer {
  const bytes = Buffer.from(body as Uint8Array)
  const lines = [['Content-Type', type] as const, ['Content-Length', String(bytes.length)] as const, ...headers]
  const head = `HTTP/1.1 ${status}\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`
  return Buffer.concat([Buffer.from(head, 'latin1'), bytes])
}

const jsonBody = JSON.stringify(anthropicReply)
const streamBody = anthropicFrames.join('')
const errorBody = '{"type":"error","error":{"type":"rate_limit_error","message":"slow down"}}'

/** The four kinds of answer. */
const kinds: Readonly<Record<string, (headers: readonly Header[]) => Buffer>> = {
  'a JSON answer': (headers) => reply('application/json', jsonBody, headers),
  'a stream': (headers) => reply('text/event-stream', streamBody, headers),
  'a JSON error': (headers) => reply('application/json', errorBody, headers, '429 Too Many Requests'),
  'an error that is no JSON': (headers) => reply('text/plain', 'slow down', headers, '503 Service Unavailable'),
}

const credentials: Header = ['x-api-key', 'sk-ant-api03-FAKE']

async function ask(headers: readonly Header[], kind: Buffer): Promise<{ got: Map<string, string[]>; back: RawReply }> {
  answer = kind
  const back = await rawRequest(relay.port, {
    target: '/v1/messages',
    headers: [['content-type', 'application/json'], credentials, ...headers],
    body: `{"model":"claude-sonnet-4-5","stream":${kind.includes('event-stream')}}`,
  })
  const got = new Map<string, string[]>()
  for (const line of (provider.seen.at(-1) ?? '').split('\r\n\r\n')[0]?.split('\r\n').slice(1) ?? []) {
    const name = line.slice(0, line.indexOf(':')).toLowerCase()
    got.set(name, [...(got.get(name) ?? []), line.slice(line.indexOf(':') + 1).trim()])
  }
  return { got, back }
}

const requestHeaders: readonly Header[] = [
  ['X-Stainless-Lang', 'js'],
  ['x-stainless-retry-count', '2'],
  ['OpenAI-Organization', 'org-1'],
  ['OpenAI-Project', 'proj_1'],
  ['OpenAI-Beta', 'responses=v1'],
  ['Idempotency-Key', 'stainless-node-retry-1'],
  ['anthropic-version', '2023-06-01'],
  ['anthropic-beta', 'context-1m-2025-08-07,fine-grained-tool-streaming-2025-05-14'],
  ['anthropic-dangerous-direct-browser-access', 'true'],
  ['User-Agent', 'claude-cli/2.1.80 (external, cli)'],
  ['x-app', 'cli'],
  ['x-codex-turn-metadata', '{"a":"b c"}'],
  ['x-codex-window-id', '7'],
  ['originator', 'codex_cli_rs'],
  ['HTTP-Referer', 'https://app.example'],
  ['X-Title', 'caf\u00c3\u00a9'],
  ['Accept', 'application/json, text/event-stream;q=0.9'],
  ['Accept-Language', 'de'],
  ['X-Forwarded-For', '10.1.2.3'],
  ['traceparent', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'],
  ['X-Empty', ''],
  ['x.dotted', 'stays'],
]

describe('to the provider', () => {
  test('go all of the caller’s, value for value', async () => {
    const { got } = await ask(requestHeaders, kinds['a JSON answer']?.([]) ?? answer)
    for (const [name, value] of [...requestHeaders, credentials]) {
      expect([name, got.get(name.toLowerCase())]).toEqual([name, [value]])
    }
  })

  test('go not those of the connection, with what it names, nor ours', async () => {
    const ours: readonly Header[] = [
      ['Connection', 'keep-alive, X-Hop, x.hop'],
      ['X-Hop', '1'],
      ['x.hop', '1'],
      ['Keep-Alive', 'timeout=5'],
      ['TE', 'trailers'],
      ['Trailer', 'x-end'],
      ['Proxy-Authorization', 'Basic abc'],
      ['Proxy-Connection', 'keep-alive'],
      ['X-RelayPlane-Session', 's'],
      ['X-RelayPlane-Agent', 'a'],
      ['X-RelayPlane-Tags', 'k=v'],
    ]
    const { got } = await ask(ours, kinds['a JSON answer']?.([]) ?? answer)
    const names = ours.map(([name]) => name.toLowerCase()).filter((name) => name !== 'connection')
    expect(names.filter((name) => got.has(name))).toEqual([])
    expect(got.get('connection')?.join() ?? '').not.toContain('hop')
  })

  test('goes a host, a length and a wish for no encoding of our own', async () => {
    const { got } = await ask([['Accept-Encoding', 'gzip, br, zstd']], kinds['a stream']?.([]) ?? answer)
    expect(got.get('accept-encoding')).toEqual(['identity'])
    expect(got.get('host')).toEqual([provider.url.slice('http://'.length)])
    expect(got.get('content-length')).toEqual([String('{"model":"claude-sonnet-4-5","stream":true}'.length)])
    expect(got.has('transfer-encoding')).toBe(false)
  })

  test('goes a header that came twice, with both values', async () => {
    const twice: readonly Header[] = [
      ['anthropic-beta', 'a-1'],
      ['Anthropic-Beta', 'b-2'],
    ]
    const { got } = await ask(twice, kinds['a JSON answer']?.([]) ?? answer)
    expect(got.get('anthropic-beta')?.join(', ')).toBe('a-1, b-2')
  })
})

const responseHeaders: readonly Header[] = [
  ['request-id', 'req_018EeWyXxfu5pfWkrYcMdjWG'],
  ['x-request-id', 'req_7'],
  ['anthropic-organization-id', 'org-1'],
  ['anthropic-ratelimit-requests-remaining', '49'],
  ['anthropic-ratelimit-unified-reset', '1767225600'],
  ['x-ratelimit-remaining-tokens', '149984'],
  ['openai-processing-ms', '12'],
  ['openai-version', '2020-10-01'],
  ['x-codex-primary-used-percent', '12'],
  ['x-codex-turn-state', 'abc=='],
  ['retry-after', '7'],
  ['retry-after-ms', '700'],
  ['x-should-retry', 'false'],
  ['cf-ray', '9a-FRA'],
  ['Server', 'cloudflare'],
  ['Date', 'Thu, 01 Jan 2026 00:00:00 GMT'],
  ['strict-transport-security', 'max-age=1'],
  ['Cache-Control', 'no-store'],
  ['ETag', '"1"'],
  ['Vary', 'Accept-Encoding'],
  ['access-control-expose-headers', 'X-Request-ID'],
  ['x-city', 'M\u00c3\u00bcnchen'],
  ['Set-Cookie', '__cf_bm=a; Path=/; HttpOnly'],
  ['Set-Cookie', 'second=b; Expires=Thu, 01 Jan 2026 00:00:00 GMT'],
]

describe.each(Object.entries(kinds))('with %s', (_kind, kind) => {
  test('come back all of the provider’s, once each', async () => {
    const { back } = await ask([], kind(responseHeaders))
    for (const [name] of responseHeaders) {
      const wanted = responseHeaders.filter(([other]) => other === name).map(([, value]) => value)
      expect([name, back.all(name.toLowerCase())]).toEqual([name, wanted])
    }
  })

  test('a header that came twice comes back with both values', async () => {
    const { back } = await ask(
      [],
      kind([
        ['x-many', '1'],
        ['x-many', '2'],
      ]),
    )
    expect(back.all('x-many').join(', ')).toBe('1, 2')
  })

  test('come not those of the connection, with what it names, nor any that pose as ours', async () => {
    const theirs: readonly Header[] = [
      ['Connection', 'keep-alive, x-hop'],
      ['x-hop', '1'],
      ['Keep-Alive', 'timeout=5'],
      ['Proxy-Authenticate', 'Basic'],
      ['Upgrade', 'h2c'],
      ['X-RelayPlane-Cost-Usd', '0.99'],
      ['X-RelayPlane-Forged', '1'],
    ]
    const { back } = await ask([], kind(theirs))
    for (const name of ['x-hop', 'keep-alive', 'proxy-authenticate', 'upgrade', 'x-relayplane-forged']) {
      expect([name, back.all(name)]).toEqual([name, []])
    }
    expect(back.all('x-relayplane-cost-usd')).not.toContain('0.99')
  })

  test('come ours: which request it was, and where it went', async () => {
    const { back } = await ask([], kind([]))
    expect(back.get('x-relayplane-request-id')).toBe(String(relay.lastRow()['id']))
    expect(back.get('x-relayplane-provider')).toBe('anthropic')
    expect(back.get('x-relayplane-model')).toBe('claude-sonnet-4-5')
    expect(back.get('x-relayplane-requested-model')).toBe('claude-sonnet-4-5')
    expect(back.get('x-relayplane-route')).toBe('passthrough')
    expect(back.get('x-relayplane-bypass')).toBeNull()
  })
})

describe('an answer that comes encoded although none was asked for', () => {
  const encodings = [
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
  ] as const
  for (const [name, encode] of encodings) {
    test.each([
      ['JSON', 'application/json', jsonBody, '200 OK'],
      ['a stream', 'text/event-stream', streamBody, '200 OK'],
      ['an error', 'application/json', errorBody, '429 Too Many Requests'],
    ] as const)(`${name}, %s, is decoded`, async (_what, type, body, status) => {
      const { back } = await ask([], reply(type, encode(body), [['Content-Encoding', name]], status))
      expect(back.text).toBe(body)
      expect(back.all('content-encoding')).toEqual([])
      if (status === '200 OK') expect(relay.lastRow()).toMatchObject({ input_tokens: 1000, cost_nano_usd: 6_000_000 })
    })
  }

  test('in a way that nobody here knows stays as it is, and says so', async () => {
    const { back } = await ask([], reply('application/json', 'as-is', [['Content-Encoding', 'x-own']]))
    expect([back.text, back.get('content-encoding')]).toEqual(['as-is', 'x-own'])
  })
})
