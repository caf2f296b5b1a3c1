/** How two tries that ran side by side become one attempt and its predecessors: who is ended, what that cost, what the row says. */
import type { Services } from '../app/services.ts'
import type { AttemptRecord } from '../neutral/record.ts'
import type { Attempt } from './attempt.ts'
import type { Call } from './call.ts'
import { chargeEarly } from './charge.ts'
import { endOfCall, errorOf } from './ending.ts'
import { spenderOf } from './forecast.ts'
import { guardedNow } from './guarded.ts'
import { isGood, isOf, type Runner } from './hedge-runner.ts'
import type { Reply } from './reply.ts'
import { givenUpAttempt, supersededAttempt } from './settlement.ts'
import { hasAttempt } from './tries.ts'

interface Ended {
  readonly call: Call
  /** Whose answer, or failure, the call goes on with. */
  readonly kept: Runner
  readonly lost: Runner
  /** False where both failed. */
  readonly isWon: boolean
  /** Monotonic ms. */
  readonly startedAt: number
}

/** All in one step: between what is given back and what is set aside nobody else may be judged. */
export function closeRace(race: Ended, s: Services): void {
  const { call, kept, lost } = race
  lost.callOff()
  void lost.ran.then((came) => {
    if (came.kind === 'asked' && hasAttempt(came.reply)) came.reply.attempt.over()
  })
  const winner = attemptOf(kept)
  const spent = recordOf(call, lost, s)
  if (winner !== null && spent !== null) winner.outlive([spent])
  guardedNow(
    'budget',
    call.notes,
    s.log,
    () => settle(race, spent, winner, s),
    () => undefined,
  )
  note(race, s)
}

function attemptOf(runner: Runner): Attempt | null {
  const came = runner.ended()
  return came?.kind === 'asked' && hasAttempt(came.reply) ? came.reply.attempt : null
}

/** What was sent and will not be the answer; null where nothing was. */
function recordOf(call: Call, lost: Runner, s: Services): AttemptRecord | null {
  const came = lost.ended()
  if (came?.kind === 'asked' && !isGood(came)) return failedIn(call, came.reply, s)
  const attempt = lost.attempt()
  if (attempt === null) return null
  // The provider had the request, and saw its client leave: the input may be billed.
  const end = { ...endOfCall(s), attempt, outcome: 'client_abort' as const }
  return supersededAttempt(call, end, 'hedged: another answered first', s.prices)
}

/** A refusal and a connection that was never made cost nothing; one that broke, or fell silent, may have been read. */
function failedIn(call: Call, reply: Reply, s: Services): AttemptRecord | null {
  if (!hasAttempt(reply)) return null
  const { attempt } = reply
  if (reply.kind === 'answered') return givenUpAttempt(reply, s.clock.monotonic())
  const { outcome, error } = reply
  const end = { ...endOfCall(s), attempt, outcome, error }
  return supersededAttempt(call, end, errorOf(outcome, error)?.code ?? null, s.prices)
}

/** The loser's part is spent at once; what is set aside for the winner stands under the call's own id from now on. */
function settle({ call, kept, lost }: Ended, spent: AttemptRecord | null, winner: Attempt | null, s: Services): void {
  if (spent === null) s.ledger.release(lost.call.id)
  else chargeEarly({ ...lost.call, notes: call.notes }, spent, s)
  if (kept.call.id === call.id) return
  const nanoUsd = s.ledger.reservedFor(kept.call.id)
  s.ledger.release(kept.call.id)
  if (winner !== null && winner.expected !== null) s.ledger.reserve(call.id, spenderOf(call, winner.target), nanoUsd)
}

function note({ call, kept, lost, isWon, startedAt }: Ended, s: Services): void {
  const second = kept.call.id === call.id ? lost : kept
  call.notes.trace.push(...second.call.notes.trace)
  call.notes.bypass.push(...second.call.notes.bypass)
  const { provider, account } = kept.seat.asked
  const ms = Math.round(s.clock.monotonic() - startedAt)
  if (!isWon) return call.notes.add('forward', 'the hedge did not help', `both had failed after ${ms} ms`)
  const why = lost.ended() === null ? 'it answered first' : 'the other failed'
  call.notes.add('forward', `took the answer of ${provider} (${account})`, `${why}, after ${ms} ms`)
  if (kept === second && !isOf(lost.seat, kept.seat.destination)) call.notes.wentOn = true
}
