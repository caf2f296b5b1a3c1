import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { formatTime } from '../../src/cli/format.ts'
import type { RequestRecord } from '../../src/neutral/record.ts'
import { noUsage } from '../../src/neutral/usage.ts'
import { openDatabase } from '../../src/store/database.ts'
import { prepareRequestInsert } from '../../src/store/request-row.ts'
import { tempFolder } from '../support/folder.ts'
import { earlierAttempt, finished } from '../support/records.ts'
import { run } from './program.ts'

// Each test waits for processes, which a busy machine starts slowly.
setDefaultTimeout(30_000)

const first = '019b7ca9-8c88-7501-811f-2a0ed3ec7368'
const second = '019b7ca9-9070-7501-811f-2a0ed3ec7369'
const third = '019b7ca9-9458-7501-811f-2a0ed3ec7370'
const startedMs = Date.UTC(2026, 0, 2, 3, 4, 5)
const window = ['--from', '2026-01-02T03:00:00Z', '--to', '2026-01-02T04:00:00Z']

const records: readonly RequestRecord[] = [
  finished({
    id: first,
    startedMs,
    isStream: true,
    usage: { ...noUsage, inputTokens: 1200, cacheReadTokens: 30_000, outputTokens: 450, reasoningTokens: 50 },
    cost: {
      status: 'priced',
      nanoUsd: 19_350_000,
      priceId: 'anthropic/claude-sonnet-4-5',
      priceSource: 'genai-prices 0.1.8',
      priceDate: '2026-09-23',
      lines: [
        { kind: 'input', quantity: 1200, nanoUsdPerMillion: 3_000_000_000, nanoUsd: '3600000' },
        { kind: 'cache read', quantity: 30_000, nanoUsdPerMillion: 300_000_000, nanoUsd: '9000000' },
        { kind: 'output', quantity: 450, nanoUsdPerMillion: 15_000_000_000, nanoUsd: '6750000' },
      ],
    },
    tags: { project: 'demo' },
    trace: [{ stage: 'forward', did: 'sent to anthropic', why: 'its model' }],
    attempts: [
      earlierAttempt({
        number: 1,
        provider: 'anthropic',
        model: 'claude-sonnet-4-5',
        startedMs,
        status: 200,
        outcome: 'complete',
        errorCode: null,
        firstByteMs: 640,
        durationMs: 4200,
        usage: null,
        costNanoUsd: 19_350_000,
      }),
    ],
    firstByteMs: 641,
    durationMs: 4210,
  }),
  finished({
    id: second,
    startedMs: startedMs + 1000,
    provider: 'openai',
    requestedModel: 'gpt-unheard-of',
    routedModel: 'gpt-unheard-of',
    servedModel: 'gpt-unheard-of',
    agent: 'codex',
    cost: { status: 'unpriced', nanoUsd: null, priceId: null, priceSource: null, priceDate: null, lines: [] },
  }),
  finished({
    id: third,
    startedMs: startedMs + 2000,
    status: 429,
    outcome: 'failed',
    errorCode: 'rate_limit_error',
    usage: null,
    cost: { status: 'none', nanoUsd: 0, priceId: null, priceSource: null, priceDate: null, lines: [] },
  }),
]

function homeWithRecords(all: typeof records = records): string {
  const home = tempFolder()
  const database = openDatabase(join(home, 'relayplane.db'), { busyTimeoutMs: 1000 })
  database.transaction(() => all.forEach(prepareRequestInsert(database)))()
  database.close()
  return home
}

const home = homeWithRecords()

describe('stats without a running server', () => {
  test('sums the window and lists models', async () => {
    const { code, out, err } = await run(['stats', ...window], { home })
    expect([code, err]).toEqual([0, ''])
    expect(out).toContain(`${formatTime(Date.UTC(2026, 0, 2, 3))} to ${formatTime(Date.UTC(2026, 0, 2, 4))}\n`)
    expect(out).toContain('Requests     3 (1 with errors)\n')
    expect(out).toContain('Cost         $0.0194 (1 unpriced and in no figure)\n')
    expect(out).toContain('Tokens       1,210 input, 30,000 read from cache, 0 written to cache, 455 output\n')
    expect(out).toMatch(/^claude-sonnet-4-5 +2 +1,200 +30,000 +0 +450 +\$0\.0194$/m)
    expect(out).toMatch(/^gpt-unheard-of +1 +10 +0 +0 +5 +unpriced$/m)
  })

  test('groups by another dimension and takes filters', async () => {
    const byAgent = await run(['stats', ...window, '--by', 'agent'], { home })
    expect(byAgent.out).toMatch(/^codex +1 /m)
    expect(byAgent.out).toMatch(/^claude-code +2 /m)
    const filtered = await run(['stats', ...window, '--provider', 'openai', '--json'], { home })
    expect(JSON.parse(filtered.out).totals).toMatchObject({ requests: 1, unpriced: 1, costNanoUsd: 0 })
  })

  test('a window that is none is a wrong call', async () => {
    expect(await run(['stats', '--window', '7x'], { home })).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringContaining('window is "7x"; it can be like 90m, 24h, 7d or 2w, or all.'),
    })
  })

  test('of a home in which nothing was recorded say so', async () => {
    const empty = tempFolder()
    expect(await run(['stats'], { home: empty })).toEqual({
      code: 1,
      out: '',
      err: `error: Nothing is recorded in ${empty} yet. "relayplane start" begins.\n`,
    })
  })
})

describe('logs without a running server', () => {
  test('list the newest last, one on a line', async () => {
    const { code, out } = await run(['logs', '--limit', '2'], { home })
    expect(code).toBe(0)
    expect(out.split('\n')).toEqual([
      `${formatTime(startedMs + 1000)}  ${second}  openai/gpt-unheard-of  200  10 in, 5 out  unpriced  20 ms`,
      `${formatTime(startedMs + 2000)}  ${third}  anthropic/claude-sonnet-4-5  429 failed (rate_limit_error)  20 ms`,
      '',
    ])
  })

  test('--json prints one object on each line, filters apply', async () => {
    const { out } = await run(['logs', '--json', '--outcome', 'complete', '--provider', 'anthropic'], { home })
    const lines = out.trimEnd().split('\n')
    expect(lines).toHaveLength(1)
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ id: first, costNanoUsd: 19_350_000, isStream: true })
  })

  test('say on standard error when nothing matches', async () => {
    expect(await run(['logs', '--agent', 'nobody'], { home })).toEqual({
      code: 0,
      out: '',
      err: 'No request matches.\n',
    })
  })

  test('cannot follow', async () => {
    expect(await run(['logs', '--follow'], { home })).toMatchObject({
      code: 1,
      err: 'error: --follow needs a running server; "relayplane start" starts one.\n',
    })
  })
})

describe('explain without a running server', () => {
  test('shows the formula of the cost, the decisions and the attempts of one request', async () => {
    const { code, out } = await run(['explain', first.slice(0, 14)], { home })
    expect(code).toBe(0)
    const lines = out.split('\n').map((line) => line.trim())
    for (const line of [
      first,
      'request      POST /v1/messages (stream)',
      'model        claude-sonnet-4-5, answered by claude-sonnet-4-5-20250929',
      'provider     anthropic (metered)',
      'outcome      complete, status 200, end_turn',
      'first byte   641 ms',
      'duration     4.21 s',
      'agent        claude-code (from user-agent)',
      'tags         project=demo',
      'read from cache  30,000',
      'input: 1,200 x $3 per million = $0.0036',
      'cache read: 30,000 x $0.3 per million = $0.009',
      'output: 450 x $15 per million = $0.00675',
      '$0.0194 (priced)',
      'price: anthropic/claude-sonnet-4-5, genai-prices 0.1.8, as of 2026-09-23',
      'forward: sent to anthropic (its model)',
      '1. anthropic/claude-sonnet-4-5  complete 200  first byte 641 ms  4.21 s  $0.0194',
    ]) {
      expect(lines).toContain(line)
    }
  })

  test('invents no rate for what an attempt that was given up has cost', async () => {
    const given = { kind: 'attempt 1: anthropic/claude-haiku-4-5', quantity: 1, nanoUsdPerMillion: null }
    const cost = {
      status: 'estimated' as const,
      nanoUsd: 3_525_000,
      priceId: null,
      priceSource: null,
      priceDate: null,
      lines: [{ ...given, nanoUsd: '3525000' }],
    }
    const { out } = await run(['explain', first], { home: homeWithRecords([finished({ id: first, cost })]) })
    expect(out).toContain('  attempt 1: anthropic/claude-haiku-4-5 = $0.003525\n')
  })

  test('--json prints everything known of it', async () => {
    const { out } = await run(['explain', first, '--json'], { home })
    expect(JSON.parse(out)).toMatchObject({ id: first, tags: { project: 'demo' }, attempts: [{ number: 1 }] })
  })

  test('an id that begins several requests is a wrong call that names two, one of none is a failure', async () => {
    expect(await run(['explain', '019b7ca9-9'], { home })).toMatchObject({
      code: 2,
      err: expect.stringContaining(`id 019b7ca9-9 begins several requests, ${second} and ${third} among them.`),
    })
    expect(await run(['explain', 'ffffffff'], { home })).toMatchObject({
      code: 1,
      err: 'error: There is no request ffffffff.\n',
    })
  })
})

describe('prices', () => {
  test('list and look up what is in force, settings first', async () => {
    const own = tempFolder()
    writeFileSync(
      join(own, 'config.json'),
      '{"prices": {"anthropic/claude-sonnet-4-5": {"inputUsd": 1, "outputUsd": 2}}}',
    )
    const shipped = await run(['prices', 'lookup', 'anthropic/claude-sonnet-4-5'], { home: tempFolder() })
    expect(shipped.out).toContain('input: $3 per million tokens\n')
    const mine = await run(['prices', 'lookup', 'anthropic/claude-sonnet-4-5', '--json'], { home: own })
    expect(JSON.parse(mine.out)[0].usd).toMatchObject({ input: '1', output: '2' })
    const listed = await run(['prices', 'list', '--provider', 'openai', '--filter', 'gpt-4.1-mini'], { home: own })
    expect(listed.out).toMatch(/^openai\/gpt-4\.1-mini +0\.4 +0\.1 +1\.6 /m)
  })

  test('a model that nobody has is a failure with the nearest names', async () => {
    expect(await run(['prices', 'lookup', 'claude-sonet-4-5'])).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^error: No price is known for claude-sonet-4-5\. Near it: claude-sonnet-4-5/),
    })
  })

  test('are not updated offline', async () => {
    expect(await run(['prices', 'update', '--offline'])).toEqual({
      code: 1,
      out: '',
      err: 'error: Prices are not updated offline. Leave out --offline to fetch the public price table.\n',
    })
  })

  test('re-applied give a request its price, which a dry run only announces', async () => {
    const own = homeWithRecords()
    writeFileSync(
      join(own, 'config.json'),
      '{"prices": {"openai/gpt-unheard-of": {"inputUsd": 100, "outputUsd": 400}}}',
    )
    const reapply = (...flags: readonly string[]) =>
      run(['prices', 'reapply', '--only-unpriced', '--json', ...flags], { home: own })
    const costOf = async () => JSON.parse((await run(['explain', second, '--json'], { home: own })).out).costNanoUsd
    expect(JSON.parse((await reapply('--dry-run')).out)).toMatchObject({ examined: 1, changed: 1, newlyPriced: 1 })
    expect(await costOf()).toBeNull()
    expect(JSON.parse((await reapply('--since', '2026-01-03T00:00:00Z')).out)).toMatchObject({ examined: 0 })
    // 10 x $100 and 5 x $400 per million.
    expect(JSON.parse((await reapply()).out)).toMatchObject({ changed: 1, newNanoUsd: 3_000_000 })
    expect(await costOf()).toBe(3_000_000)
  })
})

test('an agent whose name has a comma is found by it', async () => {
  const home = tempFolder()
  const database = openDatabase(join(home, 'relayplane.db'), { busyTimeoutMs: 1000 })
  const insert = prepareRequestInsert(database)
  insert(finished({ id: first, agent: 'team,blue' }))
  insert(finished({ id: second, agent: 'team' }))
  database.close()
  const { out } = await run(['logs', '--agent', String.raw`team\,blue`, '--json'], { home })
  expect(JSON.parse(out)).toMatchObject({ id: first, agent: 'team,blue' })
})

describe('with a damaged database and no server', () => {
  const home = tempFolder()
  const path = join(home, 'relayplane.db')
  writeFileSync(path, 'this is no database, it only has the name of one'.repeat(100))
  const commands = ['logs', 'stats', 'budget', 'alerts', 'agents', 'sessions', 'cache', 'simulate', 'prices reapply']
  for (const words of commands) {
    test(`${words} says so in a sentence`, async () => {
      expect(await run(words.split(' '), { home })).toEqual({
        code: 1,
        out: '',
        err: `error: The database ${path} is damaged: file is not a database. The next start moves it aside and begins a new one.\n`,
      })
    })
  }
})
