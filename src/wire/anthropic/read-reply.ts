/** A whole answer of the Messages API as a neutral one. */
import type { RefusalPart } from '../../neutral/message.ts'
import type { Finish, NeutralReply } from '../../neutral/reply.ts'
import { asRecord, asString } from '../fields.ts'
import type { Signer } from '../translator.ts'
import { anyText, exactly, Fields } from './carried.ts'
import { readFinish } from './finish.ts'
import { readContent, type BlockSource } from './read-blocks.ts'
import { readReply as readFacts } from './response.ts'

export function readReply(body: unknown, signer: Signer): NeutralReply {
  const fields = new Fields(asRecord(body) ?? {})
  const { id, model, finish, refusal } = takeFrame(fields)
  const content = fields.take('content', (value) =>
    typeof value === 'string' || Array.isArray(value) ? readContent(value, sourceOf(signer)) : null,
  )
  if (content?.spelling != null) fields.spell('content', 'text')
  const usage = fields.take('usage', asRecord)
  // What of it has no neutral word (iterations, tiers) is read by whoever records it; no client misses it.
  if (usage !== null) fields.spell('usage', JSON.stringify(usage))
  return {
    id,
    model,
    parts: [...(content?.parts ?? []), ...(refusal === null ? [] : [refusal])],
    finish: asRecord(body)?.type === 'error' ? { kind: 'error' } : finish,
    usage: readFacts(body).usage,
    carried: fields.rest(),
  }
}

/** An answer without its content and its usage. */
export interface ReplyFrame {
  readonly id: string | null
  readonly model: string | null
  readonly finish: Finish
  /** Its words stand after the content. */
  readonly refusal: RefusalPart | null
}

export function takeFrame(fields: Fields): ReplyFrame {
  fields.take('type', exactly('message'))
  fields.take('role', exactly('assistant'))
  const id = fields.take('id', asString)
  const model = fields.take('model', asString)
  const reason = fields.take('stop_reason', asString)
  if (reason !== null) fields.spell('stop_reason', reason)
  const finish = readFinish(reason, fields.take('stop_sequence', asString))
  return { id, model, finish, refusal: fields.takeInner('stop_details', readExplanation) }
}

/** The parts of the answer belong to who gave it. */
export const sourceOf = ({ provider, id }: Signer): BlockSource => ({
  signer: provider,
  nameCall: (place) => `toolu_${id.replaceAll('-', '')}_${place}`,
})

function readExplanation(fields: Fields): RefusalPart | null {
  fields.take('type', exactly('refusal'))
  const text = fields.take('explanation', (value) => (value === '' ? null : anyText(value)))
  if (text === null) return null
  return { type: 'refusal', text, carried: { dialect: 'anthropic', fields: {}, spelling: { place: 'stop_details' } } }
}
