/** Arguments of a call that come one by one, each with the JSON path of its place (RFC 9535) and long texts in pieces. */
import { asRecord, asString } from '../fields.ts'
import type { JsonObject } from './reading.ts'

type Container = JsonObject | unknown[]

export class PartialArgs {
  #value: JsonObject = {}
  /** Paths whose text goes on. */
  readonly #open = new Set<string>()

  get value(): JsonObject {
    return this.#value
  }

  get isOpen(): boolean {
    return this.#open.size > 0
  }

  add(pieces: readonly unknown[]): void {
    for (const piece of pieces) {
      const fields = asRecord(piece)
      const path = asString(fields?.['jsonPath'])
      if (fields === null || path === null) continue
      const value = valueOf(fields)
      if (value !== undefined) setAt(this.#value, stepsOf(path), value, this.#open.has(path))
      if (fields['willContinue'] === true) this.#open.add(path)
      else this.#open.delete(path)
    }
  }

  /** All arguments at once, after or instead of the pieces. */
  replace(value: JsonObject): void {
    this.#value = { ...value }
    this.#open.clear()
  }
}

function valueOf(fields: Readonly<Record<string, unknown>>): unknown {
  const { stringValue, numberValue, boolValue } = fields
  if (fields['nullValue'] !== undefined) return null
  return stringValue ?? numberValue ?? boolValue
}

const step = /\.([^.[\]]+)|\[(\d+)\]|\['((?:[^'\\]|\\.)*)'\]|\["((?:[^"\\]|\\.)*)"\]/g

function stepsOf(path: string): (string | number)[] {
  return [...path.matchAll(step)].map(([, name, place, single, double]) =>
    place === undefined ? (name ?? (single ?? double ?? '').replace(/\\(.)/g, '$1')) : Number(place),
  )
}

function setAt(root: JsonObject, steps: readonly (string | number)[], value: unknown, isMore: boolean): void {
  let at: Container = root
  for (const [i, name] of steps.entries()) {
    if (name === '__proto__') return
    const next = steps[i + 1]
    const before = read(at, name)
    if (next === undefined) {
      write(at, name, isMore && typeof before === 'string' && typeof value === 'string' ? before + value : value)
      return
    }
    const isFit = typeof next === 'number' ? Array.isArray(before) : asRecord(before) !== null
    const inner: Container = isFit ? (before as Container) : typeof next === 'number' ? [] : {}
    if (!isFit) write(at, name, inner)
    at = inner
  }
}

const read = (at: Container, name: string | number): unknown =>
  Array.isArray(at) ? at[Number(name)] : Object.hasOwn(at, name) ? at[name] : undefined

/** Places of a list come in order; one far beyond its end is its next. */
function write(at: Container, name: string | number, value: unknown): void {
  if (!Array.isArray(at)) at[name] = value
  else at[Math.min(Number(name), at.length)] = value
}
