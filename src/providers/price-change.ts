/** What a term rule makes of the price of one kind, as integers. */
import { type Kind, nanoPerMillion } from './price-rates.ts'
import type { TermRule } from './price-terms.ts'

export interface PriceChange {
  /** The price is multiplied by `times / per`, exactly; both are 1 where `nano` replaces it. */
  readonly times: number
  readonly per: number
  readonly nano?: number
  readonly remark: string
}

const kept = new WeakMap<TermRule, Map<Kind, PriceChange | undefined>>()

/** @returns undefined where the rule says nothing of this kind. */
export function changeOf(rule: TermRule, kind: Kind): PriceChange | undefined {
  let known = kept.get(rule)
  if (known === undefined) kept.set(rule, (known = new Map()))
  if (!known.has(kind)) known.set(kind, readChange(rule, kind))
  return known.get(kind)
}

function readChange({ price, only, label }: TermRule, kind: Kind): PriceChange | undefined {
  if (only !== undefined && !only.includes(kind)) return undefined
  if ('times' in price) return { ...ratioOf(price.times), remark: `${label} ×${price.times}` }
  const usd = price.usd[kind]
  return usd === undefined ? undefined : { times: 1, per: 1, nano: nanoPerMillion(usd), remark: label }
}

/** `1.1` is 11 over 10. */
export function ratioOf(decimal: string): { readonly times: number; readonly per: number } {
  const match = /^(\d{1,3})(?:\.(\d{1,3}))?$/.exec(decimal)
  if (match === null) throw new RangeError(`Not a multiplier: ${decimal}`)
  const [, whole = '', fraction = ''] = match
  return { times: Number(whole + fraction), per: 10 ** fraction.length }
}
