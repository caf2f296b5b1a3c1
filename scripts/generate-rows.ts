/**
 * Fills a database with realistic requests, for benchmarks and for looking at the dashboard.
 * Usage: generate-rows.ts PATH [--rows 1000000] [--days 30] [--seed 1]
 */
import type { Database } from 'bun:sqlite'
import { parseArgs } from 'node:util'
import { openDatabase } from '../src/store/database.ts'
import { foldSome } from '../src/store/fold.ts'
import { raiseSome } from '../src/store/raise.ts'

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

const model = (
  ref: string,
  api: string,
  weight: number,
  usdPerMillion: readonly [number, number],
  firstByteMs: number,
  billing = 'metered',
): Model => {
  const [provider = '', ...name] = ref.split('/')
  const [dialect = '', endpoint = ''] = api.split(' ')
  const [input, output] = usdPerMillion
  return {
    provider,
    name: name.join('/'),
    dialect,
    endpoint,
    billing,
    weight,
    inputPrice: input * 1e9,
    outputPrice: output * 1e9,
    firstByteMs,
  }
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
const agents = [
  'claude-code',
  'codex',
  'opencode',
  'gemini-cli',
  'aider',
  'cursor',
  'python-sdk',
  'cron-nightly',
] as const

const columns = [
  'id',
  'started_ms',
  'endpoint',
  'method',
  'path',
  'dialect',
  'requested_model',
  'routed_model',
  'served_model',
  'provider',
  'billing',
  'is_stream',
  'status',
  'outcome',
  'error_code',
  'finish_reason',
  'input_tokens',
  'cache_read_tokens',
  'cache_write_5m_tokens',
  'cache_write_1h_tokens',
  'output_tokens',
  'reasoning_tokens',
  'cost_status',
  'cost_nano_usd',
  'price_id',
  'price_source',
  'price_date',
  'cost_lines',
  'request_bytes',
  'response_bytes',
  'first_byte_ms',
  'duration_ms',
  'session_id',
  'session_source',
  'agent',
  'agent_source',
  'trace',
] as const
const insertRequest = `INSERT INTO requests (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`
const insertAttempt = `INSERT INTO attempts (request_seq, number, provider, model, started_ms, status, outcome, first_byte_ms,
  duration_ms, input_tokens, output_tokens, cost_nano_usd) VALUES (?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

export interface GenerateOptions {
  readonly rows: number
  readonly days: number
  /** The newest row starts just before this. */
  readonly nowMs: number
  readonly seed: number
  readonly tell?: (sentence: string) => void
}

const rowsPerTransaction = 50_000

/** Inserts rows in the order of their start, then folds and raises them all. */
export function generateRows(database: Database, options: GenerateOptions): void {
  const { rows, nowMs, days, tell = () => {} } = options
  const random = seeded(options.seed)
  const fromMs = nowMs - days * 86_400_000
  const stepMs = (days * 86_400_000) / rows
  // What a power cut would take can be generated again.
  database.run('PRAGMA synchronous = OFF')
  const insert = database.prepare<unknown, (string | number | null)[]>(insertRequest)
  const attempt = database.prepare<unknown, (string | number | null)[]>(insertAttempt)
  const next = rowSource(random)
  const began = performance.now()
  for (let done = 0; done < rows;) {
    const until = Math.min(rows, done + rowsPerTransaction)
    database.transaction(() => {
      for (; done < until; done++) {
        const { values, attempted } = next(Math.floor(fromMs + done * stepMs))
        const { lastInsertRowid } = insert.run(...values)
        attempt.run(Number(lastInsertRowid), ...attempted)
      }
    })()
    database.run('PRAGMA wal_checkpoint(TRUNCATE)')
    if (done % 1_000_000 === 0) tell(`${done} rows, ${rate(done, began)} a second`)
  }
  tell(`${rows} rows inserted, ${rate(rows, began)} a second`)
  foldAll(database, nowMs)
  database.run('PRAGMA synchronous = NORMAL')
  tell(`folded after ${Math.round((performance.now() - began) / 1000)} s`)
}

const rate = (rows: number, began: number): number => Math.round((rows / (performance.now() - began)) * 1000)

export function foldAll(database: Database, nowMs: number): void {
  while (foldSome(database, 5000) > 0) continue
  while (raiseSome(database, nowMs)) continue
  database.run('PRAGMA wal_checkpoint(TRUNCATE)')
}

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

interface Session {
  readonly id: string
  readonly agent: string
  readonly main: Model
  left: number
  context: number
}

const openSessions = 40

/** Several conversations at a time, each growing its context by cache writes and reads. */
function rowSource(
  random: () => number,
): (startedMs: number) => { values: (string | number | null)[]; attempted: (string | number | null)[] } {
  const totalWeight = models.reduce((sum, { weight }) => sum + weight, 0)
  const sessions: Session[] = []
  let made = 0
  const pickModel = (): Model => {
    let left = random() * totalWeight
    return models.find(({ weight }) => (left -= weight) < 0) ?? (models[0] as Model)
  }
  const newSession = (): Session => ({
    id: `session-${(++made).toString(36).padStart(6, '0')}`,
    agent: agents[Math.floor(random() * random() * agents.length)] ?? agents[0],
    main: pickModel(),
    left: 1 + Math.floor(random() * 80),
    context: 2000 + Math.floor(random() * 20_000),
  })
  let count = 0
  return (startedMs) => {
    const slot = Math.floor(random() * openSessions)
    let session = sessions[slot]
    if (session === undefined || session.left-- <= 0) session = sessions[slot] = newSession()
    const used = random() < 0.75 ? session.main : pickModel()
    return writeRow(random, startedMs, session, used, count++)
  }
}

const costLines = JSON.stringify([
  { kind: 'input', quantity: 1200, nanoUsdPerMillion: 3_000_000_000, nanoUsd: '3600000' },
  { kind: 'cache read', quantity: 42_000, nanoUsdPerMillion: 300_000_000, nanoUsd: '12600000' },
  { kind: 'output', quantity: 640, nanoUsdPerMillion: 15_000_000_000, nanoUsd: '9600000' },
])
const trace = JSON.stringify([
  { stage: 'parse', did: 'read the request', why: '24 messages, 18 tools, stream' },
  { stage: 'route', did: 'sent as it came', why: 'passthrough' },
])

function writeRow(random: () => number, startedMs: number, session: Session, used: Model, count: number) {
  const luck = random()
  const outcome =
    luck < 0.962
      ? 'complete'
      : luck < 0.985
        ? 'client_abort'
        : luck < 0.993
          ? 'failed'
          : luck < 0.997
            ? 'refused'
            : luck < 0.999
              ? 'timeout'
              : 'upstream_reset'
  const status =
    outcome === 'failed'
      ? random() < 0.6
        ? 429
        : 529
      : outcome === 'refused'
        ? 400
        : outcome === 'timeout'
          ? 504
          : 200
  const isBilled = status === 200
  const input = isBilled ? 50 + Math.floor(random() * 3000) : 0
  const read = isBilled && used.dialect !== 'openai-chat' ? session.context : 0
  const written = isBilled && used.dialect === 'anthropic' ? Math.floor(random() * 4000) : 0
  const output = isBilled && used.endpoint !== 'embeddings' ? Math.floor(20 + random() * random() * 4000) : 0
  session.context = Math.min(180_000, session.context + written + output)
  const firstByteMs = used.firstByteMs * (0.5 + random() + (random() < 0.05 ? random() * 8 : 0))
  const durationMs = firstByteMs + output * (4 + random() * 12)
  const isUnpriced = used.provider === 'openrouter'
  const costStatus = !isBilled ? 'none' : isUnpriced ? 'unpriced' : outcome === 'client_abort' ? 'estimated' : 'priced'
  const cost = isUnpriced
    ? null
    : Math.round(
        (input * used.inputPrice +
          read * used.inputPrice * 0.1 +
          written * used.inputPrice * 1.25 +
          output * used.outputPrice) /
          1e6,
      )
  const id = uuid(startedMs, count, random)
  const firstByte = isBilled ? Math.round(firstByteMs * 100) / 100 : null
  const duration = Math.round(durationMs * 100) / 100
  const values = [
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
    used.endpoint === 'embeddings' || used.endpoint === 'generate' ? 0 : 1,
    status,
    outcome,
    status === 429 ? 'rate_limit_error' : status === 529 ? 'overloaded_error' : null,
    isBilled ? 'end_turn' : null,
    input,
    read,
    written,
    0,
    output,
    Math.floor(output * 0.2),
    costStatus,
    cost,
    isUnpriced ? null : `${used.provider}/${used.name}`,
    isUnpriced ? null : 'genai-prices 0.1.8',
    isUnpriced ? null : '2026-11-01',
    isBilled && !isUnpriced ? costLines : null,
    4000 + input * 4 + read * 4,
    200 + output * 5,
    firstByte,
    duration,
    session.id,
    'header',
    session.agent,
    'user-agent',
    trace,
  ]
  return {
    values,
    attempted: [used.provider, used.name, startedMs, status, outcome, firstByte, duration, input, output, cost],
  }
}

/** A UUIDv7 of the given time; `count` keeps it unique. */
function uuid(atMs: number, count: number, random: () => number): string {
  const time = atMs.toString(16).padStart(12, '0')
  const tail = count.toString(16).padStart(12, '0')
  const middle = Math.floor(random() * 0xfff)
    .toString(16)
    .padStart(3, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${middle}-8000-${tail}`
}

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      rows: { type: 'string', default: '1000000' },
      days: { type: 'string', default: '30' },
      seed: { type: 'string', default: '1' },
    },
  })
  const path = positionals[0]
  if (path === undefined) throw new Error('Usage: generate-rows.ts PATH [--rows N] [--days N] [--seed N]')
  const database = openDatabase(path, { busyTimeoutMs: 5000 })
  generateRows(database, {
    rows: Number(values.rows),
    days: Number(values.days),
    nowMs: Date.now(),
    seed: Number(values.seed),
    tell: (sentence) => console.log(sentence),
  })
  database.close()
}
