import { expect, test } from 'bun:test'
import { noShape } from '../../src/neutral/shape.ts'
import { classify, type ClassifyFacts } from '../../src/rules/classify.ts'
import { defaultComplexity } from '../../src/rules/complexity.ts'
import { readShape } from '../../src/wire/shapes.ts'
import { agentBody, agentTools, design } from './request-bodies.ts'

const facts = (rest: Partial<ClassifyFacts> = {}): ClassifyFacts => ({
  system: 'You are an agent.',
  shape: readShape('anthropic', agentBody(design)),
  toolCount: agentTools,
  maxOutputTokens: 32_000,
  requestClass: null,
  isCompaction: false,
  inputTokens: 20_000,
  ...rest,
})

const judged = (rest: Partial<ClassifyFacts>, expected: number) => classify(facts(rest), expected, defaultComplexity)

test("an agent's hard request is a complex one, whatever its task type is", () => {
  const { task, complexity, sideCall } = judged({}, 300)
  expect([task, complexity.tier, sideCall]).toEqual(['tool_use', 'complex', null])
})

test('the expected output decides the task type', () => {
  expect(judged({}, 300).task).toBe('tool_use')
  expect(judged({}, 900).task).toBe('long_context')
  expect(judged({ toolCount: 0, inputTokens: 100 }, 100).task).toBe('quick_task')
})

test('a title is simple, however hard the words are that it is a title for', () => {
  const shape = { ...noShape, lastUserText: design, lastUserStart: design, lastUserChars: design.length, userTurns: 1 }
  const { complexity, sideCall } = judged({ system: 'You are a title generator.', shape, toolCount: 0 }, 30)
  expect(sideCall?.kind).toBe('title')
  expect(complexity).toEqual({
    score: 0,
    tier: 'simple',
    parts: [{ part: 'side call', points: 0, of: 0, why: 'title' }],
  })
})

test('a summary of the conversation is moderate: all that comes after rests on it', () => {
  const { complexity } = judged({ isCompaction: true }, 2000)
  expect([complexity.tier, complexity.score]).toEqual(['moderate', 25])
})

test('reading, classifying and judging 100 kB takes under 0.3 ms', () => {
  const body = agentBody(design, 4)
  const bytes = JSON.stringify(body).length
  expect(bytes).toBeGreaterThan(100_000)
  const parsed: unknown = JSON.parse(JSON.stringify(body))
  const once = () => classify({ ...facts(), shape: readShape('anthropic', parsed) }, 300, defaultComplexity)
  const rounds = Array.from({ length: 30 }, () => {
    const started = Bun.nanoseconds()
    for (let index = 0; index < 20; index++) once()
    return (Bun.nanoseconds() - started) / 20 / 1e6
  })
  expect(Math.min(...rounds)).toBeLessThan(0.3)
})
