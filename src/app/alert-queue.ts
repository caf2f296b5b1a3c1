/** Alerts on their way into the database. Where that is locked or full they wait here, and are tried again. */
import type { Database } from 'bun:sqlite'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import type { Timer } from '../lib/timer.ts'
import type { Alert } from '../neutral/alert.ts'
import { enterAlerts } from '../store/alerts.ts'

export interface AlertQueueParts {
  readonly database: () => Database
  readonly maxHistory: () => number
  readonly clock: Clock
  readonly log: Log
  readonly timer: Timer
  /** Told whenever some were written. */
  readonly written: () => void
}

export interface AlertQueue {
  add(alert: Alert): void
  /** Writes what waits, unless a try failed only a moment ago. Never throws. */
  write(): void
  has(alert: Alert): boolean
  size(): number
  /** Fallen out, as there were too many. */
  lost(): number
  /** Writes what waits, whatever failed before. */
  close(): void
}

/** Bounds what waits; the oldest fall out. */
const maxWaiting = 1000
/** A lock is mostly gone in a moment, a full disk is not: tried again this soon, and after twice as long each time. */
const firstRetryMs = 100
const longestRetryMs = 5000

export function openAlertQueue({ database, maxHistory, clock, log, timer, written }: AlertQueueParts): AlertQueue {
  const waiting: Alert[] = []
  let cancelRetry: (() => void) | null = null
  let failures = 0
  let lost = 0

  function tryNow(): void {
    cancelRetry = null
    if (waiting.length === 0) return
    try {
      enterAlerts(database(), waiting, clock.now(), maxHistory())
    } catch (fault) {
      if (failures === 0) log.warn(`Alerts wait for the database: ${messageOf(fault)}.`)
      cancelRetry = timer(tryNow, Math.min(firstRetryMs * 2 ** failures++, longestRetryMs))
      return
    }
    waiting.length = 0
    if (failures > 0) log.info('The database takes alerts again.')
    failures = 0
    written()
  }

  return {
    add(alert) {
      waiting.push(alert)
      if (waiting.length <= maxWaiting) return
      waiting.shift()
      lost++
    },
    write() {
      if (cancelRetry === null) tryNow()
    },
    has: (alert) => waiting.includes(alert),
    size: () => waiting.length,
    lost: () => lost,
    close() {
      cancelRetry?.()
      tryNow()
      cancelRetry?.()
      if (waiting.length > 0) log.warn(`${waiting.length} alerts are lost: the database did not take them.`)
    },
  }
}

const messageOf = (fault: unknown): string => (fault instanceof Error ? fault.message : 'unknown fault')
