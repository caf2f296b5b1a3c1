/** One of two tries that run side by side for one call: what it was sent as, what came of it, and how it is called off. */
import type { AskedInTurn } from './ask-seat.ts'
import type { Attempt } from './attempt.ts'
import type { Call } from './call.ts'
import type { Seat } from './seats.ts'
import type { Destination } from './target.ts'
import { hasAttempt } from './tries.ts'

export type Ran = AskedInTurn | { readonly kind: 'fault'; readonly fault: unknown }

export interface Runner {
  readonly seat: Seat
  /** Under its own id: what is set aside for it, and its line in the journal. */
  readonly call: Call
  /** Never rejects. */
  readonly ran: Promise<Ran>
  /** What came of it; null while it runs. */
  ended(): Ran | null
  /** Of the last that was sent; null where nothing was. */
  attempt(): Attempt | null
  /** Whether it ended with an attempt to show for it. */
  hasAttempt(): boolean
  /** Its attempt has been given up already, and is about to end. */
  isStopped(): boolean
  /** Nothing more is sent, and what was is ended. */
  callOff(): void
}

/** @param hedgeOf The call's own id for the one that is asked later, else null. */
export function run(
  call: Call,
  seat: Seat,
  hedgeOf: string | null,
  begin: (call: Call) => Promise<AskedInTurn>,
): Runner {
  let isLost = false
  let attempt: Attempt | null = null
  let ended: Ran | null = null
  const lane = { hedgeOf, isLost: () => isLost, sent: (one: Attempt) => void (attempt = one) }
  const own: Call = { ...call, lane, isGone: () => isLost || call.isGone() }
  const ran = begin(own)
    .catch((fault: unknown): Ran => ({ kind: 'fault', fault }))
    .then((came: Ran) => (ended = came))
  return {
    seat,
    call: own,
    ran,
    ended: () => ended,
    attempt: () => attempt,
    hasAttempt: () => ended?.kind === 'asked' && hasAttempt(ended.reply),
    isStopped: () => attempt !== null && attempt.stopped !== null,
    callOff() {
      isLost = true
      attempt?.stop('ours')
    },
  }
}

export const isGood = (ran: Ran): boolean =>
  ran.kind === 'asked' && ran.reply.kind === 'answered' && ran.reply.upstream.status < 400

export const isOf = ({ destination }: Seat, { provider, model }: Destination): boolean =>
  destination.provider.id === provider.id && destination.model === model
