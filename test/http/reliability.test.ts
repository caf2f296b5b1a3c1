/** Failures through the whole program: what the client gets, and what health, the dashboard's JSON and `status` say of it. */
import { afterEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import type { Health, TelemetryHealth } from '../../src/control/shapes.ts'
import { run } from '../cli/program.ts'
import { json, rawProvider, scriptedProvider, sse, type Script, type ScriptedProvider } from '../support/provider.ts'
import { startRelay, type Relay, type RelayOptions } from '../support/relay.ts'
import { anthropicFrames, anthropicReply } from '../support/replies.ts'

// `status` is a process of its own, which a busy machine starts slowly.
setDefaultTimeout(30_000)

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function open(script: Script, options: RelayOptions = {}): Promise<{ provider: ScriptedProvider; relay: Relay }> {
  const provider = scriptedProvider(script)
  const relay = await startRelay({ ...options, providers: { anthropic: provider.url } })
  closing.push(async () => {
    await relay.stop()
    await provider.stop()
  })
  return { provider, relay }
}

const post = (relay: Relay, init: RequestInit = {}, more: object = {}) =>
  fetch(`${relay.url}/v1/messages`, {
    method: 'POST',
    body: JSON.stringify({
      model: 'claude-opus-4-6',
      max_tokens: 9,
      messages: [{ role: 'user', content: 'Hi' }],
      ...more,
    }),
    ...init,
    headers: { 'content-type': 'application/json', ...(init.headers as Record<string, string>) },
  })

const healthOf = async (relay: Relay) => (await (await fetch(`${relay.url}/health`)).json()) as Health
const providersOf = async (relay: Relay) =>
  ((await (await fetch(`${relay.url}/v1/telemetry/health`)).json()) as TelemetryHealth).providers

const error = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }
const key = { 'x-api-key': 'sk-ant-api03-FAKE-caller-0000000000' }
const once = { retries: 0, cooldowns: { allowedFails: 2 } }

describe('a provider that rests', () => {
  test('is told of by /health on both ports, by the dashboard’s JSON and by status, and is well again after an answer', async () => {
    let status = 529
    const { relay } = await open(() => (status === 200 ? json(anthropicReply) : json(error, { status })), {
      config: { reliability: once },
    })
    expect((await healthOf(relay)).cooldowns).toEqual([])
    for (let i = 0; i < 2; i++) expect((await post(relay, { headers: key })).status).toBe(529)
    const health = await healthOf(relay)
    expect(health.status).toBe('ok')
    expect(health.cooldowns).toEqual([
      {
        provider: 'anthropic',
        account: null,
        state: 'resting',
        failures: 2,
        lastReason: '529',
        lastFailureMs: expect.any(Number),
        sinceMs: expect.any(Number),
        untilMs: expect.any(Number),
      },
    ])
    const [rest] = health.cooldowns
    expect((rest?.untilMs ?? 0) - (rest?.sinceMs ?? 0)).toBe(120_000)
    expect((await (await fetch(`${relay.apiUrl}/health`)).json()) as Health).toMatchObject({
      cooldowns: [{ state: 'resting' }],
    })
    expect(await providersOf(relay)).toMatchObject([
      { provider: 'anthropic', failures: 2, cooldowns: [{ state: 'resting', failures: 2, lastReason: '529' }] },
    ])
    const { code, out } = await run(['status'], { home: relay.home })
    expect(code).toBe(0)
    expect(out).toMatch(
      /^ {2}anthropic rests after failures \(529\) since \d{4}-\d\d-\d\d [\d:]{8}, until \d{4}-\d\d-\d\d [\d:]{8}\.$/m,
    )

    // There is nobody else, so it is asked all the same.
    status = 200
    expect((await post(relay, { headers: key })).status).toBe(200)
    expect((await healthOf(relay)).cooldowns).toEqual([])
    expect((await run(['status'], { home: relay.home })).out).not.toContain('rests')
  })

  test('is not kept where the settings switch rests off', async () => {
    const { relay } = await open(() => json(error, { status: 529 }), {
      config: { reliability: { cooldowns: { enabled: false, allowedFails: 1 } } },
    })
    await post(relay, { headers: key })
    expect((await healthOf(relay)).cooldowns).toEqual([])
  })
})

describe('accounts', () => {
  const variables = { WORK_KEY: 'sk-ant-api03-FAKE-work-0000000000', LAB_KEY: 'sk-ant-api03-FAKE-lab-00000000000' }
  const config = {
    providers: {
      anthropic: {
        accounts: [
          { label: 'work', apiKey: 'env:WORK_KEY' },
          { label: 'lab', apiKey: 'env:LAB_KEY', priority: 1 },
        ],
      },
    },
  }

  test('are shown by their labels, and their keys are nowhere: not in health, rows, log or files', async () => {
    const { relay, provider } = await open(
      ({ headers }) =>
        headers.get('x-api-key') === variables.WORK_KEY
          ? json(error, { status: 429, headers: { 'retry-after': '60' } })
          : json(anthropicReply),
      { config, variables },
    )
    expect((await post(relay)).status).toBe(200)
    expect(provider.seen).toHaveLength(2)
    const { accounts, cooldowns } = await healthOf(relay)
    expect(accounts).toEqual([
      { provider: 'anthropic', account: 'work', readiness: 'spent', untilMs: expect.any(Number) },
      { provider: 'anthropic', account: 'lab', readiness: 'ready', untilMs: null },
    ])
    expect(cooldowns).toMatchObject([{ provider: 'anthropic', account: 'work', state: 'resting', lastReason: '429' }])
    const [shown] = await providersOf(relay)
    expect(shown).toMatchObject({
      provider: 'anthropic',
      hasKey: true,
      accounts: [{ account: 'work' }, { account: 'lab' }],
    })
    expect((await run(['status'], { home: relay.home })).out).toContain(
      '  anthropic (work) rests after failures (429) since ',
    )

    const attempts = relay.rows('SELECT * FROM attempts ORDER BY number')
    expect(attempts).toMatchObject([
      { number: 1, provider: 'anthropic', status: 429, outcome: 'failed', cost_nano_usd: 0 },
      { number: 2, provider: 'anthropic', status: 200, outcome: 'complete', cost_nano_usd: 6_000_000 },
    ])
    const explained = await run(['explain', String(relay.lastRow()['id'])], { home: relay.home })
    expect(explained.err).toBe('')
    expect(explained.out).toContain('used the account lab')
    const health = await (await fetch(`${relay.url}/health`)).text()
    for (const value of Object.values(variables)) {
      for (const text of [health, relay.log(), explained.out]) expect(text).not.toContain(value)
      for await (const file of new Bun.Glob('**').scan({ cwd: relay.home, dot: true, onlyFiles: true }))
        expect([file, readFileSync(`${relay.home}/${file}`).includes(value)]).toEqual([file, false])
    }
  })
})

test('requests that wait for a place are counted, and a place is free when an answer has ended', async () => {
  let go = () => {}
  const gate = new Promise<void>((resolve) => (go = resolve))
  const { relay, provider } = await open(
    async () => {
      await gate
      return sse(anthropicFrames)
    },
    { config: { reliability: { maxConcurrent: { anthropic: 1 } } } },
  )
  const both = [post(relay, { headers: key }, { stream: true }), post(relay, { headers: key }, { stream: true })]
  await relay.until('the first is under way', () => provider.seen.length === 1)
  const expected = [{ provider: 'anthropic', limit: 1, running: 1, waiting: 1 }]
  let seen: Health['concurrency'] = []
  for (let i = 0; i < 200 && seen[0]?.waiting !== 1; i++) seen = (await healthOf(relay)).concurrency
  expect(seen).toEqual(expected)
  expect(await providersOf(relay)).toMatchObject([{ provider: 'anthropic', concurrency: expected }])
  expect((await run(['status'], { home: relay.home })).out).toContain(
    '  anthropic has 1 of 1 requests at once, and 1 wait.\n',
  )
  go()
  for (const response of await Promise.all(both)) expect(await response.text()).toContain('message_stop')
  expect(provider.seen).toHaveLength(2)
  expect((await healthOf(relay)).concurrency).toEqual([])
})

test('a place is free again after a status that no client knows, and the request was sent once', async () => {
  const odd = rawProvider((socket) => {
    socket.write('HTTP/1.1 600 Odd\r\ncontent-length: 2\r\n\r\n{}')
  })
  const relay = await startRelay({
    providers: { anthropic: odd.url },
    config: { reliability: { maxConcurrent: { anthropic: 1 } } },
  })
  for (const sent of [1, 2]) {
    const response = await post(relay, { headers: key })
    expect(response.status).toBe(502)
    expect(response.headers.get('x-relayplane-bypass')).toBeNull()
    expect(await response.text()).toContain('answered with the status 600, which no client knows')
    expect(odd.seen).toHaveLength(sent)
  }
  expect((await healthOf(relay)).concurrency).toEqual([])
  await relay.stop()
  odd.stop()
})

test('a client that hangs up while a retry is waited for ends the wait within a second', async () => {
  const { relay, provider } = await open(() => json(error, { status: 503, headers: { 'retry-after': '8' } }), {
    config: { reliability: { maxRetrySeconds: 10 } },
  })
  const hangUp = new AbortController()
  const asking = post(relay, { headers: key, signal: hangUp.signal }).catch(() => null)
  // Its failure counts as soon as the head of its answer is there.
  let failed = 0
  for (let i = 0; i < 500 && failed === 0; i++) failed = (await healthOf(relay)).cooldowns.length
  expect(failed).toBe(1)
  expect(relay.rows('SELECT 1 FROM requests')).toEqual([])
  const began = performance.now()
  hangUp.abort()
  await asking
  await relay.until('the row is written', () => relay.rows('SELECT 1 FROM requests').length === 1)
  expect(performance.now() - began).toBeLessThan(1000)
  expect(relay.lastRow()).toMatchObject({ outcome: 'client_abort', status: null, cost_nano_usd: 0 })
  expect(provider.seen).toHaveLength(1)
})

test('a plan’s token whose variable is not set is a problem that /health and status name', async () => {
  const { relay } = await open(() => json(anthropicReply), {
    config: { auth: { anthropicMaxToken: 'env:MY_PLAN_TOKEN' } },
  })
  const sentence = 'auth.anthropicMaxToken: the variable MY_PLAN_TOKEN is not set.'
  expect(await healthOf(relay)).toMatchObject({ status: 'degraded', problems: [sentence], accounts: [] })
  expect((await run(['status'], { home: relay.home })).err).toContain(sentence)
})

test('a plan’s token is an account in /health, and is not told', async () => {
  const token = 'sk-ant-oat01-FAKE-plan-0000000000'
  const { relay, provider } = await open(() => json(anthropicReply), {
    config: { auth: { anthropicMaxToken: 'env:MY_PLAN_TOKEN' } },
    variables: { MY_PLAN_TOKEN: token },
  })
  await post(relay)
  expect(provider.seen[0]?.headers.get('authorization')).toBe(`Bearer ${token}`)
  expect(await healthOf(relay)).toMatchObject({
    status: 'ok',
    accounts: [{ provider: 'anthropic', account: 'max', readiness: 'ready' }],
  })
  expect(await (await fetch(`${relay.url}/health`)).text()).not.toContain(token)
  expect(relay.lastRow()).toMatchObject({ billing: 'subscription' })
})
