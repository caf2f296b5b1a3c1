/** A whole answer as a neutral one: its first choice, and what stands beside it. */
import type { Part } from '../../neutral/message.ts'
import type { Finish, NeutralReply } from '../../neutral/reply.ts'
import { asRecord } from '../fields.ts'
import type { Signer } from '../translator.ts'
import { readAssistant } from './assistant.ts'
import { openCallIds } from './call-ids.ts'
import { Fields } from './carry.ts'
import { cited, readSources } from './citations.ts'
import { finishWord, readFinish } from './finish.ts'
import { finishReasonOf, readUsage, usageOf } from './response.ts'
import { carryUsage } from './usage.ts'

export function readReply(body: unknown, signer: Signer): NeutralReply {
  const record = asRecord(body) ?? {}
  const reply = new Fields(record)
  const choice = readChoice(reply)
  const message = choice.within('message')
  const sources = readSources(reply)
  const said = message === null ? [] : readMessage(message, signer)
  const parts = cited(said, sources)
  const types = new Set(parts.map(({ type }) => type))
  const finish = readEnd(choice, finishReasonOf(record), types)
  const usage = readUsage(usageOf(record))
  if (usage !== null) carryUsage(reply, usage)
  const id = reply.word('id')
  const model = reply.word('model')
  takeHabits(reply, choice, message)
  const { carried = { dialect: 'openai-chat', fields: {} } } = reply.rest()
  return { id, model, parts, finish, usage, carried }
}

function readEnd(choice: Fields, word: string | null, types: ReadonlySet<Part['type']>): Finish {
  const finish = readFinish(word, choice.peek('stop_reason'), types)
  if (finish.stopSequence !== undefined && choice.text('stop_reason') !== null) choice.spell('stop_reason', 'met')
  const given = choice.text('finish_reason')
  if (given === null && !choice.has('finish_reason')) choice.spell('finish_reason', 'absent')
  if (given !== null && given !== finishWord(finish, types.has('refusal'))) choice.spell('finish', given)
  return finish
}

/** What tool calls without an id are called, in a stream too. */
export const callPrefix = ({ id }: Signer): string => `call_${id.replaceAll('-', '')}_`

function readMessage(message: Fields, signer: Signer) {
  return readAssistant(message, openCallIds(callPrefix(signer)), signer.provider)
}

/** The first choice; the others are kept as they are, and so is what is no list of choices. */
function readChoice(reply: Fields): Fields {
  const choices = reply.peek('choices')
  const first = Array.isArray(choices) ? asRecord(choices[0]) : null
  if (first === null) {
    reply.spell('choices', choices === undefined ? 'absent' : 'odd')
    return reply.beside('choices[0]', {})
  }
  const [, ...others] = reply.take('choices') as unknown[]
  if (others.length > 0) reply.keep('choices[]', others)
  return reply.beside('choices[0]', first)
}

/** What says the same in every answer. */
function takeHabits(reply: Fields, choice: Fields, message: Fields | null): void {
  const created = reply.number('created')
  if (created !== null) reply.spell('created', String(created))
  for (const name of ['id', 'model', 'created']) if (!reply.knows(name)) reply.spell(name, 'absent')
  takeConstant(reply, 'object', 'chat.completion')
  takeConstant(choice, 'index', 0)
  if (message !== null) takeConstant(message, 'role', 'assistant')
  else if (!choice.has('message')) choice.spell('message', 'absent')
}

function takeConstant(f: Fields, name: string, usual: unknown): void {
  if (f.peek(name) === usual) f.take(name)
  else if (!f.has(name)) f.spell(name, 'absent')
}
