/** An assistant's message, of a conversation or of an answer, as parts: thoughts first, then what it says, then its calls. */
import type { MediaPart, Part, RefusalPart, TextPart } from '../../neutral/message.ts'
import { asRecord } from '../fields.ts'
import type { CallIds } from './call-ids.ts'
import { inPlace, type Fields } from './carry.ts'
import { cited, readAnnotations } from './citations.ts'
import { readImage } from './media.ts'
import { readContent } from './parts.ts'
import { readReasoning } from './reasoning.ts'
import { signedExtra } from './signatures.ts'
import { readToolCalls } from './tool-calls.ts'

/** @param by Who signed what the message holds: the provider that answers; null when a client brings it. */
export function readAssistant(message: Fields, ids: CallIds, by: string | null): readonly Part[] {
  const reasoning = readReasoning(message, by)
  const content = cited(readContent(message), readAnnotations(message))
  const said = signText(content, message, by, reasoning.text)
  const calls = readToolCalls(message, ids, by, reasoning.calls)
  return [...reasoning.parts, ...said, ...readRefusal(message), ...readImages(message), ...readAudio(message), ...calls]
}

/** The signature of a turn's text, as Google's compatible endpoint has it, or sealed in `reasoning_details`. */
function signText(parts: readonly Part[], message: Fields, by: string | null, sealed: TextPart['signed'] | null) {
  const hasOwn = typeof asRecord(asRecord(message.peek('extra_content'))?.google)?.thought_signature === 'string'
  const extra = hasOwn ? message.record('extra_content') : null
  const signed = sealed ?? (extra === null ? null : signedExtra(extra, by))
  if (signed === null) return parts
  const at = parts.findLastIndex(({ type }) => type === 'text')
  const text = parts[at]
  if (text?.type !== 'text') return [...parts, { type: 'text', text: '', signed, carried: inPlace('nowhere') } as const]
  return parts.with(at, { ...text, signed })
}

function readRefusal(message: Fields): readonly RefusalPart[] {
  const text = message.word('refusal')
  return text === null ? [] : [{ type: 'refusal', text, carried: inPlace('refusal') }]
}

/** Pictures that were drawn, as OpenRouter gives them; the list as a whole, or not at all. */
function readImages(message: Fields): readonly MediaPart[] {
  const entries = message.peek('images')
  const images = Array.isArray(entries) ? entries.map(readImage).filter((image) => image !== null) : []
  if (images.length === 0 || images.length !== (entries as unknown[]).length) return []
  message.take('images')
  return images
}

/** Speech: in an answer the sound itself, in a conversation the id of an earlier answer's. */
function readAudio(message: Fields): readonly MediaPart[] {
  const given = asRecord(message.peek('audio'))
  if (typeof given?.data !== 'string' && typeof given?.id !== 'string') return []
  const audio = message.within('audio')
  const data = audio?.word('data') ?? null
  const id = data === null ? (audio?.text('id') ?? '') : ''
  const source = data === null ? ({ kind: 'file', id } as const) : ({ kind: 'base64', data } as const)
  return [{ type: 'media', media: 'audio', mediaType: null, source, carried: inPlace('audio') }]
}
