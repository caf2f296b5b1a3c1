/** A neutral answer as a whole one of the Messages API. */
import type { Part } from '../../neutral/message.ts'
import type { NeutralReply } from '../../neutral/reply.ts'
import type { NeutralRequest } from '../../neutral/request.ts'
import { parseJsonExactly, type JsonRecord } from '../fields.ts'
import type { Stamp, Written } from '../translator.ts'
import { fieldsOf, innerOf, spellingOf } from './carried.ts'
import { refusalDetails, saidBy, stopReasonOf } from './finish.ts'
import { replyBlocks } from './reply-blocks.ts'
import { writeUsage } from './usage.ts'

export function writeReply(reply: NeutralReply, _asked: NeutralRequest, stamp: Stamp): Written {
  const dropped = new Set<string>()
  const { carried, parts, usage } = reply
  const isOwn = carried?.dialect === 'anthropic'
  const rawUsage = spellingOf(carried, 'usage')
  const content = withoutLastSeal(parts, dropped)
    .filter((part) => isOwn || !isEmpty(part))
    .flatMap((part, i) => replyBlocks(part, searchIdOf(stamp, i), (name) => void dropped.add(name)))
  const body = {
    ...fieldsOf(carried, ['stop_details']),
    id: reply.id ?? replyIdOf(stamp),
    type: 'message',
    role: 'assistant',
    model: reply.model ?? stamp.model,
    content: spellingOf(carried, 'content') === 'text' ? textOf(parts) : content,
    ...stopFields(reply),
    ...(rawUsage !== null
      ? { usage: parseJsonExactly(rawUsage) }
      : isOwn && usage === null
        ? {}
        : { usage: writeUsage(usage) }),
  }
  return { body, dropped: [...dropped] }
}

/** Behind the last text its seal would be what Claude Code takes for the answer. */
function withoutLastSeal(parts: readonly Part[], dropped: Set<string>): readonly Part[] {
  const last = parts.at(-1)
  if (last?.type !== 'text' || last.signed === undefined) return parts
  dropped.add('signature')
  const { signed: _, ...text } = last
  const before = parts.slice(0, -1)
  return text.text === '' ? withoutLastSeal(before, dropped) : [...before, text]
}

export const replyIdOf = ({ id }: Stamp): string => `msg_${id.replaceAll('-', '')}`

/** @param place Of the search in the answer. */
export const searchIdOf = ({ id }: Stamp, place: number): string => `srvtoolu_${id.replaceAll('-', '')}_${place}`

/** The API refuses an empty text when the client sends it back. */
const isEmpty = (part: Part): boolean =>
  (part.type === 'text' && part.text === '' && part.signed === undefined) ||
  (part.type === 'reasoning' && part.text === '' && part.signed === undefined)

const textOf = (parts: readonly Part[]): string => parts.map((part) => (part.type === 'text' ? part.text : '')).join('')

function stopFields({ carried, finish, parts }: NeutralReply): JsonRecord {
  const refusal = parts.find((part) => part.type === 'refusal')
  if (carried?.dialect !== 'anthropic')
    return {
      stop_reason: stopReasonOf(finish, saidBy(parts)),
      stop_sequence: finish.stopSequence ?? null,
      ...(refusal === undefined ? {} : { stop_details: refusalDetails(refusal.text, null) }),
    }
  const reason = spellingOf(carried, 'stop_reason')
  return {
    ...(reason === null ? {} : { stop_reason: reason }),
    ...(finish.stopSequence === undefined ? {} : { stop_sequence: finish.stopSequence }),
    ...(refusal === undefined ? {} : { stop_details: refusalDetails(refusal.text, innerOf(carried, 'stop_details')) }),
  }
}
