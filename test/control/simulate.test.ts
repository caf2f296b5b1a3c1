/** Trying settings of routing, on the past and on one request: the real endpoints over the real stages and a store. */
import { expect, setDefaultTimeout, test } from 'bun:test'
import type { Playground } from '../../src/control/simulate-shapes.ts'
import type { Simulation } from '../../src/neutral/simulation.ts'
import { noUsage } from '../../src/neutral/usage.ts'
import { openTestControl } from '../support/control.ts'
import { finished } from '../support/records.ts'

setDefaultTimeout(20_000)

const simulate = '/v1/telemetry/simulate'
const playground = '/v1/telemetry/playground'

const answered = (over = {}) =>
  finished({
    requestedModel: 'claude-opus-4-6',
    routedModel: 'claude-opus-4-6',
    servedModel: 'claude-opus-4-6',
    usage: { ...noUsage, inputTokens: 1000, outputTokens: 100 },
    cost: { ...finished().cost, nanoUsd: 7_500_000 },
    complexity: { score: 5, tier: 'simple' },
    ...over,
  })

const ask = (over = {}) => ({
  endpoint: '/v1/messages',
  headers: { 'user-agent': 'claude-cli/2.1' },
  body: { model: 'claude-opus-4-6', max_tokens: 200, messages: [{ role: 'user', content: 'What is two and two?' }] },
  ...over,
})

test('settings are tried on what is recorded', async () => {
  const { store, post } = openTestControl()
  store.insert(answered(), answered({ sessionId: 's2' }), answered({ cache: 'hit' }))
  const response = await post(simulate, {
    window: 'all',
    settings: { routing: { mode: 'complexity', complexity: { simple: 'claude-haiku-4-5' } } },
  })
  const found = (await response.json()) as Simulation
  expect(response.status).toBe(200)
  // Haiku 4.5 takes $1 and $5 for a million tokens: $0.0015 each.
  expect(found.totals).toEqual({ requests: 2, changed: 2, thenNanoUsd: 15_000_000, nowNanoUsd: 3_000_000 })
  expect([found.replayed, found.skipped, found.refused]).toEqual([2, 1, 0])
  expect(found.byTask).toEqual([{ key: 'quick_task', ...found.totals }])
})

test('without settings to try, the past is held against those in force: nothing moves', async () => {
  const { store, post } = openTestControl()
  store.insert(answered())
  const found = (await (await post(simulate, { window: 'all' })).json()) as Simulation
  expect([found.totals.changed, found.totals.nowNanoUsd]).toEqual([0, 7_500_000])
})

test('settings that are wrong are refused with their names', async () => {
  const { post } = openTestControl()
  for (const [routing, name] of [
    [{ mode: 'clever' }, 'routing.mode'],
    [{ mod: 'auto' }, 'routing.mod'],
  ] as const) {
    const response = await post(simulate, { settings: { routing } })
    const { error } = (await response.json()) as { error: { message: string } }
    expect([response.status, error.message]).toEqual([400, expect.stringContaining(name)])
  }
  expect((await post(simulate, { settings: { server: { port: 1 } } })).status).toBe(400)
  expect((await post(simulate, { window: 'soon' })).status).toBe(400)
})

test('what a foreign form could send is not taken', async () => {
  const { post } = openTestControl()
  expect((await post(playground, ask(), { 'content-type': 'text/plain' })).status).toBe(415)
  expect((await post(`${playground}?a=1`, ask())).status).toBe(400)
})

test('what can be no header is said, and is no fault of ours', async () => {
  const { post } = openTestControl()
  for (const headers of [{ 'bad header': 'x' }, { 'x-a': 'line\nline' }]) {
    const response = await post(playground, ask({ headers }))
    expect([response.status, await response.text()]).toEqual([400, expect.stringContaining('no HTTP header')])
  }
})

const decided = async (over = {}) => {
  const control = openTestControl()
  const response = await control.post(playground, ask(over))
  return { ...control, status: response.status, found: (await response.json()) as Playground }
}

test('a request is decided on with its reasons, and neither sent nor kept', async () => {
  const { found, store } = await decided({ settings: { routing: { mode: 'complexity' } } })
  expect(found.decision?.rule).toBe('complexity')
  expect(found.decision?.candidates[0]?.name).toBe('anthropic/claude-haiku-4-5')
  expect(found.decision?.candidates[0]?.costNanoUsd).toBeGreaterThan(0)
  expect(found.decision?.candidates.at(-1)).toMatchObject({
    name: 'anthropic/claude-opus-4-6',
    why: 'what was asked for',
  })
  expect(found.classified).toMatchObject({ tier: 'simple', sideCall: null, automated: null })
  expect(found.classified?.parts.map(({ part }) => part)).toContain('words')
  expect([found.agent, found.refused, found.limit]).toEqual(['claude-code', null, null])
  expect(store.database.query('SELECT count(*) AS rows FROM requests').get()).toEqual({ rows: 0 })
})

test('where no setting says otherwise, the caller gets the model that it names', async () => {
  const { found } = await decided()
  expect(found.decision).toMatchObject({
    rule: 'passthrough',
    candidates: [{ name: 'anthropic/claude-opus-4-6' }],
    rejected: [],
  })
})

test('a client is taken to have a key for whom it addresses, and for nobody else', async () => {
  const generate = {
    endpoint: '/v1beta/models/gemini-2.5-pro:generateContent',
    body: { contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] },
  }
  const named = await decided(generate)
  expect(named.found.decision?.candidates.map(({ name }) => name)).toEqual(['google/gemini-2.5-pro'])
  const { found } = await decided({ body: { ...ask().body, model: 'gemini-2.5-pro' } })
  expect([found.decision?.candidates, found.refused]).toEqual([[], expect.stringContaining('has no key for')])
})

test('a model that nobody has a key for is rejected with that reason', async () => {
  const { found } = await decided({
    settings: { routing: { mode: 'complexity', complexity: { simple: 'groq/openai/gpt-oss-20b' } } },
  })
  expect(found.decision?.rejected).toContainEqual({
    name: 'groq/openai/gpt-oss-20b',
    why: expect.stringContaining('key'),
  })
})

test('as if it had been answered before: what leaving would save and lose', async () => {
  const { found } = await decided({
    body: { model: 'claude-opus-4-6', max_tokens: 200, messages: [{ role: 'user', content: 'word '.repeat(4000) }] },
    home: { model: 'anthropic/claude-opus-4-6', cachedTokens: 4000 },
    settings: { routing: { rules: [{ when: {}, use: 'claude-sonnet-4-6' }] } },
  })
  expect(found.decision?.rule).toBe('sticky')
  expect(found.decision?.switch).toMatchObject({
    from: 'anthropic/claude-opus-4-6',
    to: 'anthropic/claude-sonnet-4-6',
    verdict: 'stayed',
    turns: 2,
  })
  expect(found.decision?.switch?.lostNanoUsd).toBeGreaterThan(found.decision?.switch?.savedNanoUsd ?? Infinity)
})

test('a side call is told by its words', async () => {
  const { found } = await decided({
    body: {
      model: 'claude-opus-4-6',
      system: 'Generate a concise, sentence-case title for it.',
      messages: [{ role: 'user', content: 'Fix the login' }],
    },
    settings: { routing: { mode: 'auto' } },
  })
  expect(found.classified?.sideCall).toStartWith('title')
  expect(found.classified?.automated).toStartWith('title')
  expect(found.decision?.candidates[0]?.name).toBe('anthropic/claude-haiku-4-5')
})

test('a request that could not be sent says why', async () => {
  const { found } = await decided({ body: { messages: [] } })
  expect([found.decision, found.refused]).toEqual([null, expect.stringContaining('names no model')])
  const elsewhere = await decided({ endpoint: '/v1/embeddings' })
  expect(elsewhere.found.refused).toContain('asks no model for an answer')
})
