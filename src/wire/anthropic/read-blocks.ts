/** Content blocks, of a request or an answer, as parts. What the neutral form has no part for is foreign, whole. */
import type {
  Carried,
  ForeignPart,
  Part,
  ReasoningPart,
  Signed,
  TextPart,
  ToolArguments,
} from '../../neutral/message.ts'
import type { ToolCallPart, ToolResultPart } from '../../neutral/message.ts'
import { asList, asRecord, asString, type JsonRecord } from '../fields.ts'
import { unseal } from '../seal.ts'
import { takeCache } from './cache.ts'
import { anyBoolean, anyText, exactly, Fields } from './carried.ts'
import { readCitations } from './citations.ts'
import { readMedia, readSearchResult } from './media.ts'
import { isResultOf, isSearchCall, readSearch } from './web-search.ts'

/** Whose blocks they are. */
export interface BlockSource {
  /** The id of the provider that answered; null in a request, where signatures of others may come back sealed. */
  readonly signer: string | null
  /** The id of a tool call that has none, by its place in the list. */
  readonly nameCall: (place: number) => string
}

function readBlocks(content: readonly unknown[], source: BlockSource): Part[] {
  const parts: Part[] = []
  const sealedCalls = new Map<string, Signed>()
  for (let place = 0; place < content.length; place += 1) {
    const entry = content[place]
    const block = asRecord(entry)
    const next = asRecord(content[place + 1])
    if (block === null) parts.push(readEntry(entry))
    else if (isSearchCall(block) && isResultOf(block, next)) {
      parts.push(readSearch(block, next))
      place += 1
    } else if (!attachSealed(parts, block, source, sealedCalls)) parts.push(readBlock(block, source, place))
  }
  return sealedCalls.size === 0 ? parts : parts.map((part) => signedCall(part, sealedCalls))
}

function signedCall(part: Part, sealed: ReadonlyMap<string, Signed>): Part {
  const signed = part.type === 'tool-call' ? sealed.get(part.id) : undefined
  return part.type === 'tool-call' && signed !== undefined ? { ...part, signed } : part
}

/** A plain string among blocks is a text, as some compatible clients write it. */
const readEntry = (entry: unknown): Part =>
  typeof entry === 'string'
    ? { type: 'text', text: entry, carried: { dialect: 'anthropic', fields: {}, spelling: { entry: 'text' } } }
    : { type: 'foreign', dialect: 'anthropic', name: 'content', value: entry }

/** Our own seal of the call that it names, or of the part before it, for which this dialect has no place. */
function attachSealed(parts: Part[], block: JsonRecord, source: BlockSource, calls: Map<string, Signed>): boolean {
  if (source.signer !== null || block.type !== 'redacted_thinking' || typeof block.data !== 'string') return false
  const [, packed = block.data, callId] = /^([^.]*)\.(.*)$/s.exec(block.data) ?? []
  const signed = unseal(packed)
  if (signed !== null && callId !== undefined) {
    calls.set(callId, signed)
    return true
  }
  const last = parts.at(-1)
  if (signed === null || (last?.type !== 'text' && last?.type !== 'tool-call')) return false
  parts[parts.length - 1] = { ...last, signed }
  return true
}

export function readBlock(block: JsonRecord, source: BlockSource, place: number): Part {
  switch (block.type) {
    case 'text':
      return typeof block.text === 'string' ? readText(block) : foreign(block)
    case 'image':
    case 'document':
      return readMedia(block, block.type) ?? foreign(block)
    case 'search_result':
      return readSearchResult(block) ?? foreign(block)
    case 'thinking':
      return readThought(block, source)
    case 'redacted_thinking':
      return typeof block.data === 'string' ? readRedacted(block, source) : foreign(block)
    case 'tool_use':
      return typeof block.name === 'string' ? readCall(block, source, place) : foreign(block)
    case 'tool_result':
      return readResult(block, source)
    case 'web_search_tool_result':
      return readSearch(null, block)
    default:
      return isSearchCall(block) ? readSearch(block, null) : foreign(block)
  }
}

/** Server tools are called by their own names, all else by its type. */
function foreign(block: JsonRecord): ForeignPart {
  const type = asString(block.type) ?? 'content'
  const name = type === 'server_tool_use' ? (asString(block.name) ?? type) : type
  return { type: 'foreign', dialect: 'anthropic', name, value: block }
}

export function readText(block: JsonRecord): TextPart {
  const fields = new Fields(block)
  fields.take('type', anyText)
  const text = fields.take('text', anyText) ?? ''
  const citations = fields.take('citations', readCitations)
  const cache = takeCache(fields)
  return { type: 'text', text, ...(citations === null ? {} : { citations }), ...cache, ...fields.carried() }
}

function readThought(block: JsonRecord, { signer }: BlockSource): ReasoningPart {
  const fields = new Fields(block)
  fields.take('type', anyText)
  const text = fields.take('thinking', anyText) ?? ''
  const signature = fields.take('signature', asString)
  const signed = signature === null ? {} : { signed: signedBy(signer, signature, 'signature') }
  return { type: 'reasoning', text, ...signed, ...fields.carried() }
}

function readRedacted(block: JsonRecord, { signer }: BlockSource): ReasoningPart {
  const fields = new Fields(block)
  fields.take('type', anyText)
  const data = fields.take('data', anyText) ?? ''
  return { type: 'reasoning', text: '', signed: signedBy(signer, data, 'data'), ...fields.carried() }
}

/** @param field Where it stands: `signature` of readable thinking, `data` of redacted. */
export function signedBy(signer: string | null, text: string, field: 'signature' | 'data'): Signed {
  const sealed = signer === null ? unseal(text) : null
  return sealed ?? { form: 'anthropic', by: signer, value: { [field]: text } }
}

function readCall(block: JsonRecord, source: BlockSource, place: number): ToolCallPart {
  const fields = new Fields(block)
  fields.take('type', anyText)
  const id = fields.take('id', asString) ?? source.nameCall(place)
  const name = fields.take('name', anyText) ?? ''
  const args = fields.take('input', readArguments) ?? { value: {} }
  return { type: 'tool-call', id, name, arguments: args, kind: 'function', ...takeCache(fields), ...fields.carried() }
}

/** Some compatible servers keep the arguments as text. */
const readArguments = (input: unknown): ToolArguments | null => {
  if (input === null) return null
  return typeof input === 'string' ? { text: input } : { value: input }
}

function readResult(block: JsonRecord, source: BlockSource): ToolResultPart {
  const fields = new Fields(block)
  fields.take('type', exactly('tool_result'))
  const id = fields.take('tool_use_id', anyText) ?? ''
  const output = fields.take('content', (content) => readOutput(content, fields, source)) ?? []
  const isError = fields.take('is_error', anyBoolean)
  return {
    type: 'tool-result',
    id,
    name: null,
    output,
    isError,
    kind: 'function',
    ...takeCache(fields),
    ...fields.carried(),
  }
}

function readOutput(content: unknown, fields: Fields, source: BlockSource): readonly Part[] | null {
  if (Array.isArray(content)) {
    if (content.length === 0) fields.spell('content', 'list')
    return readBlocks(content, source)
  }
  if (typeof content !== 'string') return null
  fields.spell('content', 'text')
  return content === '' ? [] : [{ type: 'text', text: content }]
}

/** A message's or an answer's content: a text, or a list of blocks. */
export function readContent(
  content: unknown,
  source: BlockSource,
): { parts: Part[]; spelling: Carried['spelling'] | null } {
  if (typeof content !== 'string') return { parts: readBlocks(asList(content), source), spelling: null }
  return { parts: content === '' ? [] : [{ type: 'text', text: content }], spelling: { content: 'text' } }
}
