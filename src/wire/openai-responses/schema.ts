/** JSON Schemas as this API takes them for tools and answers: an object on top, and rules of its own where they are strict. */
import { asList, asRecord, type JsonRecord } from '../fields.ts'

export interface FittedSchema {
  readonly schema: JsonRecord
  /** Something could not be said in it. */
  readonly isLess: boolean
}

/** Refused at the top of a tool's parameters (platform.openai.com/docs/guides/function-calling). */
const refusedOnTop: readonly string[] = ['anyOf', 'oneOf', 'allOf', 'enum', 'not']

/** The parameters of a tool: an object without choices on top. Those that must go are told in the description. */
export function fitParameters(schema: JsonRecord | null): FittedSchema {
  if (schema === null) return { schema: { type: 'object', properties: {} }, isLess: false }
  const refused = refusedOnTop.filter((name) => schema[name] !== undefined)
  if (refused.length === 0 && schema['type'] === 'object')
    return { schema: schema['properties'] === undefined ? { ...schema, properties: {} } : schema, isLess: false }
  const kept = Object.fromEntries(Object.entries(schema).filter(([name]) => !refused.includes(name)))
  const said = refused.map((name) => `${name}: ${JSON.stringify(schema[name])}`)
  const told = [schema['description'], ...said].filter((one) => typeof one === 'string').join('\n')
  return {
    schema: {
      properties: propertiesOf(schema),
      ...kept,
      type: 'object',
      ...(told !== '' && { description: told }),
    },
    isLess: refused.length > 0,
  }
}

/** All that the choices know, so that the model sees what it may give. */
function propertiesOf(schema: JsonRecord): JsonRecord {
  const choices = ['anyOf', 'oneOf', 'allOf'].flatMap((name) => asList(schema[name]))
  return Object.assign({}, ...choices.map((choice) => asRecord(asRecord(choice)?.['properties']) ?? {})) as JsonRecord
}

/** Deeper than any schema that is meant. */
const maxDepth = 64

/**
 * Whether a schema keeps the rules of strict mode: every object closed, every property required
 * (platform.openai.com/docs/guides/structured-outputs). One that does not is sent without `strict` instead of being refused.
 */
export function keepsStrictRules(schema: unknown, depth = 0): boolean {
  if (Array.isArray(schema)) return schema.every((entry) => keepsStrictRules(entry, depth + 1))
  const record = asRecord(schema)
  if (record === null) return true
  if (depth > maxDepth) return false
  const properties = asRecord(record['properties'])
  if (record['type'] === 'object' || properties !== null) {
    const required = asList(record['required'])
    if (record['additionalProperties'] !== false) return false
    if (Object.keys(properties ?? {}).some((name) => !required.includes(name))) return false
  }
  return Object.values(record).every((value) => keepsStrictRules(value, depth + 1))
}
