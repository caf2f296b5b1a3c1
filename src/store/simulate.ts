/** Requests of the past for a replay, oldest first, a chunk at a time: the columns that a decision looks at, and no text. */
import type { Database } from 'bun:sqlite'
import type { Billing, DialectId, Endpoint, TaskType } from '../neutral/model.ts'
import type { PastRequest } from '../neutral/simulation.ts'
import type { RecordedFacts } from '../neutral/record.ts'
import { parseFilters, type RawQuery } from './filters.ts'
import { dayMs } from './levels.ts'
import { resolveWindow, type Span } from './window.ts'

/** A row as it is; what path and endpoint mean is known elsewhere. */
export type PastRow = Omit<PastRequest, 'mount'> & { readonly path: string }

export interface PastChunk {
  readonly rows: readonly PastRow[]
  /** Rows between these that have nothing to replay. */
  readonly skipped: number
}

const columns = `id, started_ms AS startedMs, endpoint, path, dialect, requested_model AS asked, routed_model AS routed,
  served_model AS served, provider, billing, input_tokens AS inputTokens, cache_read_tokens AS cacheReadTokens,
  cache_write_5m_tokens AS cacheWrite5mTokens, cache_write_1h_tokens AS cacheWrite1hTokens, output_tokens AS outputTokens,
  reasoning_tokens AS reasoningTokens, audio_input_tokens AS audioInputTokens,
  cache_read_audio_tokens AS cacheReadAudioTokens, audio_output_tokens AS audioOutputTokens,
  image_output_tokens AS imageOutputTokens, web_searches AS webSearches, service_tier AS serviceTier, speed, region,
  cost_nano_usd AS costNanoUsd, session_id AS session, agent, tags, task_type AS task, cache, route,
  coalesce(automated, 0) AS automated, complexity_score AS score, facts`

const selectNext = `SELECT ${columns} FROM requests INDEXED BY requests_started
WHERE (started_ms, id) > (?, ?) AND started_ms < ? ORDER BY started_ms, id LIMIT ?`

/** The last of those before the newest so many. */
const selectBefore = `SELECT started_ms AS startedMs, id FROM requests INDEXED BY requests_started
WHERE started_ms >= ? AND started_ms < ? ORDER BY started_ms DESC, id DESC LIMIT 1 OFFSET ?`

interface Row {
  readonly id: string
  readonly startedMs: number
  readonly endpoint: Endpoint
  readonly path: string
  readonly dialect: DialectId
  readonly asked: string | null
  readonly routed: string | null
  readonly served: string | null
  readonly provider: string | null
  readonly billing: Billing | null
  readonly inputTokens: number | null
  readonly cacheReadTokens: number | null
  readonly cacheWrite5mTokens: number | null
  readonly cacheWrite1hTokens: number | null
  readonly outputTokens: number | null
  readonly reasoningTokens: number | null
  readonly audioInputTokens: number | null
  readonly cacheReadAudioTokens: number | null
  readonly audioOutputTokens: number | null
  readonly imageOutputTokens: number | null
  readonly webSearches: number | null
  readonly serviceTier: string | null
  readonly speed: string | null
  readonly region: string | null
  readonly costNanoUsd: number | null
  readonly session: string | null
  readonly agent: string | null
  readonly tags: string | null
  readonly task: TaskType | null
  readonly cache: string | null
  readonly route: string | null
  readonly automated: number
  readonly score: number | null
  readonly facts: string | null
}

/** How many requests are replayed unless somebody says. */
export const defaultSimulated = 100_000

const lastWeek = { kind: 'last', ms: 7 * dayMs } as const

/** The last seven days unless somebody says. @throws AppError `invalid-request` that names the parameter. */
export const simulatedSpan = (window: RawQuery, nowMs: number): Span =>
  resolveWindow(parseFilters(window).window ?? lastWeek, nowMs)

export interface Past {
  /** The span holds more than so many. */
  readonly isCut: boolean
  readonly chunks: Iterable<PastChunk>
}

/** @param limit The newest so many. @param chunk Rows of one read, so that no transaction is held open for long. */
export function readPast(database: Database, { fromMs, toMs }: Span, limit: number, chunk = 2000): Past {
  const before = database
    .query<{ startedMs: number; id: string }, [number, number, number]>(selectBefore)
    .get(fromMs, toMs, limit)
  const [startedMs, id] = before === null ? [fromMs, beforeAll] : [before.startedMs, before.id]
  return { isCut: before !== null, chunks: chunksAfter(database, { startedMs, id, toMs, chunk }) }
}

/** Before every id. */
const beforeAll = ''

interface From {
  readonly startedMs: number
  readonly id: string
  readonly toMs: number
  readonly chunk: number
}

function* chunksAfter(database: Database, { toMs, chunk, ...from }: From): Generator<PastChunk> {
  let { startedMs, id } = from
  for (;;) {
    const rows = database.query<Row, [number, string, number, number]>(selectNext).all(startedMs, id, toMs, chunk)
    const last = rows.at(-1)
    if (last === undefined) return
    const past = rows.flatMap((row) => pastOf(row) ?? [])
    yield { rows: past, skipped: rows.length - past.length }
    ;({ startedMs, id } = last)
  }
}

const answering: ReadonlySet<Endpoint> = new Set(['messages', 'chat', 'responses', 'generate', 'stream_generate'])

/** @returns null for what was not answered by a model, or asked for none. */
function pastOf(row: Row): PastRow | null {
  const { asked, provider, inputTokens } = row
  if (asked === null || provider === null || inputTokens === null) return null
  if (row.cache === 'hit' || !answering.has(row.endpoint)) return null
  return {
    id: row.id,
    startedMs: row.startedMs,
    endpoint: row.endpoint,
    path: row.path,
    dialect: row.dialect,
    asked,
    isHeaderChosen: row.route === 'header',
    served: { provider, model: row.routed ?? row.served ?? asked },
    billing: row.billing ?? 'metered',
    usage: usageOf(row, inputTokens),
    terms: { serviceTier: row.serviceTier, speed: row.speed, region: row.region },
    costNanoUsd: row.costNanoUsd,
    session: row.session,
    agent: row.agent,
    tags: row.tags === null ? null : (JSON.parse(row.tags) as Readonly<Record<string, string>>),
    task: row.task,
    score: row.score,
    isAutomated: row.automated === 1,
    facts: row.facts === null ? null : (JSON.parse(row.facts) as RecordedFacts),
  }
}

const usageOf = (row: Row, inputTokens: number): PastRow['usage'] => ({
  inputTokens,
  cacheReadTokens: row.cacheReadTokens ?? 0,
  cacheWrite5mTokens: row.cacheWrite5mTokens ?? 0,
  cacheWrite1hTokens: row.cacheWrite1hTokens ?? 0,
  outputTokens: row.outputTokens ?? 0,
  reasoningTokens: row.reasoningTokens ?? 0,
  audioInputTokens: row.audioInputTokens ?? 0,
  cacheReadAudioTokens: row.cacheReadAudioTokens ?? 0,
  audioOutputTokens: row.audioOutputTokens ?? 0,
  imageOutputTokens: row.imageOutputTokens ?? 0,
  webSearches: row.webSearches ?? 0,
})
