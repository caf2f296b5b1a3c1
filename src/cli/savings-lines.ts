/** The three figures of what was saved, a line each: they have different alternatives, and no line adds them up. */
import type { Savings } from '../control/savings-shapes.ts'
import { formatCount, formatRequests, formatUsd } from './format.ts'
import type { Printer } from './print.ts'

export function printSavings({ routing, promptCache, responseCache, counts }: Savings, print: Printer): void {
  print.line()
  print.line(print.bold('Saved, by each alone; the three are never added up'))
  line('routing', routing, routingRemarks(routing, counts), print)
  line('prompt caches', promptCache, [`${formatRequests(promptCache.requests)}, against plain input`], print)
  line('response cache', responseCache, [formatAnswers(responseCache.requests)], print)
}

interface Figure {
  readonly savedNanoUsd: number
  readonly subscriptionNanoUsd: number
}

function line(name: string, figure: Figure, remarks: readonly string[], print: Printer): void {
  const notional = figure.subscriptionNanoUsd === 0 ? [] : [`${formatUsd(figure.subscriptionNanoUsd)} of it on a plan`]
  print.line(`  ${name.padEnd(14)}  ${formatUsd(figure.savedNanoUsd)} (${[...remarks, ...notional].join('; ')})`)
}

function routingRemarks(routing: Savings['routing'], counts: Savings['counts']): readonly string[] {
  const { baselineNanoUsd, actualNanoUsd, requests } = routing
  if (requests === 0 && counts.unpriced === 0) return ['nothing was routed']
  return [
    `${formatRequests(requests)}: ${formatUsd(baselineNanoUsd)} at the baselines - ${formatUsd(actualNanoUsd)}`,
    ...(counts.unpriced > 0 ? [`${formatCount(counts.unpriced)} more without a price to compare`] : []),
    ...(counts.automated > 0 ? [`${formatCount(counts.automated)} of background traffic left out`] : []),
  ]
}

const formatAnswers = (count: number): string => `${formatCount(count)} ${count === 1 ? 'answer' : 'answers'}`
