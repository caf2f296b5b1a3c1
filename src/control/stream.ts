/** Finished requests as they end, and how many are being served, as server-sent events. */
import { Elysia } from 'elysia'
import { Type } from '@sinclair/typebox'
import type { ControlServices } from './services.ts'
import { Filters, Refusal, type Run } from './shapes.ts'
import { openQuery, queryOf } from './telemetry.ts'

const { window: _, from: __, to: ___, ...conditions } = Filters.properties
export const StreamQuery = Type.Object(conditions, openQuery)

/** How often the count of requests in flight is looked at. */
const tickMs = 500
/** Proxies and browsers give up on what is silent for longer. */
const keepAliveMs = 15_000
/** Events handed to the connection ahead of what it took; then the feed's queue holds them. */
const aheadOfClient = 16

export const stream = (services: ControlServices) =>
  new Elysia({ name: 'control/stream', normalize: false }).get(
    '/v1/telemetry/stream',
    ({ request }) => {
      const wanted = services.reader.judge(queryOf(request))
      // Nobody would read the body of a HEAD, nor end it.
      const body = request.method === 'HEAD' ? null : openStream(services, wanted, request.signal)
      return new Response(body, {
        headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' },
      })
    },
    { query: StreamQuery, response: { 400: Refusal } },
  )

function openStream(
  { feed, inflight, clock }: ControlServices,
  wanted: (run: Run) => boolean,
  client: AbortSignal,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let close = () => {}
  let flush = () => {}
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        let shown = -1
        let sentAtMs = clock.monotonic()
        let isClosed = false
        const listener = feed.listen(() => flush())
        const send = (text: string) => {
          sentAtMs = clock.monotonic()
          controller.enqueue(encoder.encode(text))
        }
        const hasRoom = () => !isClosed && (controller.desiredSize ?? 0) > 0
        const timer = setInterval(() => flush(), tickMs)
        close = () => {
          if (isClosed) return
          isClosed = true
          clearInterval(timer)
          listener.close()
          client.removeEventListener('abort', end)
        }
        // Both ends may end it; the controller of a stream that its reader cancelled is closed already.
        const end = () => {
          if (isClosed) return
          close()
          controller.close()
        }
        flush = () => {
          if (!feed.isOpen()) return end()
          const dropped = hasRoom() ? listener.takeDropped() : 0
          if (dropped > 0) send(frame('gap', { dropped }))
          while (hasRoom()) {
            const run = listener.take()
            if (run === undefined) break
            if (wanted(run)) send(frame('run', run))
          }
          if (hasRoom() && inflight() !== shown) send(frame('inflight', { inflight: (shown = inflight()) }))
          if (hasRoom() && clock.monotonic() - sentAtMs >= keepAliveMs) send(': keep-alive\n\n')
        }
        client.addEventListener('abort', end)
        if (client.aborted) end()
        else flush()
      },
      pull: () => flush(),
      cancel: () => close(),
    },
    { highWaterMark: aheadOfClient },
  )
}

const frame = (event: string, data: unknown): string => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`
