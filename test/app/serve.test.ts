/** Start and end of a server: what refuses a start, and that what is open when time is up is cut off and has its row. */
import { Database } from 'bun:sqlite'
import { afterEach, describe, expect, test } from 'bun:test'
import { mkdirSync, readdirSync, readFileSync, rmdirSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Running, startServer } from '../../src/app/serve.ts'
import { readEnvironment } from '../../src/config/environment.ts'
import { openLog } from '../../src/lib/log.ts'
import { head, messages, send, streamHead } from '../faults/calls.ts'
import { tempFolder } from '../support/folder.ts'
import { rawProvider, type RawProvider } from '../support/provider.ts'
import { freePort } from '../support/relay.ts'

const stopping: (() => void)[] = []
afterEach(() => {
  for (const stop of stopping.splice(0)) stop()
})

interface Started {
  readonly running: Running
  readonly url: string
  readonly home: string
}

const log = openLog('error', () => undefined)

async function startIn(home: string, providerUrl: string, drainMs: number): Promise<Started> {
  const port = freePort()
  const environment = readEnvironment({
    HOME: home,
    RELAYPLANE_HOME: home,
    RELAYPLANE_PORT: String(port),
    RELAYPLANE_API_PORT: 'off',
    RELAYPLANE_ANTHROPIC_BASE_URL: providerUrl,
  })
  const running = await startServer({ environment, flags: {}, log, drainMs })
  return { running, url: `http://127.0.0.1:${port}`, home }
}

function start(provider: RawProvider, drainMs: number): Promise<Started> {
  stopping.push(() => provider.stop())
  return startIn(tempFolder(), provider.url, drainMs)
}

/** One that says so much of an answer and then nothing, and tells when it has. */
function silentAfter(beginning: string) {
  const { promise: reached, resolve } = Promise.withResolvers<void>()
  const provider = rawProvider((socket) => {
    socket.write(beginning)
    resolve()
  })
  return { provider, reached }
}

function rowsIn(home: string): unknown[] {
  const database = new Database(join(home, 'relayplane.db'), { readonly: true })
  try {
    return database.query('SELECT outcome, status, cost_status FROM requests').all()
  } finally {
    database.close()
  }
}

const silences = [
  { what: 'a stream whose provider says nothing', isStream: true, beginning: '' },
  { what: 'JSON whose provider says nothing', isStream: false, beginning: '' },
  {
    what: 'JSON that stops in its middle',
    isStream: false,
    beginning: `${head('application/json', 'content-length: 500')}{"a"`,
  },
  { what: 'a stream that stops in its middle', isStream: true, beginning: `${streamHead}c\r\n: beginning\n\r\n` },
]

describe('when open requests have had their time,', () => {
  for (const { what, isStream, beginning } of silences) {
    test(`${what} is cut off, its provider left, and its row written before all is closed`, async () => {
      const { provider, reached } = silentAfter(beginning)
      const { running, url, home } = await start(provider, 0)
      const lost = send(url, messages, isStream)
        .then((response) => response.text())
        .catch(() => 'cut off')
      await reached
      await running.stop()
      expect(rowsIn(home)).toMatchObject([{ outcome: 'client_abort', cost_status: 'estimated' }])
      expect(readdirSync(home).filter((name) => name.startsWith('inflight'))).toEqual([])
      expect(await lost).toBe('cut off')
    })
  }

  test('one that is waited for is cut off as soon as somebody is in a hurry', async () => {
    const { provider, reached } = silentAfter('')
    const { running, url, home } = await start(provider, 60_000)
    const lost = send(url, messages, false).catch(() => 'cut off')
    await reached
    const stopped = running.stop()
    await running.hurry()
    await stopped
    expect(await lost).toBe('cut off')
    expect(rowsIn(home)).toMatchObject([{ outcome: 'client_abort' }])
  })
})

const nobody = 'http://127.0.0.1:9'
const refusal = (started: Promise<Started>): Promise<unknown> => started.catch((fault: unknown) => fault)

describe('a start', () => {
  for (const [what, make, take] of [
    ['a folder', mkdirSync, rmdirSync],
    ['a link to itself', (path: string) => symlinkSync(path, path), unlinkSync],
  ] as const) {
    test(`that finds ${what} where the admin token should be says so and leaves nothing open`, async () => {
      const home = tempFolder()
      const path = join(home, 'admin-token')
      make(path)
      const fault = await refusal(startIn(home, nobody, 0))
      expect(fault).toMatchObject({
        code: 'unavailable',
        message: expect.stringContaining(`The admin token in ${path}`),
      })
      take(path)
      // Whoever opened the database exclusively would be refused if it were open still.
      const database = new Database(join(home, 'relayplane.db'))
      expect(database.query('PRAGMA journal_mode = DELETE').values()).toEqual([['delete']])
      database.close()
      await (await startIn(home, nobody, 0)).running.stop()
    })
  }

  test('in a folder whose server answers is refused, and that one stays the one that commands find', async () => {
    const first = await startIn(tempFolder(), nobody, 0)
    const note = readFileSync(join(first.home, 'server.json'), 'utf8')
    expect(await refusal(startIn(first.home, nobody, 0))).toMatchObject({
      code: 'unavailable',
      message: `RelayPlane runs already with the files in ${first.home}: process ${process.pid}, at ${first.url}. Stop it first, or give this one a folder of its own with RELAYPLANE_HOME.`,
    })
    expect(readFileSync(join(first.home, 'server.json'), 'utf8')).toBe(note)
    await first.running.stop()
  })

  test('after one that died and left its note goes well', async () => {
    const home = tempFolder()
    const note = { pid: process.pid, port: freePort(), host: '127.0.0.1', startedMs: 1 }
    writeFileSync(join(home, 'server.json'), JSON.stringify(note))
    await (await startIn(home, nobody, 0)).running.stop()
  })
})

test('a name to listen on that is changed waits for a restart, at the door too; accepted names are changed at once', async () => {
  const { running, url, home } = await startIn(tempFolder(), nobody, 0)
  const statusFor = async (host: string) => (await fetch(`${url}/health`, { headers: { host } })).status
  expect(await statusFor('mine.example')).toBe(403)
  const server = { host: 'other.example', allowedHosts: ['mine.example'] }
  writeFileSync(join(home, 'config.json'), JSON.stringify({ server }))
  while ((await statusFor('mine.example')) !== 200) await new Promise(setImmediate)
  expect(await statusFor('other.example')).toBe(403)
  await running.stop()
})
