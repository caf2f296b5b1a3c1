/** What a conversation costs to move, worked out by hand from prices per token. */
import { describe, expect, test } from 'bun:test'
import { switchCost } from '../../src/rules/switch-cost.ts'
import { model, ref, worldOf } from './route-world.ts'

const { haiku, sonnet, opus, luna, qwen } = model
const { costOf } = worldOf()
const cost = (from: string, to: string, inputTokens: number, cachedTokens: number, outputTokens: number) =>
  switchCost({ from: ref(from), to: ref(to), inputTokens, cachedTokens, outputTokens, costOf })

describe('to move a conversation', () => {
  test('saves the difference of this turn and of the next, in which all is cached', () => {
    // This turn: 10,000 x (400 - 200) + 500 x (4,000 - 2,000) + 200 x (20,000 - 10,000) = 5,000,000
    // The next: 10,500 x (400 - 200) + 200 x (4,000 - 2,000) + 200 x (20,000 - 10,000) = 4,500,000
    expect(cost(opus, sonnet, 10_500, 10_000, 200)).toMatchObject({ savedNanoUsd: 9_500_000, turns: 2 })
  })

  test('loses what the new model pays to write what the old one would have read, at the new prices', () => {
    // 10,000 x (2,500 - 200)
    expect(cost(opus, sonnet, 10_500, 10_000, 200).lostNanoUsd).toBe(23_000_000)
    // Where a write costs what input costs: 10,000 x (100 - 10)
    expect(cost(opus, luna, 10_500, 10_000, 200).lostNanoUsd).toBe(900_000)
  })

  test('loses nothing where nothing is cached', () => {
    expect(cost(opus, haiku, 500, 0, 200).lostNanoUsd).toBe(0)
  })

  test('saves less than nothing where the new model is dearer', () => {
    // 1,000 x (10 - 400) and 100 x (500 - 20,000), then the same and 100 x (100 - 4,000)
    expect(cost(haiku, opus, 1000, 1000, 100).savedNanoUsd).toBe(-5_070_000)
  })

  test('counts no more as cached than there is', () => {
    expect(cost(opus, sonnet, 1000, 5000, 0)).toEqual(cost(opus, sonnet, 1000, 1000, 0))
  })

  test('is not known where a price is not', () => {
    expect(cost(opus, qwen, 1000, 500, 100)).toEqual({ savedNanoUsd: null, lostNanoUsd: null, turns: 2 })
    expect(cost(qwen, opus, 1000, 500, 100)).toEqual({ savedNanoUsd: null, lostNanoUsd: 2_300_000, turns: 2 })
  })
})
