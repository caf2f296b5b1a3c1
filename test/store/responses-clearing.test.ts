import { describe, expect, test } from 'bun:test'
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { age, answer, blockBytes, keyOf, openRig, startMs } from './responses-rig.ts'

describe('clearing', () => {
  test('leaves nothing, and says what there was', async () => {
    const rig = openRig()
    for (const n of [1, 2, 3]) await rig.store.put(answer(n))
    expect(rig.store.clear()).toEqual({ entries: 3, bytes: 3 * blockBytes })
    expect(await rig.store.get(keyOf(1), startMs + 1)).toBeNull()
    expect(rig.store.status(startMs)).toEqual({ entries: 0, bytes: 0, oldestMs: null })
    await rig.store.tidy()
    expect(rig.files()).toEqual([])
    expect(rig.store.clear()).toEqual({ entries: 0, bytes: 0 })
  })

  test('takes along what is being written', async () => {
    const rig = openRig()
    const writing = rig.store.put(answer(1))
    rig.store.clear()
    await writing
    expect(await rig.store.get(keyOf(1), startMs + 1)).toBeNull()
    expect(rig.files()).toEqual([])
  })

  test('what comes after it is kept', async () => {
    const rig = openRig()
    await rig.store.put(answer(1))
    rig.store.clear()
    await rig.store.put(answer(1))
    expect(await rig.store.get(keyOf(1), startMs + 1)).toEqual(answer(1))
  })

  test('what is left of one that the end of the process cut off goes at the next start', async () => {
    const rig = openRig()
    const aside = join(rig.folder, '.cleared-ab-0123456789ab')
    mkdirSync(aside, { recursive: true })
    writeFileSync(join(aside, `${keyOf(1)}.gz`), 'x')
    await rig.store.tidy()
    expect(readdirSync(rig.folder)).toEqual([])
  })

  test('files of others in the folder stay', async () => {
    const rig = openRig()
    await rig.store.put(answer(1))
    mkdirSync(join(rig.folder, 'responses'))
    for (const path of ['index.db', 'responses/a.gz', '01/notes.txt']) {
      writeFileSync(join(rig.folder, path), 'theirs')
      age(join(rig.folder, path), startMs - 3_600_000)
    }
    await rig.store.tidy()
    expect(rig.files()).toEqual([`${keyOf(1)}.gz`, 'a.gz', 'index.db', 'notes.txt'])
    rig.store.clear()
    expect(readFileSync(join(rig.folder, 'responses/a.gz'), 'utf8')).toBe('theirs')
    expect(readFileSync(join(rig.folder, 'index.db'), 'utf8')).toBe('theirs')
  })
})
