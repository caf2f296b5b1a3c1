/**
 * What a price is made of, in our own frozen form, and the exact arithmetic on it. Money is integer nano-USD per million
 * units; decimals are read digit by digit and never multiplied as floats. Knows no provider, no file and no clock.
 */

/** What can be billed apart. Token kinds first; the last two are counted by the call. */
export const kinds = [
  'input',
  'audioInput',
  'cacheRead',
  'cacheReadAudio',
  'cacheWrite5m',
  'cacheWrite1h',
  'output',
  'reasoning',
  'audioOutput',
  'imageOutput',
  'webSearch',
  'request',
] as const
export type Kind = (typeof kinds)[number]

/** A price that holds for the whole request once its input, cached tokens included, is greater than `above`. */
export interface Tier {
  readonly above: number
  readonly nano: number
}

/** Nano-USD per million units, a safe integer; `tiers` by rising `above`. */
export interface Rate {
  readonly nano: number
  readonly tiers: readonly Tier[]
  /** Present where the source of the row has no such price and one of our rules put it in. */
  readonly filled?: { readonly checked: string; readonly doubt?: string; readonly isOncePerRequest: boolean }
}

export type Rates = { readonly [K in Kind]?: Rate }

/** When a price holds, in UTC; all that is given must hold. Absent bounds are open, `untilMs` is exclusive. */
export interface When {
  readonly fromMs?: number
  readonly untilMs?: number
  /** 0 is Sunday. */
  readonly days?: readonly number[]
  /** Seconds of the day, end exclusive; a start after its end runs over midnight. */
  readonly hours?: readonly (readonly [number, number])[]
}

export interface DatedRates {
  readonly when: When
  readonly rates: Rates
  /** What the source bills and our usage cannot tell apart; a price with one of these is an estimate. */
  readonly unread: readonly string[]
}

/** The prices of one model at one provider. Of several that hold at a time the last one counts. */
export interface PriceRow {
  /** `provider/model` in the names of the source. */
  readonly id: string
  readonly source: string
  /** ISO date of the source's last check; null for the user's own word. */
  readonly date: string | null
  readonly dated: readonly DatedRates[]
  readonly contextWindow: number | null
}

const nanoPerUsd = 9
const decimalNumber = /^(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i

/**
 * @param usd A non-negative decimal, USD per `unitsPower` powers of ten of units: `('0.075', 6)` is USD per million.
 * @returns Nano-USD per million units: `75_000_000`. Digits finer than that are rounded half to even.
 * @throws RangeError when it is no such number, or so large that products of it would not be exact.
 */
export function nanoPerMillion(usd: number | string, unitsPower = 6): number {
  const match = decimalNumber.exec(String(usd))
  if (match === null) throw new RangeError(`Not a price: ${usd}`)
  const [, whole = '', fraction = '', exponent = '0'] = match
  const digits = BigInt(whole + fraction)
  const shift = nanoPerUsd + (6 - unitsPower) + Number(exponent) - fraction.length
  if (Math.abs(shift) > 40) throw new RangeError(`Not a price: ${usd}`)
  const nano = shift >= 0 ? digits * 10n ** BigInt(shift) : divideHalfEven(digits, 10n ** BigInt(-shift))
  if (nano > BigInt(Number.MAX_SAFE_INTEGER)) throw new RangeError(`Not a price: ${usd}`)
  return Number(nano)
}

/** Both non-negative, the divisor positive. An exact half goes to the even neighbour. */
export function divideHalfEven(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor
  const twice = (dividend % divisor) * 2n
  const isUp = twice > divisor || (twice === divisor && quotient % 2n === 1n)
  return isUp ? quotient + 1n : quotient
}

/** `dividend / 10^places` as a plain decimal without trailing zeros: `(12345n, 3)` is `12.345`. */
export function formatDecimal(dividend: bigint | number, places: number): string {
  const digits = String(dividend).padStart(places + 1, '0')
  const fraction = digits.slice(-places).replace(/0+$/, '')
  return fraction === '' ? digits.slice(0, -places) : `${digits.slice(0, -places)}.${fraction}`
}

/** USD per million units as a plain decimal. */
export const formatUsdPerMillion = (nano: number): string => formatDecimal(nano, nanoPerUsd)

/** USD per thousand calls as a plain decimal. */
export const formatUsdPerThousand = (nano: number): string => formatDecimal(nano, nanoPerUsd + 3)

/** The price at this size of the whole input. */
export function nanoAt(rate: Rate, totalInput: number): number {
  let nano = rate.nano
  for (const tier of rate.tiers) if (totalInput > tier.above) nano = tier.nano
  return nano
}

const dayMs = 86_400_000

export function holdsAt(when: When, atMs: number): boolean {
  if (when.fromMs !== undefined && atMs < when.fromMs) return false
  if (when.untilMs !== undefined && atMs >= when.untilMs) return false
  // 1970-01-01 was a Thursday.
  if (when.days !== undefined && !when.days.includes((Math.floor(atMs / dayMs) + 4) % 7)) return false
  if (when.hours === undefined) return true
  const second = (((atMs % dayMs) + dayMs) % dayMs) / 1000
  return when.hours.some(([start, end]) =>
    end < start ? second >= start || second < end : second >= start && second < end,
  )
}

/** The prices in force, or undefined where this row has none for that time. */
export const inForce = (row: PriceRow, atMs: number): DatedRates | undefined =>
  row.dated.findLast((dated) => holdsAt(dated.when, atMs))
