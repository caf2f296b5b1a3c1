/** Asks with one key, when it is its turn: where a provider takes only so many at once, and unless it rests after failures. */
import type { Services } from '../app/services.ts'
import type { AttemptRecord } from '../neutral/record.ts'
import type { AttemptEnd } from '../rules/failure.ts'
import { isUnwanted } from './ask.ts'
import type { Call } from './call.ts'
import type { Reply } from './reply.ts'
import type { Seat } from './seats.ts'
import type { Destination } from './target.ts'
import { endOf, hasAttempt, turnEndOf } from './tries.ts'

/** Asks one candidate once. @param earlier Attempts of this call that came to nothing. */
export type AskOne = (call: Call, destination: Destination, earlier: readonly AttemptRecord[]) => Reply | Promise<Reply>

/** Who else could be asked. */
export interface Left {
  readonly accounts: boolean
  readonly candidates: boolean
}

export type AskedInTurn =
  | { readonly kind: 'asked'; readonly reply: Reply; readonly isResting: boolean }
  /** It was not asked, because others can be. */
  | { readonly kind: 'rests' }

/** Waits for a place where a provider takes only so many at once; it is held until the answer has ended. */
export async function askInTurn(
  call: Call,
  seat: Seat,
  left: Left,
  earlier: readonly AttemptRecord[],
  askOne: AskOne,
  s: Services,
): Promise<AskedInTurn> {
  if (s.config().reliability.maxConcurrent[seat.asked.provider] === undefined)
    return askSeat(call, seat, left, earlier, askOne, s)
  const session = call.identity.session?.id ?? null
  const isGone = () => isUnwanted(call)
  const place = await s.concurrency.enter({ provider: seat.asked.provider, session, isGone })
  if (place.kind === 'refused')
    return { kind: 'asked', reply: { kind: 'refused', error: place.error }, isResting: false }
  if (place.kind === 'left') return { kind: 'asked', reply: { kind: 'left' }, isResting: false }
  try {
    const asked = await askSeat(call, seat, left, earlier, askOne, s)
    if (asked.kind === 'asked' && hasAttempt(asked.reply)) asked.reply.attempt.whenOver(place.release)
    else place.release()
    return asked
  } catch (fault) {
    place.release()
    throw fault
  }
}

/** Who fails too often is left alone where others can be asked; the first after its rest tries it. */
async function askSeat(
  call: Call,
  seat: Seat,
  left: Left,
  earlier: readonly AttemptRecord[],
  askOne: AskOne,
  s: Services,
): Promise<AskedInTurn> {
  const turn = s.cooldowns.begin(seat.asked)
  const isResting = turn.as === 'resting'
  if (isResting && (left.accounts || left.candidates)) {
    turn.end({ kind: 'untold' })
    return { kind: 'rests' }
  }
  if (seat.isOurs) s.accounts.use(seat.asked)
  let end: AttemptEnd | null = null
  try {
    const reply = await askOne(call, seat.destination, earlier)
    end = endOf(reply)
    if (seat.isOurs && end?.kind === 'answered') s.accounts.learn(seat.asked, end.status, end.headers)
    return { kind: 'asked', reply, isResting }
  } finally {
    turn.end(turnEndOf(end, s))
  }
}
