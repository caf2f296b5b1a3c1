/** Which provider a model goes to, and what is sent as its name. */
import { expect, test } from 'bun:test'
import { nearestNames } from '../../src/providers/near.ts'
import type { ApiId, Catalog } from '../../src/providers/provider.ts'
import {
  type Addressee,
  type KnownModels,
  matchesMount,
  refusalOf,
  type Resolution,
  resolveModel,
} from '../../src/providers/resolve.ts'
import { catalogWith } from './support.ts'

const listing: Readonly<Record<string, readonly string[]>> = {
  'llama-3.3-70b-versatile': ['groq'],
  'openai/gpt-oss-120b': ['groq', 'together', 'openrouter'],
  'meta-llama/llama-3.3-70b': ['together', 'openrouter'],
  'x-ai/grok-4': ['openrouter'],
  'openrouter/sherlock': ['openrouter'],
  'groq/own-thing': ['groq'],
  'claude-sonnet-4-5': ['anthropic'],
  'claude-haiku-4-5': ['anthropic'],
  'gpt-5-mini': ['openai'],
  'someone-elses': ['not-in-our-catalog'],
}

const knownModels: KnownModels = {
  providersOf: (model) => (Object.hasOwn(listing, model) ? (listing[model] ?? []) : []),
  names: () => Object.keys(listing),
}

const homes: Readonly<Partial<Record<ApiId | 'raw', string>>> = {
  messages: 'anthropic',
  count_tokens: 'anthropic',
  generate: 'google',
}

interface Place {
  readonly api?: ApiId | 'raw'
  readonly addressee?: Addressee
  readonly catalog?: Catalog
}

function resolve(name: string | null, { api = 'chat', addressee, catalog = catalogWith() }: Place = {}): Resolution {
  const home: Addressee = { provider: homes[api] ?? 'openai', by: 'dialect' }
  return resolveModel(name, { catalog, api, addressee: addressee ?? home, knownModels })
}

/** `provider model by`, with a mark where the body must be changed. */
function short(resolution: Resolution): string {
  if (resolution.kind === 'unknown') return `unknown ${resolution.near.join(' ')}`.trim()
  if (resolution.kind === 'wrong-api') return `wrong-api ${resolution.provider.id}`
  const { provider, model, by, rewritten } = resolution
  return `${provider.id} ${model} ${by}${rewritten ? ' rewritten' : ''}`
}

const byPrefix: readonly (readonly [name: string, provider: string, api: ApiId])[] = [
  ['claude-sonnet-4-5-20250929', 'anthropic', 'messages'],
  ['claude-opus-9', 'anthropic', 'messages'],
  ['Claude-Sonnet-4-5', 'anthropic', 'messages'],
  ['claude-sonnet-4-5', 'anthropic', 'chat'],
  ['gpt-5-2025-08-07', 'openai', 'responses'],
  ['gpt-7', 'openai', 'chat'],
  ['gpt-4.1-nano-2025-04-14', 'openai', 'chat'],
  ['o1', 'openai', 'chat'],
  ['o3-mini', 'openai', 'responses'],
  ['o4-mini-deep-research-2025-06-26', 'openai', 'responses'],
  ['chatgpt-4o-latest', 'openai', 'chat'],
  ['codex-mini-latest', 'openai', 'responses'],
  ['ft:gpt-4o:org::id', 'openai', 'chat'],
  ['ft:o4-mini-2025-04-16:org:name:id', 'openai', 'chat'],
  ['text-embedding-3-small', 'openai', 'embeddings'],
  ['gemini-2.5-pro', 'google', 'generate'],
  ['models/gemini-2.5-pro', 'google', 'chat'],
  ['gemini-9-ultra-preview', 'google', 'generate'],
  ['gemini-embedding-001', 'google', 'embeddings'],
  ['grok-4.3', 'xai', 'chat'],
  ['deepseek-chat', 'deepseek', 'chat'],
  ['deepseek-v4-pro', 'deepseek', 'messages'],
  ['mistral-large-2512', 'mistral', 'chat'],
  ['magistral-medium-latest', 'mistral', 'chat'],
  ['codestral-2508', 'mistral', 'chat'],
  ['ministral-8b-latest', 'mistral', 'chat'],
  ['open-mistral-nemo', 'mistral', 'chat'],
  ['ft:open-mistral-7b:org:20260101:id', 'mistral', 'chat'],
  ['sonar', 'perplexity', 'chat'],
  ['sonar-reasoning-pro', 'perplexity', 'chat'],
  ['accounts/fireworks/models/kimi-k3', 'fireworks', 'chat'],
]

test("a vendor's own names, dated, fine-tuned and of models to come, go to it unchanged", () => {
  for (const [name, provider, api] of byPrefix) {
    expect(short(resolve(name, { api }))).toBe(`${provider} ${name} prefix`)
  }
})

test('names that only begin like a vendor’s are not its own', () => {
  for (const name of [
    'gpt-oss:20b',
    'gpt-oss-120b',
    'o1xyz',
    'sonarqube',
    'deepseek-r1:8b',
    'deepseek-r1-distill-llama-70b',
    'mistral-large-3:675b',
  ]) {
    expect([name, resolve(name).kind]).toEqual([name, 'unknown'])
  }
})

test('provider/model keeps all that follows the first slash', () => {
  expect(short(resolve('groq/llama-3.3-70b-versatile'))).toBe('groq llama-3.3-70b-versatile provider/model rewritten')
  expect(short(resolve('groq/openai/gpt-oss-120b'))).toBe('groq openai/gpt-oss-120b provider/model rewritten')
  expect(short(resolve('openrouter/anthropic/claude-sonnet-4.5'))).toBe(
    'openrouter anthropic/claude-sonnet-4.5 provider/model rewritten',
  )
  expect(short(resolve('together/a/b/c/d'))).toBe('together a/b/c/d provider/model rewritten')
  expect(short(resolve('anthropic/claude-opus-9', { api: 'messages' }))).toBe(
    'anthropic claude-opus-9 provider/model rewritten',
  )
  expect(short(resolve('OpenAI/GPT-5-Mini'))).toBe('openai GPT-5-Mini provider/model rewritten')
  expect(short(resolve('ollama/deepseek-r1:8b'))).toBe('ollama deepseek-r1:8b provider/model rewritten')
})

test("ids that begin with their provider's own name stay whole", () => {
  expect(short(resolve('openrouter/auto'))).toBe('openrouter openrouter/auto provider/model')
  expect(short(resolve('groq/compound-mini'))).toBe('groq groq/compound-mini provider/model')
  expect(short(resolve('groq/own-thing'))).toBe('groq groq/own-thing provider/model')
  const catalog = catalogWith({ config: { vllm: { models: ['vllm/house'] } } })
  expect(short(resolve('vllm/house', { catalog }))).toBe('vllm vllm/house provider/model')
})

test('a provider named without a model is no provider', () => {
  expect(resolve('groq/').kind).toBe('unknown')
  expect(resolve('/gpt-5').kind).toBe('unknown')
})

test('a mount takes the model as it is', () => {
  const at = (provider: string): Place => ({ addressee: { provider, by: 'mount' } })
  expect(short(resolve('anthropic/claude-sonnet-4.5', at('openrouter')))).toBe(
    'openrouter anthropic/claude-sonnet-4.5 mount',
  )
  expect(short(resolve('openai/gpt-oss-120b', at('groq')))).toBe('groq openai/gpt-oss-120b mount')
  expect(short(resolve('gpt-5', at('mistral')))).toBe('mistral gpt-5 mount')
  expect(short(resolve('whatever', { ...at('together'), api: 'responses' }))).toBe('together whatever mount')
})

test('what names no model, and the other paths of a dialect, go to whom the caller addressed', () => {
  expect(short(resolve(null, { api: 'models' }))).toBe('openai null dialect')
  expect(short(resolve('claude-opus-4-1', { api: 'raw' }))).toBe('openai claude-opus-4-1 dialect')
})

test('models of the config come before prefixes, and stay as they are', () => {
  const catalog = catalogWith({
    config: {
      lab: { dialect: 'openai-chat', baseUrl: 'http://10.0.0.5/v1', models: ['gpt-lab', 'shared'] },
      den: { dialect: 'anthropic', baseUrl: 'http://10.0.0.6', models: ['shared'] },
      ollama: { models: ['qwen3:8b'] },
    },
  })
  expect(short(resolve('gpt-lab', { catalog }))).toBe('lab gpt-lab config-models')
  expect(short(resolve('qwen3:8b', { catalog, api: 'messages' }))).toBe('ollama qwen3:8b config-models')
  expect(short(resolve('shared', { catalog }))).toBe('lab shared config-models')
  expect(short(resolve('shared', { catalog, api: 'messages' }))).toBe('den shared config-models')
  expect(short(resolve('lab/anything', { catalog }))).toBe('lab anything provider/model rewritten')
  expect(short(resolve('gpt-lab', { catalog, api: 'responses' }))).toBe('wrong-api lab')
})

test('the price table decides last: whoever is addressed, can answer and has a key', () => {
  expect(short(resolve('llama-3.3-70b-versatile'))).toBe('groq llama-3.3-70b-versatile price-table')
  expect(short(resolve('meta-llama/llama-3.3-70b'))).toBe('together meta-llama/llama-3.3-70b price-table')
  const catalog = catalogWith({ environment: { OPENROUTER_API_KEY: 'sk-or-v1-fake' } })
  expect(short(resolve('meta-llama/llama-3.3-70b', { catalog }))).toBe(
    'openrouter meta-llama/llama-3.3-70b price-table',
  )
  // Together has no Messages API, so its key does not help it.
  const both = catalogWith({ environment: { TOGETHER_API_KEY: 'tgp_v1_fake' } })
  expect(short(resolve('meta-llama/llama-3.3-70b', { catalog: both, api: 'messages' }))).toBe(
    'openrouter meta-llama/llama-3.3-70b price-table',
  )
  expect(short(resolve('x-ai/grok-4'))).toBe('openrouter x-ai/grok-4 price-table')
  expect(resolve('someone-elses').kind).toBe('unknown')
})

test('a model whose provider does not speak the API is told where it works', () => {
  const resolution = resolve('gpt-5', { api: 'messages' })
  expect(short(resolution)).toBe('wrong-api openai')
  if (resolution.kind !== 'wrong-api') throw new Error('expected wrong-api')
  expect(resolution.speaks).toEqual(['chat', 'models', 'responses', 'responses_compact', 'input_tokens', 'embeddings'])
  const error = refusalOf(resolution, 'gpt-5', '/v1/messages')
  expect(error.status).toBe(400)
  expect(error.message).toBe(
    'The model "gpt-5" is at OpenAI, which has nothing like /v1/messages. It answers at /v1/chat/completions, ' +
      '/v1/responses or /v1/embeddings.',
  )
  expect(short(resolve('claude-opus-4-1', { api: 'responses' }))).toBe('wrong-api anthropic')
  expect(short(resolve('grok-4.3', { api: 'generate' }))).toBe('wrong-api xai')
  expect(short(resolve('deepseek-chat', { api: 'count_tokens' }))).toBe('wrong-api deepseek')
})

test('an unknown model gets the nearest names', () => {
  const resolution = resolve('cluade-sonnet-4.5')
  expect(short(resolution)).toBe('unknown claude-sonnet-4-5')
  if (resolution.kind !== 'unknown') throw new Error('expected unknown')
  const error = refusalOf(resolution, 'cluade-sonnet-4.5', '/v1/chat/completions')
  expect(error.status).toBe(404)
  expect(error.message).toBe(
    'No provider is known for the model "cluade-sonnet-4.5". Did you mean claude-sonnet-4-5? A provider can be named too: provider/model.',
  )
  const far = resolve('zzzzzzzzzz')
  expect(short(far)).toBe('unknown')
  if (far.kind !== 'unknown') throw new Error('expected unknown')
  expect(refusalOf(far, 'z'.repeat(5000), '/').message.length).toBeLessThan(250)
})

test('a ChatGPT login takes OpenAI’s names, and names of its own, but no other vendor’s', () => {
  const login: Place = { api: 'responses', addressee: { provider: 'openai-chatgpt', by: 'login' } }
  expect(short(resolve('gpt-5.3-codex', login))).toBe('openai-chatgpt gpt-5.3-codex prefix')
  expect(short(resolve('arcanine', login))).toBe('openai-chatgpt arcanine login')
  expect(short(resolve('grok-4.3', login))).toBe('xai grok-4.3 prefix')
  expect(short(resolve('openai/gpt-5', login))).toBe('openai gpt-5 provider/model rewritten')
  expect(short(resolve('gpt-5', { ...login, api: 'responses_compact' }))).toBe('openai-chatgpt gpt-5 prefix')
  expect(short(resolve('gpt-5', { ...login, api: 'chat' }))).toBe('wrong-api openai-chatgpt')
})

test('a mount is the first segment of the path, when that is a provider', () => {
  const catalog = catalogWith({ config: { 'my.lab': { dialect: 'openai-chat', baseUrl: 'http://10.0.0.5/v1' } } })
  expect(matchesMount('/groq/v1/chat/completions', catalog)).toEqual({ provider: 'groq', rest: '/v1/chat/completions' })
  expect(matchesMount('/openai-chatgpt/responses', catalog)).toEqual({ provider: 'openai-chatgpt', rest: '/responses' })
  expect(matchesMount('/my.lab/v1/models', catalog)).toEqual({ provider: 'my.lab', rest: '/v1/models' })
  expect(matchesMount('/groq', catalog)).toEqual({ provider: 'groq', rest: '/' })
  expect(matchesMount('/groq/', catalog)).toEqual({ provider: 'groq', rest: '/' })
  expect(matchesMount('/groq/groq/v1', catalog)).toEqual({ provider: 'groq', rest: '/groq/v1' })
  for (const path of [
    '/v1/chat/completions',
    '/Groq/v1',
    '/',
    '',
    '//groq/v1',
    '/groqq/v1',
    '/constructor/v1',
    '/health',
  ]) {
    expect([path, matchesMount(path, catalog)]).toEqual([path, null])
  }
})

test('near names forgive slips, case and separators, and keep to their number', () => {
  const names = [
    'claude-sonnet-4-5',
    'claude-opus-4-1',
    'gpt-5',
    'gpt-5-mini',
    'gpt-5-nano',
    'gpt-5-pro',
    'o1',
    'gemini-2.5-pro',
  ]
  expect(nearestNames('Claude Sonnet 4.5', names, 3)).toEqual(['claude-sonnet-4-5'])
  expect(nearestNames('gmini-2.5-pro', names, 3)).toEqual(['gemini-2.5-pro'])
  expect(nearestNames('gpt-5-min', names, 1)).toEqual(['gpt-5-mini'])
  expect(nearestNames('gpt5', names, 3)).toEqual(['gpt-5', 'gpt-5-pro', 'gpt-5-mini'])
  expect(nearestNames('', names, 3)).toEqual([])
  expect(nearestNames('---', names, 3)).toEqual([])
  expect(nearestNames('llama-3.3-70b', names, 3)).toEqual([])
  expect(nearestNames('gpt-5', ['gpt-5', 'gpt-5'], 3)).toEqual(['gpt-5'])
})
