/** Tools that a request offers, and which of them the model may or must use. */
import { numberIn } from '../../neutral/exact-number.ts'
import type { CustomTool, FunctionTool, Tool, ToolChoice, WebSearchTool } from '../../neutral/request.ts'
import { asRecord, asString, type JsonRecord } from '../fields.ts'
import { takeCache, writeCache } from './cache.ts'
import { anyBoolean, anyText, exactly, Fields, fieldsOf, innerOf, spellingOf, texts } from './carried.ts'
import { isReshaped, strictSchema, toolSchema } from './schema.ts'

export function readTool(value: unknown): Tool {
  const tool = asRecord(value)
  const type = asString(tool?.type)
  if (tool === null) return { type: 'foreign', dialect: 'anthropic', name: 'tool', value }
  if (type !== null && /^web_search_\d+$/.test(type)) return readWebSearch(tool, type)
  const name = asString(tool.name)
  if (name === null || (type !== null && type !== 'custom'))
    return { type: 'foreign', dialect: 'anthropic', name: type ?? 'tool', value }
  return readFunction(tool, name)
}

function readFunction(tool: JsonRecord, name: string): FunctionTool {
  const fields = new Fields(tool)
  fields.take('name', asString)
  if (fields.take('type', exactly('custom')) !== null) fields.spell('type', 'custom')
  const description = fields.take('description', anyText)
  const schema = fields.take('input_schema', asRecord)
  const isStrict = fields.take('strict', anyBoolean)
  return { type: 'function', name, description, schema, isStrict, ...takeCache(fields), ...fields.carried() }
}

function readWebSearch(tool: JsonRecord, version: string): WebSearchTool {
  const fields = new Fields(tool)
  fields.take('type', anyText)
  fields.spell('type', version)
  fields.take('name', exactly('web_search'))
  return {
    type: 'web-search',
    maxUses: fields.take('max_uses', numberIn),
    allowedDomains: fields.take('allowed_domains', texts),
    blockedDomains: fields.take('blocked_domains', texts),
    location: fields.takeInner('user_location', readLocation),
    ...fields.carried(),
  }
}

function readLocation(fields: Fields): WebSearchTool['location'] {
  fields.take('type', exactly('approximate'))
  const location: Record<string, string> = {}
  for (const name of ['city', 'region', 'country', 'timezone']) {
    const place = fields.take(name, asString)
    if (place !== null) location[name] = place
  }
  return location
}

/** @param isOwn The request is of this dialect: everything stays as it was. @param drop Names what is lost. */
export function writeTool(tool: Tool, isOwn: boolean, drop: (name: string) => void): JsonRecord | null {
  switch (tool.type) {
    case 'function':
      return isOwn ? writeOwn(tool) : writeFunction(tool, drop)
    case 'custom':
      return writeCustom(tool, drop)
    case 'web-search':
      return writeWebSearch(tool)
    case 'foreign':
      return tool.dialect === 'anthropic' ? asRecord(tool.value) : null
  }
}

function writeOwn({ name, description, schema, isStrict, cache, carried }: FunctionTool): JsonRecord {
  return {
    ...fieldsOf(carried),
    ...(spellingOf(carried, 'type') === null ? {} : { type: 'custom' }),
    name,
    ...(description === null ? {} : { description }),
    ...(schema === null ? {} : { input_schema: schema }),
    ...(isStrict === null ? {} : { strict: isStrict }),
    ...writeCache(cache),
  }
}

function writeFunction(
  { name, description, schema, isStrict, cache }: FunctionTool,
  drop: (name: string) => void,
): JsonRecord {
  if (isReshaped(schema)) drop('tools[].schema')
  const inputSchema = toolSchema(schema)
  return {
    name,
    ...(description === null || description === '' ? {} : { description }),
    input_schema: isStrict === true ? strictSchema(inputSchema) : inputSchema,
    ...(isStrict === true ? { strict: true } : {}),
    ...writeCache(cache),
  }
}

/** A tool of free text becomes a function of one text. A grammar is shown to the model, which is not held to it. */
function writeCustom({ name, description, format }: CustomTool, drop: (name: string) => void): JsonRecord {
  const grammar = asRecord(format)
  const definition = asString(grammar?.definition) ?? asString(asRecord(grammar?.grammar)?.definition)
  if (grammar !== null && grammar.type !== 'text') drop('custom tool format')
  const words = [description ?? '', definition === null ? '' : `\`input\` follows this grammar:\n${definition}`]
  return {
    name,
    description: words.filter((text) => text !== '').join('\n\n'),
    input_schema: { type: 'object', properties: { input: { type: 'string' } }, required: ['input'] },
  }
}

/** The version that every model with a web search takes. */
const webSearchVersion = 'web_search_20250305'

function writeWebSearch({ maxUses, allowedDomains, blockedDomains, location, carried }: WebSearchTool): JsonRecord {
  const isOwn = carried?.dialect === 'anthropic'
  return {
    ...fieldsOf(carried, ['user_location']),
    type: spellingOf(carried, 'type') ?? webSearchVersion,
    name: 'web_search',
    ...(maxUses === null ? {} : { max_uses: maxUses }),
    ...(allowedDomains === null ? {} : { allowed_domains: allowedDomains }),
    // The API takes one of the two lists, and what is allowed leaves nothing to be blocked.
    ...(blockedDomains === null || (!isOwn && allowedDomains !== null) ? {} : { blocked_domains: blockedDomains }),
    ...(location === null
      ? {}
      : { user_location: { ...innerOf(carried, 'user_location'), type: 'approximate', ...location } }),
  }
}

export interface ToolUse {
  readonly choice: ToolChoice | null
  readonly parallel: boolean | null
}

/** @returns null for one that is not understood. */
export function readToolChoice(fields: Fields): ToolUse | null {
  const parallel = fields.take('disable_parallel_tool_use', anyBoolean)
  const choice = readKind(fields)
  return choice === null ? null : { choice, parallel: parallel === null ? null : !parallel }
}

function readKind(fields: Fields): ToolChoice | null {
  switch (fields.take('type', asString)) {
    case 'auto':
      return { kind: 'auto' }
    case 'none':
      return { kind: 'none' }
    case 'any':
      return { kind: 'required' }
    case 'tool': {
      const name = fields.take('name', asString)
      return name === null ? null : { kind: 'named', name }
    }
    default:
      return null
  }
}

/** To be spread into the request; nothing where there is nothing to say. @param rest What else stood beside the choice. */
export function writeToolChoice({ choice, parallel }: ToolUse, rest: JsonRecord): JsonRecord {
  if (choice === null && parallel !== false) return {}
  const parallelField = parallel === null || choice?.kind === 'none' ? {} : { disable_parallel_tool_use: !parallel }
  return { tool_choice: { ...rest, ...writeKind(choice ?? { kind: 'auto' }), ...parallelField } }
}

function writeKind(choice: ToolChoice): JsonRecord {
  switch (choice.kind) {
    case 'auto':
      return { type: 'auto' }
    case 'none':
      return { type: 'none' }
    case 'required':
      return { type: 'any' }
    case 'named':
      return { type: 'tool', name: choice.name }
  }
}
