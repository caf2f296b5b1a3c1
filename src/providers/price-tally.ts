/**
 * Adds up the lines of one cost exactly: in plain integers while these are safe, in BigInt beyond. A fraction of a nano-dollar
 * is rounded once, in the sum, half to even.
 */
import type { CostLine } from '../neutral/record.ts'
import { divideHalfEven, formatDecimal } from './price-rates.ts'

/** Rates are per million. */
const perMillion = 1_000_000
const millionPlaces = 6
/** Of what does not fit plain integers: finer than any product of rate and multiplier. */
const finePlaces = 15
const fineUnit = 10n ** BigInt(finePlaces)

export interface Tally {
  readonly lines: readonly CostLine[]
  /**
   * Adds `quantity * nano * times / per / 10^6` nano-USD.
   * @param nano Nano-USD per million units. `per` is a power of ten, at most 10^9.
   */
  enter(kind: string, quantity: number, nano: number, times: number, per: number): void
  nanoUsd(): number
}

export const openTally = (): Tally => new ExactTally()

/** A class and no closures: one is made for each request. */
class ExactTally implements Tally {
  readonly lines: CostLine[] = []
  #plain = 0
  #fine = 0n

  enter(kind: string, quantity: number, nano: number, times: number, per: number): void {
    const multiplied = nano * times
    const isWhole = Number.isSafeInteger(multiplied) && multiplied % per === 0
    const product = isWhole ? quantity * (multiplied / per) : Number.NaN
    const nanoUsdPerMillion = multiplied / per
    if (Number.isSafeInteger(product) && Number.isSafeInteger(this.#plain + product)) {
      this.#plain += product
      // Most products are whole nano-dollars, which need no decimals.
      const isWholeNano = product % perMillion === 0
      const nanoUsd = isWholeNano ? String(product / perMillion) : formatDecimal(product, millionPlaces)
      this.lines.push({ kind, quantity, nanoUsdPerMillion, nanoUsd })
      return
    }
    const scale = fineUnit / BigInt(perMillion) / BigInt(per)
    const exact = BigInt(quantity) * BigInt(nano) * BigInt(times) * scale
    this.#fine += exact
    this.lines.push({ kind, quantity, nanoUsdPerMillion, nanoUsd: formatDecimal(exact, finePlaces) })
  }

  nanoUsd(): number {
    return this.#fine === 0n ? roundPlain(this.#plain) : roundFine(this.#plain, this.#fine)
  }
}

/** `plain / 10^6`. */
function roundPlain(plain: number): number {
  const rest = plain % perMillion
  const quotient = (plain - rest) / perMillion
  const isUp = rest * 2 > perMillion || (rest * 2 === perMillion && quotient % 2 === 1)
  return isUp ? quotient + 1 : quotient
}

/** `plain / 10^6 + fine / 10^15`. */
const roundFine = (plain: number, fine: bigint): number =>
  Number(divideHalfEven(BigInt(plain) * (fineUnit / BigInt(perMillion)) + fine, fineUnit))
