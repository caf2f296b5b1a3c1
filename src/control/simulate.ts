/** Settings of routing tried on the past, and on one request. Both change nothing and send nothing, so that no login is needed. */
import { Elysia } from 'elysia'
import { AppError } from '../neutral/error.ts'
import { readJsonBody } from './json-body.ts'
import { readRefusals, takesNone } from './parameters.ts'
import type { ControlServices } from './services.ts'
import { Refusal } from './shapes.ts'
import { Playground, PlaygroundAsk, SimulateAsk, Simulation } from './simulate-shapes.ts'

const settingsBytes = 1024 * 1024
/** A whole conversation is pasted. */
const requestBytes = 32 * 1024 * 1024

const refusals = { ...readRefusals, 409: Refusal, 413: Refusal, 415: Refusal } as const

export const simulate = ({ simulator }: ControlServices) =>
  new Elysia({ name: 'control/simulate', normalize: false })
    .post('/v1/telemetry/simulate', ({ body }) => simulator.simulate(body), {
      parse: readBody(settingsBytes),
      body: SimulateAsk,
      response: { 200: Simulation, ...refusals },
    })
    .post('/v1/telemetry/playground', ({ body }) => simulator.decide(body), {
      parse: readBody(requestBytes),
      body: PlaygroundAsk,
      response: { 200: Playground, ...refusals },
    })

const readBody =
  (maxBytes: number) =>
  ({ request }: { readonly request: Request }): Promise<unknown> => {
    takesNone(request)
    // A form of a foreign page can send text, and no JSON.
    if (!/^application\/json\b/i.test(request.headers.get('content-type') ?? '')) {
      throw new AppError('invalid-request', 'Send it as content-type: application/json.', { status: 415 })
    }
    return readJsonBody(request, maxBytes)
  }
