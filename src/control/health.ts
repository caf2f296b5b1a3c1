/** Whether the server is well; also what probes and the commands ask. */
import { Elysia } from 'elysia'
import type { ControlServices } from './services.ts'
import { Health } from './shapes.ts'

/** A degraded server still answers 200: it serves traffic, and a probe must not have it restarted for that. */
export const health = (services: Pick<ControlServices, 'health'>) =>
  new Elysia({ name: 'control/health', normalize: false }).get('/health', () => services.health(), {
    response: { 200: Health },
  })
