/** The turns of a conversation: `contents` and `systemInstruction`. */
import type { Message, Part, TextPart } from '../../neutral/message.ts'
import { asList, asRecord, asString, type JsonRecord } from '../fields.ts'
import { OpenCalls } from './calls.ts'
import { readParts } from './parts.ts'
import { Reading, restore, spelled, type JsonObject } from './reading.ts'
import { writeTurns, type Turns } from './turns.ts'

const contentFields: ReadonlySet<'role' | 'parts'> = new Set(['role', 'parts'])

export function readContents(contents: readonly unknown[]): Message[] {
  const calls = new OpenCalls()
  /** The parts of the model's turns that stand in a row right now. */
  let row: Part[][] = []
  return contents.flatMap((entry, index) => {
    const content = typeof entry === 'string' ? { parts: [{ text: entry }] } : asRecord(entry)
    if (content === null) return []
    const message = readContent(content, index, calls, row)
    row = message.role === 'assistant' ? [...row, message.parts] : []
    return [message]
  })
}

function readContent(
  content: JsonRecord,
  turn: number,
  calls: OpenCalls,
  row: readonly Part[][],
): Message & { readonly parts: Part[] } {
  const reading = new Reading()
  const { role, parts } = reading.take(content, contentFields)
  if (parts !== undefined && !Array.isArray(parts) && asRecord(parts) === null) reading.keep('parts', parts)
  if (role !== 'user' && role !== 'model') reading.spell('role', asString(role) ?? 'absent')
  if (!Array.isArray(parts)) reading.spell('parts', asRecord(parts) === null ? 'absent' : 'object')
  const list = Array.isArray(parts) ? asList(parts) : [parts]
  return {
    role: role === 'model' || role === 'system' ? (role === 'model' ? 'assistant' : 'system') : 'user',
    parts: readParts(list, (index) => ({ by: null, calls, makeId: () => `call_${turn}_${index}` }), row),
    ...reading.carried(),
  }
}

/** The system prompt's texts; whatever else stands in it is carried by the request. */
export function readSystem(instruction: unknown, reading: Reading): TextPart[] {
  if (typeof instruction === 'string') {
    reading.spell('system', 'text')
    return [{ type: 'text', text: instruction }]
  }
  const content = asRecord(instruction)
  if (content === null) return []
  const { role, parts } = reading.take(content, contentFields, 'systemInstruction.')
  if (typeof role === 'string') reading.spell('systemRole', role)
  reading.spell('system', Array.isArray(parts) ? 'list' : asRecord(parts) === null ? 'absent' : 'object')
  const texts: TextPart[] = []
  for (const [index, raw] of (Array.isArray(parts) ? asList(parts) : [parts]).entries()) {
    const text = readText(raw)
    if (text !== null) texts.push(text)
    else if (raw !== undefined) reading.keep(`systemInstruction.parts[${index}]`, raw)
  }
  return texts
}

function readText(raw: unknown): TextPart | null {
  const fields = asRecord(raw)
  if (typeof fields?.['text'] !== 'string') return null
  const [part] = readParts([raw], () => ({ by: null, calls: null, makeId: () => '' }))
  return part?.type === 'text' ? part : null
}

/** @returns undefined where there is no system prompt. */
export function writeSystem(turns: Turns): unknown {
  const { request, dropped } = turns
  const { carried } = request
  const spelling = spelled(carried, 'system')
  const parts = request.system.flatMap((part) => writeSystemText(part, dropped))
  if (spelling === 'text') return request.system[0]?.text
  const others = carried?.dialect === 'gemini' ? Object.entries(carried.fields) : []
  for (const [name, value] of others) {
    const place = /^systemInstruction\.parts\[(\d+)\]$/.exec(name)?.[1]
    if (place !== undefined) parts.splice(Number(place), 0, value as JsonObject)
  }
  if (parts.length === 0 && spelling === undefined) return undefined
  const out: JsonObject = spelling === 'absent' ? {} : { parts: spelling === 'object' ? parts[0] : parts }
  const role = spelled(carried, 'systemRole')
  if (role !== undefined) out['role'] = role
  return restore(out, carried, 'systemInstruction.')
}

function writeSystemText(part: TextPart, dropped: Set<string>): JsonObject[] {
  if (part.cache !== undefined) dropped.add('cache_control')
  // The API refuses a part without text.
  if (part.text === '' && part.carried?.dialect !== 'gemini') return []
  return [restore({ text: part.text }, part.carried)]
}

export function writeContents(turns: Turns): unknown {
  const contents = writeTurns(turns)
  return spelled(turns.request.carried, 'contents') === 'object' ? contents[0] : contents
}
