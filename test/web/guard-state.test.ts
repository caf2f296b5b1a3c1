/** What the Guard page makes of the API's values: bars, the way to the limit, marks, and a form that sends only what changed. */
import { describe, expect, test } from 'bun:test'
import { ConfigSchema, defaultConfig } from '../../src/config/schema.ts'
import { ConfigError } from '../../src/config/error.ts'
import { merge } from '../../src/config/merge.ts'
import { settingNames, validate } from '../../src/config/validate.ts'
import { alertQuery, readAlertFilter } from '../../web/state/alert-filter.ts'
import { burnDown, marksOf } from '../../web/state/burn.ts'
import { gaugeOf, sayBreach } from '../../web/state/gauge.ts'
import { fieldGroups, type Field } from '../../web/state/guard-fields.ts'
import { changedFields, changeOf, draftOf, maskOf, sortFaults, type Drafts } from '../../web/state/guard-form.ts'
import { guardHref, readRoute, sessionsHref } from '../../web/state/location.ts'
import { filtersOf } from '../../web/state/scope.ts'
import { readView } from '../../web/state/view.ts'
import { alert, limit, settings } from './guard-fakes.ts'

const usd = 1_000_000_000
const fields = fieldGroups.flatMap((group) => group.fields)
const fieldAt = (path: string): Field => {
  const field = fields.find((one) => one.path === path)
  if (!field) throw new Error(`There is no field ${path}.`)
  return field
}

describe('the bar of a limit', () => {
  test('ends at the limit while that holds, with what is set aside behind what is spent', () => {
    const bar = gaugeOf(limit({ limitNanoUsd: 50 * usd, spentNanoUsd: 20 * usd, reservedNanoUsd: 5 * usd }), [80, 50])
    expect(bar).toEqual({
      spent: 0.4,
      reserved: 0.1,
      limit: 1,
      ticks: [
        { percent: 50, nanoUsd: 25 * usd, at: 0.5, isLabelled: true },
        { percent: 80, nanoUsd: 40 * usd, at: 0.8, isLabelled: true },
      ],
      tone: 'ok',
    })
  })

  test('goes on beyond a limit that was passed, which then stands inside of it', () => {
    const bar = gaugeOf(limit({ limitNanoUsd: 5 * usd, spentNanoUsd: 8 * usd, reservedNanoUsd: 2 * usd }), [50])
    expect([bar.spent, bar.reserved, bar.limit, bar.ticks[0]?.at, bar.tone]).toEqual([0.8, 0.2, 0.5, 0.25, 'spent'])
  })

  test('labels of its thresholds that would stand on one another give way to the highest', () => {
    const bar = gaugeOf(limit({ limitNanoUsd: 1 * usd, spentNanoUsd: 3 * usd }), [50, 80, 95])
    expect(bar.ticks.map(({ percent, isLabelled }) => [percent, isLabelled])).toEqual([
      [50, true],
      [80, false],
      [95, true],
    ])
  })

  test('is near from four fifths on, counting what is set aside, and spent at the limit itself', () => {
    const tone = (spent: number, reserved: number) =>
      gaugeOf(limit({ limitNanoUsd: 10 * usd, spentNanoUsd: spent * usd, reservedNanoUsd: reserved * usd }), []).tone
    expect([tone(7, 0), tone(7, 1), tone(9, 0), tone(9, 1), tone(0, 10)]).toEqual([
      'ok',
      'near',
      'near',
      'spent',
      'spent',
    ])
  })

  test('says what becomes of a request that does not fit', () => {
    expect(['block', 'warn', 'downgrade', 'alert'].map((action) => sayBreach(action, 'gpt-5-mini'))).toEqual([
      'refused with 402',
      'let pass with a warning header',
      'sent to gpt-5-mini; refused where even that does not fit',
      'let pass; an alert is raised',
    ])
  })
})

test('a scope leads to the requests that it counts', () => {
  expect(filtersOf('all')).toEqual({})
  expect(filtersOf('session:a:b')).toEqual({ session: ['a:b'] })
  expect(filtersOf('agent:codex')).toEqual({ agent: ['codex'] })
  expect(filtersOf('model:openrouter/meta/llama-3')).toEqual({ provider: ['openrouter'], model: ['meta/llama-3'] })
  expect(filtersOf('elsewhere:x')).toEqual({})
})

describe('the way to the limit', () => {
  const quarterMs = 900_000
  const burn = [1, 0, 2, 1, 3].map((dollars, index) => ({ startMs: index * quarterMs, nanoUsd: dollars * usd }))
  const dollars = (values: readonly (number | null)[]) => values.map((value) => value && value / usd)

  test('adds up what was spent, and goes straight on to the limit where it is going to break', () => {
    const line = burnDown(burn, limit({ limitNanoUsd: 10 * usd, breachAtMs: 8 * quarterMs }), 5 * quarterMs)
    expect(dollars(line.spent)).toEqual([1, 1, 3, 4, 7, null, null, null, null, null])
    expect(dollars(line.projected)).toEqual([null, null, null, null, 7, 8, 9, 10, null, null])
    expect(line.limit.length).toBe(10)
    expect(line.startsMs.at(-1)).toBe(9 * quarterMs)
  })

  test('against a limit of an hour is what each hour held', () => {
    const line = burnDown(burn, limit({ window: 'hour', limitNanoUsd: 10 * usd }), 5 * quarterMs)
    expect(dollars(line.spent)).toEqual([1, 1, 3, 4, 6])
    expect(line.projected.every((value) => value === null)).toBe(true)
  })

  test('without a limit ends now, and a breach that is far away is not drawn to its end', () => {
    expect(burnDown(burn, null, 5 * quarterMs).limit).toEqual([null, null, null, null, null])
    const far = burnDown(burn, limit({ limitNanoUsd: 100 * usd, breachAtMs: 500 * quarterMs }), 5 * quarterMs)
    expect(far.startsMs.length).toBe(5 + 48)
    expect(far.projected.at(-1)).toBeLessThan(100 * usd)
    expect(far.projected.at(-1)).toBeGreaterThan(7 * usd)
  })

  test('of nothing at all is nothing', () => {
    expect(burnDown([], null, 5)).toEqual({ startsMs: [], stepMs: quarterMs, spent: [], projected: [], limit: [] })
  })

  test('has a mark for alerts of one kind and quarter of an hour, as grave as the gravest; tests have none', () => {
    const marks = marksOf(
      [
        alert('e', { atMs: 5 * quarterMs, type: 'breach' }),
        alert('d', { atMs: quarterMs + 900, type: 'breach', severity: 'warning', message: 'the last' }),
        alert('c', { atMs: quarterMs + 500, type: 'breach', severity: 'critical', message: 'before' }),
        alert('b', { atMs: quarterMs + 500, type: 'test' }),
        alert('a', { atMs: 0, type: 'anomaly', message: 'a loop' }),
      ],
      [0, quarterMs, 2 * quarterMs, 3 * quarterMs],
    )
    expect(marks.map(({ type, severity, count, message, atMs }) => [type, severity, count, message, atMs])).toEqual([
      ['anomaly', 'warning', 1, 'a loop', 0],
      ['breach', 'critical', 2, 'the last', quarterMs + 500],
    ])
    expect(marks[0]?.at).toBe(0)
    expect(marks[1]?.at).toBeCloseTo(0.25014, 5)
  })
})

test('the filters of the alerts survive the way into the address and back; what is unknown is none', () => {
  const filter = { type: 'breach', severity: 'critical', isOpenOnly: true }
  expect(guardHref(filter)).toBe('/dashboard/guard?type=breach&severity=critical&acknowledged=false')
  expect(readAlertFilter('?type=breach&severity=critical&acknowledged=false')).toEqual(filter)
  expect(alertQuery(readAlertFilter('?type=flood&severity=&acknowledged=true'))).toBe('')
})

test('the pages have addresses of their own, and sessions take the filters of sums alone', () => {
  expect(readRoute('/dashboard/guard')).toEqual({ page: 'guard' })
  expect(readRoute('/dashboard/sessions')).toEqual({ page: 'sessions' })
  expect(readRoute('/dashboard/guard/x')).toEqual({ page: 'missing' })
  expect(sessionsHref(readView('?agent=codex&guard=blocked&cache=hit&task=general&cost=unpriced'))).toBe(
    '/dashboard/sessions?agent=codex',
  )
})

describe('the form', () => {
  test('has a field for every setting of the guard, and none for what is no setting', () => {
    const known = new Set(settingNames(ConfigSchema))
    const groups = /^(budget|anomaly|alerts|downgrade|cache)\./
    // A group of fields of its own is not a field.
    const wanted = [...known].filter((name) => groups.test(name) && name !== 'anomaly.actions')
    expect(fields.map(({ path }) => path).toSorted()).toEqual(wanted.toSorted())
  })

  /** Types something, and says what would be sent. */
  const sent = (drafts: Drafts, held: unknown = settings()) => {
    const changed = changedFields(fields, drafts, held)
    return changeOf(changed, drafts, held)
  }

  test('says nothing of a field that was typed in and put back', () => {
    const untouched = Object.fromEntries(fields.map((field) => [field.path, draftOf(field, settings())]))
    expect(sent(untouched)).toEqual({})
    expect(sent({ 'budget.dailyUsd': ' 50 ' })).toEqual({})
    expect(sent({ 'budget.dailyUsd': '50.0' })).toEqual({})
  })

  test('sends numbers as numbers, an empty limit as none, and what is no number as it was typed', () => {
    expect(sent({ 'budget.dailyUsd': '25', 'budget.hourlyUsd': '', 'budget.perRequestUsd': 'lots' })).toEqual({
      budget: { dailyUsd: 25, hourlyUsd: null, perRequestUsd: 'lots' },
    })
    expect(sent({ 'budget.enabled': 'false', 'cache.mode': 'aggressive' })).toEqual({
      budget: { enabled: false },
      cache: { mode: 'aggressive' },
    })
  })

  test('reads lists with commas, and a price to assume', () => {
    expect(sent({ 'budget.alertThresholds': '50, 75 ,x,', 'budget.billing': 'metered, local' })).toEqual({
      budget: { alertThresholds: [50, 75, 'x'], billing: ['metered', 'local'] },
    })
    expect(sent({ 'budget.unpriced': '3 / 15' })).toEqual({ budget: { unpriced: { inputUsd: 3, outputUsd: 15 } } })
    const assumed = { budget: { unpriced: { inputUsd: 3, outputUsd: 15 } } }
    expect(draftOf(fieldAt('budget.unpriced'), assumed)).toBe('3 / 15')
    expect(sent({ 'budget.unpriced': '3/15' }, assumed)).toEqual({})
  })

  test('leaves a secret alone unless another is typed or it is taken away', () => {
    const url = fieldAt('alerts.webhookUrl')
    expect([draftOf(url, settings()), maskOf(url, settings())]).toEqual(['', 'https://hooks.slack.com/…'])
    expect(sent({ 'alerts.webhookUrl': '' })).toEqual({})
    expect(sent({ 'alerts.webhookUrl': 'https://example.com/x' })).toEqual({
      alerts: { webhookUrl: 'https://example.com/x' },
    })
    expect(sent({ 'alerts.webhookUrl': [] })).toEqual({ alerts: { webhookUrl: null } })
    expect(sent({ 'alerts.webhookSecret': [] })).toEqual({})
  })

  test('sends a list of limits whole, without the cells that are empty', () => {
    const rows = [
      { scope: 'agent', name: 'codex', hourlyUsd: '', dailyUsd: '5', totalUsd: '', onBreach: 'block' },
      { scope: 'session', name: '', hourlyUsd: '', dailyUsd: '', totalUsd: '2.5', onBreach: '' },
    ]
    expect(sent({ 'budget.limits': rows })).toEqual({
      budget: {
        limits: [
          { scope: 'agent', name: 'codex', dailyUsd: 5, onBreach: 'block' },
          { scope: 'session', totalUsd: 2.5 },
        ],
      },
    })
    expect(sent({ 'budget.limits': [] })).toEqual({ budget: { limits: [] } })
  })

  test('of a table sends what is new and null for what is gone', () => {
    const rows = [
      { from: 'o3', to: 'o4-mini' },
      { from: ' ', to: 'unfinished' },
    ]
    expect(sent({ 'downgrade.mapping': rows })).toEqual({ downgrade: { mapping: { o3: 'o4-mini', 'gpt-5': null } } })
    expect(sent({ 'cache.taskTtlSeconds': [{ from: 'classification', to: '0' }] })).toEqual({
      cache: { taskTtlSeconds: { classification: 0 } },
    })
    expect(sent({ 'anomaly.actions.stuck_loop': '', 'anomaly.actions.repetition': 'block' })).toEqual({
      anomaly: { actions: { stuck_loop: null, repetition: 'block' } },
    })
  })

  test('puts each of the server’s sentences at the field that it names', () => {
    const wrong = {
      budget: { dailyUsd: -3, limits: [{ scope: 'agent', hourlyUsd: -1 }], unpriced: 'perhaps' },
      cache: { maxSizeMb: 0 },
    }
    const { errors } = validate(ConfigSchema, merge(defaultConfig, wrong))
    const { byPath, others } = sortFaults(new ConfigError('The change', errors).message, fields)
    expect(Object.keys(byPath).toSorted()).toEqual([
      'budget.dailyUsd',
      'budget.limits',
      'budget.unpriced',
      'cache.maxSizeMb',
    ])
    expect(byPath['cache.maxSizeMb']).toBe('expected an integer from 1 to 1000000, got 0')
    expect(byPath['budget.limits']).toStartWith('1. hourlyUsd: expected USD above 0')
    expect(others).toEqual([])
  })

  test('keeps the sentences that name no field of it', () => {
    const { byPath, others } = sortFaults('The change cannot be used:\n  server.port: expected an integer', fields)
    expect(byPath).toEqual({})
    expect(others).toEqual(['The change cannot be used:', 'server.port: expected an integer'])
    expect(sortFaults('The config file is locked.', fields).others).toEqual(['The config file is locked.'])
  })
})
