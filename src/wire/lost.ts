/**
 * What one dialect alone has a word for, named for `X-RelayPlane-Dropped` when another one takes over: fields that were only
 * carried, parts and tools that are foreign. One walk for all dialects, so that none can forget it.
 */
import type { StreamEvent } from '../neutral/event.ts'
import type { Carried, Message, Part } from '../neutral/message.ts'
import type { FormId } from '../neutral/model.ts'
import type { NeutralReply } from '../neutral/reply.ts'
import type { NeutralRequest, Tool } from '../neutral/request.ts'

/** @param to The dialect that the request is written in. */
export function lostInRequest(request: NeutralRequest, to: FormId): ReadonlySet<string> {
  const lost = new Set<string>()
  addCarried(lost, '', request.carried, to)
  for (const part of request.system) addPart(lost, 'system', part, to)
  for (const message of request.messages) addMessage(lost, message, to)
  for (const tool of request.tools) addTool(lost, tool, to)
  return lost
}

export function lostInReply({ carried, parts }: NeutralReply, to: FormId): ReadonlySet<string> {
  const lost = new Set<string>()
  addOfAnswer(lost, carried, to)
  for (const part of parts) addPart(lost, 'reply', part, to)
  return lost
}

/** The same for the steps of one stream, by the same names. */
export function lostInEvents(to: FormId): (event: StreamEvent) => ReadonlySet<string> {
  const types = new Map<number, Part['type']>()
  return (event) => {
    if (event.type === 'part-delta') return nothing
    const lost = new Set<string>()
    if (event.type === 'part-start') types.set(event.index, event.part.type)
    if (event.type === 'part') addPart(lost, 'reply', event.part, to)
    if (event.type === 'part-cited') addCarried(lost, 'citations[].', event.citation.carried, to)
    if (event.type === 'part-end') addCarried(lost, `reply.${types.get(event.index)}.`, event.carried, to)
    if (event.type === 'message-end') addOfAnswer(lost, event.carried, to)
    return lost
  }
}

const nothing: ReadonlySet<string> = new Set()

/** What a provider tells of its own workings (times, costs, counts, fingerprints): no client of another dialect looks for it. */
const bookkeeping = /^(usage\.|x_groq$|system_fingerprint$|service_tier$|object$|created$|createTime$)/

function addOfAnswer(lost: Set<string>, carried: Carried | undefined, to: FormId): void {
  if (carried === undefined || carried.dialect === to) return
  for (const [name, value] of Object.entries(carried.fields))
    if (!bookkeeping.test(name) && !saysNothing(value)) lost.add(name)
}

function addMessage(lost: Set<string>, { carried, parts }: Message, to: FormId): void {
  addCarried(lost, 'messages[].', carried, to)
  for (const part of parts) addPart(lost, 'messages[]', part, to)
}

function addPart(lost: Set<string>, at: string, part: Part, to: FormId): void {
  if (part.type === 'foreign') {
    if (part.dialect !== to) lost.add(part.name)
    return
  }
  addCarried(lost, `${at}.${part.type}.`, part.carried, to)
  if (part.type === 'text')
    for (const citation of part.citations ?? []) addCarried(lost, 'citations[].', citation.carried, to)
  if (part.type === 'tool-result') for (const inner of part.output) addPart(lost, `${at}.tool-result`, inner, to)
}

function addTool(lost: Set<string>, tool: Tool, to: FormId): void {
  if (tool.type === 'foreign') {
    if (tool.dialect !== to) lost.add(`tools: ${tool.name}`)
    return
  }
  addCarried(lost, 'tools[].', tool.carried, to)
}

function addCarried(lost: Set<string>, prefix: string, carried: Carried | undefined, to: FormId): void {
  if (carried === undefined || carried.dialect === to) return
  for (const [name, value] of Object.entries(carried.fields))
    if (!secrets.has(name) && !saysNothing(value)) lost.add(prefix + name)
}

/** What only the provider that wrote it can read says nothing to anybody else. */
const secrets: ReadonlySet<string> = new Set(['encrypted_content', 'encrypted_index'])

/** Fields that hold no wish: an SDK writes them out of habit. */
const saysNothing = (value: unknown): boolean =>
  value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0)
