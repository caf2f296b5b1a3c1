/** Hand-checked costs: expected values were worked out from published prices with a pocket calculator, not with our code. */
import { describe, expect, test } from 'bun:test'
import type { Prices } from '../../src/app/services.ts'
import { noUsage, standardTerms } from '../../src/neutral/usage.ts'
import { openPrices } from '../../src/providers/prices.ts'
import { anthropicCases } from './price-cases/anthropic.ts'
import { googleCases } from './price-cases/google.ts'
import { openModelCases } from './price-cases/open-models.ts'
import { openaiCases } from './price-cases/openai.ts'
import { openaiTermCases } from './price-cases/openai-terms.ts'
import type { PriceCase } from './price-cases/price-case.ts'

const cases: readonly PriceCase[] = [
  ...anthropicCases,
  ...openaiCases,
  ...openaiTermCases,
  ...googleCases,
  ...openModelCases,
]

const clock = { now: () => Date.parse('2026-11-22T00:00:00Z'), monotonic: () => 0 }
const none = {}
const prices: Prices = openPrices({ clock, configPrices: () => none })

const costOf = ({ provider, model, at, usage, terms }: PriceCase) =>
  prices.price({
    provider,
    model,
    usage: { ...noUsage, ...usage },
    terms: { ...standardTerms, ...terms },
    billing: 'metered',
    atMs: Date.parse(at),
    isEstimated: false,
  })

describe('published prices, exact to the nano-dollar', () => {
  for (const one of cases) {
    test(`${one.provider}/${one.model}: ${one.claim}`, () => {
      const cost = costOf(one)
      expect({ nanoUsd: cost.nanoUsd, status: cost.status }).toEqual({
        nanoUsd: one.nanoUsd,
        status: one.status ?? 'priced',
      })
    })
  }

  test('the table covers at least 60 cases of 8 providers, and our own corrections with at least 15', () => {
    expect(cases.length).toBeGreaterThanOrEqual(60)
    expect(new Set(cases.map((one) => one.provider)).size).toBeGreaterThanOrEqual(8)
    expect(cases.filter((one) => one.isOurs).length).toBeGreaterThanOrEqual(15)
  })

  test('a case says that a correction takes part exactly where the cost says so', () => {
    const claimed = cases.filter((one) => one.isOurs).map((one) => one.claim)
    const corrected = cases.filter((one) => costOf(one).priceSource?.includes('override')).map((one) => one.claim)
    expect(corrected).toEqual(claimed)
  })

  test('every case names a page and a day', () => {
    for (const { page, checked } of cases) {
      expect(page).toMatch(/^(https:\/\/|@pydantic\/genai-prices )/)
      expect(checked).toMatch(/^202[56]-\d{2}-\d{2}$/)
    }
  })

  test('the lines of a cost add up to it before rounding', () => {
    for (const one of cases) {
      const { lines, nanoUsd } = costOf(one)
      const sum = lines.reduce((total, line) => total + scaled(line.nanoUsd), 0n)
      const distance = sum - BigInt(nanoUsd ?? -1) * 10n ** 15n
      expect((distance < 0n ? -distance : distance) * 2n).toBeLessThanOrEqual(10n ** 15n)
    }
  })
})

/** A plain decimal as an integer over 10^15. */
function scaled(decimal: string): bigint {
  const [whole = '0', fraction = ''] = decimal.split('.')
  return BigInt(whole + fraction.padEnd(15, '0'))
}
