/** What was saved, and against what: three figures with their formulas, what they are made of, and the requests behind them. */
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { fetchRuns, fetchSavings } from '../api.ts'
import { FilterBar } from '../parts/filter-bar.tsx'
import { RangePicker } from '../parts/range-picker.tsx'
import { SavingsCounts, SavingsFigures } from '../parts/savings-figures.tsx'
import { SavingsRequests } from '../parts/savings-requests.tsx'
import { SavingsTables } from '../parts/savings-tables.tsx'
import { Reading } from '../parts/section.tsx'
import { useLiveRefresh } from '../state/feed.ts'
import { savingsHref, useLocation } from '../state/location.ts'
import { routedView } from '../state/savings.ts'
import { apiQuery, asSums, sumDimensions } from '../state/view.ts'
import { NothingHere } from './nothing-here.tsx'

/** A relative window moves on even when nothing comes in. */
const everyMs = 30_000
const latest = 20

export function Savings() {
  const { view } = useLocation()
  const query = apiQuery(view, 'sums')
  const behind = apiQuery(routedView(asSums(view)), 'list')
  const savings = useQuery({
    queryKey: ['savings', query],
    queryFn: ({ signal }) => fetchSavings(query, signal),
    placeholderData: keepPreviousData,
    refetchInterval: everyMs,
  })
  const runs = useQuery({
    queryKey: ['savings', 'runs', behind],
    queryFn: ({ signal }) => fetchRuns(behind, latest, null, signal),
    placeholderData: keepPreviousData,
    refetchInterval: everyMs,
  })
  useLiveRefresh(() => Promise.all([savings.refetch(), runs.refetch()]))
  const isEmpty = savings.data?.counts.requests === 0
  return (
    <div className="mx-auto flex w-full max-w-[1440px] flex-col gap-3 p-3 sm:p-4">
      <h1 className="sr-only">Savings</h1>
      <div className="flex flex-wrap items-center gap-2">
        <RangePicker view={view} hrefOf={savingsHref} />
        <FilterBar view={view} hrefOf={savingsHref} offered={sumDimensions} />
      </div>
      <p className="text-xs text-dim">
        Three figures with different alternatives, which overlap: they are never added up. A negative one cost more than
        it saved.
      </p>
      {isEmpty && <NothingHere view={asSums(view)} hrefOf={savingsHref} />}
      <Reading query={savings} what="The savings">
        {(data) =>
          data.counts.requests > 0 && (
            <div className="flex flex-col gap-3">
              <SavingsFigures savings={data} view={asSums(view)} />
              <SavingsCounts counts={data.counts} />
              <SavingsTables savings={data} view={asSums(view)} />
            </div>
          )
        }
      </Reading>
      {!isEmpty && (
        <Reading query={runs} what="The requests">
          {(data) => <SavingsRequests runs={data.runs} view={asSums(view)} nowMs={runs.dataUpdatedAt} />}
        </Reading>
      )}
    </div>
  )
}
