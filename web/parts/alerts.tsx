/** The history of alerts: filtered, acknowledged one by one or all at once, and how each reached the webhook. */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Fragment } from 'react'
import type { AlertCounts } from '../../src/control/guard-shapes.ts'
import { acknowledge, fetchAlertCounts, fetchAlerts, testAlert } from '../guard-api.ts'
import { alertQuery, alertSeverities, alertTypes, noAlertFilter, type AlertFilter } from '../state/alert-filter.ts'
import { useLiveRefresh } from '../state/feed.ts'
import { guardHref, navigate } from '../state/location.ts'
import { useWrite } from '../state/write.ts'
import { Action, NotChanged } from './action.tsx'
import { AlertLine } from './alert-line.tsx'
import { formatCount } from './format.ts'
import { Failed } from './notice.tsx'
import { Empty, Section } from './section.tsx'
import { ListSkeleton } from './skeleton.tsx'

const pageSize = 50
const everyMs = 15_000
const touched = ['alerts', 'sessions']

export function Alerts({ filter }: { readonly filter: AlertFilter }) {
  const query = alertQuery(filter)
  const pages = useInfiniteQuery({
    queryKey: ['alerts', 'list', query],
    queryFn: ({ pageParam, signal }) =>
      fetchAlerts(
        `${query === '' ? '' : `${query}&`}limit=${pageSize}${pageParam === null ? '' : `&cursor=${encodeURIComponent(pageParam)}`}`,
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    refetchInterval: everyMs,
  })
  const counts = useQuery({
    queryKey: ['alerts', 'counts'],
    queryFn: ({ signal }) => fetchAlertCounts(signal),
    refetchInterval: everyMs,
  })
  useLiveRefresh(() => Promise.all([pages.refetch(), counts.refetch()]))
  const ack = useWrite((which: 'all' | readonly string[]) => acknowledge(which), touched)
  const test = useWrite(testAlert, touched)
  const alerts = pages.data?.pages.flatMap((page) => page.alerts) ?? []
  const open = counts.data?.unacknowledged ?? 0
  const isFiltered = query !== ''
  return (
    <Section
      title="Alerts"
      testId="alerts"
      note={counts.data && <Counts counts={counts.data} />}
      actions={
        <>
          <Action
            onPress={() => test.mutate(undefined)}
            isBusy={test.isPending}
            title="Raises one and sends it to the webhook"
          >
            Send a test
          </Action>
          <Action
            testId="ack-all"
            onPress={() => ack.mutate('all')}
            isBusy={ack.isPending || open === 0}
            confirm={{
              title: `Acknowledge ${formatCount(open)}?`,
              text: 'Sessions that were stopped as runaways go on then.',
              word: 'Acknowledge all',
            }}
          >
            Acknowledge all
          </Action>
        </>
      }
    >
      <FilterRow filter={filter} />
      <NotChanged fault={ack.error ?? test.error} />
      <p role="status" className="px-3 text-ok empty:hidden" data-testid="ack-says">
        {ack.isSuccess && sayAcknowledged(ack.data)}
        {test.isSuccess && !ack.isSuccess && 'A test alert was raised.'}
      </p>
      {pages.isPending && <ListSkeleton />}
      {pages.isError && alerts.length === 0 && (
        <div className="p-3">
          <Failed what="The alerts" fault={pages.error} onRetry={() => void pages.refetch()} />
        </div>
      )}
      {pages.data && alerts.length === 0 && (
        <Empty>{isFiltered ? 'No alert is of that kind.' : 'No alert was raised.'}</Empty>
      )}
      {alerts.length > 0 && (
        <ol
          className={`max-h-[28rem] overflow-y-auto ${pages.isError ? 'opacity-60' : ''}`}
          tabIndex={0}
          aria-label="Alerts, newest first"
        >
          {alerts.map((alert) => (
            <Fragment key={alert.id}>
              <AlertLine
                alert={alert}
                nowMs={pages.dataUpdatedAt}
                isBusy={ack.isPending}
                onAcknowledge={() => ack.mutate([alert.id])}
              />
            </Fragment>
          ))}
        </ol>
      )}
      {pages.hasNextPage && (
        <button
          type="button"
          className="w-full border-t border-line py-1 text-xs text-dim hover:bg-raised hover:text-ink"
          disabled={pages.isFetchingNextPage}
          onClick={() => void pages.fetchNextPage()}
        >
          {pages.isFetchingNextPage ? 'Reading more…' : 'Show older ones'}
        </button>
      )}
    </Section>
  )
}

const Counts = ({ counts }: { readonly counts: AlertCounts }) => (
  <span data-testid="alert-counts" title="All that are kept, whatever the filters">
    {counts.unacknowledged === 0 ? 'all acknowledged' : `${formatCount(counts.unacknowledged)} not acknowledged`}
    {counts.waiting > 0 && `, ${formatCount(counts.waiting)} waiting for the webhook`}
  </span>
)

function sayAcknowledged({ acknowledged, freed }: { acknowledged: number; freed: readonly string[] }): string {
  const done = `${formatCount(acknowledged)} acknowledged.`
  return freed.length === 0 ? done : `${done} Goes on: ${freed.join(', ')}.`
}

function FilterRow({ filter }: { readonly filter: AlertFilter }) {
  const go = (change: Partial<AlertFilter>) => navigate(guardHref({ ...filter, ...change }), 'replace')
  return (
    <div className="flex flex-wrap items-center gap-2 px-3 py-2">
      <Choice label="Type" words={alertTypes} value={filter.type} onPick={(type) => go({ type })} />
      <Choice
        label="Severity"
        words={alertSeverities}
        value={filter.severity}
        onPick={(severity) => go({ severity })}
      />
      <button
        type="button"
        className="button"
        aria-pressed={filter.isOpenOnly}
        onClick={() => go({ isOpenOnly: !filter.isOpenOnly })}
      >
        Not acknowledged
      </button>
      {alertQuery(filter) !== '' && (
        <button type="button" className="link" onClick={() => go(noAlertFilter)}>
          Show all
        </button>
      )}
    </div>
  )
}

const Choice = (props: {
  readonly label: string
  readonly words: readonly string[]
  readonly value: string | null
  readonly onPick: (word: string | null) => void
}) => (
  <select
    aria-label={props.label}
    className="field"
    value={props.value ?? ''}
    onChange={(event) => props.onPick(event.target.value === '' ? null : event.target.value)}
  >
    <option value="">{`${props.label}: all`}</option>
    {props.words.map((word) => (
      <option key={word} value={word}>
        {word}
      </option>
    ))}
  </select>
)
