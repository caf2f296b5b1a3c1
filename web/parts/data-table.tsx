/** A small sortable table whose rows are links: breakdowns, sessions, days. Sorting is TanStack Table's, the markup is ours. */
import {
  createSortedRowModel,
  rowSortingFeature,
  sortFn_alphanumeric,
  sortFn_basic,
  tableFeatures,
  useTable,
  type ColumnDef,
} from '@tanstack/react-table'
import { useState, type ReactNode } from 'react'
import { Link } from './link.tsx'

const features = tableFeatures({
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
})

export interface DataColumn<Row> {
  readonly id: string
  readonly label: string
  /** Explains the figure, on hover. */
  readonly hint?: string
  readonly isNumber: boolean
  /** Width and visibility; small screens are left to the columns that matter most. */
  readonly className?: string
  /** What to sort by. */
  readonly value: (row: Row) => string | number
  readonly cell: (row: Row) => ReactNode
}

interface Props<Row> {
  readonly title: string
  readonly columns: readonly DataColumn<Row>[]
  readonly rows: readonly Row[]
  readonly hrefOf: (row: Row) => string
  readonly isActive: (row: Row) => boolean
  readonly nameOf: (row: Row) => string
  readonly titleOf: (row: Row) => string
  readonly keyOf: (row: Row) => string
  /** Under the rows. */
  readonly note: string | null
  /** Rows shown until all are asked for. */
  readonly folded?: number
}

export function DataTable<Row extends object>(props: Props<Row>) {
  const { title, columns, rows, folded = 8 } = props
  const [isAll, setAll] = useState(false)
  const table = useTable({
    features,
    data: rows as Row[],
    columns: columns.map((column): ColumnDef<typeof features, Row> => ({
      id: column.id,
      accessorFn: column.value,
      sortDescFirst: column.isNumber,
      sortFn: column.isNumber ? sortFn_basic : sortFn_alphanumeric,
    })),
    getRowId: props.keyOf,
  })
  const sorted = table.getRowModel().rows
  const shown = isAll ? sorted : sorted.slice(0, folded)
  return (
    <section aria-label={title} className="panel min-w-0 overflow-hidden">
      <table className="w-full table-fixed">
        <caption className="sr-only">{title}</caption>
        <thead>
          <tr className="border-b border-line text-xs text-dim">
            {columns.map((column, index) => {
              const header = table.getColumn(column.id)
              const order = header?.getIsSorted() || false
              return (
                <th
                  key={column.id}
                  scope="col"
                  aria-sort={order === false ? undefined : order === 'asc' ? 'ascending' : 'descending'}
                  className={`h-8 font-normal ${index === 0 ? 'pl-3 text-left' : `pl-2 last:pr-3 ${column.isNumber ? 'text-right' : 'text-left'} ${column.className ?? 'w-18'}`}`}
                >
                  <button
                    type="button"
                    title={column.hint}
                    className={`max-w-full truncate rounded-sm px-1 hover:text-ink ${index === 0 ? '-ml-1 text-sm font-medium text-ink' : '-mr-1'}`}
                    onClick={() => header?.toggleSorting()}
                  >
                    {index === 0 ? title : column.label}
                    <span aria-hidden="true">{order === false ? '' : order === 'asc' ? ' ↑' : ' ↓'}</span>
                  </button>
                </th>
              )
            })}
          </tr>
        </thead>
        <tbody>
          {shown.map(({ id, original }) => (
            <tr key={id} className="group relative h-7 hover:bg-raised has-[[aria-current]]:bg-raised">
              {columns.map((column, index) =>
                index === 0 ? (
                  <th key={column.id} scope="row" className="pl-3 text-left font-normal">
                    <Name {...props} row={original} />
                  </th>
                ) : (
                  <td
                    key={column.id}
                    className={`truncate pl-2 last:pr-3 ${column.isNumber ? 'text-right' : ''} ${column.className ?? ''}`}
                  >
                    {column.cell(original)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length === 0 && <p className="p-3 text-dim">None in this range.</p>}
      {props.note !== null && <p className="px-3 py-1 text-xs text-dim">{props.note}</p>}
      {rows.length > folded && (
        <button
          type="button"
          className="w-full border-t border-line py-1 text-xs text-dim hover:bg-raised hover:text-ink"
          aria-expanded={isAll}
          onClick={() => setAll(!isAll)}
        >
          {isAll ? `Show the first ${folded}` : `Show all ${rows.length}`}
        </button>
      )}
    </section>
  )
}

/** A bar from 0 to 1. */
export const ShareBar = ({ share }: { readonly share: number }) => (
  <span aria-hidden="true" className="inline-block h-1.5 w-12 rounded-sm bg-raised align-middle">
    <span className="block h-full rounded-sm bg-data-1" style={{ width: `${share * 100}%` }} />
  </span>
)

/** The row's name as a link over the whole row. */
function Name<Row>({ row, hrefOf, isActive, nameOf, titleOf }: Props<Row> & { row: Row }) {
  return (
    <Link
      href={hrefOf(row)}
      title={titleOf(row)}
      aria-current={isActive(row) || undefined}
      className="block truncate after:absolute after:inset-0 group-hover:text-accent aria-[current]:font-semibold aria-[current]:text-accent"
    >
      {nameOf(row)}
    </Link>
  )
}
