import { describe, expect, test } from 'bun:test'
import type { Cost, RequestRecord } from '../../src/neutral/record.ts'
import { noUsage } from '../../src/neutral/usage.ts'
import { foldSome } from '../../src/store/fold.ts'
import { reprice, type RepriceOptions, type RepriceQuestion } from '../../src/store/reprice.ts'
import { newSeed, randomRecord, seeded } from '../support/random-records.ts'
import { finished } from '../support/records.ts'
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

  test('is kept where the reply billed a second model, of whose usage the row tells nothing', async () => {
    const { cost } = finished()
    const line = { kind: 'claude-haiku-4-5: input', quantity: 1, nanoUsdPerMillion: 1, nanoUsd: '1' }
    const record = finished({ cost: { ...cost, lines: [line] } })
    const store = storeWith(record)
    expect(await reprice(store.database, perToken(2), always)).toMatchObject({ examined: 0, changed: 0 })
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

  test('makes an estimate of an unpriced request that was cut off: its usage was inferred', async () => {
    const record = finished({ cost: unpriced, outcome: 'client_abort' })
    const store = storeWith(record)
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
  const attempt = (number: number, over: object) => ({
    number,
    provider: 'anthropic',
    model: 'claude-sonnet-4-5',
    startedMs: at,
    status: 200,
    outcome: 'complete' as const,
    errorCode: null,
    firstByteMs: null,
    durationMs: 1,
    usage: null,
    costNanoUsd: null,
    ...over,
  })

  test('are priced by what each used, failed ones stay without, and their sum is what the request cost', async () => {
    const discarded = { ...noUsage, inputTokens: 100, outputTokens: 0 }
    const store = storeWith(
      finished({
        attempts: [
          attempt(1, { status: 500, outcome: 'failed', costNanoUsd: 0 }),
          attempt(2, { usage: discarded, costNanoUsd: 300 }),
          attempt(3, { usage: { ...noUsage, inputTokens: 10, outputTokens: 5 }, costNanoUsd: 104_700 }),
        ],
      }),
    )
    await reprice(store.database, perToken(2), always)
    const costs = store.database.query('SELECT number, cost_nano_usd AS nano FROM attempts ORDER BY number').all()
    expect(costs).toEqual([
      { number: 1, nano: 0 },
      { number: 2, nano: 200 },
      { number: 3, nano: 30 },
    ])
    // What was given up is a part of what the request cost.
    expect(store.database.query('SELECT cost_nano_usd AS nano FROM requests').all()).toEqual([{ nano: 230 }])
  })
})

/** Per use and period what the rows say, for the periods of a width that are there. */
const fromRows = `SELECT started_ms - started_ms % $step AS start, coalesce(provider, '') AS provider,
  coalesce(routed_model, requested_model, '') AS model, coalesce(agent, '') AS agent, coalesce(billing, '') AS billing, outcome,
  sum(coalesce(cost_nano_usd, 0)) AS nano, sum(cost_status = 'unpriced') AS unpriced, sum(cost_status = 'estimated') AS estimated
FROM requests WHERE started_ms - started_ms % $step >= $from AND started_ms - started_ms % $step < $until
GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6`
const fromRollups = `SELECT start_ms AS start, provider, model, agent, billing, outcome, cost_nano_usd AS nano, unpriced, estimated
FROM rollups WHERE step_ms = $step AND start_ms >= $from AND start_ms < $until ORDER BY 1, 2, 3, 4, 5, 6`

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
      `SELECT session_id AS id, sum(coalesce(cost_nano_usd, 0)) AS nano, sum(cost_status = 'unpriced') AS unpriced
       FROM requests WHERE session_id IS NOT NULL GROUP BY 1 ORDER BY 1`,
    )
    .all()
  expect(store.database.query('SELECT id, cost_nano_usd AS nano, unpriced FROM sessions ORDER BY id').all()).toEqual(
    sessions,
  )
}

describe('the sums', () => {
  test('equal the rows after any corrections, while rows are written, folded and raised in between', async () => {
    const random = seeded(newSeed())
    const store = openTestStore()
    const start = Date.UTC(2026, 5, 1)
    const moment = () => start + Math.floor(random() * 5 * 86_400_000)
    store.insert(...Array.from({ length: 700 }, () => randomRecord(random, moment())))
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
          store.insert(randomRecord(random, moment()))
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
