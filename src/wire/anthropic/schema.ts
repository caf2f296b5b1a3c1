/**
 * JSON Schemas as this API takes them. A tool's schema must be an object at its root; where the model is held to a schema
 * (strict tools, structured output) many keywords are refused: those move into the description, where the model still reads them.
 */
import { asRecord, type JsonRecord } from '../fields.ts'

const noProperties: JsonRecord = Object.freeze({ type: 'object', properties: {} })

const combined = ['anyOf', 'oneOf', 'allOf'] as const

/** A tool's schema, with what its root may not hold moved into its description. */
export function toolSchema(schema: JsonRecord | null): JsonRecord {
  if (schema === null) return noProperties
  const isPlain = schema.type === 'object' && combined.every((name) => schema[name] === undefined)
  if (isPlain) return schema
  const moved = Object.fromEntries(
    combined.flatMap((name) => (schema[name] === undefined ? [] : [[name, schema[name]]])),
  )
  const kept = Object.entries(schema).filter(([name]) => !(name in moved))
  return described(
    { ...Object.fromEntries(kept), type: 'object', properties: asRecord(schema.properties) ?? {} },
    moved,
  )
}

/** True when {@link toolSchema} has to move something. */
export const isReshaped = (schema: JsonRecord | null): boolean =>
  schema !== null && combined.some((name) => schema[name] !== undefined)

/** The schema with every keyword that constrained decoding refuses moved into the description beside it. */
export function strictSchema(schema: JsonRecord): JsonRecord {
  const kept: Record<string, unknown> = {}
  const moved: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(schema)) {
    const strict = strictKeyword(name, value)
    if (strict === undefined) moved[name] = value
    else if (strict !== leftOut) kept[strict.name] = strict.value
  }
  if (kept.type === 'object' || kept.properties !== undefined) kept.additionalProperties = false
  return described(kept, moved)
}

/** Keywords that say nothing about the answer. */
const leftOut = Symbol('left out')

const asTheyAre: ReadonlySet<string> = new Set([
  'type',
  'description',
  'title',
  'enum',
  'const',
  '$ref',
  'required',
  'default',
])

const formats: ReadonlySet<unknown> = new Set(
  'date-time time date duration email hostname uri ipv4 ipv6 uuid'.split(' '),
)

/** @returns The keyword as it may stand, undefined when it is to be moved. */
function strictKeyword(
  name: string,
  value: unknown,
): { readonly name: string; readonly value: unknown } | typeof leftOut | undefined {
  if (asTheyAre.has(name)) return { name, value }
  switch (name) {
    case '$schema':
    case 'additionalProperties':
      return leftOut
    case 'properties':
    case '$defs':
    case 'definitions':
      return { name, value: eachStrict(value) }
    case 'items':
      return asRecord(value) === null ? undefined : { name, value: strictOrAsIs(value) }
    case 'anyOf':
    case 'allOf':
      return Array.isArray(value) ? { name, value: value.map(strictOrAsIs) } : undefined
    case 'oneOf':
      // Exclusive or not, the model writes one of them.
      return Array.isArray(value) ? { name: 'anyOf', value: value.map(strictOrAsIs) } : undefined
    case 'format':
      return formats.has(value) ? { name, value } : undefined
    case 'minItems':
      return value === 0 || value === 1 ? { name, value } : undefined
    default:
      return undefined
  }
}

const strictOrAsIs = (value: unknown): unknown => {
  const schema = asRecord(value)
  return schema === null ? value : strictSchema(schema)
}

const eachStrict = (value: unknown): unknown => {
  const schemas = asRecord(value)
  if (schemas === null) return value
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, strictOrAsIs(schema)]))
}

function described(schema: JsonRecord, moved: JsonRecord): JsonRecord {
  const constraints = Object.entries(moved).map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
  if (constraints.length === 0) return schema
  const words = typeof schema.description === 'string' && schema.description !== '' ? [schema.description] : []
  return { ...schema, description: [...words, `(${constraints.join(', ')})`].join(' ') }
}
