import { expect, test } from 'bun:test'
import { noShape, type RequestShape } from '../../src/neutral/shape.ts'
import { defaultComplexity, judgeComplexity, partNames } from '../../src/rules/complexity.ts'
import { readShape } from '../../src/wire/shapes.ts'
import { agentBody, agentTools, chatBody, design } from './request-bodies.ts'

const ofShape = (shape: Partial<RequestShape>, toolCount = 0) =>
  judgeComplexity({ ...noShape, ...shape, toolCount }, defaultComplexity)
const ofChat = (text: string) =>
  judgeComplexity({ ...readShape('openai-chat', chatBody(text)), toolCount: 0 }, defaultComplexity)
const ofAgent = (text: string, loops = 0) =>
  judgeComplexity({ ...readShape('anthropic', agentBody(text, loops)), toolCount: agentTools }, defaultComplexity)

test('small talk and plain questions are simple, alone and from a coding agent', () => {
  for (const text of ['hi', 'yes', 'continue', 'What is the capital of France?', 'Rename foo to bar in utils.ts']) {
    expect([text, ofChat(text).tier, ofAgent(text).tier]).toEqual([text, 'simple', 'simple'])
  }
})

test('basic work on code is simple', () => {
  expect(ofChat('Write a function that reverses a string').tier).toBe('simple')
  expect(ofAgent('Fix the failing test in src/parse.test.ts').tier).toBe('simple')
})

test('a review of a diff, with the reason asked for, is moderate', () => {
  const text = 'Review this diff and explain why the test fails:\n```diff\n@@ -1 +1 @@\n-a\n+b\n```'
  expect([ofChat(text).tier, ofAgent(text).tier]).toEqual(['moderate', 'moderate'])
})

test('a decision about architecture, with several demands, is complex', () => {
  expect([ofChat(design).tier, ofAgent(design).tier]).toEqual(['complex', 'complex'])
})

test('a system prompt of 20,000 tokens, two dozen tools and a reminder in each turn raise the score by 6 points at most', () => {
  for (const text of ['hi', 'Fix the failing test in src/parse.test.ts', design]) {
    const difference = ofAgent(text).score - ofChat(text).score
    expect(difference).toBeGreaterThanOrEqual(0)
    expect(difference).toBeLessThanOrEqual(6)
  }
})

test('forty turns of a tool loop do not make a greeting anything but simple', () => {
  expect(ofAgent('hi', 40).tier).toBe('simple')
})

test('in the middle of a tool loop the words that it began with still count', () => {
  expect(ofAgent(design, 40).parts[0]).toEqual(ofAgent(design).parts[0] as never)
})

test('the parts say what was found, and add up to the score', () => {
  const { score, parts } = ofChat('Compare these two designs.')
  expect(parts[0]).toEqual({ part: 'words', points: 30.2, of: 45, why: 'design: designs, weighing: compare' })
  expect(score).toBe(30.2)
  expect(parts.map(({ part }) => part)).toEqual([...partNames])
})

test('all that a part can count is 100 together', () => {
  expect(ofChat('hi').parts.reduce((sum, { of }) => sum + of, 0)).toBeCloseTo(100)
})

test('the score is 0 for nothing and never above 100', () => {
  expect(ofShape({}).score).toBe(0)
  const most = ofShape(
    {
      lastUserText: `${design} ${design} Prove it, implement it across all files, fix what fails.\n${'- must `a.ts`?\n```\nx\n```\n'.repeat(60)}`,
      lastUserChars: 1e9,
      userTurns: 1e6,
      toolTurns: 1e6,
      totalChars: 1e12,
      media: new Set(['image']),
      wantsSchema: true,
      effort: 'max',
    },
    10_000,
  )
  expect(most.score).toBeLessThanOrEqual(100)
  expect(most.score).toBeGreaterThan(90)
})

test('a word that stands there often counts as one that stands there once', () => {
  expect(ofShape({ lastUserText: 'analyze '.repeat(100) }).score).toBe(ofShape({ lastUserText: 'analyze' }).score)
})

test('a wish for hard thinking counts, one for little does not', () => {
  expect(ofShape({ effort: 'high' }).score).toBe(3)
  expect(ofShape({ effort: 'low' }).score).toBe(0)
})

test('weights of the settings take the place of the built-in ones, and the whole stays 100', () => {
  const weights = { words: 0, length: 0, structure: 0, code: 0, conversation: 0, context: 0, tools: 1, wishes: 0 }
  const { score, parts } = judgeComplexity({ ...noShape, toolCount: 24 }, { ...defaultComplexity, weights })
  expect(score).toBe(100)
  expect(parts).toEqual([{ part: 'tools', points: 100, of: 100, why: '24 tools' }])
})

test('with no weights at all everything is simple', () => {
  const weights = Object.fromEntries(partNames.map((name) => [name, 0]))
  expect(judgeComplexity({ ...noShape, toolCount: 24 }, { ...defaultComplexity, weights })).toEqual({
    score: 0,
    tier: 'simple',
    parts: [],
  })
})

test('thresholds of the settings move the tiers', () => {
  const thresholds = { moderate: 0, complex: 1 }
  const tier = (text: string) =>
    judgeComplexity({ ...noShape, lastUserText: text, toolCount: 0 }, { thresholds, weights: {} }).tier
  expect([tier('hi'), tier('compare')]).toEqual(['moderate', 'complex'])
})

test('hostile text is judged in a few milliseconds', () => {
  for (const text of [
    '\n'.repeat(4000),
    'a/'.repeat(2000),
    '- '.repeat(2000),
    'at x:'.repeat(800),
    '<system-reminder'.repeat(60_000),
  ]) {
    const started = Bun.nanoseconds()
    ofChat(text)
    expect((Bun.nanoseconds() - started) / 1e6).toBeLessThan(50)
  }
})
