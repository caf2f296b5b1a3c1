/** Keeps the answer of a call that is to be graded, and offers it once its row is written and its last piece on the way. */
import type { NeutralReply } from '../neutral/reply.ts'
import type { Gradable, Shadow } from '../neutral/grade.ts'
import type { Call } from './call.ts'
import type { Receipt } from './ending.ts'
import { replyIn } from './replay.ts'
import type { Reply } from './reply.ts'

/** A longer answer is none that a judge would read to its end. */
const maxBytes = 1024 * 1024

/** The same answer, with others' collector left in its place. Costs nothing where the call is not in the sample. */
export function answerAndGrade(
  call: Call & Gradable,
  reply: Reply,
  receipt: Receipt,
  shadow: Shadow,
  answer: (reply: Reply, receipt: Receipt) => Promise<Response>,
): Promise<Response> {
  if (reply.kind !== 'answered' || !shadow.wants(call)) return answer(reply, receipt)
  const pieces: Uint8Array[] = []
  let size = 0
  const collect = (piece: Uint8Array): void => {
    reply.collect?.(piece)
    size += piece.length
    if (size <= maxBytes) pieces.push(piece)
    else pieces.length = 0
  }
  const noted: Receipt = async (end) => {
    const row = await receipt(end)
    // The client's last piece leaves first.
    setImmediate(() => {
      const said = pieces.length === 0 || end.outcome !== 'complete' ? null : read(call, pieces, row.provider ?? '')
      if (said !== null) shadow.offer(call, said, row)
    })
    return row
  }
  return answer({ ...reply, collect }, noted)
}

const [brace, bracket] = ['{'.charCodeAt(0), '['.charCodeAt(0)]

/** @returns null for what can't be read: then it is not graded. */
function read({ dialect, id }: Call, pieces: readonly Uint8Array[], provider: string): NeutralReply | null {
  const body = Buffer.concat(pieces)
  const form = body[0] === brace ? 'json' : body[0] === bracket ? 'json-array' : 'sse'
  try {
    return replyIn({ form, body }, dialect, { provider, id })
  } catch {
    return null // A provider's nonsense, which the client has got as it was.
  }
}
