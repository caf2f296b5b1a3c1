/** JSON Schemas as OpenAI takes them: what a function's parameters must look like, and what a strict schema must hold. */
import { asList, asRecord, type JsonRecord } from '../fields.ts'

/** Keywords that may not stand at the top of a function's parameters, which must be an object. */
const refusedAtTop = ['anyOf', 'oneOf', 'allOf', 'not', 'enum', 'const', 'if', 'then', 'else'] as const

export interface FittedSchema {
  readonly schema: JsonRecord
  /** Something the schema says was left out; `note` says it in words. */
  readonly note: string | null
}

/** A schema for a function's parameters. What the top may not say goes into a note for the description. */
export function fitParameters(schema: JsonRecord | null): FittedSchema {
  if (schema === null) return { schema: { type: 'object', properties: {} }, note: null }
  const left = refusedAtTop.filter((keyword) => schema[keyword] !== undefined)
  const isObject = schema.type === 'object' && asRecord(schema.properties) !== null
  if (left.length === 0 && isObject) return { schema, note: null }
  const kept = Object.fromEntries(Object.entries(schema).filter(([keyword]) => !isRefused(keyword)))
  const properties = {
    ...propertiesOf(left.flatMap((keyword) => asList(schema[keyword]))),
    ...asRecord(schema.properties),
  }
  const fitted = { ...kept, type: 'object', properties }
  if (left.length === 0) return { schema: fitted, note: null }
  const words = JSON.stringify(Object.fromEntries(left.map((keyword) => [keyword, schema[keyword]])))
  return { schema: fitted, note: `The arguments must also fit this JSON Schema: ${words}` }
}

const isRefused = (keyword: string): boolean => (refusedAtTop as readonly string[]).includes(keyword)

/** The properties of the alternatives together, so that the model sees their names. */
function propertiesOf(alternatives: readonly unknown[]): Record<string, unknown> {
  const all: Record<string, unknown> = {}
  for (const alternative of alternatives) Object.assign(all, asRecord(asRecord(alternative)?.properties))
  return all
}

/** Keywords under which schemas stand: one, a list, or by name. */
const inner = ['items', 'additionalItems', 'not'] as const
const lists = ['anyOf', 'oneOf', 'allOf', 'prefixItems'] as const
const named = ['properties', '$defs', 'definitions'] as const

/**
 * Whether OpenAI takes the schema as a strict one: every object closed, every property required, none of the keywords that
 * strict schemas may not have (platform.openai.com/docs/guides/structured-outputs).
 */
export function isStrictSchema(schema: unknown): boolean {
  const record = asRecord(schema)
  if (record === null) return typeof schema === 'boolean'
  if (record.oneOf !== undefined || record.allOf !== undefined || record.not !== undefined) return false
  if (!isClosed(record)) return false
  const children = [
    ...inner.map((keyword) => record[keyword]).filter((child) => child !== undefined),
    ...lists.flatMap((keyword) => asList(record[keyword])),
    ...named.flatMap((keyword) => Object.values(asRecord(record[keyword]) ?? {})),
  ]
  return children.every(isStrictSchema)
}

function isClosed(schema: JsonRecord): boolean {
  const properties = asRecord(schema.properties)
  if (schema.type !== 'object' && properties === null) return true
  const required = new Set(asList(schema.required))
  return schema.additionalProperties === false && Object.keys(properties ?? {}).every((name) => required.has(name))
}
