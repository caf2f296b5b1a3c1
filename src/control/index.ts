/** The dashboard's plane: its page, the JSON behind it, health and metrics. Mounted on the listener that serves everything. */
import { Elysia } from 'elysia'
import { agents } from './agents.ts'
import { alerts } from './alerts.ts'
import { budgets } from './budgets.ts'
import { cache } from './cache.ts'
import { dashboard } from './dashboard.ts'
import { guardSettings } from './guard-settings.ts'
import { health } from './health.ts'
import { login } from './login.ts'
import { metrics } from './metrics.ts'
import { openapi } from './openapi.ts'
import { refusalBody, refusalOf } from './refusal.ts'
import type { ControlServices } from './services.ts'
import { savings } from './savings.ts'
import { sessions } from './sessions.ts'
import { signals } from './signals.ts'
import { simulate } from './simulate.ts'
import { stream } from './stream.ts'
import { telemetry } from './telemetry.ts'

export const control = (services: ControlServices) =>
  new Elysia({ name: 'control', normalize: false })
    .onError(({ code, error, status, set }) => {
      const refusal = refusalOf(code, error)
      if (refusal.status >= 500 && refusal.code === 'internal') {
        services.log.error(
          `A control endpoint failed: ${refusal.cause instanceof Error ? (refusal.cause.stack ?? refusal.cause.message) : 'unknown'}`,
        )
      }
      if (refusal.status === 429) set.headers['retry-after'] = '60'
      return status(refusal.status as 400, refusalBody(refusal))
    })
    .use(health(services))
    .use(telemetry(services))
    .use(savings(services))
    .use(simulate(services))
    .use(signals(services))
    .use(stream(services))
    .use(budgets(services))
    .use(alerts(services))
    .use(cache(services))
    .use(guardSettings(services))
    .use(sessions(services))
    .use(agents(services))
    .use(metrics(services))
    .use(login(services))
    .use(openapi())
    .use(dashboard(services))

export type ControlApp = ReturnType<typeof control>
