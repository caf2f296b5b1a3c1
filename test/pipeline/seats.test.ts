/** Several keys of one provider, through all stages: which is asked, when the next is, and that none is told anywhere. */
import { afterEach, describe, expect, test } from 'bun:test'
import { json, scriptedProvider, type ScriptedProvider, type Seen } from '../support/provider.ts'
import { anthropicReply } from '../support/replies.ts'
import { openPipeline, type Pipeline } from '../support/services.ts'
import { openTestTime, type TestTime } from '../support/time.ts'

const ten = Date.UTC(2026, 10, 22, 10)

const keys: Readonly<Record<string, string>> = {
  work: 'sk-ant-api03-FAKE-work-00000000',
  lab: 'sk-ant-api03-FAKE-lab-000000000',
  spare: 'sk-ant-api03-FAKE-spare-0000000',
}
const labelOf = ({ headers }: Seen): string => {
  const key = headers.get('x-api-key') ?? ''
  return Object.keys(keys).find((label) => keys[label] === key) ?? key
}

interface Pool extends Pipeline {
  readonly provider: ScriptedProvider
  readonly time: TestTime
  /** The labels whose keys were sent, in order. */
  asked(): readonly string[]
  post(session?: string, headers?: Readonly<Record<string, string>>): Promise<Response>
}

const providers: ScriptedProvider[] = []
afterEach(async () => {
  for (const provider of providers.splice(0)) await provider.stop()
})

/** @param answer By label; a plain answer where it gives none. */
function pool(answer: (label: string, seen: Seen) => Response | null, more: Record<string, unknown> = {}): Pool {
  const provider = scriptedProvider((seen) => answer(labelOf(seen), seen) ?? json(anthropicReply))
  providers.push(provider)
  const time = openTestTime(ten)
  const pipeline = openPipeline({
    clock: time.clock,
    variables: {
      RELAYPLANE_ANTHROPIC_BASE_URL: provider.url,
      WORK_KEY: keys['work'] ?? '',
      LAB_KEY: keys['lab'] ?? '',
      SPARE_KEY: keys['spare'] ?? '',
    },
    config: {
      providers: {
        anthropic: {
          accounts: [
            { label: 'work', apiKey: 'env:WORK_KEY' },
            { label: 'lab', apiKey: 'env:LAB_KEY' },
            { label: 'spare', apiKey: 'env:SPARE_KEY', priority: 1 },
          ],
        },
      },
      ...more,
    },
  })
  return {
    ...pipeline,
    provider,
    time,
    asked: () => provider.seen.map(labelOf),
    post: (session, headers = {}) =>
      pipeline.ask('/v1/messages', {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(session === undefined ? {} : { 'x-relayplane-session': session }),
          ...headers,
        },
        body: JSON.stringify({
          model: 'claude-sonnet-4-5',
          max_tokens: 9,
          messages: [{ role: 'user', content: 'a secret' }],
        }),
      }),
  }
}

const refusal = (status: number, headers: Record<string, string> = {}) =>
  json({ type: 'error', error: { type: 'rate_limit_error', message: `${status} of it` } }, { status, headers })

/** Which of the two first accounts a session goes to. */
async function homeOf(session: string): Promise<string> {
  const one = pool(() => null)
  await one.post(session)
  return one.asked()[0] ?? ''
}

describe('a 429', () => {
  test('goes on to another account at once, and the client does not see it', async () => {
    const one = pool((label) => (label === 'work' ? refusal(429) : null))
    const sessions = ['a', 'b', 'c', 'd', 'e', 'f']
    for (const session of sessions) expect((await one.post(session)).status).toBe(200)
    expect(one.pauses).toEqual([])
    const row = one.rows.find(({ attempts }) => attempts.length === 2)
    expect(row).toMatchObject({ outcome: 'complete', status: 200, cost: { nanoUsd: 6_000_000 } })
    expect(row?.attempts).toMatchObject([
      { number: 1, provider: 'anthropic', status: 429, outcome: 'failed', costNanoUsd: 0 },
      { number: 2, provider: 'anthropic', status: 200, outcome: 'complete', costNanoUsd: 6_000_000 },
    ])
    expect(row?.trace).toContainEqual({ stage: 'forward', did: 'went on to another account of anthropic', why: '429' })
  })

  test('of all accounts: each is asked once, then the last once more, and the client gets its answer', async () => {
    const one = pool((label) => refusal(429, { 'x-account-said': label }))
    const response = await one.post('a')
    expect(response.status).toBe(429)
    expect(new Set(one.asked())).toEqual(new Set(['work', 'lab', 'spare']))
    expect(one.asked().slice(2)).toEqual(['spare', 'spare'])
    expect(response.headers.get('x-account-said')).toBe('spare')
    expect(one.pauses).toEqual([250])
    expect(one.rows[0]?.attempts.map(({ status }) => status)).toEqual([429, 429, 429, 429])
  })

  test('that says when keeps its account out until then', async () => {
    const home = await homeOf('a')
    const one = pool((label) =>
      label === home && ten + 60_000 > one.time.clock.now() ? refusal(429, { 'retry-after': '60' }) : null,
    )
    await one.post('a')
    await one.post('a')
    await one.post('a')
    expect(one.asked().filter((label) => label === home)).toHaveLength(1)
    one.time.pass(60_000)
    await one.post('a')
    expect(one.asked().at(-1)).toBe(home)
  })
})

describe('accounts', () => {
  test('a session stays with one, and sessions share both', async () => {
    const one = pool(() => null)
    const homes = new Map<string, Set<string>>()
    for (let round = 0; round < 3; round++) {
      for (let session = 0; session < 20; session++) {
        await one.post(`s${session}`)
        const seen = homes.get(`s${session}`) ?? new Set()
        homes.set(`s${session}`, seen.add(one.asked().at(-1) ?? ''))
      }
    }
    expect([...homes.values()].map(({ size }) => size)).toEqual(Array.from({ length: 20 }, () => 1))
    expect(new Set(one.asked())).toEqual(new Set(['work', 'lab']))
  })

  test('a higher priority is asked only when nobody of the lower is ready', async () => {
    const one = pool((label) => (label === 'spare' ? null : refusal(429, { 'retry-after': '60' })))
    expect((await one.post('a')).status).toBe(200)
    expect(one.asked()).toHaveLength(3)
    expect(one.asked()[2]).toBe('spare')
    await one.post('b')
    expect(one.asked().slice(3)).toEqual(['spare'])
  })

  test('one whose headers say that a limit is used up is left out before it refuses', async () => {
    const home = await homeOf('a')
    const used = {
      'anthropic-ratelimit-tokens-remaining': '0',
      'anthropic-ratelimit-tokens-reset': '2026-11-22T10:01:00Z',
    }
    const one = pool((label) => (label === home ? json(anthropicReply, { headers: used }) : null))
    await one.post('a')
    await one.post('a')
    one.time.pass(60_000)
    await one.post('a')
    expect(one.asked().map((label) => label === home)).toEqual([true, false, true])
    expect(one.rows.map(({ attempts }) => attempts.length)).toEqual([1, 1, 1])
  })

  test.each([401, 402, 403])(
    'one that is refused with %d gives way to another, and the client sees no refusal',
    async (status) => {
      const home = await homeOf('a')
      const one = pool((label) => (label === home ? refusal(status) : null))
      expect((await one.post('a')).status).toBe(200)
      expect(one.asked()[0]).toBe(home)
      expect(one.asked()).toHaveLength(2)
    },
  )

  test.each([
    ['500', () => refusal(500)],
    ['529', () => refusal(529)],
  ])('%s is the provider’s, and no other account is asked', async (_what, answer) => {
    const one = pool(answer)
    await one.post('a')
    expect(new Set(one.asked()).size).toBe(1)
    expect(one.asked()).toHaveLength(2)
  })

  test('a caller’s own key is no part of the pool: its 429 is its own', async () => {
    const one = pool(() => refusal(429))
    const response = await one.post('a', { 'x-api-key': 'sk-ant-api03-FAKE-caller-00000' })
    expect(response.status).toBe(429)
    expect(new Set(one.asked())).toEqual(new Set(['sk-ant-api03-FAKE-caller-00000']))
    expect(
      one.services.accounts.state('anthropic', [
        ...(one.services.providers().catalog.get('anthropic')?.accounts ?? []),
      ]),
    ).toMatchObject([
      { account: 'work', readiness: 'ready' },
      { account: 'lab', readiness: 'ready' },
      { account: 'spare', readiness: 'ready' },
    ])
  })

  test('a provider whose one key is an account is known by its label', async () => {
    const one = pool(() => refusal(429, { 'retry-after': '60' }), {
      providers: { anthropic: { accounts: [{ label: 'only', apiKey: 'env:WORK_KEY' }] } },
    })
    await one.post('a')
    expect(one.asked()).toEqual(['work'])
    expect(one.services.cooldowns.state()).toMatchObject([
      { provider: 'anthropic', account: 'only', state: 'resting', lastReason: '429' },
    ])
  })

  test('a fallback is asked when all accounts have refused', async () => {
    const one = pool(
      (label, { text }) => (text.includes('haiku') ? null : refusal(429, { 'retry-after': '60', 'x-label': label })),
      {
        fallbacks: { 'claude-sonnet-4-5': ['claude-haiku-4-5'] },
      },
    )
    expect((await one.post('a')).status).toBe(200)
    expect(one.rows[0]).toMatchObject({ routedModel: 'claude-haiku-4-5' })
    expect(one.rows[0]?.attempts.map(({ model, status }) => `${model} ${status}`)).toEqual([
      'claude-sonnet-4-5 429',
      'claude-sonnet-4-5 429',
      'claude-sonnet-4-5 429',
      'claude-haiku-4-5 200',
    ])
  })
})

test('an account is its label everywhere, and no key is in rows, trace, log lines or states', async () => {
  const one = pool((label) => (label === 'spare' ? null : refusal(429, { 'retry-after': '60' })))
  await one.post('a')
  const { cooldowns, accounts, providers } = one.services
  const states = [cooldowns.state(), accounts.state('anthropic', providers().catalog.get('anthropic')?.accounts ?? [])]
  const text = JSON.stringify([one.rows, one.log, one.alerts, states])
  expect(one.rows[0]?.trace.map(({ did }) => did)).toContainEqual('used the account spare')
  expect(text).toContain('"work"')
  expect(text).not.toContain('FAKE')
})
