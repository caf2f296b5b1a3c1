/** A replay as a person reads it: the sums first, then what they are made of, then what they leave out. */
import type { SimulatedGroup, SimulatedSum, Simulation } from '../neutral/simulation.ts'
import { formatCount, formatRequests, formatTime, formatUsd } from './format.ts'
import type { Column, Printer } from './print.ts'

const shownSessions = 5
const shownPairs = 10
const shownChanges = 3

export function printSimulation(found: Simulation, print: Printer): void {
  const { totals, fromMs, toMs } = found
  if (fromMs === null || toMs === null) return print.notice('There is no request that could be replayed.')
  print.line(`${formatTime(fromMs)} to ${formatTime(toMs)}`)
  print.line()
  print.line(`Replayed     ${formatRequests(found.replayed)}${found.isCut ? ', the newest; there are more' : ''}`)
  print.line(`Elsewhere    ${formatCount(totals.changed)} of ${formatCount(totals.requests)}`)
  print.line(`Cost then    ${formatUsd(totals.thenNanoUsd)}${ofIt(found.metered.thenNanoUsd, totals.thenNanoUsd)}`)
  print.line(
    `Cost now     ${print.bold(formatUsd(totals.nowNanoUsd))}${ofIt(found.metered.nowNanoUsd, totals.nowNanoUsd)}`,
  )
  print.line(`Difference   ${difference(totals)}`)
  for (const note of notesOf(found)) print.line(note)
  table('By rule', found.byRule, print)
  table('By task', found.byTask, print)
  table('Sessions whose cost changes most', found.bySession.slice(0, shownSessions), print)
  const pairs = found.byPair.filter(({ from, to }) => from !== to)
  table('From one model to another', pairs.slice(0, shownPairs).map(named), print)
  printChanges(found, print)
  print.line()
  print.line(print.bold('Assumed'))
  for (const sentence of found.assumed) print.line(`  ${sentence}`)
}

/** Where a plan pays for some of it. */
const ofIt = (metered: number, all: number): string => (metered === all ? '' : ` (${formatUsd(metered)} of it metered)`)

function difference({ thenNanoUsd, nowNanoUsd }: SimulatedSum): string {
  const moved = nowNanoUsd - thenNanoUsd
  if (moved === 0) return 'none'
  const percent = thenNanoUsd === 0 ? '' : ` (${((100 * Math.abs(moved)) / thenNanoUsd).toFixed(1)} %)`
  return `${formatUsd(Math.abs(moved))} ${moved < 0 ? 'less' : 'more'}${percent}`
}

const notesOf = ({ stayed, refused, unpriced, unscored, skipped, cacheLost }: Simulation): readonly string[] =>
  [
    [stayed, `Stayed       ${formatRequests(stayed)} with the model of their conversation`],
    [
      cacheLost.requests,
      `Cache lost   ${formatCount(cacheLost.tokens)} tokens in ${formatRequests(cacheLost.requests)}`,
    ],
    [refused, `Refused      ${formatRequests(refused)} that nobody could have answered; in no sum`],
    [unpriced, `Unpriced     ${formatRequests(unpriced)}; in no sum`],
    [unscored, `Unscored     ${formatRequests(unscored)}; taken for moderate (routing.observe has all of them scored)`],
    [skipped, `Left out     ${formatRequests(skipped)} without a model's answer that was billed`],
  ].flatMap(([count, line]) => (count === 0 ? [] : [line as string]))

const columns: readonly Column[] = [
  { title: '' },
  ...['requests', 'elsewhere', 'then', 'now'].map((title) => ({ title, isFigure: true })),
]

function table(title: string, groups: readonly SimulatedGroup[], print: Printer): void {
  if (groups.length === 0) return
  print.line()
  print.table(
    columns.map((column, index) => (index === 0 ? { title } : column)),
    groups.map(({ key, requests, changed, thenNanoUsd, nowNanoUsd }) => [
      key === '' ? 'none' : key,
      formatCount(requests),
      formatCount(changed),
      formatUsd(thenNanoUsd),
      formatUsd(nowNanoUsd),
    ]),
  )
}

const named = ({ from, to, ...sum }: Simulation['byPair'][number]): SimulatedGroup => ({
  key: `${from} -> ${to}`,
  ...sum,
})

function printChanges({ changes }: Simulation, print: Printer): void {
  if (changes.length === 0) return
  print.line()
  print.line(print.bold('Requests whose cost changes most'))
  for (const { id, from, to, reason, thenNanoUsd, nowNanoUsd } of changes.slice(0, shownChanges)) {
    print.line(`  ${id}  ${from} -> ${to}  ${formatUsd(thenNanoUsd)} -> ${formatUsd(nowNanoUsd)}`)
    print.line(`    ${reason}`)
  }
}
