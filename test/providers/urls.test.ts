/** Where each provider is asked: literal URLs per API, raw paths, and base URLs moved by config and environment. */
import { expect, test } from 'bun:test'
import { rows } from '../../src/providers/catalog.ts'
import type { ApiId } from '../../src/providers/provider.ts'
import { upstreamUrl } from '../../src/providers/urls.ts'
import { catalogWith, named } from './support.ts'

const paths: Readonly<Record<ApiId, string>> = {
  messages: '/messages',
  count_tokens: '/messages/count_tokens',
  chat: '/chat/completions',
  responses: '/responses',
  responses_compact: '/responses/compact',
  embeddings: '/embeddings',
  generate: '/models/m-1:generateContent',
  stream_generate: '/models/m-1:streamGenerateContent',
  gemini_count_tokens: '/models/m-1:countTokens',
  models: '/models',
  input_tokens: '/responses/input_tokens',
}

/** From the vendors' API references; an API that is not listed is one that the vendor does not document. */
const documented: Readonly<Record<string, Partial<Record<ApiId, string>>>> = {
  anthropic: {
    messages: 'https://api.anthropic.com/v1/messages',
    count_tokens: 'https://api.anthropic.com/v1/messages/count_tokens',
    chat: 'https://api.anthropic.com/v1/chat/completions',
    models: 'https://api.anthropic.com/v1/models',
  },
  openai: {
    input_tokens: 'https://api.openai.com/v1/responses/input_tokens',
    chat: 'https://api.openai.com/v1/chat/completions',
    responses: 'https://api.openai.com/v1/responses',
    responses_compact: 'https://api.openai.com/v1/responses/compact',
    embeddings: 'https://api.openai.com/v1/embeddings',
    models: 'https://api.openai.com/v1/models',
  },
  google: {
    generate: 'https://generativelanguage.googleapis.com/v1beta/models/m-1:generateContent',
    stream_generate: 'https://generativelanguage.googleapis.com/v1beta/models/m-1:streamGenerateContent',
    gemini_count_tokens: 'https://generativelanguage.googleapis.com/v1beta/models/m-1:countTokens',
    models: 'https://generativelanguage.googleapis.com/v1beta/models',
    chat: 'https://generativelanguage.googleapis.com/v1beta/openai/chat/completions',
    embeddings: 'https://generativelanguage.googleapis.com/v1beta/openai/embeddings',
  },
  xai: {
    chat: 'https://api.x.ai/v1/chat/completions',
    responses: 'https://api.x.ai/v1/responses',
    messages: 'https://api.x.ai/v1/messages',
    models: 'https://api.x.ai/v1/models',
  },
  deepseek: {
    chat: 'https://api.deepseek.com/chat/completions',
    messages: 'https://api.deepseek.com/anthropic/v1/messages',
    models: 'https://api.deepseek.com/models',
  },
  mistral: {
    chat: 'https://api.mistral.ai/v1/chat/completions',
    embeddings: 'https://api.mistral.ai/v1/embeddings',
    models: 'https://api.mistral.ai/v1/models',
  },
  groq: {
    chat: 'https://api.groq.com/openai/v1/chat/completions',
    responses: 'https://api.groq.com/openai/v1/responses',
    models: 'https://api.groq.com/openai/v1/models',
  },
  together: {
    chat: 'https://api.together.ai/v1/chat/completions',
    embeddings: 'https://api.together.ai/v1/embeddings',
    models: 'https://api.together.ai/v1/models',
  },
  fireworks: {
    chat: 'https://api.fireworks.ai/inference/v1/chat/completions',
    responses: 'https://api.fireworks.ai/inference/v1/responses',
    embeddings: 'https://api.fireworks.ai/inference/v1/embeddings',
    messages: 'https://api.fireworks.ai/inference/v1/messages',
    models: 'https://api.fireworks.ai/inference/v1/models',
  },
  perplexity: {
    chat: 'https://api.perplexity.ai/chat/completions',
    responses: 'https://api.perplexity.ai/v1/responses',
    embeddings: 'https://api.perplexity.ai/v1/embeddings',
    models: 'https://api.perplexity.ai/v1/models',
  },
  openrouter: {
    chat: 'https://openrouter.ai/api/v1/chat/completions',
    responses: 'https://openrouter.ai/api/v1/responses',
    embeddings: 'https://openrouter.ai/api/v1/embeddings',
    messages: 'https://openrouter.ai/api/v1/messages',
    models: 'https://openrouter.ai/api/v1/models',
  },
  'openai-chatgpt': {
    responses: 'https://chatgpt.com/backend-api/codex/responses',
    responses_compact: 'https://chatgpt.com/backend-api/codex/responses/compact',
    models: 'https://chatgpt.com/backend-api/codex/models',
  },
  azure: {
    chat: 'https://{resource}.openai.azure.com/openai/v1/chat/completions',
    responses: 'https://{resource}.openai.azure.com/openai/v1/responses',
    embeddings: 'https://{resource}.openai.azure.com/openai/v1/embeddings',
    models: 'https://{resource}.openai.azure.com/openai/v1/models',
  },
  bedrock: { messages: 'https://bedrock-runtime.{region}.amazonaws.com/model/m-1/invoke' },
  vertex: {
    messages:
      'https://aiplatform.googleapis.com/v1/projects/{project}/locations/{location}/publishers/anthropic/models/m-1:rawPredict',
    count_tokens:
      'https://aiplatform.googleapis.com/v1/projects/{project}/locations/{location}/publishers/anthropic/models/count-tokens:rawPredict',
    chat: 'https://aiplatform.googleapis.com/v1/projects/{project}/locations/{location}/endpoints/openapi/chat/completions',
    generate:
      'https://aiplatform.googleapis.com/v1/projects/{project}/locations/{location}/publishers/google/models/m-1:generateContent',
    stream_generate:
      'https://aiplatform.googleapis.com/v1/projects/{project}/locations/{location}/publishers/google/models/m-1:streamGenerateContent',
    gemini_count_tokens:
      'https://aiplatform.googleapis.com/v1/projects/{project}/locations/{location}/publishers/google/models/m-1:countTokens',
  },
  ollama: {
    chat: 'http://127.0.0.1:11434/v1/chat/completions',
    responses: 'http://127.0.0.1:11434/v1/responses',
    embeddings: 'http://127.0.0.1:11434/v1/embeddings',
    messages: 'http://127.0.0.1:11434/v1/messages',
    models: 'http://127.0.0.1:11434/v1/models',
  },
  lmstudio: {
    chat: 'http://127.0.0.1:1234/v1/chat/completions',
    responses: 'http://127.0.0.1:1234/v1/responses',
    embeddings: 'http://127.0.0.1:1234/v1/embeddings',
    messages: 'http://127.0.0.1:1234/v1/messages',
    models: 'http://127.0.0.1:1234/v1/models',
  },
  vllm: {
    chat: 'http://127.0.0.1:8000/v1/chat/completions',
    responses: 'http://127.0.0.1:8000/v1/responses',
    embeddings: 'http://127.0.0.1:8000/v1/embeddings',
    messages: 'http://127.0.0.1:8000/v1/messages',
    count_tokens: 'http://127.0.0.1:8000/v1/messages/count_tokens',
    models: 'http://127.0.0.1:8000/v1/models',
  },
  llamacpp: {
    chat: 'http://127.0.0.1:8080/v1/chat/completions',
    responses: 'http://127.0.0.1:8080/v1/responses',
    embeddings: 'http://127.0.0.1:8080/v1/embeddings',
    messages: 'http://127.0.0.1:8080/v1/messages',
    count_tokens: 'http://127.0.0.1:8080/v1/messages/count_tokens',
    models: 'http://127.0.0.1:8080/v1/models',
  },
}

test('the providers are the eleven, ChatGPT, three clouds, and four local servers', () => {
  expect(rows.map(({ id }) => id).sort()).toEqual(Object.keys(documented).sort())
  expect(rows.length).toBe(19)
})

for (const [id, urls] of Object.entries(documented)) {
  test(`${id} is asked at its documented URLs, and speaks nothing else`, () => {
    const provider = named(catalogWith(), id)
    const asked = Object.keys(provider.urls).map((api) => [
      api,
      upstreamUrl(provider, api as ApiId, paths[api as ApiId], 'm-1'),
    ])
    expect(Object.fromEntries(asked)).toEqual(urls)
  })
}

test("the dialects' other paths are appended where the vendor has them", () => {
  const catalog = catalogWith()
  const raw = (id: string, rest: string) => upstreamUrl(named(catalog, id), 'raw', rest, null)
  expect(raw('anthropic', '/messages/batches')).toBe('https://api.anthropic.com/v1/messages/batches')
  expect(raw('anthropic', '/v1/files/file_1')).toBe('https://api.anthropic.com/v1/files/file_1')
  expect(raw('openai', '/files/file-1/content')).toBe('https://api.openai.com/v1/files/file-1/content')
  expect(raw('openai', '/files/v2')).toBe('https://api.openai.com/v1/files/v2')
  expect(raw('google', '/cachedContents')).toBe('https://generativelanguage.googleapis.com/v1beta/cachedContents')
  expect(raw('google', '/v1alpha/files')).toBe('https://generativelanguage.googleapis.com/v1alpha/files')
  expect(raw('google', '/upload/v1beta/files')).toBe('https://generativelanguage.googleapis.com/upload/v1beta/files')
  expect(raw('groq', '/audio/transcriptions')).toBe('https://api.groq.com/openai/v1/audio/transcriptions')
  expect(raw('deepseek', '/beta/completions')).toBe('https://api.deepseek.com/beta/completions')
  expect(raw('perplexity', '/search')).toBe('https://api.perplexity.ai/search')
  expect(raw('perplexity', '/v1/async/sonar')).toBe('https://api.perplexity.ai/v1/async/sonar')
  expect(raw('openai-chatgpt', '/images/generations')).toBe('https://chatgpt.com/backend-api/codex/images/generations')
  expect(upstreamUrl(named(catalog, 'mistral'), 'messages', '/messages', 'm')).toBe(
    'https://api.mistral.ai/v1/messages',
  )
})

test('a single model is asked for at the model list', () => {
  const catalog = catalogWith()
  expect(upstreamUrl(named(catalog, 'groq'), 'models', '/models/llama-3.3-70b-versatile', null)).toBe(
    'https://api.groq.com/openai/v1/models/llama-3.3-70b-versatile',
  )
  expect(upstreamUrl(named(catalog, 'perplexity'), 'models', '/models', null)).toBe(
    'https://api.perplexity.ai/v1/models',
  )
})

test('no path can lead to another host', () => {
  const provider = named(catalogWith(), 'deepseek')
  expect(new URL(upstreamUrl(provider, 'raw', '.evil.example/x', null)).host).toBe('api.deepseek.com')
  expect(new URL(upstreamUrl(provider, 'raw', '//evil.example/x', null)).host).toBe('api.deepseek.com')
  expect(new URL(upstreamUrl(provider, 'raw', '/@evil.example', null)).host).toBe('api.deepseek.com')
})

test('a model in the path is escaped; without a rewrite the path stays as the caller wrote it', () => {
  const google = named(catalogWith(), 'google')
  const base = 'https://generativelanguage.googleapis.com/v1beta'
  expect(upstreamUrl(google, 'generate', '/models/x:generateContent', 'models/gemini-2.5-pro')).toBe(
    `${base}/models/gemini-2.5-pro:generateContent`,
  )
  expect(upstreamUrl(google, 'generate', '/models/x:generateContent', '../../$&?a')).toBe(
    `${base}/models/..%2F..%2F%24%26%3Fa:generateContent`,
  )
  expect(upstreamUrl(google, 'generate', '/models/gemini%2D2.5-pro:generateContent', null)).toBe(
    `${base}/models/gemini%2D2.5-pro:generateContent`,
  )
})

const moved: readonly (readonly [id: string, api: ApiId, override: string, url: string])[] = [
  ['openai', 'chat', 'http://127.0.0.1:9000/v1', 'http://127.0.0.1:9000/v1/chat/completions'],
  ['openai', 'chat', 'http://127.0.0.1:9000/v1/', 'http://127.0.0.1:9000/v1/chat/completions'],
  ['openai', 'chat', 'http://127.0.0.1:9000/proxy', 'http://127.0.0.1:9000/proxy/chat/completions'],
  // An origin alone keeps the vendor's own path.
  ['openai', 'responses', 'http://127.0.0.1:9000', 'http://127.0.0.1:9000/v1/responses'],
  ['groq', 'chat', 'http://127.0.0.1:9000', 'http://127.0.0.1:9000/openai/v1/chat/completions'],
  ['google', 'chat', 'http://127.0.0.1:9000/', 'http://127.0.0.1:9000/v1beta/openai/chat/completions'],
  ['openai-chatgpt', 'responses', 'http://127.0.0.1:9000', 'http://127.0.0.1:9000/backend-api/codex/responses'],
  // As ANTHROPIC_BASE_URL is written, and with the version for those who write it.
  ['anthropic', 'messages', 'http://127.0.0.1:9000', 'http://127.0.0.1:9000/v1/messages'],
  ['anthropic', 'messages', 'http://127.0.0.1:9000/v1', 'http://127.0.0.1:9000/v1/messages'],
  ['anthropic', 'messages', 'https://gw.example/anthropic', 'https://gw.example/anthropic/v1/messages'],
  ['deepseek', 'messages', 'http://127.0.0.1:9000/v1', 'http://127.0.0.1:9000/anthropic/v1/messages'],
  ['deepseek', 'chat', 'http://127.0.0.1:9000/v1', 'http://127.0.0.1:9000/v1/chat/completions'],
  ['perplexity', 'responses', 'http://127.0.0.1:9000/v1', 'http://127.0.0.1:9000/v1/responses'],
]

test('a base URL can be moved by the config, and by the environment before it', () => {
  for (const [id, api, override, url] of moved) {
    const variable = `RELAYPLANE_${id.toUpperCase().replace('-', '_')}_BASE_URL`
    const byConfig = catalogWith({ config: { [id]: { baseUrl: override } } })
    const byEnvironment = catalogWith({
      config: { [id]: { baseUrl: 'http://config.example/v9' } },
      environment: { [variable]: override },
    })
    expect([id, named(byConfig, id).urls[api]]).toEqual([id, url])
    expect([id, named(byEnvironment, id).urls[api]]).toEqual([id, url])
    expect(byConfig.problems).toEqual([])
  }
})

test('every provider has its own base URL variable', () => {
  for (const { id } of rows) {
    const variable = `RELAYPLANE_${id === 'openai-chatgpt' ? 'OPENAI_CHATGPT' : id.toUpperCase()}_BASE_URL`
    const catalog = catalogWith({ environment: { [variable]: 'http://127.0.0.1:9000/moved' } })
    expect([id, named(catalog, id).baseUrl]).toEqual([id, 'http://127.0.0.1:9000/moved'])
    const others = catalog.list.filter((provider) => provider.baseUrl.includes('moved'))
    expect(others.map((provider) => provider.id)).toEqual([id])
  }
})
