/** Keeps of a JSON object what the neutral form has no word for, and gives it back to a writer of this dialect. */
import type { Carried } from '../../neutral/message.ts'
import { asRecord, type JsonRecord } from '../fields.ts'

export const dialectId = 'openai-responses'

type Spelling = Readonly<Record<string, string>>

/** One object while it is being read: what is taken out of it has become neutral, the rest is carried. */
export class Reading {
  readonly #record: JsonRecord
  readonly #taken: string[] = []

  constructor(record: JsonRecord) {
    this.#record = record
  }

  /** The field as its reader understands it; null leaves it among the rest. */
  take<Value>(name: string, read: (value: unknown) => Value | null): Value | null {
    const value = read(this.#record[name])
    if (value !== null) this.#taken.push(name)
    return value
  }

  /** What nobody took, under names that begin with the prefix. */
  rest(prefix = ''): Rest {
    let rest: (readonly [string, unknown])[] | null = null
    for (const name in this.#record) {
      if (this.#taken.includes(name)) continue
      rest ??= []
      rest.push([prefix + name, this.#record[name]])
    }
    return rest ?? nothing
  }

  /** For a node that is always marked as this dialect's. */
  kept(spelling: Spelling): Kept {
    return keep(this.rest(), spelling)
  }

  /** For a node that may carry nothing. */
  carried(spelling: Spelling = none): { readonly carried?: Kept } {
    const rest = this.rest()
    return rest.length === 0 && isEmpty(spelling) ? none : { carried: keep(rest, spelling) }
  }
}

export type Rest = readonly (readonly [string, unknown])[]

export const reading = (record: JsonRecord): Reading => new Reading(record)

/** Nearly every node of a conversation carries no field: they share these. */
const nothing: Rest = Object.freeze([])
const none: Readonly<Record<string, never>> = Object.freeze({})

export const keep = (rest: Rest, spelling: Spelling): Kept => ({
  dialect: dialectId,
  fields: rest.length === 0 ? none : Object.fromEntries(rest),
  spelling,
})

function isEmpty(record: JsonRecord): boolean {
  for (const _ in record) return false
  return true
}

/** What a node that was read from this dialect carries. */
export interface Kept extends Carried {
  readonly spelling: Spelling
}

/** @returns null for a node that was read from another dialect. */
export const keptOf = (node: { readonly carried?: Carried }): Kept | null => {
  const { carried } = node
  return carried?.dialect === dialectId && isKept(carried) ? carried : null
}

const isKept = (carried: Carried): carried is Kept => carried.spelling !== undefined

/** The carried fields whose names begin with the prefix, without it. */
export function under(fields: JsonRecord, prefix: string): JsonRecord {
  if (isEmpty(fields)) return none
  const names = Object.keys(fields).filter((name) => name.startsWith(prefix))
  return Object.fromEntries(names.map((name) => [name.slice(prefix.length), fields[name]]))
}

/** And the others. */
export function besides(fields: JsonRecord, prefix: string): JsonRecord {
  if (isEmpty(fields)) return none
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !name.startsWith(prefix)))
}

/** Readers for {@link Reading.take}. */
export const text = (value: unknown): string | null => (typeof value === 'string' ? value : null)
export const flag = (value: unknown): boolean | null => (typeof value === 'boolean' ? value : null)
export const texts = (value: unknown): readonly string[] | null =>
  Array.isArray(value) && value.every((entry) => typeof entry === 'string') ? value : null

/** The value if it is an object of just these fields. */
export function exactly(value: unknown, names: readonly string[]): JsonRecord | null {
  const record = asRecord(value)
  return record !== null && Object.keys(record).every((name) => names.includes(name)) ? record : null
}
