/**
 * The least that keeps what RelayPlane promises of every request, and nothing else: Elysia, the journal, a call that can be
 * ended, and the row before the end. No parsing into facts, no provider, no price, no header touched. What lies between it and
 * the bare passthrough is the house's; what lies between RelayPlane and it is the pipeline's.
 */
import { Elysia } from 'elysia'
import { openBooks } from '../../src/app/books.ts'
import { makeHome } from '../../src/app/home.ts'
import { readEnvironment } from '../../src/config/environment.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { silentLog } from '../../src/lib/log.ts'
import type { InflightRecord } from '../../src/neutral/record.ts'
import { orphanRecord } from '../../src/pipeline/orphan.ts'
import { openPrices } from '../../src/providers/prices.ts'

const upstream = process.argv[2] ?? ''
const environment = readEnvironment()
makeHome(environment.paths)
const prices = openPrices({ clock: systemClock, configPrices: () => ({}) })
const books = openBooks(
  environment,
  silentLog,
  prices,
  () => undefined,
  () => false,
)

function inflightOf(path: string, requestBytes: number): InflightRecord {
  return {
    id: Bun.randomUUIDv7(),
    startedMs: Date.now(),
    endpoint: 'messages',
    method: 'POST',
    path,
    dialect: 'anthropic',
    requestedModel: 'claude-sonnet-4-5',
    routedModel: 'claude-sonnet-4-5',
    provider: 'anthropic',
    billing: 'metered',
    isStream: false,
    requestBytes,
    sessionId: null,
    agent: null,
    estimatedInputTokens: 100,
    estimatedOutputTokens: 0,
    attempt: 1,
  }
}
/** A row of the size that a request usually has; its figures are none of anybody's. */
const row = orphanRecord(inflightOf('/v1/messages', 0), prices)
const enter = (inflight: InflightRecord): Promise<void> => books.enter({ ...row, ...inflight })

async function pass(request: Request): Promise<Response> {
  const text = await request.text()
  JSON.parse(text)
  const { pathname } = new URL(request.url)
  const inflight = inflightOf(pathname, text.length)
  books.open(inflight)
  const controller = new AbortController()
  const { method, headers } = request
  const response = await fetch(upstream + pathname, { method, headers, body: text, signal: controller.signal })
  const init = { status: response.status, headers: response.headers }
  if (response.headers.get('content-type') !== 'application/json')
    return new Response(passStream(response, inflight, controller), init)
  const reply = await response.text()
  JSON.parse(reply)
  await enter(inflight)
  return new Response(reply, init)
}

function passStream(response: Response, inflight: InflightRecord, controller: AbortController): ReadableStream {
  const reader = (response.body ?? new ReadableStream<Uint8Array>()).getReader()
  const source: Bun.DirectUnderlyingSource<Uint8Array> = {
    type: 'direct',
    async pull(out) {
      for (;;) {
        const read = await reader.readMany()
        if (read.done) break
        for (const chunk of read.value) void out.write(chunk)
      }
      await enter(inflight)
      out.close()
    },
    cancel: () => controller.abort(),
  }
  return new ReadableStream(source as unknown as UnderlyingDefaultSource<Uint8Array>)
}

const app = new Elysia().all('/*', ({ request }) => pass(request)).compile()
const server = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  idleTimeout: 0,
  maxRequestBodySize: 64 * 1024 * 1024,
  fetch: app.fetch,
})
process.stdout.write(`${server.port}\n`)
