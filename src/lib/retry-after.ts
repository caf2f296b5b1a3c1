/** Points in time as HTTP answers give them: `retry-after`, and the other forms in which servers say when to come back. */

const minuteMs = 60_000
const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: minuteMs,
  h: 60 * minuteMs,
  d: 24 * 60 * minuteMs,
}

/** A day more than a week, the usual longest window: what is further off, or a mistake of somebody's clock, is looked at again then. */
const longestMs = 8 * 24 * 60 * minuteMs

/** How long `retry-after-ms` or `retry-after` (RFC 9110 section 10.2.3) ask to wait, ms; null where they don't. */
export function readRetryAfter(headers: Headers, nowMs: number): number | null {
  const ms = plainNumber(headers.get('retry-after-ms'))
  if (ms !== null) return within(ms)
  const text = headers.get('retry-after')
  const seconds = plainNumber(text)
  if (seconds !== null) return within(seconds * 1000)
  return text === null ? null : untilDate(text, nowMs)
}

/**
 * How long until a reset, ms: a date (`2026-11-22T10:00:00Z`), a length (`6m0s`, `20ms`), seconds (`33.5`), or a Unix time in
 * seconds or milliseconds. null for anything else.
 */
export function readReset(text: string, nowMs: number): number | null {
  const number = plainNumber(text)
  if (number !== null) return fromNumber(number, nowMs)
  return /^(?:\d+(?:\.\d+)?(?:ms|[smhd]))+$/.test(text) ? fromLength(text) : untilDate(text, nowMs)
}

/** As seconds these would be years, and as a Unix time in seconds thousands of them. */
const leastUnixSeconds = 1e9
const leastUnixMs = 1e11

function fromNumber(number: number, nowMs: number): number {
  if (number >= leastUnixMs) return within(number - nowMs)
  return within(number >= leastUnixSeconds ? number * 1000 - nowMs : number * 1000)
}

function fromLength(text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|[smhd])/g)]
  return within(parts.reduce((sum, [, amount, unit = '']) => sum + Number(amount) * (unitMs[unit] ?? 0), 0))
}

/** As headers write dates; `Date.parse` takes nearly anything. */
const dated = /^(?:[A-Z][a-z]{2}, |\d{4}-)/

function untilDate(text: string, nowMs: number): number | null {
  const at = dated.test(text) ? Date.parse(text) : NaN
  return Number.isNaN(at) ? null : within(at - nowMs)
}

const plainNumber = (text: string | null): number | null =>
  text !== null && /^\d{1,15}(?:\.\d{1,9})?$/.test(text.trim()) ? Number(text) : null

/** What is past is now. */
const within = (ms: number): number => Math.min(Math.max(0, Math.ceil(ms)), longestMs)
