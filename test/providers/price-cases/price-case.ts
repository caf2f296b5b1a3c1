/** A cost worked out by hand, with what it was worked out from. */
import type { CostStatus } from '../../../src/neutral/record.ts'
import type { PriceTerms, Usage } from '../../../src/neutral/usage.ts'

export interface PriceCase {
  readonly claim: string
  readonly provider: string
  readonly model: string
  /** RFC 3339: prices are dated. */
  readonly at: string
  readonly usage: Partial<Usage>
  readonly terms?: Partial<PriceTerms>
  /** The prices as the page gives them. */
  readonly published: string
  readonly page: string
  /** ISO date: when the page was read, or for an undated copy the latest day that its content proves. */
  readonly checked: string
  /** True where one of our corrections of the public table takes part. */
  readonly isOurs?: true
  /** `priced` where absent. */
  readonly status?: CostStatus
  readonly nanoUsd: number
}
