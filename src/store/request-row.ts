/** A RequestRecord as the columns of `requests` and `attempts`: the one place that knows both sides. */
import type { Changes, Database } from 'bun:sqlite'
import type { AttemptRecord, RequestRecord } from '../neutral/record.ts'

type Value = string | number | null

/** What a request, or one of its attempts, was paid by: of `requests` and `attempt_rows` both. */
export const paidByColumns = [
  'input_tokens',
  'cache_read_tokens',
  'cache_write_5m_tokens',
  'cache_write_1h_tokens',
  'output_tokens',
  'reasoning_tokens',
  'audio_input_tokens',
  'cache_read_audio_tokens',
  'audio_output_tokens',
  'image_output_tokens',
  'web_searches',
  'usage_inferred',
  'also_billed',
  'service_tier',
  'speed',
  'region',
] as const

const requestColumns = [
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
  'error_message',
  'finish_reason',
  ...paidByColumns,
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
  'tags',
  'bypass',
  'upstream_request_id',
  'translated_to',
  'dropped',
  'task_type',
  'guard',
  'cache',
  'saved_nano_usd',
  'route',
  'automated',
  'complexity_score',
  'complexity_tier',
  'baseline_model',
  'baseline_nano_usd',
  'facts',
  'prompt_cache_saved_nano_usd',
  'trace',
] as const

/** A row that is there already stays: replays of the spool are harmless. */
const insertRequest = `INSERT OR IGNORE INTO requests (${requestColumns.join(', ')}) VALUES (${requestColumns.map(() => '?').join(', ')})`

const attemptColumns = [
  'request_seq',
  'number',
  'provider',
  'model',
  'served_model',
  'billing',
  'started_ms',
  'status',
  'outcome',
  'error_code',
  'first_byte_ms',
  'duration_ms',
  ...paidByColumns,
  'cost_status',
  'cost_nano_usd',
] as const

const insertAttempt = `INSERT INTO attempt_rows (${attemptColumns.join(', ')}) VALUES (${attemptColumns.map(() => '?').join(', ')})`

/** Statements that write one request with its attempts; must run inside a transaction. */
export function prepareRequestInsert(database: Database): (record: RequestRecord) => void {
  // Given as one array: spread into arguments, some fifty values cost half a microsecond more.
  const request = database.prepare(insertRequest) as unknown as { run(values: readonly Value[]): Changes }
  const attempt = database.prepare<unknown, Value[]>(insertAttempt)
  return (record) => {
    const { changes, lastInsertRowid } = request.run(requestValues(record))
    // An only attempt is told by the request's own row.
    if (changes === 0 || record.attempts.length < 2) return
    for (const one of record.attempts) attempt.run(...attemptValues(Number(lastInsertRowid), one))
  }
}

function requestValues(record: RequestRecord): Value[] {
  const { usage, terms, cost } = record
  return [
    record.id,
    record.startedMs,
    record.endpoint,
    record.method,
    record.path,
    record.dialect,
    record.requestedModel,
    record.routedModel,
    record.servedModel,
    record.provider,
    record.billing,
    record.isStream ? 1 : 0,
    record.status,
    record.outcome,
    record.errorCode,
    record.errorMessage,
    record.finishReason,
    usage?.inputTokens ?? null,
    usage?.cacheReadTokens ?? null,
    usage?.cacheWrite5mTokens ?? null,
    usage?.cacheWrite1hTokens ?? null,
    usage?.outputTokens ?? null,
    usage?.reasoningTokens ?? null,
    usage?.audioInputTokens ?? null,
    usage?.cacheReadAudioTokens ?? null,
    usage?.audioOutputTokens ?? null,
    usage?.imageOutputTokens ?? null,
    usage?.webSearches ?? null,
    inferredValue(record),
    alsoBilledValue(record),
    terms.serviceTier,
    terms.speed,
    terms.region,
    cost.status,
    cost.nanoUsd,
    cost.priceId,
    cost.priceSource,
    cost.priceDate,
    cost.lines.length === 0 ? null : JSON.stringify(cost.lines),
    record.requestBytes,
    record.responseBytes,
    record.firstByteMs,
    record.durationMs,
    record.sessionId,
    record.sessionSource,
    record.agent,
    record.agentSource,
    record.tags === null ? null : JSON.stringify(record.tags),
    record.bypass.length === 0 ? null : JSON.stringify(record.bypass),
    record.upstreamRequestId,
    // A spool may hold lines of an older release.
    record.translatedTo ?? null,
    record.dropped?.length > 0 ? JSON.stringify(record.dropped) : null,
    record.taskType ?? null,
    record.guard ?? null,
    record.cache ?? null,
    record.savedNanoUsd ?? null,
    record.route ?? null,
    record.isAutomated === true ? 1 : null,
    record.complexity?.score ?? null,
    record.complexity?.tier ?? null,
    record.baselineModel ?? null,
    record.baselineNanoUsd ?? null,
    record.facts == null ? null : JSON.stringify(record.facts),
    record.promptCacheSavedNanoUsd ?? null,
    record.trace.length === 0 ? null : JSON.stringify(record.trace),
  ]
}

/** A spool may hold lines of an older release: they don't say. */
const inferredValue = ({ usage, isUsageInferred }: Pick<RequestRecord, 'usage' | 'isUsageInferred'>): Value =>
  usage === null || isUsageInferred === undefined ? null : isUsageInferred ? 1 : 0

const alsoBilledValue = ({ alsoBilled }: Pick<RequestRecord, 'alsoBilled'>): Value =>
  alsoBilled == null ? null : JSON.stringify(alsoBilled)

function attemptValues(seq: number, attempt: AttemptRecord): Value[] {
  const { usage, terms } = attempt
  return [
    seq,
    attempt.number,
    attempt.provider,
    attempt.model,
    // Lines of an older release in a spool, or in the journal of a process that died, have no more than it knew.
    attempt.servedModel ?? null,
    attempt.billing ?? null,
    attempt.startedMs,
    attempt.status,
    attempt.outcome,
    attempt.errorCode,
    attempt.firstByteMs,
    attempt.durationMs,
    usage?.inputTokens ?? null,
    usage?.cacheReadTokens ?? null,
    usage?.cacheWrite5mTokens ?? null,
    usage?.cacheWrite1hTokens ?? null,
    usage?.outputTokens ?? null,
    usage?.reasoningTokens ?? null,
    usage?.audioInputTokens ?? null,
    usage?.cacheReadAudioTokens ?? null,
    usage?.audioOutputTokens ?? null,
    usage?.imageOutputTokens ?? null,
    usage?.webSearches ?? null,
    inferredValue(attempt),
    alsoBilledValue(attempt),
    terms?.serviceTier ?? null,
    terms?.speed ?? null,
    terms?.region ?? null,
    attempt.costStatus ?? null,
    attempt.costNanoUsd,
  ]
}
