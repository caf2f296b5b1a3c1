/** The columns of the request list: what each shows, how wide, and which leave on small screens. */
import type { ReactNode } from 'react'
import type { Run } from '../../src/control/shapes.ts'
import { Badges } from './badges.tsx'
import {
  exactUsd,
  formatCompact,
  formatCount,
  formatInstant,
  formatMs,
  formatShare,
  formatTime,
  formatUsd,
} from './format.ts'
import { Status } from './status.tsx'

export interface RunColumn {
  readonly label: string
  readonly hint?: string
  /** Width, alignment and visibility; the model's column takes what is left. */
  readonly className: string
  readonly cell: (run: Run, nowMs: number) => ReactNode
}

/** All that the model had to read; null where usage is not known. */
export const inputOf = (run: Run): number | null =>
  run.inputTokens === null
    ? null
    : run.inputTokens + (run.cacheReadTokens ?? 0) + (run.cacheWrite5mTokens ?? 0) + (run.cacheWrite1hTokens ?? 0)

const Count = ({ value }: { readonly value: number | null }) =>
  value === null ? <span className="text-dim">–</span> : <span title={formatCount(value)}>{formatCompact(value)}</span>

/** `gpt-5`, or `sonnet → gpt-5` where the request went elsewhere than asked. */
export function modelText(run: Run): string {
  const { requestedModel: requested, routedModel: routed } = run
  if (requested !== null && routed !== null && requested !== routed) return `${requested} → ${routed}`
  return routed ?? requested ?? run.endpoint
}

export const costTitle = (run: Run): string =>
  run.costNanoUsd === null
    ? 'The price of this model is not known'
    : `${exactUsd(run.costNanoUsd)}${run.costStatus === 'estimated' ? ', estimated' : ''}${run.billing === 'subscription' ? ', notional: covered by a plan' : ''}`

const Cost = ({ run }: { readonly run: Run }) => (
  <span
    title={costTitle(run)}
    className={run.costNanoUsd === null ? 'text-warn' : run.billing === 'subscription' ? 'text-dim italic' : ''}
  >
    {run.costStatus === 'estimated' && <span aria-label="estimated">~</span>}
    {formatUsd(run.costNanoUsd)}
  </span>
)

const right = 'text-right'
const small = 'block text-xs text-dim sm:hidden'

export const runColumns: readonly RunColumn[] = [
  {
    label: 'time',
    className: 'w-30 max-sm:hidden',
    cell: (run, nowMs) => (
      <time dateTime={new Date(run.startedMs).toISOString()} title={formatInstant(run.startedMs)} className="text-dim">
        {formatTime(run.startedMs, nowMs)}
      </time>
    ),
  },
  {
    label: 'model',
    className: '',
    cell: (run, nowMs) => (
      <>
        <span className="flex items-center gap-1.5">
          <span className="truncate" title={modelText(run)}>
            {modelText(run)}
          </span>
          <span className="flex gap-1.5 max-sm:hidden">
            <Badges run={run} />
          </span>
        </span>
        <span className={`${small} truncate`}>
          {(run.guard !== null || run.cache === 'hit') && (
            <span className="mr-1 inline-flex gap-1">
              <Badges run={run} />
            </span>
          )}
          {formatTime(run.startedMs, nowMs)} · {run.provider ?? 'no provider'}
        </span>
      </>
    ),
  },
  { label: 'provider', className: 'w-24 max-md:hidden', cell: (run) => run.provider ?? '–' },
  {
    label: 'agent',
    className: 'w-28 max-lg:hidden',
    cell: (run) => <span title={run.agent ?? undefined}>{run.agent ?? '–'}</span>,
  },
  {
    label: 'status',
    className: 'w-28 max-sm:w-24',
    cell: (run) => (
      <>
        <Status outcome={run.outcome} status={run.status} />
        <span className={small}>{formatMs(run.durationMs)}</span>
      </>
    ),
  },
  {
    label: 'input',
    hint: 'All input tokens: uncached, cache reads and cache writes',
    className: `w-18 ${right} max-sm:hidden`,
    cell: (run) => <Count value={inputOf(run)} />,
  },
  {
    label: 'cached',
    hint: 'Share of the input that was read from the cache',
    className: `w-16 ${right} max-lg:hidden`,
    cell: (run) => (
      <span
        className="text-dim"
        title={run.cacheReadTokens === null ? undefined : `${formatCount(run.cacheReadTokens)} tokens`}
      >
        {formatShare(run.cacheReadTokens ?? 0, inputOf(run) ?? 0)}
      </span>
    ),
  },
  { label: 'output', className: `w-18 ${right} max-sm:hidden`, cell: (run) => <Count value={run.outputTokens} /> },
  {
    label: 'cost',
    className: `w-28 max-sm:w-24 ${right}`,
    cell: (run) => (
      <>
        <Cost run={run} />
        <span className={small}>{run.outputTokens === null ? '–' : `${formatCompact(run.outputTokens)} out`}</span>
      </>
    ),
  },
  {
    label: 'first byte',
    className: `w-20 ${right} max-md:hidden`,
    cell: (run) => <span className="text-dim">{formatMs(run.firstByteMs)}</span>,
  },
  { label: 'duration', className: `w-20 ${right} max-sm:hidden`, cell: (run) => formatMs(run.durationMs) },
]
