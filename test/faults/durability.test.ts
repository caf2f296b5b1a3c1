/** What the store survives: the process killed, its database locked, damaged or without room. Each in a process of its own. */
import { Database } from 'bun:sqlite'
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { tempFolder } from '../support/folder.ts'
import { json, scriptedProvider, type ScriptedProvider } from '../support/provider.ts'
import { program, startRelay, type Relay } from '../support/relay.ts'
import { callBytes, caller, messages, send, type Caller } from './calls.ts'
import { canMount, mountSmall, unmount } from './small-disk.ts'

const encoder = new TextEncoder()
// Processes are started and ended in each of these.
setDefaultTimeout(20_000)

let provider: ScriptedProvider

/** Streams frame by frame with a moment between, so that many are under way at any time. */
beforeAll(() => {
  provider = scriptedProvider(({ text }) =>
    text.includes('"stream":true') ? streamOf(messages.frames) : json(JSON.parse(messages.reply)),
  )
})
afterAll(() => provider.stop())

function streamOf(frames: readonly string[]): Response {
  const left = [...frames]
  const body = new ReadableStream<Uint8Array>({
    async pull(out) {
      await Bun.sleep(2)
      const frame = left.shift()
      if (frame === undefined) out.close()
      else out.enqueue(encoder.encode(frame))
    },
  })
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
}

const open = (home: string): Promise<Relay> => startRelay({ home, providers: { anthropic: provider.url }, apart: true })

const ask = async (relay: Relay) => {
  const began = performance.now()
  const response = await send(relay.url, messages, false)
  const text = await response.text()
  return {
    id: response.headers.get('x-relayplane-request-id') ?? '',
    status: response.status,
    isWhole: text === messages.reply,
    tookMs: performance.now() - began,
  }
}

const idsIn = (relay: Relay) => new Set(relay.rows<{ id: string }>('SELECT id FROM requests').map(({ id }) => id))

test('killed while a stand-in is asked: it is the stand-in that is booked, and the first attempt stands beside it', async () => {
  const down = scriptedProvider(() => json({ error: { message: 'Overloaded' } }, { status: 529 }))
  const silent = scriptedProvider(() => new Promise<Response>(() => {}))
  const options = {
    home: tempFolder(),
    apart: true,
    providers: { anthropic: down.url, openai: silent.url },
    variables: { OPENAI_API_KEY: 'sk-not-a-real-key-0000000000' },
    config: { fallbacks: { 'claude-sonnet-4-5': ['openai/gpt-5-nano'] }, reliability: { retries: 0 } },
  }
  const relay = await startRelay(options)
  void send(relay.url, messages, false).catch(() => null)
  await relay.until('the stand-in is asked', () => silent.seen.length === 1)
  await relay.kill('SIGKILL')
  const again = await startRelay(options)
  expect(again.rows('SELECT provider, routed_model, outcome, error_code, cost_status FROM requests')).toEqual([
    {
      provider: 'openai',
      routed_model: 'gpt-5-nano',
      outcome: 'failed',
      error_code: 'process-died',
      cost_status: 'estimated',
    },
  ])
  expect(again.rows('SELECT number, provider, status, error_code FROM attempts ORDER BY number')).toEqual([
    { number: 1, provider: 'anthropic', status: 529, error_code: null },
    { number: 2, provider: 'openai', status: null, error_code: 'process-died' },
  ])
  await again.stop()
  await Promise.all([down.stop(), silent.stop()])
})

describe('kill -9 under streaming load', () => {
  const home = tempFolder()
  const finished = new Set<string>()
  const begun = new Set<string>()

  /** A client that stops reading at the terminal frame, and begins again until told to stop. */
  async function stream(relay: Relay, mayGoOn: () => boolean): Promise<void> {
    const bytes = callBytes(relay.port, messages, true)
    while (mayGoOn()) {
      let client: Caller
      try {
        client = await caller(relay.port, bytes)
      } catch {
        return // Killed.
      }
      const text = await client.saw('"message_stop"')
      const id = /x-relayplane-request-id: ([0-9a-f-]{36})/i.exec(text)?.[1]
      if (id !== undefined && text.includes('message_start')) begun.add(id)
      if (id !== undefined && text.includes('"message_stop"')) finished.add(id)
      client.hangUp()
    }
  }

  for (const round of [1, 2, 3]) {
    test(`round ${round}: every answer that a client saw end is a row, and what was under way is booked`, async () => {
      const relay = await open(home)
      const before = finished.size
      let isOver = false
      const clients = Array.from({ length: 16 }, () => stream(relay, () => !isOver))
      await relay.until('answers have ended', () => finished.size >= before + 150)
      await relay.kill('SIGKILL')
      isOver = true
      await Promise.all(clients)

      const again = await open(home)
      const ids = idsIn(again)
      expect([...finished].filter((id) => !ids.has(id))).toEqual([])
      expect([...begun].filter((id) => !ids.has(id))).toEqual([])
      const orphans = again.rows("SELECT * FROM requests WHERE error_code = 'process-died'")
      expect(orphans.length).toBeGreaterThan(round - 1)
      for (const orphan of orphans) {
        expect(finished.has(String(orphan['id']))).toBe(false)
        expect(orphan).toMatchObject({
          outcome: 'failed',
          cost_status: 'estimated',
          is_stream: 1,
          provider: 'anthropic',
        })
        expect(Number(orphan['cost_nano_usd'])).toBeGreaterThan(0)
      }
      const lost = [...finished].filter((id) => orphans.some((orphan) => orphan['id'] === id))
      expect(lost).toEqual([])
      expect(readdirSync(home).filter((name) => name.startsWith('inflight-'))).toEqual([])
      expect(again.log()).toContain('requests in its journal')
      await again.stop()
    })
  }

  test('finished answers are priced in full, and nothing is booked twice', () => {
    const database = new Database(join(home, 'relayplane.db'), { readonly: true })
    const rows = database.query<{ id: string; outcome: string; cost: number }, []>(
      'SELECT id, outcome, cost_nano_usd AS cost FROM requests',
    )
    const all = rows.all()
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length)
    expect(
      all.filter(({ id, outcome, cost }) => finished.has(id) && (outcome !== 'complete' || cost !== 6_000_000)),
    ).toEqual([])
    database.close()
  })
})

describe('a database that another connection holds locked', () => {
  test('for two seconds delays no answer, and no row is missing afterwards', async () => {
    const relay = await open(tempFolder())
    await ask(relay)
    const lock = new Database(join(relay.home, 'relayplane.db'))
    lock.run('BEGIN IMMEDIATE')
    const answers: Awaited<ReturnType<typeof ask>>[] = []
    const until = performance.now() + 2000
    await Promise.all(
      Array.from({ length: 4 }, async () => {
        while (performance.now() < until) {
          answers.push(await ask(relay))
          await Bun.sleep(5)
        }
      }),
    )
    const health = (await (await fetch(`${relay.url}/health`)).json()) as {
      store: { state: string; spooledRows: number }
    }
    expect(health.store.state).toBe('spooling')
    lock.run('ROLLBACK')
    lock.close()
    expect(answers.filter(({ status, isWhole }) => status !== 200 || !isWhole)).toEqual([])
    expect(answers.length).toBeGreaterThan(100)
    const times = answers.map(({ tookMs }) => tookMs).sort((one, other) => one - other)
    expect(times[Math.floor(times.length / 2)]).toBeLessThan(100)
    expect(times.at(-1)).toBeLessThan(500)
    await relay.until('the rows are there', () => {
      const ids = idsIn(relay)
      return answers.every(({ id }) => ids.has(id))
    })
    expect(readdirSync(relay.home).filter((name) => name.startsWith('spool'))).toEqual([])
    await relay.stop()
  })
})

describe('a damaged database', () => {
  /** Leaves a database with rows, its log written back. */
  async function used(): Promise<string> {
    const home = tempFolder()
    const relay = await open(home)
    for (let i = 0; i < 20; i++) await ask(relay)
    await relay.stop()
    const database = new Database(join(home, 'relayplane.db'))
    database.run('PRAGMA wal_checkpoint(TRUNCATE)')
    database.close()
    return home
  }

  const damage = (home: string, from: number) => {
    const path = join(home, 'relayplane.db')
    const bytes = readFileSync(path)
    bytes.fill(0xa5, from)
    writeFileSync(path, bytes)
  }

  for (const [what, from] of [
    ['from its first byte', 0],
    ['behind its header', 4096],
  ] as const) {
    test(`${what}, found at the start or at the first row: moved aside with a warning, and rows go on`, async () => {
      const home = await used()
      damage(home, from)
      const relay = await open(home)
      const answers = [await ask(relay), await ask(relay), await ask(relay)]
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
      await relay.until('the rows are there', () => answers.every(({ id }) => idsIn(relay).has(id)))
      const aside = readdirSync(home).filter((name) => /^relayplane\.db\.corrupt-\d+$/.test(name))
      expect(aside).toHaveLength(1)
      expect(relay.log()).toContain(aside[0] ?? 'none')
      await relay.stop()
    })
  }

  test('while running: answers go on, now and after a restart', async () => {
    const home = await used()
    const relay = await open(home)
    expect((await ask(relay)).status).toBe(200)
    damage(home, 0)
    for (let i = 0; i < 30; i++) expect(await ask(relay)).toMatchObject({ status: 200, isWhole: true })
    await relay.stop()
    const again = await open(home)
    const after = await ask(again)
    expect(after.status).toBe(200)
    await again.until('the row is there', () => idsIn(again).has(after.id))
    await again.stop()
  })
})

describe('a home without room', () => {
  test.if(canMount)(
    'traffic goes on, what could not be recorded is counted, and rows go on when there is room',
    async () => {
      const home = tempFolder()
      mountSmall(home)
      const relay = await open(home)
      try {
        await fillAndFree(relay)
      } finally {
        await relay.stop()
        unmount(home)
      }
    },
  )

  async function fillAndFree(relay: Relay): Promise<void> {
    const store = async () =>
      ((await (await fetch(`${relay.url}/health`)).json()) as { store: Record<string, unknown> }).store
    expect((await ask(relay)).status).toBe(200)
    const filler = join(relay.home, 'filler')
    Bun.spawnSync(['dd', 'if=/dev/zero', `of=${filler}`, 'bs=4k', 'count=1000'])
    for (let i = 0; i < 200; i++) expect(await ask(relay)).toMatchObject({ status: 200, isWhole: true })
    const full = await store()
    expect(full).toMatchObject({ state: 'spooling' })
    expect(Number(full['lostRows'])).toBeGreaterThan(0)
    expect(relay.log()).toContain('The database does not take rows')
    rmSync(filler)
    // Longer than the database is left alone after a failure.
    await Bun.sleep(300)
    const after = await ask(relay)
    await relay.until('the row is there', () => idsIn(relay).has(after.id))
    await Bun.sleep(1200)
    expect(await store()).toMatchObject({ state: 'ok', lostRows: full['lostRows'], spooledRows: 0 })
  }
})

describe('a home that can’t be used', () => {
  test('ends the start with a sentence that says what to do', async () => {
    const file = join(tempFolder(), 'a-file')
    writeFileSync(file, '')
    const command = program.endsWith('.ts') ? [process.execPath, program] : [program]
    const child = Bun.spawn([...command, 'start'], {
      env: { PATH: process.env['PATH'] ?? '', RELAYPLANE_HOME: join(file, 'home'), HOME: file },
      stdout: 'pipe',
      stderr: 'pipe',
    })
    const text = await new Response(child.stderr).text()
    expect(await child.exited).toBe(1)
    expect(text).toContain(`Files can't be kept in ${join(file, 'home')} (ENOTDIR).`)
    expect(text).toContain('RELAYPLANE_HOME')
    expect(text).not.toContain('    at ')
    expect(existsSync(join(file, 'home'))).toBe(false)
  })
})
