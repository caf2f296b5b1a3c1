import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { openDatabase } from '../../src/store/database.ts'
import { openInflightJournal } from '../../src/store/inflight.ts'
import { openSpool } from '../../src/store/spool.ts'
import { openWriterHost } from '../../src/store/writer-host.ts'
import type { FromWriter, ToWriter } from '../../src/store/writer-messages.ts'
import { openWriter } from '../../src/store/writer.ts'
import { tempFolder } from '../support/folder.ts'
import { finished, inflight } from '../support/records.ts'

/** A writer whose thread is in this one: messages are passed by hand, so that every order can be tried. */
function rig({ deadlineMs = 1000 } = {}) {
  const folder = tempFolder()
  const path = join(folder, 'relayplane.db')
  const spoolPath = join(folder, 'spool.jsonl')
  const turns: (() => void)[] = []
  const toThread: ToWriter[] = []
  const fromThread: FromWriter[] = []
  const entered: string[] = []
  const warnings: string[] = []
  let threads = 0
  let hear = (_: FromWriter): void => undefined
  let failed = (_: string): void => undefined
  let host = (_: ToWriter): void => undefined
  const writer = openWriter({
    start(listener, fail) {
      threads++
      hear = listener
      failed = fail
      host = openWriterHost({ post: (message) => fromThread.push(message), now: () => 1, monotonic: () => 1 })
      return { post: (message) => toThread.push(message), end: () => undefined }
    },
    path,
    spoolPath,
    spool: openSpool(spoolPath, () => undefined),
    journal: openInflightJournal(folder, '1', () => undefined),
    schedule: (flush) => turns.push(flush),
    warn: (sentence) => warnings.push(sentence),
    entered: (record) => entered.push(record.id),
    deadlineMs,
  })
  const deliver = () => {
    for (const message of toThread.splice(0)) host(message)
    for (const message of fromThread.splice(0)) hear(message)
  }
  return {
    writer,
    entered,
    warnings,
    toThread,
    turn: () => turns.splice(0).forEach((flush) => flush()),
    deliver,
    die: () => failed('a test ended it'),
    threads: () => threads,
    rows() {
      const database = openDatabase(path, { busyTimeoutMs: 5 })
      const ids = database.query<{ id: string }, []>('SELECT id FROM requests ORDER BY seq').all()
      database.close()
      return ids.map(({ id }) => id)
    },
    async close() {
      const closing = writer.close()
      while (toThread.length > 0 || fromThread.length > 0) {
        deliver()
        await Promise.resolve()
      }
      const timer = setInterval(deliver, 1)
      await closing
      clearInterval(timer)
    },
  }
}

test('all of one turn are one batch, and each promise resolves when the thread has them safe', async () => {
  const r = rig()
  r.deliver()
  await r.writer.ready()
  const order: string[] = []
  const [one, two] = [finished(), finished()]
  const both = [r.writer.enter(one).then(() => order.push('one')), r.writer.enter(two).then(() => order.push('two'))]
  r.turn()
  expect(r.toThread.map((message) => message.kind)).toEqual(['enter'])
  await Promise.resolve()
  expect(order).toEqual([])
  r.deliver()
  await Promise.all(both)
  expect(order).toEqual(['one', 'two'])
  expect(r.rows()).toEqual([one.id, two.id])
  expect(r.entered).toEqual([one.id, two.id])
  await r.close()
})

test('while a batch is away the next gathers, and goes when the first is safe', async () => {
  const r = rig()
  r.deliver()
  void r.writer.enter(finished())
  r.turn()
  void r.writer.enter(finished())
  r.turn()
  void r.writer.enter(finished())
  r.turn()
  expect(r.toThread).toHaveLength(1)
  r.deliver()
  expect(r.toThread).toMatchObject([{ kind: 'enter', records: [{}, {}] }])
  r.deliver()
  expect(r.rows()).toHaveLength(3)
  await r.close()
})

test('a thread that hangs is waited for only so long; what it writes later is not doubled', async () => {
  const r = rig({ deadlineMs: 5 })
  r.deliver()
  const record = finished()
  const entered = r.writer.enter(record)
  r.turn()
  await entered
  expect(r.entered).toEqual([record.id])
  // It comes to itself, writes the batch, and replays the spool.
  r.deliver()
  await r.close()
  const spool = openSpool(join(tempFolder(), 'none'), () => undefined)
  expect(spool.waiting()).toBe(0)
  expect(r.rows()).toEqual([record.id])
})

test('a thread that dies is started again, and no row is lost', async () => {
  const r = rig()
  r.deliver()
  const record = finished()
  const entered = r.writer.enter(record)
  r.turn()
  r.toThread.length = 0
  r.die()
  await entered
  expect(r.warnings).toEqual(['The thread that writes the database ended (a test ended it); it is started again.'])
  const giveUpAt = performance.now() + 5000
  while (r.threads() < 2 && performance.now() < giveUpAt) await Bun.sleep(5)
  expect(r.threads()).toBe(2)
  r.deliver()
  expect(r.rows()).toEqual([record.id])
  await r.close()
})

test('a database that cannot be opened is an error that says so', async () => {
  const r = rig()
  const [open] = r.toThread
  if (open?.kind !== 'open') throw new Error('it was not asked to open')
  const database = openDatabase(open.path, { busyTimeoutMs: 5 })
  database.run('PRAGMA user_version = 99')
  database.close()
  const ready = r.writer.ready()
  r.deliver()
  expect(ready).rejects.toThrow('The database was written by a newer RelayPlane (schema 99')
})

test('a request in flight stands in the journal before its row is made', () => {
  const r = rig()
  r.deliver()
  const open = inflight()
  r.writer.open(open)
  r.turn()
  expect(r.toThread).toEqual([])
})
