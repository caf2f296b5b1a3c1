/**
 * What one attempt at a model shows of the model: an answer, a failure, or nothing. Told from the row alone, so that what is learned
 * while requests run and what is read from the table later are the same.
 */
import type { TaskType } from './model.ts'
import type { AttemptRecord, RequestRecord } from './record.ts'

/** `error`: the provider or the network failed. `escalated`: an answer that a cascade gave up for a better model's. */
export type ShownEnd = 'answer' | 'error' | 'refusal' | 'escalated'

export interface Showing {
  /** Of the request. */
  readonly id: string
  /** Unix ms. */
  readonly atMs: number
  readonly provider: string
  readonly model: string
  /** null where nothing was answered, so that nobody knows what it came to. */
  readonly task: TaskType | null
  readonly end: ShownEnd
  readonly isRefusal: boolean
  /** Whether its tool calls, or its structured output, could be used; null where nobody looked, or there were none. */
  readonly isUsable: boolean | null
  /** The request before it in the session that asked the same and was answered; null where there is none. */
  readonly repeats: string | null
  /** Until it was whole. */
  readonly durationMs: number
  /** Integer nano-USD; null where no price is known. */
  readonly costNanoUsd: number | null
}

/** One attempt, as rows and attempts both have it. */
export interface Tried {
  readonly provider: string | null
  readonly model: string | null
  readonly status: number | null
  readonly outcome: AttemptRecord['outcome']
  readonly errorCode: string | null
  /** null of an attempt that another one took the place of. */
  readonly finishReason: string | null
}

/** Words of ours: for these the model can do nothing. */
const ours: ReadonlySet<string> = new Set(['budget-exceeded', 'process-died', 'internal', 'anomaly-blocked'])

/** How the attempt of an answer that a cascade gave up says so, before the reason. */
const givenUp = 'escalated: '
const unusable: ReadonlySet<string> = new Set(['invalid-tool-call', 'schema-violation'])

/** As the dialects spell that the model, or a filter over it, would not go on. */
const refusing: ReadonlySet<string> = new Set([
  'refusal',
  'content_filter',
  'content_filtered',
  'guardrail_intervened',
  'SAFETY',
  'IMAGE_SAFETY',
  'PROHIBITED_CONTENT',
  'BLOCKLIST',
  'SPII',
  'RECITATION',
])

/**
 * @returns null where nothing is shown: the client hung up, we refused, or the provider did for reasons that lie in the request or
 * the account (4xx, 429 among them).
 */
export function endOf({ outcome, status, errorCode, finishReason }: Tried): ShownEnd | null {
  if (outcome === 'client_abort' || outcome === 'refused' || ours.has(errorCode ?? '')) return null
  if (outcome === 'upstream_reset' || outcome === 'timeout' || status === null || status >= 500) return 'error'
  if (status >= 400) return null
  const reason = reasonOf(errorCode)
  if (reason !== null && reason !== 'error') return 'escalated'
  if (outcome === 'failed') return 'error'
  return refusing.has(finishReason ?? '') ? 'refusal' : 'answer'
}

const reasonOf = (errorCode: string | null): string | null =>
  errorCode?.startsWith(givenUp) === true ? errorCode.slice(givenUp.length) : null

/** @param whole Of the row, for its last attempt; null where nobody looked. */
export const usabilityOf = (errorCode: string | null, whole: boolean | null): boolean | null =>
  unusable.has(reasonOf(errorCode) ?? '') ? false : whole

/** An answer that was given up may have been a refusal, too. */
export const isRefused = (end: ShownEnd, errorCode: string | null): boolean =>
  end === 'refusal' || reasonOf(errorCode) === 'refusal'

/** What a finished request shows of each model that it was sent to, in order; nothing where a kept answer did. */
export function showingsOf(record: RequestRecord): readonly Showing[] {
  const { id, startedMs, facts, cache, finishReason, taskType, attempts } = record
  if (cache === 'hit') return []
  return attempts.flatMap((attempt, place) => {
    const isLast = place === attempts.length - 1
    const { provider, model, errorCode, durationMs, costNanoUsd } = attempt
    const end = endOf({ ...attempt, finishReason: isLast ? finishReason : null })
    if (end === null || model === null) return []
    const whole = isLast ? (facts?.isUsable ?? null) : null
    return [
      {
        id,
        atMs: startedMs,
        provider,
        model,
        task: taskType,
        end,
        isRefusal: isRefused(end, errorCode),
        isUsable: usabilityOf(errorCode, whole),
        repeats: facts?.repeats ?? null,
        durationMs,
        costNanoUsd,
      },
    ]
  })
}
