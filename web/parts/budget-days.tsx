/** What was spent on each of the last days, and how often the guard stepped in. */
import { useQuery } from '@tanstack/react-query'
import type { BudgetHistory } from '../../src/control/guard-shapes.ts'
import { fetchBudgetHistory } from '../guard-api.ts'
import { requestsHref } from '../state/location.ts'
import { DataTable, ShareBar, type DataColumn } from './data-table.tsx'
import { exactUsd, formatCompact, formatCount, formatUsd } from './format.ts'
import { Reading } from './section.tsx'

const days = 14
const dayMs = 86_400_000
const everyMs = 60_000

type Day = BudgetHistory['days'][number]

/** A day of UTC, as budgets are reported by. */
const dayOf = (startMs: number): string => new Date(startMs).toISOString().slice(0, 10)

const acts = [
  ['warned', 'Requests that passed with a warning', 'w-18 max-sm:hidden'],
  ['cut', 'Answers that were ended in mid-stream at a limit', 'w-14 max-sm:hidden'],
  ['downgraded', 'Requests that a cheaper model took', 'w-24 max-sm:w-22'],
  ['blocked', 'Requests that were refused or stopped', 'w-18'],
] as const

export function BudgetDays() {
  const history = useQuery({
    queryKey: ['budgets', 'history', days],
    queryFn: ({ signal }) => fetchBudgetHistory(days, signal),
    refetchInterval: everyMs,
  })
  if (history.data === undefined) {
    return (
      <section aria-label="Spend by day" className="panel">
        <Reading query={history} what="Spend by day">
          {() => null}
        </Reading>
      </section>
    )
  }
  const rows = history.data.days.toSorted((a, b) => b.startMs - a.startMs)
  const dearest = Math.max(1, ...rows.map(({ nanoUsd }) => nanoUsd))
  const columns: readonly DataColumn<Day>[] = [
    { id: 'day', label: 'day', isNumber: false, value: (row) => dayOf(row.startMs), cell: (row) => dayOf(row.startMs) },
    {
      id: 'spent',
      label: 'spent',
      hint: 'Of the billing kinds that count against limits; the bar compares with the dearest day here',
      isNumber: true,
      className: 'w-36 max-sm:w-21',
      value: (row) => row.nanoUsd,
      cell: (row) => (
        <span title={exactUsd(row.nanoUsd)}>
          {formatUsd(row.nanoUsd)}{' '}
          <span className="max-sm:hidden">
            <ShareBar share={row.nanoUsd / dearest} />
          </span>
        </span>
      ),
    },
    {
      id: 'requests',
      label: 'requests',
      isNumber: true,
      className: 'w-20 max-sm:hidden',
      value: (row) => row.requests,
      cell: (row) => <span title={formatCount(row.requests)}>{formatCompact(row.requests)}</span>,
    },
    ...acts.map(([name, hint, className]): DataColumn<Day> => ({
      id: name,
      label: name,
      hint,
      isNumber: true,
      className,
      value: (row) => row[name],
      cell: (row) => <span className={row[name] === 0 ? 'text-dim' : ''}>{formatCount(row[name])}</span>,
    })),
  ]
  return (
    <DataTable
      title="Days, UTC"
      columns={columns}
      rows={rows}
      folded={days}
      note={null}
      keyOf={(row) => String(row.startMs)}
      nameOf={(row) => dayOf(row.startMs)}
      titleOf={(row) => `${dayOf(row.startMs)}: show its requests`}
      isActive={() => false}
      hrefOf={({ startMs }) =>
        requestsHref({ range: { kind: 'span', fromMs: startMs, toMs: startMs + dayMs }, filters: {} })
      }
    />
  )
}
