import { expect, test } from 'bun:test'
import { readEvents } from '../../src/cli/events.ts'

const text =
  'event: inflight\ndata: {"inflight":1}\n\n: keep-alive\n\nevent: run\ndata: {"id":"grüße"}\n\ndata: one\ndata: two\n\nevent: run\ndata: cut'

async function eventsOf(size: number) {
  const bytes = new TextEncoder().encode(text)
  const body = new ReadableStream<Uint8Array>({
    start(out) {
      for (let at = 0; at < bytes.length; at += size) out.enqueue(bytes.slice(at, at + size))
      out.close()
    },
  })
  return Array.fromAsync(readEvents(new Response(body)))
}

test('events are read whole, however the stream is cut; comments and an unfinished one are left out', async () => {
  for (const size of [1, 2, 3, 7, 1000]) {
    expect(await eventsOf(size)).toEqual([
      { event: 'inflight', data: '{"inflight":1}' },
      { event: 'run', data: '{"id":"grüße"}' },
      { event: '', data: 'one\ntwo' },
    ])
  }
})
