/** A limit as a bar: what is spent, what is set aside, where the limit and its thresholds stand. Pure. */
import type { LimitState } from '../../src/control/guard-shapes.ts'

export interface Gauge {
  /** Lengths and places on the bar, 0 to 1: it ends at the limit, or where what is spent and set aside ends beyond that. */
  readonly spent: number
  readonly reserved: number
  readonly limit: number
  readonly ticks: readonly Tick[]
  readonly tone: 'ok' | 'near' | 'spent'
}

export interface Tick {
  readonly percent: number
  readonly at: number
  readonly nanoUsd: number
  /** Whether there is room for its label; of those that are too near each other, the highest has one. */
  readonly isLabelled: boolean
}

/** From this part of the limit on, the bar says that it is near; automatic downgrades begin there by default, too. */
const nearPercent = 80

/** Of the bar: what a label like `80%` takes on a phone. */
const labelRoom = 0.1

/** @param thresholds Percentages of the limit at which alerts are raised. */
export function gaugeOf(limit: LimitState, thresholds: readonly number[]): Gauge {
  const { limitNanoUsd, spentNanoUsd, reservedNanoUsd } = limit
  const taken = spentNanoUsd + reservedNanoUsd
  const whole = Math.max(limitNanoUsd, taken, 1)
  const percentOf = (percent: number) => Math.round((limitNanoUsd * percent) / 100)
  return {
    spent: spentNanoUsd / whole,
    reserved: reservedNanoUsd / whole,
    limit: limitNanoUsd / whole,
    ticks: labelled(
      [...new Set(thresholds)]
        .filter((percent) => percent > 0 && percent < 100)
        .sort((a, b) => a - b)
        .map((percent) => ({ percent, nanoUsd: percentOf(percent), at: percentOf(percent) / whole })),
    ),
    tone: taken >= limitNanoUsd ? 'spent' : taken >= percentOf(nearPercent) ? 'near' : 'ok',
  }
}

/** @param ticks The lowest first. */
function labelled(ticks: readonly Omit<Tick, 'isLabelled'>[]): readonly Tick[] {
  let next = Number.POSITIVE_INFINITY
  return ticks
    .toReversed()
    .map((tick) => {
      const isLabelled = next - tick.at >= labelRoom
      if (isLabelled) next = tick.at
      return { ...tick, isLabelled }
    })
    .toReversed()
}

/** What requests that do not fit meet, in words. */
export function sayBreach(onBreach: string, downgradeTo: string): string {
  switch (onBreach) {
    case 'block':
      return 'refused with 402'
    case 'warn':
      return 'let pass with a warning header'
    case 'downgrade':
      return `sent to ${downgradeTo}; refused where even that does not fit`
    case 'alert':
      return 'let pass; an alert is raised'
  }
  return onBreach
}

const spans: Readonly<Record<string, string>> = {
  hour: 'the last 60 minutes',
  day: 'the last 24 hours',
  total: 'all its time',
}

/** `the last 24 hours` */
export const saySpan = (window: string): string => spans[window] ?? window
