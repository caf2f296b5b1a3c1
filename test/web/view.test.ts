/** The view is kept in the address: what it says, what the API is asked, and which live runs belong to it. */
import { expect, test } from 'bun:test'
import type { Run } from '../../src/control/shapes.ts'
import { clientLines as printedLines } from '../../src/cli/client-lines.ts'
import { clientLines } from '../../web/state/client-lines.ts'
import { overviewHref, readRoute } from '../../web/state/location.ts'
import { parseFilters } from '../../src/store/filters.ts'
import { listFacets, suggest } from '../../web/state/suggest.ts'
import {
  apiQuery,
  isWindow,
  onlyFilter,
  readView,
  showsRun,
  toggleFilter,
  viewSearch,
  withRange,
} from '../../web/state/view.ts'
import { run, stats } from './examples.ts'

test('an empty address is the last day without filters', () => {
  expect(readView('')).toEqual({ range: { kind: 'window', window: '24h' }, filters: {} })
  expect(viewSearch(readView(''))).toBe('')
})

test('a view survives the way into the address and back', () => {
  const search = '?window=7d&model=gpt-5,claude-opus-4-6&provider=&cost=unpriced'
  const view = readView(search)
  expect(view.filters).toEqual({ model: ['gpt-5', 'claude-opus-4-6'], provider: [''], cost: ['unpriced'] })
  expect(viewSearch(view)).toBe(search)
})

test('a model name with slashes, colons and an ampersand stays one value', () => {
  const view = toggleFilter(readView(''), 'model', 'meta/llama-3:70b&fast')
  expect(viewSearch(view)).toBe('?model=meta/llama-3:70b%26fast')
  expect(readView(viewSearch(view)).filters.model).toEqual(['meta/llama-3:70b&fast'])
})

test('a name with a comma or a backslash stays one value, here and where the API reads it', () => {
  const names = ['team,blue', String.raw`a\b`, 'x\\', '', 'plain']
  const view = onlyFilter(readView(''), 'agent', names)
  expect(viewSearch(view)).toBe(String.raw`?agent=team%5C,blue,a%5C%5Cb,x%5C%5C,,plain`)
  expect(readView(viewSearch(view)).filters.agent).toEqual(names)
  expect(readView('?agent=a&agent=b,a').filters.agent).toEqual(['a', 'b'])
  expect(parseFilters(new URLSearchParams(apiQuery(view, 'sums'))).agent).toEqual(names.toSorted())
})

test('a span wins over a window, and one that ends before it starts is none', () => {
  expect(readView('?from=1000&to=2000&window=1h').range).toEqual({ kind: 'span', fromMs: 1000, toMs: 2000 })
  expect(readView('?from=2000&to=1000&window=1h').range).toEqual({ kind: 'window', window: '1h' })
  expect(viewSearch(withRange(readView('?agent=codex'), { kind: 'span', fromMs: 1, toMs: 2 }))).toBe(
    '?from=1&to=2&agent=codex',
  )
})

test('a span beyond the last day that there is falls back like any other that does not parse', () => {
  expect(readView('?from=1000&to=8640000000000000').range).toEqual({
    kind: 'span',
    fromMs: 1000,
    toMs: 8_640_000_000_000_000,
  })
  expect(readView('?from=1000&to=8640000000000001&window=1h').range).toEqual({ kind: 'window', window: '1h' })
})

test('only windows that the API knows are accepted', () => {
  expect(['90m', '24h', '7d', '2w', 'all'].every(isWindow)).toBe(true)
  expect(['', '0m', '7', 'h', '1y', '24H', '-1h', '7d '].some(isWindow)).toBe(false)
  expect(readView('?window=7y').range).toEqual({ kind: 'window', window: '24h' })
})

test('sums are not asked for the filters that only lists know', () => {
  const view = readView('?window=1h&cost=unpriced&translated=true&agent=codex')
  expect(apiQuery(view, 'list')).toBe('window=1h&agent=codex&cost=unpriced&translated=true')
  expect(apiQuery(view, 'sums')).toBe('window=1h&agent=codex')
  expect(overviewHref(view)).toBe('/dashboard/?window=1h&agent=codex')
})

test('a second click on a value takes it away, and others of its dimension stay', () => {
  const both = readView('?model=a,b')
  expect(toggleFilter(both, 'model', 'a').filters).toEqual({ model: ['b'] })
  expect(toggleFilter(readView('?model=a'), 'model', 'a').filters).toEqual({})
  expect(onlyFilter(both, 'model', ['c']).filters).toEqual({ model: ['c'] })
})

test('the address names the page and the request', () => {
  expect(readRoute('/dashboard')).toEqual({ page: 'overview' })
  expect(readRoute('/dashboard/')).toEqual({ page: 'overview' })
  expect(readRoute('/dashboard/requests')).toEqual({ page: 'requests', id: null })
  expect(readRoute('/dashboard/requests/a%2Fb')).toEqual({ page: 'requests', id: 'a/b' })
  expect(readRoute('/dashboard/requests/%')).toEqual({ page: 'missing' })
  expect(readRoute('/dashboard/nowhere')).toEqual({ page: 'missing' })
})

test('a live run joins the list only where every filter holds', () => {
  const routed: Run = { ...run('1', 5_000), requestedModel: 'rp:fast', routedModel: 'gpt-5-mini', agent: 'codex' }
  expect(showsRun(readView(''), routed)).toBe(true)
  expect(showsRun(readView('?model=gpt-5-mini&agent=codex,aider'), routed)).toBe(true)
  expect(showsRun(readView('?model=rp:fast'), routed)).toBe(false)
  expect(showsRun(readView('?model=gpt-5-mini&outcome=failed'), routed)).toBe(false)
  expect(showsRun(readView('?from=1000&to=5000'), routed)).toBe(false)
  expect(showsRun(readView('?from=5000&to=5001'), routed)).toBe(true)
})

test('a live run that was translated joins the list of those, and no other does', () => {
  const translated: Run = { ...run('1', 0), translatedTo: 'gemini' }
  expect(showsRun(readView('?translated=true'), translated)).toBe(true)
  expect(showsRun(readView('?translated=false'), translated)).toBe(false)
  expect(showsRun(readView('?translated=true'), run('2', 0))).toBe(false)
  expect(showsRun(readView('?translated=false'), run('2', 0))).toBe(true)
})

test('what the guard and the cache did can be filtered by, live runs included', () => {
  const hit: Run = { ...run('1', 0), guard: 'downgraded', cache: 'hit', taskType: 'quick_task' }
  expect(apiQuery(readView('?guard=downgraded,blocked&cache=hit&task=quick_task'), 'list')).toBe(
    'window=24h&guard=downgraded%2Cblocked&cache=hit&task=quick_task',
  )
  expect(showsRun(readView('?guard=downgraded,blocked&cache=hit&task=quick_task'), hit)).toBe(true)
  expect(showsRun(readView('?guard=blocked'), hit)).toBe(false)
  expect(showsRun(readView('?guard='), hit)).toBe(false)
  expect(showsRun(readView('?guard=&cache=&task='), run('2', 0))).toBe(true)
  expect(overviewHref(readView('?agent=codex&guard=blocked&cache=hit&task=general'))).toBe('/dashboard/?agent=codex')
})

test('a filter for what is absent takes runs that have none', () => {
  const refused: Run = { ...run('1', 0), routedModel: null, provider: null }
  expect(showsRun(readView('?provider='), refused)).toBe(true)
  expect(showsRun(readView('?provider='), run('2', 0))).toBe(false)
})

test('the filter field offers what holds the typed text, without what is set', () => {
  const facets = listFacets(stats())
  const said = (text: string, search = '') =>
    suggest(text, facets, readView(search)).map(({ dimension, value }) => `${dimension}:${value}`)
  expect(said('opus')).toEqual(['model:claude-opus-4-6'])
  expect(said('opus', '?model=claude-opus-4-6')).toEqual([])
  expect(said('outcome:fa')).toEqual(['outcome:failed', 'outcome:fa'])
  expect(said('guard:bl')).toEqual(['guard:blocked', 'guard:bl'])
  expect(said('cache:h')).toEqual(['cache:hit', 'cache:h'])
  expect(said('quick')).toEqual(['task:quick_task'])
  expect(said('transl')).toEqual(['translated:true', 'translated:false'])
  expect(said('no provider')).toEqual(['provider:'])
  expect(said('session:s-99')).toEqual(['session:s-99'])
  expect(said('')).toContain('billing:subscription')
  expect(suggest('cost:', facets, readView(''), ['model'])).toEqual([])
})

test('the page and the start banner give the same line for every client', () => {
  expect(clientLines('http://localhost:4801')).toEqual(printedLines('http://localhost:4801'))
})
