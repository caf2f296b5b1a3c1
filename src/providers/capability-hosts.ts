/** What a provider makes of whatever model it serves: URLs, field names, parameters that it knows for none. Data and one function. */
import type { Capabilities, Parameter, ThinkingStyle } from '../neutral/capability.ts'

interface Host {
  /** How models of unknown ways are usually told to think there. */
  readonly usualStyle?: ThinkingStyle
  readonly maxTokensField?: Capabilities['maxTokensField']
  readonly refused?: readonly Parameter[]
  readonly takesUrls?: boolean
  /** Models that it fetches URLs for where it does not for others. */
  readonly fetchesFor?: RegExp
  readonly ownUrls?: readonly string[]
  /** It reads PDFs with every model that sees pictures, or with every model. */
  readonly documents?: 'with-images' | 'always'
  /** What its models keep to of a schema where the table does not say. */
  readonly structuredOutput?: Capabilities['structuredOutput']
  /** It turns efforts into what its models take. */
  readonly takesAnyEffort?: true
  /** How long a conversation may be, and what its tools can do, is set where the server is started. */
  readonly isLocal?: true
}

// developers.openai.com/api/docs/guides/pdf-files, .../api-reference/chat/create
const openAi: Host = { maxTokensField: 'max_completion_tokens', documents: 'with-images' }
const ofOpenAiAlone: readonly Parameter[] = ['verbosity', 'service_tier', 'store', 'cache_key', 'user']
const youTube = ['https://www.youtube.com/', 'https://youtube.com/', 'https://youtu.be/']

/** Read on 2026-11-22 in each provider's reference. */
const hosts: ReadonlyMap<string, Host> = new Map<string, Host>(
  Object.entries<Host>({
    anthropic: { usualStyle: 'adaptive' },
    openai: openAi,
    'openai-chatgpt': openAi,
    azure: openAi,
    google: { ownUrls: ['https://generativelanguage.googleapis.com/', ...youTube] },
    // Claude takes no URLs on the clouds: platform.claude.com/docs/en/build-with-claude/vision
    vertex: { takesUrls: false, fetchesFor: /gemini/i, ownUrls: ['gs://', ...youTube] },
    bedrock: { takesUrls: false, ownUrls: ['s3://'] },
    // docs.mistral.ai/api: the seed is `random_seed`, and what is not listed is a 422.
    mistral: { refused: ['seed', 'top_k', 'logprobs', ...ofOpenAiAlone] },
    // console.groq.com/docs/openai: these are a 400.
    groq: { refused: ['logprobs', 'n', 'top_k', 'verbosity', 'store', 'cache_key'], structuredOutput: 'json' },
    // api-docs.deepseek.com/guides/json_mode
    deepseek: { structuredOutput: 'json' },
    // openrouter.ai/docs/guides/best-practices/reasoning-tokens, .../features/multimodal/pdfs
    openrouter: { takesAnyEffort: true, documents: 'always' },
    ollama: { takesUrls: false, isLocal: true },
    lmstudio: { takesUrls: false, isLocal: true },
    // Both fetch what they are told to fetch.
    vllm: { isLocal: true },
    llamacpp: { isLocal: true },
  }),
)

export function atHost(provider: string, facts: Capabilities): Capabilities {
  const host = hosts.get(provider)
  if (host === undefined) return facts
  return {
    ...facts,
    ...(host.isLocal === true ? local : {}),
    maxTokensField: host.maxTokensField ?? facts.maxTokensField,
    refused: [...new Set([...facts.refused, ...(host.refused ?? [])])],
    takesUrls: takesUrls(host, facts),
    ownUrls: host.ownUrls ?? [],
    reads: withDocuments(facts.reads, host),
    structuredOutput: facts.structuredOutput ?? host.structuredOutput ?? null,
    thinking: thinkingAt(host, facts),
  }
}

const local = {
  contextTokens: null,
  maxInputTokens: null,
  maxOutputTokens: null,
  hasTools: null,
  structuredOutput: null,
} as const

function takesUrls({ takesUrls: hostTakes, fetchesFor }: Host, facts: Capabilities): boolean {
  return facts.takesUrls && (hostTakes !== false || fetchesFor?.test(facts.model) === true)
}

function withDocuments(reads: Capabilities['reads'], { documents }: Host): Capabilities['reads'] {
  if (reads === null || documents === undefined || reads.includes('document')) return reads
  return documents === 'always' || reads.includes('image') ? [...reads, 'document'] : reads
}

function thinkingAt(host: Host, { thinking }: Capabilities): Capabilities['thinking'] {
  if (!thinking.isKnown) return { ...thinking, style: host.usualStyle ?? thinking.style }
  if (host.takesAnyEffort !== true || thinking.style === 'none') return thinking
  return { ...thinking, style: 'effort', efforts: null, budget: null }
}
