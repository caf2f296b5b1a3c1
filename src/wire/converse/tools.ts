/** Tools and the choice among them: `toolConfig`, which must be there as soon as the conversation holds a call. */
import type { Message } from '../../neutral/message.ts'
import type { CustomTool, FunctionTool, NeutralRequest, ToolChoice } from '../../neutral/request.ts'
import type { JsonRecord } from '../fields.ts'
import { writeCache, type Writing } from './write-messages.ts'

/** @returns null when there is nothing to say. */
export function writeTools(request: NeutralRequest, w: Writing): JsonRecord | null {
  const { tools, toolChoice, messages, parallelTools } = request
  const isOff = toolChoice?.kind === 'none'
  const declared = tools.flatMap((tool): readonly JsonRecord[] => {
    switch (tool.type) {
      case 'function':
        return [...writeFunction(tool, w), ...writeCache(tool.cache, w)]
      case 'custom':
        return [writeCustom(tool, w)]
      case 'web-search':
        w.dropped.add('web_search')
        return []
      case 'foreign':
        return []
    }
  })
  const called = namesOfCalls(messages)
  // Without tools none can be called, which is what was asked for; but a conversation with calls is refused without them.
  if (isOff && called.size === 0) return null
  if (isOff) w.dropped.add('tool_choice')
  if (parallelTools === false && declared.length > 0) w.dropped.add('parallel_tool_calls')
  const all = declared.length > 0 ? declared : [...called].map((name) => spec(name, null, null))
  if (all.length === 0) return null
  const choice = declared.length === 0 ? null : writeChoice(toolChoice)
  return { tools: all, ...(choice === null ? {} : { toolChoice: choice }) }
}

function writeFunction(
  { name, description, schema, isStrict }: FunctionTool,
  { dropped }: Writing,
): readonly JsonRecord[] {
  // Few models take it, and the others answer 400.
  if (isStrict === true) dropped.add('strict')
  return [spec(name, description, schema)]
}

function writeCustom({ name, description, format }: CustomTool, { dropped }: Writing): JsonRecord {
  if (format !== null && format !== undefined) dropped.add('custom tool format')
  return spec(name, description, { type: 'object', properties: { input: { type: 'string' } }, required: ['input'] })
}

const spec = (name: string, description: string | null, schema: JsonRecord | null): JsonRecord => ({
  toolSpec: {
    name,
    ...(description === null || description.trim() === '' ? {} : { description }),
    inputSchema: { json: { type: 'object', properties: {}, ...schema } },
  },
})

function writeChoice(choice: ToolChoice | null): JsonRecord | null {
  switch (choice?.kind) {
    case 'auto':
      return { auto: {} }
    case 'required':
      return { any: {} }
    case 'named':
      return { tool: { name: choice.name } }
    case 'none':
    case undefined:
      return null
  }
}

function namesOfCalls(messages: readonly Message[]): ReadonlySet<string> {
  const parts = messages.flatMap((message) => message.parts)
  return new Set(parts.flatMap((part) => (part.type === 'tool-call' ? [part.name] : [])))
}
