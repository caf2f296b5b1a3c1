/** Many at once, and many one after the other: nothing fails, nothing is left behind. Weighed in a process of its own. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { scriptedProvider, type ScriptedProvider } from '../support/provider.ts'
import { startRelay, type Relay } from '../support/relay.ts'
import { callBytes, caller, messages, send } from './calls.ts'

const encoder = new TextEncoder()
const [first = '', ...others] = messages.frames
const gate = Promise.withResolvers<void>()
let provider: ScriptedProvider
let relay: Relay

/** A stream's first frame comes at once, the others when the gate opens; JSON comes at once. */
beforeAll(async () => {
  provider = scriptedProvider(({ text }) => {
    if (!text.includes('"stream":true'))
      return new Response(messages.reply, { headers: { 'content-type': 'application/json' } })
    const body = new ReadableStream<Uint8Array>({
      async start(out) {
        out.enqueue(encoder.encode(first))
        await gate.promise
        try {
          out.enqueue(encoder.encode(others.join('')))
          out.close()
        } catch {
          // Cancelled: the proxy's client hung up.
        }
      },
    })
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
  })
  relay = await startRelay({ providers: { anthropic: provider.url }, apart: true })
})
afterAll(async () => {
  gate.resolve()
  await relay.stop()
  await provider.stop()
})

const weighMb = () => Number(Bun.spawnSync(['ps', '-o', 'rss=', '-p', String(relay.pid)]).stdout.toString()) / 1024

/** The least of some readings: what is still there when nothing is under way. */
async function weighRested(): Promise<number> {
  let least = Infinity
  for (let reading = 0; reading < 8; reading++) {
    await Bun.sleep(100)
    least = Math.min(least, weighMb())
  }
  return least
}

const count = (where: string) =>
  Number(relay.rows<{ n: number }>(`SELECT count(*) AS n FROM requests WHERE ${where}`)[0]?.n)

async function burst(times: number, atOnce: number, one: () => Promise<unknown>): Promise<void> {
  let left = times
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (left-- > 0) await one()
    }),
  )
}

const ask = async () => {
  const response = await send(relay.url, messages, false)
  if ((await response.text()) !== messages.reply) throw new Error(`another answer: ${response.status}`)
}

/** Streams one answer as far as its first frame, and hangs up. */
const abort = async () => {
  const client = await caller(relay.port, callBytes(relay.port, messages, true))
  await client.saw('message_start')
  client.hangUp()
}

describe('memory', () => {
  // A short version of scripts/weigh-memory.ts, with a bound that the garbage between two collections stays under.
  test('does not grow over thousands of requests and of hang-ups', async () => {
    await burst(5000, 16, ask)
    await burst(300, 16, abort)
    const before = await weighRested()
    await burst(6000, 16, ask)
    await burst(600, 16, abort)
    await relay.until('all hang-ups are booked', () => count("outcome = 'client_abort'") === 900)
    const after = await weighRested()
    console.log(`resident: ${before.toFixed(0)} MB, then ${after.toFixed(0)} MB after 6,000 requests and 600 hang-ups`)
    expect(count("outcome = 'complete' AND is_stream = 0")).toBe(11_000)
    expect(after - before).toBeLessThan(40)
  }, 30_000)
})

describe('a thousand streams at once', () => {
  test('all come to their end, each with its row', async () => {
    const idleMb = weighMb()
    const before = provider.seen.length
    const bytes = callBytes(relay.port, messages, true)
    const clients = await Promise.all(Array.from({ length: 1000 }, () => caller(relay.port, bytes)))
    await Promise.all(clients.map((client) => client.saw('message_start')))
    expect(provider.seen.length - before).toBe(1000)
    const busyMb = weighMb()
    gate.resolve()
    const texts = await Promise.all(clients.map((client) => client.saw('"message_stop"')))
    expect(texts.filter((text) => text.includes('"message_stop"'))).toHaveLength(1000)
    expect(count("outcome = 'complete' AND is_stream = 1 AND cost_nano_usd = 6000000")).toBe(1000)
    for (const client of clients) client.hangUp()
    console.log(`resident: ${idleMb.toFixed(0)} MB idle, ${busyMb.toFixed(0)} MB with 1,000 streams open`)
  }, 20_000)
})
