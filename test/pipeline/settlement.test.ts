/** How a request ended, as a row: times, usage read or inferred, what it cost. Prices are those of Claude Sonnet 4.5. */
import { describe, expect, test } from 'bun:test'
import { systemClock } from '../../src/lib/clock.ts'
import { AppError } from '../../src/neutral/error.ts'
import type { Endpoint } from '../../src/neutral/model.ts'
import { standardTerms } from '../../src/neutral/usage.ts'
import { orphanRecord } from '../../src/pipeline/orphan.ts'
import { recordOf, supersededAttempt, unpriced } from '../../src/pipeline/settlement.ts'
import { estimateTokens } from '../../src/pipeline/size.ts'
import { openPrices } from '../../src/providers/prices.ts'
import { noRequestFacts } from '../../src/wire/no-facts.ts'
import { attempt, call, facts, settlement, startedMs, usage } from '../support/calls.ts'
import { earlierAttempt, inflight } from '../support/records.ts'

const prices = openPrices({ clock: systemClock, configPrices: () => ({}) })
const row = (end: Parameters<typeof settlement>[0] = {}, of: Parameters<typeof call>[0] = {}) =>
  recordOf(call(of), settlement(end), prices)

test('a whole answer costs what the provider counted, at the price of the model that served', () => {
  const one = row()
  expect(one).toMatchObject({
    requestedModel: 'claude-sonnet-4-5',
    routedModel: 'claude-sonnet-4-5',
    servedModel: 'claude-sonnet-4-5-20250929',
    outcome: 'complete',
    status: 200,
    firstByteMs: 100.5,
    durationMs: 250.25,
    requestBytes: 400,
    responseBytes: 500,
    upstreamRequestId: 'req_1',
    cost: { status: 'priced', nanoUsd: 6_000_000 },
  })
  expect(one.attempts).toMatchObject([
    { number: 1, startedMs: startedMs + 1, firstByteMs: 99.5, durationMs: 249.25, costNanoUsd: 6_000_000 },
  ])
})

describe('an answer that was cut off', () => {
  const partial = facts({ usage: usage({ inputTokens: 1000, outputTokens: 1 }), model: 'claude-sonnet-4-5' })

  test.each(['client_abort', 'upstream_reset', 'timeout'] as const)('by %s is estimated and not zero', (outcome) => {
    const one = row({ outcome, facts: partial, countText: () => 800 })
    expect(one.usage).toMatchObject({ inputTokens: 1000, outputTokens: 200 })
    expect(one.cost).toMatchObject({ status: 'estimated', nanoUsd: 6_000_000 })
  })

  test('before it said anything about its usage is estimated from its size', () => {
    const one = row({ outcome: 'client_abort', facts: facts({}), countText: () => 0 })
    expect(one.usage).toMatchObject({ inputTokens: 100, outputTokens: 0 })
    expect(one.cost).toMatchObject({ status: 'estimated', nanoUsd: 300_000 })
  })

  test('counts a picture by its size and not as text, and no more than the model has room for', () => {
    const cut = { outcome: 'client_abort', facts: facts({}), countText: () => 0 } as const
    const data = 'iVBORw0K'.repeat(200_000)
    const picture = Buffer.from(JSON.stringify({ source: { type: 'base64', media_type: 'image/png', data } }))
    // 63 bytes around it are 16 tokens, it is 1,300.
    expect(row(cut, { plainBody: picture }).usage?.inputTokens).toBe(1316)
    expect(row(cut, { plainBody: Buffer.alloc(40_000_000, 'word ') }).usage?.inputTokens).toBe(200_000)
  })

  test('keeps the output that the provider counted where that is more', () => {
    const counted = facts({ usage: usage({ inputTokens: 10, outputTokens: 90 }) })
    expect(row({ outcome: 'timeout', facts: counted, countText: () => 40 }).usage?.outputTokens).toBe(90)
  })
})

describe('what the provider counted last', () => {
  const last = facts({ usage: usage({ inputTokens: 1000, outputTokens: 100 }), finishReason: 'end_turn' })

  test.each(['client_abort', 'upstream_reset', 'timeout'] as const)(
    'is what is paid, though %s came before the stream’s last frame',
    (outcome) => {
      const one = row({ outcome, facts: last, countText: () => 800 })
      expect(one.usage).toMatchObject({ inputTokens: 1000, outputTokens: 100 })
      expect(one.cost).toMatchObject({ status: 'priced', nanoUsd: 4_500_000 })
    },
  )

  test('may be one answer’s alone where several were asked for', () => {
    const end = { outcome: 'client_abort', facts: last, countText: () => 800 } as const
    const one = row(end, { facts: { ...noRequestFacts, answers: 2 } })
    expect(one.usage?.outputTokens).toBe(200)
    expect(one.cost.status).toBe('estimated')
  })
})

describe('counts that could not be read', () => {
  const broken = (over: Parameters<typeof usage>[0]) => facts({ usage: usage(over), isMiscounted: true })

  test('make an estimate of the cost, and what they leave at nothing is told from sizes', () => {
    const one = row({ facts: broken({ outputTokens: 1000 }), countText: () => 400 })
    expect(one.usage).toMatchObject({ inputTokens: 100, outputTokens: 1000 })
    expect(one.cost).toMatchObject({ status: 'estimated', nanoUsd: 15_300_000 })
    const other = row({ facts: broken({ inputTokens: 1000 }), countText: () => 400 })
    expect(other.usage).toMatchObject({ inputTokens: 1000, outputTokens: 100 })
    expect(other.cost.status).toBe('estimated')
  })

  test('make an estimate though all that is billed was read', () => {
    expect(row({ facts: broken({ inputTokens: 1000, outputTokens: 5 }) }).cost.status).toBe('estimated')
  })
})

test('a whole answer that says no usage is estimated from what was seen', () => {
  const one = row({ facts: facts({ model: 'claude-sonnet-4-5' }), countText: () => 400 })
  expect(one.usage).toMatchObject({ inputTokens: 100, outputTokens: 100 })
  expect(one.cost).toMatchObject({ status: 'estimated', nanoUsd: 1_800_000 })
})

describe('nothing is billed', () => {
  test('for what was refused here', () => {
    const error = new AppError('not-found', 'No.')
    const one = row({ attempt: null, outcome: 'refused', status: 404, error, facts: facts({}) })
    expect(one).toMatchObject({
      errorCode: 'not-found',
      errorMessage: 'No.',
      provider: null,
      routedModel: null,
      usage: null,
      attempts: [],
      cost: { status: 'none', nanoUsd: 0 },
    })
  })

  test('for a provider’s refusal, and for a connection that was never made', () => {
    const overloaded = facts({ errorCode: 'overloaded_error' })
    expect(row({ outcome: 'failed', status: 529, upstreamStatus: 529, facts: overloaded })).toMatchObject({
      errorCode: 'overloaded_error',
      errorMessage: null,
      cost: { status: 'none', nanoUsd: 0 },
    })
    expect(row({ outcome: 'failed', upstreamStatus: null, facts: facts({}) }).cost.nanoUsd).toBe(0)
  })

  test.each(['count_tokens', 'gemini_count_tokens', 'models', 'estimate'] as const)('for %s', (endpoint) => {
    expect(row({}, { endpoint: endpoint satisfies Endpoint }).cost).toMatchObject({ status: 'none', nanoUsd: 0 })
  })

  test('for reading and deleting on the other paths; for what is written there the price is not known', () => {
    const costOf = (method: string) => row({ facts: facts({}) }, { endpoint: 'raw', method }).cost
    expect(['GET', 'HEAD', 'DELETE'].map((method) => costOf(method).status)).toEqual(['none', 'none', 'none'])
    expect(costOf('POST')).toMatchObject({ status: 'unpriced', nanoUsd: null })
  })
})

describe('the model that is priced', () => {
  test('is the requested one where the served name is not known', () => {
    const served = facts({ usage: usage({ inputTokens: 1000, outputTokens: 200 }), model: 'sonnet-internal-7' })
    expect(row({ facts: served })).toMatchObject({ servedModel: 'sonnet-internal-7', cost: { nanoUsd: 6_000_000 } })
  })

  test('may be unknown: then there is no price, not a guess', () => {
    const served = facts({ usage: usage({ inputTokens: 1000 }), model: 'brand-new-9' })
    const one = row({ facts: served, attempt: attempt({ model: 'brand-new-9' }) })
    expect(one.cost).toMatchObject({ status: 'unpriced', nanoUsd: null, priceId: null })
  })

  test('may be two: both are in the sum', () => {
    const advised = facts({
      usage: usage({ inputTokens: 1000, outputTokens: 200 }),
      model: 'claude-sonnet-4-5',
      alsoBilled: [{ model: 'claude-opus-4-5', usage: usage({ inputTokens: 1000, outputTokens: 200 }) }],
    })
    const { cost } = row({ facts: advised })
    // Opus 4.5: 1000 at $5 and 200 at $25 for a million.
    expect(cost).toMatchObject({ status: 'priced', nanoUsd: 16_000_000 })
    expect(cost.lines.map((line) => line.kind)).toEqual([
      'input',
      'output',
      'claude-opus-4-5: input',
      'claude-opus-4-5: output',
    ])
  })

  test('may be two of which one is unknown: then the sum is unknown', () => {
    const alsoBilled = [{ model: 'brand-new-9', usage: usage({ inputTokens: 1 }) }]
    const some = facts({ usage: usage({ inputTokens: 1 }), model: 'claude-sonnet-4-5', alsoBilled })
    expect(row({ facts: some }).cost).toMatchObject({ status: 'unpriced', nanoUsd: null })
  })
})

describe('the terms', () => {
  const asking = { facts: { ...noRequestFacts, terms: { serviceTier: 'auto', speed: 'fast', region: 'us' } } }
  const said = (serviceTier: string | null) =>
    settlement({ facts: { ...settlement().facts, terms: { ...standardTerms, serviceTier } } })

  test('are those of the reply, and what it is silent on those of the request', () => {
    expect(recordOf(call(asking), said('priority'), unpriced).terms).toEqual({
      serviceTier: 'priority',
      speed: 'fast',
      region: 'us',
    })
  })

  test('do not take “auto” for a tier', () => {
    expect(recordOf(call(asking), said(null), unpriced).terms.serviceTier).toBeNull()
    expect(recordOf(call(asking), settlement(), unpriced).terms.serviceTier).toBeNull()
  })
})

test('an attempt says by itself what it was paid by, and so does the one that takes its place', () => {
  const alsoBilled = [{ model: 'claude-opus-4-5', usage: usage({ inputTokens: 1, webSearches: 2 }) }]
  const terms = { serviceTier: 'priority', speed: null, region: 'us' }
  const searched = facts({
    usage: usage({ inputTokens: 10, webSearches: 3 }),
    model: 'claude-dated',
    alsoBilled,
    terms,
  })
  const plan = attempt({ model: 'claude-sonnet-4-5', billing: 'subscription' })
  const given = supersededAttempt(call(), settlement({ facts: searched, attempt: plan }), 'escalated: refusal', prices)
  expect(given).toMatchObject({
    model: 'claude-sonnet-4-5',
    servedModel: 'claude-dated',
    billing: 'subscription',
    usage: { inputTokens: 10, webSearches: 3 },
    isUsageInferred: false,
    alsoBilled,
    terms,
    costStatus: 'estimated',
  })
  const one = row({ facts: facts({ model: 'claude-sonnet-4-5' }), countText: () => 400 })
  expect(one).toMatchObject({ isUsageInferred: true, alsoBilled: null })
  expect(one.attempts).toMatchObject([
    { servedModel: 'claude-sonnet-4-5', billing: 'metered', isUsageInferred: true, costStatus: 'estimated' },
  ])
})

test('a long path is cut', () => {
  expect(row({}, { path: `/v1/files/${'x'.repeat(500)}` }).path).toHaveLength(200)
})

test('tokens that nobody counted are a quarter of the bytes, rounded up', () => {
  expect([0, 1, 4, 5, 4000].map(estimateTokens)).toEqual([0, 1, 1, 2, 1000])
})

describe('a request whose process died', () => {
  test('is booked with what its input is estimated to cost', () => {
    expect(orphanRecord(inflight({ estimatedInputTokens: 1000 }), prices)).toMatchObject({
      outcome: 'failed',
      errorCode: 'process-died',
      status: null,
      usage: { inputTokens: 1000, outputTokens: 0 },
      cost: { status: 'estimated', nanoUsd: 3_000_000 },
    })
  })

  test('is booked as its last attempt, and with what those before it were paid', () => {
    const given = earlierAttempt({ status: 200, outcome: 'complete', costNanoUsd: 6_000_000 })
    const one = orphanRecord(inflight({ estimatedInputTokens: 1000, attempt: 2, earlier: [given] }), prices)
    expect(one.cost).toMatchObject({ status: 'estimated', nanoUsd: 9_000_000 })
    expect(one.attempts).toMatchObject([
      { number: 1, costNanoUsd: 6_000_000 },
      { number: 2, outcome: 'failed', errorCode: 'process-died', costNanoUsd: 3_000_000 },
    ])
  })

  test('on a path without a price has none', () => {
    const one = orphanRecord(inflight({ endpoint: 'raw', routedModel: null }), prices)
    expect(one).toMatchObject({ usage: null, cost: { status: 'unpriced', nanoUsd: null } })
  })
})
