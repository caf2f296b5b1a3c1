/** `budget status`: what is spent of each limit, what is set aside, and when that changes. */
import type { Budgets } from '../../control/guard-shapes.ts'
import { command, type Invocation, jsonArg } from '../command.ts'
import { formatCount, formatRequests, formatSpan, formatTime, formatUsd } from '../format.ts'
import { findGuard } from '../guard.ts'
import type { Printer } from '../print.ts'

export const status = command({
  description: 'Show what is spent of each limit, what is set aside, and when a spent one frees up.',
  args: { json: jsonArg },
  run: ({ json }, invocation) => showBudgets(json === true, invocation),
})

export async function showBudgets(isJson: boolean, invocation: Invocation): Promise<void> {
  const found = await (await findGuard(invocation)).budgets()
  if (isJson) invocation.print.json(found)
  else printBudgets(found, invocation)
}

/** Limits of single sessions may be many. */
const mostLimits = 30

export function printBudgets(found: Budgets, { print, clock, name }: Invocation): void {
  const nowMs = clock.now()
  const { settings, spent, limits, reservations } = found
  if (found.enabled) print.line(`Limits are ${print.bold('on')}; what breaks one ${consequence(settings)}.`)
  else print.line(`Limits are ${print.bold('off')}; "${name} budget set --enable" turns them on.`)
  print.line()
  printLimits(limits.slice(0, mostLimits), nowMs, print)
  if (limits.length > mostLimits)
    print.line(print.dim(`and ${formatCount(limits.length - mostLimits)} more; --json has all`))
  print.line(`Per request  ${found.perRequestUsd === null ? 'no limit' : `at most ${usd(found.perRequestUsd)}`}`)
  print.line(
    `Spent        ${formatUsd(spent.hourNanoUsd)} in the last hour, ${formatUsd(spent.dayNanoUsd)} in 24 hours, ` +
      `${formatUsd(spent.weekNanoUsd)} in 7 days, ${formatUsd(spent.monthNanoUsd)} in 30 days`,
  )
  if (reservations > 0) print.line(`Under way    ${formatRequests(reservations)} with something set aside`)
  for (const { scope, atMs } of found.resets) print.line(`Set back     ${scope}, ${formatTime(atMs)}`)
}

function consequence({ onBreach, downgradeTo }: Budgets['settings']): string {
  switch (onBreach) {
    case 'block':
      return 'is refused'
    case 'warn':
      return 'passes with a warning'
    case 'downgrade':
      return `goes to ${downgradeTo}`
    case 'alert':
      return 'passes, and an alert is raised'
  }
  return onBreach satisfies never
}

type LimitState = Budgets['limits'][number]

function printLimits(limits: readonly LimitState[], nowMs: number, print: Printer): void {
  if (limits.length === 0) return print.line('No limit of an hour, a day or a session is set.')
  const figure = (title: string) => ({ title, isFigure: true })
  print.table(
    [
      { title: 'limit' },
      { title: '' },
      figure('spent'),
      figure('set aside'),
      figure('of'),
      { title: 'on breach' },
      { title: '' },
    ],
    limits.map((limit) => [
      limit.name,
      `${bar(limit)} ${share(limit)}`,
      formatUsd(limit.spentNanoUsd),
      limit.reservedNanoUsd === 0 ? '' : formatUsd(limit.reservedNanoUsd),
      formatUsd(limit.limitNanoUsd),
      limit.onBreach,
      outlook(limit, nowMs),
    ]),
  )
  print.line()
}

const barWidth = 20

/** Spent solid, set aside hatched. Whatever is there shows. */
export function bar({ spentNanoUsd, reservedNanoUsd, limitNanoUsd }: LimitState): string {
  const cells = (nanoUsd: number) => Math.min(barWidth, Math.ceil((nanoUsd / limitNanoUsd) * barWidth))
  const spent = cells(spentNanoUsd)
  const both = Math.max(spent, cells(spentNanoUsd + reservedNanoUsd))
  return `${'█'.repeat(spent)}${'▒'.repeat(both - spent)}${'░'.repeat(barWidth - both)}`
}

/** Never rounded up to the whole: 99.9 % is not spent. */
const share = ({ spentNanoUsd, limitNanoUsd }: LimitState): string =>
  `${String(Math.floor((spentNanoUsd / limitNanoUsd) * 100)).padStart(3)} %`

function outlook({ freesAtMs, breachAtMs, spentNanoUsd, limitNanoUsd }: LimitState, nowMs: number): string {
  if (freesAtMs !== null) return `frees up in ${formatSpan(Math.max(0, freesAtMs - nowMs))}`
  if (spentNanoUsd >= limitNanoUsd) return 'spent'
  return breachAtMs === null ? '' : `at this pace spent in ${formatSpan(Math.max(0, breachAtMs - nowMs))}`
}

/** Settings are in dollars. */
const usd = (dollars: number): string => formatUsd(Math.round(dollars * 1e9))
