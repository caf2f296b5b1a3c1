/** What is typed into a form of settings: into text from the settings, and back into the part of them that changes. Pure. */
import type { Column, Field } from './guard-fields.ts'

/** An entry of a field that has several; text by column. */
export type Row = Readonly<Record<string, string>>
/** A field as it is typed in; of a secret, no rows stand for its removal. */
export type Draft = string | readonly Row[]
/** Fields that were touched, by path. */
export type Drafts = Readonly<Record<string, Draft>>

type Members = Readonly<Record<string, unknown>>

const membersOf = (value: unknown): Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : {}

const valueAt = (settings: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((value, name) => membersOf(value)[name], settings)

/** A simple value as text; nothing is ''. */
const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''

/** A number where the text is one; else the text, and the server says what it expects. */
const numberIn = (text: string): number | string => (Number.isFinite(Number(text)) ? Number(text) : text)

const listIn = (text: string): readonly string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')

/** What the settings hold, as the field shows it. Secrets are never filled in: what is typed replaces them. */
export function draftOf(field: Field, settings: unknown): Draft {
  const value = valueAt(settings, field.path)
  switch (field.kind) {
    case 'switch':
    case 'text':
    case 'number':
    case 'choice':
      return textOf(value)
    case 'secret':
      return ''
    case 'percents':
    case 'choices':
      return Array.isArray(value) ? value.map(textOf).join(', ') : ''
    case 'unpriced': {
      const { inputUsd, outputUsd } = membersOf(value)
      return typeof value === 'string' ? value : `${textOf(inputUsd)} / ${textOf(outputUsd)}`
    }
    case 'list':
      return Array.isArray(value) ? value.map((entry) => rowOf(field.columns, membersOf(entry))) : []
    case 'table':
      return Object.entries(membersOf(value)).map(([from, to]) => ({ from, to: textOf(to) }))
  }
}

const rowOf = (columns: readonly Column[], entry: Members): Row =>
  Object.fromEntries(columns.map(({ name }) => [name, textOf(entry[name])]))

/** What is set of a secret, masked by the server; null where nothing is. */
export function maskOf(field: Field, settings: unknown): string | null {
  const value = valueAt(settings, field.path)
  return typeof value === 'string' ? value : null
}

/** @returns The value to set; undefined where the field says nothing. `null` in a table takes its member away. */
function valueOf(field: Field, draft: Draft, settings: unknown): unknown {
  const text = typeof draft === 'string' ? draft.trim() : ''
  const rows = typeof draft === 'string' ? [] : draft
  switch (field.kind) {
    case 'switch':
      return text === 'true'
    case 'text':
      return text
    case 'choice':
      return text === '' ? null : text
    case 'secret':
      return typeof draft !== 'string' ? null : text === '' ? undefined : text
    case 'number':
      return text === '' ? null : numberIn(text)
    case 'percents':
      return listIn(text).map(numberIn)
    case 'choices':
      return listIn(text)
    case 'unpriced': {
      const [, input, output] = /^([\d.]+)\s*\/\s*([\d.]+)$/.exec(text) ?? []
      return input === undefined ? text : { inputUsd: numberIn(input), outputUsd: numberIn(output ?? '') }
    }
    case 'list':
      return rows.map((row) => entryOf(field.columns, row))
    case 'table':
      return tableChange(field.columns, rows, membersOf(valueAt(settings, field.path)))
  }
}

const cellOf = (column: Column | undefined, text: string): unknown =>
  column?.kind === 'number' ? numberIn(text.trim()) : text.trim()

const entryOf = (columns: readonly Column[], row: Row): Members =>
  Object.fromEntries(
    columns
      .filter(({ name }) => (row[name] ?? '').trim() !== '')
      .map((column) => [column.name, cellOf(column, row[column.name] ?? '')]),
  )

/** Rows without a name are unfinished, and left out. */
function tableChange(columns: readonly Column[], rows: readonly Row[], held: Members): Members | undefined {
  const wanted = new Map(
    rows
      .filter(({ from = '' }) => from.trim() !== '')
      .map(({ from = '', to = '' }) => [from.trim(), cellOf(columns[1], to)]),
  )
  const gone = Object.keys(held).filter((name) => !wanted.has(name))
  const changed = [...wanted].filter(([name, value]) => held[name] !== value)
  if (gone.length + changed.length === 0) return undefined
  return Object.fromEntries([...changed, ...gone.map((name) => [name, null] as const)])
}

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a ?? null) === JSON.stringify(b ?? null)

/** Touched fields whose value is another than the one in force. */
export const changedFields = (fields: readonly Field[], drafts: Drafts, settings: unknown): readonly Field[] =>
  fields.filter((field) => {
    const draft = drafts[field.path]
    if (draft === undefined) return false
    const value = valueOf(field, draft, settings)
    if (field.kind === 'table') return value !== undefined
    return value !== undefined && !isSame(value, valueAt(settings, field.path))
  })

/** The part of the settings that the changed fields make, for a merge over what is set. */
export function changeOf(fields: readonly Field[], drafts: Drafts, settings: unknown): Members {
  const part: Record<string, Record<string, unknown>> = {}
  for (const field of fields) {
    const [group = '', name = '', inner] = field.path.split('.')
    const value = valueOf(field, drafts[field.path] ?? '', settings)
    const members = (part[group] ??= {})
    members[name] = inner === undefined ? value : { ...membersOf(members[name]), [inner]: value }
  }
  return part
}

export interface Faults {
  /** What is wrong, by the path of the field that it names. */
  readonly byPath: Readonly<Record<string, string>>
  /** What names no field. */
  readonly others: readonly string[]
}

/**
 * The server's sentences, each with the field that it begins with: `budget.dailyUsd: expected …`, or
 * `budget.limits[0].hourlyUsd: expected …`, which the field shows as `1. hourlyUsd: expected …`.
 */
export function sortFaults(message: string, fields: readonly Field[]): Faults {
  const byPath: Record<string, string> = {}
  const others: string[] = []
  const lines = message.split('\n').map((line) => line.trim())
  for (const line of lines.filter((text) => text !== '')) {
    const field = fields.find(({ path }) => line.startsWith(path) && /^[:.[]/.test(line.slice(path.length)))
    if (!field) others.push(line)
    else byPath[field.path] = [byPath[field.path], sayFault(line.slice(field.path.length))].filter(Boolean).join('\n')
  }
  // A heading over the others says nothing where each has found its field.
  const isHeading = others.length === 1 && others[0]?.endsWith(':') && Object.keys(byPath).length > 0
  return { byPath, others: isHeading ? [] : others }
}

const sayFault = (rest: string): string =>
  rest
    .replace(/^:\s*/, '')
    .replace(/^\[(\d+)\]\.?/, (_, index: string) => `${Number(index) + 1}. `)
    .replace(/^\./, '')
