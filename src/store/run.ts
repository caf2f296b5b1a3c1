/** One request with everything that is known about it. */
import type { Database } from 'bun:sqlite'
import type { RunDetail } from '../control/shapes.ts'
import { AppError } from '../neutral/error.ts'
import { runColumns, type RunRow } from './runs.ts'

/** Fewer characters of an id name too many requests. */
const minPrefix = 6

const selectByPrefix = `SELECT ${runColumns}, method, path, error_message AS errorMessage, finish_reason AS finishReason,
  audio_input_tokens AS audioInputTokens, cache_read_audio_tokens AS cacheReadAudioTokens,
  audio_output_tokens AS audioOutputTokens, image_output_tokens AS imageOutputTokens, web_searches AS webSearches,
  service_tier AS serviceTier, speed, region, price_id AS priceId, price_source AS priceSource, price_date AS priceDate,
  cost_lines AS costLines, request_bytes AS requestBytes, response_bytes AS responseBytes, session_source AS sessionSource,
  agent_source AS agentSource, tags, bypass, upstream_request_id AS upstreamRequestId, trace,
  complexity_score AS complexityScore, complexity_tier AS complexityTier, facts
FROM requests INDEXED BY requests_started
WHERE started_ms >= ? AND started_ms <= ? AND id >= ? AND id < ? ORDER BY started_ms, id LIMIT 2`

const selectAttempts = `SELECT number, provider, model, started_ms AS startedMs, status, outcome, error_code AS errorCode,
  first_byte_ms AS firstByteMs, duration_ms AS durationMs, cost_nano_usd AS costNanoUsd
FROM attempts WHERE request_seq = ? ORDER BY number`

type Parsed = 'dropped' | 'costLines' | 'tags' | 'bypass' | 'trace' | 'facts'
interface DetailRow
  extends
    RunRow,
    Omit<RunDetail, keyof RunRow | Parsed | 'attempts' | 'complexity'>,
    Readonly<Record<Parsed, string | null>> {
  readonly complexityScore: number | null
  readonly complexityTier: string | null
}

/**
 * `GET /v1/telemetry/runs/{id}`.
 * @param id The whole id, or as much of its start as no other request has.
 * @throws AppError `not-found`; `invalid-request` when it is too short or begins several ids.
 */
export function readRun(database: Database, id: string): RunDetail {
  const wanted = id.toLowerCase()
  if (!/^[0-9a-f-]+$/.test(wanted)) throw unknown(id)
  if (wanted.length < minPrefix) throw new AppError('invalid-request', `id needs at least ${minPrefix} characters.`)
  return database.transaction(() => {
    // No id holds a character after `f`, so `g` ends the range of all that begin like this.
    const [row, other] = database
      .query<DetailRow, [number, number, string, string]>(selectByPrefix)
      .all(startOf(wanted, '0'), startOf(wanted, 'f'), wanted, `${wanted}g`)
    if (row === undefined) throw unknown(id)
    if (other !== undefined && row.id !== wanted) {
      throw new AppError(
        'invalid-request',
        `id ${wanted} begins several requests, ${row.id} and ${other.id} among them.`,
      )
    }
    return writeDetail(database, row)
  })()
}

/** The first twelve digits of an id are its start in Unix ms; what the prefix leaves open is filled up. */
const startOf = (prefix: string, fill: '0' | 'f'): number =>
  Number.parseInt(prefix.replaceAll('-', '').slice(0, 12).padEnd(12, fill), 16)

const unknown = (id: string): AppError =>
  new AppError('not-found', `There is no request ${id.length > 40 ? `${id.slice(0, 40)}…` : id}.`)

function writeDetail(database: Database, row: DetailRow): RunDetail {
  const { seq, isStream, automated, dropped, costLines, tags, bypass, trace, ...known } = row
  const { complexityScore: score, complexityTier: tier, facts, ...rest } = known
  return {
    ...rest,
    isStream: isStream === 1,
    automated: automated === 1,
    dropped: parse<RunDetail['dropped']>(dropped, []),
    costLines: parse<RunDetail['costLines']>(costLines, []),
    tags: parse<RunDetail['tags']>(tags, {}),
    bypass: parse<RunDetail['bypass']>(bypass, []),
    trace: parse<RunDetail['trace']>(trace, []),
    complexity: score === null || tier === null ? null : { score, tier },
    facts: parse<RunDetail['facts']>(facts, null),
    attempts: database.query<RunDetail['attempts'][number], [number]>(selectAttempts).all(seq),
  }
}

const parse = <T>(json: string | null, absent: T): T => (json === null ? absent : (JSON.parse(json) as T))
