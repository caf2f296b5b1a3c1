/** A neutral answer as a whole one of this dialect. */
import type { Carried, Part, TextPart, ToolCallPart } from '../../neutral/message.ts'
import type { NeutralReply } from '../../neutral/reply.ts'
import type { NeutralRequest } from '../../neutral/request.ts'
import type { Stamp, Written } from '../translator.ts'
import { inPlace, isOurs, restored, spelt } from './carry.ts'
import { writeCitations } from './citations.ts'
import { finishWord } from './finish.ts'
import { writeContent } from './parts.ts'
import { ownDetails, writeThoughts } from './reasoning.ts'
import { sealedEntry, sealedExtra } from './signatures.ts'
import { isLegacyCall, writeAnswerCall, writeLegacyAnswer } from './tool-calls.ts'
import { respell, writeUsage } from './usage.ts'
import { addMedia, sorted } from './write-messages.ts'

type Out = Record<string, unknown>

const choiceName = 'choices[0]'

export function writeReply(reply: NeutralReply, asked: NeutralRequest, stamp: Stamp): Written {
  const dropped = new Set<string>()
  const { message, beside } = writeMessage(reply, asked, dropped)
  const hasRefusal = reply.parts.some(({ type }) => type === 'refusal')
  const finish = spelt(reply, `${choiceName}.finish`) ?? finishWord(reply.finish, hasRefusal)
  const sequence = reply.finish.stopSequence
  if (sequence !== undefined && !isOurs(reply)) dropped.add('stop_sequence')
  const choice: Out = {
    index: 0,
    message,
    finish_reason: finish,
    ...(isOurs(reply) ? {} : { logprobs: null }),
    ...(spelt(reply, `${choiceName}.stop_reason`) === undefined ? {} : { stop_reason: sequence }),
  }
  const out: Out = {
    id: reply.id ?? answerId(stamp),
    object: 'chat.completion',
    created: spelt(reply, 'created') === undefined ? stamp.createdS : Number(spelt(reply, 'created')),
    model: reply.model ?? stamp.model,
    ...(reply.usage === null ? {} : { usage: writeUsage(reply.usage) }),
    ...(beside.length === 0 ? {} : { citations: beside }),
    [choiceName]: choice,
  }
  if (isOurs(reply)) respell(out, reply)
  return { body: withChoices(restored(out, reply), spelt(reply, 'choices')), dropped: [...dropped] }
}

/** The first choice among the others, or what stood in their place. */
function withChoices({ [choiceName]: first, choices, ...rest }: Out, how: string | undefined): Out {
  if (how === 'absent') return rest
  if (how === 'odd') return { ...rest, choices }
  return { ...rest, choices: Array.isArray(choices) ? [first, ...(choices as unknown[])] : [first] }
}

export const answerId = ({ id }: Stamp): string => `chatcmpl-${id}`

function writeMessage(reply: NeutralReply, asked: NeutralRequest, dropped: Set<string>) {
  const isOwn = isOurs(reply)
  const parts = isOwn ? reply.parts : reply.parts.map((part) => placed(part, dropped)).filter((part) => part !== null)
  const { thoughts, said, refusals, media, calls } = sorted(parts)
  const texts = said.filter((part) => part.type === 'text')
  const message: Out = { role: 'assistant' }
  const layout = { separator: '', empty: calls.length > 0 ? null : '' } as const
  message.content = writeContent({ carried: contentCarrier(reply) }, said, layout, dropped)
  if (!isOwn || refusals.length > 0) message.refusal = refusals.map(({ text }) => text).join('') || null
  const { fields, details } = writeThoughts(thoughts)
  Object.assign(message, fields)
  const { annotations, beside } = writeCitations(texts, dropped)
  if (annotations.length > 0) message.annotations = annotations
  addMedia(message, media, dropped)
  addCalls(message, calls, customTools(asked))
  addSignatures(message, texts, calls, details)
  if (details.length > 0) message.reasoning_details = details
  return { message, beside }
}

/** Where a part of another dialect goes; null for what has no place in an answer. */
function placed(part: Part, dropped: Set<string>): Part | null {
  if (part.type === 'refusal') return { ...part, carried: inPlace('refusal') }
  if (part.type !== 'media') return part
  const { kind } = part.source
  if (part.media === 'image' && (kind === 'base64' || kind === 'url')) return { ...part, carried: inPlace('images') }
  dropped.add(kind === 'file' ? 'file id' : part.media)
  return null
}

function contentCarrier(reply: NeutralReply): Carried {
  const how = spelt(reply, `${choiceName}.message.content`)
  return { dialect: 'openai-chat', fields: {}, spelling: how === undefined ? {} : { content: how } }
}

/** The names of the tools that take free text, as the client knows them. */
export const customTools = ({ tools }: NeutralRequest): ReadonlySet<string> =>
  new Set(tools.filter(({ type }) => type === 'custom').map((tool) => ('name' in tool ? tool.name : '')))

function addCalls(message: Out, calls: readonly ToolCallPart[], custom: ReadonlySet<string>): void {
  const written = calls
    .filter((call) => !isLegacyCall(call))
    .map((call) => writeAnswerCall(call, custom.has(call.name)))
  if (written.length > 0) message.tool_calls = written
  const legacy = calls.find(isLegacyCall)
  if (legacy !== undefined) message.function_call = writeLegacyAnswer(legacy)
}

/** Signatures of the text and of the calls, in every place where a client may keep them. */
function addSignatures(message: Out, texts: readonly TextPart[], calls: readonly ToolCallPart[], details: unknown[]) {
  for (const { signed } of texts) {
    if (signed === undefined) continue
    if (signed.form !== 'openai-chat') details.push(sealedEntry('text', signed, details.length))
    else if (signed.value.extra_content !== undefined) message.extra_content = sealedExtra(signed)
    else details.push(...ownDetails(signed))
  }
  for (const { id, signed } of calls) {
    if (signed === undefined) continue
    if (signed.form === 'openai-chat') details.push(...ownDetails(signed))
    else details.push(sealedEntry({ callId: id }, signed, details.length))
  }
}
