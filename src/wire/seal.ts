/**
 * Signatures on their way through a client of another dialect: packed into one text that stands where that dialect keeps its own
 * (a thinking block's `signature`, `encrypted_content`, a `thoughtSignature`), and comes back with the conversation.
 */
import type { Signed } from '../neutral/message.ts'
import { asRecord, parseJsonExactly } from './fields.ts'

/** No provider's signature holds an underscore and begins so. */
export const sealMark = 'rp1_'

/** Base64url after the mark: every dialect takes that for a signature. */
export const seal = (signed: Signed): string =>
  sealMark + Buffer.from(JSON.stringify([signed.form, signed.by, signed.value])).toString('base64url')

/** For thoughts that nobody signed, where a dialect wants a signature all the same: nobody's, so that no provider gets them. */
export const unsignedSeal = seal({ form: 'anthropic', by: '', value: {} })

/** @returns null for a text that is not one of ours. */
export function unseal(text: string): Signed | null {
  if (!text.startsWith(sealMark)) return null
  const packed = parseJsonExactly(Buffer.from(text.slice(sealMark.length), 'base64url').toString())
  if (!Array.isArray(packed)) return null
  const [form, by, value] = packed as unknown[]
  const fields = asRecord(value)
  if (fields === null || !isForm(form)) return null
  return { form, by: typeof by === 'string' ? by : null, value: fields }
}

const forms: ReadonlySet<unknown> = new Set(['anthropic', 'openai-chat', 'openai-responses', 'gemini', 'converse'])
const isForm = (form: unknown): form is Signed['form'] => forms.has(form)

/** The signed value, if it may go to this provider in this form; null for what somebody else signed. */
export function signedFor(signed: Signed | undefined, form: Signed['form'], provider: string): Signed['value'] | null {
  if (signed === undefined || signed.form !== form) return null
  return signed.by === null || signed.by === provider ? signed.value : null
}
