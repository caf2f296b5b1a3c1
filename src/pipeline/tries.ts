/** How one try at a provider ended, as the rules of retrying and resting want to know it. */
import type { Services } from '../app/services.ts'
import { resetOf } from '../providers/accounts-quota.ts'
import type { TurnEnd } from '../providers/cooldown.ts'
import { blameOf, type AttemptEnd } from '../rules/failure.ts'
import type { Call } from './call.ts'
import type { Reply } from './reply.ts'
import { isTranslatable } from './ways.ts'

export const hasAttempt = (reply: Reply): reply is Extract<Reply, { readonly kind: 'answered' | 'unanswered' }> =>
  reply.kind === 'answered' || reply.kind === 'unanswered'

/** null where nothing was sent. */
export function endOf(reply: Reply): AttemptEnd | null {
  switch (reply.kind) {
    case 'answered':
      return { kind: 'answered', status: reply.upstream.status, headers: reply.upstream.headers }
    case 'unanswered':
      return reply.noAnswer === null ? { kind: 'ended' } : { kind: 'no-answer', fault: reply.noAnswer }
    case 'refused':
    case 'cached':
    case 'left':
    case 'local':
      return null
  }
}

const blamed = { account: 'account', provider: 'provider' } as const

export function turnEndOf(end: AttemptEnd | null, s: Services): TurnEnd {
  if (end === null) return { kind: 'untold' }
  const blame = blameOf(end)
  if (blame === 'nobody') return { kind: 'well' }
  if (blame === 'untold') return { kind: 'untold' }
  const reason = end.kind === 'answered' ? `${end.status}` : 'no answer'
  const untilMs = end.kind === 'answered' && end.status === 429 ? resetOf(end.headers, s.clock.now()) : null
  return { kind: 'failed', scope: blamed[blame], reason, resetMs: untilMs }
}

/** Endpoints that only read, or only count. */
const isSafe = ({ method, endpoint }: Call): boolean =>
  method === 'GET' || method === 'HEAD' || endpoint === 'count_tokens' || endpoint === 'gemini_count_tokens'

export function factsOf(call: Call, end: AttemptEnd, s: Services) {
  const { reliability } = s.config()
  // What an unknown path does twice nobody knows.
  const mayRepeat = isTranslatable(call.endpoint) || call.endpoint === 'embeddings' || isSafe(call)
  return {
    isBegun: false,
    isSafe: isSafe(call),
    elapsedMs: s.clock.monotonic() - call.startedAt,
    resetMs: end.kind === 'answered' ? resetOf(end.headers, s.clock.now()) : null,
    settings: mayRepeat ? reliability : { ...reliability, retries: 0 },
    nowMs: s.clock.now(),
  }
}
