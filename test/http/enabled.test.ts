import { afterAll, expect, test } from 'bun:test'
import { json, scriptedProvider } from '../support/provider.ts'
import { startRelay } from '../support/relay.ts'

const provider = scriptedProvider(({ target }) => json({ from: 'the provider', target }))
afterAll(() => provider.stop())

const key = { authorization: 'Bearer sk-proj-not-a-real-key-00000000000000' }

test('switched off, RelayPlane answers nothing itself: models and estimates are the provider’s', async () => {
  const relay = await startRelay({ providers: { openai: provider.url }, config: { enabled: false } })
  const models = await fetch(`${relay.url}/v1/models`, { headers: key })
  expect(await models.json()).toEqual({ from: 'the provider', target: '/v1/models' })
  const estimate = await fetch(`${relay.url}/v1/estimate`, {
    method: 'POST',
    body: '{"model":"gpt-4o-mini"}',
    headers: key,
  })
  expect(await estimate.json()).toEqual({ from: 'the provider', target: '/v1/estimate' })
  expect(relay.rows('SELECT endpoint, outcome FROM requests')).toEqual([
    { endpoint: 'models', outcome: 'complete' },
    { endpoint: 'estimate', outcome: 'complete' },
  ])
  await relay.stop()
})

test('switched on, it answers both', async () => {
  const relay = await startRelay({ providers: { openai: provider.url } })
  const models = await fetch(`${relay.url}/v1/models`, { headers: key })
  expect(await models.json()).toMatchObject({ object: 'list' })
  const estimate = await fetch(`${relay.url}/v1/estimate`, {
    method: 'POST',
    body: '{"model":"gpt-4o-mini","max_tokens":100,"messages":[{"role":"user","content":"hi"}]}',
    headers: key,
  })
  expect(await estimate.json()).toMatchObject({
    outputTokens: 100,
    estimates: [{ provider: 'openai', status: 'estimated' }],
  })
  await relay.stop()
})
