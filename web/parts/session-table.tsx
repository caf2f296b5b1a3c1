/** Sessions: what each cost as a whole, whose it is, and until when it is stopped. A row leads to its requests. */
import type { SessionLine } from '../../src/control/guard-shapes.ts'
import { requestsHref } from '../state/location.ts'
import { allTime } from '../state/view.ts'
import { DataTable, ShareBar, type DataColumn } from './data-table.tsx'
import {
  exactUsd,
  formatCompact,
  formatCount,
  formatInstant,
  formatMinute,
  formatTime,
  formatUsd,
  shortId,
} from './format.ts'

interface Props {
  readonly sessions: readonly SessionLine[]
  readonly nowMs: number
  readonly note: string | null
}

const folded = 25

const tokensOf = (row: SessionLine): number =>
  row.inputTokens + row.cacheReadTokens + row.cacheWriteTokens + row.outputTokens

const agentOf = (row: SessionLine): string => row.agentName ?? row.agent ?? ''

const time = (id: 'firstMs' | 'lastMs', label: string, hint: string): DataColumn<SessionLine> => ({
  id,
  label,
  hint,
  isNumber: true,
  className: 'w-28 max-md:hidden',
  value: (row) => row[id],
  cell: (row) => (
    <span className="text-dim" title={formatInstant(row[id])}>
      {formatMinute(row[id])}
    </span>
  ),
})

export function SessionTable({ sessions, nowMs, note }: Props) {
  const dearest = Math.max(1, ...sessions.map((row) => row.costNanoUsd))
  const isStopped = ({ blockedUntilMs }: SessionLine) => blockedUntilMs !== null && blockedUntilMs > nowMs
  const columns: readonly DataColumn<SessionLine>[] = [
    { id: 'id', label: 'Sessions', isNumber: false, value: (row) => row.id, cell: (row) => row.id },
    {
      id: 'stopped',
      label: 'stopped until',
      hint: 'Stopped as a runaway; acknowledging its alert frees it at once',
      isNumber: false,
      // A phone has no room for a column of dashes.
      className: sessions.some(isStopped) ? 'w-28 max-sm:w-20' : 'w-28 max-sm:hidden',
      value: (row) => row.blockedUntilMs ?? 0,
      cell: (row) =>
        isStopped(row) ? (
          <span className="text-danger" title={formatInstant(row.blockedUntilMs ?? 0)} data-testid="stopped">
            {formatTime(row.blockedUntilMs ?? 0, nowMs)}
          </span>
        ) : (
          <span className="text-dim">–</span>
        ),
    },
    {
      id: 'agent',
      label: 'agent',
      isNumber: false,
      className: 'w-40 max-md:w-24 max-sm:w-20',
      value: agentOf,
      cell: (row) => <span title={row.agent ?? undefined}>{agentOf(row) || '–'}</span>,
    },
    {
      id: 'requests',
      label: 'requests',
      isNumber: true,
      className: 'w-20 max-sm:hidden',
      value: (row) => row.requests,
      cell: (row) => <span title={formatCount(row.requests)}>{formatCompact(row.requests)}</span>,
    },
    {
      id: 'tokens',
      label: 'tokens',
      hint: 'Uncached input, cache reads, cache writes and output together',
      isNumber: true,
      className: 'w-20 max-sm:hidden',
      value: tokensOf,
      cell: (row) => (
        <span
          title={`${formatCount(row.inputTokens)} uncached + ${formatCount(row.cacheReadTokens)} cache reads + ${formatCount(row.cacheWriteTokens)} cache writes + ${formatCount(row.outputTokens)} output`}
        >
          {formatCompact(tokensOf(row))}
        </span>
      ),
    },
    time('firstMs', 'first', 'The first request of the session'),
    time('lastMs', 'last', 'The last request of the session'),
    {
      id: 'cost',
      label: 'cost',
      hint: 'Of the whole session, every billing kind; the bar compares with the dearest session here',
      isNumber: true,
      className: 'w-42 max-sm:w-28',
      value: (row) => row.costNanoUsd,
      cell: (row) => (
        <span
          title={`${exactUsd(row.costNanoUsd)}${row.unpriced > 0 ? `, without ${formatCount(row.unpriced)} unpriced` : ''}`}
        >
          {row.unpriced > 0 && row.unpriced === row.requests ? (
            <span className="text-warn">unpriced</span>
          ) : (
            formatUsd(row.costNanoUsd)
          )}
          {row.unpriced > 0 && row.unpriced < row.requests && <span className="text-warn">*</span>}{' '}
          <span className="max-sm:hidden">
            <ShareBar share={row.costNanoUsd / dearest} />
          </span>
        </span>
      ),
    },
  ]
  const star = sessions.some((row) => row.unpriced > 0 && row.unpriced < row.requests)
    ? '* and requests whose price is not known.'
    : null
  return (
    <DataTable
      title="Sessions"
      columns={columns}
      rows={sessions}
      folded={folded}
      note={[star, note].filter(Boolean).join(' ') || null}
      keyOf={(row) => row.id}
      nameOf={(row) => shortId(row.id)}
      titleOf={(row) => `${row.id}: show its requests`}
      isActive={() => false}
      hrefOf={(row) => requestsHref({ range: allTime, filters: { session: [row.id] } })}
    />
  )
}
