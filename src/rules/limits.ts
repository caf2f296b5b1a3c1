/** The limits that hold for a request, from the settings: global ones, then those of its session, agent, provider and model. */
import { agentsOf, type ScopeKind, type Spender } from './ledger.ts'
import type { WindowName } from './windows.ts'

export type BreachAction = 'block' | 'warn' | 'downgrade' | 'alert'

/** As the settings have it, USD. */
export interface LimitTerms {
  readonly scope: ScopeKind
  readonly name?: string | undefined
  readonly hourlyUsd?: number | undefined
  readonly dailyUsd?: number | undefined
  readonly totalUsd?: number | undefined
  readonly onBreach?: BreachAction | undefined
}

export interface BudgetTerms {
  readonly dailyUsd: number | null
  readonly hourlyUsd: number | null
  readonly perRequestUsd: number | null
  readonly onBreach: BreachAction
  readonly limits: readonly LimitTerms[]
}

export type LimitWindow = WindowName | 'total' | 'request'

export interface Limit {
  /** For sentences: `daily limit`, `hourly limit of the session 3f2c`. */
  readonly name: string
  /** `all`, `session:<id>`, … */
  readonly scope: string
  readonly window: LimitWindow
  readonly limitNanoUsd: number
  readonly onBreach: BreachAction
}

const nanoPerUsd = 1_000_000_000
export const nanoOfUsd = (usd: number): number => Math.round(usd * nanoPerUsd)

/** The kinds of scope that any limit is of. */
export const kindsOf = ({ limits }: BudgetTerms): ReadonlySet<ScopeKind> => new Set(limits.map(({ scope }) => scope))

export const hasTotals = ({ limits }: BudgetTerms): boolean =>
  limits.some(({ scope, totalUsd }) => scope === 'session' && totalUsd !== undefined)

/** Whether any limit refuses requests; then whoever can't judge them must refuse, too. */
export const mayRefuse = ({ onBreach, limits }: BudgetTerms): boolean =>
  [onBreach, ...limits.map((limit) => limit.onBreach ?? onBreach)].some(refuses)

/** A downgrade refuses what does not fit even so. */
export const refuses = (action: BreachAction): boolean => action === 'block' || action === 'downgrade'

export function limitsFor(terms: BudgetTerms, spender: Spender): readonly Limit[] {
  return [...globalLimits(terms), ...terms.limits.flatMap((limit) => scopedLimits(limit, spender, terms.onBreach))]
}

function globalLimits({ dailyUsd, hourlyUsd, perRequestUsd, onBreach }: BudgetTerms): readonly Limit[] {
  const limits: Limit[] = []
  const add = (name: string, window: LimitWindow, usd: number | null) => {
    if (usd !== null) limits.push({ name, scope: 'all', window, limitNanoUsd: nanoOfUsd(usd), onBreach })
  }
  add('limit of a single request', 'request', perRequestUsd)
  add('hourly limit', 'hour', hourlyUsd)
  add('daily limit', 'day', dailyUsd)
  return limits
}

const scopedLimits = (terms: LimitTerms, spender: Spender, onBreachElse: BreachAction): readonly Limit[] =>
  idsIn(terms.scope, spender)
    .filter((id) => isMeant(terms, spender, id))
    .flatMap((id) => limitsOf(terms, id, onBreachElse))

function limitsOf(terms: LimitTerms, id: string, onBreachElse: BreachAction): readonly Limit[] {
  const onBreach = terms.onBreach ?? onBreachElse
  const limits: Limit[] = []
  const add = (word: string, window: LimitWindow, usd: number | undefined) => {
    if (usd === undefined) return
    const name = `${word} limit of the ${terms.scope} ${id}`
    limits.push({ name, scope: `${terms.scope}:${id}`, window, limitNanoUsd: nanoOfUsd(usd), onBreach })
  }
  add('hourly', 'hour', terms.hourlyUsd)
  add('daily', 'day', terms.dailyUsd)
  if (terms.scope === 'session') add('total', 'total', terms.totalUsd)
  return limits
}

function idsIn(scope: ScopeKind, { session, agent, provider, model }: Spender): readonly string[] {
  switch (scope) {
    case 'session':
      return session === null ? [] : [session]
    case 'agent':
      return agentsOf(agent)
    case 'provider':
      return [provider]
    case 'model':
      return model === null ? [] : [`${provider}/${model}`]
  }
}

/** A model may be named with or without its provider. */
const isMeant = ({ scope, name }: LimitTerms, { model }: Spender, id: string): boolean =>
  name === undefined || name === id || (scope === 'model' && name === model)
