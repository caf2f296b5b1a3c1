import { describe, expect, test } from 'bun:test'
import type { DialectId } from '../../src/neutral/model.ts'
import { cacheKey, type CacheMode, type KeyParts } from '../../src/rules/cache-key.ts'
import { bodies } from './cache-bodies.ts'

const parts = (over: Partial<KeyParts> = {}): KeyParts => ({
  dialect: 'openai-chat',
  endpoint: 'chat',
  path: '/chat/completions',
  query: '',
  body: bodies['openai-chat'],
  requestedModel: 'gpt-5.2',
  headers: [['openai-project', 'p1']],
  credentialScope: 'scope-1',
  routing: 'routing-1',
  ...over,
})
const keyOf = (over: Partial<KeyParts>, mode: CacheMode = 'exact') => cacheKey(parts(over), mode)
const keyOfText = (text: string, dialect: DialectId = 'openai-chat') => keyOf({ body: JSON.parse(text), dialect })

type Json = null | boolean | number | string | Json[] | { [name: string]: Json }

interface Change {
  readonly what: string
  readonly body: Json
}

const another = (leaf: null | boolean | number | string): Json => {
  if (typeof leaf === 'string') return `${leaf}!`
  if (typeof leaf === 'number') return leaf + 1
  return typeof leaf === 'boolean' ? !leaf : 0
}

/** The value with one thing changed, in every way there is: each leaf another, each member gone, each object and list with one more. */
function* changesOf(value: Json, at: string): Generator<Change> {
  if (Array.isArray(value)) {
    yield { what: `${at}[+]`, body: [...value, 'new'] }
    if (value.length > 1) yield { what: `${at} reversed`, body: value.toReversed() }
    for (const [index, inner] of value.entries()) {
      yield { what: `-${at}[${index}]`, body: value.toSpliced(index, 1) }
      for (const { what, body } of changesOf(inner, `${at}[${index}]`)) yield { what, body: value.with(index, body) }
    }
  } else if (value !== null && typeof value === 'object') {
    yield { what: `${at}.new`, body: { ...value, new: 'new' } }
    for (const [name, inner] of Object.entries(value)) {
      const { [name]: _, ...rest } = value
      yield { what: `-${at}.${name}`, body: rest }
      yield { what: `${at}.${name} renamed`, body: { ...rest, [`${name}_`]: inner } }
      for (const { what, body } of changesOf(inner, `${at}.${name}`)) yield { what, body: { ...value, [name]: body } }
    }
  } else yield { what: at, body: another(value) }
}

/** What may be changed, or left out, and leaves the key as it was. */
const idle: Readonly<Record<DialectId, readonly string[]>> = {
  anthropic: ['-.metadata', '-.metadata.user_id', '-.stream', '.metadata.user_id', '.stream'],
  'openai-chat': [
    '-.prompt_cache_key',
    '-.stream',
    '-.stream_options',
    '-.stream_options.include_obfuscation',
    '-.stream_options.include_usage',
    '-.user',
    '.prompt_cache_key',
    '.stream',
    '.stream_options.include_obfuscation',
    '.stream_options.include_usage',
    '.user',
  ],
  'openai-responses': [
    '-.stream',
    '-.stream_options',
    '-.stream_options.include_obfuscation',
    '.stream',
    '.stream_options.include_obfuscation',
  ],
  gemini: [],
}

for (const dialect of ['anthropic', 'openai-chat', 'openai-responses', 'gemini'] as const) {
  for (const mode of ['exact', 'aggressive'] as const) {
    test(`${dialect}, ${mode}: any change of a request makes another key, but for what says nothing about the answer`, () => {
      const original = bodies[dialect] as Json
      const key = keyOf({ dialect, body: original }, mode)
      const changes = [...changesOf(original, '')]
      expect(changes.length).toBeGreaterThan(100)
      const same = changes.filter(({ body }) => keyOf({ dialect, body }, mode) === key).map(({ what }) => what)
      expect(same.sort()).toEqual([...idle[dialect]].sort())
    })
  }

  test(`${dialect}: no two changes have the same key`, () => {
    const texts = new Map<string, Set<string>>()
    for (const { body } of changesOf(bodies[dialect] as Json, '')) {
      const key = keyOf({ dialect, body })
      texts.set(key, (texts.get(key) ?? new Set()).add(JSON.stringify(body)))
    }
    const original = keyOf({ dialect, body: bodies[dialect] })
    expect([...texts].filter(([key, found]) => key !== original && found.size > 1)).toEqual([])
  })
}

describe('beside the body,', () => {
  const others: readonly (readonly [string, Partial<KeyParts>])[] = [
    ['another dialect', { dialect: 'openai-responses' }],
    ['another endpoint', { endpoint: 'responses' }],
    ['another path', { path: '/groq/chat/completions' }],
    ['a query', { query: '?beta=true' }],
    ['another model', { requestedModel: 'gpt-5.2-mini' }],
    ['no model', { requestedModel: null }],
    ['a model called null', { requestedModel: 'null' }],
    ['another header', { headers: [['openai-organization', 'p1']] }],
    ['another value of a header', { headers: [['openai-project', 'p2']] }],
    [
      'one more header',
      {
        headers: [
          ['openai-project', 'p1'],
          ['x', ''],
        ],
      },
    ],
    ['no header', { headers: [] }],
    ['another payer', { credentialScope: 'scope-2' }],
    ['another routing', { routing: 'routing-2' }],
    ['text that moves from the path to the query', { path: '/chat/completion', query: 's' }],
    ['text that moves from the payer to the routing', { credentialScope: 'scope-', routing: '1routing-1' }],
    ['a header whose value holds the next', { headers: [['openai-project', 'p1"],["x","']] }],
    ['an empty body', { body: {} }],
  ]
  test('whatever else differs makes another key', () => {
    const keys = [keyOf({}), ...others.map(([, over]) => keyOf(over))]
    const twice = others.filter((_, index) => keys.indexOf(keys[index + 1] ?? '') !== index + 1)
    expect(twice.map(([what]) => what)).toEqual([])
  })

  test('the order and the case of header names say nothing', () => {
    const one = keyOf({
      headers: [
        ['anthropic-beta', 'a'],
        ['anthropic-version', 'b'],
      ],
    })
    const other = keyOf({
      headers: [
        ['Anthropic-Version', 'b'],
        ['Anthropic-Beta', 'a'],
      ],
    })
    expect(other).toBe(one)
  })

  test('the modes never share a key', () => {
    expect(keyOf({}, 'aggressive')).not.toBe(keyOf({}, 'exact'))
  })

  test('a key is a SHA-256 in hex, a file name that holds no word of the request', () => {
    expect(keyOf({})).toMatch(/^[0-9a-f]{64}$/)
  })
})

describe('the same request written in another way', () => {
  test('has the same key: members in another order, white space, numbers, escapes', () => {
    const key = keyOfText('{"model":"m","temperature":0,"top_p":1,"messages":[{"role":"user","content":"é/"}]}')
    for (const same of [
      '{"messages":[{"content":"é/","role":"user"}],"top_p":1,"temperature":0,"model":"m"}',
      '{ "model": "m", "temperature": 0.0, "top_p": 1e0, "messages": [ { "role": "user", "content": "\\u00e9\\/" } ] }',
      '{"model":"m","temperature":-0,"top_p":1.0,"messages":[{"role":"user","content":"é/"}]}',
    ])
      expect(keyOfText(same)).toBe(key)
  })

  test('does not have it where the text only looks the same', () => {
    const texts = [
      '{"a":"é"}',
      '{"a":"é"}'.normalize('NFD'),
      '{"a":"É"}',
      '{"a":1}',
      '{"a":"1"}',
      '{"a":[1]}',
      '{"a":null}',
      '{"a":1e999}',
      '{"a":-1e999}',
      '{"a":"\\ud800"}',
      '{"a":"\\ud801"}',
      '{"a":"\\ufffd"}',
      '{"a":{}}',
      '{"a":[]}',
      '{}',
      '{"__proto__":1}',
    ]
    expect(new Set(texts.map((text) => keyOfText(text))).size).toBe(texts.length)
  })
})

describe('an answer asked for whole and as a stream has one key:', () => {
  test('Messages, Chat Completions, Responses', () => {
    for (const dialect of ['anthropic', 'openai-chat', 'openai-responses'] as const) {
      const whole = keyOfText('{"model":"m"}', dialect)
      for (const text of ['{"model":"m","stream":true}', '{"model":"m","stream":false}', '{"model":"m","stream":null}'])
        expect(keyOfText(text, dialect)).toBe(whole)
      expect(keyOfText('{"model":"m","stream":"yes"}', dialect)).not.toBe(whole)
    }
    expect(keyOfText('{"model":"m","stream":true,"stream_options":{"include_usage":true}}')).toBe(
      keyOfText('{"model":"m"}'),
    )
    // A server's own option changes the frames.
    expect(keyOfText('{"model":"m","stream":true,"stream_options":{"continuous_usage_stats":true}}')).not.toBe(
      keyOfText('{"model":"m"}'),
    )
  })

  test('Gemini, whose path and query say it', () => {
    const body = bodies.gemini
    const at = (endpoint: KeyParts['endpoint'], verb: string, query: string) =>
      keyOf({ dialect: 'gemini', endpoint, path: `/models/gemini-2.5-pro:${verb}`, query, body })
    const whole = at('generate', 'generateContent', '')
    expect(at('stream_generate', 'streamGenerateContent', '?alt=sse')).toBe(whole)
    expect(at('stream_generate', 'streamGenerateContent', '')).toBe(whole)
    expect(at('generate', 'generateContent', '?alt=json')).toBe(whole)
    expect(at('generate', 'generateContent', '?alt=proto')).not.toBe(whole)
    expect(at('gemini_count_tokens', 'countTokens', '')).not.toBe(whole)
    expect(at('stream_generate', 'streamGenerateContent', '?alt=sse&x=1')).toBe(
      at('generate', 'generateContent', '?x=1'),
    )
  })
})

test('who asks is left out only where no answer repeats it', () => {
  const anthropic = (metadata: unknown) => keyOf({ dialect: 'anthropic', body: { model: 'm', metadata } })
  expect(anthropic({ user_id: 'u1' })).toBe(anthropic({ user_id: 'u2' }))
  expect(anthropic({ user_id: 'u1', team: 'a' })).not.toBe(anthropic({ user_id: 'u1', team: 'b' }))
  expect(anthropic({ user_id: 5 })).not.toBe(anthropic({ user_id: 'u1' }))
  const responses = (body: object) => keyOf({ dialect: 'openai-responses', body })
  for (const name of ['user', 'safety_identifier', 'prompt_cache_key', 'metadata'])
    expect(responses({ model: 'm', [name]: 'one' })).not.toBe(responses({ model: 'm', [name]: 'two' }))
  expect(keyOf({ body: { safety_identifier: 'one' } })).not.toBe(keyOf({ body: { safety_identifier: 'two' } }))
})

test('the body is not changed by making its key', () => {
  const body = structuredClone(bodies.anthropic)
  keyOf({ dialect: 'anthropic', body }, 'aggressive')
  keyOf({ dialect: 'anthropic', body }, 'exact')
  expect(body).toEqual(bodies.anthropic)
})
