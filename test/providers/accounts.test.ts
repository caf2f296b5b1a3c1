import { beforeEach, describe, expect, test } from 'bun:test'
import { accountsOf, type Account } from '../../src/providers/accounts-list.ts'
import { readQuota, resetOf } from '../../src/providers/accounts-quota.ts'
import { openAccounts, type Accounts } from '../../src/providers/accounts.ts'
import { Secret } from '../../src/providers/keys.ts'
import { openTestTime, type TestTime } from '../support/time.ts'

const ten = Date.UTC(2026, 10, 22, 10)

const account = (label: string, priority = 0): Account => ({ label, key: new Secret(`sk-${label}-0000`), priority })
const three = [account('a'), account('b'), account('c')]

let time: TestTime
let resting: Set<string>
let accounts: Accounts

beforeEach(() => {
  time = openTestTime(ten)
  resting = new Set()
  accounts = openAccounts(time.clock, (asked) => resting.has(asked.account))
})

const labels = (pool: readonly Account[], session: string | null = null): string =>
  accounts
    .rank('anthropic', pool, session)
    .map((ranked) => ranked.account.label)
    .join(' ')

const asked = (label: string) => ({ provider: 'anthropic', account: label })
const learn = (label: string, status: number, headers: Record<string, string> = {}) =>
  accounts.learn(asked(label), status, new Headers(headers))

describe('the first account is', () => {
  test('the one of the lowest priority, whatever the session and however it was used', () => {
    const pool = [account('spare', 2), account('main', 0), account('second', 1)]
    for (let count = 0; count < 9; count++) accounts.use(asked('main'))
    expect(labels(pool)).toBe('main second spare')
    for (const session of ['s1', 's2', 's3', 's4']) expect(labels(pool, session)).toBe('main second spare')
  })

  test('without a session the one that was used least', () => {
    expect(labels(three)).toBe('a b c')
    accounts.use(asked('a'))
    expect(labels(three)).toBe('b c a')
    accounts.use(asked('b'))
    accounts.use(asked('b'))
    expect(labels(three)).toBe('c a b')
  })

  test('used least of late: what was long ago counts less', () => {
    for (let count = 0; count < 4; count++) accounts.use(asked('a'))
    time.pass(1_800_000)
    accounts.use(asked('b'))
    expect(labels([account('a'), account('b')])).toBe('a b')
  })

  test('the same for a session at all times, use or not', () => {
    const first = labels(three, 'session-1')
    for (const label of ['a', 'a', 'b', 'c', 'c', 'c']) accounts.use(asked(label))
    time.pass(3_600_000)
    expect(labels(three, 'session-1')).toBe(first)
  })

  test('another for other sessions, about as often each', () => {
    const firsts = Array.from({ length: 3000 }, (_, index) => labels(three, `session-${index}`)[0])
    for (const label of ['a', 'b', 'c']) expect(firsts.filter((first) => first === label).length).toBeWithin(900, 1100)
  })

  test('the same as before for all sessions that were not with an account that goes', () => {
    const sessions = Array.from({ length: 500 }, (_, index) => `session-${index}`)
    const without = three.filter(({ label }) => label !== 'b')
    const moved = sessions.filter((session) => labels(three, session)[0] !== labels(without, session)[0])
    const wereWithB = sessions.filter((session) => labels(three, session)[0] === 'b')
    expect(moved).toEqual(wereWithB)
  })
})

describe('an account comes last', () => {
  test('while it rests', () => {
    resting.add('a')
    expect(labels(three)).toBe('b c a')
    resting.clear()
    expect(labels(three)).toBe('a b c')
  })

  test('after those of a higher number, too', () => {
    resting.add('main')
    expect(labels([account('main', 0), account('spare', 5)])).toBe('spare main')
  })

  test('after a 429, until it is free again', () => {
    learn('a', 429, { 'retry-after': '60' })
    expect(labels(three)).toBe('b c a')
    time.pass(59_999)
    expect(labels(three)).toBe('b c a')
    time.pass(1)
    expect(labels(three)).toBe('a b c')
  })

  test('after an answer that used up its limit', () => {
    learn('a', 200, {
      'anthropic-ratelimit-requests-remaining': '0',
      'anthropic-ratelimit-requests-reset': '2026-11-22T10:00:20Z',
    })
    expect(labels(three)).toBe('b c a')
    time.pass(20_000)
    expect(labels(three)).toBe('a b c')
  })

  test('and an answer with something left brings it back', () => {
    learn('a', 429, { 'retry-after': '60' })
    learn('a', 200, { 'anthropic-ratelimit-requests-remaining': '10' })
    expect(labels(three)).toBe('a b c')
    learn('a', 429, { 'retry-after': '60' })
    learn('a', 400, { 'anthropic-ratelimit-requests-remaining': '10' })
    expect(labels(three)).toBe('a b c')
    learn('a', 429, { 'retry-after': '60' })
    learn('a', 200)
    expect(labels(three)).toBe('a b c')
  })

  test('for ten minutes after its key was refused', () => {
    learn('a', 401)
    expect(labels(three)).toBe('b c a')
    time.pass(600_000)
    expect(labels(three)).toBe('a b c')
  })

  test('for ten minutes after its funds were spent', () => {
    learn('a', 402)
    expect(labels(three)).toBe('b c a')
  })

  test('not after errors of the request, or of the provider', () => {
    for (const status of [400, 403, 404, 408, 422, 500, 529]) learn('a', status)
    expect(labels(three)).toBe('a b c')
  })

  test('and of these the one that is free first goes first', () => {
    learn('a', 429, { 'retry-after': '60' })
    learn('b', 429, { 'retry-after': '10' })
    learn('c', 429, { 'retry-after': '30' })
    expect(labels(three)).toBe('b c a')
    expect(labels(three, 'session-1')).toBe('b c a')
  })

  test('but nobody is left out', () => {
    for (const label of ['a', 'b', 'c']) learn(label, 401)
    expect(accounts.rank('anthropic', three, null).map(({ readiness }) => readiness)).toEqual([
      'refused',
      'refused',
      'refused',
    ])
  })

  test('at its own provider alone', () => {
    accounts.learn({ provider: 'groq', account: 'a' }, 401, new Headers())
    expect(labels(three)).toBe('a b c')
  })
})

test('what is shown has labels, and no key', () => {
  learn('a', 429, { 'retry-after': '60' })
  learn('b', 401)
  resting.add('c')
  const state = accounts.state('anthropic', [...three, account('d')])
  expect(state).toEqual([
    { provider: 'anthropic', account: 'a', readiness: 'spent', untilMs: ten + 60_000 },
    { provider: 'anthropic', account: 'b', readiness: 'refused', untilMs: ten + 600_000 },
    { provider: 'anthropic', account: 'c', readiness: 'resting', untilMs: null },
    { provider: 'anthropic', account: 'd', readiness: 'ready', untilMs: null },
  ])
  const ranked = accounts.rank('anthropic', three, null)
  expect(JSON.stringify([state, ranked]) + Bun.inspect(ranked)).not.toContain('sk-')
})

test('a jump of the clock changes nothing', () => {
  learn('a', 429, { 'retry-after': '60' })
  time.set(ten + 86_400_000)
  expect(labels(three)).toBe('b c a')
})

test('whatever was learnt, every account is in the order once, and the ready ones stand first', () => {
  let state = 5
  const random = (below: number) =>
    Math.floor(((state = (state * 1103515245 + 12345) % 2147483648) / 2147483648) * below)
  const pool = [account('a', 1), account('b'), account('c', 1), account('d'), account('e', 2)]
  for (let step = 0; step < 3000; step++) {
    const label = pool[random(5)]?.label ?? 'a'
    if (random(2) === 0) accounts.use(asked(label))
    learn(
      label,
      [200, 401, 402, 429, 500][random(5)] ?? 200,
      random(2) === 0 ? { 'retry-after': String(random(90)) } : {},
    )
    time.pass(random(20_000))
    const ranked = accounts.rank('anthropic', pool, random(2) === 0 ? null : `session-${random(9)}`)
    expect(ranked.map((one) => one.account.label).toSorted()).toEqual(['a', 'b', 'c', 'd', 'e'])
    const readiness = ranked.map((one) => one.readiness === 'ready')
    expect(readiness.lastIndexOf(true)).toBe(readiness.filter(Boolean).length - 1)
    const ready = ranked.filter((one) => one.readiness === 'ready').map((one) => one.account.priority)
    expect(ready).toEqual(ready.toSorted((one, other) => one - other))
  }
})

describe('rate-limit headers', () => {
  type Said = 'silent' | 'left' | number
  const rows: readonly (readonly [what: string, headers: Record<string, string>, said: Said])[] = [
    ['none', { 'content-type': 'application/json' }, 'silent'],
    ['only how much there is', { 'x-ratelimit-limit-requests': '50' }, 'silent'],
    [
      'an API key of Anthropic, with something left',
      {
        'anthropic-ratelimit-requests-limit': '50',
        'anthropic-ratelimit-requests-remaining': '49',
        'anthropic-ratelimit-requests-reset': '2026-11-22T10:00:01Z',
        'anthropic-ratelimit-input-tokens-remaining': '29000',
        'anthropic-ratelimit-input-tokens-reset': '2026-11-22T10:00:03Z',
      },
      'left',
    ],
    [
      'an API key of Anthropic, its input used up',
      {
        'anthropic-ratelimit-requests-remaining': '49',
        'anthropic-ratelimit-requests-reset': '2026-11-22T10:05:00Z',
        'anthropic-ratelimit-input-tokens-remaining': '0',
        'anthropic-ratelimit-input-tokens-reset': '2026-11-22T10:00:42Z',
      },
      42_000,
    ],
    [
      'two limits used up: the later counts',
      {
        'x-ratelimit-remaining-requests': '0',
        'x-ratelimit-reset-requests': '6m0s',
        'x-ratelimit-remaining-tokens': '0',
        'x-ratelimit-reset-tokens': '59.7s',
      },
      360_000,
    ],
    [
      'limits by the day, in seconds',
      { 'x-ratelimit-remaining-requests-day': '0', 'x-ratelimit-reset-requests-day': '33011.5' },
      33_011_500,
    ],
    ['one limit in all, as Unix ms', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(ten + 5000) }, 5000],
    ['used up without a reset: a minute', { 'x-ratelimit-remaining-req-minute': '0' }, 60_000],
    ['something that is no number', { 'x-ratelimit-remaining-requests': 'many' }, 'left'],
    [
      'a plan with something left, without extra usage',
      {
        'anthropic-ratelimit-unified-status': 'allowed_warning',
        'anthropic-ratelimit-unified-reset': String(ten / 1000 + 9000),
        'anthropic-ratelimit-unified-5h-status': 'allowed_warning',
        'anthropic-ratelimit-unified-5h-utilization': '0.93',
        'anthropic-ratelimit-unified-overage-status': 'rejected',
      },
      'left',
    ],
    [
      'a plan that is used up, served from extra usage',
      {
        'anthropic-ratelimit-unified-status': 'allowed',
        'anthropic-ratelimit-unified-5h-status': 'rejected',
        'anthropic-ratelimit-unified-5h-reset': String(ten / 1000 + 9000),
        'anthropic-ratelimit-unified-overage-status': 'allowed',
      },
      'left',
    ],
    [
      'a plan that is used up: its last window counts, extra usage does not',
      {
        'anthropic-ratelimit-unified-status': 'rejected',
        'anthropic-ratelimit-unified-reset': String(ten / 1000 + 100),
        'anthropic-ratelimit-unified-5h-status': 'rejected',
        'anthropic-ratelimit-unified-5h-reset': String(ten / 1000 + 100),
        'anthropic-ratelimit-unified-7d-status': 'rejected',
        'anthropic-ratelimit-unified-7d-reset': String(ten / 1000 + 400_000),
        'anthropic-ratelimit-unified-overage-status': 'rejected',
        'anthropic-ratelimit-unified-overage-reset': String(ten / 1000 + 500_000),
      },
      400_000_000,
    ],
    [
      'a plan that is used up, and says only until when',
      {
        'anthropic-ratelimit-unified-status': 'rejected',
        'anthropic-ratelimit-unified-reset': String(ten / 1000 + 100),
      },
      100_000,
    ],
  ]
  test.each([...rows])('%s', (_, headers, said) => {
    const quota = readQuota(new Headers(headers), ten)
    expect<Said>(quota.kind === 'used-up' ? quota.resetMs : quota.kind).toBe(said)
  })

  test('of a 429: retry-after goes first', () => {
    const limits = { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '6m0s' }
    expect(resetOf(new Headers({ ...limits, 'retry-after': '2' }), ten)).toBe(2000)
    expect(resetOf(new Headers(limits), ten)).toBe(360_000)
    expect(resetOf(new Headers({ 'x-ratelimit-remaining-requests': '3' }), ten)).toBeNull()
  })
})

describe('the accounts of the settings', () => {
  const variables = { WORK_KEY: ' sk-work-0000 ', EMPTY: '' }
  const read = (settings: Parameters<typeof accountsOf>[1], key: string | null = null) => {
    const problems: string[] = []
    const provider = { id: 'anthropic', key: key === null ? null : new Secret(key) }
    const found = accountsOf(provider, settings, variables, problems)
    return { found: found.map(({ label, priority }) => `${label} ${priority}`), problems }
  }

  test('the one key is the account "default", beside those that are listed', () => {
    expect(read([{ label: 'work', apiKey: 'env:WORK_KEY', priority: 1 }], 'sk-one-0000')).toEqual({
      found: ['default 0', 'work 1'],
      problems: [],
    })
    expect(read([], 'sk-one-0000').found).toEqual(['default 0'])
    expect(read([]).found).toEqual([])
  })

  test('the one key is no second account where it is listed', () => {
    expect(read([{ label: 'work', apiKey: 'env:WORK_KEY', priority: 3 }], 'sk-work-0000').found).toEqual(['work 3'])
  })

  test('what can not be used is left out, and said without a key', () => {
    const { found, problems } = read(
      [
        { label: 'a', apiKey: 'sk-aaaa-0000' },
        { label: 'b', apiKey: 'sk-aaaa-0000' },
        { label: 'a', apiKey: 'sk-cccc-0000' },
        { label: 'default', apiKey: 'sk-dddd-0000' },
        { label: 'e', apiKey: 'env:MISSING' },
        { label: 'f', apiKey: 'env:EMPTY' },
        { label: 'g', apiKey: 'sk-with a space' },
      ],
      'sk-one-0000',
    )
    expect(found).toEqual(['default 0', 'a 0'])
    expect(problems).toEqual([
      'providers.anthropic.accounts[1]: it has the same key as "a".',
      'providers.anthropic.accounts[2]: there is another account "a".',
      'providers.anthropic.accounts[3]: there is another account "default".',
      'providers.anthropic.accounts[4]: the variable MISSING is not set.',
      'providers.anthropic.accounts[5]: the variable EMPTY is not set.',
      'providers.anthropic.accounts[6]: its key holds a space or a character that no header can carry.',
    ])
  })
})
