/** In which ways a provider can be asked, best first. */
import { expect, test } from 'bun:test'
import type { DialectId, Endpoint } from '../../src/neutral/model.ts'
import { directWay, translatedWays } from '../../src/pipeline/ways.ts'
import type { Speech } from '../../src/providers/cloud/cloud.ts'
import { catalogWith, named } from '../providers/support.ts'
import { call } from '../support/calls.ts'

const endpoints: Readonly<Record<DialectId, Endpoint>> = {
  anthropic: 'messages',
  'openai-chat': 'chat',
  'openai-responses': 'responses',
  gemini: 'generate',
}

const waysOf = (id: string, dialect: DialectId, over: object = {}, speech: Speech | null = null) => {
  const asked = { provider: named(catalogWith(), id), speech }
  const one = call({ dialect, endpoint: endpoints[dialect], ...over })
  const direct = directWay(asked, one, false)
  return [...(direct === null ? [] : ['direct']), ...translatedWays(asked, one).map(({ api }) => api)]
}

test.each([
  ['anthropic', 'anthropic', ['direct']],
  ['anthropic', 'openai-chat', ['messages']],
  ['anthropic', 'gemini', ['messages']],
  // The Responses API keeps a model's reasoning from turn to turn; Chat Completions does not.
  ['openai', 'anthropic', ['responses', 'chat']],
  ['openai', 'gemini', ['responses', 'chat']],
  ['openai', 'openai-chat', ['direct', 'responses']],
  ['openai', 'openai-responses', ['direct', 'chat']],
  ['google', 'anthropic', ['generate']],
  ['google', 'openai-chat', ['generate']],
  // What a provider speaks best goes before what it speaks beside it.
  ['groq', 'anthropic', ['chat', 'responses']],
  ['deepseek', 'anthropic', ['direct', 'chat']],
  ['deepseek', 'gemini', ['chat', 'messages']],
  ['vllm', 'anthropic', ['direct', 'chat', 'responses']],
  ['together', 'openai-responses', ['chat']],
] as const)('%s for %s: %p', (id, dialect, expected) => {
  expect(waysOf(id, dialect)).toEqual([...expected])
})

test('an imitation of the caller’s API counts for those who name the provider in the path', () => {
  const provider = named(catalogWith(), 'anthropic')
  const chat = call({ dialect: 'openai-chat', endpoint: 'chat' })
  expect(directWay({ provider, speech: null }, chat, true)).toEqual({
    api: 'chat',
    form: 'openai-chat',
    isTranslated: false,
  })
  expect(directWay({ provider, speech: null }, chat, false)).toBeNull()
})

test('a stream of Gemini’s has a path of its own', () => {
  expect(waysOf('google', 'anthropic', { isStream: true })).toEqual(['stream_generate'])
})

test('a platform is asked the way of the model', () => {
  const claude: Speech = { apis: ['messages'], form: 'anthropic' }
  const nova: Speech = { apis: [], form: 'converse' }
  expect(waysOf('bedrock', 'anthropic', {}, claude)).toEqual(['direct'])
  expect(waysOf('bedrock', 'openai-chat', {}, claude)).toEqual(['messages'])
  expect(waysOf('bedrock', 'anthropic', {}, nova)).toEqual(['converse'])
})

test('a count is asked for where one is made', () => {
  const count = { endpoint: 'count_tokens' as const }
  expect(waysOf('anthropic', 'anthropic', count)).toEqual(['direct'])
  expect(waysOf('openai', 'anthropic', count)).toEqual(['input_tokens'])
  expect(waysOf('google', 'anthropic', count)).toEqual(['gemini_count_tokens'])
  expect(waysOf('groq', 'anthropic', count)).toEqual([])
  const gemini = { endpoint: 'gemini_count_tokens' as const }
  expect(waysOf('anthropic', 'gemini', gemini)).toEqual(['count_tokens'])
  expect(waysOf('bedrock', 'gemini', gemini, { apis: ['messages'], form: 'anthropic' })).toEqual([])
  expect(waysOf('vertex', 'gemini', gemini, { apis: ['messages', 'count_tokens'], form: 'anthropic' })).toEqual([
    'count_tokens',
  ])
})

test('what makes no answer is not translated', () => {
  for (const endpoint of ['embeddings', 'models', 'raw', 'responses_compact'] as const)
    expect(waysOf('groq', 'anthropic', { endpoint }).filter((way) => way !== 'direct')).toEqual([])
})
