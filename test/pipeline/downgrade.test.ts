/** Cheaper models near the daily limit, through all stages. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { json, scriptedProvider, type ScriptedProvider } from '../support/provider.ts'
import { anthropicReply, chatReply } from '../support/replies.ts'
import { openPipeline, type Pipeline } from '../support/services.ts'

const noon = Date.UTC(2026, 10, 22, 12)

let provider: ScriptedProvider
beforeAll(() => {
  provider = scriptedProvider(({ target }) => (target.includes('messages') ? json(anthropicReply) : json(chatReply)))
})
afterAll(() => provider.stop())

/** $10 a day, of which so much is spent. */
function near(spentUsd: number, over: { downgrade?: object; budget?: object } = {}): Pipeline {
  const pipeline = openPipeline({
    variables: {
      OPENAI_API_KEY: 'sk-proj-test-1234567890abcdef1234567890abcdef',
      ANTHROPIC_API_KEY: 'sk-ant-api03-test-1234567890abcdef1234567890abcdef',
      RELAYPLANE_OPENAI_BASE_URL: `${provider.url}/v1`,
      RELAYPLANE_ANTHROPIC_BASE_URL: provider.url,
    },
    clock: { now: () => noon, monotonic: () => performance.now() },
    config: { downgrade: { enabled: true, ...over.downgrade }, budget: { dailyUsd: 10, ...over.budget } },
  })
  const spender = { session: null, agent: null, provider: 'anthropic', model: 'm' }
  pipeline.services.ledger.fill({ kinds: new Set() }, [{ ...spender, atMs: noon - 1000, nanoUsd: spentUsd * 1e9 }])
  return pipeline
}

const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' } }

const ask = (pipeline: Pipeline, over: object = {}): Promise<Response> =>
  pipeline.ask('/v1/messages', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      model: 'claude-opus-4-6',
      max_tokens: 100,
      messages: [{ role: 'user', content: 'hi' }],
      ...over,
    }),
  })

const sentModel = () => (JSON.parse(provider.seen.at(-1)?.text ?? '{}') as { model: string }).model

describe('near the daily limit', () => {
  test('a dear model gives way to its cheaper sibling, and the answer, the row and the trace say so', async () => {
    const run = near(8)
    const response = await ask(run)
    expect(response.status).toBe(200)
    expect(sentModel()).toStartWith('claude-sonnet-')
    expect(response.headers.get('x-relayplane-downgraded')).toBe(
      `claude-opus-4-6 -> ${sentModel()}; 80 % of the daily limit is spent`,
    )
    expect(run.rows).toMatchObject([
      { requestedModel: 'claude-opus-4-6', routedModel: sentModel(), guard: 'downgraded', outcome: 'complete' },
    ])
    expect(run.rows[0]?.trace).toContainEqual({
      stage: 'downgrade',
      did: `claude-opus-4-6 -> ${sentModel()}`,
      why: '80 % of the daily limit is spent',
    })
  })

  test('before the threshold nothing changes', async () => {
    const run = near(7.99)
    const response = await ask(run)
    expect(response.headers.get('x-relayplane-downgraded')).toBeNull()
    expect(sentModel()).toBe('claude-opus-4-6')
    expect((await ask(near(5, { downgrade: { thresholdPercent: 50 } }))).headers.has('x-relayplane-downgraded')).toBe(
      true,
    )
  })

  test('the mapping of the settings goes before the built-in one, to any provider', async () => {
    const run = near(9, { downgrade: { mapping: { 'claude-opus-4-6': 'openai/gpt-4o-mini' } } })
    const response = await ask(run)
    expect(response.status).toBe(200)
    expect(sentModel()).toBe('gpt-4o-mini')
    expect(run.rows[0]).toMatchObject({ provider: 'openai', routedModel: 'gpt-4o-mini', dialect: 'anthropic' })
  })

  test('a model that lacks what the request needs is no way out: the request stays where it was', async () => {
    const run = near(9, { downgrade: { mapping: { 'claude-opus-4-6': 'openai/gpt-3.5-turbo' } } })
    const response = await ask(run, {
      messages: [{ role: 'user', content: [image, { type: 'text', text: 'what is it?' }] }],
    })
    expect(response.status).toBe(200)
    expect(sentModel()).toBe('claude-opus-4-6')
    expect(response.headers.get('x-relayplane-downgraded')).toBeNull()
    expect(run.rows[0]?.trace).toContainEqual({
      stage: 'downgrade',
      did: 'kept the model',
      why: 'the cheaper one reads no images',
    })
  })

  test('nor is one that nobody has a key for', async () => {
    const run = near(9, { downgrade: { mapping: { 'claude-opus-4-6': 'groq/llama-3.3-70b-versatile' } } })
    expect((await ask(run)).status).toBe(200)
    expect(sentModel()).toBe('claude-opus-4-6')
  })

  test('the cheapest of a family stays what it is', async () => {
    const run = near(9)
    const response = await ask(run, { model: 'claude-haiku-5-5' })
    expect(response.headers.get('x-relayplane-downgraded')).toBeNull()
    expect(sentModel()).toBe('claude-haiku-5-5')
  })

  test('without a daily limit there is nothing to be near to', async () => {
    const run = near(1000, { budget: { dailyUsd: null } })
    expect((await ask(run)).headers.get('x-relayplane-downgraded')).toBeNull()
  })

  test('a fault of its own changes nothing', async () => {
    const run = near(9)
    const services = run.services as { ledger: { standing: unknown } }
    services.ledger.standing = () => {
      throw new Error('a fault put here by the test')
    }
    const response = await ask(run)
    expect(response.status).toBe(200)
    expect(response.headers.get('x-relayplane-bypass')).toBe('downgrade')
    expect(sentModel()).toBe('claude-opus-4-6')
  })
})
