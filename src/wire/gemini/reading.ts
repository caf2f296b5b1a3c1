/**
 * Reads an object of the Gemini API field by field and remembers what it takes to write it again: fields that the neutral form
 * has no word for, names in snake_case (both spellings are legal), lists and objects that stood there empty.
 */
import type { Carried } from '../../neutral/message.ts'
import type { JsonRecord } from '../fields.ts'

export type JsonObject = Record<string, unknown>

/** What one neutral node was read from, which may be several objects nested in each other; `at` tells them apart (`inlineData.`). */
export class Reading {
  readonly #fields: JsonObject = {}
  readonly #spelling: Record<string, string> = {}
  #isEmpty = true

  /** The known fields by their camelCase names; all others, and known ones that are null, are carried. */
  take<N extends string>(record: JsonRecord, known: ReadonlySet<N>, at = ''): { readonly [K in N]?: unknown } {
    const taken: { [K in N]?: unknown } = {}
    for (const key of Object.keys(record)) {
      const value = record[key]
      const name = known.has(key as N) ? key : camelCase(key)
      const isKnown = known.has(name as N) && value !== null && (name === key || record[name] === undefined)
      if (!isKnown) this.keep(at + key, value)
      else {
        taken[name as N] = value
        if (name !== key) this.list('snake', at + key)
      }
    }
    return taken
  }

  /** Carries a field that turned out to have no neutral word. */
  keep(name: string, value: unknown): void {
    // As a name of ours it would change what the object is.
    if (name === '__proto__') return
    this.#fields[name] = value
    this.#isEmpty = false
  }

  spell(word: string, spelling: string): void {
    this.#spelling[word] = spelling
    this.#isEmpty = false
  }

  /** Adds an entry to a spelling that is a list. */
  list(word: string, entry: string): void {
    const entries = this.#spelling[word]
    if (entries === undefined) this.spell(word, entry)
    else if (!entries.split(',').includes(entry)) this.spell(word, `${entries},${entry}`)
  }

  carried(): { readonly carried?: Carried } {
    if (this.#isEmpty) return {}
    const spelling = Object.keys(this.#spelling).length === 0 ? {} : { spelling: this.#spelling }
    return { carried: { dialect: 'gemini', fields: this.#fields, ...spelling } }
  }
}

/** How something was spelled where this dialect wrote it; undefined otherwise. */
export const spelled = (carried: Carried | undefined, word: string): string | undefined =>
  carried?.dialect === 'gemini' ? carried.spelling?.[word] : undefined

export const isListed = (carried: Carried | undefined, word: string, entry: string): boolean =>
  spelled(carried, word)?.split(',').includes(entry) ?? false

/** Puts back into an object that was just written what its reader carried of it. */
export function restore(out: JsonObject, carried: Carried | undefined, at = ''): JsonObject {
  if (carried?.dialect !== 'gemini') return out
  for (const key in carried.fields) {
    if (!key.startsWith(at)) continue
    const name = key.slice(at.length)
    if (!isOfAnother(name, out)) out[name] = carried.fields[key]
  }
  const snake = carried.spelling?.['snake']
  if (snake !== undefined)
    for (const key of snake.split(',')) if (key.startsWith(at)) respell(out, key.slice(at.length))
  return out
}

/** A name that ends in a bracket is a place in a list, and its list's writer's affair; one with a dot belongs further in. */
function isOfAnother(name: string, out: JsonObject): boolean {
  if (name.endsWith(']')) return true
  const dot = name.indexOf('.')
  return dot > 0 && typeof out[name.slice(0, dot)] === 'object'
}

function respell(out: JsonObject, key: string): void {
  const name = camelCase(key)
  if (key.includes('.') || !(name in out)) return
  out[key] = out[name]
  delete out[name]
}

const camelCase = (key: string): string =>
  key.includes('_') ? key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()) : key
