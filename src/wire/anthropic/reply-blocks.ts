/** Parts of an answer as content blocks for a client of this dialect; what others signed travels sealed. */
import { argumentsObject, argumentsText, type Citation, type Part, type ToolCallPart } from '../../neutral/message.ts'
import type { ReasoningPart, Signed, TextPart } from '../../neutral/message.ts'
import { asString, type JsonRecord } from '../fields.ts'
import { seal, unsignedSeal } from '../seal.ts'
import { writeCache } from './cache.ts'
import { fieldsOf, spellingOf } from './carried.ts'
import { writeCitation } from './citations.ts'
import { writeSearch } from './web-search.ts'

type Drop = (name: string) => void

/** @param searchId The id of a web search that has none of this dialect. */
export function replyBlocks(part: Part, searchId: string, drop: Drop): unknown[] {
  switch (part.type) {
    case 'text':
      return [writeText(part, drop), ...sealedAfter(part.signed)]
    case 'reasoning':
      return [writeThought(part)]
    case 'tool-call':
      return [writeCall(part), ...sealedAfter(part.signed, part.id)]
    case 'web-search':
      return writeSearch(part, searchId)
    case 'media':
      // The model of this dialect draws nothing, and its clients expect nothing drawn.
      drop(part.media)
      return []
    case 'foreign':
      return part.dialect === 'anthropic' ? [part.value] : []
    case 'refusal':
    case 'tool-result':
      // The words of a refusal stand in `stop_details`; no answer holds a tool's result.
      return []
  }
}

function writeText({ text, citations, cache, carried }: TextPart, drop: Drop): unknown {
  if (spellingOf(carried, 'entry') === 'text') return text
  const written = citations?.flatMap((citation) => citationFor(citation, drop)) ?? []
  return {
    ...fieldsOf(carried),
    type: 'text',
    text,
    ...(written.length === 0 ? {} : { citations: written }),
    ...writeCache(cache),
  }
}

/** A list of one, or of none where the source has no address. */
export function citationFor(citation: Citation, drop: Drop): readonly JsonRecord[] {
  const written = writeCitation(citation)
  if (written === null) drop('citations')
  return written === null ? [] : [written]
}

function writeThought({ text, signed, carried }: ReasoningPart): JsonRecord {
  const data = redactedData(signed)
  if (data !== null) return { ...fieldsOf(carried), type: 'redacted_thinking', data }
  const signature = signed === undefined ? null : signatureOf(signed)
  const isAsItWas = signature === null && carried?.dialect === 'anthropic'
  return {
    ...fieldsOf(carried),
    type: 'thinking',
    thinking: text,
    ...(isAsItWas ? {} : { signature: signature ?? unsignedSeal }),
  }
}

/** The encrypted thoughts of this dialect's own models. */
export const redactedData = (signed: Signed | undefined): string | null =>
  signed?.form === 'anthropic' ? asString(signed.value.data) : null

/** What stands in a thinking block's `signature`. */
export const signatureOf = (signed: Signed): string =>
  (signed.form === 'anthropic' ? asString(signed.value.signature) : null) ?? seal(signed)

/**
 * A signature of a text or a tool call, for which there is no field: sealed, in a block of its own behind it. Clients send
 * encrypted thinking back as it came, but Claude Code puts calls last: so the seal of a call names it.
 */
export const sealedAfter = (signed: Signed | undefined, callId?: string): readonly JsonRecord[] =>
  signed === undefined
    ? []
    : [{ type: 'redacted_thinking', data: seal(signed) + (callId === undefined ? '' : `.${callId}`) }]

function writeCall(part: ToolCallPart): JsonRecord {
  const { id, name, cache, carried } = part
  return { ...fieldsOf(carried), type: 'tool_use', id, name, input: inputOf(part), ...writeCache(cache) }
}

function inputOf({ kind, arguments: args, carried }: ToolCallPart): unknown {
  if (kind === 'custom') return { input: argumentsText(args) }
  return carried?.dialect === 'anthropic' && 'value' in args ? args.value : argumentsObject(args)
}
