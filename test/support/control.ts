/** The control plane over a store of its own, with the real worker behind it. */
import { afterEach } from 'bun:test'
import { openStoreReader } from '../../src/app/open-reader.ts'
import { openSimulateDesk } from '../../src/app/simulate-desk.ts'
import { openAdmin } from '../../src/control/admin.ts'
import { pageOf } from '../../src/control/dashboard.ts'
import { openFeed, type Feed } from '../../src/control/feed.ts'
import { control, type ControlApp } from '../../src/control/index.ts'
import type { GuardDesk } from '../../src/control/guard-desk.ts'
import type { ControlServices, ProviderFacts } from '../../src/control/services.ts'
import type { Health } from '../../src/control/shapes.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { silentLog } from '../../src/lib/log.ts'
import { fakeKeys } from './fake-keys.ts'
import { openFakeDesk } from './guard-desk.ts'
import { openPipeline } from './services.ts'
import { openTestStore, type TestStore } from './store.ts'

export const adminToken = 'test-admin-token'

export interface TestControl {
  readonly app: ControlApp
  readonly store: TestStore
  readonly feed: Feed
  readonly services: ControlServices
  /** What `/health` says; may be changed. */
  readonly health: { -readonly [Name in keyof Health]: Health[Name] }
  get(path: string, headers?: Record<string, string>): Promise<Response>
  json(path: string): Promise<{ status: number; body: unknown }>
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>
  put(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>
  /** Moves the clock that logins and metrics go by. */
  pass(ms: number): void
}

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()))
})

export function openTestControl(
  providers: readonly ProviderFacts[] = [],
  guard: GuardDesk = openFakeDesk(),
): TestControl {
  const store = openTestStore()
  let passedMs = 0
  const clock = { now: systemClock.now, monotonic: () => systemClock.monotonic() + passedMs }
  const reader = openStoreReader({ path: store.path, retentionDays: null, clock: systemClock, log: silentLog })
  closing.push(() => reader.close())
  const feed = openFeed()
  const health: Health = {
    status: 'ok',
    version: '1.2.3',
    commit: 'abc',
    uptimeMs: 5,
    startedMs: 1_000,
    inflight: 3,
    bypassed: 2,
    store: { state: 'ok', spooledRows: 0, lostRows: 0, unfoldedRows: 0, lastError: null },
    cooldowns: [],
    accounts: [],
    concurrency: [],
    problems: [],
  }
  const services: ControlServices = {
    clock,
    log: silentLog,
    reader,
    guard,
    simulator: simulatorOver(reader),
    feed,
    health: () => health,
    inflight: () => health.inflight,
    providers: () => providers,
    reliability: () => health,
    priceSettings: () => ({ 'mine/own-1': { inputUsd: 3, outputUsd: 15 } }),
    admin: openAdmin(adminToken, clock),
    dashboard: pageOf('<!doctype html><title>RelayPlane</title>', {
      scripts: ['sha256-AAAA'],
      styles: ['sha256-BBBB'],
    }),
  }
  const app = control(services)
  const get = (path: string, headers: Record<string, string> = {}) =>
    app.handle(new Request(`http://localhost:4100${path}`, { headers: { host: 'localhost:4100', ...headers } }))
  const send = (method: string, path: string, body: unknown, headers: Record<string, string> = {}) =>
    app.handle(
      new Request(`http://localhost:4100${path}`, {
        method,
        body: typeof body === 'string' ? body : JSON.stringify(body),
        headers: { host: 'localhost:4100', 'content-type': 'application/json', ...headers },
      }),
    )
  return {
    app,
    store,
    feed,
    services,
    health,
    get,
    async json(path) {
      const response = await get(path)
      return { status: response.status, body: await response.json() }
    },
    post: (path, body, headers) => send('POST', path, body, headers),
    put: (path, body, headers) => send('PUT', path, body, headers),
    pass: (ms) => (passedMs += ms),
  }
}

/** Made when it is asked: most tests do not. Anthropic and OpenAI have keys. */
function simulatorOver(reader: ReturnType<typeof openStoreReader>): ControlServices['simulator'] {
  const variables = { ANTHROPIC_API_KEY: fakeKeys.anthropic, OPENAI_API_KEY: fakeKeys.openai }
  const desk = () => openSimulateDesk(openPipeline({ variables }).services, reader)
  return { simulate: (ask) => desk().simulate(ask), decide: (ask) => desk().decide(ask) }
}
