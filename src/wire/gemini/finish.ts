/** Why an answer ended: the API's reasons as ours and back. A call ends an answer with `STOP` here. */
import type { Finish, FinishKind } from '../../neutral/reply.ts'

const kinds: Readonly<Record<string, FinishKind>> = {
  STOP: 'stop',
  MAX_TOKENS: 'length',
  SAFETY: 'content-filter',
  RECITATION: 'content-filter',
  BLOCKLIST: 'content-filter',
  PROHIBITED_CONTENT: 'content-filter',
  SPII: 'content-filter',
  IMAGE_SAFETY: 'content-filter',
  IMAGE_PROHIBITED_CONTENT: 'content-filter',
  IMAGE_RECITATION: 'content-filter',
  MODEL_ARMOR: 'content-filter',
  JAILBREAK: 'content-filter',
  CONTINUATION: 'pause',
  MALFORMED_FUNCTION_CALL: 'error',
  MALFORMED_RESPONSE: 'error',
  UNEXPECTED_TOOL_CALL: 'error',
  TOO_MANY_TOOL_CALLS: 'error',
}

/** @param reason Null for an answer that does not say. */
export function readFinish(reason: string | null, hasCalls: boolean): Finish {
  const kind = reason === null ? 'stop' : Object.hasOwn(kinds, reason) ? kinds[reason] : undefined
  return { kind: kind === 'stop' && hasCalls ? 'tool-calls' : (kind ?? 'other') }
}

const reasons: Readonly<Record<FinishKind, string>> = {
  stop: 'STOP',
  'stop-sequence': 'STOP',
  'tool-calls': 'STOP',
  length: 'MAX_TOKENS',
  // The window being full shows in the same way: the answer ends where there is no more room.
  context: 'MAX_TOKENS',
  refusal: 'SAFETY',
  'content-filter': 'SAFETY',
  pause: 'STOP',
  error: 'OTHER',
  other: 'OTHER',
}

/** @param spelled The word that this dialect itself had for it. */
export function writeFinish({ kind }: Finish, spelled: string | undefined, hasCalls: boolean): string {
  return spelled !== undefined && readFinish(spelled, hasCalls).kind === kind ? spelled : reasons[kind]
}
