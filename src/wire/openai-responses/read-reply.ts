/** A whole Response in neutral form. */
import type { Part } from '../../neutral/message.ts'
import type { NeutralReply } from '../../neutral/reply.ts'
import { asList, asRecord, asString } from '../fields.ts'
import type { Signer } from '../translator.ts'
import { heldIn, readFinish } from './finish.ts'
import { contentOf, readHead, withHead } from './head.ts'
import { foreignItem } from './items.ts'
import { plainNaming } from './naming.ts'
import { readItem, readMessageContent } from './read-input.ts'
import { readReply as readFacts } from './response.ts'
import { carryResponse } from './response-fields.ts'

/** Never throws: a body that is no response is one without parts. */
export function readReply(body: unknown, signer: Signer): NeutralReply {
  const response = asRecord(body) ?? {}
  const parts = asList(response['output']).flatMap((item, place) => readOutputItem(item, place, signer))
  const { usage } = readFacts(response)
  const finish = readFinish(response, heldIn(parts))
  const carried = carryResponse(response, finish)
  return { id: asString(response['id']), model: asString(response['model']), parts, finish, usage, carried }
}

/** An item of an answer as the parts it holds: a message has several. */
export function readOutputItem(value: unknown, place: number, { provider, id }: Signer): readonly Part[] {
  const item = asRecord(value)
  if (item === null) return [foreignItem(value)]
  if (item['type'] === 'message')
    return withHead(
      contentOf(item).map((content) => readMessageContent(content, { role: 'assistant', ...item })),
      readHead(item),
    )
  const { part } = readItem(item, provider, madeCallId(id, place), plainNaming)
  // A result inside an answer is of a tool that the provider ran.
  return [part.type === 'tool-result' ? foreignItem(item) : part]
}

/** The same for the same answer, whole or streamed. */
export const madeCallId = (id: string, place: number): string => `call_${id}_${place}`
