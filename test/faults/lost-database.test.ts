/** The database's file goes while it is open: rows go on in what stands there then, and are there after a restart. */
import { Database } from 'bun:sqlite'
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { openDatabase } from '../../src/store/database.ts'
import { prepareRequestInsert } from '../../src/store/request-row.ts'
import { tempFolder } from '../support/folder.ts'
import { rawProvider, type RawProvider } from '../support/provider.ts'
import { finished } from '../support/records.ts'
import { startRelay, type Relay } from '../support/relay.ts'
import { head, messages, send, write } from './calls.ts'

let provider: RawProvider
beforeAll(() => {
  provider = rawProvider((socket) =>
    write(socket, head('application/json', `content-length: ${messages.reply.length}`) + messages.reply),
  )
})
afterAll(() => provider.stop())

const open = (home = tempFolder()) => startRelay({ home, providers: { anthropic: provider.url } })
const pathIn = (home: string) => join(home, 'relayplane.db')
const suffixes = ['', '-wal', '-shm']

async function ask(relay: Relay): Promise<string> {
  const response = await send(relay.url, messages, false)
  expect(response.status).toBe(200)
  await response.text()
  return response.headers.get('x-relayplane-request-id') ?? ''
}

function idsAt(path: string): Set<string> {
  const database = new Database(path, { readonly: true })
  try {
    return new Set(
      database
        .query<{ id: string }, []>('SELECT id FROM requests')
        .all()
        .map(({ id }) => id),
    )
  } catch {
    // It is being made.
    return new Set()
  } finally {
    database.close()
  }
}

const said = 'was deleted or replaced while it was open'

async function rowsGoOn(relay: Relay): Promise<void> {
  await relay.until('it is noticed', () => relay.log().includes(said))
  const ids = [await ask(relay), await ask(relay)]
  await relay.until('the rows are there', () => ids.every((id) => idsAt(pathIn(relay.home)).has(id)))
  const { runs } = (await (await fetch(`${relay.url}/v1/telemetry/runs`)).json()) as { runs: { id: string }[] }
  expect(runs.map(({ id }) => id)).toEqual(expect.arrayContaining(ids))
  await relay.stop()
  expect([...idsAt(pathIn(relay.home))]).toEqual(expect.arrayContaining(ids))
}

for (const gone of [suffixes, ['']]) {
  test(`deleted${gone.length === 1 ? ', but not what SQLite keeps beside it' : ''}: a new one takes its place`, async () => {
    const relay = await open()
    await ask(relay)
    for (const suffix of gone) rmSync(pathIn(relay.home) + suffix)
    await rowsGoOn(relay)
  })
}

test('replaced by another, as a backup is put back: rows go on in that one, and its own are kept', async () => {
  const relay = await open()
  await ask(relay)
  const backup = join(relay.home, 'backup.db')
  const kept = finished()
  const database = openDatabase(backup, { busyTimeoutMs: 1000 })
  prepareRequestInsert(database)(kept)
  database.run('PRAGMA wal_checkpoint(TRUNCATE)')
  database.close()
  renameSync(backup, pathIn(relay.home))
  await rowsGoOn(relay)
  expect(idsAt(pathIn(relay.home)).has(kept.id)).toBe(true)
})

test('replaced by a folder: rows wait in the spool, and are in the database once there can be one', async () => {
  const relay = await open()
  await ask(relay)
  const path = pathIn(relay.home)
  for (const suffix of suffixes) rmSync(path + suffix)
  mkdirSync(path)
  const health = async () => (await (await fetch(`${relay.url}/health`)).json()) as { status: string }
  await relay.until('it is noticed', () => relay.log().includes(said))
  const id = await ask(relay)
  expect(await health()).toMatchObject({ status: 'degraded', store: { state: 'spooling', spooledRows: 1 } })
  rmdirSync(path)
  await relay.until('the row is there', () => existsSync(path) && idsAt(path).has(id))
  await relay.stop()
})

test('emptied under the main thread’s pages: the reader’s thread finds it, and a new one is started', async () => {
  const relay = await open()
  await ask(relay)
  const path = pathIn(relay.home)
  truncateSync(`${path}-wal`, 0)
  const bytes = Buffer.alloc(8192, 0xa5)
  await Bun.write(path, bytes)
  // The thread finds it when it reads next.
  await relay.until('it is found', () => {
    void fetch(`${relay.url}/v1/telemetry/stats?window=1h`).then((response) => response.arrayBuffer())
    return relay.log().includes('The database is damaged.')
  })
  const id = await ask(relay)
  await relay.until('the row is there', () => idsAt(path).has(id))
  expect(readdirSync(relay.home).some((name) => /^relayplane\.db\.corrupt-\d+$/.test(name))).toBe(true)
  await relay.stop()
})
