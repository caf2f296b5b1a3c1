import { Database } from 'bun:sqlite'
import { expect, test } from 'bun:test'
import { join } from 'node:path'
import type { RequestRecord } from '../../src/neutral/record.ts'
import { openDatabase } from '../../src/store/database.ts'
import { openInflightJournal, readOrphans } from '../../src/store/inflight.ts'
import { openRequestWriter } from '../../src/store/requests.ts'
import { openSpool } from '../../src/store/spool.ts'
import { openWriter } from '../../src/store/writer.ts'
import { tempFolder } from '../support/folder.ts'
import { finished, inflight } from '../support/records.ts'

function rig(entered: (record: RequestRecord) => void = () => undefined) {
  const folder = tempFolder()
  const path = join(folder, 'relayplane.db')
  const database = openDatabase(path, { busyTimeoutMs: 5 })
  const turns: (() => void)[] = []
  const warnings: string[] = []
  const warn = (sentence: string) => void warnings.push(sentence)
  const rows = openRequestWriter({
    database: () => database,
    recover: () => undefined,
    spool: openSpool(join(folder, 'spool.jsonl'), warn),
    monotonic: () => 0,
    warn,
  })
  const journal = openInflightJournal(folder, '1', warn)
  const later = (work: () => void) => void turns.push(work)
  const writer = openWriter({ rows, journal, schedule: later, warn, entered })
  return {
    folder,
    path,
    writer,
    warnings,
    turns,
    turn: () => turns.splice(0).forEach((flush) => flush()),
    ids: () =>
      database
        .query<{ id: string }, []>('SELECT id FROM requests ORDER BY seq')
        .all()
        .map(({ id }) => id),
  }
}

test('all of one turn are written together at its end, and each promise resolves after that', async () => {
  const r = rig()
  const [one, two] = [finished(), finished()]
  const order: string[] = []
  const both = [
    r.writer.enter(one).then(() => order.push(`one, ${r.ids().length} rows`)),
    r.writer.enter(two).then(() => order.push(`two, ${r.ids().length} rows`)),
  ]
  expect(r.turns).toHaveLength(1)
  expect(r.ids()).toEqual([])
  r.turn()
  await Promise.all(both)
  expect(order).toEqual(['one, 2 rows', 'two, 2 rows'])
  expect(r.ids()).toEqual([one.id, two.id])
})

test('a locked database keeps nobody waiting: the row is safe in the spool', async () => {
  const r = rig()
  const lock = new Database(r.path)
  lock.run('BEGIN IMMEDIATE')
  const entered = r.writer.enter(finished())
  r.turn()
  await entered
  expect(r.writer.state()).toMatchObject({ isSpooling: true, spooledRows: 1 })
  lock.close()
})

test('whoever listens to rows is told once they are safe, and may fail without harm', async () => {
  const told: string[] = []
  const r = rig((record) => {
    told.push(record.id)
    throw new Error('a listener broke')
  })
  const [one, two] = [finished(), finished()]
  const both = Promise.all([r.writer.enter(one), r.writer.enter(two)])
  r.turn()
  await both
  expect(told).toEqual([one.id, two.id])
  expect(r.warnings[0]).toBe('A part of RelayPlane failed over a finished request: a listener broke.')
})

test('a request stands in the journal before its turn is over, which is when it is sent', () => {
  const r = rig()
  const open = inflight()
  r.writer.open(open)
  expect(readOrphans(r.folder, () => false).records).toEqual([open])
})
