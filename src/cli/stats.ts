/** `stats`: what a window cost, in all and by one of its dimensions. */
import type { Group, SessionSummary, Stats } from '../control/shapes.ts'
import { command, jsonArg } from './command.ts'
import { withFigures } from './figures.ts'
import { conditionArgs, filterQuery, windowArgs } from './filter-args.ts'
import { formatCount, formatDuration, formatTime, formatUsd } from './format.ts'
import type { Column, Printer } from './print.ts'

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
    const found = await withFigures(invocation, (figures) =>
      figures.stats(filterQuery(args, windowArgs, conditionArgs)),
    )
    if (args.json) invocation.print.json(found)
    else printStats(found, args.by as Dimension, invocation.print)
  },
})

function printStats(found: Stats, by: Dimension, print: Printer): void {
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
  print.line()
  if (by === 'session') printSessions(found.sessions, print)
  else printGroups(groupsOf(found, by), by, print)
}

const percentiles = ({ count, p50Ms, p95Ms, p99Ms }: Stats['duration']): string =>
  count === 0
    ? 'none measured'
    : `${formatDuration(p50Ms)} p50, ${formatDuration(p95Ms)} p95, ${formatDuration(p99Ms)} p99`

function groupsOf(found: Stats, by: Exclude<Dimension, 'session'>): readonly Group[] {
  switch (by) {
    case 'model':
      return found.byModel
    case 'provider':
      return found.byProvider
    case 'agent':
      return found.byAgent
    case 'billing':
      return found.byBilling
    case 'outcome':
      return found.byOutcome
  }
  return by satisfies never
}

const figureColumns: readonly Column[] = ['requests', 'input', 'cache read', 'cache write', 'output', 'cost'].map(
  (title) => ({ title, isFigure: true }),
)

const figuresOf = (row: Group | SessionSummary): readonly string[] => [
  formatCount(row.requests),
  formatCount(row.inputTokens),
  formatCount(row.cacheReadTokens),
  formatCount(row.cacheWriteTokens),
  formatCount(row.outputTokens),
  row.unpriced === row.requests ? 'unpriced' : `${formatUsd(row.costNanoUsd)}${row.unpriced > 0 ? '+' : ''}`,
]

function printGroups(groups: readonly Group[], by: string, print: Printer): void {
  print.table(
    [{ title: by }, ...figureColumns],
    groups.map((group) => [group.key || '(none)', ...figuresOf(group)]),
  )
  if (groups.some(isPartlyPriced)) print.line(print.dim('+ and requests without a known price'))
}

function printSessions(sessions: readonly SessionSummary[], print: Printer): void {
  print.table(
    [{ title: 'session' }, { title: 'agent' }, { title: 'last active' }, ...figureColumns],
    sessions.map((one) => [one.id, one.agent ?? '', formatTime(one.lastMs), ...figuresOf(one)]),
  )
  print.line(print.dim('Figures are those of the whole session.'))
  if (sessions.some(isPartlyPriced)) print.line(print.dim('+ and requests without a known price'))
}

const isPartlyPriced = (row: Group | SessionSummary): boolean => row.unpriced > 0 && row.unpriced < row.requests
