/** What each agent cost in a window, dearest first, and the giving of names. */
import type { Database } from 'bun:sqlite'
import type { AgentLine, AgentPage } from '../control/guard-shapes.ts'
import { AppError } from '../neutral/error.ts'
import { readAgentNames, writeAgentName } from './agent-names.ts'
import { bindConditions, requestMatches, rollupMatches, type Bound } from './conditions.ts'
import { safe, selectEntries } from './figures.ts'
import { parseFilters, type Filters } from './filters.ts'
import { foldedSeq } from './fold.ts'
import { cover, readLevels } from './levels.ts'
import { quote } from './parameters.ts'
import { requestsOfSessions } from './session-requests.ts'
import { resolveSums, type Span } from './window.ts'

const lastDay = { kind: 'last', ms: 86_400_000 } as const

const sums = `sum(requests) AS requests, sum(costNanoUsd) AS costNanoUsd, sum(inputTokens) AS inputTokens,
  sum(cacheReadTokens) AS cacheReadTokens, sum(cacheWriteTokens) AS cacheWriteTokens, sum(outputTokens) AS outputTokens,
  sum(unpriced) AS unpriced`

const sumRollups = `SELECT agent, ${sums} FROM (
  SELECT agent, requests, cost_nano_usd AS costNanoUsd, input_tokens AS inputTokens, cache_read_tokens AS cacheReadTokens,
    cache_write_tokens AS cacheWriteTokens, output_tokens AS outputTokens, unpriced
  FROM rollups WHERE step_ms = $stepMs AND start_ms >= $fromMs AND start_ms < $toMs AND ${rollupMatches}
) GROUP BY agent`

const inWindow = `started_ms >= $fromMs AND started_ms < $toMs AND ${requestMatches}`

const sumUnfolded = `SELECT agent, ${sums}
FROM (${selectEntries('requests NOT INDEXED', `seq > $folded AND ${inWindow}`)}) GROUP BY agent`

const sumOfSessions = `SELECT agent, ${sums} FROM (${selectEntries(requestsOfSessions, inWindow)}) GROUP BY agent`

type Sum = Omit<AgentLine, 'name'>

/** `GET /agents`. Those that have a name are there without requests, too, where nothing but a window is asked for. */
export function readAgents(database: Database, filters: Filters, nowMs: number): AgentPage {
  return database.transaction(() => {
    const names = readAgentNames(database)
    const agents = new Map<string, Sum>()
    for (const sum of readSums(database, filters, nowMs)) {
      if (sum.agent !== '') agents.set(sum.agent, added(sum, agents.get(sum.agent)))
    }
    const { window: _, ...conditions } = filters
    if (Object.values(conditions).every((condition) => condition === null)) {
      for (const agent of names.keys()) if (!agents.has(agent)) agents.set(agent, nothing(agent))
    }
    const lines = [...agents.values()].map((sum) => ({ ...sum, name: names.get(sum.agent) ?? null }))
    return { agents: lines.sort(byCost) }
  })()
}

function* readSums(database: Database, filters: Filters, nowMs: number): Generator<Sum> {
  const levels = readLevels(database)
  const span: Span = resolveSums(database, levels, filters.window ?? lastDay, nowMs)
  const bound = { ...bindConditions(filters), $fromMs: span.fromMs, $toMs: span.toMs }
  const $folded = foldedSeq(database)
  if (filters.session !== null) {
    const $sessions = JSON.stringify(filters.session)
    yield* database.query<Sum, [Bound]>(sumOfSessions).all({ ...bound, $sessions, $folded })
    return
  }
  const rollups = database.query<Sum, [Bound]>(sumRollups)
  for (const { stepMs: $stepMs, fromMs: $fromMs, toMs: $toMs } of cover(levels, span.fromMs, span.toMs)) {
    yield* rollups.all({ ...bound, $stepMs, $fromMs, $toMs })
  }
  yield* database.query<Sum, [Bound]>(sumUnfolded).all({ ...bound, $folded })
}

const nothing = (agent: string): Sum => ({
  agent,
  requests: 0,
  costNanoUsd: 0,
  inputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 0,
  unpriced: 0,
})

const added = (one: Sum, other: Sum = nothing(one.agent)): Sum => ({
  agent: one.agent,
  requests: one.requests + other.requests,
  costNanoUsd: safe(one.costNanoUsd + other.costNanoUsd),
  inputTokens: safe(one.inputTokens + other.inputTokens),
  cacheReadTokens: safe(one.cacheReadTokens + other.cacheReadTokens),
  cacheWriteTokens: safe(one.cacheWriteTokens + other.cacheWriteTokens),
  outputTokens: safe(one.outputTokens + other.outputTokens),
  unpriced: one.unpriced + other.unpriced,
})

const byCost = (one: AgentLine, other: AgentLine): number =>
  other.costNanoUsd - one.costNanoUsd || other.requests - one.requests || (one.agent < other.agent ? -1 : 1)

const findAgent = `SELECT EXISTS (SELECT 1 FROM rollups WHERE agent = $agent)
  OR EXISTS (SELECT 1 FROM requests NOT INDEXED WHERE seq > $folded AND agent = $agent)
  OR EXISTS (SELECT 1 FROM agent_names WHERE agent = $agent) AS isKnown`

/**
 * `PUT /agents/{agent}`.
 * @param name null gives it its own name again.
 * @returns The agents of the last day, and all that have a name.
 * @throws AppError `not-found` where nothing was ever recorded of such an agent.
 */
export function renameAgent(database: Database, agent: string, name: string | null, nowMs: number): AgentPage {
  const bound = { $agent: agent, $folded: foldedSeq(database) }
  const found = database.query<{ isKnown: number }, [Bound]>(findAgent).get(bound)
  if (found?.isKnown !== 1) {
    throw new AppError('not-found', `No request is recorded of an agent called ${quote(agent)}; "agents" lists them.`)
  }
  writeAgentName(database, agent, name)
  return readAgents(database, parseFilters([]), nowMs)
}
