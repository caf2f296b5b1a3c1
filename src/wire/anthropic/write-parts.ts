/** Parts of a conversation as content blocks for the provider: only what it signed itself goes back to it. */
import { argumentsObject, argumentsText, type Part, type ReasoningPart } from '../../neutral/message.ts'
import type { TextPart, ToolCallPart, ToolResultPart } from '../../neutral/message.ts'
import { asRecord, type JsonRecord } from '../fields.ts'
import { signedFor } from '../seal.ts'
import type { Target } from '../translator.ts'
import { writeCache } from './cache.ts'
import { fieldsOf, spellingOf } from './carried.ts'
import { writeCitationBack } from './citations.ts'
import { legalId } from './ids.ts'
import { writeMedia } from './media.ts'
import { canGoBack, writeSearch } from './web-search.ts'

/** Where the parts go. */
export interface Destination {
  readonly target: Target
  /** The request came in this dialect: ids, empty texts and arguments stay as they were. */
  readonly isOwn: boolean
  readonly drop: (name: string) => void
}

export function writeParts(parts: readonly Part[], role: 'user' | 'assistant', to: Destination): unknown[] {
  const blocks: unknown[] = []
  for (const part of parts) pushPart(blocks, part, role, to)
  return blocks
}

function pushPart(blocks: unknown[], part: Part, role: 'user' | 'assistant', to: Destination): void {
  switch (part.type) {
    case 'text':
      if (to.isOwn || part.text.trim() !== '') blocks.push(writeText(part, to))
      return
    case 'refusal':
      if (part.text.trim() !== '') blocks.push({ type: 'text', text: part.text })
      return
    case 'media':
      pushMedia(blocks, part, role, to)
      return
    case 'reasoning':
      pushThought(blocks, part, to)
      return
    case 'tool-call':
      blocks.push(writeCall(part, to))
      return
    case 'tool-result':
      blocks.push(writeResult(part, to))
      return
    case 'web-search':
      if (canGoBack(part)) blocks.push(...writeSearch(part, ''))
      else to.drop('web_search')
      return
    case 'foreign':
      if (part.dialect === 'anthropic') blocks.push(part.value)
      return
  }
}

function pushMedia(blocks: unknown[], part: Extract<Part, { type: 'media' }>, role: string, to: Destination): void {
  // What a model drew has no place in its own turns here.
  const block = role === 'assistant' && !to.isOwn ? part.media : writeMedia(part)
  if (typeof block === 'string') to.drop(block)
  else blocks.push(block)
}

export function writeText(part: TextPart, to: Destination): unknown {
  const { text, citations, cache, carried, signed } = part
  // Nearly every text of another dialect is nothing more.
  if (!to.isOwn && citations === undefined && cache === undefined && signed === undefined) return { type: 'text', text }
  // There is no place for the signature of a text.
  if (signed !== undefined) to.drop('signature')
  if (spellingOf(carried, 'entry') === 'text') return text
  const written = citations?.map(writeCitationBack).filter((citation) => citation !== null) ?? []
  if (written.length < (citations?.length ?? 0)) to.drop('citations')
  return {
    ...fieldsOf(carried),
    type: 'text',
    text,
    ...(written.length === 0 ? {} : { citations: written }),
    ...writeCache(cache),
  }
}

function pushThought(blocks: unknown[], part: ReasoningPart, to: Destination): void {
  const { text, signed, carried } = part
  const value = signedFor(signed, 'anthropic', to.target.provider)
  if (value?.data !== undefined) blocks.push({ ...fieldsOf(carried), type: 'redacted_thinking', data: value.data })
  else if (value !== null)
    blocks.push({ ...fieldsOf(carried), type: 'thinking', thinking: text, signature: value.signature })
  else if (signed === undefined && to.isOwn) blocks.push({ ...fieldsOf(carried), type: 'thinking', thinking: text })
  else if (to.target.echoesReasoning && text !== '') blocks.push({ type: 'thinking', thinking: text, signature: '' })
  // An empty one says nothing to anybody.
  else if (text !== '' || signed !== undefined) to.drop('reasoning')
}

function writeCall(part: ToolCallPart, to: Destination): JsonRecord {
  if (part.signed !== undefined) to.drop('signature')
  const id = to.isOwn ? part.id : legalId(part.id)
  return {
    ...fieldsOf(part.carried),
    type: 'tool_use',
    id,
    name: part.name,
    input: inputOf(part, to.isOwn),
    ...writeCache(part.cache),
  }
}

function inputOf({ kind, arguments: args }: ToolCallPart, isOwn: boolean): unknown {
  if (isOwn) return 'value' in args ? args.value : args.text
  return kind === 'custom' ? { input: argumentsText(args) } : argumentsObject(args)
}

function writeResult(part: ToolResultPart, to: Destination): JsonRecord {
  const { id, output, isError, carried, cache } = part
  const content = writeOutput(output, spellingOf(carried, 'content'), to)
  return {
    ...fieldsOf(carried),
    type: 'tool_result',
    tool_use_id: to.isOwn ? id : legalId(id),
    ...(content === null ? {} : { content }),
    ...(isError === null || (isError === false && !to.isOwn) ? {} : { is_error: isError }),
    ...writeCache(cache),
  }
}

function writeOutput(output: readonly Part[], spelling: string | null, to: Destination): unknown {
  if (spelling === 'text') return output.map((part) => (part.type === 'text' ? part.text : '')).join('')
  const blocks = writeParts(output, 'user', to)
  return blocks.length === 0 && spelling !== 'list' ? null : blocks
}

/** The content of a message as blocks, strings among them made blocks too. */
export const asBlocks = (content: readonly unknown[]): JsonRecord[] =>
  content.map((entry) => asRecord(entry) ?? { type: 'text', text: String(entry) })
