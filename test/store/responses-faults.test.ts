/** The response cache with a disk that is full, files that are damaged, a database that is locked: a miss each time, never an error. */
import { Database } from 'bun:sqlite'
import { describe, expect, test } from 'bun:test'
import { chmodSync, readFileSync, readdirSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { canMount, mountSmall, unmount } from '../faults/small-disk.ts'
import { tempFolder } from '../support/folder.ts'
import { age, answer, keyOf, noise, openRig, startMs } from './responses-rig.ts'

const unusable = (reason: string) => `The response cache can't be used (${reason}); requests go to their providers.`

describe('a damaged file is no answer, and is removed:', () => {
  async function damaged(damage: (path: string) => void) {
    const rig = openRig()
    await rig.store.put(answer(1, { body: noise(300) }))
    damage(rig.path(1))
    expect(await rig.store.get(keyOf(1), startMs + 1)).toBeNull()
    expect(rig.rows('SELECT key FROM responses')).toEqual([])
    expect(rig.files()).toEqual([])
    expect(rig.warnings).toEqual([])
    await rig.store.put(answer(1))
    expect(await rig.store.get(keyOf(1), startMs + 1)).toEqual(answer(1))
  }

  test('any one bit of it flipped', async () => {
    const rig = openRig()
    const kept = answer(1, { body: noise(40) })
    await rig.store.put(kept)
    const whole = readFileSync(rig.path(1))
    for (let bit = 0; bit < whole.length * 8; bit++) {
      const bytes = Buffer.from(whole)
      bytes[bit >> 3]! ^= 1 << (bit & 7)
      await rig.store.put(kept)
      writeFileSync(rig.path(1), bytes)
      expect(await rig.store.get(keyOf(1), startMs + 1)).toBeNull()
    }
  })
  test('cut off', () => damaged((path) => truncateSync(path, 100)))
  test('empty', () => damaged((path) => truncateSync(path, 0)))
  test('longer', () => damaged((path) => writeFileSync(path, 'x', { flag: 'a' })))
  test('gone', () => damaged((path) => rmSync(path)))

  test("another answer's", async () => {
    const rig = openRig()
    await rig.store.put(answer(1))
    await rig.store.put(answer(2))
    renameSync(rig.path(2), rig.path(1))
    expect(await rig.store.get(keyOf(1), startMs + 1)).toBeNull()
    expect(await rig.store.get(keyOf(2), startMs + 1)).toBeNull()
  })
})

describe('what a crash leaves goes at the next start:', () => {
  const long = startMs - 3_600_000
  test('a file without a row, one that was never finished, a row without a file', async () => {
    const rig = openRig()
    for (const n of [1, 2, 3]) await rig.store.put(answer(n))
    rig.store.close()
    const unfinished = join(rig.folder, '01', `.${keyOf(1)}.0123456789ab.tmp`)
    writeFileSync(unfinished, 'half')
    for (const path of [unfinished, rig.path(1), rig.path(3)]) age(path, long)
    rig.database.run('DELETE FROM responses WHERE key = ?', [keyOf(1)])
    rmSync(rig.path(2))
    await rig.again().tidy()
    expect(rig.files()).toEqual([`${keyOf(3)}.gz`])
    expect(rig.rows('SELECT key FROM responses')).toEqual([[keyOf(3)]])
  })

  test('but not what another process is about to finish', async () => {
    const rig = openRig()
    await rig.store.put(answer(1))
    rig.database.run('DELETE FROM responses')
    age(rig.path(1), startMs - 59_000)
    await rig.again().tidy()
    expect(rig.files()).toEqual([`${keyOf(1)}.gz`])
  })
})

describe('a folder', () => {
  test('that was deleted is made anew with the next answer', async () => {
    const rig = openRig()
    await rig.store.put(answer(1))
    rmSync(rig.folder, { recursive: true })
    expect(await rig.store.get(keyOf(1), startMs + 1)).toBeNull()
    await rig.store.put(answer(2))
    expect(await rig.store.get(keyOf(2), startMs + 1)).toEqual(answer(2))
    expect(rig.warnings).toEqual([])
  })

  test('whose home was deleted is not: nothing is kept, which is said once', async () => {
    const rig = openRig()
    rmSync(rig.home, { recursive: true })
    for (const n of [1, 2, 3]) {
      await rig.store.put(answer(n))
      rig.nowMs += 2000
      expect(await rig.store.get(keyOf(n), startMs + 1)).toBeNull()
    }
    expect(rig.warnings).toEqual([unusable('ENOENT')])
  })

  test('in the place of which is a file: nothing is kept', async () => {
    const rig = openRig()
    writeFileSync(rig.folder, 'not a folder')
    await rig.store.put(answer(1))
    expect(rig.rows('SELECT key FROM responses')).toEqual([])
    expect(rig.warnings).toEqual([unusable('ENOTDIR')])
    expect(readFileSync(rig.folder, 'utf8')).toBe('not a folder')
  })

  const isRoot = process.getuid?.() === 0
  if (isRoot) console.warn('SKIPPED: a folder that may not be written. To root all folders are open.')
  test.skipIf(isRoot)('that may not be written: nothing is kept', async () => {
    const rig = openRig()
    await rig.store.put(answer(1))
    chmodSync(join(rig.folder, '01'), 0o500)
    await rig.store.put(answer(1, { createdMs: startMs + 1 }))
    expect(rig.warnings).toEqual([unusable('EACCES')])
    chmodSync(join(rig.folder, '01'), 0o700)
  })
})

describe('a locked database', () => {
  test('keeps nothing and is said once; hits go on; afterwards all is as before', async () => {
    const rig = openRig()
    await rig.store.put(answer(1))
    await rig.store.tidy()
    const lock = new Database(join(rig.home, 'db', 'relayplane.db'))
    lock.run('BEGIN IMMEDIATE')
    for (const n of [2, 3, 4]) {
      const started = performance.now()
      await rig.store.put(answer(n))
      expect(performance.now() - started).toBeLessThan(200)
      rig.nowMs += 2000
    }
    expect(await rig.store.get(keyOf(1), startMs + 1)).toEqual(answer(1))
    expect(await rig.store.get(keyOf(1), startMs + 2000)).toEqual(answer(1))
    expect(await rig.store.get(keyOf(2), startMs + 1)).toBeNull()
    expect(() => rig.store.clear()).toThrow("The response cache can't be read or changed now (SQLITE_BUSY).")
    expect(rig.files()).toEqual([`${keyOf(1)}.gz`])
    expect(rig.warnings).toEqual([unusable('SQLITE_BUSY')])

    lock.run('ROLLBACK')
    lock.close()
    await rig.store.put(answer(2))
    expect(await rig.store.get(keyOf(2), startMs + 1)).toEqual(answer(2))
    rig.store.close()
    expect(rig.rows('SELECT hits FROM responses ORDER BY key')).toEqual([[2], [1]])
  })

  test('is not tried again with every answer: each try would hold up the traffic', async () => {
    const rig = openRig()
    await rig.store.tidy()
    const lock = new Database(join(rig.home, 'db', 'relayplane.db'))
    lock.run('BEGIN IMMEDIATE')
    await rig.store.put(answer(1))
    lock.run('ROLLBACK')
    lock.close()
    rig.nowMs += 999
    await rig.store.put(answer(2))
    expect(await rig.store.get(keyOf(2), startMs + 1)).toBeNull()
    rig.nowMs += 1
    await rig.store.put(answer(3))
    expect(await rig.store.get(keyOf(3), startMs + 1)).toEqual(answer(3))
  })
})

test('a database that was closed is a miss', async () => {
  const rig = openRig()
  await rig.store.put(answer(1))
  rig.database.close()
  expect(await rig.store.get(keyOf(1), startMs + 1)).toBeNull()
  await rig.store.put(answer(2))
  expect(rig.warnings).toHaveLength(1)
})

describe.skipIf(!canMount)('a full disk', () => {
  test('keeps no half answers, is said once, and is written again when there is room', async () => {
    const disk = tempFolder()
    mountSmall(disk)
    try {
      const rig = openRig(disk)
      rig.maxBytes = 100 * 1024 * 1024
      await rig.store.put(answer(1))
      for (let n = 2; n < 30; n++) {
        await rig.store.put(answer(n, { body: noise(200_000, n) }))
        rig.nowMs += 2000
      }
      expect(rig.warnings).toHaveLength(1)
      expect(rig.warnings[0]).toMatch(/^The response cache can't be used \((ENOSPC|SQLITE_FULL|SQLITE_IOERR\w*)\)/)
      const rows = rig.rows('SELECT key FROM responses ORDER BY key').map(([key]) => `${String(key)}.gz`)
      expect(rig.files()).toEqual(rows)
      expect(rows.length).toBeGreaterThan(3)
      expect(await rig.store.get(keyOf(1), startMs + 1)).toEqual(answer(1))

      for (const name of readdirSync(rig.folder).slice(1)) rmSync(join(rig.folder, name), { recursive: true })
      await rig.store.tidy()
      await rig.store.put(answer(40))
      expect(await rig.store.get(keyOf(40), startMs + 1)).toEqual(answer(40))
      rig.database.close()
    } finally {
      unmount(disk)
    }
  })
})
