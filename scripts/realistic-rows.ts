/** Requests as agents make them: conversations that grow, a few models that most use, some that hardly anybody does. */

export type Value = string | number | null

/** In the order of {@link requestColumns}. */
export type GeneratedRow = readonly Value[]

export const requestColumns = `id, started_ms, endpoint, method, path, dialect, requested_model, routed_model, served_model,
  provider, billing, is_stream, status, outcome, error_code, finish_reason, input_tokens, cache_read_tokens,
  cache_write_5m_tokens, cache_write_1h_tokens, output_tokens, reasoning_tokens, cost_status, cost_nano_usd, price_id,
  price_source, price_date, cost_lines, request_bytes, response_bytes, first_byte_ms, duration_ms, session_id,
  session_source, agent, agent_source, trace`

interface Model {
  readonly provider: string
  readonly name: string
  readonly dialect: string
  readonly endpoint: string
  readonly billing: string
  /** Share of all requests. */
  readonly weight: number
  /** Nano-USD per million tokens. */
  readonly inputPrice: number
  readonly outputPrice: number
  /** Typical time to the first byte, ms. */
  readonly firstByteMs: number
}

/** @param usdPerMillion Input and output. */
function model(
  ref: string,
  api: string,
  weight: number,
  usdPerMillion: readonly [number, number],
  firstByteMs: number,
  billing = 'metered',
): Model {
  const [provider = '', ...name] = ref.split('/')
  const [dialect = '', endpoint = ''] = api.split(' ')
  const [inputPrice, outputPrice] = usdPerMillion.map((usd) => usd * 1e9) as [number, number]
  return { provider, name: name.join('/'), dialect, endpoint, billing, weight, inputPrice, outputPrice, firstByteMs }
}

const models: readonly Model[] = [
  model('anthropic/claude-opus-4-6', 'anthropic messages', 200, [5, 25], 1800),
  model('anthropic/claude-sonnet-4-6', 'anthropic messages', 260, [3, 15], 900, 'subscription'),
  model('anthropic/claude-haiku-4-5', 'anthropic messages', 180, [1, 5], 420),
  model('openai/gpt-5.2', 'openai-responses responses', 120, [1.75, 14], 1100),
  model('openai/gpt-5-mini', 'openai-chat chat', 90, [0.25, 2], 500),
  model('openai/text-embedding-3-small', 'openai-chat embeddings', 40, [0.02, 0], 120),
  model('google/gemini-2.5-pro', 'gemini stream_generate', 40, [1.25, 10], 1500),
  model('google/gemini-2.5-flash', 'gemini generate', 50, [0.3, 2.5], 450),
  model('openrouter/deepseek/deepseek-v3.2', 'openai-chat chat', 10, [0.26, 0.38], 800),
  model('groq/llama-3.3-70b-versatile', 'openai-chat chat', 8, [0.59, 0.79], 150),
  model('ollama/qwen3-coder:30b', 'openai-chat chat', 1.9, [0, 0], 2500, 'local'),
  // One in ten thousand or so: what a filter finds hardest.
  model('mistral/codestral-2508', 'openai-chat chat', 0.1, [0.3, 0.9], 300),
]
const unpricedProvider = 'openrouter'
const withoutStream: ReadonlySet<string> = new Set(['embeddings', 'generate'])
const agents = 'claude-code codex opencode gemini-cli aider cursor python-sdk cron-nightly'.split(' ')

interface Ending {
  readonly outcome: string
  readonly status: number
  readonly errorCode: string | null
  /** Requests of a thousand. */
  readonly weight: number
}

const endings: readonly Ending[] = [
  { outcome: 'complete', status: 200, errorCode: null, weight: 962 },
  { outcome: 'client_abort', status: 200, errorCode: null, weight: 23 },
  { outcome: 'failed', status: 429, errorCode: 'rate_limit_error', weight: 5 },
  { outcome: 'failed', status: 529, errorCode: 'overloaded_error', weight: 3 },
  { outcome: 'refused', status: 400, errorCode: 'invalid-request', weight: 4 },
  { outcome: 'timeout', status: 504, errorCode: 'timed-out', weight: 2 },
  { outcome: 'upstream_reset', status: 200, errorCode: null, weight: 1 },
]

/** The same numbers for the same seed (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

type Random = () => number

function chooser<T extends { readonly weight: number }>(random: Random, choices: readonly T[]): () => T {
  const total = choices.reduce((sum, { weight }) => sum + weight, 0)
  return () => {
    let left = random() * total
    return choices.find(({ weight }) => (left -= weight) < 0) ?? (choices[0] as T)
  }
}

interface Session {
  readonly id: string
  readonly agent: string
  readonly main: Model
  left: number
  /** Tokens that the conversation has come to. */
  context: number
}

const openSessions = 40

/** Several conversations at a time, each mostly on its own model. @returns Makes the row of a request started then. */
export function openRowSource(seed: number): (startedMs: number) => GeneratedRow {
  const random = seeded(seed)
  const chooseModel = chooser(random, models)
  const chooseEnding = chooser(random, endings)
  const sessions: Session[] = []
  let made = 0
  let count = 0
  const newSession = (): Session => ({
    id: `session-${(++made).toString(36).padStart(6, '0')}`,
    agent: agents[Math.floor(random() * random() * agents.length)] ?? '',
    main: chooseModel(),
    left: 1 + Math.floor(random() * 80),
    context: 2000 + Math.floor(random() * 20_000),
  })
  return (startedMs) => {
    const slot = Math.floor(random() * openSessions)
    let session = sessions[slot]
    if (session === undefined || session.left-- <= 0) session = sessions[slot] = newSession()
    const used = random() < 0.75 ? session.main : chooseModel()
    return writeRow(random, { id: uuid(startedMs, count++), startedMs, session, used, ending: chooseEnding() })
  }
}

interface Made {
  readonly id: string
  readonly startedMs: number
  readonly session: Session
  readonly used: Model
  readonly ending: Ending
}

const trace = JSON.stringify([
  { stage: 'parse', did: 'read the request', why: '24 messages, 18 tools, stream' },
  { stage: 'route', did: 'sent as it came', why: 'passthrough' },
])

function writeRow(random: Random, { id, startedMs, session, used, ending }: Made): GeneratedRow {
  const { outcome, status, errorCode } = ending
  const isBilled = status === 200
  const usage = isBilled ? useTokens(random, session, used) : { input: 0, read: 0, written: 0, output: 0 }
  const { input, read, written, output } = usage
  const cost = costOf(used, ending, usage)
  const firstByteMs = rounded(used.firstByteMs * (0.5 + random() + (random() < 0.05 ? random() * 8 : 0)))
  const durationMs = rounded(firstByteMs + output * (4 + random() * 12))
  return [
    id,
    startedMs,
    used.endpoint,
    'POST',
    `/v1/${used.endpoint}`,
    used.dialect,
    used.name,
    used.name,
    isBilled ? used.name : null,
    used.provider,
    used.billing,
    withoutStream.has(used.endpoint) ? 0 : 1,
    status,
    outcome,
    errorCode,
    isBilled ? 'end_turn' : null,
    input,
    read,
    written,
    0,
    output,
    Math.floor(output * 0.2),
    ...cost.columns,
    4000 + (input + read) * 4,
    200 + output * 5,
    isBilled ? firstByteMs : null,
    durationMs,
    session.id,
    'header',
    session.agent,
    'user-agent',
    trace,
  ]
}

const rounded = (ms: number): number => Math.round(ms * 100) / 100

interface Tokens {
  readonly input: number
  readonly read: number
  readonly written: number
  readonly output: number
}

/** What was said before is read from the cache, what is new is written to it. */
function useTokens(random: Random, session: Session, { dialect, endpoint }: Model): Tokens {
  const input = 50 + Math.floor(random() * 3000)
  const read = dialect === 'openai-chat' ? 0 : session.context
  const written = dialect === 'anthropic' ? Math.floor(random() * 4000) : 0
  const output = endpoint === 'embeddings' ? 0 : Math.floor(20 + random() * random() * 4000)
  session.context = Math.min(180_000, session.context + written + output)
  return { input, read, written, output }
}

/** The columns from `cost_status` to `cost_lines`. */
function costOf(
  used: Model,
  { status, outcome }: Ending,
  tokens: Tokens,
): { columns: Value[]; nanoUsd: number | null } {
  if (status !== 200) return { columns: ['none', 0, null, null, null, null], nanoUsd: 0 }
  if (used.provider === unpricedProvider) {
    return { columns: ['unpriced', null, null, null, null, null], nanoUsd: null }
  }
  const kinds = [
    ['input', tokens.input, used.inputPrice],
    ['cache read', tokens.read, used.inputPrice / 10],
    ['cache write 5m', tokens.written, used.inputPrice * 1.25],
    ['output', tokens.output, used.outputPrice],
  ] as const
  let nanoUsd = 0
  const lines: string[] = []
  for (const [kind, quantity, price] of kinds) {
    if (quantity === 0) continue
    nanoUsd += (quantity * price) / 1e6
    lines.push(
      `{"kind":"${kind}","quantity":${quantity},"nanoUsdPerMillion":${price},"nanoUsd":"${(quantity * price) / 1e6}"}`,
    )
  }
  const exact = Math.round(nanoUsd)
  const certainty = outcome === 'complete' ? 'priced' : 'estimated'
  const source = [`${used.provider}/${used.name}`, 'genai-prices 0.1.8', '2026-11-01', `[${lines.join(',')}]`]
  return { columns: [certainty, exact, ...source], nanoUsd: exact }
}

/** A UUIDv7 of the given time; `count` keeps it unique. */
function uuid(atMs: number, count: number): string {
  const time = atMs.toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${count.toString(16).padStart(12, '0')}`
}
