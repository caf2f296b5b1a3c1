/**
 * Hedging: while the first that was asked says nothing, another is asked the same, once, and whoever answers first is the answer.
 * Both may be billed, so both are set aside, stand in the journal and are in the row.
 */
import type { Services } from '../app/services.ts'
import { newId } from '../lib/uuid.ts'
import type { AttemptRecord } from '../neutral/record.ts'
import { askInTurn, type AskedInTurn, type AskOne, type Left } from './ask-seat.ts'
import { isUnwanted } from './ask.ts'
import { Notes, type Call } from './call.ts'
import { guardedNow } from './guarded.ts'
import { closeRace } from './hedge-end.ts'
import { isGood, isOf, run, type Runner } from './hedge-runner.ts'
import { fitsBeside } from './limits.ts'
import { payeeOf } from './payee.ts'
import { seatsOf, type Seat } from './seats.ts'
import type { Destination } from './target.ts'
import { isAnswer } from './ways.ts'

/** How one seat is asked, for a call that may have several. */
export interface Asker {
  ask(call: Call, seat: Seat, left: Left, earlier: readonly AttemptRecord[]): Promise<AskedInTurn>
  /** Whether it was asked beside another, and is not to be asked after it. */
  hasAsked(seat: Seat): boolean
  /** Whether somebody there may still be asked. */
  leaves(destination: Destination): boolean
}

export const plainAsker = (askOne: AskOne, s: Services): Asker => ({
  ask: (call, seat, left, earlier) => askInTurn(call, seat, left, earlier, askOne, s),
  hasAsked: () => false,
  leaves: () => true,
})

/** Asks the first with another beside it, where the settings say so and the request may be sent twice. */
export function askerFor(call: Call, destinations: readonly Destination[], askOne: AskOne, s: Services): Asker {
  const plain = plainAsker(askOne, s)
  const { hedgeAfterMs } = s.config().reliability
  if (hedgeAfterMs === null || !isAnswer(call.endpoint) || call.notes.isHedged) return plain
  let isFirst = true
  let hedged: Seat | null = null
  const hasAsked = (seat: Seat): boolean => hedged !== null && isSame(hedged, seat)
  return {
    hasAsked,
    leaves: (one) =>
      hedged === null || !isOf(hedged, one) || seatsOf(call, one, s).some((another) => !hasAsked(another)),
    async ask(asked, seat, left, earlier) {
      if (!isFirst) return plain.ask(asked, seat, left, earlier)
      const begin = (own: Call, whom: Seat, others: Left) => plain.ask(own, whom, others, earlier)
      const second = () => secondSeat(call, seat, destinations, s)
      const race = { call, seat, left, earlier, begin, second, afterMs: hedgeAfterMs }
      const came = await askBoth(race, (whom) => (hedged = whom), s)
      isFirst = came.kind === 'rests'
      return came
    },
  }
}

const isSame = (one: Seat, other: Seat): boolean =>
  isOf(one, other.destination) && one.asked.account === other.asked.account

/**
 * In the order in which they would be asked after a failure; never the same account again, and nobody who rests. A row has one
 * kind of billing, so what is billed in another way can't be in it.
 */
function secondSeat(call: Call, first: Seat, destinations: readonly Destination[], s: Services): Seat | null {
  const billing = payeeOf(call, first.destination)?.billing
  const all = destinations.flatMap((one) => seatsOf(call, one, s))
  const isReady = ({ asked, isReady, destination }: Seat): boolean =>
    isReady &&
    !isHolder(asked, first) &&
    !s.cooldowns.isResting(asked) &&
    payeeOf(call, destination)?.billing === billing
  return billing === undefined ? null : (all.find(isReady) ?? null)
}

const isHolder = ({ provider, account }: Seat['asked'], { asked }: Seat): boolean =>
  provider === asked.provider && account === asked.account

interface Race {
  readonly call: Call
  readonly seat: Seat
  readonly left: Left
  readonly earlier: readonly AttemptRecord[]
  readonly begin: (call: Call, seat: Seat, left: Left) => Promise<AskedInTurn>
  readonly second: () => Seat | null
  readonly afterMs: number
}

/** @param told Of whom else was asked. */
async function askBoth(race: Race, told: (seat: Seat) => void, s: Services): Promise<AskedInTurn> {
  const { call, seat, left, begin } = race
  const startedAt = s.clock.monotonic()
  const first = run(call, seat, null, (own) => begin(own, seat, left))
  if (!(await isLate(first, startedAt + race.afterMs, s))) return outcomeOf(first)
  const open = () => openSecond(race, first, startedAt, s)
  const second = guardedNow('forward', call.notes, s.log, open, () => null)
  if (second === null) return outcomeOf(first)
  told(second.seat)
  const winner = await firstGood(first, second)
  const kept = winner ?? (first.hasAttempt() || !second.hasAttempt() ? first : second)
  const lost = kept === first ? second : first
  // Whatever fails in counting it, the answer is there.
  guardedNow(
    'forward',
    call.notes,
    s.log,
    () => closeRace({ call, kept, lost, isWon: winner !== null, startedAt }, s),
    () => s.ledger.release(second.call.id),
  )
  return outcomeOf(kept)
}

async function outcomeOf({ ran }: Runner): Promise<AskedInTurn> {
  const came = await ran
  if (came.kind === 'fault') throw came.fault
  return came
}

/** Whether nothing came until then; told by the heartbeat, so that no request has a timer of its own. */
async function isLate({ ran }: Runner, dueAt: number, s: Services): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const watched = {
    tick: (now: number) => {
      if (now >= dueAt) resolve(true)
    },
  }
  s.watch.add(watched)
  const isIt = await Promise.race([ran.then(() => false), promise])
  s.watch.delete(watched)
  return isIt
}

/** @returns null where there is nobody, or no money, to ask with. */
function openSecond({ call, begin, second }: Race, first: Runner, startedAt: number, s: Services): Runner | null {
  // Who has hung up, or was given up in this very heartbeat, is not waited for.
  if (isUnwanted(call) || first.isStopped()) return null
  const seat = second()
  const ms = Math.round(s.clock.monotonic() - startedAt)
  if (seat === null) return notHedged(call, 'nobody else was ready', ms)
  const payee = payeeOf(call, seat.destination)
  if (payee === null || !fitsBeside(call, payee, s))
    return notHedged(call, 'a limit does not allow a second request', ms)
  call.notes.isHedged = true
  const model = seat.destination.model === null ? '' : `/${seat.destination.model}`
  call.notes.add('forward', `hedged with ${seat.asked.provider}${model}`, `no answer after ${ms} ms`)
  const notes = new Notes()
  notes.classified = call.notes.classified
  notes.cacheWrites = call.notes.cacheWrites
  notes.isAwaited = () => call.notes.isAwaited()
  const child = { ...call, id: newId(s.clock.now()), notes }
  return run(child, seat, call.id, (own) => begin(own, seat, { accounts: true, candidates: true }))
}

function notHedged(call: Call, why: string, ms: number): null {
  call.notes.add('forward', `did not hedge after ${ms} ms`, why)
  return null
}

/** @returns null where both came to nothing. */
async function firstGood(first: Runner, second: Runner): Promise<Runner | null> {
  const both = [first, second].map(async (runner) => (isGood(await runner.ran) ? runner : null))
  const one = await Promise.race(both)
  if (one !== null) return one
  return (await Promise.all(both)).find((runner) => runner !== null) ?? null
}
