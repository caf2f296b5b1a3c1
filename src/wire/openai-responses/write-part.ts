/** The frames of one part that grows: how its words begin, go on and end. The items around it are `write-events.ts`'s. */
import type { OpenPart } from '../../neutral/event.ts'
import type { Citation, Signed } from '../../neutral/message.ts'
import type { JsonRecord } from '../fields.ts'
import { writeAnnotation } from './citations.ts'
import type { Frames } from './frames.ts'
import { isBuiltin } from './builtins.ts'
import type { Callee } from './callee.ts'
import { callItem, freeText, reasoningItem, refusalContent, textContent } from './output.ts'
import { summaryOf } from './reasoning.ts'

export interface Growing {
  readonly part: OpenPart
  /** The tool that a call is for. */
  readonly callee: Callee | null
  readonly itemId: string
  /** Where its words go, in the fields of every frame. */
  readonly place: JsonRecord
  words: string
  readonly annotations: JsonRecord[]
  signed: Signed | undefined
}

/** The free text stands inside of JSON that must be whole to be read. */
const isWrapped = ({ part, callee }: Growing): boolean =>
  part.type === 'tool-call' && part.kind === 'function' && callee?.kind === 'custom'

const isHeld = (growing: Growing): boolean => isWrapped(growing) || isBuiltin(growing.callee?.kind)

export function growPart(frames: Frames, growing: Growing, delta: string): void {
  const { place, part, callee } = growing
  const isFirst = growing.words === ''
  growing.words += delta
  switch (part.type) {
    case 'text':
      return frames.add('response.output_text.delta', { ...place, delta, logprobs: [] })
    case 'refusal':
      return frames.add('response.refusal.delta', { ...place, delta })
    case 'reasoning':
      if (isFirst) frames.add('response.reasoning_summary_part.added', { ...place, part: summaryOf([''])[0] })
      return frames.add('response.reasoning_summary_text.delta', { ...place, delta })
    case 'tool-call':
      if (!isHeld(growing)) frames.add(`response.${callEvent(callee)}.delta`, { ...place, delta })
      return
    default:
      part satisfies never
  }
}

const callEvent = (callee: Callee | null) =>
  callee?.kind === 'custom' ? 'custom_tool_call_input' : 'function_call_arguments'

/** @returns False for a source that has no URL. */
export function citePart(frames: Frames, growing: Growing, citation: Citation): boolean {
  if (growing.part.type !== 'text') return true
  const annotation = writeAnnotation(citation, growing.words.length)
  if (annotation === null) return false
  const annotation_index = growing.annotations.push(annotation) - 1
  frames.add('response.output_text.annotation.added', { ...growing.place, annotation_index, annotation })
  return true
}

/** @returns The content of the message that is open. */
export function endContent(frames: Frames, { part: { type }, place, words, annotations }: Growing): JsonRecord {
  const part = type === 'text' ? textContent(words, annotations) : refusalContent(words)
  if (type === 'text') frames.add('response.output_text.done', { ...place, text: words, logprobs: [] })
  else frames.add('response.refusal.done', { ...place, refusal: words })
  frames.add('response.content_part.done', { ...place, part })
  return part
}

/** @returns The whole item. */
export function endReasoning(frames: Frames, { itemId: id, place, words, signed }: Growing): JsonRecord {
  if (words !== '') {
    frames.add('response.reasoning_summary_text.done', { ...place, text: words })
    frames.add('response.reasoning_summary_part.done', { ...place, part: summaryOf([words])[0] })
  }
  // The id is the one that the stream began with.
  return { ...reasoningItem(id, words, signed), id }
}

/** @returns The whole item. */
export function endCall(
  frames: Frames,
  growing: Growing,
  { id: callId, name, kind }: Extract<OpenPart, { type: 'tool-call' }>,
): JsonRecord {
  const { itemId: id, place, words } = growing
  const callee = growing.callee ?? { kind, name, namespace: null }
  const isCustom = callee.kind === 'custom'
  const whole = isWrapped(growing) ? freeText({ text: words }) : isCustom || words !== '' ? words : '{}'
  const event = `response.${callEvent(callee)}`
  if (whole !== '' && (whole !== words || isWrapped(growing))) frames.add(`${event}.delta`, { ...place, delta: whole })
  frames.add(`${event}.done`, { ...place, [isCustom ? 'input' : 'arguments']: whole })
  return callItem({ id, callId, callee, words: whole })
}
