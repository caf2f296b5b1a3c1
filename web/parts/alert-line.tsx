/** One alert: when, how grave, what it says with its numbers, and what became of it. */
import type { AlertShape } from '../../src/control/guard-shapes.ts'
import { requestsHref } from '../state/location.ts'
import { filtersOf } from '../state/scope.ts'
import { allTime } from '../state/view.ts'
import { Action } from './action.tsx'
import { exactUsd, formatCount, formatInstant, formatMs, formatTime } from './format.ts'
import { Link } from './link.tsx'

interface Props {
  readonly alert: AlertShape
  readonly nowMs: number
  readonly isBusy: boolean
  readonly onAcknowledge: () => void
}

const tones: Readonly<Record<string, readonly [string, string]>> = {
  info: ['bg-dim', ''],
  warning: ['bg-warn', 'text-warn'],
  critical: ['bg-danger', 'text-danger'],
}

export function AlertLine({ alert, nowMs, isBusy, onAcknowledge }: Props) {
  const [mark, ink] = tones[alert.severity] ?? ['bg-dim', '']
  const filters = filtersOf(alert.scope)
  const details = Object.entries(alert.details)
  return (
    <li
      data-testid="alert"
      className="flex flex-wrap items-start gap-x-3 gap-y-1 border-t border-line px-3 py-2 first:border-t-0"
    >
      <span className="w-24 shrink-0">
        <span className={`flex items-center gap-1.5 ${ink}`}>
          <span aria-hidden="true" className={`size-1.5 rounded-full ${mark}`} />
          {alert.severity}
        </span>
        <time
          dateTime={new Date(alert.atMs).toISOString()}
          title={formatInstant(alert.atMs)}
          className="block text-xs text-dim"
        >
          {formatTime(alert.atMs, nowMs)}
        </time>
      </span>
      <div className="min-w-0 flex-1 basis-60 [overflow-wrap:anywhere]">
        <p className={alert.acknowledgedMs === null ? '' : 'text-dim'}>{alert.message}</p>
        <p className="text-xs text-dim">
          {alert.type} · {alert.kind} ·{' '}
          {Object.keys(filters).length === 0 ? (
            alert.scope
          ) : (
            <Link className="link" href={requestsHref({ range: allTime, filters })}>
              {alert.scope}
            </Link>
          )}{' '}
          · <Delivery alert={alert} />
        </p>
        {details.length > 0 && (
          <details className="mt-0.5 text-xs text-dim">
            <summary className="w-fit">its numbers</summary>
            <dl className="mt-1 grid w-fit grid-cols-[auto_auto] gap-x-3">
              {details.map(([name, value]) => (
                <div key={name} className="contents">
                  <dt>{name}</dt>
                  <dd className="text-ink">{sayDetail(name, value)}</dd>
                </div>
              ))}
            </dl>
          </details>
        )}
      </div>
      {alert.acknowledgedMs === null ? (
        <Action testId="ack" onPress={onAcknowledge} isBusy={isBusy} label={`Acknowledge: ${alert.message}`}>
          Acknowledge
        </Action>
      ) : (
        <span className="text-xs text-dim" title={formatInstant(alert.acknowledgedMs)}>
          acknowledged {formatTime(alert.acknowledgedMs, nowMs)}
        </span>
      )}
    </li>
  )
}

function Delivery({ alert: { delivery, tries, lastError } }: { readonly alert: AlertShape }) {
  const after = `after ${formatCount(tries)} ${tries === 1 ? 'try' : 'tries'}`
  const why = lastError === null ? '' : `: ${lastError}`
  switch (delivery) {
    case 'none':
      return <span title="There was no webhook when it was raised">no webhook</span>
    case 'waiting':
      return <span className="text-warn">{tries === 0 ? 'waiting for the webhook' : `waiting ${after}${why}`}</span>
    case 'delivered':
      return <span title={after}>delivered</span>
    case 'given-up':
      return <span className="text-danger">{`given up ${after}${why}`}</span>
  }
  return <span>{delivery}</span>
}

/** Later than this, a number of milliseconds is a time and no duration. */
const firstInstantMs = 1e12

/** By the unit that ends the name. */
function sayDetail(name: string, value: number | string | null): string {
  if (value === null) return '–'
  if (typeof value === 'string') return value
  if (name.endsWith('NanoUsd')) return exactUsd(value, 2)
  if (name.endsWith('Ms')) return value >= firstInstantMs ? formatInstant(value) : formatMs(value)
  return formatCount(value)
}
