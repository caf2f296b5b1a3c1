/**
 * Changes to a request that stays in its own dialect: fitted to a model that the caller did not name, or freed of what another
 * model has signed. Only the members that change are written anew; every other byte stays.
 */
import { membersOf } from '../lib/json-members.ts'
import { AppError } from '../neutral/error.ts'
import { fitRequest } from '../neutral/fit.ts'
import type { NeutralRequest } from '../neutral/request.ts'
import { capabilitiesOf } from '../providers/capabilities.ts'
import type { Provider } from '../providers/provider.ts'
import { asRecord, type JsonRecord } from '../wire/fields.ts'
import { resplice } from '../wire/resplice.ts'
import { sealMark } from '../wire/seal.ts'
import { translators } from '../wire/translators.ts'
import type { Call } from './call.ts'
import { readAsked } from './translation.ts'
import { withoutForeign, withoutSignatures } from './unsigned.ts'
import { isCount } from './ways.ts'
import { writtenFor } from './written-for.ts'

/** Our own seals, as they stand in JSON. */
const mark = Buffer.from(sealMark)

/** Whether another dialect's model has answered in this conversation before. */
export const holdsSeals = (body: Uint8Array): boolean =>
  Buffer.from(body.buffer, body.byteOffset, body.length).includes(mark)

export interface Wishes {
  /** Everything signed is left out, thoughts and all: the provider has refused it. */
  readonly isUnsigned: boolean
  /** The caller did not name this model itself. */
  readonly isOverridden: boolean
}

/** Thoughts that somebody else has signed are always left out. @returns A refusal where the model can't take the request. */
export function adapt(call: Call, provider: Provider, model: string, wishes: Wishes): Uint8Array | AppError {
  const asked = readAsked(call)
  // What can't be read is the provider's to judge.
  if (asked instanceof AppError) return call.plainBody
  const { isUnsigned, isOverridden } = wishes
  const { writeRequest } = translators[call.dialect]
  const capabilities = capabilitiesOf(provider.id, model)
  const signed = isUnsigned ? withoutSignatures(asked, capabilities) : withoutForeign(asked, provider.id)
  const fitted = isOverridden ? fitRequest(signed, capabilities, { isForeign: false }) : unfitted(signed)
  if (fitted.refusal !== null && !isCount(call.endpoint)) return fitted.refusal
  for (const { field, did, why } of fitted.adjustments) call.notes.add('forward', `${did} ${field}`, why)
  const target = writtenFor(provider, model, capabilities)
  // Fields that only go by another name at the model are changes too, where the caller meant another one.
  const { maxTokensField: _, ...spelled } = target
  const before = asRecord(writeRequest(asked, spelled).body) ?? {}
  const after = writeRequest(fitted.request, isOverridden ? target : spelled).body
  return resplice(call.plainBody, withoutUnsealed(before, call.plainBody), after)
}

const unfitted = (request: NeutralRequest) => ({ request, adjustments: [], refusal: null })

/** Any writer leaves a seal out, so what holds one has changed by being written, and must not pass for what stood there. */
function withoutUnsealed(written: JsonRecord, text: Uint8Array): JsonRecord {
  const seals = new Map<string, number>()
  for (const { key, valueStart, valueEnd } of membersOf(text)) {
    const count = countSeals(Buffer.from(text.buffer, text.byteOffset + valueStart, valueEnd - valueStart))
    if (count > 0) seals.set(key, count)
  }
  if (seals.size === 0) return written
  const isWhole = ([name, value]: [string, unknown]) =>
    (seals.get(name) ?? 0) <= countSeals(Buffer.from(JSON.stringify(value)))
  return Object.fromEntries(Object.entries(written).filter(isWhole))
}

function countSeals(text: Buffer): number {
  let count = 0
  for (let at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at + mark.length)) count++
  return count
}
