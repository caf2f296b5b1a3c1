import { describe, expect, test } from 'bun:test'
import { treaty } from '@elysiajs/eden'
import { runOf } from '../../src/control/run-line.ts'
import type { RunDetail, RunPage, Stats, TelemetryHealth } from '../../src/control/shapes.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { finished } from '../support/records.ts'
import { adminToken, openTestControl } from '../support/control.ts'

const bearer = { authorization: `Bearer ${adminToken}` }

describe('reads', () => {
  test('stats, list and one request tell the same of a request', async () => {
    const { store, json } = openTestControl()
    const record = finished({
      startedMs: systemClock.now() - 1000,
      cost: { ...finished().cost, nanoUsd: 12_345 },
      translatedTo: 'gemini',
      dropped: ['top_k'],
    })
    store.insert(record)
    const stats = (await json('/v1/telemetry/stats?window=1h')).body as Stats
    const page = (await json('/v1/telemetry/runs?limit=5')).body as RunPage
    const detail = (await json(`/v1/telemetry/runs/${record.id}`)).body as RunDetail
    expect([stats.totals.costNanoUsd, page.runs[0]?.costNanoUsd, detail.costNanoUsd]).toEqual([12_345, 12_345, 12_345])
    expect(page.runs[0]).toEqual(runOf(record))
    expect(detail).toMatchObject(runOf(record))
    expect([detail.dialect, detail.translatedTo, detail.dropped]).toEqual(['anthropic', 'gemini', ['top_k']])
    expect(page.nextCursor).toBeNull()
  })

  test('one request says all that is kept of how it looked', async () => {
    const { store, json } = openTestControl()
    const looked = { tools: 2, messages: 3, images: false, toolTurn: true, sideCall: null, maxOutputTokens: 64 }
    const facts = { ...looked, repeats: '01900000-0000-7000-8000-000000000009', isUsable: true }
    const [full, plain] = [finished({ facts }), finished({ facts: looked })]
    store.insert(full, plain)
    const factsOf = async ({ id }: { readonly id: string }) =>
      ((await json(`/v1/telemetry/runs/${id}`)).body as RunDetail).facts
    expect([await factsOf(full), await factsOf(plain)]).toEqual([facts, looked])
  })

  test('the list shows translated requests alone, or the others alone', async () => {
    const { store, json } = openTestControl()
    const own = finished()
    const translated = finished({ translatedTo: 'converse' })
    store.insert(own, translated)
    const ids = async (query: string) =>
      ((await json(`/v1/telemetry/runs?${query}`)).body as RunPage).runs.map(({ id }) => id)
    expect(await ids('translated=true')).toEqual([translated.id])
    expect(await ids('translated=false')).toEqual([own.id])
    expect(await ids('translated=true&agent=nobody')).toEqual([])
  })

  test('a page leads to the next one', async () => {
    const { store, json } = openTestControl()
    store.insert(finished(), finished(), finished())
    const first = (await json('/v1/telemetry/runs?limit=2')).body as RunPage
    const second = (await json(`/v1/telemetry/runs?limit=2&cursor=${first.nextCursor}`)).body as RunPage
    expect([first.runs.length, second.runs.length, second.nextCursor]).toEqual([2, 1, null])
  })

  const refused: [string, number, string][] = [
    ['/v1/telemetry/stats?window=0h', 400, 'window'],
    ['/v1/telemetry/stats?windw=24h', 400, 'windw'],
    ['/v1/telemetry/stats?from=3&to=2', 400, 'from'],
    ['/v1/telemetry/stats?billing=free', 400, 'billing'],
    ['/v1/telemetry/stats?limit=3', 400, 'limit'],
    ['/v1/telemetry/stats?cost=priced', 400, 'cost'],
    ['/v1/telemetry/stats?translated=true', 400, 'translated'],
    ['/v1/telemetry/runs?translated=yes', 400, 'translated'],
    ['/v1/telemetry/runs?limit=0', 400, 'limit'],
    ['/v1/telemetry/runs?limit=5&limit=6', 400, 'limit'],
    ['/v1/telemetry/runs?cursor=nonsense', 400, 'cursor'],
    ['/v1/telemetry/runs?offset=5', 400, 'offset'],
    ['/v1/telemetry/runs/0190', 400, 'id'],
    ['/v1/telemetry/runs/01900000-dead', 404, '01900000-dead'],
    ['/v1/telemetry/runs/%00', 404, ''],
    ['/v1/telemetry/stream?window=24h', 400, 'window'],
    ['/v1/telemetry/nothing', 404, ''],
  ]
  test.each(refused)('%s is refused with %d and a sentence that names %s', async (path, status, name) => {
    const { json } = openTestControl()
    const answer = await json(path)
    expect(answer.status).toBe(status)
    const { error } = answer.body as { error: { code: string; message: string } }
    expect([typeof error.code, error.message.includes(name)]).toEqual(['string', true])
  })

  test('providers that are set up are listed with those that were used', async () => {
    const { store, json } = openTestControl([
      { provider: 'openai', hasKey: true, baseUrl: 'https://api.openai.test' },
      { provider: 'anthropic', hasKey: false, baseUrl: 'https://api.anthropic.test' },
    ])
    store.insert(
      finished({
        startedMs: systemClock.now() - 5000,
        provider: 'anthropic',
        status: 529,
        errorCode: 'overloaded_error',
      }),
      finished({ startedMs: systemClock.now() - 9000, provider: 'gone' }),
    )
    const { providers } = (await json('/v1/telemetry/health')).body as TelemetryHealth
    expect(
      providers.map(({ provider, hasKey, baseUrl, requests, failures, lastFailure }) => [
        provider,
        hasKey,
        baseUrl,
        requests,
        failures,
        lastFailure,
      ]),
    ).toEqual([
      ['anthropic', false, 'https://api.anthropic.test', 1, 1, '529 overloaded_error'],
      ['gone', false, '', 1, 0, null],
      ['openai', true, 'https://api.openai.test', 0, 0, null],
    ])
  })

  test('a provider that rests is listed without use, and each has its own rests, accounts and queue', async () => {
    const { health, json } = openTestControl([{ provider: 'openai', hasKey: true, baseUrl: 'https://api.openai.test' }])
    const rest = {
      account: null,
      state: 'resting' as const,
      failures: 3,
      lastReason: '529',
      lastFailureMs: 5,
      sinceMs: 5,
      untilMs: 9,
    }
    const account = { provider: 'openai', account: 'lab', readiness: 'spent' as const, untilMs: 7 }
    health.cooldowns = [{ provider: 'acme', ...rest }]
    health.accounts = [account]
    health.concurrency = [{ provider: 'openai', limit: 4, running: 4, waiting: 2 }]
    const { providers } = (await json('/v1/telemetry/health')).body as TelemetryHealth
    expect(providers).toMatchObject([
      { provider: 'openai', cooldowns: [], accounts: [account], concurrency: [{ limit: 4, running: 4, waiting: 2 }] },
      { provider: 'acme', hasKey: false, requests: 0, cooldowns: [rest], accounts: [], concurrency: [] },
    ])
  })

  test('health is what the server says, for GET and HEAD', async () => {
    const { app, get, health } = openTestControl()
    health.problems = ['No provider has a key.']
    expect(await (await get('/health')).json()).toEqual(health)
    const head = await app.handle(new Request('http://localhost:4100/health', { method: 'HEAD' }))
    expect([head.status, await head.text()]).toEqual([200, ''])
  })
})

test('a client made from the plane’s type reads it without a cast', async () => {
  const { app, store } = openTestControl()
  store.insert(finished({ startedMs: systemClock.now(), cost: { ...finished().cost, nanoUsd: 7 } }))
  const api = treaty(app).v1.telemetry
  const stats = await api.stats.get({ query: { window: '1h', agent: 'claude-code' } })
  const cost: number | undefined = stats.data?.totals.costNanoUsd
  const wrong = await api.runs.get({ query: { limit: '0' } })
  expect(cost).toBe(7)
  expect([wrong.status, wrong.error?.value]).toEqual([
    400,
    { error: { code: 'invalid-request', message: 'limit is "0"; it can be 1 to 1000.' } },
  ])
})

describe('re-pricing', () => {
  const unpriced = {
    status: 'unpriced' as const,
    nanoUsd: null,
    priceId: null,
    priceSource: null,
    priceDate: null,
    lines: [],
  }
  const row = () => finished({ startedMs: 50_000, provider: 'mine', routedModel: 'own-1', cost: unpriced })

  test('answers what changed, and the sums follow', async () => {
    const { store, post, json } = openTestControl()
    store.insert(row(), row())
    const dry = await post('/v1/telemetry/reprice', { dryRun: true, provider: 'mine' }, bearer)
    expect([dry.status, await dry.json()]).toEqual([
      200,
      { examined: 2, changed: 2, newlyPriced: 2, stillUnpriced: 0, kept: 0, oldNanoUsd: 0, newNanoUsd: 210_000 },
    ])
    expect(((await json('/v1/telemetry/stats?window=all')).body as Stats).totals.costNanoUsd).toBe(0)
    await post('/v1/telemetry/reprice', {}, bearer)
    expect(((await json('/v1/telemetry/stats?window=all')).body as Stats).totals.costNanoUsd).toBe(210_000)
  })

  const refused: [string, unknown, Record<string, string>, number][] = [
    ['without a token', {}, {}, 401],
    ['with a wrong token', {}, { authorization: 'Bearer nonsense' }, 401],
    ['as text', '{}', { ...bearer, 'content-type': 'text/plain' }, 415],
    ['as a form', 'a=b', { ...bearer, 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['that is not JSON', '{', bearer, 400],
    ['that is no object', '[]', bearer, 400],
    ['with an unknown field', { sinse: 4 }, bearer, 400],
    ['with a wrong type', { sinceMs: 'yesterday' }, bearer, 400],
    ['that is too large', { model: 'x'.repeat(70_000) }, bearer, 413],
  ]
  test.each(refused)('a body %s is refused', async (_, body, headers, status) => {
    const { store, post } = openTestControl()
    store.insert(row())
    const answer = await post('/v1/telemetry/reprice', body, headers)
    const { error } = (await answer.json()) as { error: { code: string; message: string } }
    expect([answer.status, error.message.length > 10]).toEqual([status, true])
    expect(store.database.query('SELECT cost_status AS status FROM requests').get()).toEqual({ status: 'unpriced' })
  })

  test('the refusal names the field', async () => {
    const { post } = openTestControl()
    const named = async (body: unknown) =>
      ((await (await post('/v1/telemetry/reprice', body, bearer)).json()) as { error: { message: string } }).error
        .message
    expect(await named({ sinse: 4 })).toContain('sinse')
    expect(await named({ sinceMs: 'yesterday' })).toContain('sinceMs')
  })
})
