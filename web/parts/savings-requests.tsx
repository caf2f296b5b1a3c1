/** The latest routed requests, each with the formula filled in. A row leads to everything known of it. */
import type { Run } from '../../src/control/shapes.ts'
import { requestsHref } from '../state/location.ts'
import { comparisonOf, routedView } from '../state/savings.ts'
import type { View } from '../state/view.ts'
import { DataTable, type DataColumn } from './data-table.tsx'
import { exactUsd, formatTime } from './format.ts'

interface Props {
  readonly runs: readonly Run[]
  readonly view: View
  readonly nowMs: number
}

const usedBy = (run: Run): string => [run.provider, run.routedModel].filter(Boolean).join('/')

function Formula({ run }: { readonly run: Run }) {
  const known = comparisonOf(run)
  if (known === null) return <span className="text-dim">{run.costStatus === 'none' ? 'not billed' : 'unpriced'}</span>
  return (
    // In two lines where it is wider than its column: a sum that is cut off is another sum.
    <span className={`block whitespace-normal py-1 [&>span]:whitespace-nowrap ${known.saved < 0 ? 'text-danger' : ''}`}>
      <span>
        {exactUsd(known.baseline, 5)} − {exactUsd(known.actual, 5)}
      </span>{' '}
      <span>= {exactUsd(known.saved, 5)}</span>
    </span>
  )
}

export function SavingsRequests({ runs, view, nowMs }: Props) {
  const columns: readonly DataColumn<Run>[] = [
    { id: 'time', label: 'time', isNumber: false, value: (run) => run.startedMs, cell: (run) => run.startedMs },
    {
      id: 'rule',
      label: 'rule',
      isNumber: false,
      className: 'w-24 max-sm:hidden',
      value: (run) => run.route ?? '',
      cell: (run) => run.route,
    },
    {
      id: 'models',
      label: 'baseline → used',
      isNumber: false,
      className: 'w-1/2 max-md:hidden',
      value: usedBy,
      cell: (run) => (
        <span title={`${run.baselineModel ?? 'no baseline'} → ${usedBy(run)}`}>
          {run.baselineModel ?? 'no baseline'} → {usedBy(run)}
        </span>
      ),
    },
    {
      id: 'saved',
      label: 'baseline − paid = saved',
      isNumber: true,
      className: 'w-72 max-sm:w-56',
      value: (run) => comparisonOf(run)?.saved ?? 0,
      cell: (run) => <Formula run={run} />,
    },
  ]
  return (
    <DataTable
      title="Latest routed"
      columns={columns}
      rows={runs}
      note={null}
      keyOf={(run) => run.id}
      nameOf={(run) => formatTime(run.startedMs, nowMs)}
      titleOf={(run) => `${run.id}: show everything known of it`}
      isActive={() => false}
      hrefOf={(run) => requestsHref(routedView(view), run.id)}
    />
  )
}
