/**
 * What an object of this dialect holds beyond the neutral form: a reader takes the fields it has a word for, and what nobody took
 * is carried along to the writer.
 */
import type { Carried } from '../../neutral/message.ts'
import { asRecord, type JsonRecord } from '../fields.ts'

/** One JSON object on its way into the neutral form. */
export class Fields {
  readonly #record: JsonRecord
  readonly #taken: string[] = []
  #inner: Record<string, unknown> | null = null
  #spelling: Record<string, string> | null = null

  constructor(record: JsonRecord) {
    this.#record = record
  }

  /** The field as its reader understands it; a field that is not understood stays and is carried. */
  take<T>(name: string, read: (value: unknown) => T | null): T | null {
    const value = this.#record[name]
    if (value === undefined) return null
    const known = read(value)
    if (known !== null) this.#taken.push(name)
    return known
  }

  /** A field that holds an object. What is left of one that is understood is carried as `field.inner`. */
  takeInner<T>(name: string, read: (inner: Fields) => T): T | null {
    const record = asRecord(this.#record[name])
    if (record === null) return null
    const inner = new Fields(record)
    const known = read(inner)
    if (known === null) return null
    this.#taken.push(name)
    const { fields, spelling } = inner.rest()
    const left = Object.entries(fields).map(([field, value]) => [`${name}.${field}`, value] as const)
    if (left.length > 0) this.#inner = { ...this.#inner, ...Object.fromEntries(left) }
    for (const [field, word] of Object.entries(spelling ?? {})) this.spell(`${name}.${field}`, word)
    return known
  }

  /** Which of two ways of writing the same was used. */
  spell(name: string, word: string): void {
    this.#spelling = { ...this.#spelling, [name]: word }
  }

  rest(): Carried {
    const left = Object.entries(this.#record).filter(([name]) => !this.#taken.includes(name))
    const fields = { ...Object.fromEntries(left), ...this.#inner }
    return { dialect: 'anthropic', fields, ...(this.#spelling === null ? {} : { spelling: this.#spelling }) }
  }

  /** To be spread into a node; nothing where nothing is left. */
  carried(): { readonly carried?: Carried } {
    const isEmpty = this.#spelling === null && this.#inner === null && this.#isTaken()
    return isEmpty ? {} : { carried: this.rest() }
  }

  #isTaken(): boolean {
    for (const name in this.#record) if (!this.#taken.includes(name)) return false
    return true
  }
}

const nothing: JsonRecord = Object.freeze({})

/**
 * The fields that a node of this dialect carries; none for a node of another.
 * @param inner The names of objects that were read by {@link Fields.takeInner}: what is left of those is not among them.
 */
export function fieldsOf(carried: Carried | undefined, inner: readonly string[] = []): JsonRecord {
  if (carried?.dialect !== 'anthropic') return nothing
  const isOuter = (field: string) => !inner.some((name) => field.startsWith(`${name}.`))
  if (inner.length === 0) return carried.fields
  return Object.fromEntries(Object.entries(carried.fields).filter(([field]) => isOuter(field)))
}

/** What is left of an object that was read by {@link Fields.takeInner}. @param inner As in {@link fieldsOf}. */
export function innerOf(carried: Carried | undefined, name: string, inner: readonly string[] = []): JsonRecord {
  const prefix = `${name}.`
  const fields = fieldsOf(
    carried,
    inner.map((deeper) => prefix + deeper),
  )
  const left = Object.entries(fields).filter(([field]) => field.startsWith(prefix))
  return Object.fromEntries(left.map(([field, value]) => [field.slice(prefix.length), value]))
}

/** How a node of this dialect was spelled; null where it was not said, or the node is another dialect's. */
export const spellingOf = (carried: Carried | undefined, name: string): string | null =>
  carried?.dialect === 'anthropic' ? (carried.spelling?.[name] ?? null) : null

/** Takes a text that may be empty. */
export const anyText = (value: unknown): string | null => (typeof value === 'string' ? value : null)

/** Takes this one value and no other. */
export const exactly =
  (expected: string) =>
  (value: unknown): string | null =>
    value === expected ? expected : null

export const anyBoolean = (value: unknown): boolean | null => (typeof value === 'boolean' ? value : null)

/** A list of texts; null when anything else stands in it. */
export const texts = (value: unknown): readonly string[] | null =>
  Array.isArray(value) && value.every((entry) => typeof entry === 'string') ? value : null
