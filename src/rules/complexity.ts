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
  const given = partNames.map((name) => ({ name, weight: weights[name] ?? complexityParts[name].weight }))
  const sum = given.reduce((total, { weight }) => total + weight, 0)
  const parts = given
    .filter(({ weight }) => weight > 0)
    .map(({ name, weight }) => {
      const { share, why } = complexityParts[name].measure(facts)
      const of = (100 * weight) / sum
      return { part: name, points: rounded(share * of), of: rounded(of), why }
    })
  const score = Math.min(100, rounded(parts.reduce((total, { points }) => total + points, 0)))
  return { score, tier: tierOf(score, thresholds), parts }
}

export function tierOf(score: number, thresholds: ComplexitySettings['thresholds']): Tier {
  if (score >= thresholds.complex) return 'complex'
  return score >= thresholds.moderate ? 'moderate' : 'simple'
}

const rounded = (points: number): number => Math.round(points * 10) / 10
