/** The route function, row by row: what goes where by what somebody named. Modes are in `route-modes.test.ts`. */
import { describe } from 'bun:test'
import type { RouteFacts } from '../../src/rules/route-facts.ts'
import { golden, home, model, use, type Case, type WorldOptions } from './route-world.ts'

const { sonnet, opus, vertexSonnet, haiku, luna, terra, sol } = model

describe('without routing a request goes to the model that it names,', () => {
  golden([
    ['whatever it costs', {}, 'passthrough', 'opus'],
    ['written provider/model', { facts: { asked: sonnet } }, 'passthrough', 'sonnet'],
    [
      'at the provider that the path names',
      { facts: { asked: 'sonnet-x', mount: 'groq' } },
      'passthrough',
      'groq/sonnet-x',
    ],
    [
      'even if it is known to lack something: that is for the provider to say',
      { world: { lacking: [opus] } },
      'passthrough',
      'opus',
    ],
    ['even if the conversation was answered by another', { facts: { home: home(sonnet, 900) } }, 'passthrough', 'opus'],
    [
      'a tag of a local model is none of ours',
      { facts: { asked: 'llama3.2:3b' } },
      'passthrough',
      'ollama/llama3.2:3b',
    ],
    ['unpriced or not', { facts: { asked: 'qwen3' } }, 'passthrough', 'qwen'],
    ['and nowhere while that rests', { world: { resting: [opus] } }, 'passthrough', ''],
    ['and nowhere where nobody has it', { facts: { asked: 'poet-9' } }, 'passthrough', ''],
    ['and nowhere where it names none', { facts: { asked: null } }, 'passthrough', ''],
    [
      'with X-RelayPlane-Bypass past all rules',
      {
        facts: { isBypassed: true },
        settings: { mode: 'complexity', modelOverrides: { 'claude-opus-5-5': luna }, rules: use(luna) },
      },
      'passthrough',
      'opus',
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
      'luna',
    ],
    ['may be an alias', { facts: { header: 'rp:fast' } }, 'header', 'haiku luna vertexHaiku'],
    ['may have a suffix', { facts: { header: 'gpt-6.2-sol:cost' } }, 'header', 'sol terra'],
    ['counts with a bypass, as a plain name', { facts: { header: 'gpt-6-luna', isBypassed: true } }, 'header', 'luna'],
    ['is no alias with a bypass', { facts: { header: 'rp:fast', isBypassed: true } }, 'header', ''],
    [
      'is not replaced while its model rests',
      { facts: { header: 'gpt-6-luna' }, world: { resting: [luna] } },
      'header',
      '',
    ],
  ])
})

describe('an override', () => {
  const modelOverrides = { 'claude-opus-5-5': 'claude-sonnet-5-5' }
  const settings = { modelOverrides }
  golden([
    ['takes the place of the model', { settings }, 'override', 'sonnet vertexSonnet opus'],
    [
      'goes before rules and modes',
      { settings: { ...settings, mode: 'auto', rules: use(luna) } },
      'override',
      'sonnet vertexSonnet opus',
    ],
    [
      'is not heeded twice',
      { settings: { modelOverrides: { ...modelOverrides, 'claude-sonnet-5-5': luna } } },
      'override',
      'sonnet vertexSonnet opus',
    ],
    [
      'keeps the suffix of the caller',
      { facts: { asked: 'claude-opus-5-5:cost' }, settings },
      'override',
      'haiku vertexSonnet sonnet opus',
    ],
    [
      'may hold for one spelling',
      { facts: { asked: 'claude-opus-5-5:cost' }, settings: { modelOverrides: { 'claude-opus-5-5:cost': luna } } },
      'override',
      'luna',
    ],
    [
      'may lead to an alias',
      { settings: { modelOverrides: { 'claude-opus-5-5': 'rp:cheap' } } },
      'override',
      'luna haiku vertexHaiku opus',
    ],
    [
      'holds for an alias, too',
      { facts: { asked: 'rp:fast' }, settings: { modelOverrides: { 'rp:fast': sol } } },
      'override',
      'sol',
    ],
    [
      'moves a conversation at once',
      { facts: { home: home(opus, 900) }, settings },
      'override',
      'sonnet vertexSonnet opus',
    ],
    [
      'gives way where its model is not to be had',
      { settings: { modelOverrides: { 'claude-opus-5-5': 'poet-9' } } },
      'override',
      'opus',
    ],
    [
      'gives way where its model lacks what is needed',
      { settings, world: { lacking: [sonnet, vertexSonnet] } },
      'override',
      'opus',
    ],
    [
      'gives way to the same model elsewhere first',
      { settings, world: { resting: [sonnet] } },
      'override',
      'vertexSonnet opus',
    ],
    [
      'may lead to a model without a price, since somebody named it',
      { settings: { modelOverrides: { 'claude-opus-5-5': 'qwen3' } } },
      'override',
      'qwen opus',
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
    [':cost, cheapest first', asked('cost'), 'suffix', 'haiku vertexSonnet sonnet opus'],
    [
      ':cost counts what bad answers cost again',
      asked('cost', { signals: { [vertexSonnet]: told(0.2) } }),
      'suffix',
      'haiku sonnet vertexSonnet opus',
    ],
    [
      ':cost believes few answers nothing',
      asked('cost', { signals: { [vertexSonnet]: { ...told(0.9), answers: 19 } } }),
      'suffix',
      'haiku vertexSonnet sonnet opus',
    ],
    [':quality, the tier above first', asked('quality'), 'suffix', 'opus sonnet vertexSonnet haiku'],
    [
      ':quality, but for one that does badly',
      asked('quality', { signals: { [opus]: told(0.25) } }),
      'suffix',
      'sonnet vertexSonnet haiku opus',
    ],
    [':fast, the smaller first while nobody has measured', asked('fast'), 'suffix', 'haiku sonnet vertexSonnet opus'],
    [
      ':fast, as measured',
      asked('fast', { signals: { [opus]: told(0, 800), [sonnet]: told(0, 900) } }),
      'suffix',
      'opus sonnet vertexSonnet haiku',
    ],
    [
      ':fast, where one alone is measured, still the smaller',
      asked('fast', { signals: { [opus]: told(0, 800) } }),
      'suffix',
      'haiku sonnet vertexSonnet opus',
    ],
    ['at the provider that the path names', asked('cost', {}, { mount: 'anthropic' }), 'suffix', 'haiku sonnet opus'],
    ['nobody who lacks what is needed', asked('cost', { lacking: [haiku] }), 'suffix', 'vertexSonnet sonnet opus'],
    ['in any case', asked('COST'), 'suffix', 'haiku vertexSonnet sonnet opus'],
    ['no suffix where the base is no model', { facts: { asked: 'poet-9:cost' } }, 'passthrough', ''],
    [
      'before rules and modes',
      { ...asked('quality'), settings: { mode: 'complexity', rules: use(luna) } },
      'suffix',
      'opus sonnet vertexSonnet haiku',
    ],
    [
      'the model itself where its own provider has no key and another has',
      asked('quality', { keyless: ['anthropic'] }),
      'suffix',
      'vertexSonnet',
    ],
  ])
})

describe('an alias', () => {
  golden([
    [
      'is the first of its list that can be had; what is retired can not',
      { facts: { asked: 'rp:best' } },
      'alias',
      'sonnet sol vertexSonnet',
    ],
    [
      'skips whom there is no key for',
      { facts: { asked: 'rp:best' }, world: { keyless: ['anthropic', 'vertex'] } },
      'alias',
      'sol',
    ],
    ['skips who rests', { facts: { asked: 'rp:best' }, world: { resting: [sonnet] } }, 'alias', 'sol vertexSonnet'],
    [
      'skips who lacks what is needed',
      { facts: { asked: 'rp:best' }, world: { lacking: [sonnet] } },
      'alias',
      'sol vertexSonnet',
    ],
    [
      'finds the same model elsewhere where nobody of its list is left',
      { facts: { asked: 'rp:fast' }, world: { keyless: ['anthropic', 'openai'] } },
      'alias',
      'vertexHaiku',
    ],
    ['may be written relayplane:', { facts: { asked: 'relayplane:fast' } }, 'alias', 'haiku luna vertexHaiku'],
    ['may be a suffix word', { facts: { asked: 'relayplane:cost' } }, 'alias', 'luna haiku vertexHaiku'],
    ['puts an unpriced model last', { facts: { asked: 'rp:mixed' } }, 'alias', 'luna qwen'],
    [
      'is unpriced where nothing else is left',
      { facts: { asked: 'rp:mixed' }, world: { keyless: ['openai'] } },
      'alias',
      'qwen',
    ],
    [
      'may be the user’s own',
      { facts: { asked: 'mine' }, settings: { aliases: { mine: 'claude-sonnet-5-5' } } },
      'alias',
      'sonnet vertexSonnet',
    ],
    [
      'of the user goes before ours',
      { facts: { asked: 'rp:fast' }, settings: { aliases: { 'rp:fast': sol } } },
      'alias',
      'sol',
    ],
    [
      'may stand for another',
      { facts: { asked: 'a' }, settings: { aliases: { a: 'b', b: 'rp:cheap' } } },
      'alias',
      'luna haiku vertexHaiku',
    ],
    [
      'that leads to itself leads nowhere',
      { facts: { asked: 'a' }, settings: { aliases: { a: 'b', b: 'a' } } },
      'alias',
      '',
    ],
    [
      'goes before rules and modes',
      { facts: { asked: 'rp:cheap' }, settings: { mode: 'complexity', rules: use(sonnet) } },
      'alias',
      'luna haiku vertexHaiku',
    ],
    ['that is none is a name like any other', { facts: { asked: 'rp:wonder' } }, 'passthrough', ''],
  ])
})

describe('a rule', () => {
  golden([
    [
      'is the first that matches',
      { settings: { rules: [...use(sol, { agent: ['codex'] }), ...use(luna, { agent: ['claude*'] }), ...use(terra)] } },
      'rule',
      'luna opus',
    ],
    [
      'goes before the mode',
      { settings: { mode: 'complexity', rules: use(luna, { task: ['general'] }) } },
      'rule',
      'luna opus',
    ],
    [
      'that does not match leaves it to the mode',
      { settings: { mode: 'complexity', rules: use(luna, { hasTools: true }) } },
      'complexity',
      'sonnet vertexSonnet terra opus',
    ],
    ['may use an alias', { settings: { rules: use('rp:best') } }, 'rule', 'sonnet sol vertexSonnet opus'],
    [
      'gives way to what was asked for where its model rests',
      { settings: { rules: use(luna) }, world: { resting: [luna] } },
      'rule',
      'opus',
    ],
    [
      'may use a model without a price, since somebody named it',
      { settings: { rules: use('qwen3') } },
      'rule',
      'qwen opus',
    ],
  ])
})
