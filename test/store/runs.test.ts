import { describe, expect, test } from 'bun:test'
import { AppError } from '../../src/neutral/error.ts'
import type { RequestRecord } from '../../src/neutral/record.ts'
import { parseListQuery } from '../../src/store/filters.ts'
import { foldSome } from '../../src/store/fold.ts'
import { trimSome } from '../../src/store/raise.ts'
import { listRuns } from '../../src/store/runs.ts'
import { newSeed, randomRecord, seeded } from '../support/random-records.ts'
import { finished } from '../support/records.ts'
import { openTestStore, type TestStore } from '../support/store.ts'

const day = 86_400_000
const now = Date.UTC(2026, 5, 20, 12, 30, 15)

const list = (store: TestStore, query: Record<string, string> = {}, at = now) =>
  listRuns(store.database, parseListQuery(Object.entries(query)), at)
const ids = (store: TestStore, query: Record<string, string> = {}) => list(store, query).runs.map((run) => run.id)

function refusal(work: () => unknown): AppError {
  try {
    work()
  } catch (fault) {
    if (fault instanceof AppError) return fault
  }
  throw new Error('nothing was refused')
}

describe('the list', () => {
  const random = () => seeded(newSeed())

  test('every filter gives exactly the matching requests, newest first, at any stage of the roll-ups', () => {
    const next = random()
    const records = Array.from({ length: 300 }, () => randomRecord(next, now - Math.floor(next() ** 2 * 12 * day)))
    const cases: [Record<string, string>, (record: RequestRecord) => boolean][] = [
      [{}, () => true],
      [{ window: '24h' }, (record) => record.startedMs >= now - day && record.startedMs <= now],
      [{ provider: 'openai' }, (record) => record.provider === 'openai'],
      [{ provider: '' }, (record) => record.provider === null],
      [{ model: 'tiny' }, (record) => (record.routedModel ?? record.requestedModel) === 'tiny'],
      [{ agent: 'codex,claude-code' }, (record) => record.agent !== null],
      [{ billing: 'local' }, (record) => record.billing === 'local'],
      [{ outcome: 'upstream_reset,timeout' }, (record) => ['upstream_reset', 'timeout'].includes(record.outcome)],
      [{ session: 'two' }, (record) => record.sessionId === 'two'],
      [{ cost: 'unpriced' }, (record) => record.cost.status === 'unpriced'],
      [{ cost: 'none,estimated' }, (record) => ['none', 'estimated'].includes(record.cost.status)],
      [{ cost: 'priced' }, (record) => record.cost.status === 'priced'],
      [
        { provider: 'openai', outcome: 'timeout', window: '7d' },
        (record) => record.provider === 'openai' && record.outcome === 'timeout' && record.startedMs >= now - 7 * day,
      ],
      [{ translated: 'true' }, (record) => record.translatedTo !== null],
      [{ translated: 'false' }, (record) => record.translatedTo === null],
      [{ translated: 'true,false' }, () => true],
      [
        { translated: 'true', agent: 'codex', window: '7d' },
        (record) => record.translatedTo !== null && record.agent === 'codex' && record.startedMs >= now - 7 * day,
      ],
      [{ translated: 'true', session: 'two' }, (record) => record.translatedTo !== null && record.sessionId === 'two'],
      [{ provider: 'nobody' }, () => false],
    ]
    const store = openTestStore()
    const check = (stage: string) => {
      for (const [query, keep] of cases) {
        const expected = records
          .map((record, seq) => ({ record, seq }))
          .filter(({ record }) => keep(record))
          .sort((one, other) => other.record.startedMs - one.record.startedMs || other.seq - one.seq)
          .map(({ record }) => record.id)
        expect([stage, query, ids(store, { ...query, limit: '1000' })]).toEqual([stage, query, expected])
        // The same, page by page.
        const paged: string[] = []
        let cursor: string | null = null
        do {
          const page = list(store, { ...query, limit: '17', ...(cursor === null ? {} : { cursor }) })
          paged.push(...page.runs.map((run) => run.id))
          cursor = page.nextCursor
          if (cursor !== null) expect(page.runs.length).toBe(17)
        } while (cursor !== null)
        expect([stage, query, paged]).toEqual([stage, query, expected])
      }
    }
    store.insert(...records)
    check('unfolded')
    foldSome(store.database, 150)
    check('half')
    store.fold()
    check('folded')
    store.raise(now)
    check('raised')
    while (trimSome(store.database, now, null)) continue
    check('trimmed')
  })

  test('pages neither repeat nor skip a request while others are written, even within one millisecond', () => {
    const store = openTestStore()
    const at = (startedMs: number, count: number) => Array.from({ length: count }, () => finished({ startedMs }))
    const first = [...at(now - 2000, 4), ...at(now - 1000, 5)]
    store.insert(...first)
    const seen: string[] = []
    let cursor: string | null = null
    do {
      const page = list(store, { limit: '2', window: '1h', ...(cursor === null ? {} : { cursor }) }, now + seen.length)
      seen.push(...page.runs.map((run) => run.id))
      cursor = page.nextCursor
      store.insert(...at(now - 1, 2))
    } while (cursor !== null)
    expect(seen).toEqual(first.map((record) => record.id).reverse())
  })

  test('the last full page says that it is the last', () => {
    const store = openTestStore()
    store.insert(finished(), finished(), finished(), finished())
    const page = list(store, { limit: '2' })
    expect(page.nextCursor).not.toBeNull()
    expect(list(store, { limit: '2', cursor: page.nextCursor ?? '' }).nextCursor).toBeNull()
  })

  test('a cursor is refused when it is none or belongs to other filters', () => {
    const store = openTestStore()
    store.insert(finished(), finished())
    const cursor = list(store, { limit: '1' }).nextCursor ?? ''
    for (const query of [
      { cursor: 'x' },
      { cursor: '' },
      { cursor: 'WzFd' },
      { cursor: Buffer.from('{}').toString('base64url') },
      { cursor, provider: 'openai' },
      { cursor, window: '24h' },
    ]) {
      const { status, message } = refusal(() => list(store, query))
      expect([status, message.startsWith('cursor')]).toEqual([400, true])
    }
    expect(list(store, { cursor, limit: '9' }).runs.length).toBe(1)
  })

  test('a line says what the row says', () => {
    const store = openTestStore()
    store.insert(
      finished({
        startedMs: now,
        isStream: true,
        translatedTo: 'openai-chat',
        dropped: ['cache_control', 'top_k'],
        usage: null,
        cost: { ...finished().cost, status: 'unpriced', nanoUsd: null },
      }),
    )
    const [run] = list(store).runs
    expect(run).toMatchObject({
      startedMs: now,
      endpoint: 'messages',
      dialect: 'anthropic',
      translatedTo: 'openai-chat',
      dropped: ['cache_control', 'top_k'],
      provider: 'anthropic',
      isStream: true,
      status: 200,
      inputTokens: null,
      costStatus: 'unpriced',
      costNanoUsd: null,
      firstByteMs: 12.5,
      durationMs: 20.25,
      agent: 'claude-code',
    })
    expect(Object.keys(run ?? {})).not.toContain('seq')
  })
})
