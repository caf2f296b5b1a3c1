/**
 * What is done after one try at a provider that failed: again there, with another of its accounts, the next candidate, or the answer
 * goes to the client as it is. Pure. Few tries, because clients make their own; none where the request may have been read and paid.
 */
import { readRetryAfter } from '../lib/retry-after.ts'
import { isFailing, type AttemptEnd, type NoAnswer } from './failure.ts'

export interface Tried {
  readonly end: AttemptEnd
  /** Something of the answer has gone to the client. */
  readonly isBegun: boolean
  /** It changes nothing and costs nothing, so that it may be sent twice: GET, HEAD, counts. */
  readonly isSafe: boolean
  /** How often it was sent again in place with this account; 0 after the first try. */
  readonly repeats: number
  /** Since the call came, ms. */
  readonly elapsedMs: number
  /** Until the limits of the account are free by its rate-limit headers, ms; null where they say nothing. */
  readonly resetMs: number | null
  /** The provider rests, and was asked because there was nobody else. */
  readonly isResting: boolean
  /** What has not been tried. Accounts: of this provider, and not resting. */
  readonly left: { readonly accounts: boolean; readonly candidates: boolean }
  readonly settings: { readonly retries: number; readonly maxRetrySeconds: number }
  readonly nowMs: number
  /** Of [0, 1): keeps those who failed together from coming back together. */
  readonly random: number
}

export type Verdict =
  | { readonly kind: 'give-up'; readonly why: string }
  | { readonly kind: 'same'; readonly waitMs: number; readonly why: string }
  | { readonly kind: 'other-account'; readonly why: string }
  | { readonly kind: 'next-candidate'; readonly why: string }

export function judgeRetry(tried: Tried): Verdict {
  const { end } = tried
  if (tried.isBegun) return giveUp('the client has a part of the answer')
  switch (end.kind) {
    case 'ended':
      return giveUp('nobody waits for the answer')
    case 'no-answer':
      return judgeSilence(end.fault, tried)
    case 'answered':
      return judgeAnswer(end.status, end.headers, tried)
  }
}

const lost: Readonly<Record<NoAnswer, string>> = {
  refused: 'no connection',
  unable: 'this machine could open no connection',
  untrusted: 'no trusted connection',
  broken: 'the connection broke after the request was sent',
  silent: 'no answer in time',
}

function judgeSilence(fault: NoAnswer, tried: Tried): Verdict {
  const why = lost[fault]
  switch (fault) {
    case 'refused':
    case 'unable':
      return again(tried, why, backOff(tried))
    case 'untrusted':
      return onward(tried, why)
    case 'broken':
    case 'silent':
      return tried.isSafe ? again(tried, why, backOff(tried)) : giveUp(`${why}: it may have been read, and paid`)
  }
}

/** Sent again they fail again: they are about the request. */
const final: ReadonlySet<number> = new Set([400, 404, 405, 413, 422])
/** About the key: refused, without funds, without permission. */
const ofTheKey: ReadonlySet<number> = new Set([401, 402, 403])

function judgeAnswer(status: number, headers: Headers, tried: Tried): Verdict {
  const why = `${status}`
  if (status < 400 || final.has(status)) return giveUp(why)
  if (ofTheKey.has(status)) return judgeKey(status, tried)
  if (status === 429 && tried.left.accounts) return { kind: 'other-account', why }
  const wish = headers.get('x-should-retry')
  if (status !== 429 && status !== 408 && !isFailing(status) && wish !== 'true') return giveUp(why)
  // Another model elsewhere is no retry.
  if (wish === 'false') return onward(tried, `${why}, and x-should-retry says no`)
  const asked = readRetryAfter(headers, tried.nowMs) ?? (status === 429 ? tried.resetMs : null)
  if (asked !== null) return afterAsked(asked, why, tried)
  // Overload passes in moments or lasts: a second look tells which.
  if (status === 529 && tried.repeats > 0) return onward(tried, why)
  return again(tried, why, backOff(tried))
}

function judgeKey(status: number, tried: Tried): Verdict {
  if (tried.left.accounts) return { kind: 'other-account', why: `${status}` }
  return status === 402 ? onward(tried, '402') : giveUp(`${status}`)
}

function afterAsked(askedMs: number, why: string, tried: Tried): Verdict {
  const limitMs = tried.settings.maxRetrySeconds * 1000
  if (askedMs > limitMs) return onward(tried, `${why}, and it asks to wait ${Math.ceil(askedMs / 1000)} s`)
  // Not earlier than asked, and not all at once.
  const jitterMs = tried.random * Math.min(askedMs / 10, 1000)
  return again(tried, why, Math.min(Math.round(askedMs + jitterMs), limitMs))
}

const firstWaitMs = 500
const longestWaitMs = 8000

/** Twice as long each time, between half of it and all of it. */
function backOff({ repeats, settings, random }: Tried): number {
  const fullMs = Math.min(firstWaitMs * 2 ** repeats, longestWaitMs, settings.maxRetrySeconds * 1000)
  return Math.round(fullMs * (0.5 + random / 2))
}

/** Who has waited this long for a failure is not served by waiting for another. */
const patienceMs = 60_000

function again(tried: Tried, why: string, waitMs: number): Verdict {
  const { repeats, settings, elapsedMs, isResting } = tried
  if (repeats >= settings.retries || isResting || elapsedMs > patienceMs) return onward(tried, why)
  return { kind: 'same', waitMs, why }
}

const onward = ({ left }: Tried, why: string): Verdict =>
  left.candidates ? { kind: 'next-candidate', why } : giveUp(why)

const giveUp = (why: string): Verdict => ({ kind: 'give-up', why })
