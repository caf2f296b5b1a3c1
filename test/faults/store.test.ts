/** The files behind the request table on a disk that is full or hands out errors, and in the hands of two processes. */
import { Database } from 'bun:sqlite'
import { describe, expect, test } from 'bun:test'
import { appendFileSync, mkdirSync, readFileSync, rmSync, rmdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RequestRecord } from '../../src/neutral/record.ts'
import { openDatabase } from '../../src/store/database.ts'
import { openInflightJournal, readOrphans } from '../../src/store/inflight.ts'
import { openRequestWriter } from '../../src/store/requests.ts'
import { openSpool } from '../../src/store/spool.ts'
import { tempFolder } from '../support/folder.ts'
import { finished, inflight } from '../support/records.ts'
import { canMount, mountSmall, unmount } from './small-disk.ts'

const ignore = () => undefined

describe.if(canMount)('a full disk', () => {
  /** A folder on a small disk with this many bytes left. */
  function cramped(leftBytes: number): { folder: string; free: () => void; done: () => void } {
    const folder = tempFolder()
    mountSmall(folder)
    const filler = join(folder, 'filler')
    const block = Buffer.alloc(4096)
    try {
      for (;;) appendFileSync(filler, block)
    } catch {
      // Full.
    }
    rmSync(filler)
    writeFileSync(filler, Buffer.alloc(2 * 1024 * 1024 - leftBytes - 4096))
    return { folder, free: () => rmSync(filler), done: () => unmount(folder) }
  }

  test('cuts off a line of the journal, and the lines after it are whole again', () => {
    const { folder, free, done } = cramped(8192)
    const warnings: string[] = []
    const journal = openInflightJournal(folder, '4711', (sentence) => warnings.push(sentence))
    const before = Array.from({ length: 40 }, () => inflight())
    for (const record of before) journal.open(record)
    free()
    const after = [inflight(), inflight()]
    for (const record of after) journal.open(record)
    const found = readOrphans(folder, () => false).records.map(({ id }) => id)
    expect(found.length).toBeGreaterThan(after.length)
    expect(found.length).toBeLessThan(before.length)
    expect(found.slice(-2)).toEqual(after.map(({ id }) => id))
    expect(warnings).toHaveLength(1)
    journal.end()
    done()
  })

  test('makes an append to the spool fail as a whole, and the next one is whole', () => {
    const { folder, free, done } = cramped(8192)
    const path = join(folder, 'spool.jsonl')
    const warnings: string[] = []
    const spool = openSpool(path, (sentence) => warnings.push(sentence))
    const first = finished()
    spool.append([first])
    expect(() => spool.append(Array.from({ length: 50 }, () => finished()))).toThrow('ENOSPC')
    free()
    const last = finished()
    spool.append([last])
    expect(spool.waiting()).toBe(2)
    const replayed: string[] = []
    spool.replay((records) => (replayed.push(...records.map(({ id }) => id)), []))
    expect({ replayed, warnings }).toEqual({ replayed: [first.id, last.id], warnings: [] })
    done()
  })
})

describe('the journal', () => {
  test('that can’t be written anew goes on in the old file', () => {
    const folder = tempFolder()
    const warnings: string[] = []
    const journal = openInflightJournal(folder, '4711', (sentence) => warnings.push(sentence))
    const path = join(folder, 'inflight-4711.jsonl')
    mkdirSync(`${path}.new`)
    /** Opens so many, and leaves ten of them open. */
    const take = (count: number) => {
      const records = Array.from({ length: count }, () => inflight())
      for (const record of records) journal.open(record)
      for (const record of records.slice(10)) journal.close(record.id)
    }
    take(4000)
    expect(warnings).toHaveLength(1)
    expect(readOrphans(folder, () => false).records).toHaveLength(4000)
    rmdirSync(`${path}.new`)
    take(4000)
    expect(readOrphans(folder, () => false).records.length).toBeLessThan(5000)
    journal.end()
  })

  test('with thousands open is not written anew each time', () => {
    const folder = tempFolder()
    const journal = openInflightJournal(folder, '4711', ignore)
    let rewrites = 0
    let inode = 0
    for (let i = 0; i < 10_000; i++) {
      journal.open(inflight())
      const now = statSync(join(folder, 'inflight-4711.jsonl')).ino
      if (now !== inode) rewrites++
      inode = now
    }
    expect(rewrites).toBeLessThan(6)
    expect(readOrphans(folder, () => false).records).toHaveLength(10_000)
    journal.end()
  })
})

test('a line of the spool that a crash cut off is skipped, and spoils no row after it', () => {
  const path = join(tempFolder(), 'spool.jsonl')
  const [first, last] = [finished(), finished()]
  writeFileSync(path, `${JSON.stringify(first)}\n{"id":"cut o`)
  const warnings: string[] = []
  const spool = openSpool(path, (sentence) => warnings.push(sentence))
  spool.append([last])
  const replayed: string[] = []
  spool.replay((records) => (replayed.push(...records.map(({ id }) => id)), []))
  expect(replayed).toEqual([first.id, last.id])
  expect(warnings).toEqual(['1 cut-off lines in the spool file were skipped.'])
})

test('a damaged database that can’t be replaced yet is tried again, and no row is lost meanwhile', () => {
  const folder = tempFolder()
  const path = join(folder, 'relayplane.db')
  openDatabase(path, { busyTimeoutMs: 5 }).close()
  const bytes = readFileSync(path)
  writeFileSync(path, bytes.fill(0xa5, 100))
  let current = new Database(path)
  let mayReplace = false
  let now = 0
  const writer = openRequestWriter({
    database: () => current,
    recover() {
      if (!mayReplace) throw Object.assign(new Error('no space left'), { code: 'ENOSPC' })
      current.close()
      rmSync(path)
      current = openDatabase(path, { busyTimeoutMs: 5 })
    },
    spool: openSpool(join(folder, 'spool.jsonl'), ignore),
    monotonic: () => now,
    warn: ignore,
  })
  const records: RequestRecord[] = [finished(), finished(), finished()]
  for (const record of records) {
    writer.enter([record])
    now += 300
  }
  expect(writer.state()).toMatchObject({ isSpooling: true, spooledRows: 3, lostRows: 0, lastError: 'ENOSPC' })
  mayReplace = true
  writer.replay()
  expect(writer.state()).toMatchObject({ isSpooling: false, spooledRows: 0, lostRows: 0 })
  expect(current.query('SELECT id FROM requests ORDER BY id').values()).toEqual(records.map(({ id }) => [id]))
  current.close()
})

test('several processes that start at once on a new home all get the database', async () => {
  const path = join(tempFolder(), 'relayplane.db')
  const source = join(import.meta.dir, '../../src/store/database.ts')
  const code = `const { openDatabase } = await import(${JSON.stringify(source)})
    openDatabase(${JSON.stringify(path)}, { busyTimeoutMs: 5 }).close()`
  const children = Array.from({ length: 4 }, () => Bun.spawn([process.execPath, '-e', code], { stderr: 'pipe' }))
  const ends = await Promise.all(
    children.map(async (child) => ({ error: await new Response(child.stderr).text(), exit: await child.exited })),
  )
  expect(ends).toEqual(Array.from({ length: 4 }, () => ({ error: '', exit: 0 })))
})
