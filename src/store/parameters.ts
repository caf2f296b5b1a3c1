/** Parameters of an endpoint as they came, by their names; what is unknown or given twice is a 400 that names it. */
import { AppError } from '../neutral/error.ts'

/** A URLSearchParams, or entries of an object. */
export type RawQuery = Iterable<readonly [string, string]>

export type Values = ReadonlyMap<string, readonly string[]>

export const bad = (sentence: string): AppError => new AppError('invalid-request', sentence)

/** What the caller sent, short enough for a sentence. */
export const quote = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text)

/**
 * @param otherNames What a name may also be called; both spellings of two-word names are the same name.
 * @throws AppError `invalid-request` that names the parameter.
 */
export function collect(
  query: RawQuery,
  names: readonly string[],
  otherNames: Readonly<Record<string, string>> = {},
): Values {
  const values = new Map<string, string[]>()
  for (const [given, value] of query) {
    const camel = given.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
    const name = (Object.hasOwn(otherNames, camel) ? otherNames[camel] : undefined) ?? camel
    if (!names.includes(name)) throw bad(`${quote(given)} is no parameter here; these are: ${names.join(', ')}.`)
    values.set(name, [...(values.get(name) ?? []), value])
  }
  return values
}

export function single(values: Values, name: string): string | null {
  const given = values.get(name) ?? []
  if (given.length > 1) throw bad(`${name} was given ${given.length} times; once is enough.`)
  return given[0] ?? null
}

/** Several separated by commas, or several times; sorted, each once. @param known The values that there are, where they are few. */
export function readChoices(values: Values, name: string, known?: readonly string[]): string[] | null {
  const given = values.get(name)
  if (given === undefined) return null
  const choices = [...new Set(given.flatMap(splitChoices))].sort()
  const wrong = choices.find((choice) => known !== undefined && !known.includes(choice))
  if (wrong !== undefined) throw bad(`${name} is ${quote(wrong)}; it can be ${known?.filter(Boolean).join(', ')}.`)
  return choices
}

/**
 * Values separated by commas. Names in requests are free: `\,` is a comma in a value, `\\` a backslash; before anything else a
 * backslash is one. web/state/choices.ts writes them so.
 */
const splitChoices = (text: string): readonly string[] =>
  [...`,${text}`.matchAll(/,((?:\\[\\,]|[^,])*)/g)].map(([, value = '']) => value.replaceAll(/\\([\\,])/g, '$1'))

/** A whole number from 1 to `most`. */
export function readCount(values: Values, name: string, byDefault: number, most: number): number {
  const text = single(values, name)
  if (text === null) return byDefault
  const count = /^\d{1,6}$/.test(text) ? Number(text) : 0
  if (count < 1 || count > most) throw bad(`${name} is ${quote(text)}; it can be 1 to ${most}.`)
  return count
}
