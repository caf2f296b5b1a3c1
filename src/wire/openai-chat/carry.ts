/**
 * Reads an object field by field and keeps account of what nobody asked for, so that it can be written again as it came.
 * What is left of an inner object goes by a dotted name (`image_url.detail`).
 */
import { numberIn } from '../../neutral/exact-number.ts'
import type { Carried } from '../../neutral/message.ts'
import { asList, asRecord, type JsonRecord } from '../fields.ts'

const dialect = 'openai-chat'

interface Carrier {
  readonly carried?: Carried
}

export class Fields {
  readonly #record: JsonRecord
  /** A list, since it is short: a set of its own for each message costs more than all that is done with it. */
  readonly #taken: string[] = []
  #inner: [string, Fields][] | null = null
  #kept: Record<string, unknown> | null = null
  #spelling: Record<string, string> | null = null

  constructor(record: JsonRecord) {
    this.#record = record
  }

  has(name: string): boolean {
    return this.peek(name) !== undefined
  }

  /** Taken or not. */
  knows(name: string): boolean {
    return this.#record[name] !== undefined
  }

  /** The value, left where it is. */
  peek(name: string): unknown {
    const value = this.#record[name]
    return value === undefined || this.#taken.includes(name) ? undefined : value
  }

  take(name: string): unknown {
    const value = this.peek(name)
    this.#taken.push(name)
    return value
  }

  /** Null, and left where it is, when it is no text. */
  text(name: string): string | null {
    const value = this.peek(name)
    if (typeof value !== 'string') return null
    this.#taken.push(name)
    return value
  }

  /** A text that is not empty. */
  word(name: string): string | null {
    return this.peek(name) === '' ? null : this.text(name)
  }

  number(name: string): number | null {
    const value = numberIn(this.peek(name))
    if (value === null) return null
    this.#taken.push(name)
    return value
  }

  flag(name: string): boolean | null {
    const value = this.peek(name)
    if (typeof value !== 'boolean') return null
    this.#taken.push(name)
    return value
  }

  /** An object taken whole. */
  record(name: string): JsonRecord | null {
    const value = asRecord(this.peek(name))
    if (value !== null) this.#taken.push(name)
    return value
  }

  /** A list that is not empty. */
  list(name: string): readonly unknown[] | null {
    const value = this.peek(name)
    if (!Array.isArray(value) || value.length === 0) return null
    this.#taken.push(name)
    return value
  }

  /** An inner object, to be read field by field in its turn. */
  within(name: string): Fields | null {
    const record = this.record(name)
    if (record === null) return null
    return this.beside(name, record)
  }

  /** Another object, whose leftovers go by a name of ours. */
  beside(name: string, record: JsonRecord): Fields {
    const inner = new Fields(record)
    this.#inner ??= []
    this.#inner.push([name, inner])
    return inner
  }

  /** What of a taken field is to be carried all the same. */
  keep(name: string, value: unknown): void {
    this.#kept ??= {}
    this.#kept[name] = value
  }

  spell(name: string, how: string): void {
    this.#spelling ??= {}
    this.#spelling[name] = how
  }

  /** To be spread into the node that was read. */
  rest(): Carrier {
    const left = new Leftovers()
    this.#collect('', left)
    return left.carrier()
  }

  #collect(prefix: string, left: Leftovers): void {
    for (const name in this.#record) if (!this.#taken.includes(name)) left.add(prefix + name, this.#record[name])
    for (const name in this.#kept) left.add(prefix + name, this.#kept[name])
    for (const name in this.#spelling) left.spell(prefix + name, this.#spelling[name] ?? '')
    if (this.#inner !== null) for (const [name, inner] of this.#inner) inner.#collect(`${prefix}${name}.`, left)
  }
}

/** What is left of an object and of those in it. */
class Leftovers {
  #fields: Record<string, unknown> | null = null
  #spelling: Record<string, string> | null = null

  add(name: string, value: unknown): void {
    this.#fields ??= {}
    this.#fields[name] = value
  }

  spell(name: string, how: string): void {
    this.#spelling ??= {}
    this.#spelling[name] = how
  }

  carrier(): Carrier {
    const [fields, spelling] = [this.#fields, this.#spelling]
    if (fields === null && spelling === null) return {}
    return { carried: { dialect, fields: fields ?? {}, ...(spelling === null ? {} : { spelling }) } }
  }
}

/** How a client of this dialect spelled it; undefined for the usual way and for what came from elsewhere. */
export const spelt = ({ carried }: Carrier, name: string): string | undefined =>
  carried?.dialect === dialect ? carried.spelling?.[name] : undefined

/** Marks a part that stands beside a message's content. */
export const inPlace = (place: string): Carried => ({ dialect, fields: {}, spelling: { place } })

export const isOurs = ({ carried }: Carrier): boolean => carried?.dialect === dialect

/** Puts what was carried back into a freshly written object, and takes out again what was `absent`. */
export function restored(out: Record<string, unknown>, { carried }: Carrier): Record<string, unknown> {
  if (carried?.dialect !== dialect) return out
  for (const name of Object.keys(carried.fields)) put(out, name, carried.fields[name])
  for (const [name, how] of Object.entries(carried.spelling ?? {})) if (how === 'absent') remove(out, name)
  return out
}

function put(out: Record<string, unknown>, name: string, value: unknown): void {
  const inner = innerOf(out, name)
  if (inner === null && name.endsWith('[]')) append(out, name.slice(0, -2), value)
  else if (inner === null) out[name] = value
  else put(inner.object, inner.name, value)
}

/** The entries of a list that were carried stand behind those that were written. */
function append(out: Record<string, unknown>, name: string, entries: unknown): void {
  out[name] = [...asList(out[name]), ...asList(entries)]
}

function remove(out: Record<string, unknown>, name: string): void {
  const inner = innerOf(out, name)
  if (inner !== null) remove(inner.object, inner.name)
  else delete out[name]
}

/** The object that a dotted name leads into; null when the dot is part of a plain name. */
function innerOf(out: Record<string, unknown>, name: string) {
  const dot = name.indexOf('.')
  const object = dot < 0 ? null : asRecord(out[name.slice(0, dot)])
  return object === null ? null : { object: object as Record<string, unknown>, name: name.slice(dot + 1) }
}
