/** The items of an answer as a client of this API gets them: what a part becomes when it is whole. */
import type { WholePart } from '../../neutral/event.ts'
import {
  argumentsObject,
  argumentsText,
  type MediaPart,
  type Signed,
  type ToolArguments,
  type WebSearchPart,
} from '../../neutral/message.ts'
import { asString, type JsonRecord } from '../fields.ts'
import { builtinItem } from './builtin-items.ts'
import { actionIn, isBuiltin } from './builtins.ts'
import type { Callee } from './callee.ts'
import { dialectId, keptOf } from './carried.ts'
import { isImageCall, writeOwnImage, writeOwnSearch, writeSources } from './items.ts'
import { packedOf, summaryOf } from './reasoning.ts'

export type Kind = 'msg' | 'rs' | 'ws' | 'ig' | CallKind

type CallKind = 'fc' | 'ctc' | 'lsh' | 'sh' | 'apc'

/** Ids of items are of the answer's, and count. */
export const itemId = (kind: Kind, stampId: string, place: number): string => `${kind}_${stampId}_${place}`

export const textContent = (text: string, annotations: readonly JsonRecord[]): JsonRecord => ({
  type: 'output_text',
  text,
  annotations,
  logprobs: [],
})

export const refusalContent = (words: string): JsonRecord => ({ type: 'refusal', refusal: words })

export const messageItem = (id: string, content: readonly unknown[], status = 'completed'): JsonRecord => ({
  id,
  type: 'message',
  status,
  role: 'assistant',
  content,
})

export function reasoningItem(id: string, text: string, signed: Signed | undefined): JsonRecord {
  const ownId = signed?.form === dialectId ? asString(signed.value['id']) : null
  return {
    id: ownId ?? id,
    type: 'reasoning',
    summary: summaryOf(text === '' ? [] : [text]),
    ...(signed !== undefined && { encrypted_content: packedOf(signed) }),
  }
}

export interface Call {
  readonly id: string
  readonly callId: string
  readonly callee: Callee
  /** As text: arguments as JSON, or free text. */
  readonly words: string
}

const callKinds: Readonly<Record<Callee['kind'], CallKind>> = {
  function: 'fc',
  custom: 'ctc',
  local_shell: 'lsh',
  shell: 'sh',
  apply_patch: 'apc',
}

export const kindOf = ({ kind }: Callee): CallKind => callKinds[kind]

export function callItem({ id, callId, callee, words }: Call, status = 'completed'): JsonRecord {
  const { kind, name, namespace } = callee
  const action = isBuiltin(kind) ? actionIn(kind, words) : null
  if (isBuiltin(kind) && action !== null) return builtinItem(kind, { id, callId, action }, status)
  const isCustom = kind === 'custom'
  return {
    id,
    type: isCustom ? 'custom_tool_call' : 'function_call',
    status,
    call_id: callId,
    name,
    ...(namespace !== null && { namespace }),
    [isCustom ? 'input' : 'arguments']: words,
  }
}

/** The free text in the arguments of a function that stands for a custom tool. */
export function freeText(args: ToolArguments): string {
  const { input } = argumentsObject(args)
  return typeof input === 'string' ? input : argumentsText(args)
}

/** A function without arguments is called with an empty object: clients parse what they get. */
export const argumentsOf = (args: ToolArguments): string => {
  const words = argumentsText(args)
  return words === '' ? '{}' : words
}

/** @returns null for what this API has no item for; what is lost so is added to the names. */
export function wholeItem(part: WholePart, stampId: string, place: number, dropped: Set<string>): JsonRecord | null {
  switch (part.type) {
    case 'web-search':
      return keptOf(part) === null ? searchItem(part, itemId('ws', stampId, place)) : writeOwnSearch(part)
    case 'media':
      return mediaItem(part, itemId('ig', stampId, place), dropped)
    case 'foreign':
      return part.dialect === dialectId ? (part.value as JsonRecord) : null
    default:
      return part satisfies never
  }
}

const searchItem = (part: WebSearchPart, id: string): JsonRecord => ({
  id,
  type: 'web_search_call',
  status: 'completed',
  action: actionOf(part),
})

function actionOf(part: WebSearchPart): JsonRecord {
  const [page, ...others] = part.sources
  if (part.query === null && page !== undefined && others.length === 0) return { type: 'open_page', url: page.url }
  return { type: 'search', query: part.query ?? '', sources: writeSources(part) }
}

function mediaItem(part: MediaPart, id: string, dropped: Set<string>): JsonRecord | null {
  if (isImageCall(part)) return writeOwnImage(part)
  const { media, source, mediaType } = part
  if (media === 'image' && source.kind === 'base64') {
    const format = mediaType?.startsWith('image/') === true ? mediaType.slice('image/'.length) : 'png'
    return { id, type: 'image_generation_call', status: 'completed', result: source.data, output_format: format }
  }
  dropped.add(media === 'image' ? (source.kind === 'url' ? 'image url' : 'file id') : media)
  return null
}
