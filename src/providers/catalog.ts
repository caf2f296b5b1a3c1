/**
 * The providers as rows: where each is, what it speaks, what its keys and models look like. Facts from the vendors' API
 * references, checked in November 2026; `docs/providers.md` shows them as a table. A row names only what differs from its kind.
 */
import type { DialectId } from '../neutral/model.ts'
import { configure } from './configure.ts'
import type { Catalog, ProviderRow, ProviderSettings } from './provider.ts'

const vendor = {
  kind: 'vendor',
  priceId: null,
  rawPath: '',
  dialect: 'openai-chat',
  keyHeader: 'authorization',
  keyHeaders: {},
  keyShape: null,
  vagueKeyShape: null,
  modelShape: null,
  ownNameShape: null,
  streamUsage: 'splice',
  billing: 'metered',
} as const

const local = {
  ...vendor,
  kind: 'local',
  billing: 'local',
} as const

const chat = { chat: '/chat/completions', models: '/models' } as const
const embeddings = { embeddings: '/embeddings' } as const
const responses = { responses: '/responses' } as const
const messages = { messages: '/messages' } as const
const countTokens = { count_tokens: '/messages/count_tokens' } as const

/** Vertex' paths: the project and its place are in the settings. */
const place = '/projects/{project}/locations/{location}'
const publishers = `${place}/publishers`

export const rows: readonly ProviderRow[] = [
  {
    ...vendor,
    id: 'anthropic',
    name: 'Anthropic',
    priceId: 'anthropic',
    // As ANTHROPIC_BASE_URL has it: the version is in the paths.
    baseUrl: 'https://api.anthropic.com',
    rawPath: '/v1',
    dialect: 'anthropic',
    apis: {
      messages: '/v1/messages',
      count_tokens: '/v1/messages/count_tokens',
      chat: '/v1/chat/completions',
      models: '/v1/models',
    },
    imitates: ['chat'],
    keyHeader: 'x-api-key',
    keyHeaders: { chat: 'authorization' },
    keyEnv: ['ANTHROPIC_API_KEY'],
    keyShape: /^sk-ant-/,
    modelShape: /^claude-/i,
  },
  {
    ...vendor,
    id: 'openai',
    name: 'OpenAI',
    priceId: 'openai',
    baseUrl: 'https://api.openai.com/v1',
    apis: {
      ...chat,
      ...responses,
      responses_compact: '/responses/compact',
      input_tokens: '/responses/input_tokens',
      ...embeddings,
    },
    mainDialect: 'openai-responses',
    keyEnv: ['OPENAI_API_KEY'],
    // All keys since 2023 hold T3BlbkFJ, which is "OpenAI" in base64.
    keyShape: /^sk-(?:proj|svcacct|admin|None)-|^sk-\w*T3BlbkFJ|^(?:sess-|ek_)/,
    vagueKeyShape: /^sk-[\w-]{20,}$/,
    // gpt-oss is served by others; a colon is a tag of Ollama's, but for fine-tuned models.
    modelShape:
      /^(?:ft:)?(?:gpt-(?!oss)|chatgpt-|o\d(?:-|$)|text-embedding-(?:3|ada)|(?:omni|text)-moderation|dall-e|whisper-1|tts-1|codex-|computer-use|sora-|davinci-|babbage-)/i,
  },
  {
    ...vendor,
    id: 'google',
    name: 'Google Gemini',
    priceId: 'google',
    baseUrl: 'https://generativelanguage.googleapis.com/v1beta',
    dialect: 'gemini',
    apis: {
      generate: '/models/{model}:generateContent',
      stream_generate: '/models/{model}:streamGenerateContent',
      gemini_count_tokens: '/models/{model}:countTokens',
      models: '/models',
      chat: '/openai/chat/completions',
      embeddings: '/openai/embeddings',
    },
    imitates: ['chat'],
    keyHeader: 'x-goog-api-key',
    keyHeaders: { chat: 'authorization', embeddings: 'authorization' },
    keyEnv: ['GEMINI_API_KEY', 'GOOGLE_API_KEY', 'GOOGLE_GENERATIVE_AI_API_KEY'],
    // Keys made since 2026 begin with AQ.; ya29. are OAuth tokens.
    keyShape: /^(?:AIza|AQ\.|ya29\.)/,
    modelShape: /^(?:models\/)?gemini-/i,
  },
  {
    ...vendor,
    id: 'xai',
    name: 'xAI',
    priceId: 'x-ai',
    baseUrl: 'https://api.x.ai/v1',
    // Messages is listed there as deprecated.
    apis: { ...chat, ...responses, ...messages },
    keyEnv: ['XAI_API_KEY'],
    keyShape: /^xai-/,
    modelShape: /^grok-/i,
  },
  {
    ...vendor,
    id: 'deepseek',
    name: 'DeepSeek',
    priceId: 'deepseek',
    baseUrl: 'https://api.deepseek.com',
    apis: { ...chat, messages: '/anthropic/v1/messages' },
    keyHeaders: { messages: 'x-api-key' },
    keyEnv: ['DEEPSEEK_API_KEY'],
    vagueKeyShape: /^sk-[0-9a-f]{32}$/,
    // The distilled ones are served by others.
    modelShape: /^deepseek-(?!.*distill)/i,
  },
  {
    ...vendor,
    id: 'mistral',
    name: 'Mistral',
    priceId: 'mistral',
    baseUrl: 'https://api.mistral.ai/v1',
    apis: { ...chat, ...embeddings },
    keyEnv: ['MISTRAL_API_KEY'],
    vagueKeyShape: /^[A-Za-z0-9]{32}$/,
    modelShape:
      /^(?:ft:)?(?:mistral-|ministral-|magistral-|codestral-|devstral-|labs-devstral-|pixtral-|voxtral-|open-mistral-|open-mixtral-)/i,
    // It answers 422 to stream_options, and sends usage in the last chunk anyway.
    streamUsage: 'never',
    checksCalls: true,
  },
  {
    ...vendor,
    id: 'groq',
    name: 'Groq',
    priceId: 'groq',
    baseUrl: 'https://api.groq.com/openai/v1',
    apis: { ...chat, ...responses },
    keyEnv: ['GROQ_API_KEY'],
    keyShape: /^gsk_/,
    ownNameShape: /^groq\/compound/i,
    streamUsage: 'always',
  },
  {
    ...vendor,
    id: 'together',
    name: 'Together AI',
    priceId: 'together',
    baseUrl: 'https://api.together.ai/v1',
    apis: { ...chat, ...embeddings },
    keyEnv: ['TOGETHER_API_KEY'],
    keyShape: /^tgp_/,
    vagueKeyShape: /^[0-9a-f]{64}$/,
  },
  {
    ...vendor,
    id: 'fireworks',
    name: 'Fireworks AI',
    priceId: 'fireworks',
    baseUrl: 'https://api.fireworks.ai/inference/v1',
    apis: { ...chat, ...responses, ...embeddings, ...messages },
    keyEnv: ['FIREWORKS_API_KEY'],
    keyShape: /^fw_/,
    modelShape: /^accounts\//i,
  },
  {
    ...vendor,
    id: 'perplexity',
    name: 'Perplexity',
    priceId: 'perplexity',
    baseUrl: 'https://api.perplexity.ai',
    apis: { chat: '/chat/completions', responses: '/v1/responses', embeddings: '/v1/embeddings', models: '/v1/models' },
    keyEnv: ['PERPLEXITY_API_KEY', 'PPLX_API_KEY'],
    keyShape: /^pplx-/,
    modelShape: /^(?:sonar(?:-|$)|pplx-embed-)/i,
    searchesWeb: true,
    // Every chunk carries it.
    streamUsage: 'always',
  },
  {
    ...vendor,
    id: 'openrouter',
    name: 'OpenRouter',
    priceId: 'openrouter',
    baseUrl: 'https://openrouter.ai/api/v1',
    apis: { ...chat, ...responses, ...embeddings, ...messages },
    keyEnv: ['OPENROUTER_API_KEY'],
    keyShape: /^sk-or-/,
    ownNameShape: /^openrouter\/[^/]+$/i,
    streamUsage: 'always',
  },
  {
    // What Codex talks to with a ChatGPT login: no version, no keys, the client's token and account header.
    ...vendor,
    id: 'openai-chatgpt',
    name: 'ChatGPT',
    priceId: 'openai',
    baseUrl: 'https://chatgpt.com/backend-api/codex',
    dialect: 'openai-responses',
    apis: { ...responses, responses_compact: '/responses/compact', models: '/models' },
    keyEnv: [],
    billing: 'subscription',
  },
  {
    // A model is a deployment, by the name that it was given.
    ...vendor,
    id: 'azure',
    name: 'Azure OpenAI',
    cloud: 'azure',
    priceId: 'azure',
    baseUrl: 'https://{resource}.openai.azure.com/openai/v1',
    apis: { ...chat, ...responses, ...embeddings },
    mainDialect: 'openai-responses',
    keyHeader: 'api-key',
    keyEnv: ['AZURE_OPENAI_API_KEY', 'AZURE_API_KEY', 'AZURE_OPENAI_AD_TOKEN'],
    vagueKeyShape: /^(?:[0-9a-f]{32}|[A-Za-z0-9]{84})$/,
  },
  {
    ...vendor,
    id: 'bedrock',
    name: 'AWS Bedrock',
    cloud: 'bedrock',
    priceId: 'aws',
    baseUrl: 'https://bedrock-runtime.{region}.amazonaws.com',
    dialect: 'anthropic',
    // Anthropic's models; the others are asked by Converse, which has no path of a client's.
    apis: { messages: '/model/{model}/invoke' },
    keyEnv: ['AWS_BEARER_TOKEN_BEDROCK'],
    // The long-lived ones, and those that a tool makes for some hours.
    keyShape: /^(?:ABSK|bedrock-api-key-)/,
  },
  {
    ...vendor,
    id: 'vertex',
    name: 'Google Vertex AI',
    cloud: 'vertex',
    priceId: 'google',
    baseUrl: 'https://{location}-aiplatform.googleapis.com/v1',
    dialect: 'gemini',
    apis: {
      messages: `${publishers}/anthropic/models/{model}:rawPredict`,
      count_tokens: `${publishers}/anthropic/models/count-tokens:rawPredict`,
      chat: `${place}/endpoints/openapi/chat/completions`,
      generate: `${publishers}/google/models/{model}:generateContent`,
      stream_generate: `${publishers}/google/models/{model}:streamGenerateContent`,
      gemini_count_tokens: `${publishers}/google/models/{model}:countTokens`,
    },
    keyEnv: ['GOOGLE_VERTEX_ACCESS_TOKEN'],
  },
  {
    ...local,
    id: 'ollama',
    name: 'Ollama',
    baseUrl: 'http://127.0.0.1:11434/v1',
    apis: { ...chat, ...responses, ...embeddings, ...messages },
    keyEnv: ['OLLAMA_API_KEY'],
  },
  {
    ...local,
    id: 'lmstudio',
    name: 'LM Studio',
    baseUrl: 'http://127.0.0.1:1234/v1',
    apis: { ...chat, ...responses, ...embeddings, ...messages },
    keyEnv: ['LMSTUDIO_API_KEY', 'LM_API_TOKEN'],
  },
  {
    ...local,
    id: 'vllm',
    name: 'vLLM',
    baseUrl: 'http://127.0.0.1:8000/v1',
    apis: { ...chat, ...responses, ...embeddings, ...messages, ...countTokens },
    keyEnv: ['VLLM_API_KEY'],
  },
  {
    ...local,
    id: 'llamacpp',
    name: 'llama.cpp',
    baseUrl: 'http://127.0.0.1:8080/v1',
    apis: { ...chat, ...responses, ...embeddings, ...messages, ...countTokens },
    keyEnv: ['LLAMA_API_KEY'],
  },
]

/** Whose dialect it is: where a request goes that names neither a mount nor a model. */
export const homes: Readonly<Record<DialectId, string>> = {
  anthropic: 'anthropic',
  'openai-chat': 'openai',
  'openai-responses': 'openai',
  gemini: 'google',
}

/** The providers with the settings in force. Built anew when the config changes; pure. */
export const catalogOf = (settings: ProviderSettings): Catalog => configure(rows, settings)

export interface KeyOwner {
  readonly provider: string
  /** False where other vendors' keys may look the same. */
  readonly isCertain: boolean
}

const ownerAs = (provider: string, isCertain: boolean): KeyOwner => Object.freeze({ provider, isCertain })

const certainShapes = rows.flatMap(({ id, keyShape }) =>
  keyShape === null ? [] : [{ shape: keyShape, owner: ownerAs(id, true) }],
)

/** A vague shape counts as the vendor's with the narrowest one, so they are sorted by that. */
const vagueShapes = ['deepseek', 'together', 'azure', 'mistral', 'openai'].flatMap((id) => {
  const shape = rows.find((row) => row.id === id)?.vagueKeyShape ?? null
  return shape === null ? [] : [{ shape, owner: ownerAs(id, false) }]
})

/** The provider whose keys look like this one, or null. */
export function ownerOfKey(key: string): KeyOwner | null {
  for (const { shape, owner } of certainShapes) if (shape.test(key)) return owner
  for (const { shape, owner } of vagueShapes) if (shape.test(key)) return owner
  return null
}
