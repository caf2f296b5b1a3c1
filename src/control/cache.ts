/** The response cache: how much it holds, how often it helped, what that saved; on, off and empty. */
import { Elysia } from 'elysia'
import { Type } from '@sinclair/typebox'
import { changeGuard } from './guard-settings.ts'
import { CacheCleared, CacheStats, CacheStatus } from './guard-shapes.ts'
import { readRefusals, SettingsPart, takesNone, writeRefusals } from './parameters.ts'
import { requireAdmin } from './require-admin.ts'
import type { ControlServices } from './services.ts'

export const cache = (services: ControlServices) =>
  new Elysia({ name: 'control/cache', normalize: false })
    .use(requireAdmin(services))
    .get(
      '/cache',
      ({ request }) => {
        takesNone(request)
        return services.guard.cache()
      },
      { response: { 200: CacheStatus, ...readRefusals } },
    )
    .put(
      '/cache',
      async ({ request, body }) => {
        takesNone(request)
        await changeGuard(services, { cache: body })
        return services.guard.cache()
      },
      { admin: true, body: SettingsPart, response: { 200: CacheStatus, ...writeRefusals } },
    )
    .get(
      '/cache/stats',
      ({ request }) => {
        takesNone(request)
        return services.guard.cacheStats()
      },
      { response: { 200: CacheStats, ...readRefusals } },
    )
    .post(
      '/cache/clear',
      ({ request }) => {
        takesNone(request)
        return services.guard.clearCache()
      },
      {
        admin: true,
        body: Type.Object({}, { additionalProperties: false }),
        response: { 200: CacheCleared, ...writeRefusals },
      },
    )
