import { describe, expect, test } from 'bun:test'
import { treaty } from '@elysiajs/eden'
import type { GuardDesk } from '../../src/control/guard-desk.ts'
import type { Budgets, CacheStatus, GuardSettings } from '../../src/control/guard-shapes.ts'
import { AppError } from '../../src/neutral/error.ts'
import { adminToken, openTestControl } from '../support/control.ts'
import { openFakeDesk, someAlert } from '../support/guard-desk.ts'

const bearer = { authorization: `Bearer ${adminToken}` }
const webhook = 'https://hooks.slack.com/services/T0/B0/abcdefgh'
const shownWebhook = 'https://hooks.slack.com/…'

function open(initial: unknown = {}, over: Partial<GuardDesk> = {}) {
  const desk = openFakeDesk(initial, over)
  return { desk, ...openTestControl([], desk) }
}

const messageOf = async (answer: Response): Promise<string> =>
  ((await answer.json()) as { error: { message: string } }).error.message

describe('reads', () => {
  test('need no token and give what the guard says', async () => {
    const { json } = open()
    expect((await json('/budgets')).body).toMatchObject({
      enabled: false,
      perRequestUsd: 2,
      settings: { dailyUsd: 50, downgradeTo: 'claude-sonnet-4-6' },
      limits: [{ name: 'daily limit', spentNanoUsd: 31_000_000_000, reservedNanoUsd: 1_200_000_000 }],
      spent: { weekNanoUsd: 80_000_000_000 },
    })
    expect((await json('/alerts')).body).toEqual({ alerts: [someAlert], nextCursor: null })
    expect((await json('/alerts/counts')).body).toMatchObject({ byType: { breach: 1 }, unacknowledged: 1 })
    expect((await json('/cache')).body).toMatchObject({ entries: 3, hitRate: 0.75, savedNanoUsd: 21_000_000 })
    expect((await json('/cache/stats')).body).toEqual({ byModel: [], byTask: [] })
    expect((await json('/settings/guard')).body).toMatchObject({
      budget: { hourlyUsd: 10 },
      alerts: { webhookUrl: null },
    })
  })

  test('hand their parameters on as they came', async () => {
    const { desk, get } = open()
    await get('/alerts?type=breach,anomaly&limit=5')
    await get('/budgets/history?days=30')
    expect(desk.calls).toEqual([
      ['alerts', 'type=breach%2Canomaly&limit=5'],
      ['budgetHistory', 'days=30'],
    ])
  })

  test.each(['/budgets', '/alerts/counts', '/cache', '/cache/stats', '/settings/guard'])(
    '%s refuses a parameter by name',
    async (path) => {
      const { json, desk } = open()
      const { status, body } = await json(`${path}?scope=all`)
      expect([status, body]).toEqual([
        400,
        { error: { code: 'invalid-request', message: '"scope" is no parameter here; there are none.' } },
      ])
      expect(desk.calls).toEqual([])
    },
  )

  test('that fail say so in the guard’s own sentence', async () => {
    const { json } = open({}, { cache: () => Promise.reject(new AppError('timed-out', 'Too slow.')) })
    expect(await json('/cache')).toEqual({ status: 504, body: { error: { code: 'timed-out', message: 'Too slow.' } } })
  })
})

describe('a change of limits', () => {
  test('names only what it changes, and is answered with the limits as they are then', async () => {
    const { put, desk } = open({ budget: { hourlyUsd: 7 } })
    const answer = await put('/budgets', { dailyUsd: 25, enabled: true }, bearer)
    const budgets = (await answer.json()) as Budgets
    expect([answer.status, budgets.enabled, budgets.settings.dailyUsd, budgets.settings.hourlyUsd]).toEqual([
      200,
      true,
      25,
      7,
    ])
    expect(desk.calls).toEqual([['changeSettings', { budget: { dailyUsd: 25, enabled: true } }], ['budgets']])
  })

  test('takes null for no limit', async () => {
    const { put } = open()
    const answer = await put('/budgets', { dailyUsd: null }, bearer)
    expect(((await answer.json()) as Budgets).settings.dailyUsd).toBeNull()
  })

  const refused: [unknown, number, string][] = [
    [{ dailyUsd: 'much' }, 400, 'budget.dailyUsd: expected USD above 0, at most 1000000 or null, got "much"'],
    [{ dailyUsd: 0 }, 400, 'budget.dailyUsd: expected USD above 0'],
    [{ onBreach: 'panic' }, 400, 'budget.onBreach: expected "block", "warn", "downgrade" or "alert", got "panic"'],
    [{ dailyUds: 5 }, 400, 'budget.dailyUds: unknown; did you mean budget.dailyUsd?'],
    [{ zzz: 5 }, 400, 'budget.zzz: unknown'],
    [[], 400, 'The body'],
    ['{', 400, 'The body is not JSON.'],
  ]
  test.each(refused)('%j is refused, and nothing is changed', async (body, status, sentence) => {
    const { put, json } = open()
    const answer = await put('/budgets', body, bearer)
    expect(answer.status).toBe(status)
    expect(await messageOf(answer)).toContain(sentence)
    expect(((await json('/budgets')).body as Budgets).settings).toMatchObject({ dailyUsd: 50, onBreach: 'downgrade' })
  })

  test('an unknown name is never said to be ignored', async () => {
    const { put } = open()
    expect(await messageOf(await put('/budgets', { zzz: 5 }, bearer))).not.toContain('ignored')
  })
})

describe('a reset', () => {
  test('is of everything unless it names a scope', async () => {
    const { post, desk } = open()
    await post('/budgets/reset', {}, bearer)
    await post('/budgets/reset', { scope: 'session:s1' }, bearer)
    expect(desk.calls).toEqual([
      ['resetBudget', 'all'],
      ['resetBudget', 'session:s1'],
    ])
  })

  test('with its scope in the address, or misspelt, resets nothing', async () => {
    const { post, desk } = open()
    expect((await post('/budgets/reset?scope=session:s1', {}, bearer)).status).toBe(400)
    expect((await post('/budgets/reset', { scop: 'session:s1' }, bearer)).status).toBe(400)
    expect(desk.calls).toEqual([])
  })
})

describe('alerts', () => {
  test('are acknowledged by ids, or all of them', async () => {
    const { post, desk } = open()
    const answer = await post('/alerts/ack', { ids: ['019b7ca9'] }, bearer)
    expect(await answer.json()).toEqual({ acknowledged: 1, freed: ['s1'] })
    await post('/alerts/ack', { all: true }, bearer)
    expect(desk.calls).toEqual([
      ['acknowledge', ['019b7ca9']],
      ['acknowledge', 'all'],
    ])
  })

  test.each([[{}], [{ ids: [] }], [{ all: false }], [{ all: true, ids: ['019b7ca9'] }]])(
    'to acknowledge %j is refused',
    async (body) => {
      const { post, desk } = open()
      const answer = await post('/alerts/ack', body, bearer)
      expect([answer.status, await messageOf(answer)]).toEqual([400, 'Give either ids, one or more, or all as true.'])
      expect(desk.calls).toEqual([])
    },
  )

  test('a test alert is answered with itself', async () => {
    const { post } = open()
    expect(await (await post('/alerts/test', {}, bearer)).json()).toMatchObject({ alerts: [{ type: 'test' }] })
  })
})

test('the cache is switched on and emptied', async () => {
  const { put, post, desk } = open()
  const on = await put('/cache', { enabled: true, mode: 'aggressive' }, bearer)
  expect((await on.json()) as CacheStatus).toMatchObject({ enabled: true, mode: 'aggressive', entries: 3 })
  expect(await (await post('/cache/clear', {}, bearer)).json()).toEqual({ entries: 3, bytes: 4096 })
  expect(desk.calls).toEqual([
    ['changeSettings', { cache: { enabled: true, mode: 'aggressive' } }],
    ['cache'],
    ['clearCache'],
  ])
})

const writes: [method: 'put' | 'post', path: string, body: unknown][] = [
  ['put', '/budgets', { dailyUsd: 1 }],
  ['post', '/budgets/reset', {}],
  ['post', '/alerts/ack', { all: true }],
  ['post', '/alerts/test', {}],
  ['put', '/cache', { enabled: true }],
  ['post', '/cache/clear', {}],
  ['put', '/settings/guard', { cache: { enabled: true } }],
]
test.each(writes)('%s %s needs the admin token, and JSON', async (method, path, body) => {
  const control = open()
  const statuses = [
    (await control[method](path, body)).status,
    (await control[method](path, body, { authorization: 'Bearer nonsense' })).status,
    (await control[method](path, body, { ...bearer, 'content-type': 'text/plain' })).status,
  ]
  expect(statuses).toEqual([401, 401, 415])
  expect(control.desk.calls).toEqual([])
})

describe('the secrets of the webhook', () => {
  const secrets = { alerts: { webhookUrl: webhook, webhookSecret: 'whsec-0123456789abcdef' } }

  test('are masked on every read and in the answer of a change', async () => {
    const { get, put } = open(secrets)
    const texts = [
      await (await get('/settings/guard')).text(),
      await (await put('/settings/guard', { alerts: { enabled: true } }, bearer)).text(),
    ]
    for (const text of texts) {
      expect(JSON.parse(text)).toMatchObject({ alerts: { webhookUrl: shownWebhook, webhookSecret: '…cdef' } })
      expect(text).not.toContain('abcdefgh')
      expect(text).not.toContain('whsec')
    }
  })

  test('stay as they are when they come back as they were shown', async () => {
    const { put, get, desk } = open(secrets)
    const shown = (await (await get('/settings/guard')).json()) as GuardSettings
    const changed = { ...shown, alerts: { ...shown.alerts, desktop: true } }
    expect((await put('/settings/guard', changed, bearer)).status).toBe(200)
    expect(desk.settings().alerts).toMatchObject({ ...secrets.alerts, desktop: true })
  })

  test('can be replaced, and taken away', async () => {
    const { put, desk } = open(secrets)
    await put('/settings/guard', { alerts: { webhookUrl: 'http://localhost:9/x', webhookSecret: 'env:HOOK' } }, bearer)
    expect(desk.settings().alerts).toMatchObject({ webhookUrl: 'http://localhost:9/x', webhookSecret: 'env:HOOK' })
    await put('/settings/guard', { alerts: { webhookUrl: null, webhookSecret: null } }, bearer)
    expect(desk.settings().alerts).toMatchObject({ webhookUrl: null, webhookSecret: null })
  })

  test('are not set to the mask of another, nor repeated in a refusal', async () => {
    const { put, desk } = open(secrets)
    const masked = await put('/settings/guard', { alerts: { webhookUrl: 'https://discord.com/…' } }, bearer)
    expect([masked.status, await messageOf(masked)]).toEqual([
      400,
      'The change cannot be used:\n  alerts.webhookUrl: this is what a secret is shown as; give the whole of it',
    ])
    const odd = await put('/settings/guard', { alerts: { webhookUrl: 'ftp://host/s3cret' } }, bearer)
    expect(await messageOf(odd)).toContain('alerts.webhookUrl: expected an http:// or https:// URL')
    const again = await put('/settings/guard', { alerts: { webhookUrl: 'ftp://host/s3cret' } }, bearer)
    expect(await messageOf(again)).not.toContain('s3cret')
    expect(desk.settings().alerts).toMatchObject(secrets.alerts)
  })
})

test('a client made from the plane’s type reads limits without a cast', async () => {
  const api = treaty(open().app)
  const budgets = await api.budgets.get()
  const spent: number | undefined = budgets.data?.limits[0]?.spentNanoUsd
  expect(spent).toBe(31_000_000_000)
})
