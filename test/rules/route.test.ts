/** The route function: what goes where, row by row; what no rule ever does, in random worlds; and how long it takes. */
import { describe, expect, test } from 'bun:test'
import { ConfigSchema } from '../../src/config/schema.ts'
import { formatModelRef } from '../../src/neutral/model.ts'
import { decideRoute } from '../../src/rules/route.ts'
import { checkRouting } from '../../src/rules/route-check.ts'
import type { Home, RouteDecision, RouteFacts, RouteSettings } from '../../src/rules/route-facts.ts'
import { names, plainFacts, plainSettings, prices, ref, worldOf, type WorldOptions } from './route-world.ts'

const [haiku, sonnet, opus, fable] = [
  'anthropic/claude-haiku-5-5',
  'anthropic/claude-sonnet-5-5',
  'anthropic/claude-opus-5-5',
  'anthropic/claude-fable-5-2',
]
const [vertexSonnet, vertexHaiku] = ['vertex/claude-sonnet-5-5', 'vertex/claude-haiku-5-5']
const [luna, terra, sol] = ['openai/gpt-6-luna', 'openai/gpt-5.6-terra', 'openai/gpt-6.2-sol']

interface Case {
  readonly facts?: Partial<RouteFacts>
  readonly settings?: Partial<RouteSettings>
  readonly world?: WorldOptions
}

const decide = ({ facts, settings, world }: Case): RouteDecision =>
  decideRoute({ ...plainFacts, ...facts }, { ...plainSettings, ...settings }, worldOf(world))

const candidatesOf = (decision: RouteDecision) => decision.candidates.map((one) => formatModelRef(one.ref))

type Row = readonly [what: string, given: Case, rule: RouteDecision['rule'], candidates: readonly string[]]

const golden = (rows: readonly Row[]) =>
  test.each(rows)('%s', (_, given, rule, candidates) => {
    const decision = decide(given)
    expect([decision.rule, ...candidatesOf(decision)]).toEqual([rule, ...candidates])
  })

const complexity = (tier: 'simple' | 'moderate' | 'complex') => ({ score: 50, tier })
const home = (name: string, cachedTokens: number, asked: string | null = 'claude-opus-5-5'): Home => ({
  ref: ref(name),
  asked,
  cachedTokens,
})
const use = (target: string, when = {}) => [{ when, use: target }]

describe('without routing a request goes to the model that it names,', () => {
  golden([
    ['whatever it costs', {}, 'passthrough', [opus]],
    ['written provider/model', { facts: { asked: sonnet } }, 'passthrough', [sonnet]],
    [
      'at the provider that the path names',
      { facts: { asked: 'sonnet-x', mount: 'groq' } },
      'passthrough',
      ['groq/sonnet-x'],
    ],
    [
      'even if it is known to lack something: that is for the provider to say',
      { world: { lacking: [opus] } },
      'passthrough',
      [opus],
    ],
    ['even if the conversation was answered by another', { facts: { home: home(sonnet, 900) } }, 'passthrough', [opus]],
    [
      'a tag of a local model is none of ours',
      { facts: { asked: 'llama3.2:3b' } },
      'passthrough',
      ['ollama/llama3.2:3b'],
    ],
    ['unpriced or not', { facts: { asked: 'qwen3' } }, 'passthrough', ['own/qwen3']],
    ['and nowhere while that rests', { world: { resting: [opus] } }, 'passthrough', []],
    ['and nowhere where nobody has it', { facts: { asked: 'poet-9' } }, 'passthrough', []],
    ['and nowhere where it names none', { facts: { asked: null } }, 'passthrough', []],
    [
      'with X-RelayPlane-Bypass past all rules',
      {
        facts: { isBypassed: true },
        settings: { mode: 'complexity', modelOverrides: { 'claude-opus-5-5': luna }, rules: use(luna) },
      },
      'passthrough',
      [opus],
    ],
  ])
})

describe('X-RelayPlane-Model', () => {
  golden([
    [
      'goes before overrides, rules, modes and the conversation',
      {
        facts: { header: 'gpt-6-luna', home: home(opus, 900) },
        settings: { mode: 'auto', modelOverrides: { 'gpt-6-luna': sol }, rules: use(sonnet) },
      },
      'header',
      [luna],
    ],
    ['may be an alias', { facts: { header: 'rp:fast' } }, 'header', [haiku, luna, vertexHaiku]],
    ['may have a suffix', { facts: { header: 'gpt-6.2-sol:cost' } }, 'header', [sol, terra]],
    ['counts with a bypass, as a plain name', { facts: { header: 'gpt-6-luna', isBypassed: true } }, 'header', [luna]],
    ['is no alias with a bypass', { facts: { header: 'rp:fast', isBypassed: true } }, 'header', []],
    [
      'is not replaced while its model rests',
      { facts: { header: 'gpt-6-luna' }, world: { resting: [luna] } },
      'header',
      [],
    ],
  ])
})

describe('an override', () => {
  const modelOverrides = { 'claude-opus-5-5': 'claude-sonnet-5-5' }
  const settings = { modelOverrides }
  golden([
    ['takes the place of the model', { settings }, 'override', [sonnet, vertexSonnet, opus]],
    [
      'goes before rules and modes',
      { settings: { ...settings, mode: 'auto', rules: use(luna) } },
      'override',
      [sonnet, vertexSonnet, opus],
    ],
    [
      'is not heeded twice',
      { settings: { modelOverrides: { ...modelOverrides, 'claude-sonnet-5-5': luna } } },
      'override',
      [sonnet, vertexSonnet, opus],
    ],
    [
      'keeps the suffix of the caller',
      { facts: { asked: 'claude-opus-5-5:cost' }, settings },
      'override',
      [haiku, vertexSonnet, sonnet, opus],
    ],
    [
      'may hold for one spelling',
      { facts: { asked: 'claude-opus-5-5:cost' }, settings: { modelOverrides: { 'claude-opus-5-5:cost': luna } } },
      'override',
      [luna],
    ],
    [
      'may lead to an alias',
      { settings: { modelOverrides: { 'claude-opus-5-5': 'rp:cheap' } } },
      'override',
      [luna, haiku, vertexHaiku, opus],
    ],
    [
      'holds for an alias, too',
      { facts: { asked: 'rp:fast' }, settings: { modelOverrides: { 'rp:fast': sol } } },
      'override',
      [sol],
    ],
    [
      'moves a conversation at once',
      { facts: { home: home(opus, 900) }, settings },
      'override',
      [sonnet, vertexSonnet, opus],
    ],
    [
      'gives way where its model is not to be had',
      { settings: { modelOverrides: { 'claude-opus-5-5': 'poet-9' } } },
      'override',
      [opus],
    ],
    [
      'gives way where its model lacks what is needed',
      { settings, world: { lacking: [sonnet, vertexSonnet] } },
      'override',
      [opus],
    ],
    [
      'gives way to the same model elsewhere first',
      { settings, world: { resting: [sonnet] } },
      'override',
      [vertexSonnet, opus],
    ],
    [
      'may lead to a model without a price, since somebody named it',
      { settings: { modelOverrides: { 'claude-opus-5-5': 'qwen3' } } },
      'override',
      ['own/qwen3', opus],
    ],
  ])
})

describe('a suffix chooses among the same model elsewhere and its family:', () => {
  const asked = (suffix: string, world?: WorldOptions, facts: Partial<RouteFacts> = {}): Case => ({
    facts: { asked: `claude-sonnet-5-5:${suffix}`, ...facts },
    ...(world === undefined ? {} : { world }),
  })
  const told = (badShare: number, p50Ms: number | null = null) => ({ answers: 20, badShare, p50Ms })
  golden([
    [':cost, cheapest first', asked('cost'), 'suffix', [haiku, vertexSonnet, sonnet, opus]],
    [
      ':cost counts what bad answers cost again',
      asked('cost', { signals: { [vertexSonnet]: told(0.2) } }),
      'suffix',
      [haiku, sonnet, vertexSonnet, opus],
    ],
    [
      ':cost believes few answers nothing',
      asked('cost', { signals: { [vertexSonnet]: { ...told(0.9), answers: 19 } } }),
      'suffix',
      [haiku, vertexSonnet, sonnet, opus],
    ],
    [':quality, the tier above first', asked('quality'), 'suffix', [opus, sonnet, vertexSonnet, haiku]],
    [
      ':quality, but for one that does badly',
      asked('quality', { signals: { [opus]: told(0.25) } }),
      'suffix',
      [sonnet, vertexSonnet, haiku, opus],
    ],
    [
      ':fast, the smaller first while nobody has measured',
      asked('fast'),
      'suffix',
      [haiku, sonnet, vertexSonnet, opus],
    ],
    [
      ':fast, as measured',
      asked('fast', { signals: { [opus]: told(0, 800), [sonnet]: told(0, 900) } }),
      'suffix',
      [opus, sonnet, vertexSonnet, haiku],
    ],
    [
      ':fast, where one alone is measured, still the smaller',
      asked('fast', { signals: { [opus]: told(0, 800) } }),
      'suffix',
      [haiku, sonnet, vertexSonnet, opus],
    ],
    ['at the provider that the path names', asked('cost', {}, { mount: 'anthropic' }), 'suffix', [haiku, sonnet, opus]],
    ['nobody who lacks what is needed', asked('cost', { lacking: [haiku] }), 'suffix', [vertexSonnet, sonnet, opus]],
    ['in any case', asked('COST'), 'suffix', [haiku, vertexSonnet, sonnet, opus]],
    ['no suffix where the base is no model', { facts: { asked: 'poet-9:cost' } }, 'passthrough', []],
    [
      'before rules and modes',
      { ...asked('quality'), settings: { mode: 'complexity', rules: use(luna) } },
      'suffix',
      [opus, sonnet, vertexSonnet, haiku],
    ],
    [
      'the model itself where its own provider has no key and another has',
      asked('quality', { keyless: ['anthropic'] }),
      'suffix',
      [vertexSonnet],
    ],
  ])
})

describe('an alias', () => {
  golden([
    [
      'is the first of its list that can be had; what is retired can not',
      { facts: { asked: 'rp:best' } },
      'alias',
      [sonnet, sol, vertexSonnet],
    ],
    [
      'skips whom there is no key for',
      { facts: { asked: 'rp:best' }, world: { keyless: ['anthropic', 'vertex'] } },
      'alias',
      [sol],
    ],
    ['skips who rests', { facts: { asked: 'rp:best' }, world: { resting: [sonnet] } }, 'alias', [sol, vertexSonnet]],
    [
      'skips who lacks what is needed',
      { facts: { asked: 'rp:best' }, world: { lacking: [sonnet] } },
      'alias',
      [sol, vertexSonnet],
    ],
    [
      'finds the same model elsewhere where nobody of its list is left',
      { facts: { asked: 'rp:fast' }, world: { keyless: ['anthropic', 'openai'] } },
      'alias',
      [vertexHaiku],
    ],
    ['may be written relayplane:', { facts: { asked: 'relayplane:fast' } }, 'alias', [haiku, luna, vertexHaiku]],
    ['may be a suffix word', { facts: { asked: 'relayplane:cost' } }, 'alias', [luna, haiku, vertexHaiku]],
    ['puts an unpriced model last', { facts: { asked: 'rp:mixed' } }, 'alias', [luna, 'own/qwen3']],
    [
      'is unpriced where nothing else is left',
      { facts: { asked: 'rp:mixed' }, world: { keyless: ['openai'] } },
      'alias',
      ['own/qwen3'],
    ],
    [
      'may be the user’s own',
      { facts: { asked: 'mine' }, settings: { aliases: { mine: 'claude-sonnet-5-5' } } },
      'alias',
      [sonnet, vertexSonnet],
    ],
    [
      'of the user goes before ours',
      { facts: { asked: 'rp:fast' }, settings: { aliases: { 'rp:fast': sol } } },
      'alias',
      [sol],
    ],
    [
      'may stand for another',
      { facts: { asked: 'a' }, settings: { aliases: { a: 'b', b: 'rp:cheap' } } },
      'alias',
      [luna, haiku, vertexHaiku],
    ],
    [
      'that leads to itself leads nowhere',
      { facts: { asked: 'a' }, settings: { aliases: { a: 'b', b: 'a' } } },
      'alias',
      [],
    ],
    [
      'goes before rules and modes',
      { facts: { asked: 'rp:cheap' }, settings: { mode: 'complexity', rules: use(sonnet) } },
      'alias',
      [luna, haiku, vertexHaiku],
    ],
    ['that is none is a name like any other', { facts: { asked: 'rp:wonder' } }, 'passthrough', []],
  ])
})

describe('a rule', () => {
  golden([
    [
      'is the first that matches',
      { settings: { rules: [...use(sol, { agent: ['codex'] }), ...use(luna, { agent: ['claude*'] }), ...use(terra)] } },
      'rule',
      [luna, opus],
    ],
    [
      'goes before the mode',
      { settings: { mode: 'complexity', rules: use(luna, { task: ['general'] }) } },
      'rule',
      [luna, opus],
    ],
    [
      'that does not match leaves it to the mode',
      { settings: { mode: 'complexity', rules: use(luna, { hasTools: true }) } },
      'complexity',
      [sonnet, vertexSonnet, terra, opus],
    ],
    ['may use an alias', { settings: { rules: use('rp:best') } }, 'rule', [sonnet, sol, vertexSonnet, opus]],
    [
      'gives way to what was asked for where its model rests',
      { settings: { rules: use(luna) }, world: { resting: [luna] } },
      'rule',
      [opus],
    ],
    [
      'may use a model without a price, since somebody named it',
      { settings: { rules: use('qwen3') } },
      'rule',
      ['own/qwen3', opus],
    ],
  ])
})

describe('mode complexity', () => {
  const settings = { mode: 'complexity' } as const
  golden([
    [
      'takes the model of the tier: simple',
      { facts: { complexity: complexity('simple') }, settings },
      'complexity',
      [haiku, vertexHaiku, luna, opus],
    ],
    [
      'moderate',
      { facts: { complexity: complexity('moderate') }, settings },
      'complexity',
      [sonnet, vertexSonnet, terra, opus],
    ],
    ['complex', { facts: { complexity: complexity('complex') }, settings }, 'complexity', [opus, sol]],
    [
      'the same model elsewhere where it rests',
      { facts: { complexity: complexity('simple') }, settings, world: { resting: [haiku] } },
      'complexity',
      [vertexHaiku, luna, opus],
    ],
    [
      'another maker’s of that tier where nobody has it',
      {
        facts: { complexity: complexity('simple'), asked: 'gpt-6.2-sol' },
        settings,
        world: { keyless: ['anthropic', 'vertex'] },
      },
      'complexity',
      [luna, sol],
    ],
    [
      'what was asked for where the tier is empty',
      { facts: { complexity: complexity('simple') }, settings, world: { lacking: [haiku, vertexHaiku, luna] } },
      'complexity',
      [opus],
    ],
    [
      'a priced model before a tier’s without a price',
      {
        facts: { complexity: complexity('simple') },
        settings: { ...settings, complexity: { ...plainSettings.complexity, simple: 'qwen3' } },
      },
      'complexity',
      [opus, 'own/qwen3'],
    ],
    [
      'only at the provider that the path names',
      { facts: { complexity: complexity('simple'), mount: 'vertex', asked: 'claude-sonnet-5-5' }, settings },
      'complexity',
      [vertexHaiku, vertexSonnet],
    ],
    [
      'nothing where it is switched off',
      { settings: { mode: 'complexity', complexity: { ...plainSettings.complexity, enabled: false } } },
      'passthrough',
      [opus],
    ],
    ['nothing where there is no score', { facts: { complexity: null }, settings }, 'passthrough', [opus]],
    [
      'nothing in a tool loop that began elsewhere',
      { facts: { isMidToolLoop: true }, settings },
      'passthrough',
      [opus],
    ],
  ])
})

describe('mode auto', () => {
  const auto = (facts: Partial<RouteFacts>, world?: WorldOptions): Case => ({
    facts,
    settings: { mode: 'auto' },
    ...(world === undefined ? {} : { world }),
  })
  const simple = [haiku, vertexHaiku, luna, opus]
  const moderate = [sonnet, vertexSonnet, terra, opus]
  const complex = [opus, sol]
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
      [luna, sonnet, opus, fable],
    ],
    [
      'with the second for the moderate',
      cascade({ complexity: complexity('moderate') }),
      'cascade',
      [sonnet, opus, fable],
    ],
    [
      'with the cheapest where nothing is scored',
      cascade({ complexity: complexity('complex') }, {}, unscored),
      'cascade',
      [luna, sonnet, opus, fable],
    ],
    [
      'with the next where the first rests',
      cascade({ complexity: null }, { resting: [luna] }),
      'cascade',
      [sonnet, opus, fable],
    ],
    [
      'goes down where all above is too dear',
      cascade({ complexity: complexity('complex') }, { ceiling: sonnet }),
      'cascade',
      [sonnet],
    ],
    [
      'leaves out a rung without a price',
      cascade({ complexity: null }, {}, { cascade: { enabled: true, models: ['qwen3', ...models] } }),
      'cascade',
      [luna, sonnet, opus, fable],
    ],
    [
      'climbs the tiers where no models are named',
      cascade({ complexity: null }, {}, { cascade: { enabled: true, models: [] } }),
      'cascade',
      [haiku, sonnet, opus, fable],
    ],
    [
      'takes what was asked for where no rung is left',
      cascade({ complexity: null }, { lacking: [luna, sonnet, vertexSonnet, opus] }),
      'cascade',
      [fable],
    ],
    [
      'does nothing where it is switched off',
      cascade({}, {}, { cascade: { enabled: false, models } }),
      'passthrough',
      [fable],
    ],
  ])

  test('says which rungs are above the first', () => {
    expect(decide(cascade({ complexity: complexity('moderate') })).ladder).toEqual([
      'claude-sonnet-5-5',
      'claude-opus-5-5',
    ])
    expect(decide(cascade({ complexity: null }, { lacking: [luna, sonnet, vertexSonnet, opus] })).ladder).toBeNull()
    expect(decide({ settings: { mode: 'auto' } }).ladder).toBeNull()
  })

  test('goes on from the rung that the conversation has reached', () => {
    const { rule, ladder } = decide(
      cascade({ complexity: null, home: home(sonnet, 1000, 'claude-fable-5-2'), isMidToolLoop: true }),
    )
    expect([rule, ladder]).toEqual(['sticky', ['claude-sonnet-5-5', 'claude-opus-5-5']])
  })
})

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
    [
      'goes where two turns save more than its cache is worth',
      at(opus, 18_000),
      'auto',
      [haiku, vertexHaiku, luna, opus],
    ],
    // Saved: 19,900 x 200 + 100 x 2,000 + 100 x 10,000 now, 20,000 x 200 + 100 x 2,000 + 100 x 10,000 next, $0.01038;
    // lost: 19,900 x 2,300, $0.04577.
    [
      'stays where its cache is worth more',
      at(opus, 19_900, { task: 'general' }),
      'sticky',
      [opus, sonnet, vertexSonnet, terra],
    ],
    [
      'goes to the cheaper where nothing is cached',
      at(opus, 0, { task: 'general' }),
      'auto',
      [sonnet, vertexSonnet, terra, opus],
    ],
    ['does not climb by itself', at(haiku, 0, { complexity: complexity('complex') }), 'sticky', [haiku, opus, sol]],
    [
      'climbs where it need not stay',
      at(haiku, 0, { complexity: complexity('complex') }, { sticky: false }),
      'auto',
      [opus, sol],
    ],
    [
      'stays in the middle of a tool loop, whatever is saved',
      at(opus, 18_000, { isMidToolLoop: true }),
      'sticky',
      [opus, haiku, vertexHaiku, luna],
    ],
    [
      'stays there even if it need not',
      at(opus, 0, { isMidToolLoop: true }, { sticky: false }),
      'sticky',
      [opus, haiku, vertexHaiku, luna],
    ],
    [
      'leaves a tool loop where its model rests',
      at(sonnet, 18_000, { isMidToolLoop: true }, {}, { resting: [sonnet] }),
      'auto',
      [haiku, vertexHaiku, luna, opus],
    ],
    [
      'leaves a model that lacks what is needed now',
      at(sonnet, 19_900, { task: 'long_context' }, {}, { lacking: [sonnet] }),
      'auto',
      [opus, sol],
    ],
    [
      'leaves a provider without a key',
      at(sol, 19_900, {}, {}, { keyless: ['openai'] }),
      'auto',
      [haiku, vertexHaiku, opus],
    ],
    [
      'leaves a model dearer than the budget allows',
      at(opus, 19_900, {}, {}, { ceiling: sonnet }),
      'auto',
      [haiku, vertexHaiku, luna, sonnet],
    ],
    [
      'whose caller names another model is free',
      at(opus, 19_900, { asked: 'claude-fable-5-2', task: 'general' }),
      'auto',
      [sonnet, vertexSonnet, terra, fable],
    ],
    [
      'stays with who its alias was when it began',
      { facts: { asked: 'rp:best', home: home(sol, 19_900, 'rp:best'), inputTokens: 20_000 } },
      'sticky',
      [sol, sonnet, vertexSonnet],
    ],
    [
      'leaves that when its caller asks for another alias',
      { facts: { asked: 'rp:fast', home: home(sol, 19_900, 'rp:best'), inputTokens: 20_000 } },
      'alias',
      [haiku, luna, vertexHaiku],
    ],
    [
      'stays where what a switch would save is not known',
      { facts: { asked: 'rp:mixed', home: home('own/qwen3', 0, 'rp:mixed') } },
      'sticky',
      ['own/qwen3', luna],
    ],
  ])

  test('has the arithmetic of its switch in the decision, be it made or not', () => {
    expect(decide(at(opus, 18_000)).switch).toEqual({
      from: ref(opus),
      to: ref(haiku),
      savedNanoUsd: 28_910_000,
      lostNanoUsd: 2_070_000,
      turns: 2,
      verdict: 'switched',
      why: 'a switch saves $0.028910 in 2 turns and loses $0.002070 of prompt cache',
    })
    expect(decide(at(opus, 19_900, { task: 'general' })).switch).toMatchObject({
      savedNanoUsd: 10_380_000,
      lostNanoUsd: 45_770_000,
      verdict: 'stayed',
    })
    expect(decide({ facts: { task: 'tool_use' }, settings }).switch).toBeNull()
  })
})

describe('a ceiling', () => {
  golden([
    ['takes the place of what is dearer', { world: { ceiling: sonnet } }, 'passthrough', [sonnet]],
    [
      'leaves what is not',
      { facts: { asked: 'claude-haiku-5-5' }, world: { ceiling: sonnet } },
      'passthrough',
      [haiku, sonnet],
    ],
    ['is not undone by the header', { facts: { header: opus }, world: { ceiling: sonnet } }, 'header', [sonnet]],
    [
      'is not undone by an override',
      {
        facts: { asked: 'claude-haiku-5-5' },
        settings: { modelOverrides: { 'claude-haiku-5-5': opus } },
        world: { ceiling: sonnet },
      },
      'override',
      [haiku, sonnet],
    ],
    ['is not undone by a bypass', { facts: { isBypassed: true }, world: { ceiling: sonnet } }, 'passthrough', [sonnet]],
    [
      'leads away from the provider that the path names',
      { facts: { mount: 'anthropic' }, world: { ceiling: luna } },
      'passthrough',
      [luna],
    ],
    [
      'lets nothing pass that has no price',
      { facts: { asked: 'qwen3' }, world: { ceiling: sonnet } },
      'passthrough',
      [sonnet],
    ],
    [
      'is no way out where it lacks what is needed',
      { world: { ceiling: sonnet, lacking: [sonnet] } },
      'passthrough',
      [],
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
    ['override', { settings: { modelOverrides: { 'claude-opus-5-5': luna } } }],
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

/** A generator that is the same on every machine: mulberry32. */
function randomOf(seed: number) {
  let state = seed
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const pick = <T>(all: readonly T[]): T => all[Math.floor(next() * all.length)] as T
  const some = <T>(all: readonly T[], share: number): readonly T[] => all.filter(() => next() < share)
  const chance = (share: number) => next() < share
  return { pick, some, chance }
}

function randomCase(seed: number): Required<Case> {
  const { pick, some, chance } = randomOf(seed)
  const asked = pick([
    'claude-opus-5-5',
    'claude-sonnet-5-5:cost',
    'gpt-6.2-sol',
    'rp:best',
    'rp:mixed',
    'qwen3',
    'mine',
    'poet-9',
    sonnet,
  ])
  const model = () => pick([...names, 'rp:cheap', 'claude-sonnet-5-5:quality', 'poet-9'])
  return {
    facts: {
      asked,
      header: chance(0.1) ? model() : null,
      isBypassed: chance(0.05),
      mount: chance(0.1) ? pick(['anthropic', 'vertex', 'openai']) : null,
      task: pick(['tool_use', 'general', 'long_context']),
      complexity: chance(0.2) ? null : complexity(pick(['simple', 'moderate', 'complex'])),
      isMidToolLoop: chance(0.3),
      inputTokens: pick([100, 20_000]),
      home: chance(0.5) ? home(pick(names), pick([0, 90, 19_000]), chance(0.8) ? asked : 'other') : null,
      sideCall: chance(0.1) ? { kind: 'title', isSmall: true } : null,
    },
    settings: {
      mode: pick(['passthrough', 'complexity', 'cascade', 'auto']),
      aliases: { mine: model() },
      modelOverrides: chance(0.2) ? { [asked]: model() } : {},
      rules: chance(0.3) ? use(model()) : [],
      complexity: { enabled: chance(0.8), simple: model(), moderate: model(), complex: model() },
      cascade: { enabled: chance(0.9), models: some(names, 0.4) },
      sticky: chance(0.7),
    },
    world: {
      keyless: some(['anthropic', 'vertex', 'openai', 'own'], 0.2),
      resting: some(names, 0.2),
      lacking: some(names, 0.2),
      ...(chance(0.3) ? { ceiling: pick(names.filter((name) => prices[name] !== null)) } : {}),
    },
  }
}

const costAt = (name: string, { inputTokens = 0, expectedOutputTokens = 100 }: Partial<RouteFacts>): number | null => {
  const price = prices[name] ?? null
  return price === null ? null : inputTokens * price[0] + expectedOutputTokens * price[3]
}

describe('in 20,000 random worlds', () => {
  const runs = Array.from({ length: 20_000 }, (_, seed) => {
    const given = randomCase(seed)
    return { given, decision: decide(given), seed }
  })
  type Run = (typeof runs)[number]
  const failing = (isWrong: (run: Run, name: string) => boolean) =>
    runs.filter((run) => candidatesOf(run.decision).some((name) => isWrong(run, name))).map(({ seed }) => seed)

  test('nobody is asked who rests, has no key, or is not at the provider of the path unless a limit led there', () => {
    expect(failing(({ given }, name) => given.world.resting?.includes(name) === true)).toEqual([])
    expect(
      failing(
        ({ given: { facts, world } }, name) =>
          facts.mount === null && world.ceiling !== name && world.keyless?.includes(ref(name).provider) === true,
      ),
    ).toEqual([])
    expect(
      failing(
        ({ given: { facts, world } }, name) =>
          facts.mount !== null && ref(name).provider !== facts.mount && name !== world.ceiling,
      ),
    ).toEqual([])
  })

  test('nobody is asked who lacks what is needed, but whom the caller named', () => {
    const isCallers = ({ asked, header }: Partial<RouteFacts>, name: string) =>
      [asked, header].some((one) => one === name || one?.split(':')[0] === ref(name).model || one === ref(name).model)
    expect(
      failing(({ given: { facts, world } }, name) => world.lacking?.includes(name) === true && !isCallers(facts, name)),
    ).toEqual([])
  })

  test('nobody is asked who is dearer than the ceiling, or might be', () => {
    expect(
      failing(({ given: { facts, world } }, name) => {
        if (world.ceiling === undefined || name === world.ceiling) return false
        const [cost, most] = [costAt(name, facts), costAt(world.ceiling, facts)]
        return cost === null || most === null || cost > most
      }),
    ).toEqual([])
  })

  test('a model without a price goes before one that has one only where somebody named it, or it has the conversation', () => {
    const wrong = runs.filter(({ given, decision: { rule, candidates } }) => {
      const [first] = candidates
      if (first === undefined || first.costNanoUsd !== null) return false
      if (candidates.every(({ costNanoUsd }) => costNanoUsd === null)) return false
      const { header, asked } = given.facts
      const target = {
        header,
        override: given.settings.modelOverrides?.[asked ?? ''],
        rule: given.settings.rules?.[0]?.use,
        alias: given.settings.aliases?.['mine'],
      }
      return (
        rule !== 'sticky' &&
        rule !== 'passthrough' &&
        ![...Object.values(target), asked].some((name) => name === 'own/qwen3' || name === 'qwen3')
      )
    })
    expect(wrong.map(({ seed }) => seed)).toEqual([])
  })

  test('nobody stands in a list twice, or among the candidates and the rejected', () => {
    const doubled = runs.filter(({ decision }) => {
      const all = candidatesOf(decision)
      return new Set(all).size < all.length || decision.rejected.some(({ name }) => all.includes(name))
    })
    expect(doubled.map(({ seed }) => seed)).toEqual([])
  })

  test('a tool loop is left by its conversation only where its model can not be asked, or the caller has named another', () => {
    const left = runs.filter(({ given: { facts }, decision: { rule, candidates, rejected } }) => {
      const { home: before, isMidToolLoop, asked } = facts
      if (!isMidToolLoop || before === undefined || before === null || before.asked !== asked) return false
      if (['header', 'override', 'passthrough'].includes(rule)) return false
      const name = formatModelRef(before.ref)
      const isThere = candidates[0] !== undefined && formatModelRef(candidates[0].ref) === name
      return !isThere && !rejected.some((one) => one.name === name)
    })
    expect(left.map(({ seed }) => seed)).toEqual([])
  })

  test('the same question has the same answer, and every rule has its turn', () => {
    expect(runs.filter(({ given, decision }) => !Bun.deepEquals(decide(given), decision))).toEqual([])
    expect([...new Set(runs.map(({ decision }) => decision.rule))].toSorted()).toEqual([
      'alias',
      'auto',
      'cascade',
      'complexity',
      'header',
      'override',
      'passthrough',
      'rule',
      'sticky',
      'suffix',
    ])
  })
})

test('a decision takes less than a tenth of a millisecond', () => {
  const cases = Array.from({ length: 1000 }, (_, seed) => randomCase(seed)).map(
    ({ facts, settings, world }) =>
      [{ ...plainFacts, ...facts }, { ...plainSettings, ...settings }, worldOf(world)] as const,
  )
  const round = () => {
    const before = Bun.nanoseconds()
    for (const [facts, settings, world] of cases) decideRoute(facts, settings, world)
    return (Bun.nanoseconds() - before) / cases.length
  }
  // The best of several: what else the machine does is no part of it.
  const best = Math.min(...Array.from({ length: 10 }, round))
  expect(best).toBeLessThan(100_000)
})

describe('settings that can not do what they say are named:', () => {
  const problems = (settings: Partial<RouteSettings>, world: WorldOptions = {}) =>
    checkRouting({ ...plainSettings, ...settings }, worldOf(world)).map(({ path, problem }) => `${path}: ${problem}`)

  test('the plain ones are all right, and those of the schema fit', () => {
    expect(problems({})).toEqual([])
    expect(ConfigSchema).toBeDefined()
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
