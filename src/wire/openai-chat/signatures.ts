/**
 * Where signatures stand in this dialect: in a message's `reasoning_details`, as OpenRouter has them, and on a tool call in
 * `extra_content`, as Google's compatible endpoint has them. Those of other dialects stand there sealed.
 */
import type { Signed } from '../../neutral/message.ts'
import { asRecord, asString, type JsonRecord } from '../fields.ts'
import { seal, unseal } from '../seal.ts'

const form = 'openai-chat'

/** What a client holds in `extra_content`: the provider's own, kept whole, or one that we sealed. */
export function signedExtra(extra: JsonRecord, by: string | null): Signed {
  const signature = asString(asRecord(extra.google)?.thought_signature)
  return (signature === null ? null : unseal(signature)) ?? { form, by, value: { extra_content: extra } }
}

/** Towards a client. Clients that know the field keep it by this name whoever signed. */
export const sealedExtra = (signed: Signed): unknown =>
  signed.form === form ? signed.value.extra_content : { google: { thought_signature: seal(signed) } }

/** The own entries of `reasoning_details`, to go back as they are; as one signature. */
export const signedDetails = (details: readonly unknown[], by: string | null): Signed => ({
  form,
  by,
  value: { reasoning_details: details },
})

/** What an entry of ours signs: a stretch of the message's reasoning, its text, or the tool call of that id. */
export interface Sealed {
  readonly signs: { readonly start: number; readonly end: number } | 'text' | { readonly callId: string }
  readonly signed: Signed
}

export function sealedEntry(signs: Sealed['signs'], signed: Signed, index: number): Record<string, unknown> {
  return { type: 'reasoning.encrypted', data: seal(signed), id: idOf(signs), index }
}

function idOf(signs: Sealed['signs']): string {
  if (signs === 'text') return 'text'
  return 'callId' in signs ? signs.callId : `reasoning-${signs.start}-${signs.end}`
}

/** @returns null for an entry that is not of ours. */
export function unsealedEntry(entry: unknown): Sealed | null {
  const record = asRecord(entry)
  const data = asString(record?.data)
  const signed = data === null ? null : unseal(data)
  if (signed === null) return null
  const id = asString(record?.id) ?? ''
  const [, start, end] = /^reasoning-(\d{1,9})-(\d{1,9})$/.exec(id) ?? []
  if (start !== undefined && end !== undefined) return { signs: { start: Number(start), end: Number(end) }, signed }
  return { signs: id === 'text' || id === '' ? 'text' : { callId: id }, signed }
}
