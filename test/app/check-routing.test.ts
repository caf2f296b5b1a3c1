/** What is said at the start about settings of routing that are well formed and can't do what they say. */
import { describe, expect, test } from 'bun:test'
import { routingProblems } from '../../src/app/check-routing.ts'
import { merge } from '../../src/config/merge.ts'
import { type Config, defaultConfig } from '../../src/config/schema.ts'
import { openPipeline } from '../support/services.ts'

const keys = { ANTHROPIC_API_KEY: 'sk-ant-api03-FAKE-000000000000', OPENAI_API_KEY: 'sk-proj-FAKE-openai-0000000000' }

function problems(config: object, variables: Record<string, string> = keys): readonly string[] {
  const { services } = openPipeline({ variables, config })
  return routingProblems(merge(defaultConfig, config) as Config, services.providers(), services.knownNames)
}

test('of the settings as they come there is nothing to say', () => {
  expect(problems({})).toEqual([])
  expect(problems({}, {})).toEqual([])
})

test('nor of those that lead somewhere', () => {
  expect(
    problems({
      routing: {
        mode: 'auto',
        rules: [
          { when: { agent: ['robot'] }, use: 'gpt-5' },
          { when: { automated: true }, use: 'rp:cheap' },
        ],
        aliases: { mine: 'openai/gpt-5', theirs: 'mine' },
      },
      modelOverrides: { 'claude-opus-4-6': 'claude-sonnet-4-6' },
    }),
  ).toEqual([])
})

describe('each has its path and what is wrong', () => {
  const cases: readonly (readonly [string, object, string, string])[] = [
    [
      'a model that nobody knows',
      { routing: { rules: [{ when: {}, use: 'no-such-model' }] } },
      'routing.rules.0',
      'is known to no provider',
    ],
    [
      'one without a key',
      { routing: { aliases: { mine: 'groq/llama-3.3-70b-versatile' } } },
      'routing.aliases.mine',
      'has no key here',
    ],
    [
      'an alias that leads to itself',
      { routing: { aliases: { a: 'b', b: 'a' } } },
      'routing.aliases.a',
      'leads to itself',
    ],
    [
      'a mode that is switched off',
      { routing: { mode: 'cascade', cascade: { enabled: false } } },
      'routing.mode',
      'routing.cascade.enabled is false',
    ],
    [
      'a rule behind a wider one',
      {
        routing: {
          rules: [
            { when: {}, use: 'gpt-5' },
            { when: { automated: true }, use: 'gpt-5' },
          ],
        },
      },
      'routing.rules.1',
      '',
    ],
    [
      'an override of a name by itself',
      { modelOverrides: { 'gpt-5': 'gpt-5' } },
      'modelOverrides.gpt-5',
      'puts the model in its own place',
    ],
  ]
  test.each(cases)('%s', (_, config, path, words) => {
    const found = problems(config).filter((line) => line.startsWith(path))
    expect(found).not.toEqual([])
    expect(found.join('\n')).toContain(words)
  })
})

test('no key is ever in what is said', () => {
  const said = problems({
    routing: { mode: 'cascade', cascade: { models: ['nobody', 'groq/x'] }, aliases: { a: 'a' } },
  })
  expect(said.join('\n')).not.toContain('FAKE')
  expect(said.length).toBeGreaterThan(0)
})
