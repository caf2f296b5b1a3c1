import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { formatTime } from '../../src/cli/format.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { silentLog } from '../../src/lib/log.ts'
import { openDatabase } from '../../src/store/database.ts'
import { prepareRequestInsert } from '../../src/store/request-row.ts'
import { openResponseStore } from '../../src/store/responses.ts'
import { tempFolder } from '../support/folder.ts'
import { finished } from '../support/records.ts'
import { run } from './program.ts'
import { serveGuard } from './serving.ts'

// Each test waits for processes, which a busy machine starts slowly.
setDefaultTimeout(30_000)

const home = tempFolder()
const startedMs = Date.UTC(2026, 0, 2, 3, 4, 5)
const hit = finished({
  startedMs: startedMs + 2000,
  cache: 'hit',
  savedNanoUsd: 105_000,
  taskType: 'classification',
  cost: { ...finished().cost, status: 'none', nanoUsd: 0 },
})
const blocked = finished({
  startedMs: startedMs + 3000,
  status: 402,
  outcome: 'refused',
  errorCode: 'budget-exceeded',
  guard: 'blocked',
  usage: null,
  taskType: null,
  cost: { ...finished().cost, status: 'none', nanoUsd: 0 },
})
const records = [
  finished({ startedMs, cache: 'miss' }),
  finished({ startedMs: startedMs + 1000, cache: 'bypass' }),
  hit,
  blocked,
]
const database = openDatabase(join(home, 'relayplane.db'), { busyTimeoutMs: 1000 })
database.transaction(() => records.forEach(prepareRequestInsert(database)))()
database.close()

async function keepAnswer(folder: string): Promise<void> {
  const writable = openDatabase(join(folder, 'relayplane.db'), { busyTimeoutMs: 1000 })
  const responses = openResponseStore({
    folder: join(folder, 'cache'),
    database: () => writable,
    maxBytes: () => 1_000_000,
    clock: systemClock,
    log: silentLog,
  })
  await responses.put({
    key: 'ab'.repeat(32),
    form: 'json',
    asksUsage: false,
    contentType: 'application/json',
    body: new TextEncoder().encode('{"answer":42}'),
    provider: 'openai',
    model: 'gpt-5',
    billing: 'metered',
    servedModel: null,
    taskType: null,
    costNanoUsd: 7,
    usage: null,
    finishReason: null,
    createdMs: systemClock.now(),
    expiresMs: systemClock.now() + 3_600_000,
  })
  responses.close()
  writable.close()
}

describe('cache without a running server', () => {
  test('status says how often it helped and what that saved', async () => {
    const { code, out } = await run(['cache', 'status'], { home })
    expect(code).toBe(0)
    expect(out.split('\n')).toEqual([
      'The response cache is off.',
      '',
      'Answers   0, 0 B of 100 MiB',
      'Requests  1 hit, 1 miss, 1 around it (50 % hits)',
      'Saved     $0.000105, what the hits would have cost',
      '',
    ])
  })

  test('stats tell models and tasks apart', async () => {
    const { out } = await run(['cache', 'stats'], { home })
    expect(out).toMatch(/^claude-sonnet-4-5 +1 +1 +\$0\.000105$/m)
    expect(out).toMatch(/^classification +1 +0 +\$0\.000105$/m)
    expect(out).toMatch(/^quick_task +0 +1 +\$0$/m)
    const { out: text } = await run(['cache', 'stats', '--json'], { home })
    expect(Object.keys(JSON.parse(text))).toEqual(['byModel', 'byTask'])
    expect(await run(['cache', 'stats'], { home: tempFolder() })).toMatchObject({
      code: 0,
      err: 'No request has met the response cache yet.\n',
    })
  })

  test('on and off change the config file', async () => {
    const own = tempFolder()
    const on = await run(['cache', 'on'], { home: own })
    expect([on.code, on.out.split('\n')[0]]).toEqual([0, 'The response cache is on (exact).'])
    const file = () => JSON.parse(readFileSync(join(own, 'config.json'), 'utf8'))
    expect(file()).toEqual({ cache: { enabled: true } })
    const off = await run(['cache', 'off', '--json'], { home: own })
    expect([JSON.parse(off.out).enabled, file()]).toEqual([false, { cache: { enabled: false } }])
  })

  test('clear takes every stored answer away, its file too', async () => {
    const own = tempFolder()
    await keepAnswer(own)
    const before = JSON.parse((await run(['cache', '--json'], { home: own })).out)
    expect([before.entries, before.bytes > 0, readdirSync(join(own, 'cache'))]).toEqual([1, true, ['ab']])
    const { err } = await run(['cache', 'clear'], { home: own })
    expect(err).toStartWith('✔ 1 stored answer is gone, ')
    expect(readdirSync(join(own, 'cache'))).toEqual([])
    expect(JSON.parse((await run(['cache', '--json'], { home: own })).out)).toMatchObject({ entries: 0, bytes: 0 })
  })

  test('clear of an empty one takes nothing away', async () => {
    expect(await run(['cache', 'clear'], { home })).toMatchObject({
      code: 0,
      err: '✔ 0 stored answers are gone, 0 B.\n',
    })
  })

  test('a misspelt command gets a suggestion', async () => {
    expect(await run(['cache', 'claer'], { home })).toMatchObject({
      code: 2,
      err: expect.stringContaining('There is no cache command "claer". Did you mean clear?'),
    })
  })
})

test('of a running server the cache is switched and emptied through it', async () => {
  const { home: own, desk } = serveGuard()
  const status = await run(['cache'], { home: own })
  expect(status.out.split('\n').slice(2, 5)).toEqual([
    `Answers   3, 4 KiB of 100 MiB, the oldest of ${formatTime(1_767_323_045_000)}`,
    'Requests  3 hits, 1 miss, 2 around it (75 % hits)',
    'Saved     $0.0210, what the hits would have cost',
  ])
  await run(['cache', 'on'], { home: own })
  await run(['cache', 'off'], { home: own })
  await run(['cache', 'stats'], { home: own })
  const { err } = await run(['cache', 'clear'], { home: own })
  expect(err).toBe('✔ 3 stored answers are gone, 4 KiB.\n')
  expect(desk.calls).toEqual([
    ['cache'],
    ['changeSettings', { cache: { enabled: true } }],
    ['cache'],
    ['changeSettings', { cache: { enabled: false } }],
    ['cache'],
    ['cacheStats'],
    ['clearCache'],
  ])
  expect(await Bun.file(join(own, 'config.json')).exists()).toBeFalse()
})

describe('a request', () => {
  test('is explained with its task, and what guard and cache did', async () => {
    const linesOf = async (id: string) =>
      (await run(['explain', id], { home })).out.split('\n').map((line) => line.trim())
    const ofHit = await linesOf(hit.id)
    for (const line of ['task         classification', 'cache        hit, $0.000105 saved'])
      expect(ofHit).toContain(line)
    const ofBlocked = await linesOf(blocked.id)
    expect(ofBlocked).toContain('guard        blocked')
    expect(ofBlocked.filter((line) => /^(task|cache)/.test(line))).toEqual([])
  })

  test('is listed with what guard and cache did, and found by it', async () => {
    const lines = async (...words: readonly string[]) => (await run(['logs', ...words], { home })).out.split('\n')
    expect(await lines('--cache', 'hit')).toEqual([
      `${formatTime(startedMs + 2000)}  ${hit.id}  anthropic/claude-sonnet-4-5  200  cache hit, $0.000105 saved  10 in, 5 out  20 ms`,
      '',
    ])
    expect(await lines('--guard', 'blocked')).toEqual([
      `${formatTime(startedMs + 3000)}  ${blocked.id}  anthropic/claude-sonnet-4-5  402 refused (budget-exceeded)  blocked  20 ms`,
      '',
    ])
    expect((await lines('--task', 'classification')).length).toBe(2)
    expect((await run(['logs', '--task', 'coding'], { home })).code).toBe(2)
  })
})
