/** Every request, newest first: a live tail over a list of any length, and one request in a drawer. */
import { useState } from 'react'
import { FilterBar } from '../parts/filter-bar.tsx'
import { formatCount } from '../parts/format.ts'
import { Icon } from '../parts/icons.tsx'
import { Failed } from '../parts/notice.tsx'
import { RangePicker, rangeLabel } from '../parts/range-picker.tsx'
import { RunDrawer } from '../parts/run-drawer.tsx'
import { RunTable } from '../parts/run-table.tsx'
import { ListSkeleton } from '../parts/skeleton.tsx'
import { requestsHref, useLocation } from '../state/location.ts'
import { useRunList } from '../state/run-list.ts'
import { apiQuery, dimensions } from '../state/view.ts'
import { NothingHere } from './nothing-here.tsx'

export function Requests({ id }: { readonly id: string | null }) {
  const { view } = useLocation()
  const [isPaused, setPaused] = useState(false)
  const [isAway, setAway] = useState(false)
  const [topSignal, setTopSignal] = useState(0)
  const list = useRunList(view, isPaused || isAway || id !== null)
  const { pages, rows } = list
  const footer = pages.isFetchingNextPage
    ? 'Reading more…'
    : pages.hasNextPage
      ? `${formatCount(rows.length)} read, more below`
      : `${formatCount(rows.length)} ${rows.length === 1 ? 'request' : 'requests'}, ${rangeLabel(view.range)}`
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-2 p-3 sm:px-4">
      <h1 className="sr-only">Requests</h1>
      <div className="flex flex-wrap items-center gap-2">
        <RangePicker view={view} hrefOf={requestsHref} />
        <FilterBar view={view} hrefOf={requestsHref} offered={dimensions} />
        <button
          type="button"
          data-testid="pause"
          className="button"
          aria-pressed={isPaused}
          title={isPaused ? 'Show new requests as they end' : 'Hold new requests back'}
          onClick={() => setPaused(!isPaused)}
        >
          <Icon name={isPaused ? 'play' : 'pause'} />
          <span className="max-sm:sr-only">{isPaused ? 'Paused' : 'Pause'}</span>
        </button>
      </div>
      <section aria-label="Requests" className="panel relative flex min-h-0 flex-1 flex-col overflow-hidden">
        {list.newCount !== 0 && (
          <button
            type="button"
            data-testid="new-rows"
            className="absolute inset-x-0 top-10 z-10 mx-auto w-fit rounded-md bg-accent px-3 py-1 text-on-accent"
            onClick={() => {
              list.showNew()
              setTopSignal(topSignal + 1)
            }}
          >
            {list.newCount === null ? 'New requests' : `${formatCount(list.newCount)} new`}
          </button>
        )}
        {pages.isPending ? (
          <ListSkeleton />
        ) : pages.isError && rows.length === 0 ? (
          <div className="p-3">
            <Failed what="The request list" fault={pages.error} onRetry={() => void pages.refetch()} />
          </div>
        ) : rows.length === 0 ? (
          <NothingHere view={view} hrefOf={requestsHref} />
        ) : (
          <RunTable
            key={apiQuery(view, 'list')}
            rows={rows}
            nowMs={pages.dataUpdatedAt}
            openId={id}
            hrefOf={(opened) => requestsHref(view, opened)}
            onEnd={list.fetchMore}
            onScrolledAway={setAway}
            topSignal={topSignal}
            footer={footer}
          />
        )}
        {pages.isFetchNextPageError && (
          <div className="border-t border-line p-3">
            <Failed what="The next page" fault={pages.error} onRetry={() => void pages.fetchNextPage()} />
          </div>
        )}
      </section>
      <p className="text-xs text-dim max-md:hidden">
        <kbd>/</kbd> filter · <kbd>j</kbd> <kbd>k</kbd> next and previous · <kbd>Enter</kbd> open · <kbd>Esc</kbd> close
      </p>
      {id !== null && <RunDrawer id={id} view={view} rows={rows} />}
    </div>
  )
}
