import { describe, expect, test } from 'bun:test'
import { costOfAttempts } from '../../src/neutral/attempt-cost.ts'
import type { AttemptRecord, Cost, RequestRecord } from '../../src/neutral/record.ts'
import { noUsage, standardTerms } from '../../src/neutral/usage.ts'
import { parseFilters } from '../../src/store/filters.ts'
import { foldSome } from '../../src/store/fold.ts'
import { readLifetime } from '../../src/store/lifetime.ts'
import { reprice, type RepriceOptions, type RepriceQuestion } from '../../src/store/reprice.ts'
import { readStats } from '../../src/store/stats.ts'
import { newSeed, type Random, randomClimb, randomRecord, seeded } from '../support/random-records.ts'
import { earlierAttempt, finished } from '../support/records.ts'
import { openTestStore, type TestStore } from '../support/store.ts'

const at = Date.UTC(2026, 0, 2, 3, 4, 5)
const always = { sinceMs: 0, untilMs: Number.MAX_SAFE_INTEGER, pause: async () => {} }

const unpriced: Cost = {
  status: 'unpriced',
  nanoUsd: null,
  priceId: null,
  priceSource: null,
  priceDate: null,
  lines: [],
}
const priced = (nanoUsd: number, status: Cost['status'] = 'priced'): Cost => ({
  status,
  nanoUsd,
  priceId: 'anthropic/corrected',
  priceSource: 'new table',
  priceDate: '2026-11-01',
  lines: [{ kind: 'input', quantity: 10, nanoUsdPerMillion: 700_000_000, nanoUsd: '7000' }],
})

/** One price for every token. */
const perToken =
  (nano: number) =>
  ({ usage, isEstimated }: RepriceQuestion): Cost =>
    priced((usage.inputTokens + usage.outputTokens) * nano, isEstimated ? 'estimated' : 'priced')

interface Kept {
  cost_status: string
  cost_nano_usd: number | null
  price_id: string | null
  price_source: string | null
  price_date: string | null
  cost_lines: string | null
}

/** Which did not note whether usage was inferred. */
const byOlderRelease = 'UPDATE requests SET usage_inferred = NULL'

const readCost = (store: TestStore, id: string): Kept =>
  store.database
    .query<Kept, [string]>(
      'SELECT cost_status, cost_nano_usd, price_id, price_source, price_date, cost_lines FROM requests WHERE id = ?',
    )
    .get(id) as Kept

const costsOf = (store: TestStore): (number | null)[] =>
  store.database
    .query<{ cost_nano_usd: number | null }, []>('SELECT cost_nano_usd FROM requests ORDER BY seq')
    .all()
    .map((row) => row.cost_nano_usd)

const sessionCost = (store: TestStore, id: string) =>
  store.database
    .query<{ cost_nano_usd: number; unpriced: number }, [string]>(
      'SELECT cost_nano_usd, unpriced FROM sessions WHERE id = ?',
    )
    .get(id)

const minuteSums = (store: TestStore) =>
  store.database
    .query<{ nano: number; unpriced: number; estimated: number }, []>(
      'SELECT sum(cost_nano_usd) AS nano, sum(unpriced) AS unpriced, sum(estimated) AS estimated FROM rollups WHERE step_ms = 60000',
    )
    .get()

function storeWith(...records: readonly RequestRecord[]): TestStore {
  const store = openTestStore()
  store.insert(...records)
  store.fold()
  return store
}

describe('a corrected price', () => {
  test('replaces cost, price, source, date and lines of a request', async () => {
    const record = finished()
    const store = storeWith(record)
    const result = await reprice(store.database, perToken(700), always)
    expect(readCost(store, record.id)).toEqual({
      cost_status: 'priced',
      cost_nano_usd: 10_500,
      price_id: 'anthropic/corrected',
      price_source: 'new table',
      price_date: '2026-11-01',
      cost_lines: '[{"kind":"input","quantity":10,"nanoUsdPerMillion":700000000,"nanoUsd":"7000"}]',
    })
    expect(result).toEqual({
      examined: 1,
      changed: 1,
      newlyPriced: 0,
      stillUnpriced: 0,
      kept: 0,
      oldNanoUsd: 105_000,
      newNanoUsd: 10_500,
    })
  })

  test('is asked for with everything that the row knows', async () => {
    const usage = {
      inputTokens: 1,
      cacheReadTokens: 2,
      cacheWrite5mTokens: 3,
      cacheWrite1hTokens: 4,
      outputTokens: 50,
      reasoningTokens: 6,
      audioInputTokens: 1,
      cacheReadAudioTokens: 2,
      audioOutputTokens: 9,
      imageOutputTokens: 10,
      webSearches: 11,
    }
    const terms = { serviceTier: 'priority', speed: 'fast', region: 'us' }
    const store = storeWith(finished({ usage, terms, billing: 'subscription' }))
    const asked: RepriceQuestion[] = []
    await reprice(store.database, (question) => (asked.push(question), unpriced), always)
    const question = {
      provider: 'anthropic',
      usage,
      terms,
      billing: 'subscription',
      atMs: at,
      isEstimated: false,
    } as const
    // As when it was first priced: by the name that was sent and the name in the reply.
    expect(asked).toEqual([{ ...question, model: 'claude-sonnet-4-5', served: 'claude-sonnet-4-5-20250929' }])
  })

  test('is kept where an older release recorded that the reply billed a second model: of its usage the row tells nothing', async () => {
    const { cost } = finished()
    const line = { kind: 'claude-haiku-4-5: input', quantity: 1, nanoUsdPerMillion: 1, nanoUsd: '1' }
    const remark = {
      kind: 'not told apart, though billed apart: images',
      quantity: 0,
      nanoUsdPerMillion: 0,
      nanoUsd: '0',
    }
    const store = storeWith(
      finished({ cost: { ...cost, lines: [line] } }),
      finished({ cost: { ...cost, lines: [remark] } }),
    )
    store.database.run(byOlderRelease)
    await reprice(store.database, perToken(2), always)
    expect(costsOf(store)).toEqual([105_000, 30])
  })

  test('is that of both models where the reply bills a second one, and unknown while one of them is', async () => {
    const advisor = { model: 'advisor', usage: { ...noUsage, cacheReadTokens: 5000, outputTokens: 100 } }
    const record = finished({ alsoBilled: [advisor], cost: unpriced })
    const store = storeWith(record)
    const knows = (...models: readonly string[]) =>
      reprice(
        store.database,
        (question) => (models.includes(question.model) ? perToken(2)(question) : unpriced),
        always,
      )
    await knows('claude-sonnet-4-5')
    expect(costsOf(store)).toEqual([null])
    await knows('claude-sonnet-4-5', 'advisor')
    expect(costsOf(store)).toEqual([2 * 15 + 2 * 100])
    expect(JSON.parse(readCost(store, record.id).cost_lines ?? '')).toMatchObject([
      { kind: 'input' },
      { kind: 'advisor: input' },
    ])
  })

  test('is looked up for the model that the reply named where none was sent', async () => {
    const store = storeWith(finished({ routedModel: null, requestedModel: null }))
    const models: unknown[] = []
    await reprice(store.database, ({ model, served }) => (models.push([model, served]), unpriced), always)
    expect(models).toEqual([['', 'claude-sonnet-4-5-20250929']])
  })

  test('makes an unpriced request a priced one, in the sums too', async () => {
    const record = finished({ cost: unpriced })
    const store = storeWith(record)
    expect(minuteSums(store)).toEqual({ nano: 0, unpriced: 1, estimated: 0 })
    const result = await reprice(store.database, perToken(2), always)
    expect(readCost(store, record.id).cost_status).toBe('priced')
    expect(minuteSums(store)).toEqual({ nano: 30, unpriced: 0, estimated: 0 })
    expect(sessionCost(store, 's1')).toEqual({ cost_nano_usd: 30, unpriced: 0 })
    expect(result.newlyPriced).toBe(1)
  })

  test('leaves an estimate an estimate', async () => {
    const record = finished({ cost: priced(1, 'estimated') })
    const store = storeWith(record)
    await reprice(store.database, perToken(2), always)
    expect(readCost(store, record.id)).toMatchObject({ cost_status: 'estimated', cost_nano_usd: 30 })
    expect(minuteSums(store)).toEqual({ nano: 30, unpriced: 0, estimated: 1 })
  })

  test('makes an estimate of an unpriced request whose usage was inferred, complete or not', async () => {
    const store = storeWith(
      finished({ cost: unpriced, outcome: 'client_abort', isUsageInferred: true }),
      finished({ cost: unpriced, isUsageInferred: true }),
      finished({ cost: unpriced }),
    )
    await reprice(store.database, perToken(2), always)
    const rows = store.database.query('SELECT cost_status AS status, cost_nano_usd AS nano FROM requests ORDER BY seq')
    expect(rows.all()).toEqual([
      { status: 'estimated', nano: 30 },
      { status: 'estimated', nano: 30 },
      { status: 'priced', nano: 30 },
    ])
    expect(minuteSums(store)).toEqual({ nano: 90, unpriced: 0, estimated: 2 })
  })

  test('takes the usage of an older release for inferred where its request was cut off', async () => {
    const record = finished({ cost: unpriced, outcome: 'client_abort' })
    const store = storeWith(record)
    store.database.run(byOlderRelease)
    await reprice(store.database, perToken(2), always)
    expect(readCost(store, record.id)).toMatchObject({ cost_status: 'estimated', cost_nano_usd: 30 })
    expect(minuteSums(store)).toEqual({ nano: 30, unpriced: 0, estimated: 1 })
  })

  test('that is no longer known takes nothing away', async () => {
    const store = storeWith(finished())
    const result = await reprice(store.database, () => unpriced, always)
    expect(costsOf(store)).toEqual([105_000])
    expect(result).toMatchObject({ examined: 1, changed: 0, kept: 1, oldNanoUsd: 105_000, newNanoUsd: 105_000 })
  })

  test('does not touch what was not billed, what has no usage, the raw paths and what no provider got', async () => {
    const none: Cost = { ...unpriced, status: 'none', nanoUsd: 0 }
    const store = storeWith(
      finished({ cost: none }),
      finished({ usage: null, cost: unpriced }),
      finished({ endpoint: 'raw', cost: unpriced }),
      finished({ provider: null, cost: unpriced }),
    )
    const result = await reprice(store.database, perToken(2), always)
    expect(costsOf(store)).toEqual([0, null, null, null])
    expect(result.examined).toBe(0)
  })

  test('is written only where it makes a difference', async () => {
    const record = finished({ cost: { ...priced(30), priceDate: '2025-01-01' } })
    const store = storeWith(record)
    const result = await reprice(store.database, perToken(2), always)
    expect(result.changed).toBe(0)
    expect(readCost(store, record.id).price_date).toBe('2025-01-01')
  })
})

describe('what is re-priced', () => {
  const filtered = async (filter: Partial<RepriceOptions>) => {
    const store = storeWith(
      finished({ startedMs: at }),
      finished({ startedMs: at + 1000, provider: 'openai', routedModel: 'gpt-5' }),
      finished({ startedMs: at + 2000, requestedModel: 'gpt-5', routedModel: null, cost: unpriced }),
    )
    await reprice(store.database, perToken(1), { ...always, ...filter })
    return costsOf(store)
  }

  test('is bounded by time, the end excluded', async () => {
    expect(await filtered({ sinceMs: at + 1000, untilMs: at + 2000 })).toEqual([105_000, 15, null])
  })
  test('can be one provider', async () => {
    expect(await filtered({ provider: 'openai' })).toEqual([105_000, 15, null])
  })
  test('can be one model, routed or else requested', async () => {
    expect(await filtered({ model: 'gpt-5' })).toEqual([105_000, 15, 15])
  })
  test('can be the unpriced alone', async () => {
    expect(await filtered({ onlyUnpriced: true })).toEqual([105_000, 105_000, 15])
  })
  test('is nothing in a dry run, which counts and sums all the same', async () => {
    const store = storeWith(finished(), finished({ cost: unpriced }))
    const result = await reprice(store.database, perToken(1), { ...always, dryRun: true })
    expect(costsOf(store)).toEqual([105_000, null])
    expect(result).toMatchObject({ examined: 2, changed: 2, newlyPriced: 1, oldNanoUsd: 105_000, newNanoUsd: 30 })
  })
  test('is nothing in an empty database', async () => {
    expect((await reprice(openTestStore().database, perToken(1), always)).examined).toBe(0)
  })
})

describe('attempts', () => {
  const attempt = (number: number, over: Partial<AttemptRecord>): AttemptRecord =>
    earlierAttempt({ number, startedMs: at + number, status: 200, outcome: 'complete', costStatus: 'priced', ...over })
  const used = { ...noUsage, inputTokens: 10, outputTokens: 5 }
  const escalated = (...attempts: readonly AttemptRecord[]) => {
    const last = attempts.at(-1) ?? attempt(1, {})
    const { costStatus: status, costNanoUsd: nanoUsd, usage, provider, model: routedModel, servedModel, billing } = last
    const cost = costOfAttempts({ ...finished().cost, status, nanoUsd }, attempts.slice(0, -1))
    return finished({ attempts, cost, usage, provider, routedModel, servedModel, billing })
  }
  const costsOfAttempts = (store: TestStore) =>
    store.database
      .query<{ nano: number | null }, []>('SELECT cost_nano_usd AS nano FROM attempts ORDER BY request_seq, number')
      .all()
      .map(({ nano }) => nano)

  test('are priced by what each used, failed ones stay without, and their sum is what the request cost', async () => {
    const discarded = { ...noUsage, inputTokens: 100, outputTokens: 0 }
    const store = storeWith(
      escalated(
        attempt(1, { status: 500, outcome: 'failed', costStatus: 'none' }),
        attempt(2, { usage: discarded, costNanoUsd: 300 }),
        attempt(3, { usage: used, costNanoUsd: 104_700 }),
      ),
    )
    await reprice(store.database, perToken(2), always)
    expect(costsOfAttempts(store)).toEqual([0, 200, 30])
    // What was given up is a part of what the request cost.
    expect(costsOf(store)).toEqual([230])
  })

  test('are asked with all that was known when they were paid, as of when the request arrived', async () => {
    const one = {
      usage: {
        ...used,
        reasoningTokens: 2,
        audioInputTokens: 3,
        cacheReadAudioTokens: 4,
        audioOutputTokens: 5,
        imageOutputTokens: 6,
        webSearches: 7,
      },
      terms: { serviceTier: 'flex', speed: 'fast', region: 'us' },
      billing: 'subscription',
      provider: 'openai',
    } as const
    const advisor = { model: 'advisor', usage: { ...noUsage, outputTokens: 9 } }
    const store = storeWith(
      escalated(
        attempt(1, {
          ...one,
          model: 'gpt',
          servedModel: 'gpt-dated',
          isUsageInferred: true,
          alsoBilled: [advisor],
          costNanoUsd: 1,
        }),
        attempt(2, { usage: used, costNanoUsd: 2 }),
      ),
    )
    const asked: RepriceQuestion[] = []
    await reprice(store.database, (question) => (asked.push(question), priced(1)), always)
    expect(asked).toEqual([
      { ...one, model: 'gpt', served: 'gpt-dated', atMs: at, isEstimated: true },
      { ...one, ...advisor, atMs: at, isEstimated: true },
      {
        provider: 'anthropic',
        model: 'claude-sonnet-4-5',
        served: null,
        usage: used,
        terms: standardTerms,
        billing: 'metered',
        atMs: at,
        isEstimated: false,
      },
    ])
  })

  test('that were paid are corrected where the last one used nothing, and found by who was paid for them', async () => {
    const paid = attempt(1, { provider: 'openai', model: 'gpt', usage: used, costNanoUsd: 300 })
    const failed = attempt(2, { status: 500, outcome: 'failed', costStatus: 'none' })
    const store = storeWith(escalated(paid, failed), finished())
    const result = await reprice(store.database, perToken(2), { ...always, provider: 'openai', model: 'gpt' })
    expect(result).toMatchObject({ examined: 1, changed: 1, oldNanoUsd: 300, newNanoUsd: 30 })
    expect(costsOf(store)).toEqual([30, 105_000])
  })

  test('of an older release, which do not tell by what they were paid, keep what they cost', async () => {
    const store = storeWith(
      escalated(attempt(1, { usage: used, costNanoUsd: 7_000 }), attempt(2, { usage: used, costNanoUsd: 500 })),
    )
    store.database.run('UPDATE attempt_rows SET billing = NULL, cost_status = NULL, usage_inferred = NULL')
    await reprice(store.database, perToken(2), always)
    expect(costsOfAttempts(store)).toEqual([7_000, 30])
    expect(costsOf(store)).toEqual([7_030])
  })

  test('whose price is no longer known keep what they cost, also where the whole is unknown', async () => {
    const gone = { model: 'gone', usage: used }
    const store = storeWith(
      escalated(attempt(1, { ...gone, costNanoUsd: 7 }), attempt(2, { usage: used, costNanoUsd: 500 })),
      escalated(attempt(1, { usage: used, costNanoUsd: 500 }), attempt(2, { ...gone, costNanoUsd: 7 })),
      escalated(
        attempt(1, { model: 'new', usage: used, costStatus: 'unpriced', costNanoUsd: null }),
        attempt(2, { ...gone, costNanoUsd: 7 }),
      ),
    )
    const priceOf = (question: RepriceQuestion) =>
      question.model === 'claude-sonnet-4-5' ? perToken(2)(question) : unpriced
    await reprice(store.database, priceOf, always)
    expect(costsOfAttempts(store)).toEqual([7, 30, 500, 7, null, 7])
    expect(costsOf(store)).toEqual([37, 507, null])
  })

  test('move nothing while no price changes', async () => {
    const random = seeded(newSeed())
    // Every fact has a part in it.
    const priceOf = (question: RepriceQuestion): Cost =>
      question.model === 'tiny'
        ? unpriced
        : priced(
            Bun.hash.crc32(JSON.stringify({ ...question, isEstimated: 0 })),
            question.isEstimated ? 'estimated' : 'priced',
          )
    const store = openTestStore()
    store.insert(
      ...Array.from({ length: 300 }, (_, index) => randomClimb(random, at + index)),
      ...Array.from({ length: 300 }, (_, index) => randomRecord(random, at + index)),
    )
    store.fold()
    await reprice(store.database, priceOf, always)
    const before = [
      store.database.query('SELECT * FROM requests').all(),
      store.database.query('SELECT * FROM rollups').all(),
    ]
    const again = await reprice(store.database, priceOf, always)
    expect(again).toMatchObject({ changed: 0, newNanoUsd: again.oldNanoUsd })
    expect([
      store.database.query('SELECT * FROM requests').all(),
      store.database.query('SELECT * FROM rollups').all(),
    ]).toEqual(before)
  })
})

/** Per use and period what the rows say: each request once, and what each attempt cost under who was paid for it. */
const fromRows = `WITH one AS (
  SELECT started_ms, coalesce(provider, '') AS provider, coalesce(routed_model, requested_model, '') AS model, agent,
    coalesce(billing, '') AS billing, outcome, 1 AS requests, iif(cache IS NULL AND provider IS NULL, cost_nano_usd, 0) AS nano,
    cost_status = 'unpriced' AS unpriced, cost_status = 'estimated' AS estimated
  FROM requests
  UNION ALL
  SELECT r.started_ms, a.provider, coalesce(a.model, r.requested_model, ''), r.agent, coalesce(a.billing, ''), r.outcome, 0,
    a.cost_nano_usd, 0, 0
  FROM attempts AS a JOIN requests AS r ON r.seq = a.request_seq
)
SELECT started_ms - started_ms % $step AS start, provider, model, coalesce(agent, '') AS agent, billing, outcome,
  sum(requests) AS requests, sum(coalesce(nano, 0)) AS nano, sum(unpriced) AS unpriced, sum(estimated) AS estimated
FROM one WHERE started_ms - started_ms % $step >= $from AND started_ms - started_ms % $step < $until
GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(requests) > 0 OR sum(nano) > 0 ORDER BY 1, 2, 3, 4, 5, 6`
const fromRollups = `SELECT start_ms AS start, provider, model, agent, billing, outcome, requests, cost_nano_usd AS nano,
  unpriced, estimated
FROM rollups WHERE step_ms = $step AND start_ms >= $from AND start_ms < $until AND (requests > 0 OR cost_nano_usd > 0)
ORDER BY 1, 2, 3, 4, 5, 6`

/** What is known to have been paid: of requests that no provider got, their own row says it. */
const fromAttempts = `SELECT sum(nano) AS nano, sum(iif(billing = 'metered', nano, 0)) AS metered,
  sum(iif(billing = 'subscription', nano, 0)) AS plan
FROM (SELECT billing, coalesce(cost_nano_usd, 0) AS nano FROM attempts
  UNION ALL SELECT billing, coalesce(cost_nano_usd, 0) FROM requests WHERE provider IS NULL)`

function expectSumsToEqualRows(store: TestStore): void {
  const levels = store.database
    .query<{ step_ms: number; from_ms: number; until_ms: number }, []>('SELECT * FROM rollup_levels')
    .all()
  expect(levels.length).toBe(4)
  for (const { step_ms, from_ms, until_ms } of levels) {
    const range = { $step: step_ms, $from: from_ms, $until: until_ms }
    const rows = store.database.query(fromRows).all(range)
    expect(rows.length).toBeGreaterThan(0)
    expect(store.database.query(fromRollups).all(range)).toEqual(rows)
  }
  const sessions = store.database
    .query(
      `SELECT session_id AS id, sum(nano) AS nano, sum(unpriced) AS unpriced FROM (
         SELECT session_id, iif(provider IS NULL, coalesce(cost_nano_usd, 0), 0) AS nano, cost_status = 'unpriced' AS unpriced
         FROM requests
         UNION ALL SELECT session_id, coalesce(a.cost_nano_usd, 0), 0
         FROM attempts AS a JOIN requests AS r ON r.seq = a.request_seq)
       WHERE session_id IS NOT NULL GROUP BY 1 ORDER BY 1`,
    )
    .all()
  expect(store.database.query('SELECT id, cost_nano_usd AS nano, unpriced FROM sessions ORDER BY id').all()).toEqual(
    sessions,
  )
  const paid = store.database.query<{ nano: number; metered: number; plan: number }, []>(fromAttempts).get()
  const { totals } = readStats(store.database, parseFilters([['window', 'all']]), Date.UTC(2026, 6, 1))
  expect([totals.costNanoUsd, totals.meteredNanoUsd, totals.subscriptionNanoUsd]).toEqual([
    paid?.nano ?? -1,
    paid?.metered ?? -1,
    paid?.plan ?? -1,
  ])
  const lifetime = readLifetime(store.database).reduce((sum, { figures }) => sum + figures.costNanoUsd, 0)
  expect(lifetime).toBe(paid?.nano ?? -1)
}

/** A third took several attempts. */
const any = (random: Random, startedMs: number): RequestRecord =>
  random() < 0.33 ? randomClimb(random, startedMs) : randomRecord(random, startedMs)

describe('the sums', () => {
  test('equal the rows after any corrections, while rows are written, folded and raised in between', async () => {
    const random = seeded(newSeed())
    const store = openTestStore()
    const start = Date.UTC(2026, 5, 1)
    const moment = () => start + Math.floor(random() * 5 * 86_400_000)
    store.insert(...Array.from({ length: 700 }, () => any(random, moment())))
    foldSome(store.database, 400)
    for (let round = 0; round < 4; round++) {
      const rate = Math.floor(random() * 9) + 1
      const priceOf = (question: RepriceQuestion): Cost =>
        question.usage.inputTokens % 7 === round ? unpriced : perToken(rate)(question)
      await reprice(store.database, priceOf, {
        sinceMs: start + Math.floor(random() * 86_400_000),
        untilMs: start + 4 * 86_400_000,
        chunk: 60,
        onlyUnpriced: random() < 0.3,
        pause: async () => {
          store.insert(any(random, moment()))
          foldSome(store.database, Math.floor(random() * 80) + 1)
          if (random() < 0.3) store.raise(start + Math.floor(random() * 6 * 86_400_000))
        },
      })
    }
    store.fold()
    store.raise(start + 6 * 86_400_000)
    expectSumsToEqualRows(store)
  })

  test('are not moved by a row that went away, or was re-priced by another, after it was read', async () => {
    const records = Array.from({ length: 120 }, (_, index) =>
      finished({ startedMs: at, sessionId: null, cost: priced(index === 119 ? 5 : 1) }),
    )
    const store = storeWith(...records)
    let pauses = 0
    const result = await reprice(store.database, perToken(2), {
      ...always,
      pause: async () => {
        pauses += 1
        if (pauses > 1) return
        store.database.run('DELETE FROM requests WHERE id = ?', [records[110]?.id ?? ''])
        store.database.run('UPDATE requests SET cost_nano_usd = 6 WHERE id = ?', [records[119]?.id ?? ''])
      },
    })
    // 118 rows went from 1 to 30; the deleted one keeps its 1 and the changed one its 5 in the sums.
    expect(minuteSums(store)).toEqual({ nano: 118 * 30 + 1 + 5, unpriced: 0, estimated: 0 })
    expect(result.changed).toBe(120)
    expect(pauses).toBe(3)
  })
})
