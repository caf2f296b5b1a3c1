/** Sums of savings as the endpoint gives them: the three figures, each by itself, and what they are made of. */
import type { Savings } from '../control/savings-shapes.ts'
import type { Standing } from '../neutral/standing.ts'
import { safe } from './figures.ts'
import type { SavingsRow } from './savings-rows.ts'

export function sumSavings(rows: readonly SavingsRow[]): Omit<Savings, 'fromMs' | 'toMs'> {
  const plan = rows.filter(({ billing }) => billing === 'subscription')
  const routedRows = rows.filter(({ standing }) => standing === 'compared' || standing === 'unpriced')
  return {
    routing: { ...comparisonOf(rows), subscriptionNanoUsd: routingOf(plan) },
    promptCache: {
      requests: sum(rows, 'promptCached'),
      savedNanoUsd: sum(rows, 'promptCacheNanoUsd'),
      subscriptionNanoUsd: sum(plan, 'promptCacheNanoUsd'),
    },
    responseCache: {
      requests: standing(rows, 'cached'),
      savedNanoUsd: sum(rows, 'hitNanoUsd'),
      subscriptionNanoUsd: sum(plan, 'hitNanoUsd'),
    },
    counts: {
      requests: sum(rows, 'requests'),
      compared: standing(rows, 'compared'),
      unpriced: standing(rows, 'unpriced'),
      unbilled: standing(rows, 'unbilled'),
      passthrough: standing(rows, 'passthrough'),
      automated: standing(rows, 'automated'),
      cached: standing(rows, 'cached'),
    },
    byDay: group(rows, ({ startMs }) => [startMs])
      .map(([{ startMs }, rowsOf]) => ({ startMs, ...threeOf(rowsOf) }))
      .sort((one, other) => one.startMs - other.startMs),
    byPair: group(routedRows, ({ baseline, provider, model }) => [baseline, provider, model])
      .map(([{ baseline, provider, model }, rowsOf]) => ({ baseline, provider, model, ...routedOf(rowsOf) }))
      .sort(bySaved),
    byRoute: group(routedRows, ({ route }) => [route])
      .map(([{ route }, rowsOf]) => ({ route, ...routedOf(rowsOf) }))
      .sort(bySaved),
    byTask: group(rows, ({ task }) => [task])
      .map(([{ task }, rowsOf]) => ({ task, ...threeOf(rowsOf) }))
      .sort((one, other) => other.requests - one.requests || (one.task < other.task ? -1 : 1)),
  }
}

type Figure = 'requests' | 'baselineNanoUsd' | 'actualNanoUsd' | 'promptCached' | 'promptCacheNanoUsd' | 'hitNanoUsd'

const sum = (rows: readonly SavingsRow[], figure: Figure): number =>
  safe(rows.reduce((total, row) => total + row[figure], 0))

const standing = (rows: readonly SavingsRow[], wanted: Standing): number =>
  sum(
    rows.filter((row) => row.standing === wanted),
    'requests',
  )

const routingOf = (rows: readonly SavingsRow[]): number => sum(rows, 'baselineNanoUsd') - sum(rows, 'actualNanoUsd')

const comparisonOf = (rows: readonly SavingsRow[]) => ({
  requests: standing(rows, 'compared'),
  baselineNanoUsd: sum(rows, 'baselineNanoUsd'),
  actualNanoUsd: sum(rows, 'actualNanoUsd'),
  savedNanoUsd: routingOf(rows),
})

const routedOf = (rows: readonly SavingsRow[]) => ({ ...comparisonOf(rows), unpriced: standing(rows, 'unpriced') })

const threeOf = (rows: readonly SavingsRow[]) => ({
  requests: sum(rows, 'requests'),
  routingNanoUsd: routingOf(rows),
  promptCacheNanoUsd: sum(rows, 'promptCacheNanoUsd'),
  responseCacheNanoUsd: sum(rows, 'hitNanoUsd'),
})

/** What was taken away again when prices were re-applied leaves rows of no requests. */
const group = (rows: readonly SavingsRow[], keyOf: (row: SavingsRow) => readonly (string | number)[]) =>
  [
    ...Map.groupBy(
      rows.filter(({ requests }) => requests > 0),
      (row) => keyOf(row).join('\n'),
    ).values(),
  ].flatMap((rowsOf): [SavingsRow, SavingsRow[]][] => (rowsOf[0] === undefined ? [] : [[rowsOf[0], rowsOf]]))

type Saved = { readonly savedNanoUsd: number; readonly requests: number }
const bySaved = (one: Saved, other: Saved): number =>
  other.savedNanoUsd - one.savedNanoUsd || other.requests - one.requests
