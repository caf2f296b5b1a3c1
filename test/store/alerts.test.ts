import { describe, expect, test } from 'bun:test'
import { AppError } from '../../src/neutral/error.ts'
import type { Alert } from '../../src/neutral/alert.ts'
import { acknowledgeAlerts } from '../../src/store/alert-acknowledge.ts'
import { parseAlertQuery } from '../../src/store/alert-query.ts'
import { nextWaiting, noteTry } from '../../src/store/alert-outbox.ts'
import { countAlerts, enterAlerts, listAlerts, readAlert, recentAlerts } from '../../src/store/alerts.ts'
import { alertOf } from '../support/alerts.ts'
import { openTestStore } from '../support/store.ts'

const noon = Date.UTC(2026, 5, 1, 12)
const day = 86_400_000

/** Their ids differ in the first group alone: `00000007-0000-7000-8000-000000000000`. */
const idOf = (number: number): string => `${String(number).padStart(8, '0')}-0000-7000-8000-000000000000`
const nth = (number: number, over: Partial<Alert> = {}): Alert =>
  alertOf({ id: idOf(number), atMs: noon + number, delivery: 'none', ...over })

function open(...alerts: readonly Alert[]) {
  const { database } = openTestStore()
  enterAlerts(database, alerts, noon, 500)
  const list = (query: Record<string, string> | [string, string][] = {}) =>
    listAlerts(database, parseAlertQuery(Array.isArray(query) ? query : Object.entries(query)))
  const numbers = (query: Record<string, string> = {}) => list(query).alerts.map(({ id }) => Number(id.slice(0, 8)))
  return { database, list, numbers }
}

function refusal(work: () => unknown): AppError {
  try {
    work()
  } catch (fault) {
    if (fault instanceof AppError) return fault
  }
  throw new Error('nothing was refused')
}

describe('the history', () => {
  test('keeps an alert as it was raised', () => {
    const alert = nth(1, { details: { spentNanoUsd: 49_900_000_000, model: 'a/b', freesAtMs: null } })
    const { list, database } = open(alert)
    expect(list()).toEqual({ alerts: [alert], nextCursor: null })
    expect(readAlert(database, alert.id)).toEqual(alert)
    expect(readAlert(database, idOf(2))).toBeNull()
  })

  test('is listed newest first, by type, severity and whether somebody took note', () => {
    const { database, numbers } = open(
      nth(1, { type: 'threshold', severity: 'info' }),
      nth(2, { type: 'breach', severity: 'critical' }),
      nth(3, { type: 'anomaly', severity: 'warning' }),
      nth(4, { type: 'anomaly', severity: 'critical' }),
    )
    acknowledgeAlerts(database, [idOf(3)], noon)
    expect(numbers()).toEqual([4, 3, 2, 1])
    expect(numbers({ type: 'anomaly' })).toEqual([4, 3])
    expect(numbers({ type: 'threshold,breach' })).toEqual([2, 1])
    expect(numbers({ severity: 'critical', type: 'anomaly' })).toEqual([4])
    expect(numbers({ acknowledged: 'true' })).toEqual([3])
    expect(numbers({ acknowledged: 'false', severity: 'warning' })).toEqual([])
    expect(numbers({ acknowledged: 'false', limit: '2' })).toEqual([4, 2])
  })

  test('is listed page by page, and what is raised between two pages shifts nothing', () => {
    const { database, list } = open(...[1, 2, 3, 4, 5].map((number) => nth(number)))
    const first = list({ limit: '2', type: 'breach' })
    enterAlerts(database, [nth(6)], noon, 500)
    const second = list({ limit: '2', type: 'breach', cursor: first.nextCursor ?? '' })
    const third = list({ limit: '2', type: 'breach', cursor: second.nextCursor ?? '' })
    const pages = [first, second, third].map(({ alerts }) => alerts.map(({ id }) => Number(id.slice(0, 8))))
    expect(pages).toEqual([[5, 4], [3, 2], [1]])
    expect(third.nextCursor).toBeNull()
  })

  test.each([
    [[['kind', 'daily']], '"kind" is no parameter here; these are: type, severity, acknowledged, limit, cursor.'],
    [[['type', 'runaway']], 'type is "runaway"; it can be threshold, breach, anomaly, test.'],
    [[['severity', 'info,loud']], 'severity is "loud"; it can be info, warning, critical.'],
    [[['acknowledged', 'yes']], 'acknowledged is "yes"; it can be true or false.'],
    [[['limit', '501']], 'limit is "501"; it can be 1 to 500.'],
    [[['limit', '0']], 'limit is "0"; it can be 1 to 500.'],
    [
      [
        ['limit', '1'],
        ['limit', '2'],
      ],
      'limit was given twice; once is enough.',
    ],
    [[['cursor', 'abc']], 'cursor is not one that this list gave out.'],
  ] as [[string, string][], string][])('refuses %j', (query, sentence) => {
    const { list } = open(nth(1))
    const error = refusal(() => list(query))
    expect([error.code, error.message]).toEqual(['invalid-request', sentence])
  })

  test('refuses a cursor of other filters', () => {
    const { list } = open(nth(1), nth(2))
    const { nextCursor } = list({ limit: '1' })
    const error = refusal(() => list({ limit: '1', type: 'breach', cursor: nextCursor ?? '' }))
    expect(error.message).toBe('cursor belongs to other filters; repeat those, or start without a cursor.')
  })

  test('is counted by type and severity, with those that nobody took note of or that have to be sent', () => {
    const { database } = open(
      nth(1, { type: 'threshold', severity: 'info' }),
      nth(2, { type: 'anomaly', severity: 'critical', delivery: 'waiting' }),
      nth(3, { type: 'anomaly', severity: 'critical', delivery: 'given-up' }),
    )
    acknowledgeAlerts(database, [idOf(1)], noon)
    expect(countAlerts(database)).toEqual({
      byType: { threshold: 1, breach: 0, anomaly: 2, test: 0 },
      bySeverity: { info: 1, warning: 0, critical: 2 },
      unacknowledged: 2,
      waiting: 1,
    })
  })

  test('knows when the same was raised last', () => {
    const { database } = open(
      nth(1, { scope: 'session:a' }),
      nth(2, { scope: 'session:b' }),
      nth(3, { scope: 'session:a' }),
    )
    expect(recentAlerts(database, noon + 1)).toEqual([
      { type: 'breach', kind: 'daily', scope: 'session:b', atMs: noon + 2 },
      { type: 'breach', kind: 'daily', scope: 'session:a', atMs: noon + 3 },
    ])
  })
})

describe('only so many are kept', () => {
  test('the oldest go', () => {
    const { database, numbers } = open()
    for (const number of [1, 2, 3, 4, 5]) enterAlerts(database, [nth(number)], noon, 3)
    expect(numbers()).toEqual([5, 4, 3])
    enterAlerts(database, [nth(6)], noon, 1)
    expect(numbers()).toEqual([6])
    enterAlerts(
      database,
      [7, 8, 9].map((number) => nth(number)),
      noon,
      2,
    )
    expect(numbers()).toEqual([9, 8])
  })

  test('but not those that still have to be sent, for a day', () => {
    const { database, numbers } = open()
    enterAlerts(database, [nth(1, { delivery: 'waiting' }), nth(2, { delivery: 'delivered' }), nth(3)], noon, 1)
    expect(numbers()).toEqual([3, 1])
    enterAlerts(database, [nth(4)], noon + day, 1)
    expect(numbers()).toEqual([4, 1])
    enterAlerts(database, [nth(5)], noon + day + 2, 1)
    expect(numbers()).toEqual([5])
  })

  test('also where the clock was set back by years', () => {
    const { database, numbers } = open()
    enterAlerts(database, [nth(1, { delivery: 'waiting', atMs: noon + 4000 * day })], noon, 1)
    enterAlerts(database, [nth(2)], noon, 1)
    expect(numbers()).toEqual([2])
  })
})

describe('taking note', () => {
  test('of one by its beginning gives it back, once', () => {
    const { database, list } = open(nth(1), nth(2))
    expect(acknowledgeAlerts(database, ['00000002'], noon + 9)).toEqual([nth(2, { acknowledgedMs: noon + 9 })])
    expect(acknowledgeAlerts(database, [idOf(2), idOf(2)], noon + 10)).toEqual([])
    expect(list().alerts.map(({ acknowledgedMs }) => acknowledgedMs)).toEqual([noon + 9, null])
  })

  test('of all gives back those that were open, oldest first', () => {
    const { database } = open(nth(1), nth(2), nth(3))
    acknowledgeAlerts(database, [idOf(2)], noon)
    expect(acknowledgeAlerts(database, 'all', noon).map(({ id }) => id)).toEqual([idOf(1), idOf(3)])
    expect(countAlerts(database).unacknowledged).toBe(0)
  })

  test.each([
    ['000000', 'invalid-request', `000000 begins several alerts, ${idOf(1)} and ${idOf(2)} among them.`],
    ['00000', 'invalid-request', "An alert's id needs at least 6 characters."],
    ['00000003', 'not-found', 'There is no alert 00000003.'],
    ["00000001' OR 1", 'not-found', "There is no alert 00000001' OR 1."],
    ['00000001_0000', 'not-found', 'There is no alert 00000001_0000.'],
  ])('of %j is refused, and changes nothing', (id, code, sentence) => {
    const { database } = open(nth(1), nth(2))
    const error = refusal(() => acknowledgeAlerts(database, [idOf(1), id], noon))
    expect([error.code, error.message]).toEqual([code as AppError['code'], sentence])
    expect(countAlerts(database).unacknowledged).toBe(2)
  })
})

describe('for the webhook', () => {
  test('the one that waits longest is next, due or not; delivered and given up are none', () => {
    const waits = { delivery: 'waiting' } as const
    const { database } = open(nth(1), nth(2, waits), nth(3, { ...waits, type: 'test' }), nth(4, waits))
    expect(nextWaiting(database, 'all')).toEqual({ alert: nth(2, waits), nextTryMs: noon + 2 })
    expect(nextWaiting(database, 'tests')?.alert.id).toBe(idOf(3))

    const failed = { id: idOf(2), delivery: 'waiting', tries: 1, nextTryMs: noon + 5000, error: 'It is down.' } as const
    noteTry(database, failed)
    expect(nextWaiting(database, 'all')).toEqual({
      alert: nth(2, { ...waits, tries: 1, lastError: 'It is down.' }),
      nextTryMs: noon + 5000,
    })
    noteTry(database, { id: idOf(2), delivery: 'delivered', tries: 2, nextTryMs: null, error: null })
    expect(readAlert(database, idOf(2))).toMatchObject({ delivery: 'delivered', tries: 2, lastError: 'It is down.' })
    noteTry(database, { ...failed, id: idOf(3), delivery: 'given-up', nextTryMs: null })
    expect(nextWaiting(database, 'tests')).toBeNull()
    expect(nextWaiting(database, 'all')?.alert.id).toBe(idOf(4))
  })
})
