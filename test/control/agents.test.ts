import { describe, expect, test } from 'bun:test'
import { adminToken, openTestControl } from '../support/control.ts'
import { openFakeDesk } from '../support/guard-desk.ts'
import { finished } from '../support/records.ts'

const admin = { authorization: `Bearer ${adminToken}` }
const someAgent = {
  agent: 'claude-code/explore',
  name: null,
  requests: 3,
  costNanoUsd: 21_000_000,
  inputTokens: 10,
  cacheReadTokens: 20,
  cacheWriteTokens: 30,
  outputTokens: 40,
  unpriced: 0,
}
const someSession = {
  id: 's1',
  source: 'claude-code',
  agent: 'claude-code',
  agentName: 'Claude',
  firstMs: 1,
  lastMs: 2,
  requests: 3,
  inputTokens: 10,
  cacheReadTokens: 20,
  cacheWriteTokens: 30,
  outputTokens: 40,
  costNanoUsd: 21_000_000,
  unpriced: 0,
  blockedUntilMs: 1_767_330_000_000,
}

test('the lists of sessions and agents are asked with the filters as they came', async () => {
  const desk = openFakeDesk(
    {},
    {
      sessions: (query) => Promise.resolve({ sessions: [{ ...someSession, id: [...query].join(' ') }] }),
      agents: (query) => Promise.resolve({ agents: [{ ...someAgent, agent: [...query].join(' ') }] }),
    },
  )
  const { json } = openTestControl([], desk)
  expect(await json('/sessions?window=7d&limit=200')).toEqual({
    status: 200,
    body: { sessions: [{ ...someSession, id: 'window,7d limit,200' }] },
  })
  expect(await json('/agents?session_id=a,b')).toEqual({
    status: 200,
    body: { agents: [{ ...someAgent, agent: 'session_id,a,b' }] },
  })
})

describe('an agent is renamed', () => {
  test('by its own name, slashes and all, and has its own again with null', async () => {
    const desk = openFakeDesk()
    const { put } = openTestControl([], desk)
    const path = '/agents/claude-code%2Fexplore'
    const named = await put(path, { name: 'scout' }, admin)
    expect([named.status, await named.json()]).toEqual([200, { agents: [] }])
    expect((await put(path, { name: null }, admin)).status).toBe(200)
    expect(desk.calls).toEqual([
      ['renameAgent', 'claude-code/explore', 'scout'],
      ['renameAgent', 'claude-code/explore', null],
    ])
  })

  test('by the admin alone, to a name of 1 to 100 characters', async () => {
    const desk = openFakeDesk()
    const { put } = openTestControl([], desk)
    expect((await put('/agents/codex', { name: 'x' })).status).toBe(401)
    for (const body of [{ name: '' }, { name: 'x'.repeat(101) }, {}, { name: 'x', colour: 'red' }]) {
      expect([body, (await put('/agents/codex', body, admin)).status]).toEqual([body, 400])
    }
    expect((await (await put('/agents/codex', { name: '' }, admin)).json()).error.message).toBe(
      'name: Expected 1 to 100 characters or null.',
    )
    expect((await put('/agents/codex?dry=1', { name: 'x' }, admin)).status).toBe(400)
    expect(desk.calls).toEqual([])
  })
})

test('a filter may be written in either spelling wherever there are filters', async () => {
  const { get, store } = openTestControl()
  store.insert(finished({ sessionId: 'a' }))
  for (const path of ['/v1/telemetry/stats', '/v1/telemetry/runs', '/v1/telemetry/stream', '/sessions', '/agents']) {
    const spelled = await get(`${path}?session_id=a`)
    expect([path, spelled.status]).toEqual([path, 200])
    await spelled.body?.cancel()
  }
  for (const path of ['/v1/telemetry/stats', '/v1/telemetry/runs', '/v1/telemetry/stream']) {
    const unknown = await get(`${path}?colour=red`)
    expect([path, unknown.status, await unknown.text()]).toEqual([path, 400, expect.stringContaining('\\"colour\\"')])
  }
})
