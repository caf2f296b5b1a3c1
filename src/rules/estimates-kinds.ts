/** How an input is likely to split into what a cache gives, what is written to one, and the rest. */
import { noUsage, type Usage } from '../neutral/usage.ts'
import type { Thread } from './estimates-threads.ts'

/** What a request may write to a prompt cache, each dearer than the one before. */
export type CacheWrites = 'none' | '5m' | '1h'

/** Shares of the input of conversations that begin: read from a cache, and in no part of one. */
export interface Mix {
  readonly readShare: number
  readonly uncachedShare: number
}

const minuteMs = 60_000

/** From a request to the next. Caches that nobody asked for live 5 minutes to an hour, says OpenAI: the shorter is taken. */
const lifetimeMs: Readonly<Record<CacheWrites, number>> = {
  none: 5 * minuteMs,
  '5m': 5 * minuteMs,
  '1h': 60 * minuteMs,
}

/** A conversation that begins: others may have begun alike, and left that in a cache. @param mix null where that is unknown. */
export function splitBeginning(tokens: number, writes: CacheWrites, mix: Mix | null): Usage {
  if (mix === null) return splitRest(tokens, 0, 0, writes)
  return splitRest(tokens, Math.floor(tokens * mix.readShare), Math.ceil(tokens * mix.uncachedShare), writes)
}

/** One that goes on: it reads what its last turn read or wrote, if that was not too long ago. */
export function splitContinued(tokens: number, writes: CacheWrites, thread: Thread, atMs: number): Usage {
  const isCached = atMs - thread.atMs <= lifetimeMs[writes]
  const read = isCached ? Math.min(thread.cachedTokens, tokens) : 0
  return splitRest(tokens, read, thread.inputTokens - thread.cachedTokens, writes)
}

/** All of it as the dearest kind. */
export const splitDearest = (tokens: number, writes: CacheWrites): Usage => splitRest(tokens, 0, 0, writes)

/** @param uncached Behind the last mark, where there are marks; else all that is not read is that. */
function splitRest(tokens: number, read: number, uncached: number, writes: CacheWrites): Usage {
  const rest = tokens - read
  const inputTokens = writes === 'none' ? rest : Math.min(uncached, rest)
  return {
    ...noUsage,
    inputTokens,
    cacheReadTokens: read,
    cacheWrite5mTokens: writes === '5m' ? rest - inputTokens : 0,
    cacheWrite1hTokens: writes === '1h' ? rest - inputTokens : 0,
  }
}

export function writesIn(usage: Usage): CacheWrites {
  if (usage.cacheWrite1hTokens > 0) return '1h'
  return usage.cacheWrite5mTokens > 0 ? '5m' : 'none'
}

export const dearer = (one: CacheWrites, other: CacheWrites): CacheWrites =>
  one === '1h' || other === 'none' ? one : other === '1h' || one === 'none' ? other : one
