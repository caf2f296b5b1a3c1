/** What the checkers of the four dialects share: a list of faults, and the rules that are said once. */
import { asList, asRecord, type JsonRecord } from '../../../../src/wire/fields.ts'

export class Faults {
  readonly list: string[] = []

  /** Notes the sentence unless it holds. */
  unless(holds: boolean, sentence: string): void {
    if (!holds) this.list.push(sentence)
  }

  /** Notes fields that the API would refuse. */
  fields(record: JsonRecord, at: string, known: string): void {
    const names = known.split(' ')
    for (const name of Object.keys(record)) this.unless(names.includes(name), `${at} has no field ${name}`)
  }
}

export const recordsIn = (value: unknown): JsonRecord[] => asList(value).map((entry) => asRecord(entry) ?? {})

export const isText = (value: unknown): value is string => typeof value === 'string'
export const isWords = (value: unknown): value is string => isText(value) && value.trim() !== ''
/** The words of the list, parted by spaces. */
export const isOneOf = (value: unknown, words: string): boolean => isText(value) && words.split(' ').includes(value)
export const isName = (value: unknown): boolean => isText(value) && /^[a-zA-Z0-9_-]{1,64}$/.test(value)
