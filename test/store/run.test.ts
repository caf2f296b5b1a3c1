import { describe, expect, test } from 'bun:test'
import { AppError } from '../../src/neutral/error.ts'
import { readRun } from '../../src/store/run.ts'
import { earlierAttempt, finished } from '../support/records.ts'
import { openTestStore } from '../support/store.ts'

function refusal(work: () => unknown): AppError {
  try {
    work()
  } catch (fault) {
    if (fault instanceof AppError) return fault
  }
  throw new Error('nothing was refused')
}

describe('one request', () => {
  const id = '01900000-aaaa-7000-8000-000000000001'
  const record = finished({
    id,
    startedMs: 0x1900000aaaa,
    tags: { team: 'core' },
    bypass: ['identify'],
    translatedTo: 'gemini',
    dropped: ['metadata', 'tools: web_search'],
    trace: [{ stage: 'route', did: 'sent as it came', why: 'passthrough' }],
    cost: { ...finished().cost, lines: [{ kind: 'input', quantity: 10, nanoUsdPerMillion: 3e9, nanoUsd: '30000' }] },
    attempts: [
      earlierAttempt({
        number: 1,
        provider: 'anthropic',
        model: 'm',
        startedMs: 5,
        status: 529,
        outcome: 'failed',
        errorCode: 'overloaded_error',
        firstByteMs: null,
        durationMs: 3,
        usage: null,
        costNanoUsd: null,
      }),
      earlierAttempt({
        number: 2,
        provider: 'openai',
        model: null,
        startedMs: 8,
        status: 200,
        outcome: 'complete',
        errorCode: null,
        firstByteMs: 1.5,
        durationMs: 4,
        usage: null,
        costNanoUsd: 7,
      }),
    ],
  })

  test('comes with its attempts, price lines, tags, trace and what its translation left out', () => {
    const store = openTestStore()
    store.insert(record)
    const detail = readRun(store.database, id)
    expect(detail).toMatchObject({
      id,
      tags: { team: 'core' },
      bypass: ['identify'],
      translatedTo: 'gemini',
      dropped: ['metadata', 'tools: web_search'],
      trace: [{ stage: 'route', did: 'sent as it came', why: 'passthrough' }],
      costLines: [{ kind: 'input', quantity: 10, nanoUsdPerMillion: 3e9, nanoUsd: '30000' }],
      priceDate: '2026-01-01',
      isStream: false,
      method: 'POST',
      requestBytes: 300,
    })
    expect(
      detail.attempts.map(({ number, provider, costNanoUsd, firstByteMs }) => [
        number,
        provider,
        costNanoUsd,
        firstByteMs,
      ]),
    ).toEqual([
      [1, 'anthropic', null, null],
      [2, 'openai', 7, 1.5],
    ])
    expect(Object.keys(detail)).not.toContain('seq')
  })

  test('that was answered from the cache was an attempt at nobody', () => {
    const store = openTestStore()
    const hit = finished({ cache: 'hit', savedNanoUsd: 7 })
    store.insert(hit)
    expect(readRun(store.database, hit.id)).toMatchObject({ cache: 'hit', savedNanoUsd: 7, attempts: [] })
  })

  test('what it has none of is empty, not absent', () => {
    const store = openTestStore()
    store.insert(finished({ id, startedMs: 0x1900000aaaa, provider: null }))
    expect(readRun(store.database, id)).toMatchObject({
      translatedTo: null,
      dropped: [],
      tags: {},
      bypass: [],
      trace: [],
      costLines: [],
      attempts: [],
    })
  })

  test('is found by the start of its id, if that is long enough and no other begins so', () => {
    const store = openTestStore()
    store.insert(record, finished({ id: '01900000-aaab-7000-8000-000000000001', startedMs: 0x1900000aaab }))
    expect(readRun(store.database, '01900000-AAAA').id).toBe(id)
    expect(refusal(() => readRun(store.database, '01900000-aaa')).message).toContain('several')
    expect(refusal(() => readRun(store.database, '01900')).message).toContain('at least 6')
    for (const unknown of ['01900000-b', 'zzzzzz', "019000' OR 1=1", '%', '']) {
      expect(refusal(() => readRun(store.database, unknown)).status).toBeOneOf([400, 404])
    }
    expect(refusal(() => readRun(store.database, '01900000-b')).status).toBe(404)
  })
})
