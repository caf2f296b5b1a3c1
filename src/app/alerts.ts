/**
 * Alerts as they live: raised by the pipeline in no time, told to who listens, written to the history, sent to the webhook.
 */
import type { Database } from 'bun:sqlite'
import type { Config } from '../config/schema.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { systemTimer, type Timer } from '../lib/timer.ts'
import { newId } from '../lib/uuid.ts'
import type { Alert, Alerts, NewAlert } from '../neutral/alert.ts'
import { AppError } from '../neutral/error.ts'
import { openDesktop, spawn, type Spawn } from '../sinks/desktop.ts'
import { post, type Post } from '../sinks/webhook.ts'
import { acknowledgeAlerts } from '../store/alert-acknowledge.ts'
import { parseAlertQuery } from '../store/alert-query.ts'
import { type AlertList, type AlertSums, countAlerts, listAlerts, readAlert, recentAlerts } from '../store/alerts.ts'
import type { RawQuery } from '../store/filters.ts'
import { type CoolDown, openCoolDown } from './alert-cool-down.ts'
import { openDelivery } from './alert-delivery.ts'
import { openAlertQueue } from './alert-queue.ts'

export interface AlertParts {
  /** The main thread's connection as it is now; a call that throws is made again later. */
  readonly database: () => Database
  readonly settings: () => Config['alerts']
  readonly clock: Clock
  readonly log: Log
  readonly isOffline: () => boolean
  /** A variable of the environment, for secrets given as `env:NAME`. */
  readonly variable: (name: string) => string | undefined
  /** Told of every alert once, soon after it was raised. */
  readonly announce: (alert: Alert) => void
  readonly timer?: Timer
  readonly post?: Post
  readonly spawn?: Spawn
  readonly platform?: string
}

export interface AlertsState {
  /** Raised, and not in the database yet. */
  readonly unwritten: number
  /** Fallen out of those, as there were too many, since the start. */
  readonly lost: number
  /** Not raised, as the same was raised a moment ago, since the start. */
  readonly suppressed: number
  /** Of the webhook's last try, null where that went well. */
  readonly webhookError: string | null
}

export interface OpenAlerts extends Alerts {
  /** @throws AppError `invalid-request` that names the parameter; `unavailable` where the database can't be read now. */
  list(query: RawQuery): AlertList
  /** @throws AppError `unavailable`. */
  counts(): AlertSums
  /**
   * @param ids `all`, or ids and beginnings of them.
   * @returns Those of which nobody had taken note before. @throws AppError.
   */
  acknowledge(ids: 'all' | readonly string[]): readonly Alert[]
  /**
   * Raises one that is sent whatever the cool-down; resolves after the first try of the webhook.
   * @throws AppError `invalid-request` where there is nobody to tell.
   */
  test(): Promise<Alert>
  state(): AlertsState
  close(): void
}

/** A day is the longest cool-down. */
const longestCoolDownMs = 86_400_000
/** A little longer than the webhook may take. */
const testMs = 12_000

export function openAlerts(parts: AlertParts): OpenAlerts {
  const { database, settings, clock, log, variable, timer = systemTimer } = parts
  const delivery = openDelivery({ ...parts, timer, post: parts.post ?? post })
  const desktop = openDesktop({
    platform: parts.platform ?? process.platform,
    spawn: parts.spawn ?? spawn,
    variable,
    log,
  })
  const maxHistory = () => settings().maxHistory
  const queue = openAlertQueue({ database, maxHistory, clock, log, timer, written: delivery.hurry })
  const coolDown = recalledCoolDown(parts)
  const untold: Alert[] = []
  let cancelTurn: (() => void) | null = null
  let suppressed = 0

  /** Called in the middle of a request: all that takes time is left to the end of the turn. */
  function enter(raised: NewAlert): Alert {
    const alert = newAlert(raised, clock.now(), settings().webhookUrl)
    queue.add(alert)
    untold.push(alert)
    cancelTurn ??= timer(endTurn, 0)
    return alert
  }

  function endTurn(): void {
    cancelTurn?.()
    cancelTurn = null
    for (const alert of untold.splice(0)) tell(alert)
    queue.write()
  }

  function tell(alert: Alert): void {
    try {
      if (settings().desktop) desktop.show(alert)
      parts.announce(alert)
    } catch (fault) {
      log.warn(`A part of RelayPlane failed over an alert: ${messageOf(fault)}.`)
    }
  }

  function raise(alert: NewAlert): void {
    const { enabled, cooldownMs } = settings()
    if (!enabled) return
    if (coolDown.isHot(alert, clock.now(), cooldownMs)) suppressed++
    else enter(alert)
  }

  /** Whoever asks sees what was just raised. */
  function ask<T>(question: (database: Database) => T): T {
    if (cancelTurn !== null) endTurn()
    try {
      return question(database())
    } catch (fault) {
      if (fault instanceof AppError) throw fault
      throw new AppError('unavailable', 'The database is busy or full. Try again in a moment.', { cause: fault })
    }
  }

  async function test(): Promise<Alert> {
    const { enabled, webhookUrl } = settings()
    if (!enabled && webhookUrl === null) throw nobody()
    const alert = enter(testAlert)
    endTurn()
    await withinTime(delivery.idle(), timer, testMs)
    return queue.has(alert) ? alert : (ask((at) => readAlert(at, alert.id)) ?? alert)
  }

  // Goes on with what the process before could not send.
  delivery.wake()
  return {
    raise(alert) {
      try {
        raise(alert)
      } catch (fault) {
        log.warn(`An alert could not be raised: ${messageOf(fault)}.`)
      }
    },
    list: (query) => ask((at) => listAlerts(at, parseAlertQuery(query))),
    counts: () => ask(countAlerts),
    acknowledge: (ids) => ask((at) => acknowledgeAlerts(at, ids, clock.now())),
    test,
    state: () => ({ unwritten: queue.size(), lost: queue.lost(), suppressed, webhookError: delivery.lastError() }),
    close() {
      delivery.close()
      cancelTurn?.()
      for (const alert of untold.splice(0)) tell(alert)
      queue.close()
    },
  }
}

/** What was raised before the start is not raised again, either. */
function recalledCoolDown({ database, clock, log }: AlertParts): CoolDown {
  const coolDown = openCoolDown()
  try {
    coolDown.recall(recentAlerts(database(), clock.now() - longestCoolDownMs))
  } catch (fault) {
    log.debug(`Earlier alerts can't be read, and may be raised again: ${messageOf(fault)}.`)
  }
  return coolDown
}

const withinTime = (work: Promise<void>, timer: Timer, ms: number): Promise<void> =>
  new Promise((resolve) => {
    const cancel = timer(resolve, ms)
    void work.then(() => {
      cancel()
      resolve()
    })
  })

const newAlert = (alert: NewAlert, nowMs: number, webhookUrl: string | null): Alert => ({
  ...alert,
  id: newId(nowMs),
  atMs: nowMs,
  acknowledgedMs: null,
  delivery: webhookUrl === null ? 'none' : 'waiting',
  tries: 0,
  lastError: null,
})

const testAlert: NewAlert = {
  type: 'test',
  severity: 'info',
  kind: 'test',
  scope: 'all',
  message: 'This is a test: alerts of RelayPlane arrive here.',
  details: {},
}

const nobody = (): AppError =>
  new AppError(
    'invalid-request',
    'Alerts are off, and no webhook is set. Set alerts.enabled to keep them, or alerts.webhookUrl to have them sent.',
  )

const messageOf = (fault: unknown): string => (fault instanceof Error ? fault.message : 'unknown fault')
