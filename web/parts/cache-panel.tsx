/** The response cache: what it holds, how often it answered, and what that saved, which is added to no other figure. */
import { useQuery } from '@tanstack/react-query'
import type { CacheStats, CacheStatus } from '../../src/control/guard-shapes.ts'
import { changeGuardSettings, clearCache, fetchCache, fetchCacheStats } from '../guard-api.ts'
import { useLiveRefresh } from '../state/feed.ts'
import { requestsHref } from '../state/location.ts'
import { allTime } from '../state/view.ts'
import { useWrite } from '../state/write.ts'
import { Action, NotChanged } from './action.tsx'
import {
  exactUsd,
  formatBytes,
  formatCompact,
  formatCount,
  formatInstant,
  formatMinute,
  formatShare,
  formatUsd,
} from './format.ts'
import { Link } from './link.tsx'
import { Empty, Reading, Section } from './section.tsx'

const everyMs = 15_000
const touched = ['cache', 'guard-settings']

export function CachePanel() {
  const status = useQuery({
    queryKey: ['cache', 'status'],
    queryFn: ({ signal }) => fetchCache(signal),
    refetchInterval: everyMs,
  })
  const stats = useQuery({
    queryKey: ['cache', 'stats'],
    queryFn: ({ signal }) => fetchCacheStats(signal),
    refetchInterval: everyMs,
  })
  useLiveRefresh(() => Promise.all([status.refetch(), stats.refetch()]))
  const turn = useWrite((enabled: boolean) => changeGuardSettings({ cache: { enabled } }), touched)
  const clear = useWrite(clearCache, touched)
  const cache = status.data
  return (
    <Section
      title="Response cache"
      testId="cache"
      note={cache && (cache.enabled ? `on, ${cache.mode}` : 'off: nothing is kept')}
      actions={
        cache && (
          <>
            <Action
              testId="clear-cache"
              onPress={() => clear.mutate(undefined)}
              isBusy={clear.isPending || cache.entries === 0}
              confirm={{
                title: 'Clear the response cache?',
                text: `${formatCount(cache.entries)} answers, ${formatBytes(cache.bytes)}, go from the disk. What they saved stays on record.`,
                word: 'Clear',
              }}
            >
              Clear
            </Action>
            <Action
              label="Keep answers"
              testId="cache-on"
              isOn={cache.enabled}
              isBusy={turn.isPending}
              title={cache.enabled ? 'Stop keeping answers' : 'Keep answers'}
              onPress={() => turn.mutate(!cache.enabled)}
            />
          </>
        )
      }
    >
      <NotChanged fault={turn.error ?? clear.error} />
      <p role="status" className="px-3 pt-2 text-ok empty:hidden">
        {clear.isSuccess &&
          `${formatCount(clear.data.entries)} answers cleared, ${formatBytes(clear.data.bytes)} freed.`}
      </p>
      <Reading query={status} what="The response cache">
        {(data) => <Figures cache={data} />}
      </Reading>
      <Reading query={stats} what="The cache by model and task">
        {(data) => <Groups stats={data} />}
      </Reading>
    </Section>
  )
}

const hitsHref = requestsHref({ range: allTime, filters: { cache: ['hit'] } })

function Figures({ cache }: { readonly cache: CacheStatus }) {
  const { hits, misses, bypasses, savedNanoUsd, entries, bytes, maxBytes, oldestMs } = cache
  const asked = hits + misses
  const figures = [
    {
      label: 'Hit rate',
      testId: 'hit-rate',
      value: cache.hitRate === null ? '–' : formatShare(hits, asked),
      title: `${formatCount(hits)} hits ÷ (${formatCount(hits)} hits + ${formatCount(misses)} misses); bypassed ones play no part`,
      note: (
        <>
          <Link className="link" href={hitsHref}>
            {formatCount(hits)} {hits === 1 ? 'hit' : 'hits'}
          </Link>
          , {formatCount(bypasses)} bypassed
        </>
      ),
    },
    {
      label: 'Saved',
      testId: 'saved',
      value: formatUsd(savedNanoUsd),
      title: `${exactUsd(savedNanoUsd)} = sum over all hits of what the answer cost the first time. Its own figure: added to no other savings.`,
      note: 'what the hits would have cost',
    },
    {
      label: 'Answers',
      testId: 'entries',
      value: formatCount(entries),
      title: `${formatCount(entries)} answers on disk`,
      note:
        oldestMs === null ? 'none yet' : <span title={formatInstant(oldestMs)}>oldest {formatMinute(oldestMs)}</span>,
    },
    {
      label: 'Size',
      testId: 'cache-size',
      value: formatBytes(bytes),
      title: `${formatCount(bytes)} of ${formatCount(maxBytes)} bytes on disk; answers used longest ago go first`,
      note: `${formatShare(bytes, maxBytes)} of ${formatBytes(maxBytes)}`,
    },
  ]
  return (
    <dl className="grid grid-cols-2 gap-x-4 gap-y-3 px-3 py-2 sm:grid-cols-4">
      {figures.map(({ label, testId, value, title, note }) => (
        <div key={label} title={title}>
          <dt className="text-xs text-dim">{label}</dt>
          <dd className="text-base font-semibold" data-testid={testId}>
            {value}
          </dd>
          <dd className="text-xs text-dim">{note}</dd>
        </div>
      ))}
    </dl>
  )
}

function Groups({ stats }: { readonly stats: CacheStats }) {
  const tables = [
    ['model', stats.byModel],
    ['task', stats.byTask],
  ] as const
  if (tables.every(([, groups]) => groups.length === 0)) {
    return <Empty>No request has asked it yet.</Empty>
  }
  return (
    <div className="grid border-t border-line md:grid-cols-2 xl:grid-cols-1">
      {tables.map(([what, groups]) => (
        <table key={what} className="h-fit w-full table-fixed" data-testid={`cache-by-${what}`}>
          <caption className="sr-only">The response cache by {what}</caption>
          <thead>
            <tr className="text-right text-xs text-dim [&>th]:h-7 [&>th]:px-3 [&>th]:font-normal">
              <th scope="col" className="text-left">
                {what}
              </th>
              <th scope="col" className="w-16">
                hits
              </th>
              <th scope="col" className="w-20" title="hits ÷ (hits + misses)">
                rate
              </th>
              <th scope="col" className="w-24" title="What the hits would have cost">
                saved
              </th>
            </tr>
          </thead>
          <tbody>
            {groups.map(({ key, hits, misses, savedNanoUsd }) => (
              <tr key={key} className="text-right [&>*]:h-7 [&>*]:px-3">
                <th scope="row" className="truncate text-left font-normal" title={key}>
                  {key === '' ? `no ${what}` : key}
                </th>
                <td title={formatCount(hits)}>{formatCompact(hits)}</td>
                <td title={`${formatCount(hits)} ÷ (${formatCount(hits)} + ${formatCount(misses)})`}>
                  {formatShare(hits, hits + misses)}
                </td>
                <td title={exactUsd(savedNanoUsd)}>{formatUsd(savedNanoUsd)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ))}
    </div>
  )
}
