/**
 * What shows that an answer is bad to somebody who does not know the right one: the answer itself, and the request that it was
 * asked with. A stream is judged by its beginning, where only what has come whole can be judged.
 */
import type { NeutralReply } from '../neutral/reply.ts'
import type { NeutralRequest } from '../neutral/request.ts'
import { callsIn, invalidCall, isCut, misfitCall, repeatedCall } from './evidence-calls.ts'
import { misfitFormat } from './evidence-format.ts'
import { hedgeIn, refusalIn } from './phrases.ts'

export type EscalationReason =
  | 'uncertainty'
  | 'refusal'
  | 'error'
  | 'invalid-tool-call'
  | 'schema-violation'
  | 'empty'
  | 'cut-off'
  | 'repeated-call'

export interface Finding {
  readonly reason: EscalationReason
  /** A sentence for the trace; no word of it is the answer's. */
  readonly why: string
}

export interface Judge {
  /** @param isWhole False for the beginning of a stream: parts that have not ended are left out, texts may go on. */
  answer(reply: NeutralReply, isWhole: boolean): Finding | null
  /** For an answer that failed. @param why A sentence of ours. */
  error(why: string): Finding | null
}

export const openJudge = (asked: NeutralRequest, reasons: ReadonlySet<EscalationReason>): Judge => ({
  answer: (reply, isWhole) => judgeAnswer(reply, asked, reasons, isWhole),
  error: (why) => (reasons.has('error') ? { reason: 'error', why } : null),
})

/** @returns The first of the reasons wanted that holds; null for an answer that none of them is found in. */
export function judgeAnswer(
  reply: NeutralReply,
  asked: NeutralRequest,
  reasons: ReadonlySet<EscalationReason>,
  isWhole = true,
): Finding | null {
  for (const { reason, find, needsEnd } of checks) {
    if (!reasons.has(reason) || (needsEnd && !isWhole)) continue
    const why = find(reply, asked)
    if (why !== null) return { reason, why }
  }
  return null
}

interface Check {
  readonly reason: EscalationReason
  /** It can't be told before the answer is over. */
  readonly needsEnd: boolean
  /** @returns Why the reason holds, or null. */
  readonly find: (reply: NeutralReply, asked: NeutralRequest) => string | null
}

/** The surest first, and before those that follow from it: half a call is an answer that was cut off. */
const checks: readonly Check[] = [
  { reason: 'error', needsEnd: true, find: brokenOff },
  { reason: 'refusal', needsEnd: false, find: refusal },
  { reason: 'cut-off', needsEnd: true, find: cutOff },
  { reason: 'empty', needsEnd: true, find: empty },
  { reason: 'invalid-tool-call', needsEnd: false, find: invalidCall },
  { reason: 'schema-violation', needsEnd: false, find: misfitCall },
  { reason: 'schema-violation', needsEnd: true, find: misfitFormat },
  { reason: 'repeated-call', needsEnd: false, find: repeatedCall },
  { reason: 'uncertainty', needsEnd: false, find: uncertainty },
]

function brokenOff({ finish }: NeutralReply): string | null {
  return finish.kind === 'error' ? 'The provider says that its answer failed.' : null
}

/** One that begins like a refusal and goes on for longer than this has found something to say. */
const maxRefusal = 1500

function refusal(reply: NeutralReply): string | null {
  const { kind } = reply.finish
  if (kind === 'refusal') return 'The provider says that the model refused.'
  if (kind === 'content-filter') return "The provider's filter ended the answer."
  if (reply.parts.some((part) => part.type === 'refusal' && part.text !== ''))
    return 'The model marked its answer as a refusal.'
  const text = textOf(reply)
  if (text.length > maxRefusal || callsIn(reply).length > 0) return null
  const phrase = refusalIn(text)
  return phrase === null ? null : `The answer begins like a refusal (${phrase}).`
}

/** Who asks for fewer tokens than this wants a beginning, or to know whether anybody is there. */
const fewTokens = 1024

function cutOff(reply: NeutralReply, { maxOutputTokens }: NeutralRequest): string | null {
  if (!isCut(reply)) return null
  if (reply.finish.kind === 'context') return "The conversation filled the model's window before the answer was over."
  const written = reply.usage?.outputTokens ?? maxOutputTokens ?? 0
  if (maxOutputTokens === null || written < maxOutputTokens)
    return "The model's own limit ended the answer before it was over."
  if (maxOutputTokens < fewTokens) return null
  return `The answer was not over when it reached the limit of ${maxOutputTokens} tokens.`
}

function empty({ parts, finish }: NeutralReply): string | null {
  // A paused turn goes on, and who names a sequence to stop at may meet it at once.
  if (finish.kind === 'pause' || finish.kind === 'stop-sequence') return null
  const says = parts.some((part) => {
    if (part.type === 'text' || part.type === 'refusal') return part.text.trim() !== ''
    return part.type !== 'reasoning'
  })
  return says ? null : 'The answer has no text and no tool call.'
}

/** Further in nobody reads hedges into an answer; it bounds the time, too. */
const maxHedged = 20_000

function uncertainty(reply: NeutralReply): string | null {
  const phrase = hedgeIn(textOf(reply).slice(0, maxHedged))
  return phrase === null ? null : `The answer says that it is unsure (${phrase}).`
}

const textOf = ({ parts }: NeutralReply): string =>
  parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('')
