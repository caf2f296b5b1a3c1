/**
 * Tool names that the provider's dialect would refuse, shortened or spelled otherwise on the way there and restored on the way
 * back. MCP clients make names of a hundred characters; most dialects take 64.
 */
import type { StreamEvent } from '../neutral/event.ts'
import type { Message, Part } from '../neutral/message.ts'
import type { NeutralRequest, Tool } from '../neutral/request.ts'
import type { ToolNameRule } from './translator.ts'

/** One request's names, there and back. */
export interface ToolNames {
  readonly request: NeutralRequest
  /** How many had to be changed. */
  readonly changed: number
  restorePart(part: Part): Part
  restoreEvent(event: StreamEvent): StreamEvent
}

/** The same request gets the same names every time, so that prompt caches hold. */
export function fitToolNames(request: NeutralRequest, rule: ToolNameRule): ToolNames {
  const there = new Map<string, string>()
  const back = new Map<string, string>()
  const taken = new Set([...namesIn(request)].filter((name) => fits(name, rule)))
  for (const name of namesIn(request)) {
    if (there.has(name) || fits(name, rule)) continue
    const short = freeName(name, rule, taken)
    taken.add(short)
    there.set(name, short)
    back.set(short, name)
  }
  const restore = (name: string): string => back.get(name) ?? name
  return {
    request: there.size === 0 ? request : renamed(request, (name) => there.get(name) ?? name),
    changed: there.size,
    restorePart: (part) => (part.type === 'tool-call' ? { ...part, name: restore(part.name) } : part),
    restoreEvent: (event) =>
      event.type === 'part-start' && event.part.type === 'tool-call'
        ? { ...event, part: { ...event.part, name: restore(event.part.name) } }
        : event,
  }
}

const fits = (name: string, { maxLength, illegal }: ToolNameRule): boolean =>
  name.length <= maxLength && !illegal.test(name)

function* namesIn({ tools, toolChoice, messages }: NeutralRequest): Generator<string> {
  for (const tool of tools) if (tool.type === 'function' || tool.type === 'custom') yield tool.name
  if (toolChoice?.kind === 'named') yield toolChoice.name
  for (const { parts } of messages) {
    for (const part of parts) {
      if (part.type === 'tool-call') yield part.name
      if (part.type === 'tool-result' && part.name !== null) yield part.name
    }
  }
}

/** The name's end tells tools of one server apart, so that is what stays; a digest keeps the rest apart. */
function freeName(name: string, { maxLength, illegal }: ToolNameRule, taken: ReadonlySet<string>): string {
  const legal = name.replace(new RegExp(illegal.source, 'g'), '_')
  if (legal.length <= maxLength && !taken.has(legal)) return legal
  const digest = Bun.hash(name).toString(36).slice(0, 8)
  return `t${digest}_${legal.slice(-(maxLength - digest.length - 2))}`
}

function renamed(request: NeutralRequest, rename: (name: string) => string): NeutralRequest {
  const { toolChoice } = request
  return {
    ...request,
    tools: request.tools.map((tool): Tool =>
      tool.type === 'function' || tool.type === 'custom' ? { ...tool, name: rename(tool.name) } : tool,
    ),
    toolChoice: toolChoice?.kind === 'named' ? { ...toolChoice, name: rename(toolChoice.name) } : toolChoice,
    messages: request.messages.map((message): Message => ({ ...message, parts: renamedParts(message.parts, rename) })),
  }
}

function renamedParts(parts: readonly Part[], rename: (name: string) => string): readonly Part[] {
  if (!parts.some(({ type }) => type === 'tool-call' || type === 'tool-result')) return parts
  return parts.map((part) => {
    if (part.type === 'tool-call') return { ...part, name: rename(part.name) }
    return part.type === 'tool-result' && part.name !== null ? { ...part, name: rename(part.name) } : part
  })
}
