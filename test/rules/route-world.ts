/** A small world for the route function: models with prices typed by hand, what may go wrong with them, and rows of what goes where. */
import { expect, test } from 'bun:test'
import type { Alternative } from '../../src/neutral/alternative.ts'
import { formatModelRef, type ModelRef } from '../../src/neutral/model.ts'
import type { Needs } from '../../src/neutral/needs.ts'
import type { Usage } from '../../src/neutral/usage.ts'
import { decideRoute } from '../../src/rules/route.ts'
import type {
  Home,
  RouteDecision,
  RouteFacts,
  RouteSettings,
  RouteWorld,
  Signals,
} from '../../src/rules/route-facts.ts'

/** Nano-USD per token: input, cache read, cache write, output. null: no known price. */
export const prices: Readonly<Record<string, readonly [number, number, number, number] | null>> = {
  'anthropic/claude-haiku-5-5': [100, 10, 125, 500],
  'anthropic/claude-sonnet-5-5': [2000, 200, 2500, 10_000],
  'anthropic/claude-opus-5-5': [4000, 400, 5000, 20_000],
  'anthropic/claude-fable-5-2': [8000, 800, 10_000, 40_000],
  'vertex/claude-sonnet-5-5': [1900, 190, 2375, 9500],
  'vertex/claude-haiku-5-5': [110, 11, 138, 550],
  'openai/gpt-6-luna': [100, 10, 100, 400],
  'openai/gpt-5.6-terra': [2000, 200, 2000, 12_000],
  'openai/gpt-6.2-sol': [2000, 200, 2000, 10_000],
  'own/qwen3': null,
  'ollama/llama3.2:3b': [0, 0, 0, 0],
}

export const names = Object.keys(prices)

export const ref = (name: string): ModelRef => {
  const slash = name.indexOf('/')
  return { provider: name.slice(0, slash), model: name.slice(slash + 1) }
}

const alternatives: Readonly<Record<string, readonly (readonly [kind: Alternative['kind'], name: string])[]>> = {
  'anthropic/claude-haiku-5-5': [
    ['same-model', 'vertex/claude-haiku-5-5'],
    ['higher', 'anthropic/claude-sonnet-5-5'],
    ['peer', 'openai/gpt-6-luna'],
  ],
  'anthropic/claude-sonnet-5-5': [
    ['same-model', 'vertex/claude-sonnet-5-5'],
    ['lower', 'anthropic/claude-haiku-5-5'],
    ['higher', 'anthropic/claude-opus-5-5'],
    ['peer', 'openai/gpt-5.6-terra'],
  ],
  'anthropic/claude-opus-5-5': [
    ['lower', 'anthropic/claude-sonnet-5-5'],
    ['higher', 'anthropic/claude-fable-5-2'],
    ['peer', 'openai/gpt-6.2-sol'],
  ],
  'openai/gpt-6.2-sol': [
    ['lower', 'openai/gpt-5.6-terra'],
    ['peer', 'anthropic/claude-opus-5-5'],
  ],
}

export interface WorldOptions {
  /** Providers without a key. */
  readonly keyless?: readonly string[]
  readonly resting?: readonly string[]
  /** Models that lack something. */
  readonly lacking?: readonly string[]
  readonly signals?: Readonly<Record<string, Signals>>
  readonly ceiling?: string
}

export const builtInAliases = {
  best: ['anthropic/claude-sonnet-4-20250514', 'anthropic/claude-sonnet-5-5', 'openai/gpt-6.2-sol'],
  fast: ['anthropic/claude-haiku-5-5', 'openai/gpt-6-luna'],
  cheap: ['openai/gpt-6-luna', 'anthropic/claude-haiku-5-5'],
  mixed: ['own/qwen3', 'openai/gpt-6-luna'],
}

const retired = 'anthropic/claude-sonnet-4-20250514'

const fullNames = (name: string): readonly string[] =>
  [...names, retired].filter((full) => full === name || full.slice(full.indexOf('/') + 1) === name)

export function worldOf(options: WorldOptions = {}): RouteWorld {
  const { keyless = [], resting = [], lacking = [], signals = {}, ceiling } = options
  const hasKey = (name: string) => !keyless.includes(ref(name).provider)
  return {
    resolve(name) {
      const all = fullNames(name)
      const [first] = all
      if (first === undefined) return { kind: 'nowhere', why: 'is known to no provider', ref: null }
      const found = all.filter(hasKey).slice(0, 1)
      if (found.length === 0) return { kind: 'nowhere', why: `has no key at ${ref(first).provider}`, ref: ref(first) }
      return { kind: 'found', refs: found.map(ref) }
    },
    isKnown: (name) => fullNames(name).length > 0,
    builtInAliases,
    isRetired: (one) => formatModelRef(one) === retired,
    restingWhy: (one) => (resting.includes(formatModelRef(one)) ? 'rests until noon' : null),
    lacks: (one) => (lacking.includes(formatModelRef(one)) ? 'reads no images' : null),
    costOf: (one, usage) => costOf(formatModelRef(one), usage),
    alternatives: (one) =>
      (alternatives[formatModelRef(one)] ?? [])
        .filter(([, name]) => hasKey(name))
        .map(([kind, name]) => ({ kind, ref: ref(name) })),
    signals: (one) => signals[formatModelRef(one)] ?? null,
    ceiling: ceiling === undefined ? null : ref(ceiling),
  }
}

function costOf(name: string, usage: Usage): number | null {
  const price = prices[name]
  if (price === undefined || price === null) return null
  const [input, read, write, output] = price
  return (
    usage.inputTokens * input +
    usage.cacheReadTokens * read +
    usage.cacheWrite5mTokens * write +
    usage.outputTokens * output
  )
}

export const needs: Needs = {
  hasTools: false,
  media: new Set(),
  inputTokens: 1000,
  wantsSchema: false,
  wantsThinking: false,
}

export const plainFacts: RouteFacts = {
  asked: 'claude-opus-5-5',
  header: null,
  isBypassed: false,
  mount: null,
  agent: 'claude-code',
  tags: null,
  task: 'general',
  complexity: { score: 40, tier: 'moderate' },
  isAutomated: false,
  inputTokens: 1000,
  expectedOutputTokens: 100,
  needs,
  isMidToolLoop: false,
  home: null,
  sideCall: null,
}

export const plainSettings: RouteSettings = {
  mode: 'passthrough',
  aliases: {},
  modelOverrides: {},
  rules: [],
  complexity: {
    enabled: true,
    simple: 'claude-haiku-5-5',
    moderate: 'claude-sonnet-5-5',
    complex: 'claude-opus-5-5',
  },
  cascade: { enabled: true, models: [] },
  sticky: true,
}

/** What a row of a table calls a model. */
export const model = {
  haiku: 'anthropic/claude-haiku-5-5',
  sonnet: 'anthropic/claude-sonnet-5-5',
  opus: 'anthropic/claude-opus-5-5',
  fable: 'anthropic/claude-fable-5-2',
  vertexSonnet: 'vertex/claude-sonnet-5-5',
  vertexHaiku: 'vertex/claude-haiku-5-5',
  luna: 'openai/gpt-6-luna',
  terra: 'openai/gpt-5.6-terra',
  sol: 'openai/gpt-6.2-sol',
  qwen: 'own/qwen3',
} as const

const shortNames: ReadonlyMap<string, string> = new Map(Object.entries(model).map(([short, name]) => [name, short]))

export interface Case {
  readonly facts?: Partial<RouteFacts>
  readonly settings?: Partial<RouteSettings>
  readonly world?: WorldOptions
}

export const decide = ({ facts, settings, world }: Case): RouteDecision =>
  decideRoute({ ...plainFacts, ...facts }, { ...plainSettings, ...settings }, worldOf(world))

export const candidatesOf = (decision: RouteDecision): readonly string[] =>
  decision.candidates.map((one) => formatModelRef(one.ref))

/** @property candidates Short names in their order, with a space between. */
export type Row = readonly [what: string, given: Case, rule: RouteDecision['rule'], candidates: string]

export const golden = (rows: readonly Row[]): void =>
  test.each(rows)('%s', (_, given, rule, candidates) => {
    const decision = decide(given)
    const short = candidatesOf(decision).map((name) => shortNames.get(name) ?? name)
    expect([decision.rule, short.join(' ')]).toEqual([rule, candidates])
  })

export const complexity = (tier: 'simple' | 'moderate' | 'complex') => ({ score: 50, tier })

export const home = (name: string, cachedTokens: number, asked: string | null = 'claude-opus-5-5'): Home => ({
  ref: ref(name),
  asked,
  cachedTokens,
})

/** One rule. */
export const use = (target: string, when = {}) => [{ when, use: target }]
