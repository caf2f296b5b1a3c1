/** Requests that lean on what another vendor keeps: they can be answered there only, and to leave that out would change what was asked. */
import { AppError } from '../neutral/error.ts'
import type { DialectId } from '../neutral/model.ts'
import type { NeutralRequest } from '../neutral/request.ts'

const reasons: readonly (readonly [field: string, isAsked: (value: unknown) => boolean, why: string])[] = [
  [
    'previous_response_id',
    (value) => typeof value === 'string' && value !== '',
    'names an answer that is stored nowhere here. Send the whole conversation as input',
  ],
  [
    'conversation',
    (value) => value !== null && value !== undefined,
    'is kept by the provider that made it. Send the whole conversation as input',
  ],
  [
    'prompt',
    (value) => value !== null && value !== undefined,
    'is a template kept by the provider that made it. Send the prompt itself',
  ],
  ['background', (value) => value === true, 'is not to be had from the provider of this model. Ask without it'],
]

/** @returns null when the request can be put into another dialect. */
export function unservable({ carried }: NeutralRequest, dialect: DialectId): AppError | null {
  if (dialect !== 'openai-responses' || carried === undefined) return null
  const found = reasons.find(([field, isAsked]) => isAsked(carried.fields[field]))
  if (found === undefined) return null
  const [field, , why] = found
  return new AppError('unsupported', `${field} ${why}.`)
}
