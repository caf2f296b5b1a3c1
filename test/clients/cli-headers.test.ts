/** Coding agents by the headers that their released versions send; `scripts/try-clients.ts` runs the programs themselves. */
import { expect, test } from 'bun:test'
import { clientStage } from '../support/client-stage.ts'
import { fakeKeys } from '../support/fake-keys.ts'

const stage = clientStage()

interface Case {
  readonly path: string
  readonly body: object
  readonly headers: Readonly<Record<string, string>>
  readonly row: object
}

const messages = [{ role: 'user', content: 'hello' }]
const contents = [{ role: 'user', parts: [{ text: 'hello' }] }]
const uuid = '85f74d68-4b45-4988-b4fe-af741d138b6c'
const opencodeSession = 'ses_dfe54c7c5ffeWgV8QuN5dXKu1T'

const codexHeaders = {
  authorization: `Bearer ${fakeKeys.openai}`,
  originator: 'codex_exec',
  'session-id': uuid,
  'thread-id': uuid,
  'user-agent': 'codex_exec/0.169.0 (Debian 12.0.0; x86_64) dumb (codex_exec; 0.169.0)',
}

const cases: readonly (readonly [client: string, one: Case])[] = [
  [
    'Claude Code 2.1.197',
    {
      path: '/v1/messages?beta=true',
      body: { model: 'claude-opus-4-8', max_tokens: 9, messages },
      headers: {
        'x-api-key': fakeKeys.anthropic,
        'anthropic-version': '2023-06-01',
        'anthropic-beta': 'claude-code-20250219,context-1m-2025-08-07',
        'user-agent': 'claude-cli/2.1.197 (external, sdk-cli)',
        'x-app': 'cli',
        'x-claude-code-session-id': uuid,
      },
      row: { agent: 'claude-code', session_id: uuid, session_source: 'claude-code', billing: 'metered' },
    },
  ],
  [
    'Claude Code with a plan',
    {
      path: '/v1/messages?beta=true',
      body: { model: 'claude-opus-4-8', max_tokens: 9, messages },
      headers: {
        authorization: 'Bearer sk-ant-oat01-not-a-real-token-0000000000',
        'anthropic-version': '2023-06-01',
        'anthropic-beta': 'claude-code-20250219,oauth-2025-04-20',
        'user-agent': 'claude-cli/2.1.197 (external, cli)',
        'x-claude-code-session-id': uuid,
      },
      row: { agent: 'claude-code', session_id: uuid, session_source: 'claude-code', billing: 'subscription' },
    },
  ],
  [
    'Codex 0.169.0',
    {
      path: '/v1/responses',
      body: { model: 'gpt-5', input: messages, prompt_cache_key: uuid },
      headers: codexHeaders,
      row: { agent: 'codex', session_id: uuid, session_source: 'codex', billing: 'metered' },
    },
  ],
  [
    'OpenCode 1.18.33 at Anthropic',
    {
      path: '/v1/messages',
      body: { model: 'claude-sonnet-4-6', max_tokens: 9, messages },
      headers: {
        'x-api-key': fakeKeys.anthropic,
        'anthropic-version': '2023-06-01',
        'user-agent': 'opencode/1.18.33 ai-sdk/provider-utils/4.0.46 runtime/bun/1.3.14',
        'x-session-affinity': opencodeSession,
        'x-session-id': opencodeSession,
      },
      row: { agent: 'opencode', session_id: opencodeSession, session_source: 'header' },
    },
  ],
  [
    "OpenCode 1.18.33 at OpenAI, with Codex's header too",
    {
      path: '/v1/responses',
      body: { model: 'gpt-5', input: messages },
      headers: {
        authorization: `Bearer ${fakeKeys.openai}`,
        originator: 'opencode',
        'user-agent': 'opencode/1.18.33 (linux 6.1.0; x64) ai-sdk/provider-utils/4.0.40 runtime/bun/1.3.14',
        'session-id': opencodeSession,
        'x-session-affinity': opencodeSession,
        'x-session-id': opencodeSession,
      },
      row: { agent: 'opencode', session_id: opencodeSession, session_source: 'header' },
    },
  ],
  [
    'Gemini CLI 0.61.0',
    {
      path: '/v1beta/models/gemini-2.5-flash:generateContent',
      body: { contents },
      headers: {
        'x-goog-api-key': fakeKeys.google,
        'user-agent': 'GeminiCLI-tui/0.61.0/gemini-2.5-flash (linux; x64; terminal)',
        'x-gemini-api-privileged-user-id': uuid,
        'x-goog-api-client': 'google-genai-sdk/1.30.0 gl-node/v20.20.2',
      },
      row: { agent: 'gemini-cli', session_source: 'fingerprint' },
    },
  ],
]

test.each(cases)('%s is known by name, its session by its id, and all its headers go on', async (_client, one) => {
  const response = await fetch(stage.relay.apiUrl + one.path, {
    method: 'POST',
    body: JSON.stringify(one.body),
    headers: { 'content-type': 'application/json', ...one.headers },
  })
  expect(response.status).toBe(200)
  await response.arrayBuffer()
  expect(stage.newRows()).toMatchObject([{ ...one.row, agent_source: 'user-agent', cost_status: 'priced' }])
  expect(Object.fromEntries(stage.mock.seen.at(-1)?.headers ?? [])).toMatchObject(one.headers)
})

test("Codex's WebSocket is served, and its turns are booked as Codex's", async () => {
  const headers = { ...codexHeaders, 'openai-beta': 'responses_websockets=2026-02-06' }
  const socket = new WebSocket(`${stage.relay.apiUrl.replace('http', 'ws')}/v1/responses`, { headers } as never)
  const ended = new Promise<void>((resolve, reject) => {
    socket.addEventListener('message', ({ data }) => {
      if (String(data).includes('"response.completed"')) resolve()
    })
    socket.addEventListener('error', () => reject(new Error('no socket')))
  })
  socket.addEventListener('open', () =>
    socket.send(JSON.stringify({ type: 'response.create', model: 'gpt-5', input: 'hello', store: false })),
  )
  await ended
  socket.close()
  expect(stage.newRows()).toMatchObject([
    { status: 200, outcome: 'complete', provider: 'openai', agent: 'codex', session_id: uuid, is_stream: 1 },
  ])
})

test("Claude Code's probe is answered and leaves no row", async () => {
  const response = await fetch(`${stage.relay.apiUrl}/`, { method: 'HEAD' })
  expect(response.status).toBe(200)
  expect(stage.newRows()).toEqual([])
})
