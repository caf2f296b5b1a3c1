/** How these endpoints refuse: the error's status and `{ error: { code, message } }`. */
import type { TSchema } from '@sinclair/typebox'
import { expectation } from '../config/validate.ts'
import { AppError } from '../neutral/error.ts'
import type { Refusal } from './shapes.ts'

/** What Elysia throws by itself, told apart by the code it hands to `onError`. */
interface ValidationFault {
  readonly all?: readonly Fault[]
  readonly type?: string
}

interface Fault {
  readonly path?: string
  readonly message?: string
  readonly schema?: TSchema
}

/** @returns The fault as an AppError; `internal` where it is none of the caller's doing. */
export function refusalOf(code: string | number, fault: unknown): AppError {
  if (fault instanceof AppError) return fault
  const cause = fault instanceof Error ? fault.cause : undefined
  if (cause instanceof AppError) return cause
  switch (code) {
    case 'NOT_FOUND':
      return new AppError('not-found', 'There is nothing at this address.')
    case 'PARSE':
      return new AppError('invalid-request', 'The body is not JSON.')
    case 'VALIDATION':
      return judgeValidation(fault as ValidationFault)
  }
  return new AppError('internal', 'RelayPlane met a fault of its own.', { cause: fault })
}

/** An answer of ours that does not fit its own schema is our fault, not the caller's. */
function judgeValidation(fault: ValidationFault): AppError {
  if (fault.type === 'response') return new AppError('internal', 'RelayPlane met a fault of its own.', { cause: fault })
  const [first] = fault.all ?? []
  const where = first?.path?.replace(/^\//, '').replaceAll('/', '.') ?? ''
  return new AppError('invalid-request', `${where || 'The body'}: ${wordsOf(first)}.`)
}

/** TypeBox has no words for what a union takes. */
const wordsOf = ({ schema, message = 'not valid' }: Fault = {}): string =>
  schema?.['anyOf'] === undefined ? message : `Expected ${expectation(schema)}`

export const refusalBody = ({ code, message }: AppError): Refusal => ({ error: { code, message } })
