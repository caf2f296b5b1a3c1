/** What the figures of savings are made of: pairs of models, rules, tasks, days. */
import type { Savings } from '../../src/control/savings-shapes.ts'
import { requestsHref, savingsHref } from '../state/location.ts'
import { routedView } from '../state/savings.ts'
import { onlyFilter, sayValue, withRange, type View } from '../state/view.ts'
import { DataTable, type DataColumn } from './data-table.tsx'
import { exactUsd, formatCompact, formatCount, formatUsd } from './format.ts'

interface Props {
  readonly savings: Savings
  readonly view: View
}

type Compared = Omit<Savings['byRoute'][number], 'route'>
type Three = Pick<
  Savings['byTask'][number],
  'requests' | 'routingNanoUsd' | 'promptCacheNanoUsd' | 'responseCacheNanoUsd'
>

const dayMs = 86_400_000

const Money = ({ nanoUsd }: { readonly nanoUsd: number }) => (
  <span title={exactUsd(nanoUsd)} className={nanoUsd < 0 ? 'text-danger' : nanoUsd === 0 ? 'text-dim' : ''}>
    {formatUsd(nanoUsd)}
  </span>
)

const money = <Row extends object>(
  id: string,
  label: string,
  hint: string,
  of: (row: Row) => number,
  className = 'w-26 max-sm:w-19',
): DataColumn<Row> => ({
  id,
  label,
  hint,
  isNumber: true,
  className,
  value: of,
  cell: (row) => <Money nanoUsd={of(row)} />,
})

const requestsColumn = <Row extends { readonly requests: number }>(): DataColumn<Row> => ({
  id: 'requests',
  label: 'requests',
  isNumber: true,
  className: 'w-20 max-sm:hidden',
  value: (row) => row.requests,
  cell: (row) => <span title={formatCount(row.requests)}>{formatCompact(row.requests)}</span>,
})

/** The formula, column by column. */
const formula = <Row extends Compared>(): readonly DataColumn<Row>[] => [
  requestsColumn(),
  money(
    'baseline',
    'baseline',
    'The baseline’s price for the same tokens',
    (row) => row.baselineNanoUsd,
    'w-26 max-sm:hidden',
  ),
  money('actual', '− paid', 'All attempts', (row) => row.actualNanoUsd, 'w-26 max-sm:hidden'),
  money('saved', '= saved', 'Negative where routing cost more', (row) => row.savedNanoUsd, 'w-26'),
]

const three = <Row extends Three>(): readonly DataColumn<Row>[] => [
  requestsColumn(),
  money('routing', 'routing', 'Against the baseline model', (row) => row.routingNanoUsd),
  money('prompt', 'prompt cache', 'Against plain input', (row) => row.promptCacheNanoUsd),
  money(
    'response',
    'response cache',
    'What answers given again had cost',
    (row) => row.responseCacheNanoUsd,
    'w-32 max-sm:w-22',
  ),
]

const apart = 'Each column against an alternative of its own; they are not to be added up.'

/** Says how many rows have no price. */
const unpricedNote = (rows: readonly Compared[]): string | null => {
  const count = rows.reduce((sum, row) => sum + row.unpriced, 0)
  return count === 0 ? null : `Without ${formatCount(count)} whose price, or whose baseline’s, is not known.`
}

export function SavingsTables({ savings, view }: Props) {
  return (
    <div className="grid items-start gap-3 lg:grid-cols-2">
      <Pairs {...{ savings, view }} />
      <Rules {...{ savings, view }} />
      <Tasks {...{ savings, view }} />
      <Days {...{ savings, view }} />
    </div>
  )
}

type Pair = Savings['byPair'][number]
const pairKey = (pair: Pair): string => `${pair.baseline || 'no baseline'} → ${pair.provider}/${pair.model}`
/** One provider's models go by their own names. */
const pairName = (pair: Pair): string =>
  pair.baseline.startsWith(`${pair.provider}/`)
    ? `${pair.baseline.slice(pair.provider.length + 1)} → ${pair.model}`
    : pairKey(pair)

function Pairs({ savings: { byPair }, view }: Props) {
  const name: DataColumn<Pair> = { id: 'pair', label: 'Pairs', isNumber: false, value: pairName, cell: pairName }
  return (
    <DataTable
      title="Baseline → used"
      columns={[name, ...formula<Pair>()]}
      rows={byPair}
      note={unpricedNote(byPair)}
      keyOf={pairKey}
      nameOf={pairName}
      titleOf={(row) => `${pairKey(row)}: show the requests`}
      isActive={() => false}
      hrefOf={(row) => requestsHref(onlyFilter(routedView(view), 'model', [row.model]))}
    />
  )
}

type Rule = Savings['byRoute'][number]

function Rules({ savings: { byRoute }, view }: Props) {
  const name: DataColumn<Rule> = {
    id: 'rule',
    label: 'Rules',
    isNumber: false,
    value: (row) => row.route,
    cell: (row) => row.route,
  }
  return (
    <DataTable
      title="Rules that decided"
      columns={[name, ...formula<Rule>()]}
      rows={byRoute}
      note={unpricedNote(byRoute)}
      keyOf={(row) => row.route}
      nameOf={(row) => row.route}
      titleOf={(row) => `${row.route}: show the requests`}
      isActive={() => false}
      hrefOf={(row) => requestsHref(routedView(view, [row.route]))}
    />
  )
}

type Task = Savings['byTask'][number]

function Tasks({ savings: { byTask }, view }: Props) {
  const nameOf = (row: Task) => sayValue('task', row.task)
  const name: DataColumn<Task> = { id: 'task', label: 'Tasks', isNumber: false, value: nameOf, cell: nameOf }
  return (
    <DataTable
      title="Tasks"
      columns={[name, ...three<Task>()]}
      rows={byTask}
      note={apart}
      keyOf={(row) => row.task}
      nameOf={nameOf}
      titleOf={(row) => `${nameOf(row)}: show the requests`}
      isActive={() => false}
      hrefOf={(row) => requestsHref(onlyFilter(view, 'task', [row.task]))}
    />
  )
}

type Day = Savings['byDay'][number]
const dayOf = ({ startMs }: Day): string => new Date(startMs).toISOString().slice(0, 10)

function Days({ savings: { byDay }, view }: Props) {
  const name: DataColumn<Day> = { id: 'day', label: 'Days', isNumber: false, value: dayOf, cell: dayOf }
  return (
    <DataTable
      title="Days, UTC"
      columns={[name, ...three<Day>()]}
      rows={byDay.toReversed()}
      note={apart}
      keyOf={dayOf}
      nameOf={dayOf}
      titleOf={(row) => `${dayOf(row)}: show this day alone`}
      isActive={() => false}
      hrefOf={({ startMs }) => savingsHref(withRange(view, { kind: 'span', fromMs: startMs, toMs: startMs + dayMs }))}
    />
  )
}
