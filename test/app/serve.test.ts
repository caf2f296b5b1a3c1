/** The end of a server: what is open when its time is up is cut off, has its row, and holds nobody. */
import { Database } from 'bun:sqlite'
import { afterEach, describe, expect, test } from 'bun:test'
import { readdirSync } from 'node:fs'
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

async function start(provider: RawProvider, drainMs: number): Promise<{ running: Running; url: string; home: string }> {
  stopping.push(() => provider.stop())
  const [home, port] = [tempFolder(), freePort()]
  const environment = readEnvironment({
    HOME: home,
    RELAYPLANE_HOME: home,
    RELAYPLANE_PORT: String(port),
    RELAYPLANE_API_PORT: 'off',
    RELAYPLANE_ANTHROPIC_BASE_URL: provider.url,
  })
  const running = await startServer({ environment, flags: {}, log: openLog('error', () => undefined), drainMs })
  return { running, url: `http://127.0.0.1:${port}`, home }
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
