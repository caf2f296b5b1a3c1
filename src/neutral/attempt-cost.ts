/** What a request cost: its last attempt, and those before it that were paid though another took their place. */
import type { AttemptRecord, Cost } from './record.ts'

export type PaidAttempt = Pick<
  AttemptRecord,
  'number' | 'provider' | 'model' | 'outcome' | 'costStatus' | 'costNanoUsd'
>

/** Something was used, and what it costs is not known. */
export const unknownPrice: Cost = Object.freeze({
  status: 'unpriced',
  nanoUsd: null,
  priceId: null,
  priceSource: null,
  priceDate: null,
  lines: [],
})

/** @param last Of the last attempt. @returns Unpriced as soon as any part of it is. */
export function costOfAttempts(last: Cost, earlier: readonly PaidAttempt[]): Cost {
  if (earlier.length === 0) return last
  const paid = earlier.filter(({ costNanoUsd }) => costNanoUsd !== 0)
  if (paid.length === 0) return last
  if (last.nanoUsd === null || paid.some(({ costNanoUsd }) => costNanoUsd === null)) return unknownPrice
  const lines = paid.map(({ number, provider, model, costNanoUsd }) => ({
    kind: `attempt ${number}: ${provider}/${model ?? ''}`,
    quantity: 1,
    nanoUsdPerMillion: null,
    nanoUsd: String(costNanoUsd ?? 0),
  }))
  const nanoUsd = paid.reduce((sum, { costNanoUsd }) => sum + (costNanoUsd ?? 0), last.nanoUsd)
  const isEstimated = last.status === 'estimated' || paid.some(isEstimate)
  const status = isEstimated ? 'estimated' : last.status === 'none' ? 'priced' : last.status
  return { ...last, status, nanoUsd, lines: [...lines, ...last.lines] }
}

/** What an older release noted does not say: one that was ended in the middle was counted by us. */
const isEstimate = ({ costStatus, outcome }: PaidAttempt): boolean =>
  (costStatus ?? (outcome === 'complete' ? 'priced' : 'estimated')) === 'estimated'

/** What one reply bills at two models' prices; unknown as soon as one of them is. */
export function addCost(sum: Cost, { model, cost }: { readonly model: string; readonly cost: Cost }): Cost {
  if (sum.nanoUsd === null || cost.nanoUsd === null) return unknownPrice
  const lines = [...sum.lines, ...cost.lines.map((line) => ({ ...line, kind: `${model}: ${line.kind}` }))]
  const status = cost.status === 'estimated' ? 'estimated' : sum.status
  return { ...sum, status, nanoUsd: sum.nanoUsd + cost.nanoUsd, lines }
}
