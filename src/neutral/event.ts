/**
 * An answer as it comes: one event a step, the same for every dialect. Parts are numbered from 0 in the order they began; more
 * than one may be open at a time (`wire/in-order.ts` puts them in line for dialects that have one open at most).
 */
import type { Carried, Citation, ForeignPart, MediaPart, Part, Signed, WebSearchPart } from './message.ts'
import type { AppError } from './error.ts'
import type { Finish, NeutralReply } from './reply.ts'
import type { Usage } from './usage.ts'

/** A part that grows: its text, or its arguments, comes in deltas. */
export type OpenPart =
  | { readonly type: 'text' | 'reasoning' | 'refusal' }
  | { readonly type: 'tool-call'; readonly id: string; readonly name: string; readonly kind: 'function' | 'custom' }

/** A part that comes in one piece. */
export type WholePart = MediaPart | WebSearchPart | ForeignPart

export type StreamEvent =
  /** Before any part. Usage so far, where the dialect tells it at the start. */
  | {
      readonly type: 'message-start'
      readonly id: string | null
      readonly model: string | null
      readonly usage: Usage | null
    }
  | { readonly type: 'part-start'; readonly index: number; readonly part: OpenPart }
  | { readonly type: 'part-delta'; readonly index: number; readonly delta: string }
  /** Before the part's end. */
  | { readonly type: 'part-signed'; readonly index: number; readonly signed: Signed }
  | { readonly type: 'part-cited'; readonly index: number; readonly citation: Citation }
  /** With what the part carries, which is known at its end only. */
  | { readonly type: 'part-end'; readonly index: number; readonly carried?: Carried }
  | { readonly type: 'part'; readonly index: number; readonly part: WholePart }
  /** A sign of life. */
  | { readonly type: 'ping' }
  /** All parts have ended; nothing but the end of the stream comes after. */
  | {
      readonly type: 'message-end'
      readonly finish: Finish
      readonly usage: Usage | null
      readonly carried?: Carried
    }
  /** The provider's own error inside the stream; nothing comes after. */
  | { readonly type: 'error'; readonly error: AppError }

/** The whole answer that events amount to; null when they hold no end. */
export function gather(events: Iterable<StreamEvent>): NeutralReply | null {
  let id: string | null = null
  let model: string | null = null
  const parts = new Map<number, Part>()
  for (const event of events) {
    switch (event.type) {
      case 'message-start':
        id = event.id
        model = event.model
        break
      case 'part-start':
        parts.set(event.index, opened(event.part))
        break
      case 'part':
        parts.set(event.index, event.part)
        break
      case 'part-delta':
      case 'part-signed':
      case 'part-cited': {
        const part = parts.get(event.index)
        if (part !== undefined) parts.set(event.index, grown(part, event))
        break
      }
      case 'message-end':
        return { id, model, parts: inOrder(parts), finish: event.finish, usage: event.usage, ...carriedOf(event) }
      case 'part-end': {
        const part = parts.get(event.index)
        if (part !== undefined && part.type !== 'foreign') parts.set(event.index, { ...part, ...carriedOf(event) })
        break
      }
      case 'ping':
      case 'error':
        break
      default:
        event satisfies never
    }
  }
  return null
}

const carriedOf = ({ carried }: { readonly carried?: Carried }): { readonly carried?: Carried } =>
  carried === undefined ? {} : { carried }

const inOrder = (parts: ReadonlyMap<number, Part>): Part[] =>
  [...parts].sort(([a], [b]) => a - b).map(([, part]) => part)

function opened(part: OpenPart): Part {
  if (part.type !== 'tool-call') return { type: part.type, text: '' }
  return { ...part, arguments: { text: '' } }
}

type Growth = Extract<StreamEvent, { type: 'part-delta' | 'part-signed' | 'part-cited' }>

function grown(part: Part, event: Growth): Part {
  if (event.type === 'part-signed')
    return part.type === 'text' || part.type === 'reasoning' || part.type === 'tool-call'
      ? { ...part, signed: event.signed }
      : part
  if (event.type === 'part-cited')
    return part.type === 'text' ? { ...part, citations: [...(part.citations ?? []), event.citation] } : part
  if (part.type === 'tool-call' && 'text' in part.arguments)
    return { ...part, arguments: { text: part.arguments.text + event.delta } }
  return part.type === 'text' || part.type === 'reasoning' || part.type === 'refusal'
    ? { ...part, text: part.text + event.delta }
    : part
}

/** A whole answer as the events of a stream: for a client that asked for one where the provider did not stream. */
export function* eventsOf(reply: NeutralReply): Generator<StreamEvent> {
  yield { type: 'message-start', id: reply.id, model: reply.model, usage: reply.usage }
  for (const [index, part] of reply.parts.entries()) yield* eventsOfPart(part, index)
  yield { type: 'message-end', finish: reply.finish, usage: reply.usage, ...carriedOf(reply) }
}

function* eventsOfPart(part: Part, index: number): Generator<StreamEvent> {
  switch (part.type) {
    case 'media':
    case 'web-search':
    case 'foreign':
      yield { type: 'part', index, part }
      return
    case 'tool-result':
      // No answer holds one.
      return
    case 'tool-call':
      yield { type: 'part-start', index, part: { type: 'tool-call', id: part.id, name: part.name, kind: part.kind } }
      yield {
        type: 'part-delta',
        index,
        delta: 'text' in part.arguments ? part.arguments.text : JSON.stringify(part.arguments.value ?? {}),
      }
      break
    case 'text':
    case 'reasoning':
    case 'refusal':
      yield { type: 'part-start', index, part: { type: part.type } }
      if (part.text !== '') yield { type: 'part-delta', index, delta: part.text }
      break
    default:
      part satisfies never
  }
  if (part.type === 'text') for (const citation of part.citations ?? []) yield { type: 'part-cited', index, citation }
  if (part.type !== 'refusal' && part.signed !== undefined) yield { type: 'part-signed', index, signed: part.signed }
  yield { type: 'part-end', index, ...carriedOf(part) }
}
