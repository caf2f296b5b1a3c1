/** Which alerts a list shows: parameters in, a typed question or a 400 out. */
import { AppError } from '../neutral/error.ts'
import type { RawQuery } from './filters.ts'

export interface AlertQuery {
  /** null: all of them. */
  readonly type: readonly string[] | null
  readonly severity: readonly string[] | null
  readonly acknowledged: boolean | null
  readonly limit: number
  readonly cursor: string | null
}

const names = ['type', 'severity', 'acknowledged', 'limit', 'cursor']
export const alertTypes = ['threshold', 'breach', 'anomaly', 'test'] as const
export const severities = ['info', 'warning', 'critical'] as const

const defaultLimit = 50
const maxLimit = 500

/** @throws AppError `invalid-request` that names the parameter. */
export function parseAlertQuery(query: RawQuery): AlertQuery {
  const values = new Map<string, string>()
  for (const [name, value] of query) {
    if (!names.includes(name)) throw bad(`${quote(name)} is no parameter here; these are: ${names.join(', ')}.`)
    const before = values.get(name)
    if (before !== undefined && !isChoice(name)) throw bad(`${name} was given twice; once is enough.`)
    values.set(name, before === undefined ? value : `${before},${value}`)
  }
  return {
    type: readChoices('type', values.get('type'), alertTypes),
    severity: readChoices('severity', values.get('severity'), severities),
    acknowledged: readTruth(values.get('acknowledged')),
    limit: readLimit(values.get('limit')),
    cursor: values.get('cursor') ?? null,
  }
}

/** Those may be repeated, or have several values with commas between. */
const isChoice = (name: string): boolean => name === 'type' || name === 'severity'

const bad = (sentence: string): AppError => new AppError('invalid-request', sentence)

/** What the caller sent, short enough for a sentence. */
const quote = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text)

function readChoices(name: string, text: string | undefined, known: readonly string[]): string[] | null {
  if (text === undefined) return null
  const choices = [...new Set(text.split(','))].sort()
  const wrong = choices.find((choice) => !known.includes(choice))
  if (wrong !== undefined) throw bad(`${name} is ${quote(wrong)}; it can be ${known.join(', ')}.`)
  return choices
}

function readTruth(text: string | undefined): boolean | null {
  if (text === undefined) return null
  if (text !== 'true' && text !== 'false') throw bad(`acknowledged is ${quote(text)}; it can be true or false.`)
  return text === 'true'
}

function readLimit(text: string | undefined): number {
  if (text === undefined) return defaultLimit
  const limit = /^\d{1,6}$/.test(text) ? Number(text) : 0
  if (limit < 1 || limit > maxLimit) throw bad(`limit is ${quote(text)}; it can be 1 to ${maxLimit}.`)
  return limit
}
