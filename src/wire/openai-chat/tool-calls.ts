/** Tool calls of a message: functions, custom tools, and the one `function_call` of older clients. */
import {
  argumentsJson,
  argumentsText,
  type Signed,
  type ToolArguments,
  type ToolCallPart,
} from '../../neutral/message.ts'
import { asRecord, parseJson, parseJsonExactly } from '../fields.ts'
import { fitCallId, type CallIds } from './call-ids.ts'
import { Fields, restored, spelt } from './carry.ts'
import { sealedExtra, signedExtra } from './signatures.ts'
import type { Writing } from './writing.ts'

/** Takes `tool_calls` and `function_call` out of a message. Entries that are no calls stay behind, the list as a whole. */
export function readToolCalls(
  message: Fields,
  ids: CallIds,
  by: string | null,
  signed: ReadonlyMap<string, Signed>,
): ToolCallPart[] {
  const calls: ToolCallPart[] = []
  const entries = message.peek('tool_calls')
  if (Array.isArray(entries) && entries.length > 0 && entries.every(isCall)) {
    message.take('tool_calls')
    for (const entry of entries) calls.push(readCall(new Fields(entry), ids, by, signed))
  }
  const legacy = asRecord(message.peek('function_call'))
  if (legacy !== null && typeof legacy.name === 'string') {
    message.take('function_call')
    const f = new Fields(legacy)
    const name = f.text('name') ?? ''
    f.spell('call', 'function_call')
    const args = readArguments(f)
    calls.push({
      type: 'tool-call',
      id: ids.call(null, name, 'function'),
      name,
      arguments: args,
      kind: 'function',
      ...f.rest(),
    })
  }
  return calls
}

const isCall = (entry: unknown): entry is Readonly<Record<string, unknown>> => {
  const record = asRecord(entry)
  return typeof asRecord(record?.function)?.name === 'string' || typeof asRecord(record?.custom)?.name === 'string'
}

function readCall(f: Fields, ids: CallIds, by: string | null, signatures: ReadonlyMap<string, Signed>): ToolCallPart {
  const custom = asRecord(f.peek('function')) === null ? f.within('custom') : null
  const kind = custom === null ? 'function' : 'custom'
  if (f.peek('type') === kind) f.take('type')
  else if (f.peek('type') === undefined) f.spell('type', 'absent')
  const inner = custom ?? f.within('function')
  const name = inner?.text('name') ?? ''
  const given = f.word('id')
  const id = ids.call(given, name, kind)
  if (!f.knows('id')) f.spell('id', 'absent')
  if (given !== null && given !== id) f.spell('given id', given)
  if (custom !== null) f.spell('call', 'custom')
  const args = custom === null ? readArguments(inner) : { text: custom.text('input') ?? '' }
  const extra = f.record('extra_content')
  const signed = (extra === null ? null : signedExtra(extra, by)) ?? signatures.get(given ?? id)
  return {
    type: 'tool-call',
    id,
    name,
    arguments: args,
    kind,
    ...(signed === undefined ? {} : { signed }),
    ...f.rest(),
  }
}

function readArguments(f: Fields | null): ToolArguments {
  const text = f?.text('arguments') ?? null
  if (f === null || text !== null) return { text: text ?? '' }
  const value = asRecord(f.peek('arguments'))
  if (value === null) {
    if (!f.has('arguments')) f.spell('arguments', 'absent')
    return { text: '' }
  }
  f.take('arguments')
  f.spell('arguments', 'value')
  return { text: JSON.stringify(value) }
}

/** A call of the conversation so far. @param extra Its signature, where it may go with it. */
export function writeCall(part: ToolCallPart, extra: unknown, writing: Writing): Record<string, unknown> {
  const id = spelt(part, 'given id') ?? (writing.isOurs ? part.id : fitCallId(part.id, writing.target))
  const signature = extra === null ? {} : { extra_content: extra }
  if (part.kind === 'custom' && spelt(part, 'call') === 'custom')
    return restored(
      { id, type: 'custom', custom: { name: part.name, input: argumentsText(part.arguments) }, ...signature },
      part,
    )
  return restored(
    { id, type: 'function', function: { name: part.name, arguments: writeArguments(part, writing) }, ...signature },
    part,
  )
}

/** The only call of an older client's message. */
export const writeLegacyCall = (part: ToolCallPart, writing: Writing): Record<string, unknown> =>
  restored({ name: part.name, arguments: writeArguments(part, writing) }, part)

export const isLegacyCall = (part: ToolCallPart): boolean => spelt(part, 'call') === 'function_call'

function writeArguments(part: ToolCallPart, writing: Writing): unknown {
  // Free text for what is a function here.
  if (part.kind === 'custom') return JSON.stringify({ input: argumentsText(part.arguments) })
  // Servers parse the text, and stumble over one that is empty or broke off.
  return writing.isOurs ? asSpelled(part) : argumentsJson(part.arguments)
}

export const writeLegacyAnswer = (part: ToolCallPart): Record<string, unknown> =>
  restored({ name: part.name, arguments: asSpelled(part) }, part)

/** As a text, or as the value that a server gave instead. */
function asSpelled(part: ToolCallPart): unknown {
  const text = argumentsText(part.arguments)
  const how = spelt(part, 'function.arguments') ?? spelt(part, 'arguments')
  return how === 'value' ? (parseJsonExactly(text) ?? text) : text
}

/** A call of an answer. @param isCustom The client knows the tool as a custom one, though the model may call it a function. */
export function writeAnswerCall(part: ToolCallPart, isCustom: boolean): Record<string, unknown> {
  const signature = part.signed === undefined ? undefined : sealedExtra(part.signed)
  const extra = signature === undefined ? {} : { extra_content: signature }
  if (part.kind === 'custom' || isCustom) {
    const text = argumentsText(part.arguments)
    const input = part.kind === 'custom' ? text : inputOf(text)
    return restored({ id: part.id, type: 'custom', custom: { name: part.name, input }, ...extra }, part)
  }
  const id = spelt(part, 'given id') ?? part.id
  return restored({ id, type: 'function', function: { name: part.name, arguments: asAnswered(part) }, ...extra }, part)
}

/** Clients parse them: a call without any has those of an empty object. */
function asAnswered(part: ToolCallPart): unknown {
  const spelled = asSpelled(part)
  return spelled === '' ? '{}' : spelled
}

/** The free text of a custom tool that went out as a function of one text. */
export function inputOf(text: string): string {
  const input = asRecord(parseJson(text))?.input
  return typeof input === 'string' ? input : text
}
