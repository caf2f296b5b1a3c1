/** Why an answer ended: the response's status and its reason, and back. */
import type { Part } from '../../neutral/message.ts'
import type { Finish } from '../../neutral/reply.ts'
import { asRecord, asString, type JsonRecord } from '../fields.ts'

/** What the answer holds that decides between the ends of a complete one. */
export interface Held {
  readonly hasCalls: boolean
  readonly hasRefusal: boolean
}

export const heldIn = (parts: readonly Part[]): Held => ({
  hasCalls: parts.some(({ type }) => type === 'tool-call'),
  hasRefusal: parts.some(({ type }) => type === 'refusal'),
})

export function readFinish(response: JsonRecord, { hasCalls, hasRefusal }: Held): Finish {
  switch (response['status']) {
    case 'failed':
      return { kind: 'error' }
    case 'incomplete':
      return { kind: incompleteKind(asString(asRecord(response['incomplete_details'])?.['reason'])) }
    case 'cancelled':
    case 'in_progress':
    case 'queued':
      return { kind: 'other' }
    default:
      return { kind: hasCalls ? 'tool-calls' : hasRefusal ? 'refusal' : 'stop' }
  }
}

function incompleteKind(reason: string | null): Finish['kind'] {
  if (reason === 'max_output_tokens') return 'length'
  return reason === 'content_filter' ? 'content-filter' : 'other'
}

export type Ending =
  | { readonly status: 'completed'; readonly incomplete_details: null }
  | { readonly status: 'incomplete'; readonly incomplete_details: { readonly reason: string } }
  | { readonly status: 'failed'; readonly incomplete_details: null }

export function writeFinish({ kind }: Finish): Ending {
  switch (kind) {
    case 'length':
    case 'context':
      return { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } }
    case 'content-filter':
      return { status: 'incomplete', incomplete_details: { reason: 'content_filter' } }
    case 'error':
      return { status: 'failed', incomplete_details: null }
    case 'stop':
    case 'stop-sequence':
    case 'tool-calls':
    case 'refusal':
    case 'pause':
    case 'other':
      return { status: 'completed', incomplete_details: null }
    default:
      return kind satisfies never
  }
}
