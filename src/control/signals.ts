/** How models do at tasks. */
import { Elysia } from 'elysia'
import { Type } from '@sinclair/typebox'
import { readRefusals } from './parameters.ts'
import { requireAdmin } from './require-admin.ts'
import type { ControlServices } from './services.ts'
import { Filters } from './shapes.ts'
import { SignalPage } from './signals-shapes.ts'
import { openQuery, queryOf } from './telemetry.ts'

export const SignalQuery = Type.Pick(Filters, ['window', 'from', 'to', 'provider', 'model', 'agent', 'task'], openQuery)

export const signals = (services: ControlServices) =>
  new Elysia({ name: 'control/signals', normalize: false })
    .use(requireAdmin(services))
    .get('/v1/telemetry/signals', ({ request }) => services.reader.signals(queryOf(request)), {
      query: SignalQuery,
      response: { 200: SignalPage, ...readRefusals },
    })
