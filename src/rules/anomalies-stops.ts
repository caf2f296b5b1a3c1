/** The sessions that are stopped as runaways, why, and until when. */
import { putNewest } from '../lib/put-newest.ts'
import type { Finding } from './anomalies.ts'

export interface Stop {
  /** Unix ms. */
  readonly untilMs: number
  readonly finding: Finding
}

export interface Stops {
  put(session: string, stop: Stop): void
  /** null where it is free, or free again. */
  find(session: string, nowMs: number): Stop | null
  /** @returns Whether it was stopped. */
  remove(session: string, nowMs: number): boolean
}

const kept = 1000

export function openStops(): Stops {
  const stops = new Map<string, Stop>()
  const find = (session: string, nowMs: number): Stop | null => {
    const stop = stops.get(session)
    if (stop === undefined) return null
    if (stop.untilMs > nowMs) return stop
    stops.delete(session)
    return null
  }
  return {
    put: (session, stop) => putNewest(stops, session, stop, kept),
    find,
    remove: (session, nowMs) => find(session, nowMs) !== null && stops.delete(session),
  }
}
