/** The replay of requests under other settings: what would have gone where, and what it would have cost. */
import { describe, expect, test } from 'bun:test'
import type { TaskType } from '../../src/neutral/model.ts'
import type { PastRequest, Simulation } from '../../src/neutral/simulation.ts'
import { noUsage, standardTerms, type Usage } from '../../src/neutral/usage.ts'
import { openReplay, type Paid, type SimulatedSettings } from '../../src/rules/simulate.ts'
import { openSimulationSums } from '../../src/rules/simulate-sums.ts'
import { model, plainSettings, ref, use, worldOf, type WorldOptions } from './route-world.ts'

const startedMs = Date.UTC(2026, 0, 2, 3, 4, 5)
const used = (usage: Partial<Usage>): Usage => ({ ...noUsage, ...usage })

/** A thousand tokens in and a hundred out at the dearest model: $0.006. */
const asked = (over: Partial<PastRequest> = {}): PastRequest => ({
  id: 'r1',
  startedMs,
  endpoint: 'messages',
  mount: null,
  dialect: 'anthropic',
  asked: 'claude-opus-5-5',
  isHeaderChosen: false,
  served: ref(model.opus),
  billing: 'metered',
  usage: used({ inputTokens: 1000, outputTokens: 100 }),
  terms: standardTerms,
  costNanoUsd: 6_000_000,
  session: 's1',
  agent: 'claude-code',
  tags: null,
  task: 'general',
  score: 40,
  isAutomated: false,
  facts: null,
  ...over,
})

/** 900 of its tokens lay in the prompt cache. */
const cached: Partial<PastRequest> = {
  usage: used({ inputTokens: 100, cacheReadTokens: 900, outputTokens: 100 }),
  costNanoUsd: 2_760_000,
}

const bareFacts = {
  tools: 0,
  messages: 1,
  images: false,
  toolTurn: false,
  sideCall: null,
  maxOutputTokens: null,
}

interface Options {
  readonly settings?: Partial<SimulatedSettings>
  readonly world?: WorldOptions
  readonly tell?: (paid: Paid) => void
}

function replay(requests: readonly PastRequest[], { settings, world, tell }: Options = {}): Simulation {
  const { costOf } = worldOf()
  const thresholds = { moderate: 25, complex: 55 }
  const sums = openSimulationSums()
  const replayOne = openReplay({
    settings: { ...plainSettings, complexity: { ...plainSettings.complexity, thresholds }, ...settings },
    worldOf: () => worldOf(world),
    billingOf: () => 'metered',
    priceOf: (one, paid) => {
      tell?.(paid)
      return costOf(one, paid.usage)
    },
  })
  for (const past of requests) sums.add(past, replayOne(past))
  return sums.result(false)
}

const toHaiku = { modelOverrides: { 'claude-opus-5-5': model.haiku } }

test('with the settings that were in force, everything is where it was and costs what it did', () => {
  const { totals, replayed, byRule } = replay([asked(), asked({ costNanoUsd: 7_000_000 })])
  expect(totals).toEqual({ requests: 2, changed: 0, thenNanoUsd: 13_000_000, nowNanoUsd: 13_000_000 })
  expect([replayed, byRule.map(({ key }) => key)]).toEqual([2, ['passthrough']])
})

test('a rule leads elsewhere: the same tokens at the other model’s price', () => {
  const { totals, byPair, changes } = replay([asked()], { settings: { rules: use(model.haiku) } })
  expect(totals).toEqual({ requests: 1, changed: 1, thenNanoUsd: 6_000_000, nowNanoUsd: 150_000 })
  expect(byPair).toEqual([{ from: model.opus, to: model.haiku, ...totals }])
  expect(changes.map(({ id, rule, reason }) => [id, rule, reason])).toEqual([
    ['r1', 'rule', `routing.rules.0 (any request) uses ${model.haiku}`],
  ])
})

test('a conversation that is led elsewhere loses its prompt cache once, at what writing it anew costs', () => {
  // Lost: 100 x 100 + 900 x 125 + 100 x 500. Cached there after that: 100 x 100 + 900 x 10 + 100 x 500.
  const { totals, cacheLost } = replay([asked(cached), asked(cached)], { settings: toHaiku })
  expect(totals.nowNanoUsd).toBe(172_500 + 69_000)
  expect(cacheLost).toEqual({ requests: 1, tokens: 900 })
})

test('who comes back to the model that it had been led away from finds no cache there', () => {
  const rules = [{ when: { task: ['tool_use' as const] }, use: model.haiku }]
  const called = {
    ...bareFacts,
    tools: 1,
    expected: { inputTokens: 1000, outputTokens: 100 },
  }
  const { totals } = replay([asked({ ...cached, facts: called }), asked(cached)], {
    settings: { rules, sticky: false },
  })
  // 100 x 4000 + 900 x 5000 + 100 x 20000, where it had cost 2,760,000.
  expect(totals.nowNanoUsd).toBe(172_500 + 6_900_000)
})

test('each session has a cache of its own', () => {
  const { cacheLost } = replay([asked(cached), asked({ ...cached, session: 's2' })], { settings: toHaiku })
  expect(cacheLost.requests).toBe(2)
})

/** Where a switch to the moderate model would cost more than it saves. */
const long = (over: Partial<PastRequest>): PastRequest =>
  asked({
    usage: used({ inputTokens: 100, cacheReadTokens: 50_000, outputTokens: 100 }),
    costNanoUsd: 22_400_000,
    ...over,
  })

test('a conversation stays with the model that it began with, where a switch does not pay', () => {
  const { stayed, byRule, totals } = replay([long({ score: 80 }), long({ score: 30 })], {
    settings: { mode: 'complexity' },
  })
  expect([stayed, byRule.map(({ key }) => key)]).toEqual([1, ['complexity', 'sticky']])
  expect(totals.nowNanoUsd).toBe(44_800_000)
})

test('an hour later there is nothing left to stay for', () => {
  const requests = [long({ score: 80 }), long({ score: 30, startedMs: startedMs + 3_600_001 })]
  expect(replay(requests, { settings: { mode: 'complexity' } }).stayed).toBe(0)
})

test('a conversation that was under way before the first request stays, one that begins does not', () => {
  const facts = { ...bareFacts, messages: 9 }
  const settings = { mode: 'complexity' as const }
  expect(replay([long({ score: 30, facts })], { settings }).stayed).toBe(1)
  expect(replay([long({ score: 30, facts: bareFacts })], { settings }).stayed).toBe(0)
})

test('what nobody could have answered is in no sum', () => {
  const { refused, totals } = replay([asked()], { world: { keyless: ['anthropic'] } })
  expect([refused, totals.requests, totals.thenNanoUsd]).toEqual([1, 0, 0])
})

test('what has no price, then or now, is in no sum', () => {
  const { unpriced, totals } = replay([asked(), asked({ costNanoUsd: null })], {
    settings: { modelOverrides: { 'claude-opus-5-5': model.qwen } },
  })
  expect([unpriced, totals.requests]).toEqual([2, 0])
})

test('a request without a score counts as moderate, and is counted', () => {
  const { unscored, byPair } = replay([asked({ score: null })], { settings: { mode: 'complexity' } })
  expect([unscored, byPair.map(({ to }) => to)]).toEqual([1, [model.sonnet]])
})

describe('the kind of work is what was expected before the call, whatever it was after it:', () => {
  const ruleOf = (over: Partial<PastRequest>, task: TaskType) =>
    replay([asked({ task: 'classification', ...over })], {
      settings: { rules: [{ when: { task: [task] }, use: model.haiku }] },
    }).byRule.map(({ key }) => key)

  test('as its row tells', () => {
    const facts = { ...bareFacts, expected: { inputTokens: 300, outputTokens: 400 } }
    expect(ruleOf({ facts }, 'quick_task')).toEqual(['rule'])
    expect(ruleOf({ facts }, 'classification')).toEqual(['passthrough'])
  })

  test('else by the input that was read and the most that was asked for, of 4,000 tokens', () => {
    expect(ruleOf({ facts: { ...bareFacts, maxOutputTokens: 200 } }, 'classification')).toEqual(['rule'])
    expect(ruleOf({ facts: { ...bareFacts, maxOutputTokens: 64_000 } }, 'generation')).toEqual(['rule'])
    expect(ruleOf({}, 'generation')).toEqual(['rule'])
  })

  test('sums are of the kind that is recorded', () => {
    expect(replay([asked({ task: 'classification' })]).byTask.map(({ key }) => key)).toEqual(['classification'])
  })
})

test('a score is held against the thresholds that are tried', () => {
  const complexity = { ...plainSettings.complexity, thresholds: { moderate: 50, complex: 90 } }
  const { byPair } = replay([asked({ score: 40 })], { settings: { mode: 'complexity', complexity } })
  expect(byPair.map(({ to }) => to)).toEqual([model.haiku])
})

test('what a header chose stays chosen', () => {
  const { byRule, totals } = replay([asked({ isHeaderChosen: true })], { settings: toHaiku })
  expect([byRule.map(({ key }) => key), totals.changed]).toEqual([['header'], 0])
})

test('at another provider it is paid for as there, and terms of the first mean nothing', () => {
  const paid: Paid[] = []
  const past = asked({ billing: 'subscription', terms: { ...standardTerms, serviceTier: 'priority' } })
  const { totals, metered } = replay([past], {
    settings: { modelOverrides: { 'claude-opus-5-5': model.luna } },
    tell: (one) => void paid.push(one),
  })
  expect(paid.map(({ terms, billing }) => [terms.serviceTier, billing])).toEqual([[null, 'metered']])
  expect([totals.thenNanoUsd, metered.thenNanoUsd, metered.nowNanoUsd]).toEqual([6_000_000, 0, 140_000])
})

test('a request that was never sent is compared with the model that it names', () => {
  const { totals, byPair } = replay([asked({ served: null, costNanoUsd: null })], { settings: toHaiku })
  expect([totals.thenNanoUsd, totals.nowNanoUsd, byPair[0]?.from]).toEqual([6_000_000, 150_000, model.opus])
})

test('of many changes the ten that matter most are named, the largest first', () => {
  const many = Array.from({ length: 30 }, (_, index) =>
    asked({ id: `r${index}`, session: null, costNanoUsd: 6_000_000 + index }),
  )
  const { changes } = replay(many, { settings: toHaiku })
  expect(changes.map(({ id }) => id)).toEqual(['r29', 'r28', 'r27', 'r26', 'r25', 'r24', 'r23', 'r22', 'r21', 'r20'])
})

test('it says that quality is not simulated', () => {
  expect(replay([]).assumed[0]).toStartWith('Quality is not simulated')
})
