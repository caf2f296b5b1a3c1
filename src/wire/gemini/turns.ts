/**
 * Messages as turns of this API. A conversation from elsewhere is put the way the API wants it: neighbours of one role as one
 * turn, results of parallel calls together and first. One that came in this dialect stays as it was cut.
 */
import type { Message, Part, ReasoningPart, ToolCallPart } from '../../neutral/message.ts'
import type { NeutralRequest } from '../../neutral/request.ts'
import { opening } from '../orderly.ts'
import { signedFor } from '../seal.ts'
import { asString } from '../fields.ts'
import type { Target } from '../translator.ts'
import { isBeforeGemini3 } from './model.ts'
import { restore, spelled, type JsonObject } from './reading.ts'
import { writeResult } from './results.ts'
import { writePart } from './write-parts.ts'

/** What a request is written with. */
export interface Turns {
  readonly request: NeutralRequest
  readonly target: Target
  /** It came in this dialect. */
  readonly isOwn: boolean
  readonly dropped: Set<string>
}

/** Gemini 3 refuses a call of the running turn without a signature; this one passes (ai.google.dev/gemini-api/docs/thought-signatures). */
const placeholder = 'skip_thought_signature_validator'

export function writeTurns(turns: Turns): JsonObject[] {
  const { messages } = turns.request
  const names = callNames(messages)
  const running = isBeforeGemini3(turns.target.model) ? messages.length : startOfRunningTurn(messages)
  const out: JsonObject[] = []
  for (const [index, message] of messages.entries()) {
    const parts = writeMessage(message, turns, names, index >= running)
    if (message.carried?.dialect === 'gemini' || turns.isOwn) out.push(ownTurn(message, parts))
    else if (parts.length > 0) addTurn(out, message.role === 'assistant' ? 'model' : 'user', parts)
  }
  return turns.isOwn || out[0]?.['role'] === 'user' ? out : [{ role: 'user', parts: [{ text: opening }] }, ...out]
}

function ownTurn({ role, carried }: Message, parts: JsonObject[]): JsonObject {
  const out: JsonObject = {}
  const spelledRole = spelled(carried, 'role')
  if (spelledRole !== 'absent') out['role'] = spelledRole ?? (role === 'assistant' ? 'model' : 'user')
  const spelledParts = spelled(carried, 'parts')
  if (spelledParts !== 'absent') out['parts'] = spelledParts === 'object' ? parts[0] : parts
  return restore(out, carried)
}

function addTurn(out: JsonObject[], role: string, parts: JsonObject[]): void {
  const last = out.at(-1)
  if (last?.['role'] !== role || !Array.isArray(last['parts'])) out.push({ role, parts: resultsFirst(parts) })
  else last['parts'] = resultsFirst([...(last['parts'] as JsonObject[]), ...parts])
}

function resultsFirst(parts: JsonObject[]): JsonObject[] {
  const isResult = (part: JsonObject) => 'functionResponse' in part
  if (!parts.some(isResult)) return parts
  return [...parts.filter(isResult), ...parts.filter((part) => !isResult(part))]
}

function writeMessage(
  message: Message,
  turns: Turns,
  names: ReadonlyMap<string, string>,
  isRunning: boolean,
): JsonObject[] {
  const { target, dropped } = turns
  const out: JsonObject[] = []
  let needsSignature = isRunning && message.role === 'assistant'
  for (const part of message.parts) {
    if (isLeftOut(part, turns)) continue
    if (part.type === 'tool-result') {
      const { functionResponse, beside } = writeResult(part, names.get(part.id) ?? null, target.model, dropped)
      out.push(restore({ functionResponse }, part.carried), ...beside)
      continue
    }
    const stands = part.type === 'tool-call' && needsSignature && isUnproven(part, turns) ? placeholder : null
    if (part.type === 'tool-call') needsSignature = false
    if (isUnprovable(part, target)) dropped.add('signature')
    const written = writePart(part, (signed) => signatureFor(signed, target) ?? stands, target.model, dropped)
    if (written !== null) out.push(written)
  }
  return out
}

const isProven = ({ signed }: Part & { type: 'text' }, { target, dropped }: Turns): boolean => {
  if (signed === undefined) return false
  if (signatureFor(signed, target) !== null) return true
  dropped.add('signature')
  return false
}

const isUnprovable = (part: Part, target: Target): boolean =>
  (part.type === 'text' || part.type === 'tool-call') &&
  part.signed !== undefined &&
  signatureFor(part.signed, target) === null

const signatureFor = (signed: Parameters<typeof signedFor>[0], { provider }: Target): string | null =>
  asString(signedFor(signed, 'gemini', provider)?.['thoughtSignature'])

/** In a conversation of this dialect only what somebody else signed is without a signature; the rest is the client's word. */
const isUnproven = (part: ToolCallPart, { isOwn }: Turns): boolean =>
  !isOwn || part.signed !== undefined || spelled(part.carried, 'signature') === 'sealed'

function isLeftOut(part: Part, turns: Turns): boolean {
  const { dropped } = turns
  switch (part.type) {
    case 'reasoning':
      if (isKnownHere(part, turns)) return false
      // An empty one says nothing to anybody.
      if (part.text !== '' || part.signed !== undefined) dropped.add('reasoning')
      return true
    case 'web-search':
      dropped.add('web_search')
      return true
    case 'text':
      if ((part.citations ?? []).length > 0) dropped.add('citations')
      // The API refuses a part without text.
      return part.text === '' && !turns.isOwn && !isProven(part, turns)
    case 'refusal':
    case 'media':
    case 'tool-call':
    case 'tool-result':
    case 'foreign':
      return false
  }
}

const isKnownHere = (part: ReasoningPart, { target }: Turns): boolean =>
  signedFor(part.signed, 'gemini', target.provider) !== null ||
  (part.signed === undefined && spelled(part.carried, 'thought') !== undefined)

function callNames(messages: readonly Message[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  for (const { parts } of messages)
    for (const part of parts) if (part.type === 'tool-call') names.set(part.id, part.name)
  return names
}

/** The running turn begins after the last message in which the user says something, tool results being no such thing. */
function startOfRunningTurn(messages: readonly Message[]): number {
  const last = messages.findLastIndex(
    ({ role, parts }) => role !== 'assistant' && parts.some(({ type }) => type !== 'tool-result'),
  )
  return last + 1
}
