/** Numbers, money and times as the dashboard writes them. Pure; money is exact integer arithmetic throughout. */

const nanoDigits = 9
const mostDecimals = 6
const counts = new Intl.NumberFormat('en-US')

const withZeros = (fraction: string, least: number): string => fraction.replace(/0+$/, '').padEnd(least, '0')

/** A decimal string of nano-USD (`-1234.5`) as dollars, every digit kept; at least `least` decimals. */
export function exactUsd(nanoUsd: number | string, least = nanoDigits): string {
  const text = typeof nanoUsd === 'number' ? BigInt(nanoUsd).toString() : nanoUsd
  const sign = text.startsWith('-') ? '-' : ''
  const [whole = '0', rest = ''] = text.replace('-', '').split('.')
  const digits = whole.padStart(nanoDigits + 1, '0')
  const dollars = BigInt(digits.slice(0, -nanoDigits))
  return `${sign}$${counts.format(dollars)}.${withZeros(digits.slice(-nanoDigits) + rest, least)}`
}

/** A micro-dollar. What is less has so many zeros in front that it would be taken for nothing, most of all where it is cut off. */
const leastShown = 1_000n

/**
 * Nano-USD for reading: two decimals from a dollar up, three significant digits below, never fewer than two decimals and never
 * more than six. Null is `unpriced`, as a price that is not known is not zero; neither is what is below a micro-dollar.
 */
export function formatUsd(nanoUsd: number | null): string {
  if (nanoUsd === null) return 'unpriced'
  const nano = BigInt(nanoUsd)
  const size = nano < 0n ? -nano : nano
  if (size > 0n && size < leastShown) return nano < 0n ? '>-$0.000001' : '<$0.000001'
  const length = size.toString().length
  const decimals = length > nanoDigits ? 2 : Math.min(mostDecimals, nanoDigits - length + 3)
  const unit = 10n ** BigInt(nanoDigits - decimals)
  const rounded = ((size + unit / 2n) / unit) * unit
  return exactUsd(`${nano < 0n ? '-' : ''}${rounded}`, 2)
}

/** A price per million units in nano-USD, as dollars per million. */
export const formatRate = (nanoUsdPerMillion: number): string => exactUsd(String(nanoUsdPerMillion), 2)

/** `12,431` */
export const formatCount = (value: number): string => counts.format(value)

const scales = [
  [1e12, 'T'],
  [1e9, 'B'],
  [1e6, 'M'],
  [1e3, 'k'],
] as const

/** Whole up to 9,999, then three digits and a unit: `12.4k`, `1.28M`. */
export function formatCompact(value: number): string {
  if (Math.abs(value) < 10_000) return counts.format(Math.round(value))
  // 999,950 would round to 1000k: it belongs to the next unit.
  const [scale, unit] = scales.find(([size]) => Math.abs(value) >= size * 0.9995) ?? [1, '']
  const scaled = value / scale
  return `${Number(scaled.toPrecision(3))}${unit}`
}

const pad = (value: number, length = 2): string => String(value).padStart(length, '0')

/** `0.4 ms`, `340 ms`, `1.24 s`, `12.4 s`, `2m 05s`, `1h 02m`; a dash when unknown. */
export function formatMs(ms: number | null): string {
  if (ms === null) return '–'
  if (ms < 10) return `${Number(ms.toFixed(1))} ms`
  if (ms < 999.5) return `${Math.round(ms)} ms`
  if (ms < 9_995) return `${(ms / 1000).toFixed(2)} s`
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ${pad(seconds % 60)}s`
  return `${Math.floor(seconds / 3600)}h ${pad(Math.floor((seconds % 3600) / 60))}m`
}

/** A part of a whole in percent; neither `0%` nor `100%` unless it is exactly that, a dash when there is no whole. */
export function formatShare(part: number, whole: number): string {
  if (whole <= 0) return '–'
  const percent = (part / whole) * 100
  if (percent === 0 || percent === 100) return `${percent}%`
  if (percent < 0.1) return '<0.1%'
  if (percent > 99.5 && percent < 100) return '>99%'
  return percent < 10 ? `${Number(percent.toFixed(1))}%` : `${Math.round(percent)}%`
}

/** `512 B`, `14.2 kB`, `1.1 MB` */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  return bytes < 999_950 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`
}

const day = (at: Date): string => `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`
const clock = (at: Date): string => `${pad(at.getHours())}:${pad(at.getMinutes())}`

/** Local `14:03:22`; with the day before it when that is not the day of `nowMs`. */
export function formatTime(ms: number, nowMs: number): string {
  const at = new Date(ms)
  const time = `${clock(at)}:${pad(at.getSeconds())}`
  return day(at) === day(new Date(nowMs)) ? time : `${day(at).slice(5)} ${time}`
}

/** Local `2026-01-31 14:03:22.120` */
export function formatInstant(ms: number): string {
  const at = new Date(ms)
  return `${day(at)} ${clock(at)}:${pad(at.getSeconds())}.${pad(at.getMilliseconds(), 3)}`
}

/** Local `01-31 14:03`, for a span's ends. */
export const formatMinute = (ms: number): string => `${day(new Date(ms)).slice(5)} ${clock(new Date(ms))}`

/** What `<input type="datetime-local">` takes. */
export const formatInputTime = (ms: number): string => `${day(new Date(ms))}T${clock(new Date(ms))}`

/** A label of the time axis: the day where the step is days or at midnight, else hours and minutes. */
export function formatTick(ms: number, stepSeconds: number): string {
  const at = new Date(ms)
  const isMidnight = at.getHours() === 0 && at.getMinutes() === 0
  return stepSeconds >= 86_400 || isMidnight ? day(at).slice(5) : clock(at)
}

/** The start of a long id, for columns; the whole stands in the title beside it. */
export const shortId = (id: string): string => (id.length > 18 ? `${id.slice(0, 8)}…${id.slice(-6)}` : id)
