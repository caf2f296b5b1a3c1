/** What a path asks for: the endpoint, the dialect it is spoken in, and the path that a provider is to see. Pure. */
import type { HeaderLookup } from '../lib/header-table.ts'
import { decodePercent } from '../lib/percent.ts'
import type { DialectId, Endpoint } from '../neutral/model.ts'

export interface Addressed {
  readonly endpoint: Endpoint
  readonly dialect: DialectId
  /** The path without mount and version segment: `/chat/completions`, `/models/gemini-2.5-pro:generateContent`. */
  readonly rest: string
  /** Gemini's model stands in the path. */
  readonly urlModel: string | null
  /** Methods other than these are a 405; null where any is forwarded. */
  readonly methods: readonly string[] | null
}

const post: readonly string[] = ['POST']
const get: readonly string[] = ['GET', 'HEAD']
/** GET lists what OpenAI has stored. */
const postAndGet: readonly string[] = [...post, ...get]

const fixed: Readonly<Record<string, Omit<Addressed, 'rest' | 'urlModel'>>> = {
  '/messages': { endpoint: 'messages', dialect: 'anthropic', methods: post },
  '/messages/count_tokens': { endpoint: 'count_tokens', dialect: 'anthropic', methods: post },
  '/responses': { endpoint: 'responses', dialect: 'openai-responses', methods: post },
  '/responses/compact': { endpoint: 'responses_compact', dialect: 'openai-responses', methods: post },
  '/embeddings': { endpoint: 'embeddings', dialect: 'openai-chat', methods: post },
  '/estimate': { endpoint: 'estimate', dialect: 'openai-chat', methods: post },
}

const geminiVerbs: Readonly<Record<string, Endpoint>> = {
  generateContent: 'generate',
  streamGenerateContent: 'stream_generate',
  countTokens: 'gemini_count_tokens',
}

/** First segments of the dialects' other paths, which are forwarded raw even where `/v1` is left out. */
const rawSegments = new Set(
  (
    'batches files images audio completions moderations fine_tuning vector_stores assistants threads uploads containers ' +
    'conversations evals videos realtime messages responses chat models complete skills organization organizations ' +
    'cachedContents tunedModels upload rerank ocr fim embeddings'
  ).split(' '),
)

/** Where the dashboard's own endpoints stand: a misspelt one, or one at the listener for agents, brings the admin token with it. */
const controlSegment = 'telemetry'

/**
 * @param path The pathname after any provider mount, as it came (percent signs kept).
 * @param headers Only `anthropic-version` and `x-goog-api-key` are looked at, where the path leaves the dialect open.
 * @param mountDialect The dialect of the mounted provider, or null without a mount.
 * @returns null when the path is none of the LLM API's.
 */
export function addressOf(
  path: string,
  method: string,
  headers: HeaderLookup,
  mountDialect: DialectId | null,
): Addressed | null {
  const { version, rest } = withoutVersion(path)
  const known = fixed[rest]
  // A mounted provider's own `GET /embeddings` and the like are its business.
  if (known !== undefined && (method === 'POST' || mountDialect === null)) return { ...known, rest, urlModel: null }
  if (rest === '/chat/completions') {
    const isCall = method === 'POST'
    return { endpoint: isCall ? 'chat' : 'raw', dialect: 'openai-chat', methods: postAndGet, rest, urlModel: null }
  }
  const gemini = geminiCall(rest)
  if (gemini !== null) return gemini
  const dialect = mountDialect ?? openDialect(version, headers)
  if (rest === '/models' || /^\/models\/[^:]+$/.test(rest)) {
    const isRead = get.includes(method)
    // A fine-tuned model can be deleted.
    const methods = rest === '/models' ? get : null
    return { endpoint: isRead ? 'models' : 'raw', dialect, methods, rest, urlModel: null }
  }
  const [, segment = ''] = rest.split('/')
  if (segment === controlSegment && mountDialect === null) return null
  const isKnown = version !== null || mountDialect !== null || rawSegments.has(segment)
  if (!isKnown || rest === '/' || rest === '') return null
  return { endpoint: 'raw', dialect: rawDialect(rest, dialect), methods: null, rest, urlModel: null }
}

/**
 * `/v1/v1/messages` → `/messages`: clients whose base URL holds the version double it, and those whose base URL ends in a
 * slash double that.
 */
function withoutVersion(path: string): { version: 'v1' | 'v1beta' | null; rest: string } {
  const match = /^(?:\/+(?:v1beta|v1alpha|v1))*\/+(v1beta|v1alpha|v1)(?=\/|$)/.exec(path)
  const rest = path.slice(match?.[0].length ?? 0).replace(/^\/{2,}/, '/')
  if (match === null) return { version: null, rest }
  // Not every provider of Gemini's dialect serves this one; where the caller asks for it, it stays in the path.
  if (match[1] === 'v1alpha') return { version: 'v1beta', rest: `/v1alpha${rest}` }
  return { version: match[1] === 'v1' ? 'v1' : 'v1beta', rest }
}

function geminiCall(rest: string): Addressed | null {
  const match = /^(?:\/v1alpha)?\/models\/(.+):(generateContent|streamGenerateContent|countTokens)$/.exec(rest)
  const [, model, verb] = match ?? []
  const endpoint = geminiVerbs[verb ?? '']
  if (model === undefined || endpoint === undefined) return null
  return { endpoint, dialect: 'gemini', methods: post, rest, urlModel: decodePercent(model) }
}

function openDialect(version: 'v1' | 'v1beta' | null, headers: HeaderLookup): DialectId {
  if (headers.has('anthropic-version')) return 'anthropic'
  return version === 'v1beta' || headers.has('x-goog-api-key') ? 'gemini' : 'openai-chat'
}

function rawDialect(rest: string, dialect: DialectId): DialectId {
  if (rest.startsWith('/messages/') || rest === '/complete') return 'anthropic'
  if (rest.startsWith('/responses/')) return 'openai-responses'
  if (rest.startsWith('/upload/v1beta/')) return 'gemini'
  return dialect
}
