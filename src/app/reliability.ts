/** How providers stand just now, put together for whoever shows it. Accounts are their labels; no key is read. */
import type { Reliability } from '../control/reliability-shapes.ts'
import { defaultLabel } from '../providers/accounts-list.ts'
import type { ProvidersNow, Services } from './services.ts'

export function reliabilityOf(s: Pick<Services, 'cooldowns' | 'accounts' | 'concurrency' | 'providers'>): Reliability {
  return {
    cooldowns: [...s.cooldowns.state()],
    accounts: poolsOf(s.providers()).flatMap(({ id, accounts }) => [...s.accounts.state(id, accounts)]),
    concurrency: [...s.concurrency.state()],
  }
}

/** One key without a label is no account that anybody chose. */
function poolsOf({ catalog, plan }: ProvidersNow) {
  const pools = catalog.list
    .filter(({ accounts }) => accounts.some(({ label }) => label !== defaultLabel))
    .map(({ id, accounts }) => ({ id, accounts }))
  return plan === null ? pools : [...pools, { id: plan.provider, accounts: [plan.account] }]
}
