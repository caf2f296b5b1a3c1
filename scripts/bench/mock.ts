/** The provider of the benchmark: answers at once, JSON or a stream of 200 chunks (`"pace":N` in the body: N ms apart). */
import { answer } from './answer.ts'

const frame = (event: string, data: unknown) =>
  new TextEncoder().encode(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
const usage = { input_tokens: 100, output_tokens: 1 }
const head = frame('message_start', {
  type: 'message_start',
  message: { id: 'msg_1', model: 'claude-sonnet-4-5-20250929', usage },
})
const deltas = Array.from({ length: 200 }, (_, i) =>
  frame('content_block_delta', {
    type: 'content_block_delta',
    index: 0,
    delta: { type: 'text_delta', text: `word${i} ` },
  }),
)
const tail = [
  frame('message_delta', { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 200 } }),
  frame('message_stop', { type: 'message_stop' }),
]

function stream(paceMs: number): Response {
  const body = new ReadableStream<Uint8Array>({
    async start(out) {
      out.enqueue(head)
      for (const delta of deltas) {
        if (paceMs > 0) await Bun.sleep(paceMs)
        else await Promise.resolve()
        out.enqueue(delta)
      }
      for (const last of tail) out.enqueue(last)
      out.close()
    },
  })
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
}

const server = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  idleTimeout: 0,
  maxRequestBodySize: 64 * 1024 * 1024,
  async fetch(request) {
    const text = await request.text()
    if (!text.includes('"stream":true'))
      return new Response(answer, { headers: { 'content-type': 'application/json' } })
    return stream(Number(/"pace":(\d+)/.exec(text)?.[1] ?? 0))
  },
})
process.stdout.write(`${server.port}\n`)
