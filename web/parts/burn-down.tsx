/** Spend against a limit over the last day: how it came there, where it goes at the present pace, and what happened. */
import { useQuery, type UseQueryResult } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import type { Budgets, LimitState } from '../../src/control/guard-shapes.ts'
import { fetchAlerts } from '../guard-api.ts'
import { burnDown, marksOf, type Mark } from '../state/burn.ts'
import { navigate, requestsHref } from '../state/location.ts'
import { plotLeft, plotRight } from './chart-options.ts'
import { Chart, type ChartSeries } from './chart.tsx'
import { axisUsd, emptyTopNanoUsd } from './charts.tsx'
import { formatCount, formatMs, formatTime, formatUsd } from './format.ts'
import { Reading } from './section.tsx'

/** As many as one page of the API has. */
const mostAlerts = 500
const everyMs = 15_000

const names: Readonly<Record<string, string>> = { day: 'day', hour: 'hour' }

/** Requests of this span, every one. */
const show = (fromMs: number, toMs: number) =>
  navigate(requestsHref({ range: { kind: 'span', fromMs, toMs }, filters: {} }))

export function BurnDown({ query }: { readonly query: UseQueryResult<Budgets> }) {
  return query.data === undefined || query.error ? (
    <section aria-label="Burn-down" className="panel min-w-0">
      <Reading query={query} what="The burn-down">
        {(budgets) => <Burn budgets={budgets} nowMs={query.dataUpdatedAt} />}
      </Reading>
    </section>
  ) : (
    <Burn budgets={query.data} nowMs={query.dataUpdatedAt} />
  )
}

function Burn({ budgets, nowMs }: { readonly budgets: Budgets; readonly nowMs: number }) {
  const global = budgets.limits.filter(({ scope, window }) => scope === 'all' && window in names)
  const [wanted, setWanted] = useState('day')
  const limit = global.find(({ window }) => window === wanted) ?? global[0] ?? null
  const burn = useMemo(() => burnDown(budgets.burn, limit, nowMs), [budgets.burn, limit, nowMs])
  const alerts = useQuery({
    queryKey: ['alerts', 'marks'],
    queryFn: ({ signal }) => fetchAlerts(`limit=${mostAlerts}`, signal),
    refetchInterval: everyMs,
  })
  const series = useMemo(() => seriesOf(burn, limit), [burn, limit])
  const what = limit?.window === 'hour' ? 'Spend of the hour before' : 'Spend, added up over the last 24 hours'
  return (
    <Chart
      title={limit === null ? what : `${what}, against ${limit.name}`}
      kind="lines"
      isAtEnd
      startsMs={burn.startsMs}
      stepMs={burn.stepMs}
      series={series}
      format={formatUsd}
      formatAxis={axisUsd}
      emptyTop={emptyTopNanoUsd}
      onSelect={show}
    >
      <TimeLine marks={marksOf(alerts.data?.alerts ?? [], burn.startsMs)} nowMs={nowMs} />
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 pb-2 text-xs text-dim">
        <p className="min-w-48 flex-1" data-testid="burn-says">
          {say(limit, nowMs)} {alerts.isError && <span className="text-warn">The alerts could not be read.</span>}
        </p>
        {global.length > 1 && (
          <span role="group" aria-label="Against which limit" className="flex gap-1">
            {global.map(({ name, window }) => (
              <button
                key={window}
                type="button"
                className="button h-6 text-xs"
                aria-pressed={window === limit?.window}
                onClick={() => setWanted(window)}
              >
                {name}
              </button>
            ))}
          </span>
        )}
      </div>
    </Chart>
  )
}

function seriesOf(burn: ReturnType<typeof burnDown>, limit: LimitState | null): readonly ChartSeries[] {
  const spent: ChartSeries = {
    label: 'spent',
    colour: 'data-1',
    values: burn.spent,
    whole: formatUsd(burn.spent.findLast((value) => value !== null) ?? 0),
  }
  if (limit === null) return [spent]
  return [
    spent,
    { label: 'projected', colour: 'data-1', isDashed: true, values: burn.projected },
    { label: 'limit', colour: 'danger', values: burn.limit, whole: formatUsd(limit.limitNanoUsd) },
  ]
}

function say(limit: LimitState | null, nowMs: number): string {
  if (limit === null) return 'There is no limit of an hour or a day in force.'
  const { breachAtMs, limitNanoUsd, spentNanoUsd, reservedNanoUsd } = limit
  const left = limitNanoUsd - spentNanoUsd - reservedNanoUsd
  if (left <= 0) return 'The limit is spent.'
  if (breachAtMs === null) return `${formatUsd(left)} left; not reached at the present pace.`
  return `${formatUsd(left)} left; reached at ${formatTime(breachAtMs, nowMs)}, in ${formatMs(Math.max(0, breachAtMs - nowMs))}, should the last quarter of the window go on.`
}

const shapes: Readonly<Record<string, { readonly word: string; readonly path: string }>> = {
  threshold: { word: 'threshold', path: 'M6 1.5 11 10.5H1z' },
  breach: { word: 'breach', path: 'M2 2h8v8H2z' },
  anomaly: { word: 'runaway', path: 'M6 0.5 11.5 6 6 11.5 0.5 6z' },
}
const colours: Readonly<Record<string, string>> = { info: 'text-dim', warning: 'text-warn', critical: 'text-danger' }

const Shape = ({ type }: { readonly type: string }) => (
  <svg aria-hidden="true" width="12" height="12" viewBox="0 0 12 12" fill="currentColor">
    <path d={shapes[type]?.path ?? 'M4 4h4v4H4z'} />
  </svg>
)

const rowHeight = 13

/** Alerts under the plot, a row for each type, at the time that they were raised; the history below has each in full. */
function TimeLine({ marks, nowMs }: { readonly marks: readonly Mark[]; readonly nowMs: number }) {
  if (marks.length === 0) return null
  return (
    <>
      <ol
        aria-label="Alerts of this time"
        data-testid="marks"
        className="relative border-t border-line"
        style={{ marginLeft: plotLeft, marginRight: plotRight, height: rowHeight * Object.keys(shapes).length }}
      >
        {marks.map((mark) => {
          const more = mark.count > 1 ? `, the last of ${formatCount(mark.count)} in a quarter of an hour` : ''
          const text = `${formatTime(mark.atMs, nowMs)} ${shapes[mark.type]?.word ?? mark.type}, ${mark.severity}: ${mark.message}${more}`
          return (
            <li
              key={`${mark.type} ${mark.atMs}`}
              title={text}
              className={`absolute -translate-x-1/2 ${colours[mark.severity] ?? ''}`}
              style={{ left: `${mark.at * 100}%`, top: rowHeight * Object.keys(shapes).indexOf(mark.type) }}
            >
              <Shape type={mark.type} />
              <span className="sr-only">{text}</span>
            </li>
          )
        })}
      </ol>
      <p aria-hidden="true" className="flex flex-wrap gap-x-3 py-1 text-xs text-dim">
        {Object.entries(shapes).map(([type, { word }]) => (
          <span key={type} className="flex items-center gap-1">
            <Shape type={type} /> {word}
          </span>
        ))}
      </p>
    </>
  )
}
