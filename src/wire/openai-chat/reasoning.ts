/**
 * A message's reasoning, beside its content: `reasoning_content` (DeepSeek and most), `reasoning` (Groq, OpenRouter, vLLM), and
 * `reasoning_details` with signatures (OpenRouter).
 */
import type { ReasoningPart, Signed } from '../../neutral/message.ts'
import { asRecord, asString } from '../fields.ts'
import { signedFor } from '../seal.ts'
import { Fields, isOurs, spelt } from './carry.ts'
import { sealedEntry, signedDetails, unsealedEntry, type Sealed } from './signatures.ts'

export interface MessageReasoning {
  readonly parts: readonly ReasoningPart[]
  /** Signatures of the message's tool calls, by their ids. */
  readonly calls: ReadonlyMap<string, Signed>
  /** The signature of the message's text. */
  readonly text: Signed | null
}

const none: MessageReasoning = { parts: [], calls: new Map(), text: null }

/** @param by Who signed what has no seal: the provider that answers; null when a client brings it. */
export function readReasoning(message: Fields, by: string | null): MessageReasoning {
  const details = message.list('reasoning_details')
  const { text, how } = readText(message, details)
  if (details === null) return text === '' ? none : { ...none, parts: [partOf(text, how, undefined)] }
  const sealed = details.map(unsealedEntry).filter((entry) => entry !== null)
  if (sealed.length > 0) return readSealed(text, how, sealed)
  return { ...none, parts: [partOf(text, how, signedDetails(details, by))] }
}

const partOf = (text: string, how: string, signed: Signed | undefined): ReasoningPart => ({
  type: 'reasoning',
  text,
  ...(signed === undefined ? {} : { signed }),
  carried: { dialect: 'openai-chat', fields: {}, spelling: { reasoning: how } },
})

/** The text and the fields that hold it; a second text that differs from the first stays behind. */
function readText(message: Fields, details: readonly unknown[] | null): { text: string; how: string } {
  const first = message.word('reasoning_content')
  const second = message.peek('reasoning')
  if (first !== null) {
    if (second !== first) return { text: first, how: 'reasoning_content' }
    message.take('reasoning')
    return { text: first, how: 'both' }
  }
  const text = message.word('reasoning')
  if (text !== null) return { text, how: 'reasoning' }
  return { text: (details ?? []).map(detailText).join(''), how: 'details' }
}

export function detailText(entry: unknown): string {
  const detail = asRecord(entry)
  return asString(detail?.text) ?? asString(detail?.summary) ?? ''
}

/** A conversation that went through us: each signature finds what it signed. */
function readSealed(text: string, how: string, sealed: readonly Sealed[]): MessageReasoning {
  const parts: ReasoningPart[] = []
  const calls = new Map<string, Signed>()
  let textSigned: Signed | null = null
  for (const { signs, signed } of sealed) {
    if (signs === 'text') textSigned = signed
    else if ('callId' in signs) calls.set(signs.callId, signed)
    else parts.push(partOf(text.slice(signs.start, signs.end), how, signed))
  }
  if (parts.length === 0 && text !== '') parts.push(partOf(text, how, undefined))
  return { parts, calls, text: textSigned }
}

/** How the thoughts of two parts are kept apart in the one text of a message. */
export const thoughtGap = '\n\n'

/** Reasoning on its way to a provider: what is the provider's own, or what it wants echoed. */
export function writeReasoning(
  parts: readonly ReasoningPart[],
  { provider, echoesReasoning }: { readonly provider: string; readonly echoesReasoning: boolean },
  dropped: Set<string>,
): Record<string, unknown> {
  const texts: string[] = []
  const details: unknown[] = []
  let how = 'reasoning_content'
  for (const part of parts) {
    const value = signedFor(part.signed, 'openai-chat', provider)
    const isUnsigned = part.signed === undefined || part.signed.by === ''
    const isKept = isUnsigned ? isOurs(part) || echoesReasoning : value !== null
    if (!isKept) {
      dropped.add('reasoning')
      continue
    }
    if (Array.isArray(value?.reasoning_details)) details.push(...(value.reasoning_details as unknown[]))
    how = spelt(part, 'reasoning') ?? how
    if (how !== 'details' && part.text !== '') texts.push(part.text)
  }
  return { ...textFields(how, texts.join(thoughtGap)), ...(details.length === 0 ? {} : { reasoning_details: details }) }
}

function textFields(how: string, text: string): Record<string, unknown> {
  if (text === '') return {}
  if (how === 'both') return { reasoning_content: text, reasoning: text }
  return how === 'reasoning' ? { reasoning: text } : { reasoning_content: text }
}

/** Reasoning on its way to a client: as one text, its signatures beside it. */
export function writeThoughts(parts: readonly ReasoningPart[]): {
  fields: Record<string, unknown>
  details: unknown[]
} {
  const details: unknown[] = []
  let text = ''
  let how = 'reasoning_content'
  for (const part of parts) {
    how = spelt(part, 'reasoning') ?? how
    if (text !== '' && part.text !== '') text += thoughtGap
    const start = text.length
    text += part.text
    if (part.signed?.form === 'openai-chat') details.push(...ownDetails(part.signed))
    else if (part.signed !== undefined)
      details.push(sealedEntry({ start, end: text.length }, part.signed, details.length))
  }
  return { fields: how === 'details' ? {} : textFields(how, text), details }
}

export const ownDetails = (signed: Signed): readonly unknown[] =>
  Array.isArray(signed.value.reasoning_details) ? (signed.value.reasoning_details as unknown[]) : []
