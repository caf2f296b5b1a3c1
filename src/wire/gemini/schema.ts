/**
 * The API's own schemas (a subset of OpenAPI 3.0: types in capitals, `nullable`, counts as text) as JSON Schema, and back
 * again exactly as they were.
 */
import { isNumber, readNumber } from '../../neutral/exact-number.ts'
import { asList, asRecord, parseJsonExactly, type JsonRecord } from '../fields.ts'
import type { JsonObject } from './reading.ts'

/** @returns The schema, and how `openApiOf` makes the same again: a style, or the whole text for a schema of mixed style. */
export function readSchema(openApi: JsonRecord): { readonly schema: JsonRecord; readonly style: string } {
  const schema = jsonSchemaOf(openApi)
  const style = styleOf(openApi)
  const isSame = Bun.deepEquals(openApiOf(schema, style), openApi, true)
  return { schema, style: isSame ? style : JSON.stringify(openApi) }
}

/** @param style Of `readSchema`. */
export function writeSchema(schema: JsonRecord, style: string): unknown {
  return style.startsWith('{') ? parseJsonExactly(style) : openApiOf(schema, style)
}

const counts = ['minItems', 'maxItems', 'minLength', 'maxLength', 'minProperties', 'maxProperties'] as const

function jsonSchemaOf(openApi: JsonRecord): JsonRecord {
  const out: JsonObject = { ...openApi }
  if (typeof out['type'] === 'string') {
    if (out['type'] === 'TYPE_UNSPECIFIED') delete out['type']
    else out['type'] = out['type'].toLowerCase()
  }
  for (const name of counts) if (typeof out[name] === 'string') out[name] = readNumber(out[name])
  mapChildren(out, jsonSchemaOf)
  return out['nullable'] === true ? orNull(out) : out
}

function orNull(out: JsonObject): JsonRecord {
  delete out['nullable']
  const { type, anyOf } = out
  if (Array.isArray(anyOf)) out['anyOf'] = [...asList(anyOf), { type: 'null' }]
  if (typeof type === 'string') out['type'] = [type, 'null']
  if (Array.isArray(out['enum'])) out['enum'] = [...asList(out['enum']), null]
  return out
}

function openApiOf(schema: JsonRecord, style: string): JsonRecord {
  const out: JsonObject = { ...schema }
  if (Array.isArray(out['type'])) {
    out['type'] = asList(out['type'])[0]
    out['nullable'] = true
    if (Array.isArray(out['enum'])) out['enum'] = out['enum'].slice(0, -1)
  }
  const branches = asList(out['anyOf'])
  if (asRecord(branches.at(-1))?.['type'] === 'null') {
    out['anyOf'] = branches.slice(0, -1)
    out['nullable'] = true
  }
  if (typeof out['type'] === 'string' && style.startsWith('upper')) out['type'] = out['type'].toUpperCase()
  if (style.endsWith('text')) for (const name of counts) if (isNumber(out[name])) out[name] = String(out[name])
  mapChildren(out, (child) => openApiOf(child, style))
  return out
}

function mapChildren(out: JsonObject, map: (schema: JsonRecord) => JsonRecord): void {
  const child = (value: unknown): unknown => {
    const schema = asRecord(value)
    return schema === null ? value : map(schema)
  }
  if (out['items'] !== undefined) out['items'] = child(out['items'])
  if (Array.isArray(out['anyOf'])) out['anyOf'] = out['anyOf'].map(child)
  const properties = asRecord(out['properties'])
  if (properties !== null)
    out['properties'] = Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, child(value)]))
}

/** `upper` or `lower` by the first type that is met, with ` text` where counts are written as text. */
function styleOf(openApi: JsonRecord): string {
  const types: string[] = []
  let isText = false
  const look = (schema: JsonRecord): JsonRecord => {
    if (typeof schema['type'] === 'string') types.push(schema['type'])
    isText ||= counts.some((name) => typeof schema[name] === 'string')
    mapChildren({ ...schema }, look)
    return schema
  }
  look(openApi)
  const [first = 'STRING'] = types
  return `${first === first.toUpperCase() ? 'upper' : 'lower'}${isText ? ' text' : ''}`
}
