import { describe, expect, test } from 'bun:test'
import type { AttemptRecord, RecordedFacts, RequestRecord } from '../../src/neutral/record.ts'
import { showingsOf } from '../../src/neutral/showing.ts'
import { parseSignalFilters } from '../../src/store/filters.ts'
import { readSignals } from '../../src/store/signals.ts'
import { enterGrade, readGradingCosts } from '../../src/store/grades.ts'
import { readRecentShowings } from '../../src/store/signals-rows.ts'
import { earlierAttempt, finished } from '../support/records.ts'
import { openTestStore } from '../support/store.ts'

const nowMs = Date.UTC(2026, 0, 8)
const day = 86_400_000

const facts: RecordedFacts = {
  tools: 0,
  messages: 1,
  images: false,
  toolTurn: false,
  sideCall: null,
  maxOutputTokens: null,
}
const attempt = (over: Partial<AttemptRecord> = {}): AttemptRecord =>
  earlierAttempt({
    number: 1,
    provider: 'anthropic',
    model: 'claude-haiku-4-5',
    startedMs: nowMs - 1000,
    status: 200,
    outcome: 'complete',
    errorCode: null,
    firstByteMs: 10,
    durationMs: 100,
    usage: null,
    costNanoUsd: 1_000,
    ...over,
  })
const answered = (over: Partial<RequestRecord> = {}) =>
  finished({ startedMs: nowMs - 1000, taskType: 'general', durationMs: 100, ...over })

function openFilled(...records: readonly RequestRecord[]) {
  const store = openTestStore()
  store.insert(...records)
  return {
    store,
    ask: (query: Record<string, string> = {}, most?: number) =>
      readSignals(store.database, parseSignalFilters(Object.entries(query)), nowMs, most),
  }
}

describe('how a model did at a task', () => {
  test('is counted with intervals, times and cost', () => {
    const { ask } = openFilled(
      ...Array.from({ length: 8 }, () => answered()),
      answered({ finishReason: 'refusal', durationMs: 9000 }),
      answered({ outcome: 'timeout', status: null, durationMs: 9000, cost: { ...finished().cost, nanoUsd: null } }),
    )
    expect(ask()).toEqual({
      fromMs: nowMs - 7 * day,
      toMs: nowMs + 1,
      isCut: false,
      models: [
        {
          provider: 'anthropic',
          model: 'claude-sonnet-4-5',
          task: 'general',
          attempts: 10,
          errors: { count: 1, of: 10, low: 0.0179, high: 0.4042 },
          refusals: { count: 1, of: 9, low: 0.0199, high: 0.435 },
          escalations: { count: 0, of: 9, low: 0, high: 0.2991 },
          repeats: { count: 0, of: 9, low: 0, high: 0.2991 },
          unusable: { count: 0, of: 0, low: null, high: null },
          bad: { count: 2, of: 10, low: 0.0567, high: 0.5098 },
          graded: {
            better: { count: 0, of: 0, low: null, high: null },
            same: { count: 0, of: 0, low: null, high: null },
            worse: { count: 0, of: 0, low: null, high: null },
          },
          // The middle of its bin, which is off by 2.2 % at most.
          p50Ms: 98.7,
          p95Ms: 98.7,
          costNanoUsd: 945_000,
          priced: 9,
        },
      ],
    })
  })

  test('is told from each attempt of a cascade, of the model that made it', () => {
    const attempts = [
      attempt({ errorCode: 'escalated: invalid-tool-call' }),
      attempt({ number: 2, model: 'claude-opus-4-6', durationMs: 700, costNanoUsd: 9_000 }),
    ]
    const { ask } = openFilled(
      answered({ routedModel: 'claude-opus-4-6', attempts, facts: { ...facts, isUsable: true } }),
    )
    const lines = ask().models.map(({ model, attempts: count, escalations, unusable, costNanoUsd }) => [
      model,
      count,
      escalations.count,
      [unusable.count, unusable.of],
      costNanoUsd,
    ])
    expect(lines).toEqual([
      ['claude-haiku-4-5', 1, 1, [1, 1], 1_000],
      ['claude-opus-4-6', 1, 0, [0, 1], 9_000],
    ])
    expect(ask({ model: 'claude-haiku-4-5' }).models).toHaveLength(1)
  })

  test('is worse where its question was asked again', () => {
    const first = answered({ startedMs: nowMs - 5000 })
    const again = answered({ routedModel: 'claude-opus-4-6', facts: { ...facts, repeats: first.id } })
    const { ask } = openFilled(first, again)
    const of = ask().models.map(({ model, repeats, bad }) => [model, repeats.count, bad.count])
    expect(of).toEqual([
      ['claude-opus-4-6', 0, 0],
      ['claude-sonnet-4-5', 1, 1],
    ])
  })

  test('leaves out what says nothing of it: hang-ups, refusals of ours, answers from the cache, other endpoints', () => {
    const { ask } = openFilled(
      answered({ outcome: 'client_abort' }),
      answered({ outcome: 'refused', status: 402, provider: null }),
      answered({ status: 400, outcome: 'failed' }),
      answered({ cache: 'hit' }),
      answered({ endpoint: 'embeddings' }),
    )
    expect(ask().models).toEqual([])
  })

  test('is of a week unless told otherwise, and goes by provider, model, agent and task', () => {
    const { ask } = openFilled(
      answered({ startedMs: nowMs - 8 * day }),
      answered({ agent: 'codex', taskType: 'tool_use' }),
      answered({ provider: 'openai', routedModel: 'gpt-5.5' }),
    )
    const models = (query: Record<string, string>) =>
      ask(query)
        .models.map(({ model, task, attempts }) => `${attempts} ${model} ${task}`)
        .sort()
    expect(models({})).toEqual(['1 claude-sonnet-4-5 tool_use', '1 gpt-5.5 general'])
    expect(models({ window: 'all' })).toHaveLength(3)
    expect(ask({ window: 'all' }).fromMs).toBe(nowMs - 8 * day)
    expect(models({ agent: 'codex' })).toEqual(['1 claude-sonnet-4-5 tool_use'])
    expect(models({ task: 'general' })).toEqual(['1 gpt-5.5 general'])
    expect(models({ provider: 'openai' })).toEqual(['1 gpt-5.5 general'])
    expect(() => ask({ session: 's1' })).toThrow('"session" is no parameter here')
  })

  test('says so where a window holds more than is read, and what it read', () => {
    const { ask } = openFilled(answered({ startedMs: nowMs - 3000 }), answered({ startedMs: nowMs - 2000 }), answered())
    expect(ask({}, 2)).toMatchObject({ fromMs: nowMs - 2000, isCut: true, models: [{ attempts: 2 }] })
  })
})

describe('verdicts on routed answers', () => {
  const grade = (id: string, verdict: 'better' | 'same' | 'worse' | null, atMs = nowMs - 1000) =>
    ({
      id,
      atMs,
      provider: 'anthropic',
      model: 'claude-sonnet-4-5',
      task: 'general',
      baseline: 'anthropic/claude-opus-4-6',
      judge: 'openai/gpt-5.5',
      verdict,
      why: verdict === null ? 'unclear' : null,
      costNanoUsd: 7_000,
    }) as const

  test('are counted by model and task, without those that came to none', () => {
    const { store, ask } = openFilled(answered(), answered({ routedModel: 'other' }))
    for (const [index, verdict] of (['same', 'same', 'worse', null] as const).entries())
      enterGrade(store.database, grade(`g${index}`, verdict))
    enterGrade(store.database, grade('old', 'worse', nowMs - 8 * day))
    const graded = ask().models.map(({ model, graded: { better, same, worse } }) => [
      model,
      [better, same, worse].map(({ count, of }) => `${count}/${of}`),
    ])
    expect(graded).toEqual([
      ['claude-sonnet-4-5', ['0/3', '2/3', '1/3']],
      ['other', ['0/0', '0/0', '0/0']],
    ])
    expect(ask({ agent: 'claude-code' }).models[0]?.graded.same.of).toBe(0)
  })

  test('are forgotten after a year', () => {
    const { store } = openFilled()
    enterGrade(store.database, grade('old', 'same', nowMs - 367 * day))
    enterGrade(store.database, grade('new', 'same'))
    expect(readGradingCosts(store.database, 0)).toHaveLength(1)
  })

  test('say what a day of grading has cost, those that came to none included, each once', () => {
    const { store } = openFilled()
    enterGrade(store.database, grade('a', 'same'))
    enterGrade(store.database, grade('a', 'same'))
    enterGrade(store.database, grade('b', null, nowMs - 500))
    enterGrade(store.database, grade('c', 'same', nowMs - 2 * day))
    expect(readGradingCosts(store.database, 0)).toHaveLength(3)
    expect(readGradingCosts(store.database, nowMs - day).map(({ nanoUsd }) => nanoUsd)).toEqual([7_000, 7_000])
  })
})

test('what the table says of a request is what was told of it while it ran', () => {
  const attempts = [attempt({ errorCode: 'escalated: refusal' }), attempt({ number: 2, model: 'claude-opus-4-6' })]
  const records = [
    answered({ startedMs: nowMs - 9000, attempts: [attempt({ model: 'claude-sonnet-4-5', costNanoUsd: 105_000 })] }),
    answered({ attempts, routedModel: 'claude-opus-4-6', facts: { ...facts, repeats: 'x', isUsable: false } }),
  ]
  const { store } = openFilled(...records, answered({ startedMs: nowMs + 5 }))
  expect(readRecentShowings(store.database, nowMs)).toEqual(records.map(showingsOf))
})
