/** Settings of routing that can not do what they say are named, with their path. */
import { describe, expect, test } from 'bun:test'
import { defaultConfig } from '../../src/config/schema.ts'
import { decideRoute } from '../../src/rules/route.ts'
import { checkRouting } from '../../src/rules/route-check.ts'
import type { RouteSettings } from '../../src/rules/route-facts.ts'
import { model, plainFacts, plainSettings, use, worldOf, type WorldOptions } from './route-world.ts'

const { luna, sol } = model

describe('settings that can not do what they say are named:', () => {
  const problems = (settings: Partial<RouteSettings>, world: WorldOptions = {}) =>
    checkRouting({ ...plainSettings, ...settings }, worldOf(world)).map(({ path, problem }) => `${path}: ${problem}`)

  test('the plain ones are all right', () => {
    expect(problems({})).toEqual([])
  })

  test('the settings as they come route nothing', () => {
    const { routing, modelOverrides } = defaultConfig
    const { rule, candidates } = decideRoute(plainFacts, { ...routing, modelOverrides }, worldOf())
    expect([rule, candidates.length]).toEqual(['passthrough', 1])
  })

  test.each([
    [
      { mode: 'cascade', cascade: { enabled: false, models: [] } },
      'routing.mode: routing.mode is cascade, but routing.cascade.enabled is false: requests go to the model that they name.',
    ],
    [
      { rules: [...use(luna, {}), ...use(sol, { agent: ['codex'] })] },
      'routing.rules.1: It is never reached: rule 0 takes all that it would match.',
    ],
    [
      { rules: use(luna, { minInputTokens: 10, maxInputTokens: 9 }) },
      'routing.rules.0: It can not match: minInputTokens is more than maxInputTokens.',
    ],
    [
      { rules: use(luna, { complexity: ['simple'] }), complexity: { ...plainSettings.complexity, enabled: false } },
      'routing.rules.0: It can not match: nothing is scored while routing.complexity.enabled is false.',
    ],
    [
      { rules: use(luna, { model: ['rp:fast'] }) },
      'routing.rules.0: It can not match: rp:fast is decided before the rules, as an alias, an override or by its suffix.',
    ],
    [{ rules: use('poet-9') }, 'routing.rules.0.use: poet-9 is known to no provider.'],
    [{ aliases: { a: 'b', b: 'a' }, rules: [] }, 'routing.aliases.a: It is an alias that leads to itself.'],
    [
      { modelOverrides: { 'claude-*': luna } },
      'modelOverrides.claude-*: It can not match: names are taken as they are here, without wildcards. Use routing.rules.',
    ],
    [
      { modelOverrides: { 'claude-opus-5-5': 'claude-opus-5-5' } },
      'modelOverrides.claude-opus-5-5: It puts the model in its own place.',
    ],
    [
      { mode: 'auto', complexity: { ...plainSettings.complexity, simple: 'poet-9' } },
      'routing.complexity.simple: poet-9 is known to no provider.',
    ],
  ] satisfies readonly (readonly [Partial<RouteSettings>, string])[])('%j', (settings, problem) => {
    expect(problems(settings)[0]).toBe(problem)
  })

  test('an alias of ours whose models nobody here has a key for', () => {
    expect(problems({ rules: use('rp:fast') }, { keyless: ['anthropic', 'openai'] })).toEqual([
      'routing.rules.0.use: anthropic/claude-haiku-5-5 has no key at anthropic; openai/gpt-6-luna has no key at openai.',
    ])
  })
})
