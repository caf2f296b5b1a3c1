/** What follows from one try at the webhook: it is done, tried again at a time, or given up. Values in, a verdict out. */

export type Outcome =
  | { readonly kind: 'delivered' }
  | {
      readonly kind: 'failed'
      /** A sentence without the URL. */
      readonly error: string
      /** Whether it was turned down for good, as far as can be told: 4xx, and redirects. */
      readonly isRefused: boolean
      /** How long the webhook wants to be left alone; null where it did not say. */
      readonly retryAfterMs: number | null
    }

export type Verdict =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'again'; readonly atMs: number }
  | { readonly kind: 'given-up' }

/** After the first try, the second, …; after the last of them always the last. */
const delaysMs: readonly number[] = [5000, 30_000, 120_000, 600_000, 3_600_000]
const lastDelayMs = 3_600_000
/** Nobody wants to read an older alert, and no webhook may put one off for longer. */
export const longestWaitMs = 86_400_000
/** A refusal may be a slip of the other side; three are none. */
const refusedTries = 3

/**
 * @param tries Those made, this one included.
 * @param raisedMs When it was raised, Unix ms.
 */
export function judgeTry(outcome: Outcome, tries: number, raisedMs: number, nowMs: number): Verdict {
  if (outcome.kind === 'delivered') return outcome
  if (outcome.isRefused && tries >= refusedTries) return { kind: 'given-up' }
  const askedMs = Math.min(outcome.retryAfterMs ?? 0, longestWaitMs)
  const waitMs = Math.max(delaysMs[tries - 1] ?? lastDelayMs, askedMs)
  // What waited for days because RelayPlane was offline has the quick tries all the same.
  if (tries >= delaysMs.length && isTooOld(nowMs + waitMs - raisedMs)) return { kind: 'given-up' }
  return { kind: 'again', atMs: nowMs + waitMs }
}

/** An age below nothing is of a clock that was set back; nothing waits for it to catch up. */
const isTooOld = (ageMs: number): boolean => Math.abs(ageMs) > longestWaitMs
