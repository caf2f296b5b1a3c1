/** How spend came up to a limit over the last day, where it goes at the present pace, and what happened on the way. Pure. */
import type { AlertShape, Budgets, LimitState } from '../../src/control/guard-shapes.ts'
import type { Values } from './stack.ts'

export interface BurnDown {
  /** Starts of the steps; a step's value is that of its end. */
  readonly startsMs: readonly number[]
  readonly stepMs: number
  readonly spent: Values
  /** From now to the limit; nothing but nulls where it is not reached. */
  readonly projected: Values
  readonly limit: Values
}

export const stepMs = 900_000
const stepsPerHour = 4
/** A breach further away than half a day is said in words: drawn, it would press the past together. */
const mostAhead = 48
/** Room after the breach, so that it is not at the very edge. */
const room = 2

/**
 * @param limit A limit of an hour: each value is the sum of the hour that ends there. Of a day, or null: the sum since the
 * first step, which is what lies in the window now.
 */
export function burnDown(burn: Budgets['burn'], limit: LimitState | null, nowMs: number): BurnDown {
  const spent = limit?.window === 'hour' ? rolling(burn) : running(burn)
  const firstMs = burn[0]?.startMs ?? nowMs
  const lastMs = firstMs + burn.length * stepMs
  const breachMs = limit?.breachAtMs ?? null
  const ahead = breachMs === null ? 0 : Math.min(Math.max(0, Math.ceil((breachMs - lastMs) / stepMs)) + room, mostAhead)
  const steps = Array.from({ length: burn.length + ahead }, (_, index) => index)
  const line = limit && breachMs !== null ? lineTo(limit.limitNanoUsd, breachMs, spent.at(-1) ?? 0, lastMs) : () => null
  return {
    startsMs: steps.map((index) => firstMs + index * stepMs),
    stepMs,
    spent: steps.map((index) => spent[index] ?? null),
    projected: steps.map((index) => line(firstMs + (index + 1) * stepMs)),
    limit: steps.map(() => limit?.limitNanoUsd ?? null),
  }
}

/** A straight line from what is spent now to the limit, which the step that reaches it still has; nothing before and after. */
const lineTo = (limitNanoUsd: number, breachMs: number, spentNanoUsd: number, nowMs: number) => (atMs: number) => {
  if (atMs < nowMs || (atMs > nowMs && atMs - stepMs >= breachMs)) return null
  const part = Math.min(1, (atMs - nowMs) / Math.max(1, breachMs - nowMs))
  return Math.round(spentNanoUsd + (limitNanoUsd - spentNanoUsd) * part)
}

function running(burn: Budgets['burn']): readonly number[] {
  let sum = 0
  return burn.map(({ nanoUsd }) => (sum += nanoUsd))
}

const rolling = (burn: Budgets['burn']): readonly number[] =>
  burn.map((_, index) =>
    burn.slice(Math.max(0, index + 1 - stepsPerHour), index + 1).reduce((sum, { nanoUsd }) => sum + nanoUsd, 0),
  )

export interface Mark {
  readonly type: string
  readonly severity: string
  /** Of the first of them. */
  readonly atMs: number
  readonly count: number
  /** Of the last of them. */
  readonly message: string
  /** Along the time line, 0 to 1. */
  readonly at: number
}

const severities = ['info', 'warning', 'critical']

/** Alerts along a time line, those of one type and step as one mark; tests are none. @param alerts Newest first. */
export function marksOf(alerts: readonly AlertShape[], startsMs: readonly number[]): readonly Mark[] {
  const fromMs = startsMs[0] ?? 0
  const spanMs = startsMs.length * stepMs
  const marks = new Map<string, Mark>()
  for (const { type, severity, atMs, message } of alerts) {
    if (type === 'test' || atMs < fromMs || atMs >= fromMs + spanMs) continue
    const key = `${type} ${Math.floor((atMs - fromMs) / stepMs)}`
    const known = marks.get(key)
    const worst = severities.indexOf(known?.severity ?? '') > severities.indexOf(severity) ? known?.severity : severity
    marks.set(key, {
      type,
      severity: worst ?? severity,
      atMs,
      count: (known?.count ?? 0) + 1,
      message: known?.message ?? message,
      at: (atMs - fromMs) / spanMs,
    })
  }
  return [...marks.values()].sort((a, b) => a.atMs - b.atMs)
}
