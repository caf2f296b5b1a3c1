/** An error of ours, in the caller's dialect. */
import type { AppError } from '../neutral/error.ts'
import type { Call } from './call.ts'
import { errorOf, type Receipt } from './ending.ts'
import { errorAnswer } from './error-answer.ts'
import { addOurs } from './reply-headers.ts'
import type { Settlement } from './settlement.ts'

export async function answerError(
  call: Call,
  end: Settlement & { readonly error: AppError },
  receipt: Receipt,
): Promise<Response> {
  const { error, outcome } = end
  const { status, contentType, body } = errorAnswer(call, error)
  const isGone = call.isGone()
  await receipt({
    ...end,
    outcome: isGone && outcome === 'refused' ? 'client_abort' : outcome,
    status: isGone ? null : status,
    error: errorOf(outcome, error),
    responseBytes: isGone ? 0 : Buffer.byteLength(body),
  })
  const headers = addOurs(new Headers(), call)
  headers.set('content-type', contentType)
  if (call.methods !== null && error.code === 'method-not-allowed') headers.set('allow', call.methods.join(', '))
  if (error.status === 413) headers.set('connection', 'close')
  // The official SDKs and Claude Code try a 401 for minutes; what we refuse is refused again.
  if (isFinal(error.status)) headers.set('x-should-retry', 'false')
  return new Response(call.method === 'HEAD' ? null : body, { status, headers })
}

const isFinal = (status: number): boolean => status >= 400 && status < 500 && ![408, 409, 429].includes(status)
