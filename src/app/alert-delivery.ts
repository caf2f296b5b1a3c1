/**
 * Sends alerts to the webhook, out of the table and in its order: one at a time, and the next only after the one before was
 * delivered or given up. How far it came stands in the table, so a restart goes on from there.
 */
import type { Database } from 'bun:sqlite'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import type { Timer } from '../lib/timer.ts'
import type { Alert } from '../neutral/alert.ts'
import { judgeTry, longestWaitMs, type Outcome, type Verdict } from '../sinks/retry.ts'
import { callWebhook, failed, type Post } from '../sinks/webhook.ts'
import { nextWaiting, noteTry, type TryResult, type WaitingAlert } from '../store/alert-outbox.ts'

export interface DeliverySettings {
  readonly enabled: boolean
  readonly webhookUrl: string | null
  readonly webhookSecret: string | null
}

export interface DeliveryParts {
  readonly database: () => Database
  readonly settings: () => DeliverySettings
  readonly clock: Clock
  readonly log: Log
  readonly timer: Timer
  readonly post: Post
  readonly isOffline: () => boolean
  readonly variable: (name: string) => string | undefined
}

export interface Delivery {
  /** Looks what waits, and sends what is due. */
  wake(): void
  /** There is something new: what waits is tried now, unless the webhook failed only a moment ago. */
  hurry(): void
  /** Resolves when nothing is being sent. */
  idle(): Promise<void>
  /** Of the last try, null where that went well. */
  lastError(): string | null
  close(): void
}

/** A webhook that hangs is left after this. */
const deadlineMs = 10_000
/** After a failure it has this much rest, whatever is raised. */
const restMs = 5000
/** No sleep is longer, so that settings, offline or a clock that jumps are noticed. */
const longestSleepMs = 60_000
/** A database that is locked or full is tried again this soon. */
const retryMs = 1000

export function openDelivery(parts: DeliveryParts): Delivery {
  const { database, settings, clock, log, timer } = parts
  let isClosed = false
  let isHurried = false
  let calls = 0
  let isRunning = false
  let lastRun = Promise.resolve()
  let cancelWake = () => {}
  let flight: AbortController | null = null
  /** Monotonic ms: nothing is sent before. */
  let restUntil = 0
  /** Of a try that the database would not take note of; nothing else is sent before it did. */
  let unnoted: TryResult | null = null
  let lastError: string | null = null

  function wake(): void {
    calls++
    if (isClosed || isRunning) return
    cancelWake()
    lastRun = run()
  }

  function wakeIn(ms: number): void {
    cancelWake()
    cancelWake = timer(wake, Math.min(ms, longestSleepMs))
  }

  async function run(): Promise<void> {
    isRunning = true
    try {
      let seen: number
      do {
        seen = calls
        while (await step()) continue
        // Somebody may have called while the last step ended.
      } while (seen !== calls)
    } catch (fault) {
      log.debug(`The table of alerts can't be used now: ${fault instanceof Error ? fault.message : 'unknown fault'}.`)
      wakeIn(retryMs)
    } finally {
      isRunning = false
    }
  }

  /** @returns Whether there may be more to do at once. @throws SQLite's error. */
  async function step(): Promise<boolean> {
    if (isClosed) return false
    takeNote()
    const { enabled, webhookUrl } = settings()
    const next = nextWaiting(database(), enabled ? 'all' : 'tests')
    if (next === null) {
      // Switched off with some on their way: they go on when alerts are switched on again.
      if (!enabled && nextWaiting(database(), 'all') !== null) wakeIn(longestSleepMs)
      return false
    }
    const waitMs = webhookUrl === null || parts.isOffline() ? longestSleepMs : waitOf(next)
    if (webhookUrl === null || waitMs > 0) {
      wakeIn(waitMs)
      return false
    }
    isHurried = false
    const outcome = await send(next.alert, webhookUrl)
    // Cut off by the end of the process: not a failure, and tried again by the next one.
    if (isClosed) return false
    judge(next.alert, outcome)
    return true
  }

  function waitOf({ nextTryMs }: WaitingAlert): number {
    const leftMs = nextTryMs - clock.now()
    // No wait is as long: the clock was set back.
    const isDue = isHurried || leftMs > longestWaitMs
    return Math.max(isDue ? 0 : leftMs, restUntil - clock.monotonic())
  }

  async function send(alert: Alert, url: string): Promise<Outcome> {
    const secret = secretOf(settings().webhookSecret, parts.variable)
    if (secret.kind === 'missing') return failed(`The variable ${secret.name}, named for webhookSecret, is not set.`)
    const controller = new AbortController()
    flight = controller
    const cancelDeadline = timer(() => controller.abort(), deadlineMs)
    const { signal } = controller
    const outcome = await callWebhook({
      alert,
      url,
      secret: secret.value,
      nowMs: clock.now(),
      signal,
      post: parts.post,
    })
    cancelDeadline()
    flight = null
    return outcome
  }

  function judge(alert: Alert, outcome: Outcome): void {
    const tries = alert.tries + 1
    const nowMs = clock.now()
    const verdict = judgeTry(outcome, tries, alert.atMs, nowMs)
    unnoted = resultOf(alert.id, tries, verdict, outcome)
    if (outcome.kind === 'delivered') {
      if (lastError !== null) log.info('The webhook takes alerts again.')
      lastError = null
      return
    }
    restUntil = clock.monotonic() + Math.min(Math.max(restMs, outcome.retryAfterMs ?? 0), longestWaitMs)
    if (verdict.kind === 'given-up')
      log.warn(`The alert ${alert.id} is not sent after ${tries} tries. ${outcome.error}`)
    else if (lastError === null) log.warn(`An alert was not sent; it waits and is tried again. ${outcome.error}`)
    lastError = outcome.error
  }

  /** @throws SQLite's error. */
  function takeNote(): void {
    if (unnoted !== null) noteTry(database(), unnoted)
    unnoted = null
  }

  return {
    wake,
    hurry() {
      isHurried = true
      wake()
    },
    idle: () => lastRun,
    lastError: () => lastError,
    close() {
      isClosed = true
      cancelWake()
      flight?.abort()
      try {
        takeNote()
      } catch {
        // The webhook may get that one again; it has the same id.
      }
    },
  }
}

function resultOf(id: string, tries: number, verdict: Verdict, outcome: Outcome): TryResult {
  return {
    id,
    tries,
    delivery: verdict.kind === 'again' ? 'waiting' : verdict.kind,
    nextTryMs: verdict.kind === 'again' ? verdict.atMs : null,
    error: outcome.kind === 'failed' ? outcome.error : null,
  }
}

type Secret =
  | { readonly kind: 'known'; readonly value: string | null }
  | { readonly kind: 'missing'; readonly name: string }

/** Unsigned where nothing is set, but not where what is set can't be found: the other side relies on it. */
function secretOf(setting: string | null, variable: DeliveryParts['variable']): Secret {
  const name = /^env:(.+)$/.exec(setting ?? '')?.[1]
  if (name === undefined) return { kind: 'known', value: setting }
  const value = variable(name)
  return value === undefined || value === '' ? { kind: 'missing', name } : { kind: 'known', value }
}
