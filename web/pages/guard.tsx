/** The money guard: limits and how near they are, what was told, what the response cache saves, and the settings of it all. */
import { useQuery } from '@tanstack/react-query'
import { LoginNote } from '../parts/action.tsx'
import { Alerts } from '../parts/alerts.tsx'
import { BudgetDays } from '../parts/budget-days.tsx'
import { BurnDown } from '../parts/burn-down.tsx'
import { CachePanel } from '../parts/cache-panel.tsx'
import { GuardSettingsForm } from '../parts/guard-settings.tsx'
import { Limits } from '../parts/limits.tsx'
import { fetchBudgets } from '../guard-api.ts'
import { readAlertFilter } from '../state/alert-filter.ts'
import { useLiveRefresh } from '../state/feed.ts'
import { useLocation } from '../state/location.ts'

/** Windows slide even when nothing comes in. */
const slideEveryMs = 15_000

export function Guard() {
  const { search } = useLocation()
  const budgets = useQuery({
    queryKey: ['budgets', 'now'],
    queryFn: ({ signal }) => fetchBudgets(signal),
    refetchInterval: slideEveryMs,
  })
  useLiveRefresh(() => budgets.refetch())
  return (
    <div className="mx-auto flex w-full max-w-[1440px] flex-col gap-3 p-3 sm:p-4">
      <h1 className="sr-only">Guard</h1>
      <LoginNote />
      <div className="grid items-start gap-3 xl:grid-cols-2">
        <div className="flex min-w-0 flex-col gap-3">
          <Limits query={budgets} />
          <BurnDown query={budgets} />
          <BudgetDays />
        </div>
        <div className="flex min-w-0 flex-col gap-3">
          <Alerts filter={readAlertFilter(search)} />
          <CachePanel />
        </div>
      </div>
      <GuardSettingsForm />
    </div>
  )
}
