import { describe, expect, test } from 'bun:test'
import type { Part } from '../../src/neutral/message.ts'
import type { DialectId } from '../../src/neutral/model.ts'
import type { FinishKind, NeutralReply } from '../../src/neutral/reply.ts'
import { noUsage } from '../../src/neutral/usage.ts'
import { replyVerdict, requestVerdict } from '../../src/rules/cacheable.ts'
import { bodies } from './cache-bodies.ts'

const dialects = ['anthropic', 'openai-chat', 'openai-responses', 'gemini'] as const
const strict = { onlyWhenDeterministic: true }
const verdict = (dialect: DialectId, over: object, settings = strict) =>
  requestVerdict({ ...(bodies[dialect] as object), ...over }, dialect, settings)
const whyNot = (dialect: DialectId, over: object) => {
  const found = verdict(dialect, over)
  return found.isCacheable ? null : found.why
}

describe('a request may be answered from the cache', () => {
  test.each([...dialects])('with functions, pictures and a schema, at a temperature of 0: %s', (dialect) => {
    expect(verdict(dialect, {})).toEqual({ isCacheable: true })
  })

  test('only with an explicit temperature of exactly 0', () => {
    const no = { isCacheable: false, why: 'its temperature is not 0' }
    for (const dialect of ['anthropic', 'openai-chat', 'openai-responses'] as const) {
      for (const temperature of [undefined, null, 1, 0.0001, '0', false])
        expect(verdict(dialect, { temperature })).toEqual(no as never)
      expect(verdict(dialect, { temperature: -0 })).toEqual({ isCacheable: true })
    }
    expect(verdict('gemini', { generationConfig: { temperature: 0.1 } })).toEqual(no as never)
    expect(verdict('gemini', { generationConfig: undefined, temperature: 0 })).toEqual(no as never)
    expect(verdict('gemini', { generationConfig: undefined, generation_config: { temperature: 0 } })).toEqual({
      isCacheable: true,
    })
  })

  test('at any temperature where the settings say so', () => {
    for (const dialect of dialects) {
      const over = { temperature: undefined, generationConfig: undefined }
      expect(verdict(dialect, over, { onlyWhenDeterministic: false })).toEqual({ isCacheable: true })
    }
  })
})

describe('a request is not answered from the cache', () => {
  const elsewhere = 'it builds on what the provider has stored'
  const cases: readonly (readonly [DialectId, object, string])[] = [
    ['anthropic', { messages: undefined }, 'it holds no conversation'],
    ['anthropic', { container: 'c1' }, `${elsewhere} (container)`],
    ['anthropic', { mcp_servers: [{ type: 'url', url: 'https://x' }] }, 'tools run at the provider (mcp_servers)'],
    ['anthropic', { fallback_credit_token: 't' }, 'it can be used once only (fallback_credit_token)'],
    ['anthropic', { tools: [{ type: 'web_search_20250305', name: 'w' }] }, 'tools run at the provider (tools)'],
    ['anthropic', { tools: [{ type: 'code_execution_20260120' }] }, 'tools run at the provider (tools)'],
    ['anthropic', { tools: ['bash'] }, 'tools run at the provider (tools)'],
    ['openai-chat', { messages: undefined, input: 'text' }, 'it holds no conversation'],
    ['openai-chat', { store: true }, 'the provider is to store it (store)'],
    ['openai-chat', { n: 2 }, 'it asks for several answers'],
    ['openai-chat', { modalities: ['text', 'audio'] }, 'it asks for more than text'],
    ['openai-chat', { audio: { voice: 'alloy', format: 'wav' } }, 'it asks for audio (audio)'],
    ['openai-chat', { web_search_options: {} }, 'it asks for fresh data (web_search_options)'],
    ['openai-chat', { search_parameters: { mode: 'auto' } }, 'it asks for fresh data (search_parameters)'],
    ['openai-chat', { search_recency_filter: 'day' }, 'it asks for fresh data (search_recency_filter)'],
    ['openai-chat', { plugins: [{ id: 'web' }] }, 'tools run at the provider (plugins)'],
    ['openai-chat', { tools: [{ type: 'browser_search' }] }, 'tools run at the provider (tools)'],
    ['openai-responses', { previous_response_id: 'resp_1' }, `${elsewhere} (previous_response_id)`],
    ['openai-responses', { conversation: 'conv_1' }, `${elsewhere} (conversation)`],
    ['openai-responses', { prompt: { id: 'pmpt_1' } }, `${elsewhere} (prompt)`],
    ['openai-responses', { background: true }, 'the answer is fetched later (background)'],
    ['openai-responses', { store: true }, 'the provider is to store it (store)'],
    ['openai-responses', { tools: [{ type: 'web_search' }] }, 'tools run at the provider (tools)'],
    ['openai-responses', { tools: [{ type: 'mcp', server_url: 'https://x' }] }, 'tools run at the provider (tools)'],
    ['gemini', { cachedContent: 'cachedContents/1' }, `${elsewhere} (cachedContent)`],
    ['gemini', { store: true }, 'the provider is to store it (store)'],
    ['gemini', { tools: [{ googleSearch: {} }] }, 'tools run at the provider (tools)'],
    ['gemini', { tools: [{ functionDeclarations: [], codeExecution: {} }] }, 'tools run at the provider (tools)'],
    ['gemini', { generationConfig: { temperature: 0, candidateCount: 2 } }, 'it asks for several answers'],
    ['gemini', { generationConfig: { temperature: 0, responseModalities: ['IMAGE'] } }, 'it asks for more than text'],
    ['gemini', { generation_config: { temperature: 0 }, contents: [] }, 'it holds no conversation'],
  ]
  test.each(cases)('%s %j: %s', (dialect, over, why) => expect(whyNot(dialect, over)).toBe(why))

  const link = 'it refers to a URL, and what is there can change'
  const url = 'https://example.com/a.png'
  const links: readonly (readonly [DialectId, object])[] = [
    ['anthropic', { messages: [{ role: 'user', content: [{ type: 'image', source: { type: 'url', url } }] }] }],
    ['openai-chat', { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url } }] }] }],
    ['openai-responses', { input: [{ role: 'user', content: [{ type: 'input_image', image_url: url }] }] }],
    ['openai-responses', { input: [{ role: 'user', content: [{ type: 'input_file', file_url: url }] }] }],
    ['gemini', { contents: [{ parts: [{ fileData: { fileUri: 'gs://bucket/a.png' } }] }] }],
    ['gemini', { contents: [{ parts: [{ file_data: { file_uri: url } }] }] }],
  ]
  test.each(links)('%s that refers to what can change: %j', (dialect, over) => expect(whyNot(dialect, over)).toBe(link))

  test('whose numbers a key can not tell apart', () => {
    const seed = (text: string) => whyNot('openai-chat', { seed: JSON.parse(text) as number })
    expect(seed('9007199254740993')).toBe('it holds a number with too many digits')
    expect(seed('9007199254740991')).toBeNull()
    expect(seed('1e999')).toBe('it holds a number with too many digits')
  })

  test('that is nested so deeply that reading it could fail', () => {
    const nested = (depth: number) => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`) as unknown
    expect(whyNot('anthropic', { extra: nested(100_000) })).toBe('it is nested too deeply')
    expect(whyNot('anthropic', { extra: nested(100) })).toBeNull()
  })

  test('whose body is no object', () => {
    expect(requestVerdict([], 'anthropic', strict)).toEqual({ isCacheable: false, why: 'the body is no object' })
  })
})

test('fields that are there and ask for nothing change nothing', () => {
  const idle = { store: false, previous_response_id: null, background: false, conversation: null, tools: [] }
  expect(verdict('openai-responses', idle)).toEqual({ isCacheable: true })
  expect(verdict('openai-chat', { n: 1, modalities: ['text'], audio: null, plugins: [] })).toEqual({
    isCacheable: true,
  })
  expect(verdict('anthropic', { mcp_servers: [], container: null, tools: [{ type: 'custom', name: 't' }] })).toEqual({
    isCacheable: true,
  })
})

describe('an answer', () => {
  const text = (words: string): Part => ({ type: 'text', text: words })
  const reply = (over: Partial<NeutralReply> = {}): NeutralReply => ({
    id: 'r1',
    model: 'm',
    parts: [{ type: 'reasoning', text: 'Hm.' }, text('It snows.')],
    finish: { kind: 'stop' },
    usage: noUsage,
    ...over,
  })
  const why = (over: Partial<NeutralReply>, folded: readonly string[] = []) => {
    const found = replyVerdict(reply(over), folded)
    return found.isCacheable ? null : found.why
  }

  test('of text that ended by itself is kept', () => {
    expect(replyVerdict(reply(), [])).toEqual({ isCacheable: true })
    expect(why({ finish: { kind: 'stop-sequence', stopSequence: 'END' } })).toBeNull()
    expect(why({ usage: null })).toBeNull()
  })

  const endings: readonly (readonly [FinishKind, string])[] = [
    ['length', 'the answer was cut off at its limit'],
    ['tool-calls', 'the answer calls tools'],
    ['refusal', 'the model refused'],
    ['content-filter', 'the answer was filtered'],
    ['pause', 'the answer is to be continued'],
    ['context', 'the answer was cut off at the end of the window'],
    ['error', 'the answer ended in an error'],
    ['other', 'why the answer ended is not known'],
  ]
  test.each(endings)('that ended with %s is not: %s', (kind, reason) => expect(why({ finish: { kind } })).toBe(reason))

  const others: readonly (readonly [Part, string])[] = [
    [{ type: 'tool-call', id: 'c', name: 't', kind: 'function', arguments: { text: '{}' } }, 'the answer calls tools'],
    [{ type: 'refusal', text: 'No.' }, 'the model refused'],
    [{ type: 'web-search', id: null, query: 'snow', sources: [] }, 'the answer was looked up'],
    [{ type: 'foreign', dialect: 'anthropic', name: 'server_tool_use', value: {} }, 'the answer holds more than text'],
    [
      { type: 'media', media: 'image', mediaType: 'image/png', source: { kind: 'base64', data: '' } },
      'the answer holds more than text',
    ],
  ]
  test.each(others)('that holds %j is not, whatever it says it ended with', (part, reason) =>
    expect(why({ parts: [text('Well.'), part] })).toBe(reason),
  )

  test('that was looked up is not, asked for or not', () => {
    expect(why({ usage: { ...noUsage, webSearches: 1 } })).toBe('the answer was looked up')
    const citation = { url: 'https://example.com', title: null, quote: null, start: null, end: null }
    expect(why({ parts: [{ type: 'text', text: 'Snow.', citations: [citation] }] })).toBe('the answer was looked up')
    expect(why({ parts: [{ type: 'text', text: 'Snow.', citations: [{ ...citation, url: null }] }] })).toBeNull()
  })

  test('that says nothing is not', () => {
    expect(why({ parts: [] })).toBe('the answer says nothing')
    expect(why({ parts: [text(' \n')] })).toBe('the answer says nothing')
  })

  test('that repeats what its key took no notice of is not', () => {
    const repeats = 'the answer repeats a date or an id of its request'
    const folded = ['2026-01-05', '0198c6a2-7e1c-7b3f-9d1e-2f4a6b8c0d1e']
    expect(why({ parts: [text('It is 2026-01-05.')] }, folded)).toBe(repeats)
    expect(why({ parts: [text('DELETE 0198C6A2-7E1C-7B3F-9D1E-2F4A6B8C0D1E')] }, folded)).toBe(repeats)
    expect(why({ parts: [{ type: 'reasoning', text: 'On 2026-01-05?' }, text('No.')] }, folded)).toBe(repeats)
    expect(why({ parts: [text('It is 2026-01-06.')] }, folded)).toBeNull()
  })
})
