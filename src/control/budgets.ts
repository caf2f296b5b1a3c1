/** What may be spent and what is: limits as they stand, the days behind them, and changes of both. */
import { Elysia } from 'elysia'
import { Type } from '@sinclair/typebox'
import { changeGuard } from './guard-settings.ts'
import { BudgetHistory, BudgetReset, Budgets } from './guard-shapes.ts'
import { readRefusals, SettingsPart, takesNone, writeRefusals } from './parameters.ts'
import { requireAdmin } from './require-admin.ts'
import type { ControlServices } from './services.ts'
import { queryOf } from './telemetry.ts'

// Text, as all parameters: the store judges it and names what is wrong.
export const HistoryQuery = Type.Object({
  days: Type.Optional(
    Type.String({ description: '1 to 365, default 14; the last is the day that it is now, in UTC.' }),
  ),
})

export const budgets = (services: ControlServices) =>
  new Elysia({ name: 'control/budgets', normalize: false })
    .use(requireAdmin(services))
    .get(
      '/budgets',
      ({ request }) => {
        takesNone(request)
        return services.guard.budgets()
      },
      { response: { 200: Budgets, ...readRefusals } },
    )
    .put(
      '/budgets',
      async ({ request, body }) => {
        takesNone(request)
        await changeGuard(services, { budget: body })
        return services.guard.budgets()
      },
      { admin: true, body: SettingsPart, response: { 200: Budgets, ...writeRefusals } },
    )
    .get('/budgets/history', ({ request }) => services.guard.budgetHistory(queryOf(request)), {
      query: HistoryQuery,
      response: { 200: BudgetHistory, ...readRefusals },
    })
    .post(
      '/budgets/reset',
      ({ request, body }) => {
        takesNone(request)
        return services.guard.resetBudget(body.scope ?? 'all')
      },
      { admin: true, body: BudgetReset, response: { 200: Budgets, ...writeRefusals } },
    )
