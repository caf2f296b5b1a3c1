/** What the reader looks at: a time range and filters, kept in the address so that reload, back and links work. */
import type { Run } from '../../src/control/shapes.ts'
import { joinChoices, splitChoices } from './choices.ts'

/** What both sums and lists can be filtered by. */
export const sumDimensions = ['model', 'provider', 'agent', 'session', 'outcome', 'billing'] as const
/** Sums are not kept apart by the rest. */
export const dimensions = [
  ...sumDimensions,
  'cost',
  'translated',
  'guard',
  'cache',
  'task',
  'route',
  'automated',
] as const
export type Dimension = (typeof dimensions)[number]

export type Range =
  | { readonly kind: 'window'; readonly window: string }
  | { readonly kind: 'span'; readonly fromMs: number; readonly toMs: number }

export interface View {
  readonly range: Range
  /** Values of one dimension are OR-ed, dimensions are AND-ed; '' stands for requests that have none. */
  readonly filters: Readonly<Partial<Record<Dimension, readonly string[]>>>
}

export const presets = ['15m', '1h', '6h', '24h', '7d', '30d', 'all'] as const
const defaultWindow = '24h'

export const allTime: Range = { kind: 'window', window: 'all' }
export const isAllTime = (range: Range): boolean => range.kind === 'window' && range.window === 'all'

/** Later than this there is no date. */
const lastMs = 8.64e15

/** The API's window grammar: `90m`, `24h`, `7d`, `2w`, `all`. */
export const isWindow = (text: string): boolean => /^([1-9]\d{0,4}[mhdw]|all)$/.test(text)

/** Reads the address's query. What does not parse falls back to the default, as a hand-edited link should still open. */
export function readView(search: string): View {
  const query = new URLSearchParams(search)
  const filters: Partial<Record<Dimension, readonly string[]>> = {}
  for (const dimension of dimensions) {
    const values = query.getAll(dimension).flatMap(splitChoices)
    if (values.length > 0) filters[dimension] = [...new Set(values)]
  }
  return { range: readRange(query), filters }
}

function readRange(query: URLSearchParams): Range {
  const fromMs = Number(query.get('from'))
  const toMs = Number(query.get('to'))
  if (fromMs > 0 && toMs > fromMs && toMs <= lastMs) return { kind: 'span', fromMs, toMs }
  const window = query.get('window') ?? ''
  return { kind: 'window', window: isWindow(window) ? window : defaultWindow }
}

/** The query of the API: every part written out. What sums do not know is left out of theirs. */
export function apiQuery(view: View, kind: 'list' | 'sums'): string {
  const query = new URLSearchParams()
  if (view.range.kind === 'window') query.set('window', view.range.window)
  else {
    query.set('from', String(view.range.fromMs))
    query.set('to', String(view.range.toMs))
  }
  for (const dimension of kind === 'list' ? dimensions : sumDimensions) {
    const values = view.filters[dimension]
    if (values) query.set(dimension, joinChoices(values))
  }
  return query.toString()
}

/** The query of the address: the same, with the default window left unsaid. `?` included unless empty. */
export function viewSearch(view: View): string {
  const query = new URLSearchParams(apiQuery(view, 'list'))
  if (query.get('window') === defaultWindow) query.delete('window')
  // Colons, slashes and commas are common in model names and legal here: the link stays readable.
  const text = query.toString().replaceAll('%2C', ',').replaceAll('%2F', '/').replaceAll('%3A', ':')
  return text === '' ? '' : `?${text}`
}

/** How a filter's value is said: `gpt-5`, `no provider`. */
export const sayValue = (dimension: Dimension, value: string): string => (value === '' ? `no ${dimension}` : value)

export const withRange = (view: View, range: Range): View => ({ ...view, range })

/** Adds the value, or takes it out where it is set already. */
export function toggleFilter(view: View, dimension: Dimension, value: string): View {
  const { [dimension]: before = [], ...others } = view.filters
  const after = before.includes(value) ? before.filter((kept) => kept !== value) : [...before, value]
  return { ...view, filters: after.length > 0 ? { ...others, [dimension]: after } : others }
}

/** Only this value of the dimension. */
export const onlyFilter = (view: View, dimension: Dimension, values: readonly string[]): View => ({
  ...view,
  filters: { ...view.filters, [dimension]: values },
})

/** The same without the filters that only lists know. */
export const asSums = (view: View): View => ({
  ...view,
  filters: Object.fromEntries(
    sumDimensions.flatMap((name) => (view.filters[name] ? [[name, view.filters[name]]] : [])),
  ),
})

export const withoutFilters = (view: View): View => ({ ...view, filters: {} })

export const hasFilters = (view: View): boolean => Object.keys(view.filters).length > 0

const valueOf: Readonly<Record<Dimension, (run: Run) => string | null>> = {
  model: (run) => run.routedModel ?? run.requestedModel,
  provider: (run) => run.provider,
  agent: (run) => run.agent,
  session: (run) => run.sessionId,
  outcome: (run) => run.outcome,
  billing: (run) => run.billing,
  cost: (run) => run.costStatus,
  translated: (run) => String(run.translatedTo !== null),
  guard: (run) => run.guard,
  cache: (run) => run.cache,
  task: (run) => run.taskType,
  route: (run) => run.route,
  automated: (run) => String(run.automated),
}

/** Whether a run that has just ended belongs to the list of this view. A relative window always reaches up to now. */
export function showsRun(view: View, run: Run): boolean {
  const { range, filters } = view
  if (range.kind === 'span' && (run.startedMs < range.fromMs || run.startedMs >= range.toMs)) return false
  return dimensions.every((dimension) => {
    const wanted = filters[dimension]
    return !wanted || wanted.includes(valueOf[dimension](run) ?? '')
  })
}
