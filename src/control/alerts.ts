/** What people were told: the history of alerts, taking note of them, and one to try the webhook with. */
import { Elysia } from 'elysia'
import { Type, type Static } from '@sinclair/typebox'
import { AppError } from '../neutral/error.ts'
import { AlertAck, AlertAckResult, AlertCounts, AlertPage } from './guard-shapes.ts'
import { readRefusals, takesNone, writeRefusals } from './parameters.ts'
import { requireAdmin } from './require-admin.ts'
import type { ControlServices } from './services.ts'
import { queryOf } from './telemetry.ts'

// Text, as all parameters: the store judges it and names what is wrong.
export const AlertQuery = Type.Object({
  type: Type.Optional(Type.String({ description: '`threshold`, `breach`, `anomaly`, `test`; several with commas.' })),
  severity: Type.Optional(Type.String({ description: '`info`, `warning`, `critical`; several with commas.' })),
  acknowledged: Type.Optional(Type.String({ description: '`true` or `false`.' })),
  limit: Type.Optional(Type.String({ description: '1 to 500, default 50.' })),
  cursor: Type.Optional(Type.String({ description: '`nextCursor` of the page before, with the same filters.' })),
})

export const alerts = (services: ControlServices) =>
  new Elysia({ name: 'control/alerts', normalize: false })
    .use(requireAdmin(services))
    .get('/alerts', ({ request }) => services.guard.alerts(queryOf(request)), {
      query: AlertQuery,
      response: { 200: AlertPage, ...readRefusals },
    })
    .get(
      '/alerts/counts',
      ({ request }) => {
        takesNone(request)
        return services.guard.alertCounts()
      },
      { response: { 200: AlertCounts, ...readRefusals } },
    )
    .post(
      '/alerts/ack',
      ({ request, body }) => {
        takesNone(request)
        return services.guard.acknowledge(idsOf(body))
      },
      { admin: true, body: AlertAck, response: { 200: AlertAckResult, ...writeRefusals } },
    )
    .post(
      '/alerts/test',
      ({ request }) => {
        takesNone(request)
        return services.guard.testAlert()
      },
      {
        admin: true,
        body: Type.Object({}, { additionalProperties: false }),
        response: { 200: AlertPage, ...writeRefusals },
      },
    )

/** @throws AppError `invalid-request` unless it says either which, or all. */
function idsOf({ ids, all }: Static<typeof AlertAck>): 'all' | readonly string[] {
  if (all === true && ids === undefined) return 'all'
  if (all !== true && ids !== undefined && ids.length > 0) return ids
  throw new AppError('invalid-request', 'Give either ids, one or more, or all as true.')
}
