/** Tools: functions, custom ones, the older `functions`, the web search that stands beside them, and servers' own kinds. */
import type { CustomTool, FunctionTool, Tool, WebSearchTool } from '../../neutral/request.ts'
import { asRecord, asString, type JsonRecord } from '../fields.ts'
import { readCache, writeCache } from './cache.ts'
import { Fields, isOurs, restored, spelt } from './carry.ts'
import { fitParameters, isStrictSchema } from './schema.ts'
import type { Writing } from './writing.ts'

export function readTools(request: Fields): readonly Tool[] {
  const tools = (request.list('tools') ?? []).map(readTool)
  const legacy = request.peek('functions')
  if (
    Array.isArray(legacy) &&
    legacy.length > 0 &&
    legacy.every((entry) => typeof asRecord(entry)?.name === 'string')
  ) {
    request.take('functions')
    for (const entry of legacy) tools.push(readLegacy(new Fields(entry as JsonRecord)))
  }
  const search = readSearch(request)
  return search === null ? tools : [...tools, search]
}

function readTool(entry: unknown): Tool {
  const record = asRecord(entry)
  const type = asString(record?.type)
  if (record !== null && typeof asRecord(record.function)?.name === 'string') return readFunction(new Fields(record))
  if (record !== null && typeof asRecord(record.custom)?.name === 'string') return readCustom(new Fields(record))
  return { type: 'foreign', dialect: 'openai-chat', name: type ?? 'tool', value: entry }
}

function readFunction(f: Fields): FunctionTool {
  if (f.peek('type') === 'function') f.take('type')
  else if (!f.has('type')) f.spell('type', 'absent')
  const inner = f.within('function')
  const about = inner === null ? null : readAbout(inner)
  const isStrict = inner?.flag('strict') ?? null
  const cache = readCache(f)
  return { type: 'function', name: '', description: null, schema: null, ...about, isStrict, ...cache, ...f.rest() }
}

function readAbout(f: Fields) {
  const name = f.text('name') ?? ''
  const description = f.text('description')
  return { name, description, schema: f.record('parameters') }
}

function readCustom(f: Fields): CustomTool {
  if (f.peek('type') === 'custom') f.take('type')
  else if (!f.has('type')) f.spell('type', 'absent')
  const inner = f.within('custom')
  const name = inner?.text('name') ?? ''
  const description = inner?.text('description') ?? null
  const format = inner?.record('format') ?? null
  f.spell('tool', 'custom')
  return { type: 'custom', name, description, format, ...f.rest() }
}

function readLegacy(f: Fields): FunctionTool {
  f.spell('tool', 'functions')
  return { type: 'function', ...readAbout(f), isStrict: null, ...f.rest() }
}

const locationFields = ['city', 'region', 'country', 'timezone'] as const

/** OpenAI's search models and Perplexity's search as told here. */
function readSearch(request: Fields): WebSearchTool | null {
  const record = request.record('web_search_options')
  if (record === null) return null
  const f = new Fields(record)
  const isPlace = asRecord(asRecord(f.peek('user_location'))?.approximate) !== null
  const place = isPlace ? f.within('user_location') : null
  if (place?.peek('type') === 'approximate') place.take('type')
  else if (place !== null) place.spell('type', 'absent')
  const approximate = place?.within('approximate') ?? null
  const found = locationFields.map((name) => [name, approximate?.word(name) ?? null] as const)
  const location = approximate === null ? null : Object.fromEntries(found.filter(([, value]) => value !== null))
  f.spell('tool', 'web_search_options')
  return { type: 'web-search', maxUses: null, allowedDomains: null, blockedDomains: null, location, ...f.rest() }
}

export function addTools(out: Record<string, unknown>, tools: readonly Tool[], writing: Writing): void {
  const entries: unknown[] = []
  const legacy: unknown[] = []
  for (const tool of tools) {
    if (tool.type === 'web-search') addSearch(out, tool, writing)
    else if (tool.type === 'function' && spelt(tool, 'tool') === 'functions') legacy.push(restored(aboutOf(tool), tool))
    else if (tool.type !== 'foreign') entries.push(writeTool(tool, writing))
    else if (tool.dialect === 'openai-chat') entries.push(tool.value)
  }
  if (entries.length > 0) out.tools = entries
  if (legacy.length > 0) out.functions = legacy
}

function writeTool(tool: FunctionTool | CustomTool, writing: Writing): Record<string, unknown> {
  if (tool.type === 'custom') return writeCustom(tool, writing)
  if (!writing.isOurs) return writeFitted(tool, writing)
  const strict = tool.isStrict === null ? {} : { strict: tool.isStrict }
  const out: Record<string, unknown> = { type: 'function', function: { ...aboutOf(tool), ...strict } }
  writeCache(tool, out, writing.dropped)
  return restored(out, tool)
}

const aboutOf = ({ name, description, schema }: FunctionTool) => ({
  name,
  ...(description === null ? {} : { description }),
  ...(schema === null ? {} : { parameters: schema }),
})

/** A tool of another dialect, in the form that every server takes. */
function writeFitted(tool: FunctionTool, { dropped }: Writing): Record<string, unknown> {
  const { schema, note } = fitParameters(tool.schema)
  if (note !== null) dropped.add('tools[].schema')
  if (tool.cache !== undefined) dropped.add('cache_control')
  const description = [tool.description, note].filter((line) => line !== null && line !== '').join('\n\n')
  const isStrict = tool.isStrict === true && isStrictSchema(schema)
  if (tool.isStrict === true && !isStrict) dropped.add('strict')
  const about = { name: tool.name, ...(description === '' ? {} : { description }), parameters: schema }
  return { type: 'function', function: isStrict ? { ...about, strict: true } : about }
}

function writeCustom(tool: CustomTool, { dropped }: Writing): Record<string, unknown> {
  const { name, description, format } = tool
  const about = { name, ...(description === null ? {} : { description }) }
  if (spelt(tool, 'tool') === 'custom') {
    const custom = format === null ? about : { ...about, format }
    return restored({ type: 'custom', custom }, tool)
  }
  if (asRecord(format)?.type !== undefined && asRecord(format)?.type !== 'text') dropped.add('custom tool format')
  return { type: 'function', function: { ...about, parameters: oneText } }
}

/** The parameters of a function that stands for a tool of free text. */
const oneText = {
  type: 'object',
  properties: { input: { type: 'string' } },
  required: ['input'],
  additionalProperties: false,
} as const

function addSearch(out: Record<string, unknown>, tool: WebSearchTool, { target, dropped }: Writing): void {
  if (!isOurs(tool) && target.searchesWeb !== true) {
    dropped.add('web_search')
    return
  }
  const { location } = tool
  const place = location === null ? {} : { user_location: { type: 'approximate', approximate: location } }
  out.web_search_options = restored({ ...place }, tool)
}
