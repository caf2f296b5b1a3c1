/** What was saved, and against what. */
import { Elysia } from 'elysia'
import { readRefusals } from './parameters.ts'
import { requireAdmin } from './require-admin.ts'
import { Savings } from './savings-shapes.ts'
import type { ControlServices } from './services.ts'
import { queryOf, SumQuery } from './telemetry.ts'

export const savings = (services: ControlServices) =>
  new Elysia({ name: 'control/savings', normalize: false })
    .use(requireAdmin(services))
    .get('/v1/telemetry/savings', ({ request }) => services.reader.savings(queryOf(request)), {
      query: SumQuery,
      response: { 200: Savings, ...readRefusals },
    })
