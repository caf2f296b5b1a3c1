/** A fault of ours where a request has to be translated: it is refused in the dialect, and never sent raw to somebody else. */
import { afterAll, beforeEach, describe, expect, test } from 'bun:test'
import type { Services } from '../../src/app/services.ts'
import { json, scriptedProvider, sse } from '../support/provider.ts'
import { anthropicFrames, anthropicReply, chatReply, responsesReply } from '../support/replies.ts'
import { everyTime, failingAt, openPipeline } from '../support/services.ts'

const anthropic = scriptedProvider(({ text }) =>
  text.includes('claude-cut-off') ? sse(anthropicFrames.slice(0, 5)) : json(anthropicReply),
)
const openai = scriptedProvider(() => json(responsesReply))
const groq = scriptedProvider(() => json(chatReply))
/** A server of the user's own that has Chat Completions alone. */
const missing = scriptedProvider(({ target }) =>
  target.endsWith('/messages') ? json({ detail: 'Not Found' }, { status: 404 }) : json(chatReply),
)
const servers = [anthropic, openai, groq, missing]
afterAll(() => Promise.all(servers.map((server) => server.stop())))

const sent = () => servers.map(({ seen }) => seen.length)
let before: number[] = []
beforeEach(() => {
  before = sent()
})
const sentNow = () => sent().map((count, i) => count - (before[i] ?? 0))

const variables = {
  RELAYPLANE_ANTHROPIC_BASE_URL: anthropic.url,
  RELAYPLANE_OPENAI_BASE_URL: openai.url,
  RELAYPLANE_GROQ_BASE_URL: groq.url,
  RELAYPLANE_VLLM_BASE_URL: missing.url,
  ANTHROPIC_API_KEY: 'sk-ant-api03-FAKE',
  OPENAI_API_KEY: 'sk-proj-FAKE-openai',
  GROQ_API_KEY: 'gsk_FAKE0123',
}
const open = (replace: (services: Services) => Partial<Services> = () => ({})) => openPipeline({ variables, replace })

/** The estimate that a translation begins with can't be made. */
const noRatio = (s: Services) => ({
  calibration: { ...s.calibration, ratio: failingAt(everyTime, s.calibration.ratio) },
})

const message = (model: string) =>
  JSON.stringify({ model, max_tokens: 9, messages: [{ role: 'user', content: 'a secret' }] })
const post = (body: string, headers: Record<string, string> = {}) => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body,
})

test('an API that was missing is looked for again after ten minutes', async () => {
  let now = 0
  const relay = open((s) => ({ clock: { ...s.clock, monotonic: () => now } }))
  const turn = async () => {
    const at = missing.seen.length
    await relay.ask('/v1/messages', post(message('vllm/qwen3')))
    return missing.seen.slice(at).map(({ target }) => target)
  }
  expect(await turn()).toEqual(['/v1/messages', '/v1/chat/completions'])
  now = 599_999
  expect(await turn()).toEqual(['/v1/chat/completions'])
  now = 600_000
  expect(await turn()).toEqual(['/v1/messages', '/v1/chat/completions'])
})

describe('a fault in translation', () => {
  test.each([
    ['another dialect’s model', '/v1/messages', message('gpt-5'), {}],
    ['a model chosen by header', '/v1/messages', message('claude-sonnet-4-5'), { 'x-relayplane-model': 'gpt-5' }],
    ['a mount that lacks the caller’s API', '/groq/v1/messages', message('openai/gpt-oss-120b'), {}],
  ])('refuses %s', async (_what, path, body, headers) => {
    const relay = open(noRatio)
    const response = await relay.ask(path, post(body, headers))
    expect(response.status).toBe(503)
    expect(response.headers.get('x-relayplane-bypass')).toBe('forward')
    expect(await response.json()).toMatchObject({ type: 'error', error: { type: 'overloaded_error' } })
    expect(sentNow()).toEqual([0, 0, 0, 0])
    expect(relay.rows).toMatchObject([{ outcome: 'refused', errorCode: 'unavailable', bypass: ['forward'] }])
    expect(relay.log.join()).not.toContain('a secret')
  })

  test('is no matter to a request that needs none', async () => {
    const relay = open(noRatio)
    expect((await relay.ask('/v1/messages', post(message('claude-sonnet-4-5')))).status).toBe(200)
    expect(relay.rows).toMatchObject([{ outcome: 'complete', bypass: [] }])
  })
})

test('a fault in learning costs nobody anything', async () => {
  const relay = open((s) => ({
    calibration: { ...s.calibration, learn: failingAt(everyTime, s.calibration.learn) },
  }))
  const response = await relay.ask('/v1/messages', post(message('gpt-5')))
  expect(response.status).toBe(200)
  expect(await response.json()).toMatchObject({ type: 'message', content: [{ text: 'Hi.' }] })
  expect(relay.rows).toMatchObject([{ outcome: 'complete', cost: { nanoUsd: 2_800_000 } }])
})

test('what is learnt of a model is its real tokens to the estimated ones, of whole answers alone', async () => {
  const learnt: unknown[][] = []
  const relay = open((s) => ({ calibration: { ...s.calibration, learn: (...args) => void learnt.push(args) } }))
  await relay.ask('/v1/messages', post(message('gpt-5')))
  expect(learnt).toEqual([['openai', 'gpt-5', expect.any(Number), 1000]])
  await (
    await relay.ask('/v1/chat/completions', post(message('claude-cut-off').replace('{', '{"stream":true,')))
  ).text()
  expect(relay.rows.at(-1)).toMatchObject({ outcome: 'upstream_reset', usage: { inputTokens: 1000 } })
  expect(learnt).toHaveLength(1)
  // In its own dialect nothing was estimated.
  await relay.ask('/v1/messages', post(message('claude-sonnet-4-5')))
  expect(learnt).toHaveLength(1)
})
