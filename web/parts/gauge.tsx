/** One limit: a bar of what is spent and set aside with its thresholds, what a breach means, and when it comes or is over. */
import type { Budgets, LimitState } from '../../src/control/guard-shapes.ts'
import { gaugeOf, sayBreach, saySpan, type Gauge as Bar } from '../state/gauge.ts'
import { requestsHref } from '../state/location.ts'
import { filtersOf } from '../state/scope.ts'
import { Action } from './action.tsx'
import { exactUsd, formatMs, formatShare, formatTime, formatUsd } from './format.ts'
import { Link } from './link.tsx'

const tones = { ok: '', near: 'text-warn', spent: 'text-danger' } as const

export function Gauge(props: {
  readonly limit: LimitState
  readonly budgets: Budgets
  readonly nowMs: number
  readonly onReset: (scope: string) => void
}) {
  const { limit, budgets } = props
  const { limitNanoUsd, spentNanoUsd, reservedNanoUsd, scope } = limit
  const bar = gaugeOf(limit, budgets.settings.alertThresholds)
  const leftNanoUsd = limitNanoUsd - spentNanoUsd - reservedNanoUsd
  const share = formatShare(spentNanoUsd + reservedNanoUsd, limitNanoUsd)
  const formula = `limit ${exactUsd(limitNanoUsd)} − spent in ${saySpan(limit.window)} ${exactUsd(spentNanoUsd)} − set aside ${exactUsd(reservedNanoUsd)} = ${exactUsd(leftNanoUsd)} left`
  return (
    <li data-testid="limit">
      <div className="flex flex-wrap items-baseline gap-x-2">
        <Link
          className="min-w-0 truncate font-medium hover:underline"
          title={`${scope}: show its requests`}
          href={requestsHref({
            range: { kind: 'window', window: rangeOf[limit.window] ?? 'all' },
            filters: filtersOf(scope),
          })}
        >
          {limit.name}
        </Link>
        {scope !== 'all' && (
          <Action
            className="link text-xs"
            onPress={() => props.onReset(scope)}
            confirm={{
              title: `Count ${limit.name} anew?`,
              text: 'What was spent up to now no longer counts against the limits of this one.',
              word: 'Count anew',
            }}
          >
            count anew
          </Action>
        )}
        <span className="ml-auto" title={formula} data-testid="limit-figures">
          {formatUsd(spentNanoUsd)} <span className="text-dim">of</span> {formatUsd(limitNanoUsd)}{' '}
          <span className={`font-semibold ${tones[bar.tone]}`}>{share}</span>
        </span>
      </div>
      <Meter bar={bar} label={limit.name} share={share} title={formula} />
      <p className="mt-1 text-xs text-dim">
        {reservedNanoUsd > 0 && (
          <span title="Set aside for requests that are under way; what they really cost takes its place when they end">
            {formatUsd(reservedNanoUsd)} set aside ·{' '}
          </span>
        )}
        <Outlook {...props} tone={bar.tone} /> What does not fit is{' '}
        {sayBreach(limit.onBreach, budgets.settings.downgradeTo)}.
      </p>
    </li>
  )
}

/** The window of the request list that shows what a limit counts. */
const rangeOf: Readonly<Record<string, string>> = { hour: '1h', day: '24h' }

/** What the last quarter of a window is, from which its future is told. */
const paces: Readonly<Record<string, string>> = { hour: 'the last 15 minutes', day: 'the last 6 hours' }

function Outlook(props: { readonly limit: LimitState; readonly nowMs: number; readonly tone: Bar['tone'] }) {
  const { limit, nowMs } = props
  const { breachAtMs, freesAtMs } = limit
  const at = (ms: number) => `${formatTime(ms, nowMs)} (in ${formatMs(Math.max(0, ms - nowMs))})`
  if (freesAtMs !== null) {
    return (
      <span className="text-danger" title="When the first of what was spent slides out of the window">
        Spent; frees up from {at(freesAtMs)} on.
      </span>
    )
  }
  if (props.tone === 'spent') return <span className="text-danger">Spent.</span>
  const pace = paces[limit.window]
  if (pace === undefined) return null
  if (breachAtMs === null) return <span>Not reached at the pace of {pace}.</span>
  return (
    <span className="text-warn" title={`spent + what ${pace} cost, going on = limit`} data-testid="projection">
      At the pace of {pace} reached at {at(breachAtMs)}.
    </span>
  )
}

function Meter(props: { readonly bar: Bar; readonly label: string; readonly share: string; readonly title: string }) {
  const { bar } = props
  const percent = (part: number) => `${part * 100}%`
  const fill = { ok: 'bg-data-1', near: 'bg-warn', spent: 'bg-danger' }[bar.tone]
  const ink = { ok: 'text-data-1', near: 'text-warn', spent: 'text-danger' }[bar.tone]
  return (
    <div title={props.title} className="mt-1">
      <div
        role="meter"
        aria-label={props.label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.min(100, Math.round(((bar.spent + bar.reserved) / bar.limit) * 100))}
        aria-valuetext={`${props.share} spent or set aside`}
        className="relative h-3 overflow-hidden rounded-sm bg-raised"
      >
        <span className={`absolute inset-y-0 left-0 ${fill}`} style={{ width: percent(bar.spent) }} />
        <span
          className={`hatched absolute inset-y-0 ${ink}`}
          style={{ left: percent(bar.spent), width: percent(bar.reserved) }}
        />
        {bar.ticks.map(({ percent: threshold, at }) => (
          <span key={threshold} className="absolute inset-y-0 w-px bg-edge" style={{ left: percent(at) }} />
        ))}
        {bar.limit < 1 && <span className="absolute inset-y-0 w-0.5 bg-ink" style={{ left: percent(bar.limit) }} />}
      </div>
      <div className="relative h-4 text-xs text-dim">
        {bar.ticks.map(({ percent: threshold, at, nanoUsd, isLabelled }) => (
          <span
            key={threshold}
            className={isLabelled ? 'absolute -translate-x-1/2' : 'sr-only'}
            style={{ left: percent(at) }}
            title={`An alert is raised at ${threshold}% of the limit: ${exactUsd(nanoUsd, 2)}`}
          >
            {threshold}%<span className="sr-only">: an alert is raised</span>
          </span>
        ))}
      </div>
    </div>
  )
}
