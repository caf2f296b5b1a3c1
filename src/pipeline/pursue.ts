/**
 * Asks candidates in their order until one answers: again in place where that may help, with another account of the same
 * provider, then the next candidate. Few tries, none after something may have been read and paid. Those who fail too often rest.
 */
import type { Services } from '../app/services.ts'
import { AppError } from '../neutral/error.ts'
import type { AttemptRecord } from '../neutral/record.ts'
import { defaultLabel } from '../providers/accounts-list.ts'
import { judgeRetry } from '../rules/retry.ts'
import type { AskedInTurn, AskOne, Left } from './ask-seat.ts'
import { isUnwanted } from './ask.ts'
import type { Call } from './call.ts'
import { askerFor, plainAsker, type Asker } from './hedge.ts'
import { peek } from './refused.ts'
import type { Reply } from './reply.ts'
import { seatsOf, type Seat } from './seats.ts'
import { givenUpAttempt } from './settlement.ts'
import type { Destination } from './target.ts'
import { endOf, factsOf, hasAttempt, turnEndOf } from './tries.ts'

/** What has come of it so far. */
interface Course {
  readonly earlier: readonly AttemptRecord[]
  /** What the client gets if nobody does better. */
  readonly fallback: Reply | null
}

type Step =
  | { readonly kind: 'final'; readonly reply: Reply; readonly course: Course }
  /** It came to nothing; whom to ask now. */
  | { readonly kind: 'other-account' | 'next-candidate'; readonly course: Course; readonly why: string }

/**
 * @param destinations At least one; those after the first are asked where it fails.
 * @param before Attempts of the call that were given up.
 */
export function pursue(
  call: Call,
  destinations: readonly Destination[],
  askOne: AskOne,
  s: Services,
  before: readonly AttemptRecord[] = [],
): Promise<Reply> {
  const [only] = destinations
  return only !== undefined && destinations.length === 1 && isPlain(only, s)
    ? pursueOne(call, only, askOne, before, s)
    : pursueAll(call, destinations, askOne, before, s)
}

async function pursueAll(
  call: Call,
  destinations: readonly Destination[],
  askOne: AskOne,
  before: readonly AttemptRecord[],
  s: Services,
): Promise<Reply> {
  let course: Course = { earlier: before, fallback: null }
  const asker = askerFor(call, destinations, askOne, s)
  for (const [index, destination] of destinations.entries()) {
    if (!asker.leaves(destination)) continue
    const step = await tryCandidate(call, destination, destinations.slice(index + 1), course, asker, s)
    if (step.kind === 'final') {
      if (step.reply !== step.course.fallback) discard(step.course.fallback)
      return step.reply
    }
    course = step.course
    call.notes.wentOn = true
    call.notes.add('forward', `went on from ${nameOf(destination)}`, step.why)
  }
  return course.fallback ?? { kind: 'refused', error: nobody() }
}

/** Of an error too long to be held, the rest still comes. */
function discard(reply: Reply | null): void {
  if (reply?.kind === 'answered') reply.attempt.stop('ours')
}

/** Nearly all there is: one candidate with one key, and nobody has failed of late. */
function isPlain({ provider }: Destination, s: Services): boolean {
  const isLimited = s.config().reliability.maxConcurrent[provider.id] !== undefined
  return !isLimited && provider.accounts.length < 2 && s.providers().plan === null && s.cooldowns.isQuiet()
}

async function pursueOne(
  call: Call,
  destination: Destination,
  askOne: AskOne,
  before: readonly AttemptRecord[],
  s: Services,
): Promise<Reply> {
  const reply = await askOne(call, destination, before)
  if (reply.kind === 'answered' && reply.upstream.status < 400) return reply
  const end = endOf(reply)
  if (end === null) return reply
  const [seat] = seatsOf(call, destination, s)
  if (seat === undefined) return reply
  s.cooldowns.begin(seat.asked).end(turnEndOf(end, s))
  const first: AskedInTurn = { kind: 'asked', reply, isResting: false }
  const step = await trySeat(
    call,
    seat,
    nobodyElse,
    { earlier: before, fallback: null },
    plainAsker(askOne, s),
    s,
    first,
  )
  if (step.kind !== 'final') return step.course.fallback ?? reply
  if (step.reply !== step.course.fallback) discard(step.course.fallback)
  return step.reply
}

const nobodyElse = (): Left => ({ accounts: false, candidates: false })

const nobody = (): AppError =>
  new AppError('unavailable', 'None of the providers that could answer does so just now. Try again in a moment.')

export const nameOf = ({ provider, model }: Destination): string =>
  model === null ? provider.id : `${provider.id}/${model}`

async function tryCandidate(
  call: Call,
  destination: Destination,
  others: readonly Destination[],
  before: Course,
  asker: Asker,
  s: Services,
): Promise<Step> {
  const seats = seatsOf(call, destination, s)
  let course = before
  let why = 'it has no account'
  for (const [index, seat] of seats.entries()) {
    if (asker.hasAsked(seat)) continue
    const left = () => ({
      accounts: seats.slice(index + 1).some((one) => one.isReady && !asker.hasAsked(one)),
      candidates: others.some(asker.leaves),
    })
    const step = await trySeat(call, seat, left, course, asker, s)
    if (step.kind !== 'other-account') return step
    course = step.course
    why = step.why
    call.notes.add('forward', `went on to another account of ${seat.asked.provider}`, step.why)
  }
  return { kind: 'next-candidate', course, why }
}

/** One account: once, and again in place where that may help. @param first It was asked once already. */
async function trySeat(
  call: Call,
  seat: Seat,
  leftNow: () => Left,
  before: Course,
  asker: Asker,
  s: Services,
  first?: AskedInTurn,
): Promise<Step> {
  let course = before
  for (let repeats = 0; ; repeats++) {
    const given = repeats === 0 ? first : undefined
    const asked = given ?? (await asker.ask(call, seat, leftNow(), course.earlier))
    // Who was asked beside this one is no more to be asked after it.
    const left = leftNow()
    if (asked.kind === 'asked' && repeats === 0) noteAccount(call, seat)
    if (asked.kind === 'rests') {
      const kind = left.accounts ? 'other-account' : 'next-candidate'
      return { kind, course, why: `${seat.asked.provider} rests after failures` }
    }
    const { reply, isResting } = asked
    const end = endOf(reply)
    if (end === null) return refusedStep(reply, left.candidates, course)
    if (end.kind === 'answered' && end.status < 400) return { kind: 'final', reply, course }
    const verdict = judgeRetry({ ...factsOf(call, end, s), end, repeats, isResting, left, random: s.random() })
    if (verdict.kind === 'give-up') return { kind: 'final', reply, course }
    course = await letGo(reply, course, s)
    if (verdict.kind === 'same') await pause(call, verdict.waitMs, s)
    if (isUnwanted(call)) return { kind: 'final', reply: unheard(course.fallback ?? reply), course }
    if (verdict.kind !== 'same') return { kind: verdict.kind, course, why: verdict.why }
    call.notes.add('forward', `asked ${seat.asked.provider} again`, `${verdict.why}; waited ${verdict.waitMs} ms`)
  }
}

function noteAccount(call: Call, { asked, isOurs }: Seat): void {
  if (isOurs && asked.account !== defaultLabel)
    call.notes.add('forward', `used the account ${asked.account}`, 'the first of those that were ready')
}

/** Ends early when nobody waits any more, at the next heartbeat. */
async function pause(call: Call, ms: number, s: Services): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const watched = {
    tick: () => {
      if (isUnwanted(call)) resolve()
    },
  }
  s.watch.add(watched)
  await Promise.race([s.pause(ms), promise])
  s.watch.delete(watched)
}

/** An error that came, and that nobody waits for any more: its attempt ends as a hang-up, and has its status all the same. */
function unheard(reply: Reply): Reply {
  if (reply.kind !== 'answered') return reply
  reply.attempt.stop('client')
  const { status, headers } = reply.upstream
  const kept = new Headers(headers)
  kept.delete('content-length')
  kept.set('content-type', 'application/json')
  const body = new ReadableStream({ start: (out) => out.error(reply.attempt.signal.reason) })
  return { ...reply, upstream: new Response(body, { status, headers: kept }) }
}

/** Nothing was sent. A refusal that is about this model alone is none of the others. */
function refusedStep(reply: Reply, hasMore: boolean, course: Course): Step {
  if (reply.kind === 'left' && course.fallback !== null)
    return { kind: 'final', reply: unheard(course.fallback), course }
  if (reply.kind !== 'refused') return { kind: 'final', reply, course }
  const isOfModel = ofModel.has(reply.error.code)
  if (hasMore && isOfModel)
    return {
      kind: 'next-candidate',
      course: { ...course, fallback: course.fallback ?? reply },
      why: reply.error.message,
    }
  return { kind: 'final', reply: course.fallback ?? reply, course }
}

const ofModel: ReadonlySet<string> = new Set(['context-exceeded', 'unsupported', 'unauthorized', 'not-found'])

/** An error is short; whoever could answer instead is not kept waiting for one that falls silent in its middle. */
const errorSeconds = 5

function hasty(s: Services): Services {
  const { timeouts, ...others } = s.config()
  const idleSeconds = Math.min(timeouts.idleSeconds, errorSeconds)
  return { ...s, config: () => ({ ...others, timeouts: { ...timeouts, idleSeconds } }) }
}

/** The attempt is over; its error is kept for the client, should nobody do better. */
async function letGo(reply: Reply, { earlier, fallback: before }: Course, s: Services): Promise<Course> {
  discard(before)
  if (!hasAttempt(reply)) return { earlier, fallback: reply }
  let fallback: Reply = reply
  try {
    if (reply.kind === 'answered') fallback = (await peek(reply, hasty(s))).reply
  } finally {
    // What it held is free again, whatever came of reading it.
    reply.attempt.over()
  }
  return { earlier: [...reply.attempt.earlier, givenUpAttempt(reply, s.clock.monotonic())], fallback }
}
