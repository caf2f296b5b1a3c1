/** Whose request a row says it was: sessions, agents and tags, as the clients say them. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { keyVariables, startEveryone, type Everyone } from '../support/everyone.ts'
import { json } from '../support/provider.ts'
import { anthropicReply, chatReply, geminiReply, responsesReply } from '../support/replies.ts'

let all: Everyone
beforeAll(async () => {
  all = await startEveryone(
    ({ target }) => {
      if (target.includes('messages')) return json(anthropicReply)
      if (target.includes('responses')) return json(responsesReply)
      return json(target.includes('generateContent') ? geminiReply : chatReply)
    },
    { variables: keyVariables },
  )
})
afterAll(() => all.stop())

/** The row of one request, as far as it is about its sender. */
async function rowOf(path: string, body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(all.relay.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'user-agent': '', ...headers },
    body: JSON.stringify(body),
  })
  expect(response.status).toBe(200)
  const { session_id, session_source, agent, agent_source, tags, trace } = all.relay.lastRow()
  return { session_id, session_source, agent, agent_source, tags, trace: String(trace) }
}

const messages = [{ role: 'user', content: 'hi' }]
const claude = { model: 'claude-sonnet-4-5', messages }
const uuid = '0a1b2c3d-0000-4000-8000-0123456789ab'

describe('the session', () => {
  test.each([
    ['x-relayplane-session', 'mine', 'header'],
    ['x-claude-code-session-id', uuid, 'claude-code'],
    ['session-id', uuid, 'codex'],
    ['session_id', uuid, 'codex'],
    ['x-session-id', 'theirs', 'header'],
  ])('is in the header %s', async (header, id, source) => {
    const body = { ...claude, metadata: { user_id: `user_ab_account_${uuid}_session_in-body` } }
    expect(await rowOf('/v1/messages', body, { [header]: id })).toMatchObject({
      session_id: id,
      session_source: source,
    })
  })

  test.each([
    [`user_ab12_account_${uuid}_session_${uuid}`],
    [JSON.stringify({ device_id: 'd', account_uuid: uuid, session_id: uuid })],
  ])('is in Claude Code’s metadata: %.30s', async (user_id) => {
    const row = await rowOf('/v1/messages', { ...claude, metadata: { user_id } })
    expect(row).toMatchObject({ session_id: uuid, session_source: 'metadata' })
  })

  test.each([
    ['/v1/responses', { model: 'gpt-5', input: 'hi', prompt_cache_key: 'conv-1' }],
    ['/v1/chat/completions', { model: 'gpt-4o-mini', messages, prompt_cache_key: 'conv-1' }],
  ])('is the cache key of %s', async (path, body) => {
    expect(await rowOf(path, body)).toMatchObject({ session_id: 'conv-1', session_source: 'prompt_cache_key' })
  })

  test('without a name is told by how the conversation began, in every dialect', async () => {
    const first = { role: 'user', content: 'Fix the login page' }
    const begun = await rowOf('/v1/messages', { ...claude, system: 'Be kind.', messages: [first] })
    expect(begun.session_source).toBe('fingerprint')
    expect(begun.session_id).toMatch(/^fp_[0-9a-f]{16}$/)
    const goneOn = await rowOf('/v1/messages', {
      ...claude,
      system: [{ type: 'text', text: 'Be kind.', cache_control: { type: 'ephemeral' } }],
      messages: [first, { role: 'assistant', content: 'Done.' }, { role: 'user', content: 'Thanks' }],
    })
    expect(goneOn.session_id).toBe(begun.session_id as string)
    const elsewhere = await rowOf('/v1/chat/completions', {
      model: 'gpt-4o-mini',
      messages: [{ role: 'system', content: 'Be kind.' }, first],
    })
    expect(elsewhere.session_id).toBe(begun.session_id as string)
    const another = await rowOf('/v1/messages', { ...claude, system: 'Be kind.', messages })
    expect(another.session_id).not.toBe(begun.session_id as string)
  })

  test('keeps nothing of what was said', async () => {
    const said = 'a very particular sentence'
    await rowOf('/v1/messages', { ...claude, system: said, messages: [{ role: 'user', content: said }] })
    expect(JSON.stringify(all.relay.rows('SELECT * FROM requests'))).not.toContain(said)
  })
})

describe('the agent', () => {
  test('is the one that the caller names, else its program, else its system prompt', async () => {
    const body = { ...claude, system: 'You sort mail in /home/ann/mail since 2026-01-05.' }
    const cli = { 'user-agent': 'claude-cli/2.1.80 (external, cli)' }
    expect(await rowOf('/v1/messages', body, { ...cli, 'x-relayplane-agent': 'nightly' })).toMatchObject({
      agent: 'nightly',
      agent_source: 'header',
    })
    expect(await rowOf('/v1/messages', body, cli)).toMatchObject({ agent: 'claude-code', agent_source: 'user-agent' })
    const unnamed = await rowOf('/v1/messages', body, { 'user-agent': 'Anthropic/JS 1.12.0' })
    expect(unnamed.agent_source).toBe('fingerprint')
    expect(unnamed.agent).toMatch(/^agent-[0-9a-f]{8}$/)
    const nextDay = { ...claude, system: 'You sort mail in /Users/bob/inbox since 2026-02-17.' }
    expect(await rowOf('/v1/messages', nextDay, { 'user-agent': 'Anthropic/JS 1.13.0' })).toMatchObject({
      agent: unnamed.agent as string,
    })
    expect(await rowOf('/v1/messages', claude, { 'user-agent': 'Anthropic/JS 1.12.0' })).toMatchObject({
      agent: 'Anthropic',
      agent_source: 'user-agent',
    })
  })

  test('of Claude Code is not told by the line that changes with each request', async () => {
    const body = (cch: string) => ({
      ...claude,
      system: [
        { type: 'text', text: `x-anthropic-billing-header: cc_version=2.1.80.${cch}; cch=${cch};` },
        { type: 'text', text: 'You review pull requests.' },
      ],
    })
    const one = await rowOf('/v1/messages', body('1f'))
    expect(await rowOf('/v1/messages', body('e9'))).toMatchObject({ agent: one.agent as string })
  })

  test('is also known on paths whose body is not read', async () => {
    const row = await rowOf('/v1/moderations', {}, { 'user-agent': 'aider/0.86', 'x-session-id': 's9' })
    expect(row).toMatchObject({ agent: 'aider', session_id: 's9' })
  })
})

describe('tags', () => {
  test.each([
    ['team=web, env=prod', '{"team":"web","env":"prod"}'],
    ['{"team":"web","n":3}', '{"team":"web","n":"3"}'],
  ])('%s', async (header, stored) => {
    expect((await rowOf('/v1/messages', claude, { 'x-relayplane-tags': header })).tags).toBe(stored)
  })

  test.each([
    ['nonsense', 'the tags are not written k=v,k=v'],
    ['{"a":{"b":1}}', 'the tags are not a flat object'],
    [`a=${'x'.repeat(300)}`, 'longer than 64 characters (name) or 256 (value)'],
  ])('that are none are left out, and the trace says why: %.20s', async (header, reason) => {
    const row = await rowOf('/v1/messages', claude, { 'x-relayplane-tags': header })
    expect(row.tags).toBeNull()
    expect(row.trace).toContain(reason)
  })
})
