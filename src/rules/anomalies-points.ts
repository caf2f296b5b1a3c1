/**
 * The points at which conversations stood when they were sent, and how often they were sent from there: a request that goes on is at
 * a new point, however many there are; one that is sent as it was before is not.
 */
import { putNewest } from '../lib/put-newest.ts'
import type { AnomalyLimits, Finding, Seen } from './anomalies.ts'
import { span } from './anomalies-words.ts'

/** `retry`: as it was before, which had failed. */
export type Visit = 'new' | 'again' | 'retry'

export interface Points {
  visit(seen: Seen, windowMs: number): Visit
  /** Of a visit that was `again`. */
  judge(seen: Seen, limits: AnomalyLimits, scope: Finding['scope']): readonly Finding[]
  /** It has failed there: the next visit is a retry. */
  fail(seen: Seen): void
  clear(): void
}

interface Point {
  /** Unix ms of the visits in the window, oldest first. */
  readonly times: number[]
  /** Failures that were not tried again yet. */
  owed: number
}

/** As many as one agent sends at once: an outage gives no freedom to loop after it. */
const mostOwed = 20
/** Above any threshold that can be set. */
const keptTimes = 10_001

export function openPoints(kept: number): Points {
  const points = new Map<string, Point>()
  /** Unix ms of the visits that were `again`. */
  const repeats: number[] = []

  const pointAt = (key: string): Point => {
    const point = points.get(key) ?? { times: [], owed: 0 }
    putNewest(points, key, point, kept)
    return point
  }

  return {
    visit({ point: key, atMs }, windowMs) {
      if (key === null) return 'new'
      const point = pointAt(key)
      if (point.owed > 0) {
        point.owed--
        return 'retry'
      }
      enter(point.times, atMs, windowMs)
      if (point.times.length === 1) return 'new'
      enter(repeats, atMs, windowMs)
      return 'again'
    },
    judge(seen, limits, scope) {
      const times = (seen.point === null ? undefined : points.get(seen.point))?.times.length ?? 0
      return [velocity(repeats.length, limits, scope), repetition(times, seen, limits, scope)].filter(
        (finding) => finding !== null,
      )
    },
    fail({ point: key }) {
      const point = key === null ? undefined : points.get(key)
      if (point !== undefined) point.owed = Math.min(point.owed + 1, mostOwed)
    },
    clear() {
      points.clear()
      repeats.length = 0
    },
  }
}

function enter(times: number[], atMs: number, windowMs: number): void {
  const fresh = times.findIndex((time) => time > atMs - windowMs)
  if (fresh !== 0) times.splice(0, fresh < 0 ? times.length : fresh)
  times.push(atMs)
  // Half at once, and seldom: to move ten thousand by one takes 5 µs of each request.
  if (times.length > 2 * keptTimes) times.splice(0, keptTimes)
}

function velocity(count: number, limits: AnomalyLimits, scope: Finding['scope']): Finding | null {
  const { velocityThreshold: limit, windowMs } = limits
  if (count <= limit) return null
  const what =
    scope === 'all'
      ? `${count} requests in ${span(windowMs)} were sent by one session as by another before`
      : `${count} requests of this session in ${span(windowMs)} brought it no further`
  return {
    type: 'velocity_spike',
    scope,
    reason: `${what}; the limit is ${limit}.`,
    details: { count, limit, windowMs },
  }
}

/** Smaller ones are pings, quota checks and health checks, which many clients send alike and often. */
export const leastTokens = 1000

function repetition(count: number, seen: Seen, limits: AnomalyLimits, scope: Finding['scope']): Finding | null {
  const { repetitionThreshold: limit, windowMs } = limits
  const { inputTokens, model } = seen
  if (count <= limit || inputTokens < leastTokens) return null
  return {
    type: 'repetition',
    scope,
    reason: `The same request of about ${inputTokens} tokens was sent ${count} times in ${span(windowMs)}; the limit is ${limit}.`,
    details: { count, limit, windowMs, inputTokens, model },
  }
}
