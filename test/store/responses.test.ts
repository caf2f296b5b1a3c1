import { describe, expect, test } from 'bun:test'
import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { age, answer, blockBytes, keyOf, noise, openRig, startMs } from './responses-rig.ts'

const hourMs = 3_600_000

describe('an answer that was kept', () => {
  test('comes back as it was, byte for byte, with all that is known of it', async () => {
    const { store } = openRig()
    await store.put(answer(1))
    expect(await store.get(keyOf(1), startMs + 1)).toEqual(answer(1))
  })

  test('whatever its size, and whatever its bytes', async () => {
    const rig = openRig()
    rig.maxBytes = 64 * 1024 * 1024
    for (const [n, size] of [0, 1, 40_000, 600_000, 8 * 1024 * 1024].entries()) {
      const kept = answer(n, { body: noise(size, n + 1), form: 'json' })
      await rig.store.put(kept)
      const found = await rig.store.get(kept.key, startMs + 1)
      expect(found?.body.length).toBe(size)
      expect(Buffer.compare(found?.body ?? new Uint8Array(1), kept.body)).toBe(0)
    }
  })

  test('with what is not known of it as null', async () => {
    const { store } = openRig()
    const bare = { servedModel: null, taskType: null, costNanoUsd: null, usage: null, finishReason: null }
    await store.put(answer(1, { ...bare, form: 'json-array' }))
    expect(await store.get(keyOf(1), startMs + 1)).toEqual(answer(1, { ...bare, form: 'json-array' }))
  })

  test('is there after a restart, and for another process at once', async () => {
    const rig = openRig()
    const other = rig.again()
    await rig.store.put(answer(1))
    expect(await other.get(keyOf(1), startMs + 1)).toEqual(answer(1))
    rig.store.close()
    expect(await rig.again().get(keyOf(1), startMs + 1)).toEqual(answer(1))
  })

  test('gives way to a newer one under the same key', async () => {
    const rig = openRig()
    await rig.store.put(answer(1))
    const newer = answer(1, { body: Buffer.from('{}'), form: 'json', createdMs: startMs + 5, expiresMs: startMs + 9 })
    await rig.store.put(newer)
    expect(await rig.store.get(keyOf(1), startMs + 6)).toEqual(newer)
    expect(rig.store.status(startMs + 6)).toEqual({ entries: 1, bytes: blockBytes, oldestMs: startMs + 5 })
    expect(rig.files()).toEqual([`${keyOf(1)}.gz`])
  })

  test('lies on disk as gzip, in a file and a folder that only their owner may read', async () => {
    const rig = openRig()
    await rig.store.put(answer(255))
    expect(gunzipSync(readFileSync(rig.path(255))).toString()).toBe('data: {"number":255}\n\n')
    expect(statSync(rig.path(255)).mode & 0o777).toBe(0o600)
    for (const folder of [rig.folder, join(rig.folder, 'ff')]) expect(statSync(folder).mode & 0o777).toBe(0o700)
  })

  test('is not found under a key that is no key', async () => {
    const rig = openRig()
    for (const key of ['../../etc/passwd', '', keyOf(1).toUpperCase(), `${keyOf(1)}0`]) {
      await rig.store.put(answer(1, { key }))
      expect(await rig.store.get(key, startMs + 1)).toBeNull()
    }
    expect(rig.store.status(startMs).entries).toBe(0)
  })
})

describe('an answer that is being written', () => {
  test('is waited for', async () => {
    const { store } = openRig()
    const writing = store.put(answer(1, { body: noise(100_000) }))
    expect((await store.get(keyOf(1), startMs + 1))?.body.length).toBe(100_000)
    await writing
  })

  test('gives way to one that comes after it, however long each takes', async () => {
    const { store } = openRig()
    const bodies = [noise(400_000, 1), noise(10, 2), noise(50_000, 3), noise(5, 4)]
    await Promise.all(bodies.map((body) => store.put(answer(1, { body }))))
    expect((await store.get(keyOf(1), startMs + 1))?.body.length).toBe(5)
  })

  test('in place of another is there all the while, for whoever asks meanwhile', async () => {
    const rig = openRig()
    await rig.store.put(answer(1))
    for (let round = 0; round < 50; round++) {
      const writing = rig.store.put(answer(1, { body: noise(2000, round) }))
      const found = await Promise.all(Array.from({ length: 5 }, () => rig.store.get(keyOf(1), startMs + 1)))
      expect(found.map((one) => one?.body.length)).toEqual([2000, 2000, 2000, 2000, 2000])
      await writing
    }
  })
})

describe('time', () => {
  test('an answer is given until its time is over, and gone then', async () => {
    const rig = openRig()
    await rig.store.put(answer(1))
    expect(await rig.store.get(keyOf(1), startMs + hourMs - 1)).not.toBeNull()
    expect(await rig.store.get(keyOf(1), startMs + hourMs)).toBeNull()
    expect(rig.rows('SELECT key FROM responses')).toEqual([])
    expect(rig.files()).toEqual([])
  })

  test('an answer that would be over at once is not written', async () => {
    const rig = openRig()
    await rig.store.put(answer(1, { expiresMs: startMs }))
    expect(rig.rows('SELECT key FROM responses')).toEqual([])
  })

  test('what a clock made that was a day ahead is not given for a day more', async () => {
    const rig = openRig()
    await rig.store.put(answer(1, { createdMs: startMs + 24 * hourMs, expiresMs: startMs + 25 * hourMs }))
    expect(await rig.store.get(keyOf(1), startMs)).toBeNull()
  })

  test('what is over its time goes at the next start, asked for or not', async () => {
    const rig = openRig()
    await rig.store.put(answer(1))
    await rig.store.put(answer(2, { expiresMs: startMs + 3 * hourMs }))
    age(rig.path(1), startMs)
    rig.store.close()
    rig.nowMs = startMs + 2 * hourMs
    await rig.again().tidy()
    expect(rig.rows('SELECT key FROM responses')).toEqual([[keyOf(2)]])
    expect(rig.files()).toEqual([`${keyOf(2)}.gz`])
  })

  test('and while the server runs, with the answers that come', async () => {
    const rig = openRig()
    await rig.store.tidy()
    await rig.store.put(answer(1, { expiresMs: startMs + 1000 }))
    age(rig.path(1), startMs)
    rig.nowMs = startMs + 599_999
    await rig.store.put(answer(2))
    expect(rig.rows('SELECT count(*) FROM responses')).toEqual([[2]])
    rig.nowMs = startMs + 600_000
    await rig.store.put(answer(3))
    expect(rig.rows('SELECT key FROM responses ORDER BY key')).toEqual([[keyOf(2)], [keyOf(3)]])
    expect(rig.files()).toEqual([`${keyOf(2)}.gz`, `${keyOf(3)}.gz`])
  })
})

describe('space', () => {
  test('is that of the disk, which gives it out in blocks', async () => {
    const rig = openRig()
    await rig.store.put(answer(1))
    await rig.store.put(answer(2, { body: noise(5000) }))
    expect(rig.store.status(startMs)).toEqual({ entries: 2, bytes: 3 * blockBytes, oldestMs: startMs })
    expect(openRig().store.status(startMs)).toEqual({ entries: 0, bytes: 0, oldestMs: null })
  })

  test('answers whose time is over do not count as kept', async () => {
    const rig = openRig()
    await rig.store.put(answer(1, { expiresMs: startMs + 10 }))
    await rig.store.put(answer(2, { createdMs: startMs + 5 }))
    expect(rig.store.status(startMs + 10)).toEqual({ entries: 1, bytes: blockBytes, oldestMs: startMs + 5 })
  })

  test('those used longest ago go first', async () => {
    const rig = openRig()
    rig.maxBytes = 3 * blockBytes
    for (const n of [1, 2, 3]) await rig.store.put(answer(n, { createdMs: startMs + n }))
    await rig.store.get(keyOf(1), startMs + 10)
    await rig.store.put(answer(4, { createdMs: startMs + 20 }))
    expect(rig.files()).toEqual([1, 3, 4].map((n) => `${keyOf(n)}.gz`))
    await rig.store.put(answer(5, { createdMs: startMs + 30, body: noise(5000) }))
    expect(rig.files()).toEqual([4, 5].map((n) => `${keyOf(n)}.gz`))
    expect(rig.store.status(startMs + 40)).toEqual({ entries: 2, bytes: 3 * blockBytes, oldestMs: startMs + 20 })
    expect(rig.warnings).toEqual([])
  })

  test('one that is larger than all may be is not kept, and drives out none', async () => {
    const rig = openRig()
    rig.maxBytes = 2 * blockBytes
    await rig.store.put(answer(1))
    await rig.store.put(answer(2, { body: noise(2 * blockBytes + 1) }))
    expect(rig.files()).toEqual([`${keyOf(1)}.gz`])
  })

  test('a smaller limit holds from the next answer on, and from the next start', async () => {
    const rig = openRig()
    for (let n = 0; n < 100; n++) await rig.store.put(answer(n, { createdMs: startMs + n }))
    rig.maxBytes = 10 * blockBytes
    await rig.store.put(answer(100, { createdMs: startMs + 100 }))
    expect(rig.files()).toEqual(Array.from({ length: 10 }, (_, index) => `${keyOf(91 + index)}.gz`))
    rig.maxBytes = 2 * blockBytes
    await rig.again().tidy()
    expect(rig.files()).toEqual([`${keyOf(99)}.gz`, `${keyOf(100)}.gz`])
  })

  test('what another process keeps counts, within some sixty answers', async () => {
    const rig = openRig()
    rig.maxBytes = 100 * blockBytes
    const other = rig.again()
    for (let n = 0; n < 100; n++) await other.put(answer(n, { createdMs: startMs + n }))
    for (let n = 100; n < 170; n++) await rig.store.put(answer(n, { createdMs: startMs + n }))
    expect(rig.store.status(startMs).entries).toBeLessThanOrEqual(106)
  })
})

describe('uses', () => {
  test('are counted, and written by the second', async () => {
    const rig = openRig()
    await rig.store.put(answer(1))
    for (const ms of [1, 2, 3]) await rig.store.get(keyOf(1), startMs + ms)
    const counted = () => rig.rows('SELECT hits, used_ms - created_ms FROM responses')
    expect(counted()).toEqual([[0, 0]])
    await rig.store.get(keyOf(1), startMs + 1001)
    expect(counted()).toEqual([[4, 1001]])
    await rig.store.get(keyOf(1), startMs + 1002)
    rig.store.close()
    expect(counted()).toEqual([[5, 1002]])
  })
})

describe('two processes on one folder', () => {
  test('what one removes is a miss for the other', async () => {
    const rig = openRig()
    const other = rig.again()
    await rig.store.put(answer(1))
    other.clear()
    expect(await rig.store.get(keyOf(1), startMs + 1)).toBeNull()
    expect(rig.warnings).toEqual([])
  })

  test('writing the same answer at once leaves one of the two, whole, or none', async () => {
    const rig = openRig()
    const other = rig.again()
    for (let round = 0; round < 20; round++) {
      const [one, two] = [answer(1, { body: noise(50_000, 1) }), answer(1, { body: noise(50_000, 2) })]
      await Promise.all([rig.store.put(one), other.put(two)])
      const found = await rig.store.get(keyOf(1), startMs + 1)
      const whole = [one, two].map(({ body }) => Buffer.compare(body, found?.body ?? body) === 0)
      expect(found === null || whole.includes(true)).toBe(true)
    }
    expect(rig.warnings).toEqual([])
  })
})

test('nothing is written before the first answer is kept', async () => {
  const rig = openRig()
  await rig.store.get(keyOf(1), startMs)
  await rig.store.tidy()
  expect(readdirSync(rig.home)).toEqual(['db'])
})

test('a store that was closed keeps and gives nothing', async () => {
  const rig = openRig()
  await rig.store.put(answer(1))
  rig.store.close()
  await rig.store.put(answer(2))
  expect(await rig.store.get(keyOf(1), startMs + 1)).toBeNull()
  expect(rig.files()).toEqual([`${keyOf(1)}.gz`])
})

test('an answer kept by an older way of noting is not given, and goes', async () => {
  const rig = openRig()
  await rig.store.put(answer(1))
  rig.database.run(`UPDATE responses SET facts = json_set(facts, '$.version', 0)`)
  expect(await rig.store.get(keyOf(1), startMs + 1)).toBeNull()
  expect(rig.rows('SELECT key FROM responses')).toEqual([])
})
