/** Writes a conversation as messages: system prompts, tool results each as a message of its own, the rest by their roles. */
import type {
  Carried,
  MediaPart,
  Message,
  Part,
  ReasoningPart,
  RefusalPart,
  TextPart,
  ToolCallPart,
  ToolResultPart,
} from '../../neutral/message.ts'
import { asList } from '../fields.ts'
import { signedFor } from '../seal.ts'
import { writeCache } from './cache.ts'
import { fitCallId } from './call-ids.ts'
import { isOurs, restored, spelt } from './carry.ts'
import { writeCitations } from './citations.ts'
import { writeContent, writePart } from './parts.ts'
import { ownDetails, writeReasoning } from './reasoning.ts'
import { isLegacyCall, writeCall, writeLegacyCall } from './tool-calls.ts'
import type { Writing } from './writing.ts'

type Out = Record<string, unknown>

const paragraphs = { separator: '\n\n', empty: '' } as const

/** Several prompts of another dialect are one message: many servers' templates take no more. */
export function writeSystem(system: readonly TextPart[], dropped: Set<string>): Out[] {
  const prompts: TextPart[][] = []
  for (const part of system) {
    const last = prompts.at(-1)
    if (last === undefined || begins(part, last)) prompts.push([part])
    else last.push(part)
  }
  return prompts.map((parts) => writePrompt(parts, dropped))
}

/** A part that tells its role began a message; one that came from elsewhere begins one after a text that was alone. */
function begins(part: TextPart, before: readonly TextPart[]): boolean {
  if (spelt(part, 'role') !== undefined) return true
  const [first] = before
  return first !== undefined && spelt(first, 'role') !== undefined && spelt(first, 'content') !== 'list'
}

function writePrompt(parts: readonly TextPart[], dropped: Set<string>): Out {
  const [first, ...others] = parts
  const role = (first && spelt(first, 'role')) ?? 'system'
  if (first === undefined || spelt(first, 'content') !== 'list') {
    for (const part of parts) writeCache(part, {}, dropped)
    const content = parts.map(({ text }) => text).join('\n\n')
    return first === undefined ? { role, content } : restored({ role, content }, first)
  }
  const { own, message } = splitFirst(first)
  return restored({ role, content: [own, ...others].map((part) => writePart(part, dropped)) }, message)
}

/** The fields of a prompt's first part and those of its message, which stand in one place. */
function splitFirst(first: TextPart): { own: TextPart; message: { carried?: Carried } } {
  const { carried, ...bare } = first
  if (carried === undefined) return { own: bare, message: {} }
  const isOwn = (name: string) => name.startsWith('content[].')
  const entries = Object.entries(carried.fields)
  const own = entries.filter(([name]) => isOwn(name)).map(([name, value]) => [name.slice('content[].'.length), value])
  const fields = Object.fromEntries(entries.filter(([name]) => !isOwn(name)))
  return {
    own: { ...bare, carried: { ...carried, fields: Object.fromEntries(own) } },
    message: { carried: { dialect: carried.dialect, fields } },
  }
}

export function writeMessage(message: Message, writing: Writing): Out[] {
  const text = plainText(message, writing)
  if (text !== null) return [{ role: message.role, content: text }]
  switch (message.role) {
    case 'system': {
      const role = spelt(message, 'role') ?? 'system'
      const content = writeContent(message, message.parts, paragraphs, writing.dropped)
      return saysNothing(content) && !writing.isOurs ? [] : [restored({ role, content }, message)]
    }
    case 'user':
      return writeUser(message, writing)
    case 'assistant':
      return writing.isOurs ? [writeAssistant(message, writing)] : writeForeignAssistant(message, writing)
    default:
      return message.role satisfies never
  }
}

/** Nearly every message of another dialect is one plain text. */
function plainText({ parts }: Message, { isOurs: isSame, target }: Writing): string | null {
  const [only] = parts
  if (isSame || target.echoesReasoning || parts.length !== 1 || only?.type !== 'text' || only.text === '') return null
  const isBare = only.cache === undefined && only.signed === undefined && only.citations === undefined
  return isBare ? only.text : null
}

const saysNothing = (content: unknown): boolean => content === '' || (Array.isArray(content) && content.length === 0)

/** What the model drew is shown to it as the user's: its own messages hold text alone. What is left of nothing is left out. */
function writeForeignAssistant(message: Message, writing: Writing): Out[] {
  const drawn = message.parts.filter((part) => part.type === 'media')
  const shown = drawn.length === 0 ? [] : writeUser({ role: 'user', parts: drawn }, writing)
  const said = message.parts.filter((part) => part.type !== 'media')
  const out = writeAssistant({ ...message, parts: said }, writing)
  const isNothing = saysNothing(out.content) && out.tool_calls === undefined && out.reasoning_details === undefined
  if (!isNothing) return [...shown, out]
  if (said.some(({ type }) => type === 'reasoning')) writing.dropped.add('reasoning')
  return shown
}

function writeUser(message: Message, writing: Writing): Out[] {
  const results = message.parts.filter((part) => part.type === 'tool-result')
  const others = message.parts.filter((part) => part.type !== 'tool-result')
  const [only] = others
  if (only?.type === 'foreign' && only.dialect === 'openai-chat' && only.name === 'message') return [only.value as Out]
  const shown: Part[] = []
  const out = results.map((result) => writeResult(result, shown, writing))
  // Nothing but results, and nothing to be shown after them.
  if (results.length > 0 && others.length + shown.length === 0) return out
  const content = writeContent(message, [...shown, ...others], paragraphs, writing.dropped)
  if (saysNothing(content) && !writing.isOurs) return out
  return [...out, restored({ role: 'user', content }, message)]
}

/**
 * A tool's result. Most servers take text alone here: what else there is goes into `shown`, the user's message after the results.
 */
function writeResult(result: ToolResultPart, shown: Part[], writing: Writing): Out {
  const { dropped } = writing
  writeCache(result, {}, dropped)
  const head = headOf(result, writing)
  if (writing.isOurs)
    return restored({ ...head, content: writeContent(result, result.output, paragraphs, dropped) }, result)
  const media = result.output.filter((part) => part.type === 'media' && part.source.kind !== 'text')
  const said = result.output.filter((part) => !media.includes(part))
  const content = String(writeContent(result, said.filter(isReadable), paragraphs, dropped))
  for (const part of said) if (!isReadable(part)) writePart(part, dropped)
  if (media.length > 0)
    shown.push({ type: 'text', text: `From the result of tool call ${head.tool_call_id}:` }, ...media)
  const attached = media.length > 0 ? 'What this tool call returned beside text follows in the next user message.' : ''
  const text = [content, attached].filter((line) => line !== '').join('\n\n')
  return { ...head, content: result.isError === true && !/^\W*error/i.test(text) ? `Error: ${text}` : text }
}

const isReadable = (part: Part): boolean => part.type === 'text' || part.type === 'media'

function headOf(result: ToolResultPart, writing: Writing) {
  const { name } = result
  const id = spelt(result, 'given id') ?? (writing.isOurs ? result.id : fitCallId(result.id, writing.target))
  const role = spelt(result, 'role') ?? 'tool'
  // Only where the client wrote it: OpenAI's type has no name here.
  return { role, tool_call_id: id, ...(writing.isOurs && name !== null ? { name } : {}) }
}

function writeAssistant(message: Message, writing: Writing): Out {
  const { target, dropped } = writing
  const { thoughts, said, refusals, media, calls } = sorted(message.parts)
  const out: Out = { role: 'assistant' }
  out.content = writeContent(message, said, { separator: '', empty: calls.length > 0 ? null : '' }, dropped)
  const reasoning = thoughts.length === 0 ? {} : writeReasoning(thoughts, target, dropped)
  const details = asList(reasoning.reasoning_details).slice()
  Object.assign(out, reasoning)
  // Servers that echo refuse a message without the field, and one where it is empty (Kimi).
  if (target.echoesReasoning && !writing.isOurs) out.reasoning_content ??= ' '
  if (refusals.length > 0) out.refusal = refusals.map(({ text }) => text).join('')
  if (media.length > 0) addMedia(out, media, dropped)
  if (said.length > 0) addTextFields(out, said, details, writing)
  addCalls(out, calls, details, writing)
  if (details.length > 0) out.reasoning_details = details
  return restored(out, message)
}

/** The parts of a message by the fields that they go into. */
export function sorted(parts: readonly Part[]) {
  const thoughts: ReasoningPart[] = []
  const said: Part[] = []
  const refusals: RefusalPart[] = []
  const media: MediaPart[] = []
  const calls: ToolCallPart[] = []
  for (const part of parts) {
    if (part.type === 'reasoning' && spelt(part, 'place') !== 'list') thoughts.push(part)
    else if (part.type === 'refusal' && spelt(part, 'place') === 'refusal') refusals.push(part)
    else if (part.type === 'media' && spelt(part, 'place') !== undefined) media.push(part)
    else if (part.type === 'tool-call') calls.push(part)
    else said.push(part)
  }
  return { thoughts, said, refusals, media, calls }
}

/** What stands beside the content: drawn pictures, and sound. */
export function addMedia(out: Out, media: readonly MediaPart[], dropped: Set<string>): void {
  const images = media.filter((part) => spelt(part, 'place') === 'images')
  if (images.length > 0) out.images = images.map((part) => writePart(part, dropped))
  for (const { media: kind, source } of media) {
    if (kind !== 'audio') continue
    if (source.kind === 'base64') out.audio = { data: source.data }
    if (source.kind === 'file') out.audio = { id: source.id }
  }
}

/** Signature and sources of the text. A conversation has a place for sources only where a client put them there itself. */
function addTextFields(out: Out, said: readonly Part[], details: unknown[], { target, dropped }: Writing): void {
  const texts = said.filter((part) => part.type === 'text')
  for (const { signed } of texts) {
    const value = signedFor(signed, 'openai-chat', target.provider)
    if (value?.extra_content !== undefined) out.extra_content = value.extra_content
    if (value !== null && signed !== undefined) details.push(...ownDetails(signed))
    if (signed !== undefined && value === null) dropped.add('signature')
  }
  const own = texts.flatMap(({ citations = [] }) => citations)
  if (own.length === 0) return
  if (!own.every(isOurs)) {
    dropped.add('citations')
    return
  }
  const { annotations } = writeCitations(texts, dropped)
  out.annotations = annotations
}

function addCalls(out: Out, calls: readonly ToolCallPart[], details: unknown[], writing: Writing): void {
  const { target, dropped } = writing
  const written: unknown[] = []
  for (const call of calls) {
    writeCache(call, {}, dropped)
    const value = signedFor(call.signed, 'openai-chat', target.provider)
    if (call.signed !== undefined && value === null) dropped.add('signature')
    if (value !== null && call.signed !== undefined) details.push(...ownDetails(call.signed))
    if (isLegacyCall(call)) out.function_call = writeLegacyCall(call, writing)
    else written.push(writeCall(call, value?.extra_content ?? null, writing))
  }
  if (written.length > 0) out.tool_calls = written
}
