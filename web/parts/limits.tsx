/** The limits as they stand: what was spent, a gauge for each, and the rules beside them. */
import type { UseQueryResult } from '@tanstack/react-query'
import { useState } from 'react'
import type { Budgets } from '../../src/control/guard-shapes.ts'
import { changeGuardSettings, resetBudget } from '../guard-api.ts'
import { sayBreach } from '../state/gauge.ts'
import { useWrite } from '../state/write.ts'
import { Action, NotChanged } from './action.tsx'
import { exactUsd, formatCount, formatTime, formatUsd } from './format.ts'
import { Gauge } from './gauge.tsx'
import { Empty, Reading, Section } from './section.tsx'

const folded = 6

export function Limits({ query }: { readonly query: UseQueryResult<Budgets> }) {
  const turn = useWrite(
    (enabled: boolean) => changeGuardSettings({ budget: { enabled } }),
    ['budgets', 'guard-settings'],
  )
  const reset = useWrite(resetBudget, ['budgets'])
  const budgets = query.data
  return (
    <Section
      title="Limits"
      testId="limits"
      note={budgets && (budgets.enabled ? 'enforced' : 'off: nothing is stopped')}
      actions={
        budgets && (
          <>
            <Action
              onPress={() => reset.mutate('all')}
              isBusy={reset.isPending}
              confirm={{
                title: 'Count anew from now?',
                text: 'What was spent up to now no longer counts against any limit. The requests stay on record.',
                word: 'Count anew',
              }}
            >
              Count anew
            </Action>
            <Action
              label="Enforce limits"
              testId="enforce"
              isOn={budgets.enabled}
              isBusy={turn.isPending}
              title={budgets.enabled ? 'Stop enforcing limits' : 'Enforce limits'}
              onPress={() => turn.mutate(!budgets.enabled)}
            />
          </>
        )
      }
    >
      <NotChanged fault={turn.error ?? reset.error} />
      <Reading query={query} what="The limits">
        {(data) => (
          <>
            <Spent budgets={data} />
            <Gauges budgets={data} nowMs={query.dataUpdatedAt} onReset={(scope) => reset.mutate(scope)} />
            <Rules budgets={data} nowMs={query.dataUpdatedAt} />
          </>
        )}
      </Reading>
    </Section>
  )
}

const spans = [
  ['last hour', 'hourNanoUsd'],
  ['24 hours', 'dayNanoUsd'],
  ['7 days', 'weekNanoUsd'],
  ['30 days', 'monthNanoUsd'],
] as const

const Spent = ({ budgets: { spent, settings } }: { readonly budgets: Budgets }) => (
  <dl className="grid grid-cols-2 gap-x-4 gap-y-2 px-3 pt-2 sm:grid-cols-4">
    {spans.map(([label, name]) => (
      <div
        key={name}
        title={`${exactUsd(spent[name])} = cost of the requests of that time that count (${settings.billing.join(', ')})`}
      >
        <dt className="text-xs text-dim">{label}</dt>
        <dd className="text-base font-semibold" data-testid={`spent-${name}`}>
          {formatUsd(spent[name])}
        </dd>
      </div>
    ))}
  </dl>
)

function Gauges(props: {
  readonly budgets: Budgets
  readonly nowMs: number
  readonly onReset: (scope: string) => void
}) {
  const { limits, enabled } = props.budgets
  const [isAll, setAll] = useState(false)
  if (limits.length === 0)
    return (
      <Empty>
        {enabled ? 'No limit is set.' : 'Limits are off: nothing is counted against them.'} The settings below have
        them.
      </Empty>
    )
  return (
    <>
      <ul className={`flex flex-col gap-4 px-3 py-3 ${enabled ? '' : 'opacity-60'}`}>
        {limits.slice(0, isAll ? undefined : folded).map((limit, index) => (
          <Gauge key={`${limit.name} ${index}`} limit={limit} {...props} />
        ))}
      </ul>
      {limits.length > folded && (
        <button
          type="button"
          className="w-full border-t border-line py-1 text-xs text-dim hover:bg-raised hover:text-ink"
          aria-expanded={isAll}
          onClick={() => setAll(!isAll)}
        >
          {isAll ? `Show the first ${folded}` : `Show all ${limits.length} limits`}
        </button>
      )}
    </>
  )
}

function Rules({ budgets, nowMs }: { readonly budgets: Budgets; readonly nowMs: number }) {
  const { perRequestUsd, reservations, resets, settings } = budgets
  return (
    <ul className="flex flex-wrap gap-x-4 border-t border-line px-3 py-1.5 text-xs text-dim">
      <li title="Judged by its estimate, before it is sent">
        {perRequestUsd === null
          ? 'No limit of a single request'
          : `A single request: at most $${perRequestUsd}, else ${sayBreach(settings.onBreach, settings.downgradeTo)}`}
      </li>
      <li title="Requests under way that something is set aside for">
        {formatCount(reservations)} {reservations === 1 ? 'request' : 'requests'} under way with something set aside
      </li>
      {resets.map(({ scope, atMs }) => (
        <li key={scope}>
          {scope === 'all' ? 'All' : scope} counted anew since {formatTime(atMs, nowMs)}
        </li>
      ))}
    </ul>
  )
}
