/** Whether an answer, written in another form, still says what it said: what got lost on the way would be lost silently. Pure. */
import type { Carried } from '../neutral/message.ts'
import type { NeutralReply } from '../neutral/reply.ts'
import { asRecord } from '../wire/fields.ts'

/** @param kept What was stored. @param again The same, read back from the form that it was put into. */
export const saysTheSame = (kept: NeutralReply, again: NeutralReply): boolean =>
  Bun.deepEquals(gistOf(kept), gistOf(again))

/** Without its name, which is ours where the provider gave none, and its usage, which not every stream says. */
const gistOf = ({ parts, finish, carried }: NeutralReply) => ({
  parts: parts.map(plain),
  finish: finish.kind,
  stopSequence: finish.stopSequence ?? null,
  carried: carriedGist(carried, bookkeeping),
})

/** What a provider notes of its own workings: nothing that a program acts upon. */
const bookkeeping =
  /^(?:usage[._]|x_|system_fingerprint$|service_tier$|object$|created$|created_at$|createTime$|sdkHttpResponse$)/
const none = /^$/

/** Without spelling, and without fields that say nothing. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain)
  const record = asRecord(value)
  if (record === null) return value
  const fields = Object.entries(record).map(([name, inner]): [string, unknown] => [
    name,
    name === 'carried' ? carriedGist(inner as Carried, none) : plain(inner),
  ])
  return Object.fromEntries(fields.filter(([, inner]) => inner !== undefined))
}

function carriedGist(carried: Carried | undefined, leftOut: RegExp): unknown {
  const fields = Object.entries(carried?.fields ?? {}).filter(
    ([name, value]) => !leftOut.test(name) && !saysNothing(value),
  )
  return fields.length === 0 ? undefined : Object.fromEntries(fields)
}

const saysNothing = (value: unknown): boolean =>
  value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0)
