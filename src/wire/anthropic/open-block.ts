/** A content block of a stream between its start and its stop: one that grows as an event each, or one that is gathered whole. */
import type { OpenPart, StreamEvent } from '../../neutral/event.ts'
import type { Carried, Signed } from '../../neutral/message.ts'
import { asList, asRecord, asString, parseJsonExactly, type JsonRecord } from '../fields.ts'
import { Fields } from './carried.ts'
import { readCitation } from './citations.ts'
import { signedBy, type BlockSource } from './read-blocks.ts'

/** Its part's events go out as they come. */
export interface GrowingBlock {
  readonly kind: 'growing'
  readonly index: number
  readonly part: OpenPart
  /** Arguments that came with the start, for servers that send no deltas. */
  readonly startArguments: string
  /** What the start holds beside. */
  readonly carried: { readonly carried?: Carried }
  hasGrown: boolean
  signed: Signed | null
}

/** Its part comes in one piece. */
export interface WholeBlock {
  readonly kind: 'whole'
  block: JsonRecord
  json: string
}

/** @param index The part's, where it becomes one that grows. */
export function openBlock(block: JsonRecord, index: number, source: BlockSource): GrowingBlock | WholeBlock {
  const part = openPart(block, index, source)
  if (part === null) return { kind: 'whole', block, json: '' }
  return {
    kind: 'growing',
    index,
    part,
    startArguments: part.type === 'tool-call' ? argumentsOf(block.input) : '',
    carried: carriedOf(block),
    hasGrown: false,
    signed: startSigned(block, source),
  }
}

const known = ['type', 'id', 'name', 'input', 'text', 'thinking', 'signature', 'data', 'citations'] as const

function carriedOf(block: JsonRecord): { readonly carried?: Carried } {
  const fields = new Fields(block)
  for (const name of known) fields.take(name, () => true)
  return fields.carried()
}

function openPart(block: JsonRecord, index: number, source: BlockSource): OpenPart | null {
  switch (block.type) {
    case 'text':
      return { type: 'text' }
    case 'thinking':
    case 'redacted_thinking':
      return { type: 'reasoning' }
    case 'tool_use':
      if (typeof block.name !== 'string') return null
      return { type: 'tool-call', id: asString(block.id) ?? source.nameCall(index), name: block.name, kind: 'function' }
    default:
      return null
  }
}

function argumentsOf(input: unknown): string {
  if (typeof input === 'string') return input
  const fields = asRecord(input)
  return fields === null || Object.keys(fields).length === 0 ? '' : JSON.stringify(fields)
}

function startSigned(block: JsonRecord, { signer }: BlockSource): Signed | null {
  if (block.type === 'redacted_thinking')
    return typeof block.data === 'string' ? signedBy(signer, block.data, 'data') : null
  const signature = block.type === 'thinking' ? asString(block.signature) : null
  return signature === null ? null : signedBy(signer, signature, 'signature')
}

/** The part's beginning, with what the start already holds of it. */
export function startEvents(open: GrowingBlock, block: JsonRecord): StreamEvent[] {
  const { index, part } = open
  const text = part.type === 'tool-call' ? null : (asString(block.text) ?? asString(block.thinking))
  const events: StreamEvent[] = [{ type: 'part-start', index, part }]
  if (text !== null) events.push({ type: 'part-delta', index, delta: text })
  for (const citation of asList(block.citations)) events.push(...citedEvents(index, citation))
  return events
}

function citedEvents(index: number, value: unknown): StreamEvent[] {
  const citation = readCitation(value)
  return citation === null ? [] : [{ type: 'part-cited', index, citation }]
}

/** What a delta adds to a part that grows. */
export function growthEvents(open: GrowingBlock, delta: JsonRecord, { signer }: BlockSource): readonly StreamEvent[] {
  const signature = asString(delta.signature)
  // A later signature takes the place of an earlier one, as the clients of this dialect have it.
  if (signature !== null && open.part.type === 'reasoning') open.signed = signedBy(signer, signature, 'signature')
  if (delta.citation !== undefined && open.part.type === 'text') return citedEvents(open.index, delta.citation)
  const text =
    open.part.type === 'tool-call'
      ? argumentsDelta(delta.partial_json)
      : (asString(delta.text) ?? asString(delta.thinking))
  if (text === null) return []
  open.hasGrown = true
  return [{ type: 'part-delta', index: open.index, delta: text }]
}

const argumentsDelta = (json: unknown): string | null =>
  asString(json) ?? (asRecord(json) === null ? null : JSON.stringify(json))

/** The part's end, with the arguments that came with the start alone. */
export function endEvents({ index, hasGrown, startArguments, signed, carried }: GrowingBlock): readonly StreamEvent[] {
  const events: StreamEvent[] = []
  if (!hasGrown && startArguments !== '') events.push({ type: 'part-delta', index, delta: startArguments })
  if (signed !== null) events.push({ type: 'part-signed', index, signed })
  events.push({ type: 'part-end', index, ...carried })
  return events
}

/** Adds a delta to a block that is gathered. */
export function gatherDelta(whole: WholeBlock, delta: JsonRecord): void {
  const { type, partial_json: json, ...fields } = delta
  if (typeof json === 'string') {
    whole.json += json
    return
  }
  const before = whole.block
  const grown = Object.entries(fields).map(([name, value]): readonly [string, unknown] => {
    const so = before[name]
    const isMore = typeof value === 'string' && typeof so === 'string' && type !== 'compaction_delta'
    return [name, isMore ? so + value : value]
  })
  whole.block = { ...before, ...Object.fromEntries(grown) }
}

/** The gathered block, its arguments as a value; as their text where the stream broke off in them. */
export function wholeBlock({ block, json }: WholeBlock): JsonRecord {
  if (json === '') return block
  const input = parseJsonExactly(json)
  return { ...block, input: input === undefined ? json : input }
}
