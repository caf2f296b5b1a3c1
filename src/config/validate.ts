/** Judging a JSON value against a schema: every fault as one sentence that starts with its path, unknown names apart. */
import type { TSchema } from '@sinclair/typebox'
import { Errors, type ValueError, ValueErrorType } from '@sinclair/typebox/errors'
import { redact } from '../lib/log.ts'
import { isSecret } from './mask.ts'
import { emptyTable } from './schema.ts'
import { formatPath, isJsonObject, type SettingPath } from './setting-path.ts'
import { suggest } from './suggest.ts'

export interface Verdict {
  /** The value without unknown names. Of the schema's type where `errors` is empty. */
  readonly value: unknown
  readonly errors: readonly string[]
  /** Names that the schema does not have: reported, ignored, and left in the file. */
  readonly unknown: readonly string[]
}

export function validate(schema: TSchema, value: unknown): Verdict {
  const strays: SettingPath[] = []
  const known = keepKnown(schema, value, [], strays)
  return { value: known, errors: faults(schema, known), unknown: strays.map((path) => strayName(schema, path)) }
}

/** @returns What is wrong with one value (`expected …, got …`), or undefined. */
export function judge(schema: TSchema, path: SettingPath, value: unknown): string | undefined {
  const fault = Errors(schema, value).First()
  return fault && explain(path, fault)
}

function explain(path: SettingPath, fault: ValueError): string {
  if (fault.type === ValueErrorType.ObjectAdditionalProperties) return strayKey(path, fault.schema)
  return `expected ${expectation(fault.schema)}, got ${shown(path, fault)}`
}

/**
 * A key that a table does not take, or a name that the entries of a list do not have. Elsewhere an unknown name is ignored; in a
 * rule or a limit that would leave one that matches more than was meant, or guards something else.
 */
function strayKey(path: SettingPath, schema: TSchema): string {
  const name = String(path.at(-1))
  if (typeof schema['expectsKey'] === 'string') return `expected ${schema['expectsKey']}, got ${JSON.stringify(name)}`
  const names = Object.keys(propertiesOf(schema) ?? {})
  const near = suggest(name, names)
  return near === undefined
    ? `unknown; it can be ${names.join(', ')}`
    : `unknown; did you mean ${formatPath([...path.slice(0, -1), near])}?`
}

function faults(schema: TSchema, value: unknown): readonly string[] {
  const byPath = new Map<string, string>()
  for (const fault of Errors(schema, value)) {
    const path = readPointer(fault.path)
    const name = path.length === 0 ? 'the whole file' : formatPath(path)
    // The first fault of a path says most: "missing" before "not a number".
    if (!byPath.has(name)) byPath.set(name, explain(path, fault))
  }
  return [...byPath].map(([name, sentence]) => redact(`${name}: ${sentence}`))
}

/** What a schema accepts, as words: `an integer from 1 to 65535 or null`. */
export function expectation(schema: TSchema): string {
  if (typeof schema['expects'] === 'string') return schema['expects']
  const choices = schema['anyOf'] as readonly TSchema[] | undefined
  if (choices)
    return choices
      .map(expectation)
      .join(', ')
      .replace(/, ([^,]*)$/, ' or $1')
  if (schema['const'] !== undefined) return JSON.stringify(schema['const'])
  switch (schema['type']) {
    case 'integer':
      return `an integer ${bounds(schema)}`
    case 'number':
      return `a number ${bounds(schema)}`
    case 'boolean':
      return 'true or false'
    case 'string':
      if (schema['maxLength'] !== undefined) return `${schema['minLength'] ?? 0} to ${schema['maxLength']} characters`
      return schema['minLength'] ? 'a non-empty string' : 'a string'
    case 'array':
      return 'a list'
    case 'null':
      return 'null'
    default:
      return 'an object'
  }
}

const bounds = ({ minimum, maximum }: TSchema): string =>
  maximum === undefined ? `of at least ${minimum}` : `from ${minimum} to ${maximum}`

const longestShown = 60

/** The value found, for a message. A string where a key may stand (or a whole object belongs) is never shown. */
function shown(path: SettingPath, fault: ValueError): string {
  const { value } = fault
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'an object'
  const holdsSecret = isSecret(path.at(-1)) || fault.schema['type'] === 'object'
  if (holdsSecret) return value === '' ? 'an empty string' : `a ${typeof value}`
  const text = JSON.stringify(value)
  return text.length > longestShown ? `${text.slice(0, longestShown)}…` : text
}

const readPointer = (pointer: string): SettingPath =>
  pointer
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'))

const propertiesOf = (schema: TSchema) => schema['properties'] as Record<string, TSchema> | undefined

const tableOf = (schema: TSchema): TSchema | undefined =>
  Object.values((schema['patternProperties'] ?? {}) as Record<string, TSchema>)[0]

function keepKnown(schema: TSchema, value: unknown, at: SettingPath, strays: SettingPath[]): unknown {
  const fields = propertiesOf(schema)
  const row = tableOf(schema)
  if (!isJsonObject(value) || (!fields && !row)) return value
  const kept = emptyTable()
  for (const [name, inner] of Object.entries(value)) {
    const innerSchema = row ?? (fields && Object.hasOwn(fields, name) ? fields[name] : undefined)
    if (innerSchema) kept[name] = keepKnown(innerSchema, inner, [...at, name], strays)
    else strays.push([...at, name])
  }
  return row ? kept : { ...kept }
}

/** `servr: unknown; did you mean server?` */
function strayName(schema: TSchema, path: SettingPath): string {
  const name = String(path.at(-1))
  const parent = path.slice(0, -1)
  const siblings = Object.keys(propertiesOf(schemaAt(schema, parent) ?? schema) ?? {})
  const near = suggest(name, siblings)
  const meant = near ? formatPath([...parent, near]) : settingNames(schema).find((full) => full.endsWith(`.${name}`))
  return redact(`${formatPath(path)}: unknown; ${meant ? `did you mean ${meant}?` : 'it is ignored.'}`)
}

/** The schema of what a path names; undefined where there is no such setting. */
export function schemaAt(schema: TSchema, path: SettingPath): TSchema | undefined {
  const [first, ...rest] = path
  if (first === undefined) return schema
  const fields = propertiesOf(schema)
  const inner = tableOf(schema) ?? (fields && Object.hasOwn(fields, first) ? fields[first] : undefined)
  const item = schema['type'] === 'array' ? (schema['items'] as TSchema) : inner
  return item && schemaAt(item, rest)
}

/** The names of all settings that stand at a fixed place: `enabled`, `server.port`, … */
export const settingNames = (schema: TSchema, at: SettingPath = []): readonly string[] =>
  Object.entries(propertiesOf(schema) ?? {}).flatMap(([name, inner]) => [
    formatPath([...at, name]),
    ...settingNames(inner, [...at, name]),
  ])
