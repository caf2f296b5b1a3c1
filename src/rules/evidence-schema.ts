/**
 * Whether a value fits a JSON Schema, by the keywords that tools and structured outputs are written in: type, enum, const,
 * properties, required, additionalProperties, items, anyOf, oneOf. What it does not know (`$ref`, `pattern`, …) passes, so a
 * misfit is one, and a fit may not be.
 */
import { isExact, isNumber, type ExactNumber } from '../neutral/exact-number.ts'

type JsonRecord = Readonly<Record<string, unknown>>

/** Schemas and values of working callers nest less deeply; what lies below is not looked at. */
const maxDepth = 32
/** Some milliseconds. What is left then passes. */
const maxSteps = 20_000

/**
 * @param value Parsed JSON.
 * @returns Where it does not fit and why, in words of the schema, without any of the value; null where it fits.
 */
export const misfit = (schema: JsonRecord, value: unknown): string | null =>
  check(schema, value, { at: '', depth: 0, steps: { left: maxSteps } })

interface Place {
  /** `/edits/0/path`, '' at the top. */
  readonly at: string
  readonly depth: number
  readonly steps: { left: number }
}

function check(schema: unknown, value: unknown, place: Place): string | null {
  if (place.depth > maxDepth || place.steps.left-- <= 0 || !isRecord(schema)) return null
  return (
    checkValue(schema, value, place) ??
    checkBranches(schema, value, place) ??
    (isRecord(value)
      ? checkObject(schema, value, place)
      : Array.isArray(value)
        ? checkList(schema, value, place)
        : null)
  )
}

function checkValue({ type, enum: values, const: only }: JsonRecord, value: unknown, { at }: Place): string | null {
  const types = (Array.isArray(type) ? type : [type]).filter((one) => typeof one === 'string')
  if (types.length > 0 && !types.some((one) => isOf(one, value))) return `${named(at)} is no ${types.join(' or ')}`
  if (Array.isArray(values) && !values.some((one) => isSame(one, value)))
    return `${named(at)} is none of the values allowed`
  return only !== undefined && !isSame(only, value) ? `${named(at)} is not the one value allowed` : null
}

/** Both mean at least one here: with keywords that pass unread, nobody can say that it is only one. */
function checkBranches({ anyOf, oneOf }: JsonRecord, value: unknown, place: Place): string | null {
  for (const branches of [anyOf, oneOf]) {
    if (!Array.isArray(branches) || branches.length === 0) continue
    const fits = branches.some((branch: unknown) => check(branch, value, { ...place, depth: place.depth + 1 }) === null)
    if (!fits) return `${named(place.at)} fits no branch`
  }
  return null
}

function checkObject(schema: JsonRecord, value: JsonRecord, place: Place): string | null {
  const { required, additionalProperties: others } = schema
  const properties = isRecord(schema['properties']) ? schema['properties'] : {}
  for (const name of Array.isArray(required) ? required : [])
    if (typeof name === 'string' && !Object.hasOwn(value, name)) return `${within(place.at, name)} is missing`
  const takesPatterns = schema['patternProperties'] !== undefined
  for (const name in value) {
    const isListed = Object.hasOwn(properties, name)
    if (!isListed && takesPatterns) continue
    if (!isListed && others === false) return `${named(place.at)} has a property that is not allowed`
    const inner = { at: within(place.at, isListed ? name : '*'), depth: place.depth + 1, steps: place.steps }
    const wrong = check(isListed ? properties[name] : others, value[name], inner)
    if (wrong !== null) return wrong
  }
  return null
}

function checkList({ items, prefixItems }: JsonRecord, value: readonly unknown[], place: Place): string | null {
  if (!isRecord(items) || prefixItems !== undefined) return null
  for (const [index, item] of value.entries()) {
    if (place.steps.left <= 0) return null
    const wrong = check(items, item, { at: `${place.at}/${index}`, depth: place.depth + 1, steps: place.steps })
    if (wrong !== null) return wrong
  }
  return null
}

function isOf(type: string, value: unknown): boolean {
  switch (type) {
    case 'object':
      return isRecord(value)
    case 'array':
      return Array.isArray(value)
    case 'string':
    case 'boolean':
      return typeof value === type
    case 'number':
      return isNumber(value)
    case 'integer':
      return isNumber(value) && Number.isInteger(nearest(value))
    case 'null':
      return value === null
    default:
      return true
  }
}

/** Near enough: what passes here wrongly is no misfit. */
const nearest = (value: number | ExactNumber): number => Number(String(value))

function isSame(one: unknown, other: unknown): boolean {
  if (isNumber(one) && isNumber(other)) return nearest(one) === nearest(other)
  try {
    return Bun.deepEquals(one, other)
  } catch {
    // Nested deeper than the stack; no value that a schema lists is.
    return false
  }
}

const isRecord = (value: unknown): value is JsonRecord =>
  value !== null && typeof value === 'object' && !Array.isArray(value) && !isExact(value)

/** Names of a schema are the caller's own; a trace has no room for long ones. */
const within = (at: string, name: string): string => `${at}/${name.slice(0, 60)}`.slice(-200)

const named = (at: string): string => (at === '' ? 'it' : at)
