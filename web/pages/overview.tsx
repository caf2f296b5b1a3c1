/** What was spent, on what, how fast: the window's figures, kept fresh by the live feed. */
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { ApiError, fetchProviders, fetchStats } from '../api.ts'
import { Breakdowns } from '../parts/breakdowns.tsx'
import { Charts } from '../parts/charts.tsx'
import { FilterBar } from '../parts/filter-bar.tsx'
import { ModelSignalTable } from '../parts/model-signals.tsx'
import { Failed } from '../parts/notice.tsx'
import { Providers } from '../parts/providers.tsx'
import { RangePicker } from '../parts/range-picker.tsx'
import { Reading } from '../parts/section.tsx'
import { OverviewSkeleton } from '../parts/skeleton.tsx'
import { Tiles } from '../parts/tiles.tsx'
import { useLiveRefresh } from '../state/feed.ts'
import { navigate, overviewHref, useLocation } from '../state/location.ts'
import { apiQuery, sumDimensions, withRange } from '../state/view.ts'
import { NothingHere } from './nothing-here.tsx'

/** A relative window moves on even when nothing comes in. */
const slideEveryMs = 30_000

export function Overview() {
  const { view } = useLocation()
  const query = apiQuery(view, 'sums')
  const stats = useQuery({
    queryKey: ['stats', query],
    queryFn: ({ signal }) => fetchStats(query, signal),
    placeholderData: keepPreviousData,
    refetchInterval: slideEveryMs,
  })
  const providers = useQuery({
    queryKey: ['providers'],
    queryFn: ({ signal }) => fetchProviders(signal),
    refetchInterval: slideEveryMs,
  })
  useLiveRefresh(() => stats.refetch())
  const zoom = (fromMs: number, toMs: number) => navigate(overviewHref(withRange(view, { kind: 'span', fromMs, toMs })))
  const data = stats.data
  // While the server is gone the shell says so; what was read before stays, dimmed.
  const isOld = data !== undefined && stats.error instanceof ApiError && stats.error.status === null
  return (
    <div className="mx-auto w-full max-w-[1440px] flex flex-col gap-3 p-3 sm:p-4">
      <h1 className="sr-only">Overview</h1>
      <div className="flex flex-wrap items-center gap-2">
        <RangePicker view={view} hrefOf={overviewHref} />
        <FilterBar view={view} hrefOf={overviewHref} offered={sumDimensions} />
      </div>
      {stats.isPending && <OverviewSkeleton />}
      {stats.isError && !isOld && (
        <Failed what="The figures" fault={stats.error} onRetry={() => void stats.refetch()} />
      )}
      {data?.totals.requests === 0 && <NothingHere view={view} hrefOf={overviewHref} />}
      {data && data.totals.requests > 0 && (
        <div
          data-testid="figures"
          aria-busy={stats.isPlaceholderData}
          className={`flex flex-col gap-3 ${stats.isPlaceholderData || stats.isError ? 'opacity-60' : ''}`}
        >
          <Tiles stats={data} view={view} />
          <Charts stats={data} onSelect={zoom} />
          <Breakdowns stats={data} view={view} />
          <ModelSignalTable view={view} />
        </div>
      )}
      {data && data.totals.requests > 0 && !providers.isPending && (
        <Reading query={providers} what="Provider health">
          {(found) => <Providers providers={found.providers} readMs={providers.dataUpdatedAt} />}
        </Reading>
      )}
    </div>
  )
}
