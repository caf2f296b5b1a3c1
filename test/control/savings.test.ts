import { expect, test } from 'bun:test'
import type { Savings } from '../../src/control/savings-shapes.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { openTestControl } from '../support/control.ts'
import { finished } from '../support/records.ts'

const routed = (over: Parameters<typeof finished>[0] = {}) =>
  finished({
    startedMs: systemClock.now() - 1000,
    route: 'auto',
    baselineModel: 'anthropic/claude-opus-4-6',
    baselineNanoUsd: 21_000_000,
    cost: { ...finished().cost, nanoUsd: 9_600_000 },
    ...over,
  })

test('the endpoint gives each figure by itself', async () => {
  const { store, json } = openTestControl()
  store.insert(routed(), routed({ route: 'passthrough', promptCacheSavedNanoUsd: 7 }))
  const { status, body } = await json('/v1/telemetry/savings?window=1h')
  const { routing, promptCache, responseCache, counts } = body as Savings
  expect([status, routing.savedNanoUsd, promptCache.savedNanoUsd, responseCache.savedNanoUsd]).toEqual([
    200, 11_400_000, 7, 0,
  ])
  expect([counts.requests, counts.compared, counts.passthrough]).toEqual([2, 1, 1])
})

test('it takes the filters of sums', async () => {
  const { store, json } = openTestControl()
  store.insert(routed({ agent: 'codex' }), routed())
  const saved = async (query: string) =>
    ((await json(`/v1/telemetry/savings?${query}`)).body as Savings).routing.savedNanoUsd
  expect([
    await saved(''),
    await saved('agent=codex'),
    await saved('provider=openai'),
    await saved('session=s1'),
  ]).toEqual([22_800_000, 11_400_000, 0, 22_800_000])
})

test('the figure is the sum over the list of requests behind it', async () => {
  const { store, json } = openTestControl()
  store.insert(routed(), routed({ baselineNanoUsd: 5_000_000 }), routed({ isAutomated: true }), routed({ route: null }))
  const { body } = await json('/v1/telemetry/runs?window=1h&route=auto&automated=false')
  const { runs } = body as { runs: { baselineNanoUsd: number; costNanoUsd: number }[] }
  const sum = runs.reduce((total, run) => total + run.baselineNanoUsd - run.costNanoUsd, 0)
  expect([runs.length, sum]).toEqual([2, 6_800_000])
  const savings = (await json('/v1/telemetry/savings?window=1h')).body as Savings
  expect(savings.routing.savedNanoUsd).toBe(6_800_000)
})

test.each(['route=auto', 'automated=true', 'window=0h', 'limit=5'])('%s is refused with a name', async (query) => {
  const { json } = openTestControl()
  const { status, body } = await json(`/v1/telemetry/savings?${query}`)
  expect(status).toBe(400)
  expect((body as { error: { message: string } }).error.message).toContain(query.split('=')[0] ?? '')
})
