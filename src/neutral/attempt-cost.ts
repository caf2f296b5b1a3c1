/** What a request cost: its last attempt, and those before it that were paid though another took their place. */
import type { AttemptRecord, Cost } from './record.ts'

export type PaidAttempt = Pick<AttemptRecord, 'number' | 'provider' | 'model' | 'outcome' | 'costNanoUsd'>

/** @param last Of the last attempt. @returns Unpriced as soon as any part of it is. */
export function costOfAttempts(last: Cost, earlier: readonly PaidAttempt[]): Cost {
  if (earlier.length === 0) return last
  const paid = earlier.filter(({ costNanoUsd }) => costNanoUsd !== 0)
  if (paid.length === 0) return last
  if (last.nanoUsd === null || paid.some(({ costNanoUsd }) => costNanoUsd === null))
    return { ...last, status: 'unpriced', nanoUsd: null, priceId: null, priceSource: null, priceDate: null, lines: [] }
  const lines = paid.map(({ number, provider, model, costNanoUsd }) => ({
    kind: `attempt ${number}: ${provider}/${model ?? ''}`,
    quantity: 1,
    nanoUsdPerMillion: (costNanoUsd ?? 0) * 1_000_000,
    nanoUsd: String(costNanoUsd ?? 0),
  }))
  const nanoUsd = paid.reduce((sum, { costNanoUsd }) => sum + (costNanoUsd ?? 0), last.nanoUsd)
  // One that was ended in the middle is counted by us.
  const isEstimated = last.status === 'estimated' || paid.some(({ outcome }) => outcome !== 'complete')
  const status = isEstimated ? 'estimated' : last.status === 'none' ? 'priced' : last.status
  return { ...last, status, nanoUsd, lines: [...lines, ...last.lines] }
}
