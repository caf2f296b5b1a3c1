/** Conversations through all stages: who goes on with one, and what makes it change. */
import { afterEach, describe, expect, test } from 'bun:test'
import { json } from '../support/provider.ts'
import { responsesReply } from '../support/replies.ts'
import { openRig, tools, type Rig } from './model-rig.ts'

const open: Rig[] = []
afterEach(() => Promise.all(open.splice(0).map((rig) => rig.stop())))

/** $4 and $2 of a million, a tenth of it from the cache, an eighth more to write to it. */
const prices = {
  'anthropic/claude-four': { inputUsd: 4, outputUsd: 8, cacheReadUsd: 0.4, cacheWrite5mUsd: 5 },
  'anthropic/claude-two': { inputUsd: 2, outputUsd: 4, cacheReadUsd: 0.2, cacheWrite5mUsd: 2.5 },
  // It takes nothing for writing to its cache.
  'openai/gpt-four': { inputUsd: 4, outputUsd: 8, cacheReadUsd: 0.4 },
}

const cachedTokens = 20_000
const answer = (model: string) => () =>
  json({
    type: 'message',
    role: 'assistant',
    model,
    content: [{ type: 'text', text: 'Done.' }],
    stop_reason: 'end_turn',
    usage: {
      input_tokens: 10,
      cache_creation_input_tokens: cachedTokens,
      cache_read_input_tokens: 0,
      output_tokens: 20,
    },
  })

/** By a tag the test says which model a turn would go to. */
const rules = [
  { when: { tags: { to: 'four' } }, use: 'claude-four' },
  { when: { tags: { to: 'two' } }, use: 'claude-two' },
  { when: { tags: { to: 'blind' } }, use: 'gpt-3.5-turbo' },
  { when: { tags: { to: 'gpt' } }, use: 'gpt-four' },
]

function rigWith(routing: object = {}, config: object = {}): Rig {
  const usage = { input_tokens: cachedTokens, output_tokens: 20, input_tokens_details: { cached_tokens: 0 } }
  const acts = {
    'claude-four': answer('claude-four'),
    'claude-two': answer('claude-two'),
    'gpt-four': () => json({ ...responsesReply, model: 'gpt-four', usage }),
  }
  const rig = openRig(acts, { prices, routing: { rules, ...routing }, ...config })
  open.push(rig)
  return rig
}

interface Turn {
  readonly to: string
  readonly system?: string
  readonly model?: string
  readonly session?: string
  /** What follows the first message of the conversation. */
  readonly after?: readonly object[]
  readonly headers?: Readonly<Record<string, string>>
  readonly hasTools?: boolean
}

/** As many characters as make about 20,000 tokens. */
const long = 'A rule of this house. '.repeat(4000)

async function turn(
  rig: Rig,
  { to, system = long, model = 'claude-dear', session = 's1', after = [], headers = {}, hasTools = true }: Turn,
) {
  const messages = [{ role: 'user', content: 'Begin.' }, ...after]
  const response = await rig.post({
    model,
    headers: { 'x-relayplane-tags': `to=${to}`, 'x-relayplane-session': session, ...headers },
    more: { ...(hasTools && tools.anthropic), system, messages, max_tokens: 50 },
  })
  await response.text()
  return response.headers.get('x-relayplane-route')
}

const later = [
  { role: 'assistant', content: 'Done.' },
  { role: 'user', content: 'Go on.' },
]

describe('a conversation stays with the model that answered it', () => {
  test('where a switch would cost more than it saves, and the sums are in the trace', async () => {
    const rig = rigWith()
    expect(await turn(rig, { to: 'four' })).toBe('rule')
    expect(await turn(rig, { to: 'two', after: later })).toBe('sticky')
    expect(rig.asked()).toEqual(['claude-four', 'claude-four'])
    const stayed = rig.rows[1]?.trace.find(({ did }) => did.startsWith('stayed: '))
    expect(stayed?.did).toBe('stayed: anthropic/claude-four or anthropic/claude-two')
    expect(stayed?.why).toMatch(/^a switch saves \$0\.0\d+ in 2 turns and loses \$0\.04\d+ of prompt cache$/)
    expect(rig.rows[1]).toMatchObject({ route: 'sticky', baselineModel: 'anthropic/claude-dear' })
  })

  test('at a provider that caches by itself and says so only the next time', async () => {
    const rig = rigWith()
    await turn(rig, { to: 'gpt' })
    expect(await turn(rig, { to: 'two', after: later })).toBe('sticky')
    expect(rig.asked()).toEqual(['gpt-four', 'gpt-four'])
  })

  test('for turn after turn', async () => {
    const rig = rigWith()
    await turn(rig, { to: 'four' })
    for (let n = 0; n < 5; n++) await turn(rig, { to: 'two', after: later })
    expect(new Set(rig.asked())).toEqual(new Set(['claude-four']))
  })

  test('in the middle of a tool loop, though stickiness is off', async () => {
    const rig = rigWith({ sticky: false })
    await turn(rig, { to: 'four' })
    const loop = [
      { role: 'assistant', content: [{ type: 'tool_use', id: 't1', name: 'look', input: { city: 'Paris' } }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't1', content: 'Rain.' }] },
    ]
    expect(await turn(rig, { to: 'two', after: loop })).toBe('sticky')
    expect(rig.asked()).toEqual(['claude-four', 'claude-four'])
    expect(rig.rows[1]?.trace.find(({ did }) => did.startsWith('stayed'))?.why).toBe(
      'it is in the middle of a tool loop',
    )
    // With the loop over it may go.
    await turn(rig, { to: 'two', after: [...loop, ...later] })
    expect(rig.asked()[2]).toBe('claude-two')
  })
})

describe('it changes', () => {
  test('where that pays: the same prices, nothing in the cache to lose', async () => {
    const rig = rigWith({}, { prices: { ...prices, 'anthropic/claude-two': { inputUsd: 0.01, outputUsd: 0.01 } } })
    await turn(rig, { to: 'four' })
    expect(await turn(rig, { to: 'two', after: later })).toBe('rule')
    expect(rig.asked()).toEqual(['claude-four', 'claude-two'])
    expect(rig.rows[1]?.trace.some(({ did }) => did.startsWith('switched: '))).toBeTrue()
  })

  test('where stickiness is off', async () => {
    const rig = rigWith({ sticky: false })
    await turn(rig, { to: 'four' })
    await turn(rig, { to: 'two', after: later })
    expect(rig.asked()).toEqual(['claude-four', 'claude-two'])
  })

  test('where the caller asks for another model', async () => {
    const rig = rigWith()
    await turn(rig, { to: 'four' })
    await turn(rig, { to: 'two', after: later, model: 'claude-cheap' })
    expect(rig.asked()).toEqual(['claude-four', 'claude-two'])
  })

  test('where a header or an override says so', async () => {
    const rig = rigWith({}, { modelOverrides: { 'claude-old': 'claude-two' } })
    await turn(rig, { to: 'four', model: 'claude-old', headers: { 'x-relayplane-model': 'claude-four' } })
    expect(await turn(rig, { to: 'four', model: 'claude-old', after: later })).toBe('override')
    expect(rig.asked()).toEqual(['claude-four', 'claude-two'])
  })

  test('where its model lacks what is needed now', async () => {
    const rig = rigWith()
    const short = { system: 'Be short.', hasTools: false }
    await turn(rig, { to: 'blind', ...short })
    const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' } }
    const shown = [later[0] ?? {}, { role: 'user', content: [image, { type: 'text', text: 'What is it?' }] }]
    await turn(rig, { to: 'two', ...short, after: shown })
    expect(rig.asked()).toEqual(['gpt-3.5-turbo', 'claude-two'])
  })

  test('where its provider rests', async () => {
    const rig = rigWith({}, { reliability: { retries: 0, cooldowns: { allowedFails: 1 } } })
    const short = { system: 'Be short.', hasTools: false }
    await turn(rig, { to: 'blind', ...short })
    rig.services.cooldowns
      .begin({ provider: 'openai', account: 'default' })
      .end({ kind: 'failed', scope: 'provider', reason: '503', resetMs: null })
    await turn(rig, { to: 'two', ...short, after: later })
    expect(rig.asked()).toEqual(['gpt-3.5-turbo', 'claude-two'])
  })
})

describe('conversations of their own are', () => {
  test('a sub-agent’s, in the same session', async () => {
    const rig = rigWith()
    await turn(rig, { to: 'four' })
    expect(await turn(rig, { to: 'two', system: `You are a helper. ${long}` })).toBe('rule')
    expect(await turn(rig, { to: 'four', system: `You are a helper. ${long}`, after: later })).toBe('sticky')
    expect(await turn(rig, { to: 'two', after: later })).toBe('sticky')
    expect(rig.asked()).toEqual(['claude-four', 'claude-two', 'claude-two', 'claude-four'])
  })

  test('those of other sessions', async () => {
    const rig = rigWith()
    await turn(rig, { to: 'four' })
    await turn(rig, { to: 'two', session: 's2', after: later })
    expect(rig.asked()).toEqual(['claude-four', 'claude-two'])
  })
})

test('a tool loop that began elsewhere stays where its caller wants it', async () => {
  const rig = openRig({}, { routing: { mode: 'auto', complexity: { simple: 'gpt-cheap', moderate: 'gpt-cheap' } } })
  open.push(rig)
  const messages = [
    { role: 'user', content: 'Begin.' },
    { role: 'assistant', content: [{ type: 'tool_use', id: 't1', name: 'look', input: { city: 'Paris' } }] },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't1', content: 'Rain.' }] },
  ]
  await rig.post({ more: { ...tools.anthropic, messages } })
  expect([rig.asked(), rig.rows[0]?.route]).toEqual([['claude-dear'], 'passthrough'])
})
