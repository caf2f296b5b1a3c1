/** Who has answered a conversation up to now, so that it can stay there: in memory, bounded, forgotten when no cache can be left. */
import { putNewest } from '../lib/put-newest.ts'
import type { ModelRef } from '../neutral/model.ts'

export interface Answered {
  readonly ref: ModelRef
  /** The model that the caller had asked for. */
  readonly asked: string | null
  /** What of the next request lies in the model's prompt cache, tokens. */
  readonly cachedTokens: number
}

export interface Homes {
  /** @param conversation A session and which of its conversations. */
  of(conversation: string, nowMs: number): Answered | null
  answered(conversation: string, by: Answered, nowMs: number): void
}

const kept = 10_000
/** No prompt cache is kept for longer unless it is paid for. */
const longestMs = 3_600_000

interface Entry extends Answered {
  readonly atMs: number
}

export function openHomes(): Homes {
  const entries = new Map<string, Entry>()
  return {
    of(conversation, nowMs) {
      const entry = entries.get(conversation)
      return entry === undefined || Math.abs(nowMs - entry.atMs) > longestMs ? null : entry
    },
    answered: (conversation, by, nowMs) => putNewest(entries, conversation, { ...by, atMs: nowMs }, kept),
  }
}
