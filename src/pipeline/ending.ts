/** How a call's end is put together for the books: what is known when nothing came back, and when something did. */
import type { Services } from '../app/services.ts'
import type { AppError } from '../neutral/error.ts'
import type { Outcome, RequestRecord } from '../neutral/record.ts'
import { noReplyFacts } from '../wire/no-facts.ts'
import type { Answered } from './reply.ts'
import { upstreamRequestId } from './reply-headers.ts'
import type { Settlement } from './settlement.ts'

/** Enters the settlement in the books; the row is safe when it resolves. */
export type Receipt = (end: Settlement) => Promise<RequestRecord>

/** The end of a call of which nothing came back. */
export const endOfCall = (s: Services): Omit<Settlement, 'outcome'> => ({
  attempt: null,
  status: null,
  error: null,
  facts: noReplyFacts,
  countText: () => 0,
  responseBytes: 0,
  firstByteAt: null,
  endedAt: s.clock.monotonic(),
  upstreamStatus: null,
  upstreamRequestId: null,
  dropped: [],
  estimatedTokens: null,
})

type End = Partial<Settlement> & Pick<Settlement, 'outcome'>

/** The end of a call that a provider answered. */
export const endOf = ({ attempt, upstream, translation }: Answered, s: Services, end: End): Settlement => ({
  ...endOfCall(s),
  attempt,
  status: upstream.status,
  upstreamStatus: upstream.status,
  upstreamRequestId: upstreamRequestId(upstream.headers),
  dropped: [...(translation?.exchange.dropped ?? [])],
  estimatedTokens: translation?.estimatedTokens ?? null,
  ...end,
})

/** A client that hung up made no error of anybody's. */
export const errorOf = (outcome: Outcome, error: AppError | null) => (outcome === 'client_abort' ? null : error)

/** The provider refused, or said an error with a status that hides it. */
export const isFailed = (reply: Answered, errorCode: string | null) =>
  reply.upstream.status >= 400 || errorCode !== null
