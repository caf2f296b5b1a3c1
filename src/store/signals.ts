/** How models did at tasks in a window: counts with intervals, times and costs. Read from the requests themselves, the newest so many. */
import type { Database } from 'bun:sqlite'
import type { ModelSignals, Share, SignalPage } from '../control/signals-shapes.ts'
import { wilson } from '../lib/wilson.ts'
import type { Showing } from '../neutral/showing.ts'
import { addTime, percentilesOf, type Bins } from './bins.ts'
import { safe } from './figures.ts'
import type { Filters } from './filters.ts'
import { dayMs } from './levels.ts'
import { readGradeCounts, type GradeCount } from './grades.ts'
import { readShowings } from './signals-rows.ts'
import { resolveWindow } from './window.ts'

const lastWeek = { kind: 'last', ms: 7 * dayMs } as const

/** Each takes 4 µs; with more the question would be late. */
export const mostRead = 200_000

interface Sum {
  readonly provider: string
  readonly model: string
  readonly task: string
  attempts: number
  errors: number
  refusals: number
  escalations: number
  repeats: number
  /** Whose calls somebody looked at. */
  judged: number
  unusable: number
  bad: number
  costNanoUsd: number
  priced: number
  readonly times: Bins
}

/** @param most Requests that are read. */
export function readSignals(database: Database, filters: Filters, nowMs: number, most = mostRead): SignalPage {
  return database.transaction(() => {
    const { fromMs, toMs } = resolveWindow(filters.window ?? lastWeek, nowMs)
    const sums = new Map<string, Sum>()
    // A verdict does not know whose request it was of.
    const grades = filters.agent === null ? readGradeCounts(database, fromMs, toMs) : []
    /** Requests whose question was asked again; the newest come first, so that whoever repeats is met before. */
    const repeated = new Set<string>()
    const { requests, oldestMs } = readShowings(database, filters, { fromMs, toMs, most }, (showing) => {
      if (showing.repeats !== null) repeated.add(showing.repeats)
      add(sumAt(sums, showing), showing, repeated.has(showing.id))
    })
    const isCut = requests >= most
    const endMs = Math.min(toMs, nowMs + 1)
    return {
      fromMs: isCut || fromMs === 0 ? (oldestMs ?? endMs) : fromMs,
      toMs: endMs,
      isCut,
      models: [...sums.values()].map((sum) => write(sum, grades)).sort(byUse),
    }
  })()
}

function sumAt(sums: Map<string, Sum>, { provider, model, task }: Showing): Sum {
  const key = `${task ?? ''}\n${provider}\n${model}`
  const before = sums.get(key)
  if (before !== undefined) return before
  const none = { attempts: 0, errors: 0, refusals: 0, escalations: 0, repeats: 0, judged: 0, unusable: 0, bad: 0 }
  const sum = { provider, model, task: task ?? '', ...none, costNanoUsd: 0, priced: 0, times: new Map() }
  sums.set(key, sum)
  return sum
}

function add(sum: Sum, showing: Showing, isRepeated: boolean): void {
  const { end, isRefusal, isUsable, durationMs, costNanoUsd } = showing
  const isAskedAgain = isRepeated && end === 'answer'
  sum.attempts++
  if (end === 'error') sum.errors++
  if (isRefusal) sum.refusals++
  if (end === 'escalated') sum.escalations++
  if (isAskedAgain) sum.repeats++
  if (isUsable !== null) sum.judged++
  if (isUsable === false) sum.unusable++
  if (end !== 'answer' || isUsable === false || isAskedAgain) sum.bad++
  if (end === 'answer') addTime(sum.times, durationMs)
  if (costNanoUsd === null) return
  sum.costNanoUsd += costNanoUsd
  sum.priced++
}

function write({ times, judged, attempts, ...sum }: Sum, grades: readonly GradeCount[]): ModelSignals {
  const [p50Ms = null, p95Ms = null] = percentilesOf(times, [0.5, 0.95])
  const answered = attempts - sum.errors
  return {
    provider: sum.provider,
    model: sum.model,
    task: sum.task,
    attempts,
    errors: share(sum.errors, attempts),
    refusals: share(sum.refusals, answered),
    escalations: share(sum.escalations, answered),
    repeats: share(sum.repeats, answered),
    unusable: share(sum.unusable, judged),
    bad: share(sum.bad, attempts),
    graded: gradedOf(sum, grades),
    p50Ms,
    p95Ms,
    costNanoUsd: safe(sum.costNanoUsd),
    priced: sum.priced,
  }
}

function gradedOf({ provider, model, task }: Pick<Sum, 'provider' | 'model' | 'task'>, grades: readonly GradeCount[]) {
  const own = grades.filter((one) => one.provider === provider && one.model === model && one.task === task)
  const countOf = (verdict: GradeCount['verdict']) => own.find((one) => one.verdict === verdict)?.count ?? 0
  const all = own.reduce((sum, { count }) => sum + count, 0)
  return {
    better: share(countOf('better'), all),
    same: share(countOf('same'), all),
    worse: share(countOf('worse'), all),
  }
}

function share(count: number, of: number): Share {
  if (of === 0) return { count, of, low: null, high: null }
  const { low, high } = wilson(count, of)
  return { count, of, low: rounded(low), high: rounded(high) }
}

const rounded = (figure: number): number => Math.round(figure * 10_000) / 10_000

const byUse = (one: ModelSignals, other: ModelSignals): number =>
  other.attempts - one.attempts || (nameOf(one) < nameOf(other) ? -1 : 1)

const nameOf = ({ provider, model, task }: ModelSignals): string => `${provider}/${model} ${task}`
