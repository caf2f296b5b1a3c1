/** Limits over real HTTP: changed while running, kept over a crash. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { tempFolder } from '../support/folder.ts'
import { json, scriptedProvider, type ScriptedProvider } from '../support/provider.ts'
import { startRelay, type Relay } from '../support/relay.ts'

setDefaultTimeout(20_000)

interface LimitState {
  readonly name: string
  readonly spentNanoUsd: number
  readonly reservedNanoUsd: number
  readonly limitNanoUsd: number
}

/** Answers of 1000 tokens, which are $0.05; `hang` never gets one, and `slow` none of the model `dear`. */
let provider: ScriptedProvider
beforeAll(() => {
  provider = scriptedProvider(({ text }, signal) =>
    text.includes('hang') || (text.includes('slow') && text.includes('dear'))
      ? new Promise<Response>((_, reject) => signal.addEventListener('abort', () => reject(new Error('gone'))))
      : json({
          id: 'c1',
          object: 'chat.completion',
          model: 'dear',
          choices: [{ index: 0, message: { role: 'assistant', content: 'done' }, finish_reason: 'stop' }],
          usage: { prompt_tokens: 10, completion_tokens: 1000, total_tokens: 1010 },
        }),
  )
})
afterAll(() => provider.stop())

const config = (budget: object) => ({
  budget: {
    enabled: true,
    dailyUsd: null,
    hourlyUsd: 1,
    perRequestUsd: null,
    onBreach: 'block',
    estimate: 'worst',
    ...budget,
  },
  prices: { 'openai/dear': { inputUsd: 0, outputUsd: 50 } },
  providers: { openai: { models: ['dear'] } },
})

const open = (home: string, budget: object = {}, apart = false, more: object = {}) =>
  startRelay({
    home,
    config: { ...config(budget), ...more },
    providers: { openai: `${provider.url}/v1` },
    variables: { OPENAI_API_KEY: 'sk-proj-test-1234567890abcdef1234567890abcdef' },
    apart,
  })

const ask = (relay: Relay, content = 'hi', headers: Record<string, string> = {}) =>
  fetch(`${relay.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ model: 'dear', max_tokens: 1000, messages: [{ role: 'user', content }] }),
  })

const admin = async (relay: Relay, method: string, path: string, body?: unknown) => {
  const token = readFileSync(join(relay.home, 'admin-token'), 'utf8').trim()
  return await fetch(relay.url + path, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
}

const hourly = async (relay: Relay): Promise<LimitState | undefined> => {
  const response = await fetch(`${relay.url}/budgets`)
  const { limits } = (await response.json()) as { limits: LimitState[] }
  return limits.find(({ name }) => name === 'hourly limit')
}

describe('a limit', () => {
  test('that is changed holds at once, and after a restart', async () => {
    const home = tempFolder()
    const relay = await open(home)
    expect((await ask(relay)).status).toBe(200)
    const changed = await admin(relay, 'PUT', '/budgets', { hourlyUsd: 0.06 })
    expect(changed.status).toBe(200)
    expect((await ask(relay)).status).toBe(402)
    expect(await hourly(relay)).toMatchObject({
      limitNanoUsd: 60_000_000,
      spentNanoUsd: 50_000_000,
      reservedNanoUsd: 0,
    })
    await relay.stop()

    const again = await startRelay({
      home,
      providers: { openai: `${provider.url}/v1` },
      variables: { OPENAI_API_KEY: 'sk-proj-test-1234567890abcdef1234567890abcdef' },
    })
    expect((await ask(again)).status).toBe(402)
    expect(await hourly(again)).toMatchObject({ limitNanoUsd: 60_000_000, spentNanoUsd: 50_000_000 })
    const refused = await admin(again, 'PUT', '/budgets', { hourlyUsd: -1 })
    expect(refused.status).toBe(400)
    expect(await refused.text()).toContain('budget.hourlyUsd: expected USD above 0')
    await again.stop()
  })

  test('and other settings of the guard lose an entry of a table by null', async () => {
    const relay = await open(tempFolder(), { enabled: false })
    const mapping = async (value: object) => {
      const response = await admin(relay, 'PUT', '/settings/guard', { downgrade: { mapping: value } })
      return ((await response.json()) as { downgrade: { mapping: object } }).downgrade.mapping
    }
    expect(await mapping({ a: 'b', c: 'd' })).toEqual({ a: 'b', c: 'd' })
    expect(await mapping({ a: null })).toEqual({ c: 'd' })
    expect(await mapping({ c: null })).toEqual({})
    await relay.stop()
  })

  test('that is set back starts over, for that scope alone where one is named', async () => {
    const relay = await open(tempFolder(), { hourlyUsd: 0.06 })
    expect((await ask(relay)).status).toBe(200)
    expect((await ask(relay)).status).toBe(402)
    expect((await admin(relay, 'POST', '/budgets/reset', { scope: 'session:other' })).status).toBe(200)
    expect((await ask(relay)).status).toBe(402)
    expect((await admin(relay, 'POST', '/budgets/reset', {})).status).toBe(200)
    expect((await ask(relay)).status).toBe(200)
    expect((await admin(relay, 'POST', '/budgets/reset', { scope: 'nonsense' })).status).toBe(400)
    await relay.stop()
  })

  test('that is switched on late counts what was spent before', async () => {
    const relay = await open(tempFolder(), { enabled: false, hourlyUsd: 0.06 })
    expect((await ask(relay)).status).toBe(200)
    expect((await ask(relay)).status).toBe(200)
    expect((await admin(relay, 'PUT', '/budgets', { enabled: true })).status).toBe(200)
    expect((await ask(relay)).status).toBe(402)
    await relay.stop()
  })

  test('of a session as a whole counts what it spent before the start', async () => {
    const home = tempFolder()
    const session = { 'x-relayplane-session': 's1' }
    const first = await open(home, { enabled: false })
    for (let time = 0; time < 2; time++) expect((await ask(first, 'hi', session)).status).toBe(200)
    await first.stop()
    const relay = await open(home, { limits: [{ scope: 'session', totalUsd: 0.12 }] })
    expect((await ask(relay, 'hi', { 'x-relayplane-session': 's2' })).status).toBe(200)
    expect((await ask(relay, 'hi', session)).status).toBe(402)
    await relay.stop()
  })
})

test('after a kill -9 no request that was sent is missing from what was spent', async () => {
  const home = tempFolder()
  const relay = await open(home, {}, true)
  for (let time = 0; time < 3; time++) expect((await ask(relay)).status).toBe(200)
  const before = provider.seen.length
  const hanging = Array.from({ length: 7 }, () => ask(relay, 'hang').catch(() => null))
  await relay.until('all are sent', () => provider.seen.length === before + 7)
  await relay.until('all are noted', () => {
    const [name] = [...new Bun.Glob('inflight-*.jsonl').scanSync(home)]
    return name !== undefined && readFileSync(join(home, name), 'utf8').split('\n').length > 7
  })
  await relay.kill('SIGKILL')
  await Promise.all(hanging)

  const again = await open(home, {}, true)
  // Three were answered, seven are booked at what was set aside for them: $0.50 of $1.
  expect(await hourly(again)).toMatchObject({ spentNanoUsd: 500_000_000, reservedNanoUsd: 0 })
  expect(
    again.rows("SELECT 1 FROM requests WHERE error_code = 'process-died' AND cost_status = 'estimated'"),
  ).toHaveLength(7)
  const answers = await Promise.all(Array.from({ length: 15 }, () => ask(again)))
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(10)
  expect(await hourly(again)).toMatchObject({ spentNanoUsd: 1_000_000_000, reservedNanoUsd: 0 })
  await again.stop()
})

test('after a kill -9 both attempts of a hedged request are booked, and none of one that has its row', async () => {
  const home = tempFolder()
  const key = 'sk-proj-test-1234567890abcdef1234567890abcdef'
  const price = { inputUsd: 0, outputUsd: 50 }
  const hedging = {
    reliability: { hedgeAfterMs: 250 },
    fallbacks: { dear: ['spare/spare'] },
    prices: { 'openai/dear': price, 'spare/spare': price },
    providers: {
      openai: { models: ['dear'] },
      spare: { dialect: 'openai-chat', baseUrl: `${provider.url}/v1`, apiKey: key },
    },
  }
  const relay = await open(home, {}, true, hedging)
  // Its loser's line stays in the journal, and its row says what it cost.
  expect((await ask(relay, 'slow')).status).toBe(200)
  const before = provider.seen.length
  const hanging = ask(relay, 'hang').catch(() => null)
  await relay.until('both are sent', () => provider.seen.length === before + 2)
  await relay.until('all are noted', () => {
    const [name] = [...new Bun.Glob('inflight-*.jsonl').scanSync(home)]
    return name !== undefined && readFileSync(join(home, name), 'utf8').split('\n').length > 4
  })
  await relay.kill('SIGKILL')
  await hanging

  const again = await open(home, {}, true, hedging)
  expect(again.rows("SELECT 1 FROM requests WHERE outcome = 'complete'")).toHaveLength(1)
  expect(again.rows("SELECT provider FROM requests WHERE error_code = 'process-died' ORDER BY provider")).toEqual([
    { provider: 'openai' },
    { provider: 'spare' },
  ])
  // One answer, and twice what was set aside for one.
  expect(await hourly(again)).toMatchObject({ spentNanoUsd: 150_000_000, reservedNanoUsd: 0 })
  await again.stop()
})
