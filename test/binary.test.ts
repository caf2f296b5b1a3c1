/** The compiled file itself: how fast it starts, what it ignores, how it ends. Needs RELAYPLANE_BINARY, which scripts/test.sh sets. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { callBytes, caller, messages, send } from './faults/calls.ts'
import { tempFolder } from './support/folder.ts'
import { scriptedProvider, type ScriptedProvider } from './support/provider.ts'
import { freePort, startRelay } from './support/relay.ts'

// Processes are started and ended in each of these.
setDefaultTimeout(20_000)

const binary = process.env['RELAYPLANE_BINARY'] ?? ''
const isBuilt = existsSync(binary)
if (!isBuilt) console.warn('SKIPPED: the tests of the compiled file. Build it and name it in RELAYPLANE_BINARY.')

const whole = messages.frames.join('')
const [first = '', ...others] = messages.frames
let gate = Promise.withResolvers<void>()
let provider: ScriptedProvider
beforeAll(() => {
  provider = scriptedProvider(({ text }) => {
    if (!text.includes('"stream":true'))
      return new Response(messages.reply, { headers: { 'content-type': 'application/json' } })
    const encoder = new TextEncoder()
    const body = new ReadableStream<Uint8Array>({
      start: (out) => out.enqueue(encoder.encode(first)),
      async pull(out) {
        await gate.promise
        out.enqueue(encoder.encode(others.join('')))
        out.close()
      },
    })
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
  })
})
afterAll(() => provider.stop())

const start = (home?: string) =>
  startRelay({ providers: { anthropic: provider.url }, apart: true, ...(home === undefined ? {} : { home }) })

/** Runs it to its end. */
async function run(args: readonly string[], options: { cwd?: string; as?: string; env?: Record<string, string> } = {}) {
  const home = tempFolder()
  const began = performance.now()
  const child = Bun.spawn([options.as ?? binary, ...args], {
    cwd: options.cwd ?? home,
    env: { PATH: process.env['PATH'] ?? '', HOME: home, RELAYPLANE_HOME: join(home, 'r'), ...options.env },
    stdout: 'pipe',
    stderr: 'pipe',
    stdin: 'ignore',
  })
  const [out, error] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()])
  return { out, error, exit: await child.exited, tookMs: performance.now() - began }
}

describe.if(isBuilt)('the compiled file', () => {
  test('says its version and commit at once', async () => {
    const runs = [await run(['--version']), await run(['--version']), await run(['--version'])]
    for (const { out, exit } of runs) {
      expect(out).toMatch(/^relayplane \d+\.\d+\.\d+ \([0-9a-z]+\)\n$/)
      expect(exit).toBe(0)
    }
    const best = Math.min(...runs.map(({ tookMs }) => tookMs))
    console.log(`--version: ${best.toFixed(0)} ms`)
    expect(best).toBeLessThan(250)
  })

  test('answers to its second name', async () => {
    const link = join(tempFolder(), 'relayplane-proxy')
    symlinkSync(binary, link)
    expect((await run(['--version'], { as: link })).out).toMatch(/^relayplane-proxy \d/)
  })

  test('is ready soon after its start, and serves a stream', async () => {
    gate = Promise.withResolvers()
    gate.resolve()
    const began = performance.now()
    const relay = await start()
    const ready = performance.now() - began
    console.log(`ready to serve: ${ready.toFixed(0)} ms`)
    expect(ready).toBeLessThan(1500)
    expect(await (await send(relay.url, messages, true)).text()).toBe(whole)
    expect(relay.lastRow()).toMatchObject({ outcome: 'complete', cost_nano_usd: 6_000_000 })
    expect((await fetch(`${relay.url}/dashboard/`)).headers.get('content-type')).toStartWith('text/html')
    await relay.stop()
  })

  test('takes up to 128 KB of headers, where Bun alone takes 16', async () => {
    const relay = await start()
    const asked = (bytes: number) =>
      fetch(`${relay.url}/v1/messages`, {
        method: 'POST',
        headers: { 'x-api-key': 'sk-ant-api03-not-a-real-key-000000', 'x-long': 'v'.repeat(bytes) },
        body: JSON.stringify({ model: 'claude-sonnet-4-5', max_tokens: 1, messages: [] }),
      })
    // The provider, which is a Bun server here, takes no more than 16 KB itself: it is its 431 that comes, and has a row.
    expect((await asked(100_000)).headers.get('x-relayplane-request-id')).not.toBeNull()
    expect(relay.lastRow()).toMatchObject({ status: 431, provider: 'anthropic' })
    expect((await asked(140_000)).status).toBe(431)
    expect(relay.rows('SELECT 1 FROM requests')).toHaveLength(1)
    await relay.stop()
  })

  test('ends the upstream when a client hangs up', async () => {
    gate = Promise.withResolvers()
    const relay = await start()
    const client = await caller(relay.port, callBytes(relay.port, messages, true))
    await client.saw('message_start')
    const before = provider.aborted()
    client.hangUp()
    await relay.until('the provider is told', () => provider.aborted() > before)
    await relay.until('the row is there', () => relay.lastRow()['outcome'] === 'client_abort')
    await relay.stop()
  })

  test('reads no .env, runs no bunfig.toml and loads no package of the folder it is started in', async () => {
    const folder = tempFolder()
    const mark = join(folder, 'was-run')
    writeFileSync(join(folder, '.env'), `RELAYPLANE_PORT=1\nRELAYPLANE_HOME=${join(folder, 'from-env')}\n`)
    writeFileSync(join(folder, '.env.local'), `RELAYPLANE_HOME=${join(folder, 'from-env')}\n`)
    writeFileSync(join(folder, 'bunfig.toml'), 'preload = ["./preload.js"]\n')
    writeFileSync(join(folder, 'preload.js'), `require('node:fs').writeFileSync(${JSON.stringify(mark)}, '')`)
    mkdirSync(join(folder, 'node_modules/elysia'), { recursive: true })
    writeFileSync(join(folder, 'node_modules/elysia/index.js'), `require('./preload.js')`)
    const home = tempFolder()
    const child = Bun.spawn([binary, 'start', '--json'], {
      cwd: folder,
      env: {
        HOME: home,
        RELAYPLANE_HOME: home,
        RELAYPLANE_PORT: String(freePort()),
        RELAYPLANE_API_PORT: 'off',
      },
      stdout: 'pipe',
      stderr: 'ignore',
    })
    const { value } = await child.stdout.getReader().read()
    expect(new TextDecoder().decode(value)).toContain('http://127.0.0.1:')
    child.kill('SIGTERM')
    expect(await child.exited).toBe(0)
    expect(existsSync(mark)).toBe(false)
    expect(existsSync(join(folder, 'from-env'))).toBe(false)
    expect(existsSync(join(home, 'relayplane.db'))).toBe(true)
  })

  test('lets open requests end after SIGTERM, and takes no new ones', async () => {
    gate = Promise.withResolvers()
    const relay = await start()
    const client = await caller(relay.port, callBytes(relay.port, messages, true))
    await client.saw('message_start')
    const stopped = relay.stop()
    await relay.until('it says so', () => relay.log().includes('Stopping'))
    expect(
      await fetch(`${relay.url}/health`).then(
        () => 'taken',
        () => 'refused',
      ),
    ).toBe('refused')
    gate.resolve()
    expect(await client.saw('"message_stop"')).toContain('"message_stop"')
    await stopped
    expect(relay.lastRow()).toMatchObject({ outcome: 'complete', cost_nano_usd: 6_000_000 })
    expect(existsSync(join(relay.home, 'server.json'))).toBe(false)
  })

  test('killed in the middle of a stream: the next start books what was under way', async () => {
    gate = Promise.withResolvers()
    const relay = await start()
    const client = await caller(relay.port, callBytes(relay.port, messages, true))
    const id = /x-relayplane-request-id: ([0-9a-f-]{36})/i.exec(await client.saw('message_start'))?.[1]
    await relay.kill('SIGKILL')
    const again = await start(relay.home)
    expect(again.rows('SELECT * FROM requests')).toMatchObject([
      { id, outcome: 'failed', error_code: 'process-died', cost_status: 'estimated' },
    ])
    expect(Number(again.lastRow()['cost_nano_usd'])).toBeGreaterThan(0)
    await again.stop()
  })

  test('holds no path of the machine that built it', () => {
    const bytes = readFileSync(binary)
    expect(bytes.includes(join(import.meta.dir, '../src'))).toBe(false)
  })
})
