/**
 * A cascade: the cheapest model first, and the next when its answer is bad. An answer that something may follow is judged before
 * anything of it is sent; what is given up is paid all the same, and stands in the row.
 */
import type { Services } from '../app/services.ts'
import { AppError } from '../neutral/error.ts'
import type { AttemptRecord } from '../neutral/record.ts'
import type { ReplyFacts } from '../wire/dialect.ts'
import { parseJson } from '../wire/fields.ts'
import { noReplyFacts } from '../wire/no-facts.ts'
import { answerReaders } from '../wire/translators.ts'
import { nextStep, reasonsOf, type Fit } from '../rules/cascade.ts'
import { openJudge, type Finding } from '../rules/evidence.ts'
import { isUnwanted } from './ask.ts'
import type { Call } from './call.ts'
import { chargeEarly } from './charge.ts'
import { endOf, endOfCall } from './ending.ts'
import { holdBody, withBodyAgain } from './hold.ts'
import { type Holdback, openHoldback } from './holdback.ts'
import { holdBeginning } from './holdback-body.ts'
import { judgeWhole } from './holdback-whole.ts'
import { judge } from './limits.ts'
import { payeeOf } from './payee.ts'
import type { Answered, Reply } from './reply.ts'
import { supersededAttempt, type Settlement } from './settlement.ts'
import type { Destination } from './target.ts'
import { lengthOfBody } from './text-length.ts'
import { readAsked } from './translation.ts'
import { isEventStream, lookAtStart, mayBeStream } from './unnamed-stream.ts'
import { refuses } from '../rules/limits.ts'

/** A rung: a model by the name that the settings have for it. */
export interface Rung {
  readonly name: string
  readonly destination: Destination
  /** Who is asked where it fails. */
  readonly standIns: readonly Destination[]
}

/** Asks one rung until it answers or fails. */
export type AskRung = (rung: Rung, earlier: readonly AttemptRecord[]) => Promise<Reply>

/** @param rungs From the first that is asked; at least one. */
export async function climb(call: Call, rungs: readonly Rung[], askRung: AskRung, s: Services): Promise<Reply> {
  const { cascade } = s.config().routing
  const ladder = { models: rungs.map(({ name }) => name), maxEscalations: cascade.maxEscalations }
  const wanted = reasonsOf(cascade.escalateOn)
  const fitOf = (name: string): Fit => fitFor(call, rungs.find((rung) => rung.name === name)?.destination, s)
  let given: GivenUp | null = null
  for (let place = 0, escalations = 0; ; escalations++) {
    const rung = rungs[place]
    if (rung === undefined) throw new Error('a rung that is not there')
    const reply = await askRung(rung, given?.attempts ?? [])
    if (given !== null && (reply.kind === 'refused' || reply.kind === 'left')) return backTo(given, reply, call)
    call.notes.escalations = escalations
    const next = nextStep(ladder, place, escalations, fitOf)
    if (next.kind === 'stop') return reply
    const judged = await judgeReply(call, reply, wanted, s)
    if (judged.kind === 'good') return judged.reply
    given = giveUp(call, judged, s)
    if (isUnwanted(call)) return backTo(given, { kind: 'left' }, call)
    call.notes.add('route', `escalated from ${rung.name} to ${next.model}`, judged.finding.why)
    place = next.rung
  }
}

/** An answer that another was to take the place of. */
interface GivenUp {
  readonly end: Settlement
  /** It and those before it. */
  readonly attempts: readonly AttemptRecord[]
  /** What of it can be had still; null for a stream, which has been ended. */
  readonly reply: Reply | null
}

/** The next rung could not be asked after all: a poor answer is better than none, and what was paid has its row either way. */
function backTo({ end, reply }: GivenUp, refused: Extract<Reply, { kind: 'refused' | 'left' }>, call: Call): Reply {
  if (reply !== null) return reply
  const isWhole = end.outcome === 'complete'
  const error = refused.kind === 'refused' ? refused.error : hungUp()
  const outcome = call.isGone() ? 'client_abort' : 'failed'
  return { kind: 'refused', error, after: { ...end, isWhole, outcome } }
}

/** Whether a higher rung may be asked: somebody has a key, and no limit refuses it. */
function fitFor(call: Call, destination: Destination | undefined, s: Services): Fit {
  if (destination === undefined) return { kind: 'lacks', what: 'a provider' }
  const payee = payeeOf(call, destination)
  if (payee === null) return { kind: 'lacks', what: 'a key' }
  if (!s.config().budget.enabled) return { kind: 'fits' }
  const { verdict } = judge(call, payee, s)
  return verdict.action !== 'allow' && refuses(verdict.action)
    ? { kind: 'too-dear', why: `the ${verdict.breach.limit.name} does not allow it` }
    : { kind: 'fits' }
}

type Judged =
  | { readonly kind: 'good'; readonly reply: Reply }
  | {
      readonly kind: 'bad'
      readonly finding: Finding
      readonly reply: Extract<Reply, { readonly kind: 'answered' | 'unanswered' }>
      readonly facts: ReplyFacts | null
      readonly countText: () => number
    }

async function judgeReply(
  call: Call,
  reply: Reply,
  wanted: ReturnType<typeof reasonsOf>,
  s: Services,
): Promise<Judged> {
  const asked = sentAs(call, reply)
  if (reply.kind === 'unanswered' || (reply.kind === 'answered' && !reply.upstream.ok)) {
    const finding: Finding = { reason: 'error', why: 'the request failed' }
    return wanted.has('error') && reply.attempt.stopped !== 'client'
      ? { kind: 'bad', finding, reply, facts: null, countText: () => 0 }
      : { kind: 'good', reply }
  }
  if (reply.kind !== 'answered' || asked === null) return { kind: 'good', reply }
  const known = mayBeStream(call, reply) ? await lookAtStart(reply, s) : reply
  return isEventStream(known)
    ? judgeStream(call, known, openJudge(asked, wanted), s)
    : judgeBody(call, known, openJudge(asked, wanted), s)
}

/** Somebody has looked at it, which few answers can say. */
function passed(call: Call, reply: Reply): Judged {
  call.notes.isUsable = true
  return { kind: 'good', reply }
}

/** The request that the answer is one to: of a translated one with the names that its tools had there. */
function sentAs(call: Call, reply: Reply) {
  if (reply.kind !== 'answered') return null
  if (reply.translation !== null) return reply.translation.exchange.sent
  const asked = readAsked(call)
  return asked instanceof AppError ? null : asked
}

const signerOf = (call: Call, { attempt }: Answered) => ({ provider: attempt.target.provider, id: call.id })

/** Nothing is sent while it is held, so no longer than a client is kept waiting without a word. */
const longestHoldMs = 15_000

async function judgeStream(
  call: Call,
  reply: Answered,
  verdict: ReturnType<typeof openJudge>,
  s: Services,
): Promise<Judged> {
  const { routing, server } = s.config()
  const parts = {
    chars: routing.cascade.holdbackChars,
    form: reply.attempt.target.form,
    signer: signerOf(call, reply),
    judge: verdict,
  }
  const maxMs = server.keepAliveSeconds > 0 ? server.keepAliveSeconds * 1000 : longestHoldMs
  const holdback = openHoldback(parts)
  const begun = await holdBeginning(reply, holdback, maxMs, s)
  if (begun.kind === 'pass' && reply.attempt.stopped === 'client')
    return { kind: 'good', reply: leftWhile(reply, holdback, s) }
  if (begun.kind === 'pass') return passed(call, begun.reply)
  const { finding, facts, countText } = begun
  return { kind: 'bad', finding, reply, facts, countText }
}

/** The client hung up while nothing had been sent: what had come by then is paid. */
function leftWhile(reply: Answered, holdback: Holdback, s: Services): Reply {
  const countText = () => holdback.countText()
  const after = endOf(reply, s, { outcome: 'client_abort', facts: holdback.facts(), countText })
  return { kind: 'refused', error: hungUp(), after }
}

const hungUp = (): AppError => new AppError('provider-failed', 'The client hung up.')

/** A larger answer goes on unjudged. */
const maxJudgedBytes = 8 * 1024 * 1024

async function judgeBody(
  call: Call,
  reply: Answered,
  verdict: ReturnType<typeof openJudge>,
  s: Services,
): Promise<Judged> {
  const held = await holdBody(reply.upstream, reply.attempt, maxJudgedBytes, s)
  const again = withBodyAgain(reply, held)
  if (held.kind !== 'whole') return { kind: 'good', reply: again }
  const { form } = reply.attempt.target
  const finding = judgeWhole(held.bytes, form, signerOf(call, reply), verdict)
  if (finding === null) return passed(call, again)
  const facts = answerReaders[form].readReply(parseJson(new TextDecoder().decode(held.bytes)))
  return { kind: 'bad', finding, reply: again, facts, countText: () => lengthOfBody(held.bytes, form, call.endpoint) }
}

/** Its row says what it cost; the next may be asked with what is left. */
function giveUp(
  call: Call,
  { finding, reply, facts, countText }: Extract<Judged, { readonly kind: 'bad' }>,
  s: Services,
): GivenUp {
  const { attempt } = reply
  // A stream was stopped once it was known to be bad; one that had said why it ends was over by then.
  const isOver = facts !== null && (attempt.stopped === null || facts.finishReason !== null)
  const end =
    reply.kind === 'answered'
      ? endOf(reply, s, { outcome: isOver ? 'complete' : 'failed', facts: facts ?? noReplyFacts, countText })
      : { ...endOfCall(s), attempt, outcome: reply.outcome, error: reply.error }
  const record = supersededAttempt(call, end, `escalated: ${finding.reason}`, s.prices)
  const isHeld = attempt.stopped === null && facts !== null
  if (!isHeld) attempt.stop('ours')
  attempt.over()
  chargeEarly(call, record, s)
  return { end, attempts: [...attempt.earlier, record], reply: isHeld ? reply : null }
}
