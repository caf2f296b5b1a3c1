/** The conversation as Converse takes it: two roles that alternate, blocks of content, no blank text. */
import {
  argumentsObject,
  argumentsText,
  type CacheMark,
  type Message,
  type Part,
  type ReasoningPart,
  type TextPart,
  type ToolCallPart,
  type ToolResultPart,
} from '../../neutral/message.ts'
import type { JsonRecord } from '../fields.ts'
import { signedFor } from '../seal.ts'
import type { Target } from '../translator.ts'
import { nameDocuments, writeMedia, type NameDocument } from './media.ts'
import { familyOf, takesCachePoints, type Family } from './model.ts'

/** What writing one request needs at every part. */
export interface Writing {
  readonly target: Target
  readonly family: Family
  readonly dropped: Set<string>
  readonly nameDocument: NameDocument
}

export const openWriting = (target: Target): Writing => ({
  target,
  family: familyOf(target.model),
  dropped: new Set(),
  nameDocument: nameDocuments(),
})

export const writeSystem = (system: readonly TextPart[], w: Writing): readonly JsonRecord[] =>
  system.flatMap((part) => [...writeText(part.text), ...writeCache(part.cache, w)])

export function writeMessages(messages: readonly Message[], w: Writing): readonly JsonRecord[] {
  const written: { readonly role: 'user' | 'assistant'; readonly content: JsonRecord[] }[] = []
  for (const { role, parts } of messages) {
    // Its words stay, its rank is lost: system prompts stand before the conversation only.
    if (role === 'system') w.dropped.add('system mid-conversation')
    const speaker = role === 'assistant' ? 'assistant' : 'user'
    const content = parts.flatMap((part) => [...writePart(part, speaker, w), ...writeCache(cacheOf(part), w)])
    if (content.length === 0) continue
    const last = written.at(-1)
    if (last?.role === speaker) last.content.push(...content)
    else written.push({ role: speaker, content })
  }
  return written
}

/** A blank text is refused with 400. */
const writeText = (text: string): readonly JsonRecord[] => (text.trim() === '' ? [] : [{ text }])

export function writeCache(mark: CacheMark | undefined, { family, dropped }: Writing): readonly JsonRecord[] {
  if (mark === undefined) return []
  if (!takesCachePoints(family)) {
    dropped.add('cache_control')
    return []
  }
  // Nova keeps for five minutes and takes no word about it.
  const ttl = mark.ttl === null || family === 'nova' ? {} : { ttl: mark.ttl }
  return [{ cachePoint: { type: 'default', ...ttl } }]
}

const cacheOf = (part: Part): CacheMark | undefined => ('cache' in part ? part.cache : undefined)

function writePart(part: Part, role: 'user' | 'assistant', w: Writing): readonly JsonRecord[] {
  switch (part.type) {
    case 'text':
      if (part.citations !== undefined && part.citations.length > 0) w.dropped.add('citations')
      return writeText(part.text)
    case 'refusal':
      return writeText(part.text)
    case 'media': {
      const block = role === 'user' ? writeMedia(part, w.nameDocument) : part.media
      return keptOr(block, w)
    }
    case 'reasoning':
      return writeReasoning(part, w)
    case 'tool-call':
      return [writeCall(part)]
    case 'tool-result':
      return [writeResult(part, w)]
    case 'web-search':
      w.dropped.add('web_search')
      return []
    case 'foreign':
      // Named by the walk over all that is foreign.
      return []
  }
}

function keptOr(block: JsonRecord | string, { dropped }: Writing): readonly JsonRecord[] {
  if (typeof block !== 'string') return [block]
  dropped.add(block)
  return []
}

function writeReasoning({ text, signed }: ReasoningPart, { target, dropped }: Writing): readonly JsonRecord[] {
  const value = signedFor(signed, 'converse', target.provider)
  if (value !== null && 'redactedContent' in value) return [{ reasoningContent: value }]
  if (value !== null) return [{ reasoningContent: { reasoningText: { text, ...value } } }]
  if (target.echoesReasoning && signed === undefined && text !== '')
    return [{ reasoningContent: { reasoningText: { text } } }]
  dropped.add('reasoning')
  return []
}

const writeCall = ({ id, name, kind, arguments: args }: ToolCallPart): JsonRecord => ({
  toolUse: {
    toolUseId: legalId(id),
    name,
    input: kind === 'custom' ? { input: argumentsText(args) } : argumentsObject(args),
  },
})

function writeResult({ id, output, isError }: ToolResultPart, w: Writing): JsonRecord {
  const content = output.flatMap((part) => {
    if (part.type === 'text') return writeText(part.text)
    if (part.type === 'media') return keptOr(writeMedia(part, w.nameDocument), w)
    return []
  })
  // Only Nova and Claude know the status (API_runtime_ToolResultBlock); to the others a word says it.
  const hasStatus = w.family === 'nova' || w.family === 'claude'
  const said = isError === true && !hasStatus ? [{ text: 'Error:' }, ...content] : content
  return {
    toolResult: {
      toolUseId: legalId(id),
      content: said.length === 0 ? [{ json: {} }] : said,
      ...(isError === true && hasStatus ? { status: 'error' } : {}),
    },
  }
}

const maxIdLength = 64

/** Ids of other dialects may be longer; a digest keeps those apart that would be cut to the same. */
function legalId(id: string): string {
  const legal = id.replace(/[^A-Za-z0-9_.:-]/g, '_')
  if (legal === id && id.length <= maxIdLength && id !== '') return id
  const digest = Bun.hash(id).toString(36)
  return `${legal.slice(0, maxIdLength - digest.length - 1)}_${digest}`
}
