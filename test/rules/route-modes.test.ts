/** The route function, row by row: what modes and limits do, which rule goes first, and what a decision says of itself. */
import { describe, expect, test } from 'bun:test'
import type { RouteDecision, RouteFacts, RouteSettings } from '../../src/rules/route-facts.ts'
import {
  complexity,
  decide,
  golden,
  home,
  model,
  plainSettings,
  ref,
  use,
  type Case,
  type WorldOptions,
} from './route-world.ts'

const { sonnet, opus, vertexSonnet, vertexHaiku, haiku, luna, sol } = model

describe('mode complexity', () => {
  const settings = { mode: 'complexity' } as const
  golden([
    [
      'takes the model of the tier: simple',
      { facts: { complexity: complexity('simple') }, settings },
      'complexity',
      'haiku vertexHaiku luna opus',
    ],
    [
      'moderate',
      { facts: { complexity: complexity('moderate') }, settings },
      'complexity',
      'sonnet vertexSonnet terra opus',
    ],
    ['complex', { facts: { complexity: complexity('complex') }, settings }, 'complexity', 'opus sol'],
    [
      'the same model elsewhere where it rests',
      { facts: { complexity: complexity('simple') }, settings, world: { resting: [haiku] } },
      'complexity',
      'vertexHaiku luna opus',
    ],
    [
      'another maker’s of that tier where nobody has it',
      {
        facts: { complexity: complexity('simple'), asked: 'gpt-6.2-sol' },
        settings,
        world: { keyless: ['anthropic', 'vertex'] },
      },
      'complexity',
      'luna sol',
    ],
    [
      'what was asked for where the tier is empty',
      { facts: { complexity: complexity('simple') }, settings, world: { lacking: [haiku, vertexHaiku, luna] } },
      'complexity',
      'opus',
    ],
    [
      'a priced model before a tier’s without a price',
      {
        facts: { complexity: complexity('simple') },
        settings: { ...settings, complexity: { ...plainSettings.complexity, simple: 'qwen3' } },
      },
      'complexity',
      'opus qwen',
    ],
    [
      'only at the provider that the path names',
      { facts: { complexity: complexity('simple'), mount: 'vertex', asked: 'claude-sonnet-5-5' }, settings },
      'complexity',
      'vertexHaiku vertexSonnet',
    ],
    [
      'nothing where it is switched off',
      { settings: { mode: 'complexity', complexity: { ...plainSettings.complexity, enabled: false } } },
      'passthrough',
      'opus',
    ],
    ['nothing where there is no score', { facts: { complexity: null }, settings }, 'passthrough', 'opus'],
    [
      'nothing in a tool loop that began elsewhere',
      { facts: { isMidToolLoop: true }, settings },
      'passthrough',
      'opus',
    ],
  ])
})

describe('mode auto', () => {
  const auto = (facts: Partial<RouteFacts>, world?: WorldOptions): Case => ({
    facts,
    settings: { mode: 'auto' },
    ...(world === undefined ? {} : { world }),
  })
  const simple = 'haiku vertexHaiku luna opus'
  const moderate = 'sonnet vertexSonnet terra opus'
  const complex = 'opus sol'
  golden([
    ['tool_use is simple', auto({ task: 'tool_use' }), 'auto', simple],
    ['quick_task is simple', auto({ task: 'quick_task' }), 'auto', simple],
    ['classification is simple', auto({ task: 'classification' }), 'auto', simple],
    ['generation is moderate', auto({ task: 'generation' }), 'auto', moderate],
    ['code_review is moderate', auto({ task: 'code_review' }), 'auto', moderate],
    ['content_generation is moderate', auto({ task: 'content_generation' }), 'auto', moderate],
    ['general is moderate', auto({ task: 'general' }), 'auto', moderate],
    ['long_context is complex', auto({ task: 'long_context' }), 'auto', complex],
    [
      'what looks complex is complex, whatever its kind',
      auto({ task: 'tool_use', complexity: complexity('complex') }),
      'auto',
      complex,
    ],
    [
      'a side call is simple, however long',
      auto({ task: 'long_context', complexity: complexity('complex'), sideCall: { kind: 'title', isSmall: true } }),
      'auto',
      simple,
    ],
    [
      'a summary is work',
      auto({ task: 'long_context', sideCall: { kind: 'summary', isSmall: false } }),
      'auto',
      complex,
    ],
    [
      'a tier that does badly at a kind of work loses it to the next',
      auto({ task: 'tool_use' }, { signals: { [haiku]: { answers: 20, badShare: 0.25, p50Ms: null } } }),
      'auto',
      moderate,
    ],
    [
      'not by few answers',
      auto({ task: 'tool_use' }, { signals: { [haiku]: { answers: 19, badShare: 1, p50Ms: null } } }),
      'auto',
      simple,
    ],
    [
      'the large one has nobody to lose it to',
      auto({ task: 'long_context' }, { signals: { [opus]: { answers: 50, badShare: 0.5, p50Ms: null } } }),
      'auto',
      complex,
    ],
    [
      'scores are left out where they are switched off',
      {
        facts: { task: 'tool_use', complexity: complexity('complex') },
        settings: { mode: 'auto', complexity: { ...plainSettings.complexity, enabled: false } },
      },
      'auto',
      simple,
    ],
  ])
})

describe('mode cascade', () => {
  const models = ['gpt-6-luna', 'claude-sonnet-5-5', 'claude-opus-5-5']
  const cascade = (facts: Partial<RouteFacts>, world: WorldOptions = {}, over: Partial<RouteSettings> = {}): Case => ({
    facts: { asked: 'claude-fable-5-2', ...facts },
    settings: { mode: 'cascade', cascade: { enabled: true, models }, ...over },
    world,
  })
  const unscored = { complexity: { ...plainSettings.complexity, enabled: false } }
  golden([
    [
      'begins with the cheapest for the simple',
      cascade({ complexity: complexity('simple') }),
      'cascade',
      'luna sonnet opus fable',
    ],
    [
      'with the second for the moderate',
      cascade({ complexity: complexity('moderate') }),
      'cascade',
      'sonnet opus fable',
    ],
    [
      'with the cheapest where nothing is scored',
      cascade({ complexity: complexity('complex') }, {}, unscored),
      'cascade',
      'luna sonnet opus fable',
    ],
    [
      'with the next where the first rests',
      cascade({ complexity: null }, { resting: [luna] }),
      'cascade',
      'sonnet opus fable',
    ],
    [
      'goes down where all above is too dear',
      cascade({ complexity: complexity('complex') }, { ceiling: sonnet }),
      'cascade',
      'sonnet',
    ],
    [
      'leaves out a rung without a price',
      cascade({ complexity: null }, {}, { cascade: { enabled: true, models: ['qwen3', ...models] } }),
      'cascade',
      'luna sonnet opus fable',
    ],
    [
      'climbs the tiers where no models are named',
      cascade({ complexity: null }, {}, { cascade: { enabled: true, models: [] } }),
      'cascade',
      'haiku sonnet opus fable',
    ],
    [
      'takes what was asked for where no rung is left',
      cascade({ complexity: null }, { lacking: [luna, sonnet, vertexSonnet, opus] }),
      'cascade',
      'fable',
    ],
    [
      'does nothing where it is switched off',
      cascade({}, {}, { cascade: { enabled: false, models } }),
      'passthrough',
      'fable',
    ],
  ])

  test('says which rungs are above the first', () => {
    expect(decide(cascade({ complexity: complexity('moderate') })).ladder).toEqual([
      { name: 'claude-sonnet-5-5', ref: ref(sonnet) },
      { name: 'claude-opus-5-5', ref: ref(opus) },
    ])
    expect(decide(cascade({ complexity: null }, { lacking: [sonnet, vertexSonnet] })).ladder).toEqual([
      { name: 'gpt-6-luna', ref: ref(luna) },
      { name: 'claude-opus-5-5', ref: ref(opus) },
    ])
    expect(decide(cascade({ complexity: null }, { lacking: [luna, sonnet, vertexSonnet, opus] })).ladder).toBeNull()
    expect(decide({ settings: { mode: 'auto' } }).ladder).toBeNull()
  })

  test('goes on from the rung that the conversation has reached', () => {
    const { rule, ladder } = decide(
      cascade({ complexity: null, home: home(sonnet, 1000, 'claude-fable-5-2'), isMidToolLoop: true }),
    )
    expect([rule, ladder]).toEqual([
      'sticky',
      [
        { name: 'claude-sonnet-5-5', ref: ref(sonnet) },
        { name: 'claude-opus-5-5', ref: ref(opus) },
      ],
    ])
  })
})

describe('a ceiling', () => {
  golden([
    ['takes the place of what is dearer', { world: { ceiling: sonnet } }, 'passthrough', 'sonnet'],
    [
      'leaves what is not',
      { facts: { asked: 'claude-haiku-5-5' }, world: { ceiling: sonnet } },
      'passthrough',
      'haiku sonnet',
    ],
    ['is not undone by the header', { facts: { header: opus }, world: { ceiling: sonnet } }, 'header', 'sonnet'],
    [
      'is not undone by an override',
      {
        facts: { asked: 'claude-haiku-5-5' },
        settings: { modelOverrides: { 'claude-haiku-5-5': opus } },
        world: { ceiling: sonnet },
      },
      'override',
      'haiku sonnet',
    ],
    ['is not undone by a bypass', { facts: { isBypassed: true }, world: { ceiling: sonnet } }, 'passthrough', 'sonnet'],
    [
      'leads away from the provider that the path names',
      { facts: { mount: 'anthropic' }, world: { ceiling: luna } },
      'passthrough',
      'luna',
    ],
    [
      'lets nothing pass that has no price',
      { facts: { asked: 'qwen3' }, world: { ceiling: sonnet } },
      'passthrough',
      'sonnet',
    ],
    [
      'is no way out where it lacks what is needed',
      { world: { ceiling: sonnet, lacking: [sonnet] } },
      'passthrough',
      '',
    ],
  ])
})

describe('a decision says', () => {
  test.each([
    [{}, 'the caller gets the model that it names'],
    [
      { facts: { header: 'rp:fast' } },
      'X-RelayPlane-Model names rp:fast, which stands for the first of a list that can be had',
    ],
    [
      { settings: { modelOverrides: { 'claude-opus-5-5': luna } } },
      'modelOverrides puts openai/gpt-6-luna in the place of claude-opus-5-5',
    ],
    [
      { settings: { modelOverrides: { 'claude-opus-5-5': luna } }, world: { resting: [luna] } },
      'modelOverrides puts openai/gpt-6-luna in the place of claude-opus-5-5; openai/gpt-6-luna rests until noon, so anthropic/claude-opus-5-5 takes its place',
    ],
    [
      { settings: { rules: use(luna, { agent: ['claude*'], hasTools: false }) } },
      'routing.rules.0 (agent claude*, hasTools false) uses openai/gpt-6-luna',
    ],
    [{ facts: { task: 'tool_use' }, settings: { mode: 'auto' } }, 'tool_use is for the simple tier: claude-haiku-5-5'],
    [
      { facts: { complexity: { score: 61, tier: 'complex' } }, settings: { mode: 'complexity' } },
      'it looks complex (61 of 100): claude-opus-5-5',
    ],
    [{ facts: { asked: 'poet-9' } }, 'the caller gets the model that it names; poet-9 is known to no provider'],
    [
      { settings: { mode: 'cascade', cascade: { enabled: false, models: [] } } },
      'routing.mode is cascade, but routing.cascade.enabled is false',
    ],
  ] satisfies readonly (readonly [Case, string])[])('why: %j', (given, reason) => {
    expect(decide(given).reason).toBe(reason)
  })

  test('for each candidate why it stands there and what it would cost, for all others what is against them', () => {
    const decision = decide({ facts: { asked: 'rp:best' }, world: { resting: [sonnet] } })
    expect(decision.candidates).toEqual([
      { ref: ref(sol), why: 'no. 3 of the alias', costNanoUsd: 3_000_000 },
      { ref: ref(vertexSonnet), why: 'claude-sonnet-5-5 at another provider', costNanoUsd: 2_850_000 },
    ])
    expect(decision.rejected.map(({ name, why }) => `${name} ${why}`)).toEqual([
      'anthropic/claude-sonnet-4-20250514 is retired',
      'anthropic/claude-sonnet-5-5 rests until noon',
    ])
  })
})

/** Each line decides where all lines before it are silent. */
describe('of two rules that could decide the first of these does:', () => {
  const steps: readonly (readonly [rule: RouteDecision['rule'], given: Case])[] = [
    ['header', { facts: { header: 'gpt-6-luna' } }],
    ['override', { settings: { modelOverrides: { 'claude-opus-5-5': luna, 'claude-sonnet-5-5': luna } } }],
    ['suffix', { facts: { asked: 'claude-sonnet-5-5:cost' } }],
    ['alias', { settings: { aliases: { 'claude-opus-5-5': luna } } }],
    ['rule', { settings: { rules: use(luna) } }],
    ['complexity', { settings: { mode: 'complexity' } }],
    ['passthrough', {}],
  ]
  const pairs = steps.flatMap((first, place) => steps.slice(place + 1).map((second) => [first, second] as const))
  test.each(pairs)('%j, %j', ([rule, first], [, second]) => {
    const given = {
      facts: { ...second.facts, ...first.facts },
      settings: { ...second.settings, ...first.settings },
    }
    expect(decide(given).rule).toBe(rule)
  })
})
