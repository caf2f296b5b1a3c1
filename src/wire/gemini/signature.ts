/**
 * The `thoughtSignature` of a part. Gemini's own stands there as it is. Towards a client of this dialect it also holds, sealed,
 * what another provider signed, and the reasoning that a call was made upon: Gemini CLI throws thoughts away and keeps the
 * signatures of calls (packages/core/src/core/geminiChat.ts), so a call brings back what went before it.
 */
import type { ReasoningPart, Signed } from '../../neutral/message.ts'
import { asList, asRecord, asString } from '../fields.ts'
import { seal, unseal } from '../seal.ts'
import { spelled } from './reading.ts'

export interface Signature {
  /** Of the part itself. */
  readonly signed: Signed | null
  /** What was thought before the part. */
  readonly reasoning: readonly ReasoningPart[]
}

export function readSignature(text: string, by: string | null): Signature {
  const sealed = unseal(text)
  if (sealed === null) return { signed: { form: 'gemini', by, value: { thoughtSignature: text } }, reasoning: [] }
  if (sealed.form !== 'gemini' || !Array.isArray(sealed.value['reasoning'])) return { signed: sealed, reasoning: [] }
  return {
    signed: unseal(asString(sealed.value['own']) ?? ''),
    reasoning: asList(sealed.value['reasoning']).flatMap((entry) => readReasoning(entry)),
  }
}

function readReasoning(entry: unknown): ReasoningPart[] {
  const fields = asRecord(entry)
  if (fields === null || typeof fields['text'] !== 'string') return []
  const signed = unseal(asString(fields['signed']) ?? '')
  return [{ type: 'reasoning', text: fields['text'], ...(signed && { signed }) }]
}

/** Whether a client of this dialect would lose the reasoning, and its signer could not go on without it. */
export const mustTravel = (part: ReasoningPart): boolean =>
  part.signed?.form !== 'gemini' && spelled(part.carried, 'thought') === undefined

/** What goes into `thoughtSignature` towards a client; null for nothing. */
export function writeSignature(signed: Signed | undefined, reasoning: readonly ReasoningPart[]): string | null {
  if (reasoning.length > 0) {
    const entries = reasoning.map((part) => ({ text: part.text, signed: part.signed ? seal(part.signed) : null }))
    return seal({ form: 'gemini', by: null, value: { reasoning: entries, own: signed ? seal(signed) : null } })
  }
  if (signed === undefined) return null
  return signed.form === 'gemini' ? asString(signed.value['thoughtSignature']) : seal(signed)
}
