/** How each provider did in the last hour, as seen from here. */
import type { Database } from 'bun:sqlite'
import { addBins, addTime, percentilesOf, type Bins } from './bins.ts'
import { entryColumns, isFailure, type Entry } from './figures.ts'
import { foldedSeq } from './fold.ts'
import { floorTo, minuteMs } from './levels.ts'

const windowMs = 60 * minuteMs

export interface MeasuredHealth {
  readonly provider: string
  readonly requests: number
  readonly failures: number
  readonly p50Ms: number | null
  readonly lastSeenMs: number | null
  /** Status or outcome and error code of the newest failure in the hour. */
  readonly lastFailure: string | null
}

const sumMinutes = `SELECT provider, sum(requests) AS requests, sum(failures) AS failures, max(start_ms) AS lastMinute,
  max(CASE WHEN failures > 0 THEN start_ms END) AS lastFailureMinute, group_concat(duration_bins, '') AS durationBins
FROM rollups WHERE step_ms = 60000 AND start_ms >= ? AND provider <> '' AND requests > 0 GROUP BY provider`

const selectUnfolded = `SELECT ${entryColumns} FROM requests NOT INDEXED
WHERE seq > ? AND started_ms >= ? AND provider IS NOT NULL`

const selectNewest = `SELECT max(started_ms) AS startedMs FROM requests INDEXED BY requests_started
WHERE started_ms >= ? AND started_ms < ? AND provider = ?`

const selectFailure = `SELECT status, outcome, error_code AS errorCode FROM requests INDEXED BY requests_started
WHERE started_ms >= ? AND started_ms < ? AND provider = ? AND ${isFailure} ORDER BY started_ms DESC, seq DESC LIMIT 1`

interface MinuteSums {
  readonly provider: string
  readonly requests: number
  readonly failures: number
  readonly lastMinute: number
  readonly lastFailureMinute: number | null
  readonly durationBins: string
}

interface Seen {
  requests: number
  failures: number
  /** Minute of the newest request, and of the newest failure. */
  lastMinute: number
  lastFailureMinute: number
  readonly duration: Bins
}

export function readProviderHealth(database: Database, nowMs: number): MeasuredHealth[] {
  return database.transaction(() => {
    const fromMs = floorTo(minuteMs, nowMs - windowMs)
    const seen = new Map<string, Seen>()
    for (const sums of database.query<MinuteSums, [number]>(sumMinutes).all(fromMs)) addMinutes(seen, sums)
    const unfolded = database.query<Entry, [number, number]>(selectUnfolded).all(foldedSeq(database), fromMs)
    for (const entry of unfolded) addUnfolded(seen, entry)
    return [...seen]
      .map(([provider, one]) => writeHealth(database, provider, one))
      .sort((one, other) => other.requests - one.requests || (one.provider < other.provider ? -1 : 1))
  })()
}

function seenOf(seen: Map<string, Seen>, provider: string): Seen {
  const one = seen.get(provider) ?? {
    requests: 0,
    failures: 0,
    lastMinute: -1,
    lastFailureMinute: -1,
    duration: new Map(),
  }
  seen.set(provider, one)
  return one
}

function addMinutes(seen: Map<string, Seen>, sums: MinuteSums): void {
  const one = seenOf(seen, sums.provider)
  one.requests += sums.requests
  one.failures += sums.failures
  one.lastMinute = Math.max(one.lastMinute, sums.lastMinute)
  one.lastFailureMinute = Math.max(one.lastFailureMinute, sums.lastFailureMinute ?? -1)
  addBins(one.duration, sums.durationBins)
}

function addUnfolded(seen: Map<string, Seen>, entry: Entry): void {
  const one = seenOf(seen, entry.provider)
  const minute = floorTo(minuteMs, entry.startedMs)
  one.requests += 1
  one.failures += entry.failures
  one.lastMinute = Math.max(one.lastMinute, minute)
  if (entry.failures > 0) one.lastFailureMinute = Math.max(one.lastFailureMinute, minute)
  if (entry.durationMs !== null) addTime(one.duration, entry.durationMs)
}

function writeHealth(database: Database, provider: string, seen: Seen): MeasuredHealth {
  const newest = database.query<{ startedMs: number | null }, [number, number, string]>(selectNewest)
  const { lastMinute, requests, failures } = seen
  return {
    provider,
    requests,
    failures,
    p50Ms: percentilesOf(seen.duration, [0.5])[0] ?? null,
    lastSeenMs: newest.get(lastMinute, lastMinute + minuteMs, provider)?.startedMs ?? null,
    lastFailure: seen.lastFailureMinute < 0 ? null : readFailure(database, provider, seen.lastFailureMinute),
  }
}

function readFailure(database: Database, provider: string, minute: number): string | null {
  type Failure = { status: number | null; outcome: string; errorCode: string | null }
  const read = database.query<Failure, [number, number, string]>(selectFailure)
  const failure = read.get(minute, minute + minuteMs, provider)
  if (failure === null) return null
  const how = failure.status !== null && failure.status >= 400 ? String(failure.status) : failure.outcome
  return failure.errorCode === null ? how : `${how} ${failure.errorCode}`
}
