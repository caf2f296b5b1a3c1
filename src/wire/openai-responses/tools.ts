/** The tools of a request and which of them is to be used. */
import type { CustomTool, FunctionTool, Tool, ToolChoice, WebSearchTool } from '../../neutral/request.ts'
import { asRecord, asString, type JsonRecord } from '../fields.ts'
import { dialectId, exactly, flag, keep, keptOf, reading, text, texts } from './carried.ts'
import { fitParameters, keepsStrictRules } from './schema.ts'

export function readTool(value: unknown): Tool {
  const record = asRecord(value)
  const type = asString(record?.['type'])
  const known = record === null || type === null ? null : readKnown(record, type)
  return known ?? { type: 'foreign', dialect: dialectId, name: type ?? 'tool', value }
}

function readKnown(record: JsonRecord, type: string): Tool | null {
  if (type === 'function') return readFunction(record)
  if (type === 'custom') return readCustom(record)
  return webSearchTypes.test(type) ? readWebSearch(record, type) : null
}

/** `web_search`, its dated versions, and the preview before it. */
const webSearchTypes = /^web_search(_preview)?(_\d{4}_\d{2}_\d{2})?$/

function readFunction(record: JsonRecord): FunctionTool | null {
  const tool = reading(record)
  const name = tool.take('name', asString)
  if (name === null) return null
  tool.take('type', text)
  const description = tool.take('description', text)
  const schema = tool.take('parameters', asRecord)
  const isStrict = tool.take('strict', flag)
  // Always marked as this dialect's: what is absent stays so.
  return { type: 'function', name, description, schema, isStrict, carried: tool.kept({ type: 'function' }) }
}

function readCustom(record: JsonRecord): CustomTool | null {
  const tool = reading(record)
  const name = tool.take('name', asString)
  if (name === null) return null
  tool.take('type', text)
  const description = tool.take('description', text)
  const format = tool.take('format', asRecord)
  return { type: 'custom', name, description, format, carried: tool.kept({ type: 'custom' }) }
}

function readWebSearch(record: JsonRecord, type: string): WebSearchTool {
  const tool = reading(record)
  tool.take('type', text)
  const filters = tool.take('filters', (value) => exactly(value, ['allowed_domains']))
  const allowed = filters === null ? null : texts(filters['allowed_domains'])
  const location = tool.take('user_location', readLocation)
  // Lists that are no lists, or empty filters, go back as they came.
  const odd = filters !== null && allowed === null ? [['filters', filters] as const] : []
  return {
    type: 'web-search',
    maxUses: null,
    allowedDomains: allowed,
    blockedDomains: null,
    location,
    carried: keep([...tool.rest(), ...odd], { type }),
  }
}

function readLocation(value: unknown): WebSearchTool['location'] {
  const record = exactly(value, ['type', 'city', 'region', 'country', 'timezone'])
  if (record?.['type'] !== 'approximate') return null
  const { type: _, ...place } = record
  return Object.values(place).every((one) => typeof one === 'string') ? place : null
}

export function writeTool(tool: Tool, dropped: Set<string>): unknown {
  switch (tool.type) {
    case 'function':
      return writeFunction(tool, dropped)
    case 'custom':
      return writeCustom(tool)
    case 'web-search':
      return writeWebSearch(tool, dropped)
    case 'foreign':
      return tool.dialect === dialectId ? tool.value : undefined
    default:
      return tool satisfies never
  }
}

function writeFunction(tool: FunctionTool, dropped: Set<string>): JsonRecord {
  const { name, description, schema, isStrict } = tool
  const kept = keptOf(tool)
  const said = { type: 'function', name, ...(description !== null && { description }) }
  if (kept !== null)
    return {
      ...said,
      ...(schema !== null && { parameters: schema }),
      ...(isStrict !== null && { strict: isStrict }),
      ...kept.fields,
    }
  if (tool.cache !== undefined) dropped.add('cache_control')
  const fitted = fitParameters(schema)
  if (fitted.isLess) dropped.add('tools[].schema')
  const strict = isStrict === true && keepsStrictRules(fitted.schema)
  if (isStrict === true && !strict) dropped.add('strict')
  // What is left out would count as strict here.
  return { ...said, parameters: fitted.schema, strict }
}

function writeCustom(tool: CustomTool): JsonRecord {
  const { name, description, format } = tool
  const kept = keptOf(tool)
  const said = kept === null ? flatFormat(format) : asRecord(format)
  return {
    type: 'custom',
    name,
    ...(description !== null && { description }),
    ...(said !== null && { format: said }),
    ...kept?.fields,
  }
}

/** The other API of the same maker puts a grammar one level deeper. */
function flatFormat(format: unknown): JsonRecord | null {
  const record = asRecord(format)
  const grammar = asRecord(record?.['grammar'])
  return record?.['type'] === 'grammar' && grammar !== null ? { type: 'grammar', ...grammar } : record
}

function writeWebSearch(tool: WebSearchTool, dropped: Set<string>): JsonRecord {
  const kept = keptOf(tool)
  if (tool.maxUses !== null) dropped.add('max_uses')
  if ((tool.blockedDomains ?? []).length > 0) dropped.add('blocked_domains')
  return {
    type: kept?.spelling['type'] ?? 'web_search',
    ...(tool.allowedDomains !== null && { filters: { allowed_domains: tool.allowedDomains } }),
    ...(tool.location !== null && { user_location: { type: 'approximate', ...tool.location } }),
    ...kept?.fields,
  }
}

/** @returns null for choices of this API alone: hosted tools, lists of allowed ones. */
export function readToolChoice(value: unknown): ToolChoice | null {
  if (value === 'auto' || value === 'none' || value === 'required') return { kind: value }
  const choice = exactly(value, ['type', 'name'])
  const name = asString(choice?.['name'])
  return name !== null && (choice?.['type'] === 'function' || choice?.['type'] === 'custom')
    ? { kind: 'named', name }
    : null
}

/** @param type How the caller called the named tool's kind, where he was of this dialect. */
export function writeToolChoice(choice: ToolChoice, tools: readonly Tool[], type: string | undefined): unknown {
  if (choice.kind !== 'named') return choice.kind
  const isCustom = tools.some((tool) => tool.type === 'custom' && tool.name === choice.name)
  return { type: type ?? (isCustom ? 'custom' : 'function'), name: choice.name }
}
