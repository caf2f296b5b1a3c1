/** How models do: a line for each model and task of the view, with where the share of bad answers lies. */
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { ModelSignals, Share } from '../../src/control/signals-shapes.ts'
import { fetchSignals } from '../api.ts'
import { useLiveRefresh } from '../state/feed.ts'
import { requestsHref } from '../state/location.ts'
import { signalQuery, signalView } from '../state/signals.ts'
import type { View } from '../state/view.ts'
import { DataTable, type DataColumn } from './data-table.tsx'
import { exactUsd, formatCompact, formatCount, formatMs, formatUsd } from './format.ts'
import { Reading } from './section.tsx'

const everyMs = 30_000

export function ModelSignalTable({ view }: { readonly view: View }) {
  const query = signalQuery(view)
  const signals = useQuery({
    queryKey: ['signals', query],
    queryFn: ({ signal }) => fetchSignals(query, signal),
    placeholderData: keepPreviousData,
    refetchInterval: everyMs,
  })
  useLiveRefresh(() => signals.refetch())
  return (
    <Reading query={signals} what="How models do">
      {({ models, isCut }) =>
        models.length > 0 && (
          <DataTable
            title="How models do"
            columns={columns}
            rows={models}
            note={isCut ? 'Only the newest requests of the window are read.' : null}
            keyOf={keyOf}
            nameOf={({ provider, model }) => `${provider}/${model}`}
            titleOf={(row) => `${keyOf(row)}: show its requests`}
            isActive={() => false}
            hrefOf={(row) => requestsHref(signalView(view, row))}
          />
        )
      }
    </Reading>
  )
}

const keyOf = ({ provider, model, task }: ModelSignals): string => `${provider}/${model} ${task}`.trim()

const percent = (share: number): string => `${Math.round(share * 100)} %`

const shareOf = ({ count, of }: Share): number => (of === 0 ? 0 : count / of)

const gradedWords = ({ graded: { better, same, worse } }: ModelSignals): string =>
  worse.of === 0 ? '' : `better ${better.count}, same ${same.count}, worse ${worse.count}`

function Part({ share, what }: { readonly share: Share; readonly what: string }) {
  const { count, of, low, high } = share
  if (low === null || high === null) return <span className="text-dim">–</span>
  const title = `${formatCount(count)} of ${formatCount(of)} ${what}; the true share lies between ${percent(low)} and ${percent(high)}, 95 times of 100`
  return (
    <span title={title} className={count === 0 ? 'text-dim' : ''}>
      {percent(count / of)}
    </span>
  )
}

const part = (
  id: 'bad' | 'errors' | 'refusals' | 'escalations' | 'repeats' | 'unusable',
  label: string,
  what: string,
  className: string,
): DataColumn<ModelSignals> => ({
  id,
  label,
  hint: what,
  isNumber: true,
  className,
  value: (row) => shareOf(row[id]),
  cell: (row) => <Part share={row[id]} what={what} />,
})

const time = (id: 'p50Ms' | 'p95Ms', label: string, className: string): DataColumn<ModelSignals> => ({
  id,
  label,
  hint: 'Until an answer was whole',
  isNumber: true,
  className,
  value: (row) => row[id] ?? 0,
  cell: (row) => formatMs(row[id]),
})

const meanOf = ({ costNanoUsd, priced }: ModelSignals): number => (priced === 0 ? 0 : Math.round(costNanoUsd / priced))

const columns: readonly DataColumn<ModelSignals>[] = [
  {
    id: 'model',
    label: 'How models do',
    isNumber: false,
    value: ({ provider, model }) => `${provider}/${model}`,
    cell: ({ provider, model }) => `${provider}/${model}`,
  },
  {
    id: 'task',
    label: 'task',
    isNumber: false,
    className: 'w-32 max-sm:w-24',
    value: ({ task }) => task,
    cell: ({ task }) => task || <span className="text-dim">none</span>,
  },
  {
    id: 'attempts',
    label: 'attempts',
    hint: 'That came to an answer, or failed through no fault of the caller',
    isNumber: true,
    className: 'w-18 max-sm:hidden',
    value: ({ attempts }) => attempts,
    cell: ({ attempts }) => <span title={formatCount(attempts)}>{formatCompact(attempts)}</span>,
  },
  part('bad', 'bad', 'failed, were refused, given up, unusable or asked again', 'w-16'),
  part('errors', 'errors', 'failed at the provider or on the way', 'w-16 max-lg:hidden'),
  part('refusals', 'refused', 'were refused by the model or a filter', 'w-16 max-lg:hidden'),
  part('escalations', 'given up', 'were given up by a cascade for a better model', 'w-18 max-lg:hidden'),
  part('repeats', 'asked again', 'were asked again by the same session within minutes', 'w-22 max-lg:hidden'),
  part('unusable', 'unusable', 'of those looked at had calls or a format that did not fit', 'w-20 max-lg:hidden'),
  {
    id: 'graded',
    label: 'worse',
    hint: 'Of answers that a judge compared with the baseline’s',
    isNumber: true,
    className: 'w-16 max-lg:hidden',
    value: ({ graded }) => shareOf(graded.worse),
    cell: (row) => (
      <span title={gradedWords(row)}>
        <Part share={row.graded.worse} what="were judged worse than the baseline’s" />
      </span>
    ),
  },
  time('p50Ms', 'p50', 'w-18 max-md:hidden'),
  time('p95Ms', 'p95', 'w-18 max-md:hidden'),
  {
    id: 'cost',
    label: 'mean cost',
    hint: 'Of attempts with a known price',
    isNumber: true,
    className: 'w-26',
    value: meanOf,
    cell: (row) =>
      row.priced === 0 ? (
        <span className="text-warn">unpriced</span>
      ) : (
        <span title={`${exactUsd(row.costNanoUsd)} over ${formatCount(row.priced)}`}>{formatUsd(meanOf(row))}</span>
      ),
  },
]
