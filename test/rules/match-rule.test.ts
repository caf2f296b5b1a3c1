import { describe, expect, test } from 'bun:test'
import { conditionWords, matchesPattern, matchesRule, type RuleCondition } from '../../src/rules/match-rule.ts'
import type { RouteFacts } from '../../src/rules/route-facts.ts'
import { needs, plainFacts } from './route-world.ts'

describe('a pattern', () => {
  test.each([
    ['claude-code', 'claude-code', true],
    ['claude-code', 'claude-code/explore', false],
    ['claude-code/*', 'claude-code/explore', true],
    ['claude-code/*', 'claude-code', false],
    ['claude-code*', 'claude-code', true],
    ['*', '', true],
    ['*opus*', 'anthropic/Claude-Opus-5-5', true],
    ['*-opus-*-5', 'claude-opus-5', false],
    ['a*b*c', 'a-b-b-c', true],
    ['a*b*c', 'a-c-b', false],
    ['a*a', 'a', false],
    ['gpt-5.6', 'gpt-5x6', false],
    ['', 'anything', false],
  ])('%s: %s, %p', (pattern, text, isMatch) => {
    expect(matchesPattern(pattern, text)).toBe(isMatch)
  })

  test('of many wildcards takes no longer than its length times the text’s', () => {
    const before = Bun.nanoseconds()
    expect(matchesPattern('*a'.repeat(2000) + '*b', 'a'.repeat(20_000))).toBe(false)
    expect(Bun.nanoseconds() - before).toBeLessThan(100_000_000)
  })
})

const facts: RouteFacts = {
  ...plainFacts,
  asked: 'claude-opus-5-5',
  agent: 'claude-code/explore',
  task: 'tool_use',
  complexity: { score: 10, tier: 'simple' },
  tags: { project: 'relay', branch: 'main' },
  inputTokens: 5000,
  needs: { ...needs, hasTools: true, media: new Set(['image']) },
}

describe('a rule matches where all of what it says holds:', () => {
  test.each<[RuleCondition, boolean]>([
    [{}, true],
    [{ model: ['gpt-*', 'claude-*'] }, true],
    [{ model: ['gpt-*'] }, false],
    [{ agent: ['claude-code/*'] }, true],
    [{ agent: ['claude-code'] }, false],
    [{ task: ['general', 'tool_use'] }, true],
    [{ task: ['general'] }, false],
    [{ complexity: ['simple'] }, true],
    [{ complexity: ['complex'] }, false],
    [{ automated: false }, true],
    [{ automated: true }, false],
    [{ hasTools: true, hasImages: true }, true],
    [{ hasTools: false }, false],
    [{ hasImages: false }, false],
    [{ minInputTokens: 5000, maxInputTokens: 5000 }, true],
    [{ minInputTokens: 5001 }, false],
    [{ maxInputTokens: 4999 }, false],
    [{ tags: { project: 'relay' } }, true],
    [{ tags: { project: 'rel*', branch: '*' } }, true],
    [{ tags: { project: 'relay', team: '*' } }, false],
    [{ agent: ['claude-code/*'], task: ['general'] }, false],
  ])('%j, %p', (when, isMatch) => {
    expect(matchesRule(when, facts)).toBe(isMatch)
  })

  test('what is not known of a request holds for nothing', () => {
    const unknown = { ...facts, agent: null, complexity: null, tags: null, asked: null }
    for (const when of [
      { agent: ['*'] },
      { complexity: ['simple'] },
      { tags: { a: '*' } },
      { model: ['*'] },
    ] as const) {
      expect(matchesRule(when, unknown)).toBe(false)
    }
  })
})

test('a rule is told in its own words', () => {
  expect(conditionWords({})).toBe('any request')
  expect(conditionWords({ agent: ['codex', 'aider'], hasTools: true, minInputTokens: 5, tags: { team: 'x' } })).toBe(
    'agent codex or aider, hasTools true, minInputTokens 5, tags team=x',
  )
})
