/** The parts of one turn, of a request or of an answer, in the neutral form. What only this API has (code, its own tools) is foreign. */
import type { Part, ReasoningPart } from '../../neutral/message.ts'
import { asRecord, type JsonRecord } from '../fields.ts'
import type { Signer } from '../translator.ts'
import { readCall, type OpenCalls } from './calls.ts'
import { readMedia } from './media.ts'
import { Reading } from './reading.ts'
import { readResult } from './results.ts'
import { readSignature, type Signature } from './signature.ts'

/** What reading a part depends on besides the part. */
export interface PartSetting {
  /** Who signed; null for what a client sends. */
  readonly by: string | null
  /** Null in an answer, which holds no results. */
  readonly calls: OpenCalls | null
  /** The id of a call, or of a result, that came without one. */
  makeId(): string
}

/** Calls without an id are named by the request and counted. */
export function answerSetting({ provider, id }: Signer): PartSetting {
  let calls = 0
  return {
    by: provider,
    calls: null,
    makeId() {
      calls += 1
      return `call_${id}_${calls - 1}`
    },
  }
}

const known: ReadonlySet<
  'text' | 'inlineData' | 'fileData' | 'functionCall' | 'functionResponse' | 'thought' | 'thoughtSignature'
> = new Set(['text', 'inlineData', 'fileData', 'functionCall', 'functionResponse', 'thought', 'thoughtSignature'])

const noSignature: Signature = { signed: null, reasoning: [] }

/** @returns The part, after the reasoning that came back with it. */
export function readPart(raw: JsonRecord, setting: PartSetting): { part: Part; reasoning: readonly ReasoningPart[] } {
  const reading = new Reading()
  const fields = reading.take(raw, known)
  const { thought, thoughtSignature } = fields
  const signature = typeof thoughtSignature === 'string' ? readSignature(thoughtSignature, setting.by) : noSignature
  const part = readBody(fields, reading, setting) ?? readForeign(raw)
  if (part.type === 'foreign') return { part, reasoning: [] }
  if (thought === false) reading.spell('thought', 'false')
  if (signature.reasoning.length > 0) reading.spell('signature', 'sealed')
  const signed = signature.signed !== null && part.type !== 'tool-result' ? { signed: signature.signed } : {}
  return { part: { ...part, ...signed, ...reading.carried() }, reasoning: signature.reasoning }
}

function readBody(fields: JsonRecord, reading: Reading, setting: PartSetting): Part | null {
  const { text, functionCall, functionResponse, thought } = fields
  if (typeof text === 'string' && thought === true) {
    reading.spell('thought', 'true')
    return { type: 'reasoning', text }
  }
  if (typeof text === 'string') return { type: 'text', text }
  const call = asRecord(functionCall)
  if (call !== null) {
    const part = readCall(call, reading, setting.makeId(), setting.calls === null)
    setting.calls?.add(part.id, part.name)
    return part
  }
  const result = asRecord(functionResponse)
  if (result !== null && setting.calls !== null) return readResult(result, reading, setting.calls, setting.makeId())
  const media = readMedia(fields, reading)
  return media === null ? null : { type: 'media', ...media }
}

const readForeign = (raw: JsonRecord): Part => ({ type: 'foreign', dialect: 'gemini', name: nameOf(raw), value: raw })

/** The field that says what the part is. */
const nameOf = (raw: JsonRecord): string =>
  Object.keys(raw).find((key) => asRecord(raw[key]) !== null && !isAside.test(key)) ?? Object.keys(raw)[0] ?? 'part'

const isAside = /metadata|resolution/i

/**
 * The parts of a turn in order. Reasoning that a call brought back goes before everything since the last such call.
 * @param earlier The parts of turns of the same role right before: chats keep each chunk of a stream as a turn of its own.
 */
export function readParts(
  parts: readonly unknown[],
  settingOf: (index: number) => PartSetting,
  earlier: readonly Part[][] = [],
): Part[] {
  const out: Part[] = []
  let start = 0
  for (const [index, raw] of parts.entries()) {
    const fields = asRecord(raw)
    if (fields === null) continue
    const { part, reasoning } = readPart(fields, settingOf(index))
    if (reasoning.length > 0) {
      bringBack(out, start, reasoning, earlier)
      start = out.length + 1
    }
    // An empty text that only held what is brought back.
    if (reasoning.length > 0 && part.type === 'text' && part.text === '' && part.signed === undefined) continue
    out.push(part)
  }
  return out
}

/** Puts reasoning where the client kept its text, or else at the start of what followed upon it. */
function bringBack(out: Part[], start: number, reasoning: readonly ReasoningPart[], earlier: readonly Part[][]): void {
  let at = start
  for (const part of reasoning) {
    const kept = placeOf(part, out, start)
    const [before] = kept >= 0 ? [] : earlier.filter((parts) => placeOf(part, parts, 0) >= 0)
    if (kept >= 0) out[kept] = part
    else if (before !== undefined) before[placeOf(part, before, 0)] = part
    else out.splice(at, 0, part)
    if (before === undefined) at = (kept >= 0 ? kept : at) + 1
  }
}

const placeOf = ({ text }: ReasoningPart, parts: readonly Part[], start: number): number =>
  parts.findIndex((other, i) => i >= start && other.type === 'reasoning' && other.text === text && !other.signed)
