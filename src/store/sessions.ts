/** The sessions' own sums: folded from requests, and listed for a window. */
import type { Database } from 'bun:sqlite'
import type { Entry, Use } from './figures.ts'

export interface SessionChange {
  readonly id: string
  readonly source: string
  agent: string | null
  firstMs: number
  lastMs: number
  requests: number
  inputTokens: number
  cacheReadTokens: number
  cacheWriteTokens: number
  outputTokens: number
  costNanoUsd: number
  unpriced: number
  /** Lines of {@link useLine}. */
  readonly uses: Set<string>
}

export type SessionChanges = Map<string, SessionChange>

/** What a session may keep about its uses; beyond it a use is no longer noted, and a filter on it may miss the session. */
const maxUsesLength = 16_000

const selectUses = 'SELECT uses FROM sessions WHERE id = ?'
const upsertSession = `INSERT INTO sessions (id, source, agent, first_ms, last_ms, requests, input_tokens, cache_read_tokens,
  cache_write_tokens, output_tokens, cost_nano_usd, unpriced, uses)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET agent = iif(instr(excluded.agent, agent || '/') = 1, agent, coalesce(excluded.agent, agent)),
  first_ms = min(first_ms, excluded.first_ms),
  last_ms = max(last_ms, excluded.last_ms), requests = requests + excluded.requests,
  input_tokens = input_tokens + excluded.input_tokens, cache_read_tokens = cache_read_tokens + excluded.cache_read_tokens,
  cache_write_tokens = cache_write_tokens + excluded.cache_write_tokens,
  output_tokens = output_tokens + excluded.output_tokens, cost_nano_usd = cost_nano_usd + excluded.cost_nano_usd,
  unpriced = unpriced + excluded.unpriced, uses = excluded.uses`

/** Names come from callers: what separates them here is taken out. */
const useLine = (use: Use): string =>
  [use.provider, use.model, use.agent, use.billing, use.outcome]
    .map((name) => name.replaceAll(/[\t\n]/g, ' '))
    .join('\t')

export function addToSession(sessions: SessionChanges, entry: Entry): void {
  if (entry.sessionId === null) return
  const session = sessions.get(entry.sessionId) ?? newSession(entry.sessionId, entry)
  sessions.set(entry.sessionId, session)
  if (entry.agent !== '') session.agent = agentOfSession(session.agent, entry.agent)
  session.firstMs = Math.min(session.firstMs, entry.startedMs)
  session.lastMs = Math.max(session.lastMs, entry.startedMs)
  session.requests += entry.requests
  session.inputTokens += entry.inputTokens
  session.cacheReadTokens += entry.cacheReadTokens
  session.cacheWriteTokens += entry.cacheWriteTokens
  session.outputTokens += entry.outputTokens
  session.costNanoUsd += entry.costNanoUsd
  session.unpriced += entry.unpriced
  session.uses.add(useLine(entry))
}

/** The last agent that was seen in it, but for sub-agents (`claude-code/explore`) of the one before. */
export const agentOfSession = (before: string | null, now: string | null): string | null =>
  now === null || (before !== null && now.startsWith(`${before}/`)) ? before : now

const newSession = (id: string, entry: Entry): SessionChange => ({
  id,
  source: entry.sessionSource,
  agent: null,
  firstMs: entry.startedMs,
  lastMs: entry.startedMs,
  requests: 0,
  inputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 0,
  costNanoUsd: 0,
  unpriced: 0,
  uses: new Set(),
})

/** Merges in the uses that the sessions have already. */
export function readUses(database: Database, sessions: SessionChanges): void {
  const read = database.query<{ uses: string }, [string]>(selectUses)
  for (const session of sessions.values()) {
    const added = [...session.uses]
    session.uses.clear()
    for (const line of read.get(session.id)?.uses.split('\n') ?? []) session.uses.add(line)
    for (const line of added) session.uses.add(line)
  }
}

export function writeSessions(database: Database, sessions: SessionChanges): void {
  const write = database.query<unknown, (string | number | null)[]>(upsertSession)
  for (const one of sessions.values()) {
    write.run(
      one.id,
      one.source,
      one.agent,
      one.firstMs,
      one.lastMs,
      one.requests,
      one.inputTokens,
      one.cacheReadTokens,
      one.cacheWriteTokens,
      one.outputTokens,
      one.costNanoUsd,
      one.unpriced,
      usesText(one.uses),
    )
  }
}

function usesText(uses: ReadonlySet<string>): string {
  const text = [...uses].join('\n')
  return text.length <= maxUsesLength ? text : text.slice(0, text.lastIndexOf('\n', maxUsesLength))
}
