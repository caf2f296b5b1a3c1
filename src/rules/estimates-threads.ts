/**
 * The conversations of a session: how long each was when it was last answered, and what of it is cached since. A session has
 * several, for agents have helpers of their own; which one a request goes on with is told from its length.
 */
import { totalInputTokens, type Usage } from '../neutral/usage.ts'

/** A conversation as its last answer left it. */
export interface Thread {
  readonly bytes: number
  readonly inputTokens: number
  /** Of `inputTokens`: read from a cache or written to one. */
  readonly cachedTokens: number
  readonly outputTokens: number
  /** Unix ms of its last request, from which on caches count their lifetime. */
  readonly atMs: number
}

export interface Threads {
  /** The conversation that a request of this length goes on with; null for a new one. */
  find(session: string, model: string, bytes: number): Thread | null
  /** @param before What it went on with. */
  put(session: string, model: string, before: Thread | null, now: Thread): void
}

const keptSessions = 4000
const keptOfOne = 4

/** A request that is longer than both is no next turn: a title was asked for, and now the work begins. */
const mostGrowth = { times: 4, bytes: 32_000 }

/** More tokens than bytes, and not by the frame of a small request: the provider holds the conversation itself. */
const leastHeldTokens = 1000

export function openThreads(): Threads {
  const sessions = new Map<string, readonly Thread[]>()
  return {
    find: (session, model, bytes) => nearest(sessions.get(keyOf(session, model)) ?? [], bytes),
    put(session, model, before, now) {
      const key = keyOf(session, model)
      const others = (sessions.get(key) ?? []).filter((thread) => thread !== before)
      // The session that was answered longest ago stands first, and is forgotten first.
      sessions.delete(key)
      if (sessions.size >= keptSessions) forgetOldest(sessions)
      sessions.set(key, [...others.slice(1 - keptOfOne), now])
    },
  }
}

export const threadOf = (bytes: number, usage: Usage, atMs: number): Thread => ({
  bytes,
  inputTokens: totalInputTokens(usage),
  cachedTokens: totalInputTokens(usage) - usage.inputTokens,
  outputTokens: usage.outputTokens,
  atMs,
})

/** What the next turn has to read. @param tokensPerByte Of what is new in it. */
export function nextInputTokens(thread: Thread, bytes: number, tokensPerByte: number): number {
  if (isHeld(thread)) return thread.inputTokens + thread.outputTokens + bytes * tokensPerByte
  return thread.inputTokens + (bytes - thread.bytes) * tokensPerByte
}

const keyOf = (session: string, model: string): string => `${model}\n${session}`

/** The longest that is not longer; else one whose length says nothing. */
function nearest(threads: readonly Thread[], bytes: number): Thread | null {
  let found: Thread | null = null
  for (const thread of threads)
    if (isBefore(thread, bytes) && (found === null || thread.bytes > found.bytes)) found = thread
  return found ?? threads.findLast(isHeld) ?? null
}

const isBefore = (thread: Thread, bytes: number): boolean =>
  thread.bytes <= bytes && bytes <= Math.max(thread.bytes * mostGrowth.times, thread.bytes + mostGrowth.bytes)

const isHeld = (thread: Thread): boolean => thread.inputTokens > thread.bytes + leastHeldTokens

function forgetOldest(sessions: Map<string, readonly Thread[]>): void {
  const oldest = sessions.keys().next()
  if (oldest.done !== true) sessions.delete(oldest.value)
}
