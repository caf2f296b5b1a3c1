/** Tools: lists of functions, Google Search, and what the API alone has (code execution, URL context, file search). */
import type { CustomTool, FunctionTool, Tool, WebSearchTool } from '../../neutral/request.ts'
import { asList, asRecord, asString, type JsonRecord } from '../fields.ts'
import { fitSchema } from './fit-schema.ts'
import { isBeforeGemini3 } from './model.ts'
import { Reading, restore, spelled, type JsonObject } from './reading.ts'
import { readSchema, writeSchema } from './schema.ts'
import type { Turns } from './turns.ts'

/**
 * The tools in order. How the objects that hold them are cut is spelled by the request, one word for each field
 * (`functionDeclarations:2,googleSearch|codeExecution`).
 */
export function readTools(tools: readonly unknown[], request: Reading): Tool[] {
  const layout: string[] = []
  const out: Tool[] = []
  for (const entry of tools) {
    const words: string[] = []
    for (const [key, value] of Object.entries(asRecord(entry) ?? {})) {
      const read = readTool(key, value)
      words.push(isFunctions(key) && Array.isArray(value) ? `${key}:${read.length}` : key)
      out.push(...read)
    }
    layout.push(words.join(','))
  }
  request.spell('tools', tools.length === 0 ? 'none' : layout.join('|'))
  return out
}

const isFunctions = (key: string): boolean => key === 'functionDeclarations' || key === 'function_declarations'
const isSearch = (key: string): boolean => key === 'googleSearch' || key === 'google_search'

function readTool(key: string, value: unknown): Tool[] {
  if (isFunctions(key) && Array.isArray(value)) return asList(value).map((declaration) => readFunction(declaration))
  const search = asRecord(value)
  if (isSearch(key) && search !== null) return [readSearch(search)]
  return [{ type: 'foreign', dialect: 'gemini', name: key, value }]
}

const functionFields: ReadonlySet<'name' | 'description' | 'parameters' | 'parametersJsonSchema'> = new Set([
  'name',
  'description',
  'parameters',
  'parametersJsonSchema',
])

function readFunction(declaration: unknown): Tool {
  const fields = asRecord(declaration)
  if (typeof fields?.['name'] !== 'string')
    return { type: 'foreign', dialect: 'gemini', name: 'functionDeclarations', value: declaration }
  const reading = new Reading()
  const { description, parameters, parametersJsonSchema } = reading.take(fields, functionFields)
  const text = asString(description)
  if (text === null && description !== undefined) reading.keep('description', description)
  return {
    type: 'function',
    name: fields['name'],
    description: text,
    schema: readParameters(parameters, parametersJsonSchema, reading),
    isStrict: null,
    ...reading.carried(),
  }
}

/** Two fields say what a function takes; the first that is there. */
function readParameters(openApi: unknown, json: unknown, reading: Reading): JsonRecord | null {
  const parameters = asRecord(openApi)
  if (parameters !== null && json !== undefined) reading.keep('parametersJsonSchema', json)
  if (parameters !== null) {
    const { schema, style } = readSchema(parameters)
    reading.spell('schema', style)
    return schema
  }
  const schema = asRecord(json)
  if (schema !== null) reading.spell('schema', 'json')
  else if (json !== undefined) reading.keep('parametersJsonSchema', json)
  return schema
}

const searchFields: ReadonlySet<'excludeDomains'> = new Set(['excludeDomains'])

function readSearch(search: JsonRecord): WebSearchTool {
  const reading = new Reading()
  const { excludeDomains } = reading.take(search, searchFields)
  const blocked = asList(excludeDomains).filter((domain) => typeof domain === 'string')
  return {
    type: 'web-search',
    maxUses: null,
    allowedDomains: null,
    blockedDomains: Array.isArray(excludeDomains) ? blocked : null,
    location: null,
    ...reading.carried(),
  }
}

/** @returns undefined where there are none. */
export function writeTools(turns: Turns): readonly JsonObject[] | undefined {
  const { request, isOwn } = turns
  const layout = spelled(request.carried, 'tools')
  if (isOwn && layout !== undefined) {
    const laid = layOut(layout, turns)
    if (laid !== null) return laid
  }
  return arrange(turns)
}

/** The objects as they were cut; null where the tools are no longer the same. */
function layOut(layout: string, turns: Turns): JsonObject[] | null {
  const rest = turns.request.tools.map((tool) => writeTool(tool, turns))
  const out: JsonObject[] = []
  for (const words of layout === 'none' ? [] : layout.split('|')) {
    const entry: JsonObject = {}
    for (const word of words.split(',').filter(Boolean)) {
      const [key = '', count] = word.split(':')
      const taken = rest.splice(0, count === undefined ? 1 : Number(count))
      if (taken.length !== Number(count ?? 1)) return null
      entry[key] = count === undefined ? taken[0] : taken
    }
    out.push(entry)
  }
  return rest.length === 0 ? out : null
}

function writeTool(tool: Tool, turns: Turns): unknown {
  switch (tool.type) {
    case 'function':
      return writeFunction(tool, turns)
    case 'custom':
      return writeCustom(tool, turns)
    case 'web-search':
      return writeSearch(tool, turns)
    case 'foreign':
      return tool.value
  }
}

/** All functions in one object, and one for every other tool. */
function arrange(turns: Turns): JsonObject[] | undefined {
  const { request, target, dropped, isOwn } = turns
  const isFunction = ({ type }: Tool) => type === 'function' || type === 'custom'
  const functions = request.tools.filter(isFunction)
  const out: JsonObject[] = []
  if (functions.length > 0) out.push({ functionDeclarations: functions.map((tool) => writeTool(tool, turns)) })
  for (const tool of request.tools) {
    if (tool.type === 'foreign' && tool.dialect === 'gemini') out.push({ [tool.name]: tool.value })
    if (tool.type !== 'web-search') continue
    // "Tool use with function calling is unsupported": before Gemini 3 it is one or the other, and an agent needs its functions.
    if (functions.length > 0 && isBeforeGemini3(target.model) && !isOwn) dropped.add('web_search')
    else out.push({ googleSearch: writeSearch(tool, turns) })
  }
  return out.length === 0 ? undefined : out
}

/** Whether Google's tools and functions are asked for at once, which must be said (ai.google.dev/gemini-api/docs/tool-combination). */
export const mixesTools = (tools: readonly JsonObject[] | undefined): boolean =>
  tools !== undefined &&
  tools.some((tool) => 'functionDeclarations' in tool) &&
  tools.some((tool) => 'googleSearch' in tool)

function writeFunction(tool: FunctionTool, { dropped }: Turns): JsonObject {
  if (tool.cache !== undefined) dropped.add('cache_control')
  if (tool.isStrict === true) dropped.add('strict')
  const out: JsonObject = { name: tool.name }
  if (tool.description !== null) out['description'] = tool.description
  const style = spelled(tool.carried, 'schema')
  if (tool.schema !== null && style === 'json') out['parametersJsonSchema'] = tool.schema
  else if (tool.schema !== null && style !== undefined) out['parameters'] = writeSchema(tool.schema, style)
  else if (tool.schema !== null) writeFitted(tool.schema, out, dropped)
  return restore(out, tool.carried)
}

/** The API refuses an object without properties where parameters are listed; a function without any says nothing of them. */
function writeFitted(schema: JsonRecord, out: JsonObject, dropped: Set<string>): void {
  const fitted = fitSchema(schema)
  if (!fitted.isWhole) dropped.add('tools[].schema')
  const { anyOf, ...rest } = fitted.schema
  if (anyOf !== undefined) dropped.add('tools[].schema')
  const properties = { ...propertiesOf(asList(anyOf)), ...asRecord(rest['properties']) }
  if (Object.keys(properties).length > 0) out['parameters'] = { ...rest, type: 'OBJECT', properties }
}

/** Parameters must be an object: of alternatives the model sees all properties together. */
const propertiesOf = (alternatives: readonly unknown[]): JsonRecord =>
  Object.assign({}, ...alternatives.map((alternative) => asRecord(asRecord(alternative)?.['properties']))) as JsonRecord

function writeCustom(tool: CustomTool, { dropped }: Turns): JsonObject {
  const format = asRecord(tool.format)
  if (format !== null && format['type'] !== 'text') dropped.add('custom tool format')
  return {
    name: tool.name,
    ...(tool.description !== null && { description: tool.description }),
    parameters: { type: 'OBJECT', properties: { input: { type: 'STRING' } }, required: ['input'] },
  }
}

function writeSearch(tool: WebSearchTool, { dropped, isOwn }: Turns): JsonObject {
  const out: JsonObject = {}
  if (isOwn && tool.blockedDomains !== null) out['excludeDomains'] = tool.blockedDomains
  else if ((tool.blockedDomains ?? []).length > 0) dropped.add('blocked_domains')
  if ((tool.allowedDomains ?? []).length > 0) dropped.add('allowed_domains')
  if (tool.maxUses !== null) dropped.add('max_uses')
  if (tool.location !== null) dropped.add('user_location')
  return restore(out, tool.carried)
}
