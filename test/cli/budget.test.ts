import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RequestRecord } from '../../src/neutral/record.ts'
import { openDatabase } from '../../src/store/database.ts'
import { prepareRequestInsert } from '../../src/store/request-row.ts'
import { tempFolder } from '../support/folder.ts'
import { finished } from '../support/records.ts'
import { run } from './program.ts'
import { serveGuard } from './serving.ts'

// Each test waits for processes, which a busy machine starts slowly.
setDefaultTimeout(30_000)

const minute = 60_000
const dollars = (usd: number) => usd * 1e9

const costing = (usd: number, over: Partial<RequestRecord>) =>
  finished({ ...over, cost: { ...finished().cost, nanoUsd: dollars(usd) } })

/** A home whose requests ended so many minutes ago. */
function homeWith(config: unknown, records: (nowMs: number) => readonly RequestRecord[]): string {
  const home = tempFolder()
  if (config !== null) writeFileSync(join(home, 'config.json'), JSON.stringify(config))
  const database = openDatabase(join(home, 'relayplane.db'), { busyTimeoutMs: 1000 })
  database.transaction(() => records(Date.now()).forEach(prepareRequestInsert(database)))()
  database.close()
  return home
}

const spent = (nowMs: number) => [
  costing(4, { startedMs: nowMs - 30 * minute, sessionId: 's1' }),
  costing(8, { startedMs: nowMs - 120 * minute, sessionId: 's2' }),
  costing(100, { startedMs: nowMs - 10 * minute, billing: 'subscription' }),
  costing(40, { startedMs: nowMs - 3 * 24 * 60 * minute }),
]

const configOf = (home: string): unknown => JSON.parse(readFileSync(join(home, 'config.json'), 'utf8'))
const json = async (words: readonly string[], home: string) =>
  JSON.parse((await run([...words, '--json'], { home })).out)

describe('budget status without a running server', () => {
  test('shows each limit as a bar, and what time spans cost', async () => {
    const home = homeWith({ budget: { enabled: true, dailyUsd: 24, hourlyUsd: 4, onBreach: 'block' } }, spent)
    const { code, out, err } = await run(['budget', 'status'], { home })
    expect([code, err]).toEqual([0, ''])
    expect(out).toStartWith('Limits are on; what breaks one is refused.\n')
    // $12 of $24, and $4 of $4, which is spent half an hour ago: it frees up in the other half.
    expect(out).toMatch(/^daily limit +█{10}░{10} {2}50 % +\$12\.00 +\$24\.00 +block$/m)
    expect(out).toMatch(/^hourly limit +█{20} 100 % +\$4\.00 +\$4\.00 +block +frees up in (30 m|29 m \d+ s)/m)
    expect(out).toContain('Per request  at most $2.00\n')
    expect(out).toContain(
      'Spent        $4.00 in the last hour, $12.00 in 24 hours, $52.00 in 7 days, $52.00 in 30 days\n',
    )
  })

  test('of sessions shows those that have spent something', async () => {
    const limits = [{ scope: 'session', dailyUsd: 10 }]
    const home = homeWith({ budget: { enabled: true, limits } }, spent)
    const found = await json(['budget'], home)
    expect(
      found.limits
        .filter(({ scope }: { scope: string }) => scope !== 'all')
        .map(({ scope, spentNanoUsd }: Record<string, unknown>) => [scope, spentNanoUsd]),
    ).toEqual([
      ['session:s2', dollars(8)],
      ['session:s1', dollars(4)],
    ])
  })

  test('in an empty home says that limits are off and nothing is spent, and makes no file', async () => {
    const home = tempFolder()
    const { code, out } = await run(['budget', 'status'], { home })
    expect(code).toBe(0)
    expect(out).toStartWith('Limits are off; "relayplane budget set --enable" turns them on.\n')
    expect(out).toContain('$0 in 24 hours')
    expect(await Bun.file(join(home, 'relayplane.db')).exists()).toBeFalse()
  })
})

describe('budget set without a running server', () => {
  test('changes the config file, what else is in it stays', async () => {
    const home = homeWith({ log: { level: 'warn' }, budget: { hourlyUsd: 3 } }, () => [])
    const words = '--daily 25 --per-request none --on-breach block --downgrade-to m/x --estimate worst --enable'
    const { code, out, err } = await run(['budget', 'set', ...words.split(' ')], { home })
    expect([code, err]).toEqual([
      0,
      '✔ budget.enabled, budget.dailyUsd, budget.perRequestUsd, budget.onBreach, budget.downgradeTo, budget.estimate changed.\n',
    ])
    expect(out).toStartWith('Limits are on; what breaks one is refused.\n')
    expect(out).toContain('Per request  no limit\n')
    expect(configOf(home)).toEqual({
      log: { level: 'warn' },
      budget: {
        hourlyUsd: 3,
        enabled: true,
        dailyUsd: 25,
        perRequestUsd: null,
        onBreach: 'block',
        downgradeTo: 'm/x',
        estimate: 'worst',
      },
    })
  })

  const wrong: [words: string, sentence: string][] = [
    ['', 'Say what to set, such as --daily 25.'],
    ['--daily much', '--daily takes an amount in USD above 0, such as 25, or none; not "much".'],
    ['--hourly 0', '--hourly takes an amount in USD above 0'],
    ['--daily=-5', '--daily takes an amount in USD above 0'],
    ['--on-breach blok', '--on-breach takes block, warn, downgrade or alert, not "blok". Did you mean block?'],
    ['--enable --disable', '--enable and --disable do not go together.'],
    ['--dayly 5', 'There is no flag --dayly. Did you mean --daily?'],
    ['25', '"25" is one word too many.'],
  ]
  test.each(wrong)('%s is a wrong call', async (words, sentence) => {
    const home = tempFolder()
    const { code, err } = await run(['budget', 'set', ...words.split(' ').filter(Boolean)], { home })
    expect([code, err]).toEqual([2, expect.stringContaining(sentence)])
    expect(await Bun.file(join(home, 'config.json')).exists()).toBeFalse()
  })

  test('refuses what the settings do not allow', async () => {
    const home = tempFolder()
    expect(await run(['budget', 'set', '--daily', '2000000'], { home })).toMatchObject({
      code: 1,
      err: expect.stringContaining('budget.dailyUsd: expected USD above 0, at most 1000000 or null, got 2000000'),
    })
  })
})

describe('budget reset without a running server', () => {
  test('of one scope leaves the others as they are, of all begins anew', async () => {
    const limits = [{ scope: 'session', dailyUsd: 10 }]
    const home = homeWith({ budget: { enabled: true, limits } }, spent)
    const spentOf = (found: { limits: { scope: string; window: string; spentNanoUsd: number }[] }) =>
      Object.fromEntries(
        found.limits
          .filter(({ window }) => window === 'day')
          .map(({ scope, spentNanoUsd }) => [scope, spentNanoUsd / 1e9]),
      )
    expect(spentOf(await json(['budget', 'status'], home))).toEqual({ all: 12, 'session:s1': 4, 'session:s2': 8 })
    const one = await json(['budget', 'reset', '--scope', 'session:s2'], home)
    expect([spentOf(one), one.resets]).toEqual([
      { all: 12, 'session:s1': 4 },
      [{ scope: 'session:s2', atMs: expect.any(Number) }],
    ])
    const { err } = await run(['budget', 'reset'], { home })
    expect(err).toBe('✔ All limits begin anew.\n')
    expect(spentOf(await json(['budget', 'status'], home))).toEqual({ all: 0 })
    expect((await json(['stats', '--window', '24h'], home)).totals.costNanoUsd).toBe(dollars(112))
  })

  test('of a scope that is none is a wrong call, of an empty home a failure', async () => {
    const home = homeWith(null, () => [])
    expect(await run(['budget', 'reset', '--scope', 'sesion:s1'], { home })).toMatchObject({
      code: 2,
      err: expect.stringContaining('scope is "sesion:s1"; it can be all, session:<id>'),
    })
    expect(await run(['budget', 'reset'], { home: tempFolder() })).toMatchObject({
      code: 1,
      err: expect.stringContaining('Nothing is recorded in'),
    })
  })
})

describe('budget history without a running server', () => {
  test('has a line for each day, the last is today', async () => {
    const home = homeWith(null, (nowMs) => [
      costing(3, { startedMs: nowMs, guard: 'downgraded' }),
      costing(0, { startedMs: nowMs, guard: 'blocked' }),
    ])
    const { out } = await run(['budget', 'history', '--days', '2'], { home })
    const [head = '', yesterday = '', today = ''] = out.split('\n')
    expect(head.split(/ {2,}/)).toEqual(['day (UTC)', 'cost', 'requests', 'blocked', 'cut', 'downgraded', 'warned'])
    expect(yesterday).toMatch(/^\d{4}-\d\d-\d\d +\$0$/)
    expect(today).toMatch(/^\d{4}-\d\d-\d\d +\$3\.00 +2 +1 +1$/)
    expect((await json(['budget', 'history'], home)).days).toHaveLength(14)
  })

  test('of no days is a wrong call', async () => {
    expect(await run(['budget', 'history', '--days', '0'], { home: tempFolder() })).toMatchObject({
      code: 2,
      err: expect.stringContaining('days is "0"; it can be 1 to 365.'),
    })
  })
})

describe('with a running server', () => {
  test('status shows what is set aside and when the limit will be spent', async () => {
    const { home, desk } = serveGuard({ budget: { enabled: true } })
    const { code, out } = await run(['budget'], { home })
    expect(code).toBe(0)
    expect(out).toStartWith('Limits are on; what breaks one goes to claude-sonnet-4-6.\n')
    expect(out).toMatch(
      /^daily limit +█{13}░{7} {2}62 % +\$31\.00 +\$1\.20 +\$50\.00 +downgrade +at this pace spent in 0 s$/m,
    )
    expect(out).toContain('Under way    2 requests with something set aside\n')
    expect(desk.calls).toEqual([['budgets']])
  })

  test('set, reset and history go through it, and leave the files alone', async () => {
    const { home, desk } = serveGuard()
    expect((await run(['budget', 'set', '--daily', '$12.50', '--disable'], { home })).code).toBe(0)
    expect((await run(['budget', 'reset', '--scope', 'agent:codex'], { home })).code).toBe(0)
    expect((await run(['budget', 'history', '--days', '3'], { home })).code).toBe(0)
    expect(desk.calls).toEqual([
      ['changeSettings', { budget: { enabled: false, dailyUsd: 12.5 } }],
      ['budgets'],
      ['resetBudget', 'agent:codex'],
      ['budgetHistory', 'days=3'],
    ])
    expect(await Bun.file(join(home, 'config.json')).exists()).toBeFalse()
  })

  test('what it refuses is said in its own words', async () => {
    const { home } = serveGuard()
    const { code, err } = await run(['budget', 'set', '--daily', '2000000'], { home })
    expect([code, err]).toEqual([2, expect.stringContaining('budget.dailyUsd: expected USD above 0, at most 1000000')])
  })
})
