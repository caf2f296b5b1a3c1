/** When a conversation stays with the model that has answered it, and when it goes. */
import { describe, expect, test } from 'bun:test'
import type { RouteFacts, RouteSettings } from '../../src/rules/route-facts.ts'
import { complexity, decide, golden, home, model, ref, type Case, type WorldOptions } from './route-world.ts'

const { haiku, sonnet, opus, sol } = model

describe('a conversation', () => {
  const settings = { mode: 'auto' } as const
  const at = (
    name: string,
    cachedTokens: number,
    facts: Partial<RouteFacts> = {},
    over: Partial<RouteSettings> = {},
    world: WorldOptions = {},
  ): Case => ({
    facts: { task: 'tool_use', inputTokens: 20_000, home: home(name, cachedTokens), ...facts },
    settings: { ...settings, ...over },
    world,
  })
  golden([
    // Saved: 18,000 x (400 - 10) + 2,000 x (4,000 - 100) + 100 x 19,500 now, 20,000 x 390 + 100 x 3,900 + 100 x 19,500
    // next, $0.02691; lost: 18,000 x (125 - 10), $0.00207.
    ['goes where two turns save more than its cache is worth', at(opus, 18_000), 'auto', 'haiku vertexHaiku luna opus'],
    // Saved: 19,900 x 200 + 100 x 2,000 + 100 x 10,000 now, 20,000 x 200 + 100 x 2,000 + 100 x 10,000 next, $0.01038;
    // lost: 19,900 x 2,300, $0.04577.
    [
      'stays where its cache is worth more',
      at(opus, 19_900, { task: 'general' }),
      'sticky',
      'opus sonnet vertexSonnet terra',
    ],
    [
      'goes to the cheaper where nothing is cached',
      at(opus, 0, { task: 'general' }),
      'auto',
      'sonnet vertexSonnet terra opus',
    ],
    ['does not climb by itself', at(haiku, 0, { complexity: complexity('complex') }), 'sticky', 'haiku opus sol'],
    [
      'climbs where it need not stay',
      at(haiku, 0, { complexity: complexity('complex') }, { sticky: false }),
      'auto',
      'opus sol',
    ],
    [
      'stays in the middle of a tool loop, whatever is saved',
      at(opus, 18_000, { isMidToolLoop: true }),
      'sticky',
      'opus haiku vertexHaiku luna',
    ],
    [
      'stays there even if it need not',
      at(opus, 0, { isMidToolLoop: true }, { sticky: false }),
      'sticky',
      'opus haiku vertexHaiku luna',
    ],
    [
      'leaves a tool loop where its model rests',
      at(sonnet, 18_000, { isMidToolLoop: true }, {}, { resting: [sonnet] }),
      'auto',
      'haiku vertexHaiku luna opus',
    ],
    [
      'leaves a model that lacks what is needed now',
      at(sonnet, 19_900, { task: 'long_context' }, {}, { lacking: [sonnet] }),
      'auto',
      'opus sol',
    ],
    [
      'leaves a provider without a key',
      at(sol, 19_900, {}, {}, { keyless: ['openai'] }),
      'auto',
      'haiku vertexHaiku opus',
    ],
    [
      'leaves a model dearer than the budget allows',
      at(opus, 19_900, {}, {}, { ceiling: sonnet }),
      'auto',
      'haiku vertexHaiku luna sonnet',
    ],
    [
      'whose caller names another model is free',
      at(opus, 19_900, { asked: 'claude-fable-5-2', task: 'general' }),
      'auto',
      'sonnet vertexSonnet terra fable',
    ],
    [
      'stays with who its alias was when it began',
      { facts: { asked: 'rp:best', home: home(sol, 19_900, 'rp:best'), inputTokens: 20_000 } },
      'sticky',
      'sol sonnet vertexSonnet',
    ],
    [
      'leaves that when its caller asks for another alias',
      { facts: { asked: 'rp:fast', home: home(sol, 19_900, 'rp:best'), inputTokens: 20_000 } },
      'alias',
      'haiku luna vertexHaiku',
    ],
    [
      'stays where what a switch would save is not known',
      { facts: { asked: 'rp:mixed', home: home('own/qwen3', 0, 'rp:mixed') } },
      'sticky',
      'qwen luna',
    ],
  ])

  test('has the arithmetic of its switch in the decision, be it made or not', () => {
    expect(decide(at(opus, 18_000)).switch).toEqual({
      from: ref(opus),
      to: ref(haiku),
      savedNanoUsd: 26_910_000,
      lostNanoUsd: 2_070_000,
      turns: 2,
      verdict: 'switched',
      why: 'a switch saves $0.026910 in 2 turns and loses $0.002070 of prompt cache',
    })
    expect(decide(at(opus, 19_900, { task: 'general' })).switch).toMatchObject({
      savedNanoUsd: 10_380_000,
      lostNanoUsd: 45_770_000,
      verdict: 'stayed',
    })
    expect(decide({ facts: { task: 'tool_use' }, settings }).switch).toBeNull()
  })
})
