import { describe, expect, test } from 'bun:test'
import type { Part } from '../../src/neutral/message.ts'
import type { NeutralReply } from '../../src/neutral/reply.ts'
import { gradedOf, isSampled, openGradingPurse, type GradingSettings, type Sampled } from '../../src/rules/grading.ts'
import { finished } from '../support/records.ts'

const settings: GradingSettings = {
  enabled: true,
  samplePercent: 100,
  dailyUsd: 1,
  judgeModel: 'openai/gpt-5.5',
  baselineModel: null,
  tasks: [],
}
const one: Sampled = { id: 'r1', endpoint: 'messages', route: 'auto', answers: 1 }

describe('the sample', () => {
  test('is empty until it is switched on and a judge is named', () => {
    expect(isSampled(one, settings)).toBe(true)
    expect(isSampled(one, { ...settings, enabled: false })).toBe(false)
    expect(isSampled(one, { ...settings, judgeModel: null })).toBe(false)
    expect(isSampled(one, { ...settings, samplePercent: 0 })).toBe(false)
  })

  test('is of what was routed, and can be asked again', () => {
    for (const route of ['complexity', 'cascade', 'auto', 'suffix', 'alias', 'rule'] as const)
      expect([route, isSampled({ ...one, route }, settings)]).toEqual([route, true])
    for (const route of ['passthrough', 'header', 'override', 'sticky', 'downgrade', 'fallback', null] as const)
      expect([route, isSampled({ ...one, route }, settings)]).toEqual([route, false])
    for (const endpoint of ['embeddings', 'count_tokens', 'raw', 'responses_compact'] as const)
      expect([endpoint, isSampled({ ...one, endpoint }, settings)]).toEqual([endpoint, false])
    expect(isSampled({ ...one, answers: 2 }, settings)).toBe(false)
  })

  test('holds as many as are wanted, and the same ones whenever it is asked', () => {
    const sample = () =>
      Array.from({ length: 10_000 }, (_, index) =>
        isSampled({ ...one, id: `r${index}` }, { ...settings, samplePercent: 5 }),
      )
    const count = sample().filter(Boolean).length
    expect(count).toBeGreaterThan(430)
    expect(count).toBeLessThan(570)
    expect(sample()).toEqual(sample())
  })
})

describe('an answer is graded', () => {
  const reply = (...parts: Part[]): NeutralReply => ({
    id: null,
    model: null,
    parts,
    finish: { kind: 'stop' },
    usage: null,
  })
  const text = { type: 'text', text: 'Forty-two.' } as const
  const row = finished({ provider: 'anthropic', routedModel: 'haiku', route: 'alias', baselineModel: 'anthropic/opus' })

  test('against the model of the savings, or the one that is set', () => {
    const expected = { text: 'Forty-two.', provider: 'anthropic', model: 'haiku', baseline: 'anthropic/opus' }
    expect(gradedOf(reply(text), row, settings)).toEqual(expected)
    expect(gradedOf(reply(text), row, { ...settings, baselineModel: 'openai/gpt-5.5' })?.baseline).toBe(
      'openai/gpt-5.5',
    )
  })

  test('where it is text alone', () => {
    const call = { type: 'tool-call', id: 'c1', name: 'f', input: {} } as unknown as Part
    expect(gradedOf(reply(text, call), row, settings)).toBeNull()
    expect(gradedOf(reply({ type: 'text', text: ' ' }), row, settings)).toBeNull()
  })

  test('where a person asked, it came whole, and another model would have answered', () => {
    expect(gradedOf(reply(text), { ...row, isAutomated: true }, settings)).toBeNull()
    expect(gradedOf(reply(text), { ...row, outcome: 'client_abort' }, settings)).toBeNull()
    expect(gradedOf(reply(text), { ...row, cache: 'hit' }, settings)).toBeNull()
    expect(gradedOf(reply(text), { ...row, route: 'fallback' }, settings)).toBeNull()
    expect(gradedOf(reply(text), { ...row, baselineModel: 'anthropic/haiku' }, settings)).toBeNull()
    expect(gradedOf(reply(text), { ...row, baselineModel: null }, settings)).toBeNull()
  })

  test('where its task is one of those that are wanted', () => {
    const wanting = { ...settings, tasks: ['generation' as const] }
    expect(gradedOf(reply(text), { ...row, taskType: 'general' }, wanting)).toBeNull()
    expect(gradedOf(reply(text), { ...row, taskType: 'generation' }, wanting)).not.toBeNull()
  })
})

describe('the purse', () => {
  const day = 86_400_000

  test('lets gradings begin until the next one would go beyond the limit, by the dearest so far', () => {
    const purse = openGradingPurse([])
    expect(purse.mayBegin(0, 100)).toBe(true)
    purse.add(0, 40)
    expect(purse.mayBegin(0, 100)).toBe(true)
    purse.add(1000, 10)
    // 50 spent, and 40 may come.
    expect(purse.mayBegin(2000, 100)).toBe(true)
    purse.add(2000, 10)
    expect(purse.mayBegin(3000, 100)).toBe(false)
    expect(purse.mayBegin(day + 500, 100)).toBe(true)
  })

  test('knows what was spent before a start', () => {
    expect(openGradingPurse([{ atMs: 0, nanoUsd: 60 }]).mayBegin(1000, 100)).toBe(false)
  })

  test('stays shut while it is stopped', () => {
    const purse = openGradingPurse([])
    purse.stop(day)
    expect(purse.mayBegin(day - 1, 100)).toBe(false)
    expect(purse.mayBegin(day, 100)).toBe(true)
  })
})
