/** The columns that sums have in every table: requests, tokens of each kind, cost. */
import { formatCount, formatUsd } from './format.ts'
import type { Column, Printer } from './print.ts'

/** What a group, a session and an agent have in common. */
export interface Summed {
  readonly requests: number
  readonly inputTokens: number
  readonly cacheReadTokens: number
  readonly cacheWriteTokens: number
  readonly outputTokens: number
  /** Nano-USD. */
  readonly costNanoUsd: number
  readonly unpriced: number
}

export const sumColumns: readonly Column[] = ['requests', 'input', 'cache read', 'cache write', 'output', 'cost'].map(
  (title) => ({ title, isFigure: true }),
)

export const sumCells = (row: Summed): readonly string[] => [
  formatCount(row.requests),
  formatCount(row.inputTokens),
  formatCount(row.cacheReadTokens),
  formatCount(row.cacheWriteTokens),
  formatCount(row.outputTokens),
  row.requests > 0 && row.unpriced === row.requests
    ? 'unpriced'
    : `${formatUsd(row.costNanoUsd)}${row.unpriced > 0 ? '+' : ''}`,
]

/** Says what the plus sign means, where there is one. */
export function printUnpricedNote(rows: readonly Summed[], print: Printer): void {
  const isPartly = rows.some(({ unpriced, requests }) => unpriced > 0 && unpriced < requests)
  if (isPartly) print.line(print.dim('+ and requests without a known price'))
}
