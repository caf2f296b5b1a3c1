/** Members of a request that keep its answer out of the response cache: state elsewhere, fresh data, effects, several answers. */
import type { DialectId } from '../neutral/model.ts'
import { listOf, recordOf, type JsonRecord } from './cache-key-json.ts'

/** @returns Why its answer is not to be kept, or null. */
export function hindrance(body: JsonRecord, dialect: DialectId): string | null {
  if (!isPresent(body[conversations[dialect]])) return 'it holds no conversation'
  for (const [name, why] of Object.entries(named[dialect])) if (isPresent(body[name])) return `${why} (${name})`
  if (body.store === true) return 'the provider is to store it (store)'
  return toolHindrance(body, dialect) ?? ofOneDialect(body, dialect)
}

/** Without it a body is another endpoint's: embeddings, a count. */
const conversations: Readonly<Record<DialectId, string>> = {
  anthropic: 'messages',
  'openai-chat': 'messages',
  'openai-responses': 'input',
  gemini: 'contents',
}

const elsewhere = 'it builds on what the provider has stored'
const fresh = 'it asks for fresh data'
const atProvider = 'tools run at the provider'

/** A field that is there, and neither null, false nor an empty list. */
const named: Readonly<Record<DialectId, Readonly<Record<string, string>>>> = {
  anthropic: {
    container: elsewhere,
    thread: elsewhere,
    mcp_servers: atProvider,
    fallback_credit_token: 'it can be used once only',
  },
  'openai-chat': {
    web_search_options: fresh,
    search_parameters: fresh,
    enable_search: fresh,
    plugins: atProvider,
    // A client refers to what was said by an id that expires.
    audio: 'it asks for audio',
  },
  'openai-responses': {
    previous_response_id: elsewhere,
    conversation: elsewhere,
    // A template whose text can change behind its name.
    prompt: elsewhere,
    background: 'the answer is fetched later',
  },
  gemini: {
    cachedContent: elsewhere,
    cached_content: elsewhere,
    continuationToken: elsewhere,
    continuation_token: elsewhere,
  },
}

const isPresent = (value: unknown): boolean =>
  value !== undefined && value !== null && value !== false && !(Array.isArray(value) && value.length === 0)

/** Tools that the client runs. Any other is run, or may be, by the provider: it searches, executes, remembers. */
const clientTools: Readonly<Record<Exclude<DialectId, 'gemini'>, ReadonlySet<unknown>>> = {
  anthropic: new Set([undefined, null, 'custom']),
  'openai-chat': new Set([undefined, 'function', 'custom']),
  'openai-responses': new Set(['function', 'custom']),
}
const geminiFunctions: ReadonlySet<string> = new Set(['functionDeclarations', 'function_declarations'])

function toolHindrance(body: JsonRecord, dialect: DialectId): string | null {
  const isClients = (tool: unknown): boolean => {
    const record = recordOf(tool)
    if (record === null) return false
    if (dialect === 'gemini') return Object.keys(record).every((name) => geminiFunctions.has(name))
    return clientTools[dialect].has(record.type)
  }
  return listOf(body.tools).every(isClients) ? null : `${atProvider} (tools)`
}

function ofOneDialect(body: JsonRecord, dialect: DialectId): string | null {
  switch (dialect) {
    case 'anthropic':
    case 'openai-responses':
      return null
    case 'openai-chat': {
      // A search's own filters, at providers whose models always search.
      const search = Object.keys(body).find((name) => /^(web_)?search_/.test(name) && isPresent(body[name]))
      if (search !== undefined) return `${fresh} (${search})`
      return oneText(body.n, body.modalities)
    }
    case 'gemini': {
      const config = recordOf(body.generationConfig) ?? recordOf(body.generation_config)
      return oneText(
        config?.candidateCount ?? config?.candidate_count,
        config?.responseModalities ?? config?.response_modalities,
      )
    }
  }
}

/** A replay in the other form knows one answer of text. */
function oneText(answers: unknown, modalities: unknown): string | null {
  if (answers !== undefined && answers !== null && answers !== 1) return 'it asks for several answers'
  const isText = listOf(modalities).every((name) => String(name).toLowerCase() === 'text')
  return isText ? null : 'it asks for more than text'
}
