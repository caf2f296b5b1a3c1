/** Marks up to which a prompt is cached (`cache_control`): read, written, and set where the caller's dialect has none. */
import type { CacheMark } from '../../neutral/message.ts'
import type { NeutralRequest } from '../../neutral/request.ts'
import { asRecord, type JsonRecord } from '../fields.ts'
import type { Fields } from './carried.ts'

/** To be spread into a part; nothing where there is no mark, or one that says more than the neutral form knows. */
export function takeCache(fields: Fields): { readonly cache?: CacheMark } {
  const cache = fields.take('cache_control', readMark)
  return cache === null ? {} : { cache }
}

function readMark(value: unknown): CacheMark | null {
  const mark = asRecord(value)
  if (mark?.type !== 'ephemeral') return null
  const isPlain = Object.keys(mark).every((name) => name === 'type' || name === 'ttl')
  if (!isPlain) return null
  if (mark.ttl === undefined) return { ttl: null }
  return mark.ttl === '5m' || mark.ttl === '1h' ? { ttl: mark.ttl } : null
}

/** To be spread into a block. */
export const writeCache = (cache: CacheMark | undefined): JsonRecord =>
  cache === undefined ? {} : { cache_control: { type: 'ephemeral', ...(cache.ttl === null ? {} : { ttl: cache.ttl }) } }

interface Marked {
  readonly cache?: CacheMark
}

/** In the order of the prompt, which begins with the tools. */
function* markedIn({ system, tools, messages }: NeutralRequest): Generator<Marked> {
  for (const node of [...tools, ...system]) if ('cache' in node && node.cache !== undefined) yield node
  for (const { parts } of messages)
    for (const part of parts) if ('cache' in part && part.cache !== undefined) yield part
}

export const hasCacheMarks = (request: NeutralRequest): boolean => markedIn(request).next().done === false

/** The API refuses a request with more. */
const maxMarks = 4

/** The last marks cover the most. @param drop Names what is lost. */
export function withinMarks(request: NeutralRequest, drop: (name: string) => void): NeutralRequest {
  const excess = new Set([...markedIn(request)].slice(0, -maxMarks))
  if (excess.size === 0) return request
  drop('cache_control')
  const unmarked = <N extends object>(node: N): N => {
    if (!excess.has(node)) return node
    const { cache: _, ...rest } = node as N & Marked
    return rest as N
  }
  return {
    ...request,
    tools: request.tools.map(unmarked),
    system: request.system.map(unmarked),
    messages: request.messages.map((message) => ({ ...message, parts: message.parts.map(unmarked) })),
  }
}

const mark: JsonRecord = { cache_control: { type: 'ephemeral' } }

const markable: ReadonlySet<unknown> = new Set(['text', 'image', 'document', 'tool_use', 'tool_result'])

/**
 * The content with a mark on its last block that may have one: a prompt is cached up to there. Other dialects cache by
 * themselves; an agent's conversation without marks would be paid in full on every turn.
 */
export function markedLast(blocks: readonly JsonRecord[]): readonly JsonRecord[] {
  const last = blocks.findLastIndex(({ type }) => markable.has(type))
  return last < 0 ? blocks : blocks.with(last, { ...blocks[last], ...mark })
}

/** The same of a list of tools, which may all have one. */
export const markedTools = (tools: readonly JsonRecord[]): readonly JsonRecord[] =>
  tools.length === 0 ? tools : tools.with(-1, { ...tools.at(-1), ...mark })
