/**
 * Weighs the proxy: idle, after 20,000 requests, after 2,000 clients that hung up in the middle of a stream, and with 1,000
 * streams open at once. Run it after `bun run build`; it weighs dist/relayplane, or the source where that is missing.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { callBytes, caller, messages, send } from '../test/faults/calls.ts'

const built = join(import.meta.dir, '../dist/relayplane')
if (existsSync(built)) process.env['RELAYPLANE_BINARY'] = built
const { program, startRelay } = await import('../test/support/relay.ts')

const [first = ''] = messages.frames
const provider = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  idleTimeout: 0,
  async fetch(request) {
    const isStream = (await request.text()).includes('"stream":true')
    if (!isStream) return new Response(messages.reply, { headers: { 'content-type': 'application/json' } })
    // Its first frame, and then nothing: the client hangs up.
    const body = new ReadableStream({ start: (out) => out.enqueue(new TextEncoder().encode(first)) })
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
  },
})
const relay = await startRelay({ providers: { anthropic: `http://127.0.0.1:${provider.port}` }, apart: true })
const bytes = callBytes(relay.port, messages, true)

const weighMb = () => Number(Bun.spawnSync(['ps', '-o', 'rss=', '-p', String(relay.pid)]).stdout.toString()) / 1024

/** The least of what it weighs during a second of rest. */
async function weighRested(): Promise<number> {
  let least = Infinity
  for (let reading = 0; reading < 10; reading++) {
    await Bun.sleep(100)
    least = Math.min(least, weighMb())
  }
  return least
}

async function repeat(times: number, one: () => Promise<unknown>): Promise<void> {
  let left = times
  const work = async () => {
    while (left-- > 0) await one()
  }
  await Promise.all(Array.from({ length: 16 }, work))
}

const ask = async () => (await send(relay.url, messages, false)).text()
const abort = async () => {
  const client = await caller(relay.port, bytes)
  await client.saw('message_start')
  client.hangUp()
}
const say = (what: string, mb: number) => console.log(`${what.padEnd(44)} ${mb.toFixed(0).padStart(5)} MB`)

console.log(`${program}, resident:`)
say('idle after the start', await weighRested())
await repeat(5000, ask)
await repeat(500, abort)
say('warm: 5,000 requests, 500 hang-ups', await weighRested())
await repeat(20_000, ask)
say('20,000 requests more', await weighRested())
await repeat(2000, abort)
say('2,000 hang-ups more', await weighRested())
const clients = await Promise.all(Array.from({ length: 1000 }, () => caller(relay.port, bytes)))
await Promise.all(clients.map((client) => client.saw('message_start')))
say('1,000 streams open', weighMb())
for (const client of clients) client.hangUp()
await repeat(2000, abort)
say('closed again, 2,000 hang-ups more', await weighRested())
await relay.stop()
await provider.stop(true)
