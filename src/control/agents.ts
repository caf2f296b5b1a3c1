/** What each agent cost in a window, and the names that people give to agents. */
import { Elysia } from 'elysia'
import { Type } from '@sinclair/typebox'
import { AgentPage, AgentRename } from './guard-shapes.ts'
import { readRefusals, takesNone, writeRefusals } from './parameters.ts'
import { requireAdmin } from './require-admin.ts'
import type { ControlServices } from './services.ts'
import { queryOf, SumQuery } from './telemetry.ts'

export const agents = (services: ControlServices) =>
  new Elysia({ name: 'control/agents', normalize: false })
    .use(requireAdmin(services))
    .get('/agents', ({ request }) => services.guard.agents(queryOf(request)), {
      query: SumQuery,
      response: { 200: AgentPage, ...readRefusals },
    })
    .put(
      '/agents/:agent',
      ({ request, params, body }) => {
        takesNone(request)
        return services.guard.renameAgent(params.agent, body.name)
      },
      {
        admin: true,
        params: Type.Object({
          agent: Type.String({ description: 'As it was told from requests, encoded: `claude-code%2Fexplore`.' }),
        }),
        body: AgentRename,
        response: { 200: AgentPage, ...writeRefusals },
      },
    )
