/** What a window's sums are gathered in, in memory: the total, the groups, the times and the points of the series. */
import type { Group, Percentiles, SeriesPoint, Totals } from '../control/shapes.ts'
import { addBins, addTime, countOf, percentilesOf, type Bins } from './bins.ts'
import { addFigures, noFigures, safe, type Entry, type Figures, type Use } from './figures.ts'
import { floorTo } from './levels.ts'
import type { RollupRow } from './rollups.ts'
import type { Span } from './window.ts'

interface Sum {
  readonly figures: Figures
  meteredNanoUsd: number
  subscriptionNanoUsd: number
}

interface Times {
  readonly duration: Bins
  readonly firstByte: Bins
}

interface Point extends Times, Sum {}

/** What a stretch of the roll-ups adds up to. */
export interface PointSum extends Readonly<Figures>, Pick<RollupRow, 'durationBins' | 'firstByteBins'> {
  readonly meteredNanoUsd: number
  readonly subscriptionNanoUsd: number
}

export interface Gathering extends Times {
  readonly total: Sum
  readonly groups: Readonly<Record<keyof Use, Map<string, Sum>>>
  readonly points: Map<number, Point>
}

const dimensions = ['provider', 'model', 'agent', 'billing', 'outcome'] as const

const newSum = (): Sum => ({ figures: noFigures(), meteredNanoUsd: 0, subscriptionNanoUsd: 0 })

export const newGathering = (): Gathering => ({
  total: newSum(),
  groups: { provider: new Map(), model: new Map(), agent: new Map(), billing: new Map(), outcome: new Map() },
  duration: new Map(),
  firstByte: new Map(),
  points: new Map(),
})

/** Adds a roll-up to the total, the groups and the times; the points come from {@link addToPoint}. */
export function addRow(gathering: Gathering, row: RollupRow): void {
  addToSums(gathering, row)
  addBins(gathering.duration, row.durationBins)
  addBins(gathering.firstByte, row.firstByteBins)
}

/** Adds a single request, or a part of its cost, to everything. */
export function addSingle(gathering: Gathering, entry: Entry, stepMs: number): void {
  addToSums(gathering, entry)
  const point = pointAt(gathering, floorTo(stepMs, entry.startedMs))
  addToSum(point, entry)
  for (const times of [gathering, point]) {
    if (entry.durationMs !== null) addTime(times.duration, entry.durationMs)
    if (entry.firstByteMs !== null) addTime(times.firstByte, entry.firstByteMs)
  }
}

/** Adds what was summed over a stretch to the point that starts at `startMs`. */
export function addToPoint(gathering: Gathering, startMs: number, sum: PointSum): void {
  const point = pointAt(gathering, startMs)
  addFigures(point.figures, sum)
  point.meteredNanoUsd += sum.meteredNanoUsd
  point.subscriptionNanoUsd += sum.subscriptionNanoUsd
  addBins(point.duration, sum.durationBins)
  addBins(point.firstByte, sum.firstByteBins)
}

function addToSums(gathering: Gathering, one: Use & Readonly<Figures>): void {
  addToSum(gathering.total, one)
  for (const dimension of dimensions) {
    const group = gathering.groups[dimension]
    const key = one[dimension]
    const sum = group.get(key) ?? newSum()
    group.set(key, sum)
    addToSum(sum, one)
  }
}

function addToSum(sum: Sum, one: Use & Readonly<Figures>): void {
  addFigures(sum.figures, one)
  if (one.billing === 'metered') sum.meteredNanoUsd += one.costNanoUsd
  if (one.billing === 'subscription') sum.subscriptionNanoUsd += one.costNanoUsd
}

function pointAt({ points }: Gathering, startMs: number): Point {
  const point = points.get(startMs) ?? { ...newSum(), duration: new Map(), firstByte: new Map() }
  points.set(startMs, point)
  return point
}

export function writeTotals({ figures, meteredNanoUsd, subscriptionNanoUsd }: Sum): Totals {
  return {
    requests: figures.requests,
    errors: figures.errors,
    inputTokens: safe(figures.inputTokens),
    cacheReadTokens: safe(figures.cacheReadTokens),
    cacheWriteTokens: safe(figures.cacheWriteTokens),
    outputTokens: safe(figures.outputTokens),
    reasoningTokens: safe(figures.reasoningTokens),
    costNanoUsd: safe(figures.costNanoUsd),
    meteredNanoUsd: safe(meteredNanoUsd),
    subscriptionNanoUsd: safe(subscriptionNanoUsd),
    unpriced: figures.unpriced,
    estimated: figures.estimated,
  }
}

/** Dearest first, then busiest. */
export function writeGroups(group: ReadonlyMap<string, Sum>): Group[] {
  return [...group]
    .map(([key, sum]) => ({ key, ...writeTotals(sum) }))
    .sort(
      (one, other) =>
        other.costNanoUsd - one.costNanoUsd || other.requests - one.requests || (one.key < other.key ? -1 : 1),
    )
}

export function writePercentiles(bins: Bins): Percentiles {
  const [p50Ms = null, p90Ms = null, p95Ms = null, p99Ms = null] = percentilesOf(bins, [0.5, 0.9, 0.95, 0.99])
  return { count: countOf(bins), p50Ms, p90Ms, p95Ms, p99Ms }
}

/** One point per step, on multiples of the step, zero where nothing was. */
export function writeSeries({ points }: Gathering, { fromMs, toMs }: Span, stepMs: number): SeriesPoint[] {
  const series: SeriesPoint[] = []
  for (let startMs = floorTo(stepMs, fromMs); startMs < toMs; startMs += stepMs) {
    series.push(writePoint(startMs, points.get(startMs)))
  }
  return series
}

function writePoint(startMs: number, point: Point | undefined): SeriesPoint {
  const figures = point?.figures ?? noFigures()
  const [durationP50Ms = null, durationP95Ms = null] = percentilesOf(point?.duration ?? new Map(), [0.5, 0.95])
  const [firstByteP50Ms = null, firstByteP95Ms = null] = percentilesOf(point?.firstByte ?? new Map(), [0.5, 0.95])
  return {
    startMs,
    requests: figures.requests,
    errors: figures.errors,
    costNanoUsd: safe(figures.costNanoUsd),
    meteredNanoUsd: safe(point?.meteredNanoUsd ?? 0),
    subscriptionNanoUsd: safe(point?.subscriptionNanoUsd ?? 0),
    inputTokens: safe(figures.inputTokens),
    cacheReadTokens: safe(figures.cacheReadTokens),
    cacheWriteTokens: safe(figures.cacheWriteTokens),
    outputTokens: safe(figures.outputTokens),
    durationP50Ms,
    durationP95Ms,
    firstByteP50Ms,
    firstByteP95Ms,
  }
}
