/**
 * JSON Schema fitted to what the API takes: references put in place, `oneOf` as `anyOf`, `const` as `enum`, type lists as
 * `nullable`. What it has no field for goes into the description where a model can read it there, and is left out otherwise.
 * The API refuses a request for one field that it does not know.
 */
import { isExact, isNumber } from '../../neutral/exact-number.ts'
import { asList, asRecord, asString, type JsonRecord } from '../fields.ts'
import type { JsonObject } from './reading.ts'
import { larger, moved, smaller } from './schema-bounds.ts'
import { SchemaRefs } from './schema-refs.ts'

export interface FittedSchema {
  readonly schema: JsonRecord
  /** False where something was left out that the schema demands. */
  readonly isWhole: boolean
}

export function fitSchema(schema: JsonRecord): FittedSchema {
  const fitting = new Fitting(schema)
  const fitted = fitting.fit(schema)
  return { schema: fitted, isWhole: !fitting.hasLost }
}

/** Fields of the API's `Schema` that are taken as they are. */
const plain = new Set(
  `title description default nullable minItems maxItems minLength maxLength minProperties maxProperties pattern minimum
  maximum propertyOrdering`.split(/\s+/),
)

/** Read elsewhere, or saying nothing about a value that the API does not take for granted. */
const silent = new Set(
  `$schema $id $anchor $comment $defs definitions $ref type properties required items prefixItems anyOf oneOf allOf enum const
  format additionalProperties exclusiveMinimum exclusiveMaximum readOnly writeOnly deprecated example`.split(/\s+/),
)

class Fitting {
  hasLost = false
  readonly #refs: SchemaRefs

  constructor(root: JsonRecord) {
    this.#refs = new SchemaRefs(root)
  }

  fit(raw: JsonRecord): JsonRecord {
    const entered = this.#refs.enter(raw)
    if (entered === null) {
      this.hasLost = true
      return { type: 'OBJECT', ...describe(raw) }
    }
    const schema = mergeAll(entered)
    const fitted = this.#fitResolved(schema)
    this.#refs.leave(raw)
    return fitted
  }

  #fitResolved(schema: JsonRecord): JsonRecord {
    const isUnion = schema['anyOf'] !== undefined || schema['oneOf'] !== undefined
    const branches = isUnion ? recordsOf(schema['anyOf'], schema['oneOf']) : []
    if (branches.length > 0 && asRecord(schema['properties']) === null) return this.#fitUnion(schema, branches)
    if (branches.length > 0) this.hasLost = true
    if (!Array.isArray(schema['type'])) return this.#fitOne(schema)
    const types = asList(schema['type']).filter((type) => typeof type === 'string')
    const some = types.filter((type) => type !== 'null')
    if (some.length > 1) {
      const { type: _, ...rest } = schema
      return this.#fitUnion(
        describe(schema),
        types.map((type) => ({ ...rest, type, description: undefined })),
      )
    }
    const out = this.#fitOne({ ...schema, type: some[0] ?? 'null' })
    return some.length < types.length && some.length > 0 ? { ...out, nullable: true } : out
  }

  /** A union stands alone: the API refuses other fields beside it, so what they say goes to its branches. */
  #fitUnion(schema: JsonRecord, branches: readonly JsonRecord[]): JsonRecord {
    const { anyOf: _, oneOf: __, description, title: ___, default: ____, ...shared } = schema
    const some = branches.filter((branch) => branch['type'] !== 'null' && branch['const'] !== null)
    const fitted = some.map((branch) => this.fit({ ...shared, description, ...defined(branch) }))
    const isNullable = some.length < branches.length
    const [first] = fitted
    if (first === undefined) return { type: 'NULL', ...describe(schema) }
    const head = isNullable ? { ...first, nullable: true } : first
    return fitted.length === 1 ? head : { anyOf: [head, ...fitted.slice(1)] }
  }

  #fitOne(schema: JsonRecord): JsonRecord {
    const type = this.#typeOf(schema)
    const out: JsonObject = { type }
    const notes: string[] = []
    this.#take(schema, out, notes)
    this.#fitBounds(schema, type, out, notes)
    this.#fitValues(schema, type, out, notes)
    if (type === 'OBJECT') this.#fitObject(schema, out)
    if (type === 'ARRAY') this.#fitItems(schema, out)
    if (notes.length > 0) out['description'] = [asString(schema['description']), ...notes].filter(Boolean).join(' ')
    return out
  }

  #typeOf(schema: JsonRecord): string {
    const type = asString(schema['type'])
    if (type !== null) return type.toUpperCase()
    if (asRecord(schema['properties']) !== null) return 'OBJECT'
    if (schema['items'] !== undefined) return 'ARRAY'
    const value = schema['const'] ?? asList(schema['enum'])[0]
    if (isNumber(value)) return 'NUMBER'
    if (typeof value === 'boolean') return 'BOOLEAN'
    // A value of any type has to be said to be of one.
    if (typeof value !== 'string') this.hasLost = true
    return 'STRING'
  }

  #fitBounds(schema: JsonRecord, type: string, out: JsonObject, notes: string[]): void {
    const step = type === 'INTEGER' ? 1 : 0
    const { exclusiveMinimum: above, exclusiveMaximum: below } = schema
    if (isNumber(above)) out['minimum'] = larger(moved(above, step), out['minimum'])
    if (isNumber(below)) out['maximum'] = smaller(moved(below, step === 0 ? 0 : -1), out['maximum'])
    if (step === 0 && isNumber(above)) notes.push(`Greater than ${String(above)}.`)
    if (step === 0 && isNumber(below)) notes.push(`Less than ${String(below)}.`)
  }

  /** Only texts can be listed, and `date-time` is the one format for them that every version takes. */
  #fitValues(schema: JsonRecord, type: string, out: JsonObject, notes: string[]): void {
    const all = schema['const'] === undefined ? asList(schema['enum']) : [schema['const']]
    const values = all.filter((value) => value !== null)
    if (values.length < all.length) out['nullable'] = true
    if (values.length > 0 && type === 'STRING') out['enum'] = values.map(String)
    else if (values.length > 0) notes.push(`One of: ${JSON.stringify(values).slice(1, -1)}.`)
    const format = asString(schema['format'])
    if (format === null) return
    if (type === 'STRING' ? format === 'date-time' || format === 'enum' : /^(int|float|double)/.test(format))
      out['format'] = format
    else notes.push(`Format: ${format}.`)
  }

  #fitObject(schema: JsonRecord, out: JsonObject): void {
    const properties: JsonObject = {}
    for (const [name, value] of Object.entries(asRecord(schema['properties']) ?? {})) {
      const property = value === true ? {} : asRecord(value)
      if (property === null) this.hasLost = true
      else properties[name] = this.fit(property)
    }
    if (Object.keys(properties).length > 0) out['properties'] = properties
    const required = asList(schema['required']).filter((name) => typeof name === 'string' && name in properties)
    if (required.length > 0) out['required'] = required
    const others = schema['additionalProperties']
    if (asRecord(others) !== null || (others === true && out['properties'] === undefined)) this.hasLost = true
  }

  #fitItems(schema: JsonRecord, out: JsonObject): void {
    const items = asRecord(schema['items'])
    const places = recordsOf(schema['prefixItems'], schema['items'])
    if (items !== null && places.length === 0) out['items'] = this.fit(items)
    else {
      this.hasLost = true
      out['items'] = places.length > 0 ? this.#fitUnion({}, places) : { type: 'STRING' }
    }
  }

  /** What the API has no field for: plain values can be told, rules made of schemas can't. */
  #take(schema: JsonRecord, out: JsonObject, notes: string[]): void {
    for (const name in schema) {
      const value = schema[name]
      if (value === undefined || silent.has(name)) continue
      if (plain.has(name)) out[name] = value
      else if (name === 'examples') notes.push(`Examples: ${JSON.stringify(value).slice(1, -1)}.`)
      else if (typeof value === 'object' && !isExact(value)) this.hasLost = true
      else notes.push(`${name}: ${JSON.stringify(value)}.`)
    }
  }
}

/** `allOf` as the one schema that its members make together. */
function mergeAll(schema: JsonRecord): JsonRecord {
  if (schema['allOf'] === undefined) return schema
  const members = recordsOf(schema['allOf'])
  if (members.length === 0) return schema
  const { allOf: _, ...own } = schema
  return [own, ...members.map(mergeAll)].reduce((merged, member) => ({
    ...member,
    ...defined(merged),
    ...bothOf(merged, member),
  }))
}

function bothOf(a: JsonRecord, b: JsonRecord): JsonRecord {
  const properties = { ...asRecord(b['properties']), ...asRecord(a['properties']) }
  const required = [...new Set([...asList(a['required']), ...asList(b['required'])])]
  return {
    ...(Object.keys(properties).length > 0 && { properties }),
    ...(required.length > 0 && { required }),
  }
}

const describe = ({ description }: JsonRecord): JsonRecord => (typeof description === 'string' ? { description } : {})

const defined = (schema: JsonRecord): JsonRecord =>
  Object.fromEntries(Object.entries(schema).filter(([, value]) => value !== undefined))

const recordsOf = (...lists: readonly unknown[]): readonly JsonRecord[] =>
  lists.flatMap(asList).flatMap((value) => {
    const record = asRecord(value)
    return record === null ? [] : [record]
  })
