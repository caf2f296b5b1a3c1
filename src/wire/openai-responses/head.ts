/**
 * What a message item has beside its content. A message of the neutral form carries it where it is one item; where several items
 * make one message, or there is none (an answer, the system prompt), the first part of the item's content carries it.
 */
import type { Carried, Part } from '../../neutral/message.ts'
import { asList, type JsonRecord } from '../fields.ts'
import { besides, dialectId, keep, type Kept, keptOf, under } from './carried.ts'

const prefix = 'item.'
/** In the spelling of every head: how the content was written. */
const mark = 'item.content'
/** In the spelling of a text that stands for an item without content that could carry its head. */
const alone = 'item.alone'

type Node = { readonly carried?: Carried }

/** Fields of a message item that say how it was written, and nothing of what; with their names in the spelling. */
const spelled: ReadonlyMap<string, string> = new Map(
  ['type', 'role', 'id', 'status', 'phase'].map((name) => [name, prefix + name]),
)

/** @param status Instead of the item's own, which is not final in the frame that begins a streamed item. */
export function readHead(item: JsonRecord, status?: string): Kept {
  const spelling: Record<string, string> = {}
  let rest: [string, unknown][] | null = null
  const { content } = item
  spelling[mark] = typeof content === 'string' ? 'text' : Array.isArray(content) ? 'list' : 'other'
  for (const name in item) {
    const value = item[name]
    const spelledName = spelled.get(name)
    if (spelledName !== undefined && typeof value === 'string') spelling[spelledName] = value
    else if (name !== 'content' || spelling[mark] === 'other') (rest ??= []).push([prefix + name, value])
  }
  if (status !== undefined) spelling[`${prefix}status`] = status
  return keep(rest ?? [], spelling)
}

/** The parts of one item's content, the first of them with the head. */
export function withHead(parts: readonly Part[], head: Kept): readonly Part[] {
  const [first] = parts
  if (first === undefined || first.type === 'foreign') {
    const carried = { ...head, spelling: { ...head.spelling, [alone]: '' } }
    return [{ type: 'text', text: '', carried }, ...parts]
  }
  const carried = first.carried === undefined ? head : merged(head, first.carried)
  return parts.length === 1 ? [{ ...first, carried }] : [{ ...first, carried }, ...parts.slice(1)]
}

const merged = (head: Kept, own: Carried): Kept => ({
  dialect: dialectId,
  fields: { ...head.fields, ...own.fields },
  spelling: { ...head.spelling, ...own.spelling },
})

export const hasHead = (node: Node): boolean => keptOf(node)?.spelling[mark] !== undefined

export const isHeadAlone = (node: Node): boolean => keptOf(node)?.spelling[alone] !== undefined

/** A message item again. */
export function writeHead(node: Node, content: readonly unknown[]): JsonRecord {
  const kept = keptOf(node)
  const spelling = kept?.spelling ?? {}
  const item: Record<string, unknown> = {}
  for (const [name, spelledName] of spelled) {
    const value = spelling[spelledName]
    if (value !== undefined) item[name] = value
  }
  if (spelling[mark] === 'list') item['content'] = content
  if (spelling[mark] === 'text') item['content'] = content.map(wordsOf).join('')
  return kept === null ? item : Object.assign(item, under(kept.fields, prefix))
}

const wordsOf = (content: unknown): string =>
  typeof content === 'object' && content !== null && 'text' in content ? String(content.text) : ''

/** What the part itself carries, without the head. */
export function contentFields(node: Node): JsonRecord {
  const kept = keptOf(node)
  if (kept === null) return {}
  return kept.spelling[mark] === undefined ? kept.fields : besides(kept.fields, prefix)
}

/** The content of a message item: a text, a list, or nothing that could be read. */
export const contentOf = (item: JsonRecord): readonly unknown[] =>
  typeof item['content'] === 'string' ? (item['content'] === '' ? [] : [item['content']]) : asList(item['content'])
