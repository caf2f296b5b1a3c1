/** The figures of the window, in one strip. */
import type { ReactNode } from 'react'
import type { Percentiles, Stats } from '../../src/control/shapes.ts'
import { requestsHref } from '../state/location.ts'
import { onlyFilter, type View } from '../state/view.ts'
import { exactUsd, formatCompact, formatCount, formatMs, formatShare, formatUsd } from './format.ts'
import { Link } from './link.tsx'
import { Usd } from './usd.tsx'

/** Outcomes that count as errors whatever their status. */
const faults = ['upstream_reset', 'timeout', 'refused', 'failed'] as const

export function Tiles({ stats, view }: { readonly stats: Stats; readonly view: View }) {
  const { totals } = stats
  const aborts = stats.byOutcome.find((group) => group.key === 'client_abort')?.requests ?? 0
  return (
    <dl className="panel grid grid-cols-2 gap-px overflow-hidden bg-line md:grid-cols-4 xl:grid-cols-[1.3fr_1fr_1fr_2fr_1fr_1fr]">
      <Tile
        label="Spend, metered"
        testId="spend"
        value={formatUsd(totals.meteredNanoUsd)}
        title={exactUsd(totals.meteredNanoUsd)}
        isWide
      >
        <SpendNotes stats={stats} view={view} />
      </Tile>
      <Tile label="Requests" testId="requests" value={formatCount(totals.requests)}>
        {aborts > 0 && <span>{formatCount(aborts)} aborted by the client</span>}
      </Tile>
      <Tile
        label="Errors"
        testId="errors"
        value={formatCount(totals.errors)}
        tone={totals.errors > 0 ? 'text-danger' : ''}
      >
        {totals.errors > 0 && (
          <>
            {formatShare(totals.errors, totals.requests)} of requests ·{' '}
            <Link className="link" href={requestsHref(onlyFilter(view, 'outcome', faults))}>
              show
            </Link>
          </>
        )}
      </Tile>
      <Tokens totals={totals} />
      <Latency label="Duration" testId="duration" figures={stats.duration} />
      <Latency label="Time to first byte" testId="first-byte" figures={stats.firstByte} />
    </dl>
  )
}

function Tile(props: {
  readonly label: string
  readonly testId: string
  readonly value: string
  readonly title?: string
  readonly tone?: string
  /** Two columns where there are few. */
  readonly isWide?: boolean
  readonly children?: ReactNode
}) {
  return (
    <div className={`bg-panel px-4 py-3 ${props.isWide ? 'col-span-2 xl:col-span-1' : ''}`}>
      <dt className="text-xs text-dim">{props.label}</dt>
      <dd className={`mt-1 text-lg font-semibold ${props.tone ?? ''}`} data-testid={props.testId} title={props.title}>
        {props.value}
      </dd>
      <dd className="text-xs text-dim">{props.children}</dd>
    </div>
  )
}

function SpendNotes({ stats: { totals }, view }: { readonly stats: Stats; readonly view: View }) {
  return (
    <div className="flex flex-col gap-1">
      {totals.subscriptionNanoUsd > 0 && (
        <p title="What the plan's requests would have cost at list prices. Not billed, and in no other figure.">
          Plan use, notional{' '}
          <span className="text-ink" data-testid="plan-spend">
            <Usd nanoUsd={totals.subscriptionNanoUsd} />
          </span>
        </p>
      )}
      {totals.unpriced > 0 && (
        <p>
          <Link
            data-testid="unpriced"
            className="text-warn underline underline-offset-2"
            title="Their price is not known, so they are in no figure of cost."
            href={requestsHref(onlyFilter(view, 'cost', ['unpriced']))}
          >
            {formatCount(totals.unpriced)} unpriced, not included
          </Link>
        </p>
      )}
      {totals.estimated > 0 && (
        <p>
          <Link
            data-testid="estimated"
            className="underline underline-offset-2"
            title="Their usage or price tier had to be inferred."
            href={requestsHref(onlyFilter(view, 'cost', ['estimated']))}
          >
            {formatCount(totals.estimated)} estimated
          </Link>
        </p>
      )}
    </div>
  )
}

const kinds = [
  ['inputTokens', 'uncached in', 'bg-data-1', 'input-tokens'],
  ['cacheReadTokens', 'cache read', 'bg-data-2', 'cache-read-tokens'],
  ['cacheWriteTokens', 'cache write', 'bg-data-3', 'cache-write-tokens'],
  ['outputTokens', 'output', 'bg-data-4', 'output-tokens'],
] as const

function Tokens({ totals }: { readonly totals: Stats['totals'] }) {
  const input = totals.inputTokens + totals.cacheReadTokens + totals.cacheWriteTokens
  const all = input + totals.outputTokens
  return (
    <Tile label="Tokens" testId="tokens" value={formatCompact(all)} title={formatCount(all)} isWide>
      <div aria-hidden="true" className="mb-1.5 mt-1 flex h-1.5 overflow-hidden rounded-sm bg-raised">
        {kinds.map(([kind, , colour]) => (
          <span key={kind} className={colour} style={{ width: `${all === 0 ? 0 : (totals[kind] / all) * 100}%` }} />
        ))}
      </div>
      <ul className="flex flex-wrap gap-x-3">
        {kinds.map(([kind, label, colour, testId]) => (
          <li key={kind} className="flex items-center gap-1">
            <span aria-hidden="true" className={`size-2 rounded-sm ${colour}`} />
            {label}{' '}
            <span className="text-ink" data-testid={testId} title={formatCount(totals[kind])}>
              {formatCompact(totals[kind])}
            </span>
          </li>
        ))}
        <li>
          <span data-testid="cache-share">{formatShare(totals.cacheReadTokens, input)}</span> of input from cache
        </li>
      </ul>
    </Tile>
  )
}

const Latency = (props: { readonly label: string; readonly testId: string; readonly figures: Percentiles }) => (
  <Tile label={`${props.label}, p50`} testId={`${props.testId}-p50`} value={formatMs(props.figures.p50Ms)}>
    p95 <span data-testid={`${props.testId}-p95`}>{formatMs(props.figures.p95Ms)}</span>
  </Tile>
)
