/**
 * The user's own Claude plan as an account of Anthropic's, for the models that the settings name. Off unless a token is set;
 * whether a plan may be used that way is for the provider's terms to say.
 */
import type { Account } from './accounts-list.ts'
import { Secret } from './keys.ts'
import type { Provider } from './provider.ts'

/** As `auth` has it. */
export interface PlanSettings {
  /** `env:NAME`, or the token itself; null for none. */
  readonly anthropicMaxToken: string | null
  /** Parts of model names, any case. */
  readonly useMaxForModels: readonly string[]
}

export interface Plan {
  /** Whose plan it is. */
  readonly provider: string
  readonly account: Account
  readonly models: readonly string[]
}

export const planLabel = 'max'

/** @param problems Gets a sentence where it can't be used. */
export function readPlan(
  { anthropicMaxToken, useMaxForModels }: PlanSettings,
  variables: Readonly<Record<string, string | undefined>>,
  problems: string[],
): Plan | null {
  if (anthropicMaxToken === null) return null
  const name = /^env:(.+)$/.exec(anthropicMaxToken)?.[1]
  const token = (name === undefined ? anthropicMaxToken : (variables[name] ?? '')).trim()
  if (!/^[\x21-\x7e]+$/.test(token)) {
    const why = token === '' && name !== undefined ? `the variable ${name} is not set.` : 'it is no token.'
    problems.push(`auth.anthropicMaxToken: ${why}`)
    return null
  }
  if (!token.startsWith('sk-ant-oat')) {
    problems.push(
      'auth.anthropicMaxToken: it is no token of a plan. "claude setup-token" makes one; it begins with sk-ant-oat.',
    )
    return null
  }
  const models = useMaxForModels.map((part) => part.toLowerCase())
  return { provider: 'anthropic', account: { label: planLabel, key: new Secret(token), priority: 0 }, models }
}

/** The provider as it is asked for a model: with the plan as its only account where that covers it. */
export function withPlan(provider: Provider, model: string | null, plan: Plan | null): Provider {
  const account = planAccount(provider, model, plan)
  return account === null ? provider : { ...provider, key: account.key, accounts: [account] }
}

/** @returns null where the provider's keys are asked with. */
export function planAccount({ id }: Pick<Provider, 'id'>, model: string | null, plan: Plan | null): Account | null {
  if (plan === null || id !== plan.provider || model === null) return null
  const name = model.toLowerCase()
  return plan.models.some((part) => name.includes(part)) ? plan.account : null
}
