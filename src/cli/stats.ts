/** `stats`: what a window cost, in all and by one of its dimensions. */
import type { SessionLine } from '../control/guard-shapes.ts'
import type { Savings } from '../control/savings-shapes.ts'
import type { Group, SessionSummary, Stats } from '../control/shapes.ts'
import { type AgentNames, agentNamesIn } from './agent-names.ts'
import { command, jsonArg } from './command.ts'
import { withFigures } from './figures.ts'
import { conditionArgs, filterQuery, windowArgs } from './filter-args.ts'
import { formatCount, formatDuration, formatTime, formatUsd } from './format.ts'
import type { Printer } from './print.ts'
import { printSavings } from './savings-lines.ts'
import { printSessions } from './sessions.ts'
import { printUnpricedNote, sumCells, sumColumns } from './sums.ts'

const dimensions = ['model', 'provider', 'agent', 'session', 'billing', 'outcome'] as const
type Dimension = (typeof dimensions)[number]

export const stats = command({
  description: 'Show what a window of time cost.',
  args: {
    by: {
      type: 'enum',
      options: [...dimensions],
      valueHint: 'dimension',
      default: 'model',
      description: 'What the table has a row for.',
    },
    ...windowArgs,
    ...conditionArgs,
    json: jsonArg,
  },
  async run(args, invocation) {
    const query = filterQuery(args, windowArgs, conditionArgs)
    const hasAgents = !args.json && (args.by === 'agent' || args.by === 'session')
    const [found, savings, names] = await withFigures(invocation, async (figures) => [
      await figures.stats(query),
      await figures.savings(query),
      hasAgents ? await agentNamesIn(figures) : noNames,
    ])
    if (args.json) invocation.print.json({ ...found, savings })
    else printStats(found, savings, args.by as Dimension, names, invocation.print)
  },
})

const noNames: AgentNames = new Map()

function printStats(found: Stats, savings: Savings, by: Dimension, names: AgentNames, print: Printer): void {
  const { totals, duration, firstByte } = found
  const parts = [
    totals.subscriptionNanoUsd > 0 &&
      `${formatUsd(totals.meteredNanoUsd)} metered, ${formatUsd(totals.subscriptionNanoUsd)} covered by a plan`,
    totals.estimated > 0 && `${formatCount(totals.estimated)} estimated`,
    totals.unpriced > 0 && `${formatCount(totals.unpriced)} unpriced and in no figure`,
  ].filter(Boolean)
  const errors = totals.errors > 0 ? ` (${formatCount(totals.errors)} with errors)` : ''
  print.line(`${formatTime(found.fromMs)} to ${formatTime(found.toMs)}`)
  print.line()
  print.line(`Requests     ${formatCount(totals.requests)}${errors}`)
  print.line(`Cost         ${print.bold(formatUsd(totals.costNanoUsd))}${parts.length ? ` (${parts.join('; ')})` : ''}`)
  print.line(
    `Tokens       ${formatCount(totals.inputTokens)} input, ${formatCount(totals.cacheReadTokens)} read from cache, ` +
      `${formatCount(totals.cacheWriteTokens)} written to cache, ${formatCount(totals.outputTokens)} output`,
  )
  print.line(`First byte   ${percentiles(firstByte)}`)
  print.line(`Duration     ${percentiles(duration)}`)
  if (totals.requests === 0) return
  printSavings(savings, print)
  print.line()
  if (by === 'session') {
    printSessions(
      found.sessions.map((session) => lineOf(session, names)),
      print,
    )
  } else printGroups(groupsOf(found, by, names), by, print)
}

const percentiles = ({ count, p50Ms, p95Ms, p99Ms }: Stats['duration']): string =>
  count === 0
    ? 'none measured'
    : `${formatDuration(p50Ms)} p50, ${formatDuration(p95Ms)} p95, ${formatDuration(p99Ms)} p99`

function groupsOf(found: Stats, by: Exclude<Dimension, 'session'>, names: AgentNames): readonly Group[] {
  switch (by) {
    case 'model':
      return found.byModel
    case 'provider':
      return found.byProvider
    case 'agent':
      return found.byAgent.map((group) => named(group, names))
    case 'billing':
      return found.byBilling
    case 'outcome':
      return found.byOutcome
  }
  return by satisfies never
}

function printGroups(groups: readonly Group[], by: string, print: Printer): void {
  print.table(
    [{ title: by }, ...sumColumns],
    groups.map((group) => [group.key || '(none)', ...sumCells(group)]),
  )
  printUnpricedNote(groups, print)
}

const named = (group: Group, names: AgentNames): Group => ({ ...group, key: names.get(group.key) ?? group.key })

const lineOf = (session: SessionSummary, names: AgentNames): SessionLine => ({
  ...session,
  agentName: names.get(session.agent ?? '') ?? null,
  blockedUntilMs: null,
})
