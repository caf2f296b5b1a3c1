/** Who spent it: models, providers, agents, sessions. A click on a row filters the page by it, another takes that away. */
import type { Group, Stats } from '../../src/control/shapes.ts'
import { basisOf, breakdownRows, sessionRows, type BreakdownRow, type SessionRow } from '../state/breakdown.ts'
import { overviewHref } from '../state/location.ts'
import { sayValue, toggleFilter, type Dimension, type View } from '../state/view.ts'
import { DataTable, ShareBar, type DataColumn } from './data-table.tsx'
import { exactUsd, formatCompact, formatCount, formatShare, formatMinute, formatUsd, shortId } from './format.ts'

interface Props {
  readonly stats: Stats
  readonly view: View
}

const tables = [
  ['model', 'Models', 'byModel'],
  ['provider', 'Providers', 'byProvider'],
  ['agent', 'Agents', 'byAgent'],
] as const

export function Breakdowns({ stats, view }: Props) {
  return (
    <div className="grid items-start gap-3 lg:grid-cols-2">
      {tables.map(([dimension, title, field]) => (
        <Groups key={dimension} {...{ dimension, title, stats, view }} groups={stats[field]} />
      ))}
      <Sessions {...{ stats, view }} />
    </div>
  )
}

const links = (view: View, dimension: Dimension) => ({
  hrefOf: ({ key }: { readonly key: string }) => overviewHref(toggleFilter(view, dimension, key)),
  isActive: ({ key }: { readonly key: string }) => view.filters[dimension]?.includes(key) ?? false,
  keyOf: ({ key }: { readonly key: string }) => key,
})

function Cost({ nanoUsd, row }: { readonly nanoUsd: number; readonly row: { requests: number; unpriced: number } }) {
  if (row.unpriced > 0 && row.unpriced === row.requests) return <span className="text-warn">unpriced</span>
  const more = row.unpriced > 0 ? `, without ${formatCount(row.unpriced)} unpriced` : ''
  return (
    <span title={exactUsd(nanoUsd) + more}>
      {formatUsd(nanoUsd)}
      {more !== '' && <span className="text-warn">*</span>}
    </span>
  )
}

/** Says what the star of `Cost` means, where there is one. */
const starNote = (rows: readonly { readonly requests: number; readonly unpriced: number }[]) =>
  rows.some((row) => row.unpriced > 0 && row.unpriced < row.requests) ? '* and requests whose price is not known' : null

const requestsColumn = <Row extends { readonly requests: number }>(): DataColumn<Row> => ({
  id: 'requests',
  label: 'requests',
  isNumber: true,
  value: (row) => row.requests,
  cell: (row) => <span title={formatCount(row.requests)}>{formatCompact(row.requests)}</span>,
})

const tokensColumn = <Row extends { readonly tokens: number }>(): DataColumn<Row> => ({
  id: 'tokens',
  label: 'tokens',
  hint: 'Uncached input, cache reads, cache writes and output together',
  isNumber: true,
  className: 'w-20 max-sm:hidden',
  value: (row) => row.tokens,
  cell: (row) => <span title={formatCount(row.tokens)}>{formatCompact(row.tokens)}</span>,
})

function Groups(props: {
  readonly dimension: Dimension
  readonly title: string
  readonly groups: readonly Group[]
  readonly stats: Stats
  readonly view: View
}) {
  const { totals } = props.stats
  const basis = basisOf(totals)
  const rows = breakdownRows(props.groups, totals)
  const plan: DataColumn<BreakdownRow> = {
    id: 'plan',
    label: 'plan use',
    hint: 'Covered by a plan: notional, not billed',
    isNumber: true,
    className: 'w-24 max-sm:hidden',
    value: (row) => row.subscriptionNanoUsd,
    cell: (row) => <span title={exactUsd(row.subscriptionNanoUsd)}>{formatUsd(row.subscriptionNanoUsd)}</span>,
  }
  const columns: DataColumn<BreakdownRow>[] = [
    { id: 'name', label: props.title, isNumber: false, value: (row) => row.key, cell: (row) => row.key },
    {
      id: 'cost',
      label: 'spend',
      hint: 'Metered: what was billed',
      isNumber: true,
      className: 'w-26',
      value: (row) => row.meteredNanoUsd,
      cell: (row) => <Cost nanoUsd={row.meteredNanoUsd} row={row} />,
    },
    ...(totals.subscriptionNanoUsd > 0 ? [plan] : []),
    requestsColumn(),
    tokensColumn(),
    {
      id: 'share',
      label: 'share',
      hint: `Share of ${basis}`,
      isNumber: true,
      value: (row) => row.share,
      className: 'w-32 max-sm:w-16',
      cell: (row) => (
        <span className="text-dim">
          {formatShare(row.share, 1)}{' '}
          <span className="max-sm:hidden">
            <ShareBar share={row.share} />
          </span>
        </span>
      ),
    },
  ]
  return (
    <DataTable
      title={props.title}
      columns={columns}
      rows={rows}
      note={starNote(rows)}
      {...links(props.view, props.dimension)}
      nameOf={(row) => sayValue(props.dimension, row.key)}
      titleOf={(row) => `${sayValue(props.dimension, row.key)}: ${formatShare(row.share, 1)} of ${basis}`}
    />
  )
}

function Sessions({ stats, view }: Props) {
  const rows = sessionRows(stats.sessions)
  const columns: DataColumn<SessionRow>[] = [
    { id: 'name', label: 'Sessions', isNumber: false, value: (row) => row.key, cell: (row) => row.key },
    {
      id: 'cost',
      label: 'cost',
      hint: 'Of the whole session, every billing kind',
      isNumber: true,
      value: (row) => row.costNanoUsd,
      className: 'w-36 max-sm:w-24',
      cell: (row) => (
        <span title="The bar compares with the dearest session here">
          <Cost nanoUsd={row.costNanoUsd} row={row} />{' '}
          <span className="max-sm:hidden">
            <ShareBar share={row.share} />
          </span>
        </span>
      ),
    },
    requestsColumn(),
    tokensColumn(),
    {
      id: 'agent',
      label: 'agent',
      isNumber: false,
      className: 'w-28 max-sm:hidden',
      value: (row) => row.agent,
      cell: (row) => <span title={row.agent}>{row.agent || '–'}</span>,
    },
    {
      id: 'last',
      label: 'last',
      hint: 'The last request of the session',
      isNumber: true,
      className: 'w-28 max-sm:hidden',
      value: (row) => row.lastMs,
      cell: (row) => <span className="text-dim">{formatMinute(row.lastMs)}</span>,
    },
  ]
  return (
    <DataTable
      title="Sessions"
      columns={columns}
      rows={rows}
      note={starNote(rows)}
      {...links(view, 'session')}
      nameOf={(row) => shortId(row.key)}
      titleOf={(row) => row.key}
    />
  )
}
