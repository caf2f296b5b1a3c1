import { describe, expect, test } from 'bun:test'
import { AppError } from '../../src/neutral/error.ts'
import { parseFilters, parseJudge, parseListQuery } from '../../src/store/filters.ts'
import { alignFrom, alignTo, cover, type Level } from '../../src/store/levels.ts'
import { chooseStep, resolveSums, resolveWindow } from '../../src/store/window.ts'
import { finished } from '../support/records.ts'
import { openTestStore } from '../support/store.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

const parse = (query: string) => parseFilters(new URLSearchParams(query))

function complaint(work: () => unknown): { code: string; message: string } {
  try {
    work()
  } catch (fault) {
    if (fault instanceof AppError) return { code: fault.code, message: fault.message }
  }
  throw new Error('nothing was refused')
}

test('values are separated by commas or given one by one; a backslash makes a comma a part of a name', () => {
  const agents = (...values: string[]) => parseFilters(values.map((value) => ['agent', value])).agent
  expect(agents('a,b')).toEqual(['a', 'b'])
  expect(agents('a', 'b,a')).toEqual(['a', 'b'])
  expect(agents(String.raw`team\,blue`)).toEqual(['team,blue'])
  expect(agents(String.raw`team\,blue,c\\,d`)).toEqual(['c\\', 'd', 'team,blue'])
  expect(agents(String.raw`C:\tools\agent`)).toEqual([String.raw`C:\tools\agent`])
  expect(agents('', ',a,')).toEqual(['', 'a'])
})

describe('windows', () => {
  const spans: [string, number][] = [
    ['90m', 90 * minute],
    ['24h', day],
    ['7d', 7 * day],
    ['2w', 14 * day],
    ['1m', minute],
  ]
  test.each(spans)('%s', (window, ms) => {
    expect(parse(`window=${window}`).window).toEqual({ kind: 'last', ms })
  })

  test('all, and none', () => {
    expect(parse('window=all').window).toEqual({ kind: 'all' })
    expect(parse('').window).toBeNull()
  })

  const moments: [string, number][] = [
    ['1767323045000', 1_767_323_045_000],
    ['2026-01-02T03:04:05Z', 1_767_323_045_000],
    ['2026-01-02T03:04:05.250Z', 1_767_323_045_250],
    ['2026-01-02T05:04:05%2B02:00', 1_767_323_045_000],
    ['2026-01-02T05:04:05+02:00', 1_767_323_045_000],
    ['2026-01-01t22:04:05-05:00', 1_767_323_045_000],
    ['0', 0],
  ]
  test.each(moments)('from=%s', (text, fromMs) => {
    expect(parse(`from=${text}`).window).toEqual({ kind: 'between', fromMs, toMs: null })
  })

  test('either end may be left open', () => {
    expect(parse('to=5').window).toEqual({ kind: 'between', fromMs: null, toMs: 5 })
    expect(parse('from_ms=4&toMs=5').window).toEqual({ kind: 'between', fromMs: 4, toMs: 5 })
  })
})

describe('a bad parameter is refused by name', () => {
  const cases: [string, string][] = [
    ['window=0h', 'window'],
    ['window=-1h', 'window'],
    ['window=24', 'window'],
    ['window=h', 'window'],
    ['window=1y', 'window'],
    ['window=', 'window'],
    ['window=24H', 'window'],
    ['window=1.5h', 'window'],
    ['window=24h&window=7d', 'window'],
    ['window=24h&from=1', 'window'],
    ['from=yesterday', 'from'],
    ['from=-5', 'from'],
    ['from=2026-02-30T00:00:00Z', 'from'],
    ['from=2026-01-02', 'from'],
    ['from=2026-01-02T03:04:05', 'from'],
    ['from=', 'from'],
    ['to=9999999999999999', 'to'],
    ['from=0001-01-01T00:00:00Z', 'from'],
    ['from=5&to=5', 'from'],
    ['from=6&to=5', 'from'],
    ['billing=free', 'billing'],
    ['outcome=ok', 'outcome'],
    ['outcome=complete,ok', 'outcome'],
    ['providers=openai', 'providers'],
    ['provider_name=x', 'provider_name'],
    ['limit=5', 'limit'],
    ['cost=priced', 'cost'],
    ['translated=true', 'translated'],
    ['__proto__=1', '__proto__'],
    ['constructor=1', 'constructor'],
  ]
  test.each(cases)('%s', (query, name) => {
    const { code, message } = complaint(() => parse(query))
    expect(code).toBe('invalid-request')
    expect(message).toContain(name)
  })

  const lists: [string, string][] = [
    ['limit=0', 'limit'],
    ['limit=-1', 'limit'],
    ['limit=1001', 'limit'],
    ['limit=ten', 'limit'],
    ['limit=1e2', 'limit'],
    ['limit=', 'limit'],
    ['limit=1&limit=2', 'limit'],
    ['cursor=a&cursor=b', 'cursor'],
    ['cost=cheap', 'cost'],
    ['translated=yes', 'translated'],
    ['translated=', 'translated'],
    ['offset=3', 'offset'],
  ]
  test.each(lists)('of a list: %s', (query, name) => {
    const { code, message } = complaint(() => parseListQuery(new URLSearchParams(query)))
    expect(code).toBe('invalid-request')
    expect(message).toContain(name)
  })

  test('and a long or odd value is cut and escaped in the sentence', () => {
    const { message } = complaint(() => parse(`window=${encodeURIComponent(`a"\n${'x'.repeat(500)}`)}`))
    expect(message.length).toBeLessThan(200)
    expect(message).not.toContain('\n')
  })
})

test('values are alternatives, by comma or by repetition, and both spellings of a name are one', () => {
  expect(parse('provider=openai,anthropic').provider).toEqual(['anthropic', 'openai'])
  expect(parse('provider=openai&provider=anthropic').provider).toEqual(['anthropic', 'openai'])
  expect(parse('session_id=a&sessionId=b').session).toEqual(['a', 'b'])
  expect(parse('agent=').agent).toEqual([''])
  expect(parse('model=a/b:c').model).toEqual(['a/b:c'])
})

test('a list has its own limit', () => {
  expect(parseListQuery([]).limit).toBe(50)
  expect(parseListQuery([['limit', '1000']]).limit).toBe(1000)
})

test('a request is judged by the same conditions as it ends', () => {
  const { cost, ...record } = finished({ provider: null, agent: 'codex', routedModel: null, requestedModel: 'large' })
  const run = { ...record, costStatus: cost.status, automated: record.isAutomated }
  const judge = (query: string) => parseJudge(new URLSearchParams(query))(run)
  expect([
    judge(''),
    judge('model=large'),
    judge('agent=codex,aider'),
    judge('provider='),
    judge('cost=priced'),
    judge('translated=false'),
  ]).toEqual([true, true, true, true, true, true])
  expect([
    judge('model=small'),
    judge('agent=aider'),
    judge('provider=openai'),
    judge('cost=none'),
    judge('session=x'),
    judge('translated=true'),
  ]).toEqual([false, false, false, false, false, false])
  expect(complaint(() => judge('window=24h')).message).toContain('window')
})

describe('edges', () => {
  const now = Date.UTC(2026, 5, 10, 10, 0, 30)

  test('a list is exact to the millisecond', () => {
    expect(resolveWindow({ kind: 'last', ms: hour }, now)).toEqual({ fromMs: now - hour, toMs: now + 1 })
  })

  test('sums take in the whole minute at both ends', () => {
    const { database } = openTestStore()
    const span = resolveSums(database, [], { kind: 'between', fromMs: now - hour, toMs: now }, now)
    expect(span.toMs - span.fromMs).toBeGreaterThan(0)
    const levels: Level[] = [{ stepMs: minute, fromMs: 0, untilMs: Number.MAX_SAFE_INTEGER }]
    expect(resolveSums(database, levels, { kind: 'last', ms: hour }, now)).toEqual({
      fromMs: Date.UTC(2026, 5, 10, 9, 0),
      toMs: Date.UTC(2026, 5, 10, 10, 1),
    })
  })

  test('all begins with the first request and ends with the last, even one from a clock that was ahead', () => {
    const store = openTestStore()
    const levels: Level[] = [{ stepMs: minute, fromMs: 0, untilMs: Number.MAX_SAFE_INTEGER }]
    store.insert(finished({ startedMs: now - 3 * day }), finished({ startedMs: now + hour }))
    expect(resolveSums(store.database, levels, { kind: 'all' }, now)).toEqual({
      fromMs: Date.UTC(2026, 5, 7, 10, 0),
      toMs: Date.UTC(2026, 5, 10, 11, 1),
    })
  })

  test('where minutes are gone, sums start and end at wider periods', () => {
    const levels: Level[] = [
      { stepMs: minute, fromMs: 8 * hour, untilMs: Number.MAX_SAFE_INTEGER },
      { stepMs: 15 * minute, fromMs: 4 * hour, untilMs: 20 * hour },
      { stepMs: 2 * hour, fromMs: 0, untilMs: 18 * hour },
    ]
    expect(alignFrom(levels, 8 * hour + 1)).toBe(8 * hour)
    expect(alignFrom(levels, 7 * hour + 20 * minute)).toBe(7 * hour + 15 * minute)
    expect(alignFrom(levels, 3 * hour + minute)).toBe(2 * hour)
    expect(alignTo(levels, 8 * hour)).toBe(8 * hour)
    expect(alignTo(levels, 7 * hour + 20 * minute)).toBe(7 * hour + 30 * minute)
  })

  test('a stretch is covered once, by the widest periods that are there', () => {
    const levels: Level[] = [
      { stepMs: minute, fromMs: 0, untilMs: Number.MAX_SAFE_INTEGER },
      { stepMs: 15 * minute, fromMs: 0, untilMs: 20 * hour },
      { stepMs: 2 * hour, fromMs: 0, untilMs: 18 * hour },
    ]
    expect(cover(levels, hour + 3 * minute, 21 * hour)).toEqual([
      { stepMs: minute, fromMs: hour + 3 * minute, toMs: hour + 15 * minute },
      { stepMs: 15 * minute, fromMs: hour + 15 * minute, toMs: 2 * hour },
      { stepMs: 2 * hour, fromMs: 2 * hour, toMs: 18 * hour },
      { stepMs: 15 * minute, fromMs: 18 * hour, toMs: 20 * hour },
      { stepMs: minute, fromMs: 20 * hour, toMs: 21 * hour },
    ])
    expect(cover(levels, 5 * minute, 7 * minute)).toEqual([{ stepMs: minute, fromMs: 5 * minute, toMs: 7 * minute }])
  })

  const steps: [number, number][] = [
    [15 * minute, minute],
    [90 * minute, minute],
    [2 * hour, minute],
    [6 * hour, 5 * minute],
    [day, 15 * minute],
    [3 * day, hour],
    [7 * day, 2 * hour],
    [30 * day, 6 * hour],
    [90 * day, day],
    [3 * 365 * day, 28 * day],
    [60 * 365 * day, 224 * day],
  ]
  test.each(steps)('a window of %d ms has points of %d ms', (ms, stepMs) => {
    expect(chooseStep({ fromMs: 0, toMs: ms })).toBe(stepMs)
  })
})
