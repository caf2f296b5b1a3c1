import { describe, expect, test } from 'bun:test'
import { runOf } from '../../src/control/run-line.ts'
import type { Savings } from '../../src/control/savings-shapes.ts'
import type { ModelRef } from '../../src/neutral/model.ts'
import type { RequestRecord } from '../../src/neutral/record.ts'
import { routingSavings, stampSavings, standingOf } from '../../src/rules/savings.ts'
import { parseFilters, parseJudge, parseListQuery } from '../../src/store/filters.ts'
import { foldSome } from '../../src/store/fold.ts'
import { trimSome } from '../../src/store/raise.ts'
import { reprice, type RepriceQuestion } from '../../src/store/reprice.ts'
import { listRuns } from '../../src/store/runs.ts'
import { readSavings } from '../../src/store/savings.ts'
import { newSeed, randomRecord, seeded, type Random } from '../support/random-records.ts'
import { finished } from '../support/records.ts'
import { openTestStore, type TestStore } from '../support/store.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
const now = Date.UTC(2026, 5, 20, 12, 30, 15)

const savings = (store: TestStore, query: Record<string, string> = {}): Savings =>
  readSavings(store.database, parseFilters(Object.entries(query)), now)

const cost = (nanoUsd: number | null): RequestRecord['cost'] => ({
  ...finished().cost,
  status: nanoUsd === null ? 'unpriced' : 'priced',
  nanoUsd,
})

const opus = 'anthropic/claude-opus-4-6'

/** The documented example: $0.02100 at the baseline, $0.00960 paid. */
const example = (over: Partial<RequestRecord> = {}) =>
  finished({
    startedMs: now - 10 * minute,
    requestedModel: 'claude-opus-4-6',
    routedModel: 'claude-sonnet-4-6',
    route: 'complexity',
    baselineModel: opus,
    baselineNanoUsd: 21_000_000,
    cost: cost(9_600_000),
    ...over,
  })

describe('the figures', () => {
  test('of one routed request: $0.02100 - $0.00960 = $0.01140', () => {
    const store = openTestStore()
    store.insert(example())
    for (const stage of ['unfolded', 'folded']) {
      expect([stage, savings(store).routing]).toEqual([
        stage,
        {
          requests: 1,
          baselineNanoUsd: 21_000_000,
          actualNanoUsd: 9_600_000,
          savedNanoUsd: 11_400_000,
          subscriptionNanoUsd: 0,
        },
      ])
      store.fold()
    }
  })

  test('stand by themselves: what a cache saved is no part of what routing did', () => {
    const store = openTestStore()
    store.insert(
      example({ promptCacheSavedNanoUsd: 5_000_000 }),
      example({ route: 'passthrough', promptCacheSavedNanoUsd: -700_000, taskType: 'tool_use' }),
      // The response cache answers before anything is routed, and takes nothing.
      finished({
        startedMs: now,
        cache: 'hit',
        route: null,
        savedNanoUsd: 3_000_000,
        cost: { ...cost(0), status: 'none' },
      }),
    )
    const found = savings(store)
    expect(found.routing.savedNanoUsd).toBe(11_400_000)
    expect(found.promptCache).toEqual({ requests: 2, savedNanoUsd: 4_300_000, subscriptionNanoUsd: 0 })
    expect(found.responseCache).toEqual({ requests: 1, savedNanoUsd: 3_000_000, subscriptionNanoUsd: 0 })
    expect(found.counts).toEqual({
      requests: 3,
      compared: 1,
      unpriced: 0,
      unbilled: 0,
      passthrough: 1,
      automated: 0,
      cached: 1,
    })
    expect(found.byTask).toEqual([
      {
        task: 'quick_task',
        requests: 2,
        routingNanoUsd: 11_400_000,
        promptCacheNanoUsd: 5_000_000,
        responseCacheNanoUsd: 3_000_000,
      },
      {
        task: 'tool_use',
        requests: 1,
        routingNanoUsd: 0,
        promptCacheNanoUsd: -700_000,
        responseCacheNanoUsd: 0,
      },
    ])
  })

  test('are negative where a cascade paid for two models', () => {
    const store = openTestStore()
    store.insert(example({ route: 'cascade', routedModel: 'claude-opus-4-6', cost: cost(25_000_000) }))
    expect(savings(store).routing.savedNanoUsd).toBe(-4_000_000)
    expect(savings(store).byRoute).toEqual([
      {
        route: 'cascade',
        requests: 1,
        unpriced: 0,
        baselineNanoUsd: 21_000_000,
        actualNanoUsd: 25_000_000,
        savedNanoUsd: -4_000_000,
      },
    ])
  })

  test('leave out background traffic, what passed through and what has no price, and count it', () => {
    const store = openTestStore()
    store.insert(
      example(),
      example({ isAutomated: true }),
      example({ route: 'passthrough' }),
      example({ baselineNanoUsd: null }),
      example({ cost: cost(null) }),
      example({ cost: { ...cost(0), status: 'none' } }),
      example({ route: null }),
    )
    const { routing, counts } = savings(store)
    expect([routing.requests, routing.savedNanoUsd]).toEqual([1, 11_400_000])
    expect(counts).toEqual({
      requests: 6,
      compared: 1,
      unpriced: 2,
      unbilled: 1,
      passthrough: 1,
      automated: 1,
      cached: 0,
    })
  })

  test('say how much of them a plan covers', () => {
    const store = openTestStore()
    store.insert(example({ billing: 'subscription', promptCacheSavedNanoUsd: 1000 }), example())
    const { routing, promptCache } = savings(store)
    expect([routing.savedNanoUsd, routing.subscriptionNanoUsd]).toEqual([22_800_000, 11_400_000])
    expect([promptCache.savedNanoUsd, promptCache.subscriptionNanoUsd]).toEqual([1000, 1000])
  })

  test('come by pair of models, what saved most first, and by day of UTC', () => {
    const store = openTestStore()
    store.insert(
      example({ baselineNanoUsd: 1_000_000 }),
      example({ routedModel: 'claude-haiku-4-5', startedMs: now - day }),
      example({ routedModel: 'claude-haiku-4-5', baselineNanoUsd: null }),
    )
    const { byPair, byDay } = savings(store, { window: '48h' })
    expect(
      byPair.map((pair) => [pair.baseline, `${pair.provider}/${pair.model}`, pair.savedNanoUsd, pair.unpriced]),
    ).toEqual([
      [opus, 'anthropic/claude-haiku-4-5', 11_400_000, 1],
      [opus, 'anthropic/claude-sonnet-4-6', -8_600_000, 0],
    ])
    expect(byDay.map(({ startMs, routingNanoUsd }) => [startMs, routingNanoUsd])).toEqual([
      [Date.UTC(2026, 5, 19), 11_400_000],
      [Date.UTC(2026, 5, 20), -8_600_000],
    ])
  })

  test('are none where nothing is recorded', () => {
    const { routing, counts, byDay, byPair } = savings(openTestStore(), { window: 'all' })
    expect([routing.savedNanoUsd, counts.requests, byDay, byPair]).toEqual([0, 0, [], []])
  })

  test('stay when single requests are forgotten', () => {
    const store = openTestStore()
    const old = now - 20 * day + 20 * minute
    store.insert(example({ startedMs: old }), example())
    store.fold()
    store.raise(now)
    while (trimSome(store.database, now, now - 5 * day)) continue
    store.database.run('DELETE FROM requests WHERE started_ms < ?', [now - 5 * day])
    expect(savings(store, { window: 'all' }).routing.savedNanoUsd).toBe(22_800_000)
    // Begins and ends amid the hour: it is widened, as nothing finer is known.
    const found = savings(store, { from: String(old - 5 * minute), to: String(old + 5 * minute) })
    expect([found.routing.savedNanoUsd, found.fromMs % hour, found.toMs % hour]).toEqual([11_400_000, 0, 0])
  })
})

const pick = <T>(random: Random, values: readonly [T, ...T[]]): T =>
  values[Math.floor(random() * values.length)] ?? values[0]

function randomRouted(random: Random): RequestRecord {
  return {
    ...randomRecord(random, now - Math.floor(random() ** 2 * 3 * day)),
    route: pick(random, ['passthrough', 'alias', 'auto', 'cascade', null]),
    isAutomated: random() < 0.2,
    cache: pick(random, ['hit', 'miss', null, null]),
    savedNanoUsd: pick(random, [null, 5_000_000]),
    baselineModel: pick(random, [opus, 'openai/gpt-5', null]),
    baselineNanoUsd: pick(random, [null, Math.floor(random() * 5_000_000)]),
    promptCacheSavedNanoUsd: pick(random, [null, Math.floor((random() - 0.4) * 1_000_000)]),
    taskType: pick(random, ['tool_use', 'general', null]),
  }
}

const compared = (record: RequestRecord) => ({
  ...record,
  costStatus: record.cost.status,
  costNanoUsd: record.cost.nanoUsd,
})

/** One request after the other, by the rules. */
function sumUp(records: readonly RequestRecord[]) {
  const known = records.map(compared).filter((record) => standingOf(record) !== null)
  const sum = (of: (record: (typeof known)[number]) => number) => known.reduce((total, one) => total + of(one), 0)
  return {
    routing: sum(routingSavings),
    promptCache: sum((one) => one.promptCacheSavedNanoUsd ?? 0),
    responseCache: sum((one) => (one.cache === 'hit' ? (one.savedNanoUsd ?? 0) : 0)),
    requests: known.length,
    compared: known.filter((one) => standingOf(one) === 'compared').length,
    unbilled: known.filter((one) => standingOf(one) === 'unbilled').length,
  }
}

test('the sums are those of the rules at any stage, for every window and filter', () => {
  const random = seeded(newSeed())
  const records = Array.from({ length: 400 }, () => randomRouted(random))
  const windows: Record<string, string>[] = [
    { window: '20m' },
    { window: '90m' },
    { window: '24h' },
    { window: 'all' },
    { from: String(now - 2 * day - 17 * minute), to: String(now - 5 * hour - 3 * minute) },
    { from: String(now - 2 * hour), to: String(now - 2 * hour + 10 * minute) },
  ]
  const filters: [Record<string, string>, (record: RequestRecord) => boolean][] = [
    [{}, () => true],
    [{ provider: 'anthropic,' }, ({ provider }) => provider !== 'openai'],
    [{ model: 'large' }, ({ routedModel, requestedModel }) => (routedModel ?? requestedModel) === 'large'],
    [{ agent: 'codex', outcome: 'complete' }, ({ agent, outcome }) => agent === 'codex' && outcome === 'complete'],
    [{ billing: 'subscription' }, ({ billing }) => billing === 'subscription'],
    [{ session: 'one,three' }, ({ sessionId }) => sessionId === 'one' || sessionId === 'three'],
  ]
  for (const folds of [0, 3, Infinity]) {
    const store = openTestStore()
    store.insert(...records)
    for (let left = folds; left > 0 && foldSome(store.database, 50) > 0; left--) continue
    if (folds === Infinity) store.raise(now)
    for (const window of windows) {
      for (const [filter, isKept] of filters) {
        const { fromMs, toMs, ...found } = savings(store, { ...window, ...filter })
        const kept = records.filter((one) => one.startedMs >= fromMs && one.startedMs < toMs && isKept(one))
        expect([
          folds,
          window,
          filter,
          {
            routing: found.routing.savedNanoUsd,
            promptCache: found.promptCache.savedNanoUsd,
            responseCache: found.responseCache.savedNanoUsd,
            requests: found.counts.requests,
            compared: found.counts.compared,
            unbilled: found.counts.unbilled,
          },
        ]).toEqual([folds, window, filter, sumUp(kept)])
        const byDay = found.byDay.reduce((sum, { routingNanoUsd }) => sum + routingNanoUsd, 0)
        const byPair = found.byPair.reduce((sum, { savedNanoUsd }) => sum + savedNanoUsd, 0)
        expect([byDay, byPair]).toEqual([found.routing.savedNanoUsd, found.routing.savedNanoUsd])
      }
    }
  }
})

describe('after prices were corrected', () => {
  const always = { sinceMs: 0, untilMs: Number.MAX_SAFE_INTEGER, pause: async () => {} }
  /** Ten nano-dollars the token at Sonnet, twenty at Opus. */
  const priceOf = ({ model, usage }: RepriceQuestion) => ({
    ...cost((model.includes('opus') ? 20 : 10) * (usage.inputTokens + usage.outputTokens)),
  })
  const savingsOf = (used: RepriceQuestion, baseline: ModelRef | null) => stampSavings(used, baseline, priceOf)

  test('both sides of the comparison are the new ones, in the rows and in the sums', async () => {
    const store = openTestStore()
    store.insert(example(), example({ promptCacheSavedNanoUsd: 77 }), example({ baselineModel: null }))
    store.fold()
    store.insert(example())
    await reprice(store.database, priceOf, { ...always, savingsOf })
    const expected = { requests: 4, baselineNanoUsd: 21_000_900, actualNanoUsd: 600, savedNanoUsd: 21_000_300 }
    expect(savings(store).routing).toMatchObject(expected)
    store.fold()
    expect(savings(store, { window: 'all' }).routing).toMatchObject(expected)
    // Its tokens are all plain input: what it was stamped with is all that is known.
    expect(savings(store).promptCache.savedNanoUsd).toBe(77)
    expect(savings(store).counts.compared).toBe(4)
  })

  test('what had no price is compared from then on', async () => {
    const store = openTestStore()
    store.insert(example({ cost: cost(null), baselineNanoUsd: null }))
    store.fold()
    expect(savings(store, { window: 'all' }).counts).toMatchObject({ unpriced: 1, compared: 0 })
    await reprice(store.database, priceOf, { ...always, savingsOf })
    const { counts, routing, byRoute } = savings(store, { window: 'all' })
    expect(counts).toMatchObject({ requests: 1, unpriced: 0, compared: 1 })
    expect([routing.savedNanoUsd, byRoute.length]).toEqual([150, 1])
  })

  test('a dry run moves nothing', async () => {
    const store = openTestStore()
    store.insert(example())
    store.fold()
    await reprice(store.database, priceOf, { ...always, savingsOf, dryRun: true })
    expect(savings(store).routing.savedNanoUsd).toBe(11_400_000)
  })
})

describe('the requests behind the figures', () => {
  const stored = () => {
    const store = openTestStore()
    const plain = example({ route: 'passthrough' })
    const alias = example({ route: 'alias', startedMs: now - 5 })
    const title = example({ route: 'auto', isAutomated: true, startedMs: now - 4, agent: 'codex' })
    const refused = example({ route: null, startedMs: now - 3 })
    store.insert(plain, alias, title, refused)
    const names = new Map([plain, alias, title, refused].map(({ id }, index) => [id, 'patr'[index]]))
    const runs = (query: string) => listRuns(store.database, parseListQuery(new URLSearchParams(query)), now).runs
    const found = (query: string) =>
      runs(query)
        .map(({ id }) => names.get(id))
        .join('')
    return { store, runs, found, alias, title }
  }

  test.each([
    ['route=alias,auto', 'ta'],
    ['route=alias,auto&automated=false', 'a'],
    ['automated=true', 't'],
    ['route=passthrough', 'p'],
    ['route=', 'r'],
    ['route=passthrough,alias', 'ap'],
    ['route=auto&agent=codex', 't'],
    ['route=auto&agent=other', ''],
  ])('are listed with %s', (query, listed) => {
    const { store, found } = stored()
    expect(found(query)).toBe(listed)
    store.fold()
    expect(found(query)).toBe(listed)
  })

  test('say what they are compared with', () => {
    expect(stored().runs('route=alias')).toMatchObject([
      {
        route: 'alias',
        automated: false,
        baselineModel: opus,
        baselineNanoUsd: 21_000_000,
        costNanoUsd: 9_600_000,
        promptCacheSavedNanoUsd: null,
      },
    ])
  })

  test('are judged the same way as they end', () => {
    const { alias, title } = stored()
    const judged = (query: string) => [alias, title].map(runOf).map(parseJudge(new URLSearchParams(query)))
    expect([judged('route=alias'), judged('automated=true'), judged('route=')]).toEqual([
      [true, false],
      [false, true],
      [false, false],
    ])
  })

  test('a rule that there is not is refused by name', () => {
    expect(() => parseListQuery(new URLSearchParams('route=magic'))).toThrow('route is "magic"')
    expect(() => parseFilters(new URLSearchParams('route=alias'))).toThrow('"route" is no parameter here')
  })
})
