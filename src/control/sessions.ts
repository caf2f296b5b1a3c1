/** The sessions of a window, dearest first, and which of them are stopped as runaways. */
import { Elysia } from 'elysia'
import { Type } from '@sinclair/typebox'
import { SessionPage } from './guard-shapes.ts'
import { readRefusals } from './parameters.ts'
import type { ControlServices } from './services.ts'
import { openQuery, queryOf, SumQuery } from './telemetry.ts'

// Text, as all parameters: the store judges it and names what is wrong.
export const SessionQuery = Type.Object(
  { ...SumQuery.properties, limit: Type.Optional(Type.String({ description: '1 to 200, default 20.' })) },
  openQuery,
)

export const sessions = (services: ControlServices) =>
  new Elysia({ name: 'control/sessions', normalize: false }).get(
    '/sessions',
    ({ request }) => services.guard.sessions(queryOf(request)),
    { query: SessionQuery, response: { 200: SessionPage, ...readRefusals } },
  )
