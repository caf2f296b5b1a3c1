/**
 * Changes to a request that stays in its own dialect: fitted to a model that the caller did not name, or freed of what another
 * model has signed. Only the members that change are written anew; every other byte stays.
 */
import { fitRequest } from '../neutral/fit.ts'
import type { AppError } from '../neutral/error.ts'
import type { Message, Part } from '../neutral/message.ts'
import type { NeutralRequest } from '../neutral/request.ts'
import { capabilitiesOf } from '../providers/capabilities.ts'
import type { Provider } from '../providers/provider.ts'
import { parseBody } from '../wire/request-body.ts'
import { resplice } from '../wire/resplice.ts'
import { sealMark } from '../wire/seal.ts'
import { translators } from '../wire/translators.ts'
import type { Call } from './call.ts'
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
  const { readRequest, writeRequest } = translators[call.dialect]
  const capabilities = capabilitiesOf(provider.id, model)
  const body = parseBody(call.plainBody)
  const asked = readRequest(body, { model: call.requestedModel, isStream: call.isStream })
  const unsigned = wishes.isUnsigned ? withoutSignatures(asked) : asked
  const fitted = wishes.isOverridden ? fitRequest(unsigned, capabilities, { isForeign: false }) : unfitted(unsigned)
  if (fitted.refusal !== null) return fitted.refusal
  for (const { field, did, why } of fitted.adjustments) call.notes.add('forward', `${did} ${field}`, why)
  const written = writeRequest(fitted.request, writtenFor(provider, model, capabilities))
  return resplice(call.plainBody, body, written.body)
}

const unfitted = (request: NeutralRequest) => ({ request, adjustments: [], refusal: null })

/** For a provider that refused a signature: it takes the conversation without any. */
export const withoutSignatures = (request: NeutralRequest): NeutralRequest => ({
  ...request,
  messages: request.messages.flatMap((message): Message[] => {
    const parts = message.parts.flatMap((part): Part[] => {
      if (part.type === 'reasoning') return []
      if (part.type !== 'text' && part.type !== 'tool-call' && part.type !== 'media') return [part]
      const { signed: _, ...rest } = part
      return [rest]
    })
    // A turn that was nothing but thoughts is gone with them.
    return parts.length === 0 && message.parts.length > 0 ? [] : [{ ...message, parts }]
  }),
})
