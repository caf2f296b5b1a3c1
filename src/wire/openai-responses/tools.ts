/** The tools of a request, each as it is by itself. */
import type { CustomTool, FunctionTool, Tool, WebSearchTool } from '../../neutral/request.ts'
import { asRecord, asString, type JsonRecord } from '../fields.ts'
import { builtinIn, isBuiltin, readBuiltin, writeBuiltin } from './builtins.ts'
import { besides, dialectId, exactly, flag, keep, type Kept, keptOf, reading, text, texts } from './carried.ts'
import type { Naming } from './naming.ts'
import { fitParameters, keepsStrictRules } from './schema.ts'

export const readTool = (value: unknown, naming: Naming): Tool =>
  readNamed(value) ?? readTyped(value, naming) ?? foreignTool(value)

/** A tool that its maker named. */
export function readNamed(value: unknown): FunctionTool | CustomTool | null {
  const record = asRecord(value)
  if (record?.['type'] === 'function') return readFunction(record)
  return record?.['type'] === 'custom' ? readCustom(record) : null
}

/** One of the API's own. */
function readTyped(value: unknown, naming: Naming): Tool | null {
  const record = asRecord(value)
  if (record === null) return null
  const type = asString(record['type']) ?? ''
  const builtin = builtinIn(record)
  if (builtin !== null) return readBuiltin(record, builtin, naming.builtin(builtin))
  return webSearchTypes.test(type) ? readWebSearch(record, type) : null
}

export const foreignTool = (value: unknown): Tool => ({
  type: 'foreign',
  dialect: dialectId,
  name: asString(asRecord(value)?.['type']) ?? 'tool',
  value,
})

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
  if (isBuiltin(kept?.spelling['type'])) return writeBuiltin(kept.spelling, kept.fields)
  if (kept !== null)
    return {
      type: 'function',
      ...ownWords(tool, kept),
      ...(schema !== null && { parameters: schema }),
      ...(isStrict !== null && { strict: isStrict }),
      ...ownFields(kept),
    }
  if (tool.cache !== undefined) dropped.add('cache_control')
  const fitted = fitParameters(schema)
  if (fitted.isLess) dropped.add('tools[].schema')
  const strict = isStrict === true && keepsStrictRules(fitted.schema)
  if (isStrict === true && !strict) dropped.add('strict')
  // What is left out would count as strict here.
  return {
    type: 'function',
    name,
    ...(description !== null && { description }),
    parameters: fitted.schema,
    strict,
  }
}

/** Before the fields of a namespace, which its first tool carries. */
export const namespacePrefix = 'namespace.'

const ownFields = ({ fields }: Kept): JsonRecord => besides(fields, namespacePrefix)

/** Name and description as its maker gave them: in a namespace others have others. */
function ownWords({ name, description }: FunctionTool | CustomTool, { spelling }: Kept): JsonRecord {
  const isTold = spelling[`${namespacePrefix}description`] !== undefined
  const own = isTold ? (spelling['description'] ?? null) : description
  return { name: spelling['name'] ?? name, ...(own !== null && { description: own }) }
}

function writeCustom(tool: CustomTool): JsonRecord {
  const { name, description, format } = tool
  const kept = keptOf(tool)
  const said = kept === null ? flatFormat(format) : asRecord(format)
  return {
    type: 'custom',
    ...(kept === null ? { name, ...(description !== null && { description }) } : ownWords(tool, kept)),
    ...(said !== null && { format: said }),
    ...(kept !== null && ownFields(kept)),
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
