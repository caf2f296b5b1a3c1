/**
 * How hard a request looks: a score from 0 to 100, and which parts it is made of. It is an opinion about the request's looks: what
 * it is worth, `docs/routing-eval.md` measures. What it reads are the last words of a person and the shape of the conversation, so
 * that an agent's system prompt, its tools and what they return do not decide.
 */
import type { RequestShape } from '../neutral/shape.ts'
import { complexityParts, type PartName } from './complexity-parts.ts'

export type Tier = 'simple' | 'moderate' | 'complex'

export interface ComplexityFacts extends RequestShape {
  readonly toolCount: number
}

export interface ScorePart {
  readonly part: string
  readonly points: number
  /** The most that it can count. */
  readonly of: number
  readonly why: string
}

export interface Complexity {
  /** 0 to 100, one decimal. */
  readonly score: number
  readonly tier: Tier
  readonly parts: readonly ScorePart[]
}

export interface ComplexitySettings {
  /** Scores from which on a request is moderate, and complex. */
  readonly thresholds: { readonly moderate: number; readonly complex: number }
  /** What parts count at most, instead of the built-in weights; names of no part do nothing. */
  readonly weights: Readonly<Record<string, number>>
}

export const defaultComplexity: ComplexitySettings = { thresholds: { moderate: 25, complex: 55 }, weights: {} }

export const partNames = Object.keys(complexityParts) as readonly PartName[]

export function judgeComplexity(facts: ComplexityFacts, { thresholds, weights }: ComplexitySettings): Complexity {
  const sum = partNames.reduce((total, name) => total + weightOf(name, weights), 0)
  const measured = partNames.map((name) => ({
    name,
    of: (100 * weightOf(name, weights)) / sum,
    ...complexityParts[name].measure(facts),
  }))
  const counted = measured.filter(({ of }) => of > 0)
  const points = counted.reduce((total, { share, of }) => total + rounded(share * of), 0)
  const score = Math.min(100, rounded(points))
  return {
    score,
    tier: tierOf(score, thresholds),
    get parts() {
      return counted.map(({ name, share, of, why }) => ({
        part: name,
        points: rounded(share * of),
        of: rounded(of),
        why: why(),
      }))
    },
  }
}

const weightOf = (name: PartName, weights: ComplexitySettings['weights']): number =>
  weights[name] ?? complexityParts[name].weight

export function tierOf(score: number, thresholds: ComplexitySettings['thresholds']): Tier {
  if (score >= thresholds.complex) return 'complex'
  return score >= thresholds.moderate ? 'moderate' : 'simple'
}

const rounded = (points: number): number => Math.round(points * 10) / 10
