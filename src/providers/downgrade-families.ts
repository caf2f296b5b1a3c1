/**
 * What a model's name says of its place among its maker's models: the line, the tier in it, the generation. Words and numbers
 * alone decide, so that next year's `sonnet` has its place today; a name with a word that is not known here has none.
 */
import { canonicalName } from './capability-names.ts'

export interface Place {
  readonly line: string
  /** 0 is the cheapest. */
  readonly tier: number
  /** `4.6` is `[4, 6]`; a name without a number is its maker's newest. */
  readonly generation: readonly [major: number, minor: number]
  /** The name says nothing but line, tier and generation: such a model may be chosen for somebody. */
  readonly isPlain: boolean
}

interface Line {
  readonly id: string
  readonly start: RegExp
  /** From the cheapest; words of one tier stand together. */
  readonly tiers: readonly (readonly string[])[]
  /** The tier of a name without any of those words; none where it is null. */
  readonly untiered: number | null
  /** Words that do not make it another kind of model. */
  readonly variants: readonly string[]
}

const lines: readonly Line[] = [
  {
    id: 'claude',
    start: /^claude-/,
    tiers: [['haiku'], ['sonnet'], ['opus'], ['fable', 'mythos']],
    untiered: null,
    variants: ['latest', 'thinking', 'preview', 'fast'],
  },
  {
    // The o models ended in GPT-5; Sol, Terra and Luna follow the plain ones, mini and nano: developers.openai.com/api/docs/deprecations
    id: 'gpt',
    start: /^(?:gpt|chatgpt|codex|o\d)-?/,
    tiers: [
      ['luna', 'nano'],
      ['terra', 'mini'],
      ['sol', ''],
      ['astra', 'pro'],
    ],
    untiered: 2,
    variants: [
      'chat',
      'codex',
      'max',
      'spark',
      'turbo',
      'preview',
      'latest',
      'vision',
      'high',
      'extended',
      '16k',
      '32k',
    ],
  },
  {
    id: 'gemini',
    start: /^gemini-/,
    tiers: [['flashlite'], ['flash'], ['pro']],
    untiered: null,
    variants: ['latest', 'exp', 'preview', 'thinking', 'text', 'customtools', '8b', 'vision'],
  },
]

/** Part of a name of which only a preview was released; it is no other model. */
const released = new Set(['preview'])

/** @returns null for what is no text model of a known line: images, speech, searches, embeddings, other makers' models. */
export function placeOf(model: string): Place | null {
  const name = canonicalName(model).replace('flash-lite', 'flashlite')
  const line = lines.find(({ start }) => start.test(name))
  if (line === undefined) return null
  const words = name
    .replace(/^o(?=\d)/, 'gpt-')
    .split('-')
    .filter(Boolean)
    .slice(1)
  const numbers = words.filter((word) => /^\d{1,2}o?$/.test(word)).map(Number.parseFloat)
  const others = words.filter((word) => !/^\d+o?$/.test(word))
  const found = line.tiers.findIndex((tier) => others.some((word) => tier.includes(word)))
  const tier = found === -1 ? line.untiered : found
  const rest = others.filter((word) => !line.tiers.some((named) => named.includes(word)))
  if (tier === null || !rest.every((word) => line.variants.includes(word))) return null
  const [major = Infinity, minor = 0] = numbers
  const isDated = words.some((word) => /^\d{3,}$/.test(word))
  return {
    line: line.id,
    tier,
    generation: [major, minor],
    isPlain: !isDated && rest.every((word) => released.has(word)),
  }
}

/** Whether one generation came after another. */
export const isNewer = (one: Place, other: Place): boolean =>
  one.generation[0] > other.generation[0] ||
  (one.generation[0] === other.generation[0] && one.generation[1] > other.generation[1])

interface Retirement {
  /** Of canonical names. */
  readonly models: RegExp
  readonly page: string
  readonly checked: string
}

const checked = '2026-11-22'

/** Gone, or with a day on which they go: nobody is led to these. */
const retirements: readonly Retirement[] = [
  {
    models: /^claude-(?:\d|instant|v1|(?:opus|sonnet)-4(?:-[01])?$|sonnet-4-5)/,
    page: 'https://platform.claude.com/docs/en/about-claude/model-deprecations',
    checked,
  },
  {
    models:
      /^(?:o\d|codex|gpt-(?:35|[34])|gpt-5(?:-(?:mini|nano|pro|chat|codex))*$|gpt-5-1(?:-|$)|gpt-5-[23]-(?:chat|codex)|gpt-5-4-nano)/,
    page: 'https://developers.openai.com/api/docs/deprecations',
    checked,
  },
  {
    models: /^gemini-(?:1-|2-0-|(?:flash|pro)-1-|pro(?:-vision)?$|2-5-(?:pro|flash)(?!-lite)|3-pro)/,
    page: 'https://ai.google.dev/gemini-api/docs/deprecations',
    checked,
  },
]

export const isRetired = (model: string): boolean => {
  const name = canonicalName(model)
  return retirements.some(({ models }) => models.test(name))
}
