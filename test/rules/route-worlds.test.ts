/** What no decision ever does, in random worlds, and how long one takes. */
import { describe, expect, test } from 'bun:test'
import { formatModelRef } from '../../src/neutral/model.ts'
import { decideRoute } from '../../src/rules/route.ts'
import type { RouteFacts } from '../../src/rules/route-facts.ts'
import {
  candidatesOf,
  complexity,
  decide,
  home,
  model as models,
  names,
  plainFacts,
  plainSettings,
  prices,
  ref,
  use,
  worldOf,
  type Case,
  type WorldOptions,
} from './route-world.ts'

const { sonnet } = models

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

function isUsable(name: string, facts: Partial<RouteFacts>, world: WorldOptions): boolean {
  const against = [...(world.resting ?? []), ...(world.lacking ?? [])]
  const { provider } = ref(name)
  if (against.includes(name) || world.keyless?.includes(provider) === true) return false
  if ((facts.mount ?? provider) !== provider) return false
  if (world.ceiling === undefined || name === world.ceiling) return true
  return (costAt(name, facts) ?? Infinity) <= (costAt(world.ceiling, facts) ?? 0)
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
    const left = runs.filter(({ given: { facts, world }, decision: { rule, candidates } }) => {
      const { home: before, isMidToolLoop, asked } = facts
      if (!isMidToolLoop || before === undefined || before === null || before.asked !== asked) return false
      if (['header', 'override', 'passthrough'].includes(rule)) return false
      const name = formatModelRef(before.ref)
      return name !== candidates.map(({ ref: one }) => formatModelRef(one))[0] && isUsable(name, facts, world)
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
