/** The content of a message: a text, or a list of parts. */
import type { Carried, Part, ReasoningPart, RefusalPart, TextPart } from '../../neutral/message.ts'
import { asList, asRecord, asString } from '../fields.ts'
import { readCache, writeCache } from './cache.ts'
import { Fields, isOurs, restored, spelt } from './carry.ts'
import { readMedia, writeMedia } from './media.ts'

/** Reads a message's `content`. What is neither text nor list stays where it is. */
export function readContent(f: Fields): readonly Part[] {
  const content = f.peek('content')
  if (Array.isArray(content)) {
    f.take('content')
    f.spell('content', 'list')
    return content.map(readPart)
  }
  if (typeof content === 'string' && content !== '') return [{ type: 'text', text: String(f.take('content')) }]
  if (content === undefined) f.spell('content', 'absent')
  else if (content === null || content === '') {
    f.take('content')
    f.spell('content', content === null ? 'null' : 'empty')
  }
  return []
}

export function readPart(value: unknown): Part {
  const record = asRecord(value)
  const type = asString(record?.type)
  if (record === null || type === null) return foreign('content', value)
  const f = new Fields(record)
  return readText(f, type) ?? readThinking(f, type) ?? readMedia(f, type) ?? foreign(type, value)
}

const foreign = (name: string, value: unknown): Part => ({ type: 'foreign', dialect: 'openai-chat', name, value })

/** The names that clients of the Responses API use here by mistake are understood. */
const textTypes: ReadonlySet<string> = new Set(['text', 'input_text', 'output_text'])

function readText(f: Fields, type: string): TextPart | RefusalPart | null {
  if (type === 'refusal') {
    const refusal = f.text('refusal')
    if (refusal === null) return null
    f.take('type')
    f.spell('place', 'list')
    return { type: 'refusal', text: refusal, ...f.rest() }
  }
  const text = textTypes.has(type) ? f.text('text') : null
  if (text === null) return null
  f.take('type')
  if (type !== 'text') f.spell('part', type)
  const cache = readCache(f)
  return { type: 'text', text, ...cache, ...f.rest() }
}

/** Mistral's thoughts: `{"type":"thinking","thinking":[{"type":"text","text":"…"}]}`. */
function readThinking(f: Fields, type: string): ReasoningPart | null {
  if (type !== 'thinking') return null
  const thinking = f.peek('thinking')
  const text = thinkingText(thinking)
  if (text === null) return null
  f.take('type')
  if (isOneText(thinking)) f.take('thinking')
  f.spell('place', 'list')
  return { type: 'reasoning', text, ...f.rest() }
}

function thinkingText(thinking: unknown): string | null {
  if (typeof thinking === 'string') return thinking
  if (!Array.isArray(thinking)) return null
  return asList(thinking)
    .map((chunk) => asString(asRecord(chunk)?.text) ?? '')
    .join('')
}

function isOneText(thinking: unknown): boolean {
  const only = Array.isArray(thinking) && thinking.length === 1 ? asRecord(thinking[0]) : null
  return only?.type === 'text' && typeof only.text === 'string' && Object.keys(only).length === 2
}

interface Spelled {
  readonly carried?: Carried
}

/**
 * What a message says, as its `content`. Texts alone are joined to one text, which every server takes; a list goes out where
 * there is more, or the client wrote one.
 */
export function writeContent(
  message: Spelled,
  all: readonly Part[],
  { separator, empty }: { readonly separator: string; readonly empty: '' | null },
  dropped: Set<string>,
): unknown {
  const how = spelt(message, 'content')
  const [only] = all
  // Nearly every message is one plain text.
  if (all.length === 1 && only?.type === 'text' && isBare(only) && message.carried === undefined) return only.text
  // A text that was made up only for what stands on it has no place.
  const parts = all.filter((part) => part.type !== 'text' || spelt(part, 'place') !== 'nowhere')
  if (how === 'list' || !parts.every(isPlain)) {
    const list = parts.map((part) => writePart(part, dropped)).filter((part) => part !== undefined)
    if (how === 'list' || list.some((part) => asRecord(part)?.type !== 'text')) return list
    return list.map((part) => String(asRecord(part)?.text)).join(separator)
  }
  for (const part of parts) if (part.type === 'text') writeCache(part, {}, dropped)
  const text = parts.map((part) => ('text' in part ? part.text : '')).join(separator)
  if (text !== '') return text
  if (how === 'null') return null
  return how === 'empty' ? '' : empty
}

const isBare = ({ text, carried, cache }: TextPart): boolean =>
  text !== '' && carried === undefined && cache === undefined

const isPlain = (part: Part): boolean => part.type === 'text' || (part.type === 'refusal' && !isOurs(part))

/** @returns undefined for what has no place in a content list. */
export function writePart(part: Part, dropped: Set<string>): unknown {
  switch (part.type) {
    case 'text': {
      const out: Record<string, unknown> = { type: spelt(part, 'part') ?? 'text', text: part.text }
      writeCache(part, out, dropped)
      return restored(out, part)
    }
    case 'refusal':
      return spelt(part, 'place') === 'list'
        ? restored({ type: 'refusal', refusal: part.text }, part)
        : { type: 'text', text: part.text }
    case 'reasoning':
      return restored({ type: 'thinking', thinking: [{ type: 'text', text: part.text }] }, part)
    case 'media':
      return writeMedia(part, dropped) ?? undefined
    case 'foreign':
      return part.dialect === 'openai-chat' ? part.value : undefined
    case 'tool-call':
    case 'tool-result':
      return undefined
    case 'web-search':
      dropped.add('web_search')
      return undefined
    default:
      return part satisfies never
  }
}
