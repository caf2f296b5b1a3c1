/** The sessions of a window, dearest first: their folded sums, completed by what is not folded yet. */
import type { Database } from 'bun:sqlite'
import type { SessionLine } from '../control/guard-shapes.ts'
import type { SessionSummary } from '../control/shapes.ts'
import { readAgentNames } from './agent-names.ts'
import { hasConditions, matchesUses } from './conditions.ts'
import { safe, selectEntries, type Entry } from './figures.ts'
import type { Filters, SessionQuery } from './filters.ts'
import { foldedSeq } from './fold.ts'
import { addToSession, agentOfSession, type SessionChange, type SessionChanges } from './sessions.ts'
import { resolveWindow, type Span } from './window.ts'

const lastDay = { kind: 'last', ms: 86_400_000 } as const

/** Beside the sums of a window; the list itself takes more. */
const fewSessions = 20

interface SessionRow extends SessionSummary {
  readonly uses: string
}

const columns = `id, source, agent, first_ms AS firstMs, last_ms AS lastMs, requests, input_tokens AS inputTokens,
  cache_read_tokens AS cacheReadTokens, cache_write_tokens AS cacheWriteTokens, output_tokens AS outputTokens,
  cost_nano_usd AS costNanoUsd, unpriced, uses`
// From the index alone: a month may hold a quarter of a million sessions.
const selectActive = `SELECT id FROM sessions INDEXED BY sessions_last WHERE last_ms >= ? AND first_ms < ?
ORDER BY cost_nano_usd DESC, last_ms DESC, id LIMIT ?`
const selectOne = `SELECT ${columns} FROM sessions WHERE id = ?`
const selectUnfolded = selectEntries('requests NOT INDEXED', 'seq > $folded AND session_id IS NOT NULL')

/** A line of the list as the store knows it: whether a session is stopped is not written down. */
export type RecordedSession = Omit<SessionLine, 'blockedUntilMs'>

/** `GET /sessions`. Reads in one transaction; the window is a day where none was asked for. */
export function readSessions(database: Database, { filters, limit }: SessionQuery, nowMs: number): RecordedSession[] {
  return database.transaction(() => {
    const names = readAgentNames(database)
    const sessions = listSessions(database, filters, resolveWindow(filters.window ?? lastDay, nowMs), limit)
    return sessions.map((session) => ({ ...session, agentName: names.get(session.agent ?? '') ?? null }))
  })()
}

/** A session is in the list when it was active in the window and any of its requests meets the conditions. */
export function listSessions(
  database: Database,
  filters: Filters,
  { fromMs, toMs }: Span,
  maxSessions = fewSessions,
): SessionSummary[] {
  const pending: SessionChanges = new Map()
  const unfolded = database.query<Entry, [{ $folded: number }]>(selectUnfolded).all({ $folded: foldedSeq(database) })
  for (const entry of unfolded) addToSession(pending, entry)
  const completed = [...pending.values()].map((change) => complete(change, readOne(database, change.id)))
  const isListed = ({ session, uses }: Listed) =>
    session.lastMs >= fromMs &&
    session.firstMs < toMs &&
    (filters.session === null || filters.session.includes(session.id)) &&
    (!hasConditions(filters) || matchesUses(filters, uses))
  const listed = completed.filter(isListed)
  let settled = 0
  for (const id of candidates(database, filters, { fromMs, toMs }, maxSessions + pending.size)) {
    if (settled === maxSessions) break
    const row = pending.has(id) ? null : readOne(database, id)
    const candidate = row === null ? null : listedOf(row)
    if (candidate === null || !isListed(candidate)) continue
    listed.push(candidate)
    settled++
  }
  return listed
    .map(({ session }) => session)
    .sort(
      (one, other) => other.costNanoUsd - one.costNanoUsd || other.lastMs - one.lastMs || (one.id < other.id ? -1 : 1),
    )
    .slice(0, maxSessions)
}

interface Listed {
  readonly session: SessionSummary
  readonly uses: Iterable<string>
}

/** Ids, dearest first; all of them only where conditions may strike some out. */
function* candidates(database: Database, filters: Filters, { fromMs, toMs }: Span, enough: number): Generator<string> {
  if (filters.session !== null) {
    yield* filters.session
    return
  }
  const active = database.query<{ id: string }, [number, number, number]>(selectActive)
  for (const { id } of active.iterate(fromMs, toMs, hasConditions(filters) ? -1 : enough)) yield id
}

const readOne = (database: Database, id: string): SessionRow | null =>
  database.query<SessionRow, [string]>(selectOne).get(id)

function listedOf({ uses, ...session }: SessionRow): Listed {
  return { session: { ...session, costNanoUsd: safe(session.costNanoUsd) }, uses: uses.split('\n') }
}

/** A session's folded sums with its unfolded requests added. */
function complete(change: SessionChange, row: SessionRow | null): Listed {
  const { uses, ...sums } = change
  if (row === null) return { session: sums, uses }
  return {
    uses: [...row.uses.split('\n'), ...uses],
    session: {
      id: row.id,
      source: row.source,
      agent: agentOfSession(row.agent, sums.agent),
      firstMs: Math.min(row.firstMs, sums.firstMs),
      lastMs: Math.max(row.lastMs, sums.lastMs),
      requests: row.requests + sums.requests,
      inputTokens: row.inputTokens + sums.inputTokens,
      cacheReadTokens: row.cacheReadTokens + sums.cacheReadTokens,
      cacheWriteTokens: row.cacheWriteTokens + sums.cacheWriteTokens,
      outputTokens: row.outputTokens + sums.outputTokens,
      costNanoUsd: safe(row.costNanoUsd + sums.costNanoUsd),
      unpriced: row.unpriced + sums.unpriced,
    },
  }
}
