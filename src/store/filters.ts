/** The one grammar of windows and filters that every list and sum takes: names and values in, typed filters or a 400 out. */
import { bad, collect, quote, readChoices, readCount, single, type RawQuery, type Values } from './parameters.ts'

export type { RawQuery }

export type Window =
  | { readonly kind: 'last'; readonly ms: number }
  | { readonly kind: 'all' }
  /** Either end may be open. Unix ms; `toMs` is exclusive. */
  | { readonly kind: 'between'; readonly fromMs: number | null; readonly toMs: number | null }

/** Each a list of exact values, any of which may match; '' matches what is absent. null: no condition. */
export interface Conditions {
  readonly provider: readonly string[] | null
  readonly model: readonly string[] | null
  readonly agent: readonly string[] | null
  readonly billing: readonly string[] | null
  readonly outcome: readonly string[] | null
  /** The cost's status. Only of lists: the roll-ups do not tell costs apart by it. */
  readonly cost: readonly string[] | null
  /** Whether the provider was asked in another dialect than the caller's. Only of lists, too. */
  readonly translated: readonly string[] | null
  /** What the money guard did. Only of lists, as the next two. */
  readonly guard: readonly string[] | null
  /** The response cache's part. */
  readonly cache: readonly string[] | null
  /** The task type. */
  readonly task: readonly string[] | null
  /** The rule that chose the model. */
  readonly route: readonly string[] | null
  /** Whether it is background traffic. */
  readonly automated: readonly string[] | null
}

export interface Filters extends Conditions {
  /** null: not given, the reader of the filters has a default. */
  readonly window: Window | null
  readonly session: readonly string[] | null
}

export interface ListQuery {
  readonly filters: Filters
  readonly limit: number
  readonly cursor: string | null
}

export interface SessionQuery {
  readonly filters: Filters
  readonly limit: number
}

const defaultLimit = 50
const maxLimit = 1000
const defaultSessions = 20
const maxSessions = 200

const unitMs: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }

const otherNames: Readonly<Record<string, string>> = {
  sessionId: 'session',
  taskType: 'task',
  fromMs: 'from',
  toMs: 'to',
}
const windowNames = ['window', 'from', 'to'] as const
const conditionNames = ['provider', 'model', 'agent', 'session', 'billing', 'outcome'] as const
const listConditionNames = ['cost', 'translated', 'guard', 'cache', 'task', 'route', 'automated'] as const
const listNames = [...listConditionNames, 'limit', 'cursor'] as const

/** The values that exist, where they are few; a misspelt one would quietly match nothing. */
const knownValues = {
  automated: ['true', 'false'],
  billing: ['metered', 'subscription', 'local', ''],
  cache: ['hit', 'miss', 'bypass', ''],
  cost: ['priced', 'estimated', 'unpriced', 'none'],
  guard: ['warned', 'downgraded', 'cut', 'blocked', 'stopped', ''],
  outcome: ['complete', 'client_abort', 'upstream_reset', 'timeout', 'refused', 'failed'],
  route: [
    'passthrough',
    'header',
    'override',
    'suffix',
    'alias',
    'rule',
    'complexity',
    'cascade',
    'auto',
    'sticky',
    'downgrade',
    'fallback',
    '',
  ],
  task: [
    'tool_use',
    'long_context',
    'quick_task',
    'generation',
    'code_review',
    'content_generation',
    'classification',
    'general',
    '',
  ],
  translated: ['true', 'false'],
} as const satisfies Readonly<Record<string, readonly string[]>>

/** @throws AppError `invalid-request` that names the parameter. */
export const parseFilters = (query: RawQuery): Filters =>
  readFilters(collect(query, [...windowNames, ...conditionNames], otherNames))

/** Of what is told apart by model and task. @throws AppError `invalid-request` that names the parameter. */
export const parseSignalFilters = (query: RawQuery): Filters =>
  readFilters(collect(query, [...windowNames, 'provider', 'model', 'agent', 'task'], otherNames))

/** What a request is judged by; a row of the list has it, under these names. */
export interface Judged {
  readonly provider: string | null
  readonly requestedModel: string | null
  readonly routedModel: string | null
  readonly agent: string | null
  readonly sessionId: string | null
  readonly billing: string | null
  readonly outcome: string
  readonly costStatus: string
  readonly translatedTo: string | null
  readonly guard: string | null
  readonly cache: string | null
  readonly taskType: string | null
  readonly route: string | null
  readonly automated: boolean
}

/**
 * The same conditions for requests that are just ending, which no window applies to.
 * @throws AppError `invalid-request` that names the parameter.
 */
export function parseJudge(query: RawQuery): (run: Judged) => boolean {
  const filters = readFilters(collect(query, [...conditionNames, ...listConditionNames], otherNames))
  const isIn = (choices: readonly string[] | null, value: string | null) => choices?.includes(value ?? '') ?? true
  return (run) =>
    isIn(filters.provider, run.provider) &&
    isIn(filters.model, run.routedModel ?? run.requestedModel) &&
    isIn(filters.agent, run.agent) &&
    isIn(filters.session, run.sessionId) &&
    isIn(filters.billing, run.billing) &&
    isIn(filters.outcome, run.outcome) &&
    isIn(filters.cost, run.costStatus) &&
    isIn(filters.translated, String(run.translatedTo !== null)) &&
    isIn(filters.guard, run.guard) &&
    isIn(filters.cache, run.cache) &&
    isIn(filters.task, run.taskType) &&
    isIn(filters.route, run.route) &&
    isIn(filters.automated, String(run.automated))
}

/** @throws AppError `invalid-request` that names the parameter. */
export function parseListQuery(query: RawQuery): ListQuery {
  const values = collect(query, [...windowNames, ...conditionNames, ...listNames], otherNames)
  return {
    filters: readFilters(values),
    limit: readCount(values, 'limit', defaultLimit, maxLimit),
    cursor: single(values, 'cursor'),
  }
}

/** @throws AppError `invalid-request` that names the parameter. */
export function parseSessionQuery(query: RawQuery): SessionQuery {
  const values = collect(query, [...windowNames, ...conditionNames, 'limit'], otherNames)
  return { filters: readFilters(values), limit: readCount(values, 'limit', defaultSessions, maxSessions) }
}

function readFilters(values: Values): Filters {
  return {
    window: readWindow(single(values, 'window'), single(values, 'from'), single(values, 'to')),
    provider: readChoices(values, 'provider'),
    model: readChoices(values, 'model'),
    agent: readChoices(values, 'agent'),
    session: readChoices(values, 'session'),
    billing: readChoices(values, 'billing', knownValues.billing),
    outcome: readChoices(values, 'outcome', knownValues.outcome),
    cost: readChoices(values, 'cost', knownValues.cost),
    translated: readChoices(values, 'translated', knownValues.translated),
    guard: readChoices(values, 'guard', knownValues.guard),
    cache: readChoices(values, 'cache', knownValues.cache),
    task: readChoices(values, 'task', knownValues.task),
    route: readChoices(values, 'route', knownValues.route),
    automated: readChoices(values, 'automated', knownValues.automated),
  }
}

function readWindow(window: string | null, from: string | null, to: string | null): Window | null {
  if (window !== null && (from !== null || to !== null)) throw bad('window does not go together with from and to.')
  if (window !== null) return readSpan(window)
  if (from === null && to === null) return null
  const fromMs = from === null ? null : readMoment('from', from)
  const toMs = to === null ? null : readMoment('to', to)
  if (fromMs !== null && toMs !== null && fromMs >= toMs) throw bad('from is not before to.')
  return { kind: 'between', fromMs, toMs }
}

function readSpan(text: string): Window {
  if (text === 'all') return { kind: 'all' }
  const [, digits = '', unit = ''] = /^(\d{1,6})([mhdw])$/.exec(text) ?? []
  const ms = Number(digits) * (unitMs[unit] ?? 0)
  if (ms === 0) throw bad(`window is ${quote(text)}; it can be like 90m, 24h, 7d or 2w, or all.`)
  return { kind: 'last', ms }
}

const rfc3339 = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(\.\d+)?([Zz]|[+ -]\d\d:\d\d)$/
/** The last moment that a Date can say. */
const lastMs = 8.64e15

function readMoment(name: 'from' | 'to', text: string): number {
  const ms = /^\d{1,16}$/.test(text) ? Number(text) : readDate(text)
  if (ms === null || ms < 0 || ms > lastMs) {
    throw bad(`${name} is ${quote(text)}; it can be like 2026-11-22T10:00:00Z, or Unix milliseconds.`)
  }
  return ms
}

/** @returns null when it is none, or a day that does not exist. */
function readDate(text: string): number | null {
  const [, day = '', time = '', fraction = '', zone = ''] = rfc3339.exec(text) ?? []
  // A plus sign that was not escaped in a URL arrives as a space.
  const ms = Date.parse(`${day}T${time}${fraction}${zone.toUpperCase().replace(' ', '+')}`)
  const midnight = Date.parse(`${day}T00:00:00Z`)
  if (Number.isNaN(ms) || Number.isNaN(midnight)) return null
  return new Date(midnight).toISOString().startsWith(day) ? ms : null
}
