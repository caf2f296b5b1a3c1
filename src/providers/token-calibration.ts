/**
 * How many real tokens an estimated one is, for each model: learned from the usage that answers report, newer answers weighing
 * more. Kept in memory, bounded; until enough is learned the ratio is 1.
 */

export interface TokenCalibration {
  /** Takes down one answer. Numbers that say nothing (0, not finite, very small prompts) are passed over. */
  learn(provider: string, model: string, estimated: number, real: number): void
  /** Real input tokens to estimated ones; 1 where too little is known. */
  ratio(provider: string, model: string): number
}

/** What one answer weighs against all before it. */
const weight = 0.1
/** Answers before a ratio is believed. */
const enough = 3
/** Below this the frame of a request outweighs its text. */
const leastTokens = 200
/** A cache counted apart, or a picture charged by the pixel, is no property of the tokenizer. */
const leastRatio = 0.4
const greatestRatio = 2.5
const keptModels = 500

interface Learned {
  readonly ratio: number
  readonly answers: number
}

export function openTokenCalibration(): TokenCalibration {
  const learned = new Map<string, Learned>()
  return {
    learn: (provider, model, estimated, real) => {
      if (!(estimated >= leastTokens) || !Number.isFinite(real) || real <= 0) return
      const key = keyOf(provider, model)
      const before = learned.get(key)
      // The model that was asked longest ago stands first, and is forgotten first.
      learned.delete(key)
      if (before === undefined && learned.size >= keptModels) forgetOldest(learned)
      learned.set(key, taught(before, Math.min(Math.max(real / estimated, leastRatio), greatestRatio)))
    },
    ratio: (provider, model) => {
      const known = learned.get(keyOf(provider, model))
      return known === undefined || known.answers < enough ? 1 : known.ratio
    },
  }
}

const keyOf = (provider: string, model: string): string => `${provider}/${model}`

/** A plain mean at first, so that the first answer does not stay half the truth. */
function taught(before: Learned | undefined, ratio: number): Learned {
  if (before === undefined) return { ratio, answers: 1 }
  const answers = before.answers + 1
  return { ratio: before.ratio + (ratio - before.ratio) * Math.max(weight, 1 / answers), answers }
}

function forgetOldest(learned: Map<string, Learned>): void {
  const oldest = learned.keys().next()
  if (oldest.done !== true) learned.delete(oldest.value)
}
