/** The four charts of the overview. Each step's figures are the API's; what the legend says at rest is the window's. */
import { useMemo } from 'react'
import type { SeriesPoint, Stats } from '../../src/control/shapes.ts'
import { Chart, type ChartSeries } from './chart.tsx'
import { formatCompact, formatCount, formatMs, formatUsd } from './format.ts'

interface Props {
  readonly stats: Stats
  readonly onSelect: (fromMs: number, toMs: number) => void
}

/** A dollar, for the axis of charts without any spend. */
export const emptyTopNanoUsd = 1_000_000_000

/** `$0`, `$0.02`, `$12`, `$1.2k`: an axis has little room, and its marks are round numbers. */
export const axisUsd = (nanoUsd: number): string => {
  const usd = nanoUsd / 1e9
  return usd >= 10_000 ? `$${formatCompact(usd)}` : `$${Number(usd.toPrecision(3))}`
}
const axisMs = (ms: number): string => (ms >= 1000 ? `${Number((ms / 1000).toPrecision(3))} s` : `${ms} ms`)
const count = (value: number | null) => (value === null ? '–' : formatCount(value))
const compact = (value: number | null) => (value === null ? '–' : formatCompact(value))

export function Charts({ stats, onSelect }: Props) {
  const { series: points, stepMs, totals } = stats
  const charts = useMemo(() => {
    const pick = (read: (point: SeriesPoint) => number | null) => points.map(read)
    const spend: ChartSeries[] = [
      {
        label: 'metered',
        colour: 'data-1',
        values: pick((point) => point.meteredNanoUsd),
        whole: formatUsd(totals.meteredNanoUsd),
      },
    ]
    if (totals.subscriptionNanoUsd > 0)
      spend.push({
        label: 'plan, notional',
        colour: 'data-5',
        isDashed: true,
        values: pick((point) => point.subscriptionNanoUsd),
        whole: formatUsd(totals.subscriptionNanoUsd),
      })
    const requests: ChartSeries[] = [
      {
        label: 'without error',
        colour: 'data-1',
        values: pick((point) => point.requests - point.errors),
        whole: formatCompact(totals.requests - totals.errors),
      },
      {
        label: 'errors',
        colour: 'danger',
        values: pick((point) => point.errors),
        whole: formatCompact(totals.errors),
      },
    ]
    const tokens: ChartSeries[] = (
      [
        ['uncached in', 'data-1', 'inputTokens'],
        ['cache read', 'data-2', 'cacheReadTokens'],
        ['cache write', 'data-3', 'cacheWriteTokens'],
        ['output', 'data-4', 'outputTokens'],
      ] as const
    ).map(([label, colour, kind]) => ({
      label,
      colour,
      values: pick((point) => point[kind]),
      whole: formatCompact(totals[kind]),
    }))
    const latency: ChartSeries[] = [
      { label: 'total p50', colour: 'data-5', values: pick((point) => point.durationP50Ms) },
      { label: 'total p95', colour: 'data-5', isDashed: true, values: pick((point) => point.durationP95Ms) },
      { label: 'first byte p50', colour: 'data-1', values: pick((point) => point.firstByteP50Ms) },
      { label: 'first byte p95', colour: 'data-1', isDashed: true, values: pick((point) => point.firstByteP95Ms) },
    ]
    return { spend, requests, tokens, latency, startsMs: points.map((point) => point.startMs) }
  }, [points, totals])
  // What is billed and what a plan covers are never added up, so they are not stacked either.
  const spendKind = charts.spend.length > 1 ? 'lines' : 'bars'
  const common = { startsMs: charts.startsMs, stepMs, onSelect }
  return (
    <div className="grid gap-3 lg:grid-cols-2">
      <Chart
        {...common}
        title="Spend"
        kind={spendKind}
        series={charts.spend}
        format={formatUsd}
        formatAxis={axisUsd}
        emptyTop={emptyTopNanoUsd}
      />
      <Chart
        {...common}
        title="Requests"
        kind="bars"
        series={charts.requests}
        format={count}
        formatAxis={formatCompact}
      />
      <Chart
        {...common}
        title="Tokens"
        kind="bars"
        series={charts.tokens}
        format={compact}
        formatAxis={formatCompact}
      />
      <Chart
        {...common}
        title="Latency"
        kind="lines"
        isLog
        series={charts.latency}
        format={formatMs}
        formatAxis={axisMs}
      />
    </div>
  )
}
