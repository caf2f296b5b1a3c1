/** Who is asked, through all stages: each rule in its place, what stays as it was, and what the row and the answer say of it. */
import { afterEach, describe, expect, test } from 'bun:test'
import type { RequestRecord } from '../../src/neutral/record.ts'
import { json } from '../support/provider.ts'
import { allDialects, openRig, requestOf, type Act, type Asking, type Rig } from './model-rig.ts'

const open: Rig[] = []
afterEach(() => Promise.all(open.splice(0).map((rig) => rig.stop())))
function rigWith(config: object, acts: Readonly<Record<string, Act>> = {}): Rig {
  const rig = openRig(acts, config)
  open.push(rig)
  return rig
}

/** What of an answer speaks of routing. */
const said = ({ headers }: Response) =>
  ['route', 'model', 'requested-model', 'task', 'complexity'].map((name) => headers.get(`x-relayplane-${name}`))

async function asks(rig: Rig, asking: Asking = {}) {
  const response = await rig.post(asking)
  const text = await response.text()
  return { response, text, status: response.status, row: rig.rows.at(-1) as RequestRecord }
}

const tierModels = { simple: 'claude-cheap', moderate: 'gpt-cheap', complex: 'claude-dear' }

describe('the first of these that has something to say decides', () => {
  const rules = [{ when: { agent: ['robot'] }, use: 'gpt-dear' }]
  const all = {
    routing: { mode: 'complexity', complexity: tierModels, rules, aliases: { mine: 'gpt-cheap' } },
    modelOverrides: { 'claude-old': 'gemini-cheap' },
  }
  const robot = { 'x-relayplane-agent': 'robot' }
  const cases: readonly (readonly [string, Asking, string, string])[] = [
    ['the header', { model: 'claude-old', headers: { 'x-relayplane-model': 'gpt-dear' } }, 'header', 'gpt-dear'],
    ['the header, by an alias', { headers: { 'x-relayplane-model': 'mine' } }, 'header', 'gpt-cheap'],
    ['an override, before a rule', { model: 'claude-old', headers: robot }, 'override', 'gemini-cheap'],
    ['an alias, before a rule', { model: 'mine', headers: robot }, 'alias', 'gpt-cheap'],
    ['a rule, before the mode', { headers: robot }, 'rule', 'gpt-dear'],
    ['the mode', {}, 'complexity', 'claude-cheap'],
  ]
  test.each(cases)('%s', async (_, asking, route, model) => {
    const rig = rigWith(all)
    const { response, row } = await asks(rig, asking)
    expect(rig.asked()).toEqual([model])
    expect(said(response)).toEqual([route, model, asking.model ?? 'claude-dear', 'generation', 'simple'])
    expect(row).toMatchObject({ route, routedModel: model, outcome: 'complete' })
    expect(row.trace.find(({ did }) => did === `by ${route}`)?.stage).toBe('route')
  })

  test('the header, also where nothing else could', async () => {
    const { response, row } = await asks(rigWith({}), { headers: { 'x-relayplane-model': 'claude-cheap' } })
    expect([response.headers.get('x-relayplane-route'), row.route]).toEqual(['header', 'header'])
  })

  test('a suffix, among the models of a family', async () => {
    const rig = rigWith({})
    const { response, row } = await asks(rig, { model: 'claude-opus-4-6:cost' })
    expect(rig.asked()).toHaveLength(1)
    expect(rig.asked()[0]).toStartWith('claude-sonnet-')
    expect(said(response).slice(0, 3)).toEqual(['suffix', rig.asked()[0] ?? '', 'claude-opus-4-6:cost'])
    expect(row).toMatchObject({ route: 'suffix', baselineModel: 'anthropic/claude-opus-4-6' })
  })
})

describe('a rule sees', () => {
  const use = 'gpt-cheap'
  const cases: readonly (readonly [string, object, Asking, Asking])[] = [
    ['the agent', { agent: ['robot'] }, { headers: { 'x-relayplane-agent': 'robot' } }, {}],
    ['tags', { tags: { team: 'docs*' } }, { headers: { 'x-relayplane-tags': 'team=docs-eu' } }, {}],
    ['the task', { task: ['long_context'] }, { prompt: 'word '.repeat(20_000) }, {}],
    ['the tokens', { minInputTokens: 5000 }, { prompt: 'word '.repeat(20_000) }, {}],
    ['the tier', { complexity: ['simple'] }, {}, { prompt: hard() }],
    ['the name', { model: ['claude-d*'] }, {}, { model: 'claude-cheap' }],
    ['background traffic', { automated: true }, { headers: { 'x-relayplane-automated': 'true' } }, {}],
  ]
  test.each(cases)('%s', async (_, when, matching, other) => {
    const rig = rigWith({ routing: { rules: [{ when, use }] } })
    expect((await asks(rig, matching)).row.route).toBe('rule')
    expect((await asks(rig, other)).row.route).toBe('passthrough')
    expect(rig.asked()).toEqual([use, other.model ?? 'claude-dear'])
  })
})

/** A request that looks hard to the scorer. */
function hard(): string {
  const step = 'Then prove that the algorithm is correct, analyze its complexity and refactor the architecture. '
  return `1. ${step.repeat(8)}\n2. Design a distributed system with trade-offs.\n\`\`\`ts\nconst x = 1\n\`\`\`\n${step.repeat(20)}`
}

describe('every dialect is led to a model of its own and of others', () => {
  const targets = ['claude-cheap', 'gpt-cheap', 'gemini-cheap']
  for (const dialect of allDialects)
    for (const target of targets)
      test.each([false, true])(`${dialect} to ${target}, streamed: %p`, async (isStream) => {
        const rig = rigWith({ routing: { rules: [{ when: {}, use: target }] } }, { [target]: 'Good evening.' })
        const model = dialect === 'gemini' ? 'gemini-dear' : dialect === 'anthropic' ? 'claude-dear' : 'gpt-dear'
        const { row, text, status, response } = await asks(rig, { dialect, model, isStream })
        expect([status, rig.asked()]).toEqual([200, [target]])
        const said = text.replaceAll(/"[},\]\n].*?"(?:text|content|delta)":\s*"/gs, '')
        expect(said.includes('Good even') || said.includes('Good evening.')).toBeTrue()
        expect(response.headers.get('x-relayplane-route')).toBe('rule')
        expect(row).toMatchObject({ dialect, route: 'rule', routedModel: target, cost: { nanoUsd: 2_000_000 } })
      })
})

describe('as it came goes what another decision than a rule’s leaves alone', () => {
  const odd =
    '{ "model" : "claude-dear",\n "messages":[{"role":"user","content":"H\\u0069"}], "x":1.0, "max_tokens":9 }'
  const init = (headers = {}) => ({
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: odd,
  })
  const configs: readonly (readonly [string, object, Record<string, string>])[] = [
    ['nothing configured', {}, {}],
    ['a rule that does not match', { routing: { rules: [{ when: { agent: ['nobody'] }, use: 'gpt-cheap' }] } }, {}],
    ['a mode that wants the same model', { routing: { mode: 'auto', complexity: { simple: 'claude-dear' } } }, {}],
    ['a mode, and a caller that skips routing', { routing: { mode: 'auto' } }, { 'x-relayplane-bypass': '1' }],
    ['a mode that is switched off', { routing: { mode: 'cascade', cascade: { enabled: false } } }, {}],
    [
      'a cascade whose first rung it is',
      { routing: { mode: 'cascade', cascade: { models: ['claude-dear', 'gpt-dear'] } } },
      {},
    ],
  ]
  test.each(configs)('%s', async (_, config, headers) => {
    const answer = '{"type":"message",  "content":[{"type":"text","text":"F\\u0069ne"}],"stop_reason":"end_turn" }\n'
    const rig = rigWith(config, {
      'claude-dear': () => new Response(answer, { headers: { 'content-type': 'application/json', 'x-own': 'y' } }),
    })
    const response = await rig.ask('/v1/messages', init(headers))
    expect(await response.text()).toBe(answer)
    expect(response.headers.get('x-own')).toBe('y')
    expect(rig.provider.seen.map(({ text }) => text)).toEqual([odd])
    expect(rig.provider.seen[0]?.headers.has('x-relayplane-bypass')).toBeFalse()
  })

  test('embeddings, whatever is configured', async () => {
    const rig = rigWith(
      { routing: { mode: 'auto', rules: [{ when: {}, use: 'gpt-cheap' }] } },
      { 'text-embedding-3-small': () => json({ object: 'list', data: [], usage: { prompt_tokens: 1 } }) },
    )
    const body = '{"model":"text-embedding-3-small",  "input":"x"}'
    const headers = { 'content-type': 'application/json' }
    const response = await rig.ask('/v1/embeddings', { method: 'POST', headers, body })
    expect(response.headers.get('x-relayplane-route')).toBe('passthrough')
    expect(rig.provider.seen[0]?.text).toBe(body)
    expect(rig.rows).toMatchObject([{ route: null, complexity: null }])
  })
})

describe('X-RelayPlane-Bypass', () => {
  test('skips modes, rules and overrides', async () => {
    const rig = rigWith({
      routing: { mode: 'complexity', complexity: tierModels, rules: [{ when: {}, use: 'gpt-cheap' }] },
      modelOverrides: { 'claude-dear': 'gpt-dear' },
    })
    const { response } = await asks(rig, { headers: { 'x-relayplane-bypass': 'true' } })
    expect([rig.asked(), response.headers.get('x-relayplane-route')]).toEqual([['claude-dear'], 'passthrough'])
    await asks(rig, { headers: { 'x-relayplane-bypass': 'false' } })
    expect(rig.asked()).toEqual(['claude-dear', 'gpt-dear'])
  })

  test('skips the cache', async () => {
    const rig = rigWith({ cache: { enabled: true, onlyWhenDeterministic: false } })
    const { response, row } = await asks(rig, { headers: { 'x-relayplane-bypass': '1' } })
    expect([response.headers.get('x-relayplane-cache'), row.cache]).toEqual(['bypass', 'bypass'])
    expect((await asks(rig)).row.cache).toBe('miss')
  })

  test('never skips the guard', async () => {
    const rig = rigWith({ budget: { enabled: true, dailyUsd: 0.000001, onBreach: 'block' } })
    rig.services.ledger.fill({ kinds: new Set() }, [])
    const { status, row } = await asks(rig, { headers: { 'x-relayplane-bypass': '1' } })
    expect([status, row.guard, rig.asked()]).toEqual([402, 'blocked', []])
  })

  test('an alias means nothing without routing, and is refused', async () => {
    const rig = rigWith({})
    const { status, text } = await asks(rig, { model: 'rp:fast', headers: { 'x-relayplane-bypass': '1' } })
    // A 503 would be tried again, and what is not decided leads nowhere the next time either.
    expect([status, rig.asked()]).toEqual([404, []])
    expect(text).toContain('X-RelayPlane-Bypass skips routing; rp:fast is known to no provider.')
  })
})

describe('a provider named in the path', () => {
  test('bounds a rule: its own models are chosen, no others', async () => {
    const rig = rigWith({ routing: { rules: [{ when: {}, use: 'gpt-cheap' }] } })
    const { row } = await asks(rig, { mount: '/anthropic' })
    expect(row).toMatchObject({ provider: 'anthropic', routedModel: 'claude-dear' })
    const own = rigWith({ routing: { rules: [{ when: {}, use: 'claude-cheap' }] } })
    expect((await asks(own, { mount: '/anthropic' })).row).toMatchObject({
      provider: 'anthropic',
      routedModel: 'claude-cheap',
      route: 'rule',
    })
  })

  test('bounds an alias', async () => {
    const rig = rigWith({ routing: { aliases: { mine: 'gpt-cheap' } } })
    const { status, text } = await asks(rig, { mount: '/anthropic', model: 'mine' })
    expect([status, rig.asked()]).toEqual([503, []])
    expect(text).toContain('is not at anthropic, which the path names')
  })
})

describe('a name that nobody knows', () => {
  test.each([
    ['with nothing configured', {}],
    ['with a rule', { routing: { rules: [{ when: { agent: ['x'] }, use: 'gpt-cheap' }] } }],
    ['with an override', { modelOverrides: { a: 'gpt-cheap' } }],
  ])('is a 404 in the caller’s dialect, %s', async (_, config) => {
    const rig = rigWith(config)
    const { status, text } = await asks(rig, { model: 'no-such-model' })
    expect([status, rig.asked()]).toEqual([404, []])
    expect(JSON.parse(text)).toMatchObject({ type: 'error', error: { type: 'not_found_error' } })
  })

  test.each([
    ['with a suffix', { model: 'no-such-model:cost' }],
    ['that begins as an alias does', { model: 'rp:fastt' }],
    ['of a header', { headers: { 'x-relayplane-model': 'rp:fastt' } }],
  ])('is one too %s: what nobody knows is not to be tried again', async (_, asking) => {
    const rig = rigWith({})
    const { status, text } = await asks(rig, asking)
    expect([status, rig.asked()]).toEqual([404, []])
    expect(text).toContain('No provider is known for the model')
  })

  test('an alias whose models nobody has a key for says so, once', async () => {
    const rig = rigWith({ routing: { aliases: { mine: 'groq/llama-3.3-70b-versatile' } } })
    const { status, text } = await asks(rig, { model: 'mine' })
    expect(status).toBe(503)
    expect(text.split('has no key for Groq')).toHaveLength(2)
  })
})

describe('a count', () => {
  const count = (rig: Rig, model: string) =>
    rig.ask('/v1/messages/count_tokens', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hi' }] }),
    })
  const counted = { 'claude-cheap': () => json({ input_tokens: 7 }), 'claude-dear': () => json({ input_tokens: 9 }) }

  test('of an alias is made by the model that it stands for', async () => {
    const rig = rigWith({ routing: { aliases: { mine: 'claude-cheap' } } }, counted)
    const response = await count(rig, 'mine')
    expect([response.status, await response.json()]).toEqual([200, { input_tokens: 7 }])
    expect(rig.rows).toMatchObject([{ route: null, cost: { nanoUsd: 0 } }])
  })

  test('is not moved by a mode, which goes by answers', async () => {
    const rig = rigWith(
      { routing: { mode: 'auto', complexity: { moderate: 'claude-cheap', simple: 'claude-cheap' } } },
      counted,
    )
    expect(await (await count(rig, 'claude-dear')).json()).toEqual({ input_tokens: 9 })
  })
})

test('the cache keeps apart what rules lead to different models', async () => {
  const rig = rigWith({
    cache: { enabled: true, onlyWhenDeterministic: false },
    routing: { rules: [{ when: { tags: { team: 'a' } }, use: 'gpt-cheap' }] },
  })
  const keys: string[] = []
  rig.services.responses.get = (key) => (keys.push(key), Promise.resolve(null))
  await asks(rig, { headers: { 'x-relayplane-tags': 'team=a' } })
  await asks(rig, { headers: { 'x-relayplane-tags': 'team=b' } })
  expect(keys).toHaveLength(2)
  expect(keys[0]).not.toBe(keys[1] ?? '')
})

test('a key of the caller’s goes to nobody but its provider, wherever the call is led', async () => {
  const rig = rigWith({ routing: { rules: [{ when: {}, use: 'gpt-cheap' }] } })
  const own = 'sk-ant-api03-FAKE-callers-own-key'
  await rig.ask(...requestOf({ headers: { 'x-api-key': own } }))
  expect(rig.asked()).toEqual(['gpt-cheap'])
  expect(JSON.stringify([...(rig.provider.seen[0]?.headers ?? [])])).not.toContain(own)
})

test('a provider rests for routing once all of its accounts do', async () => {
  const accounts = ['one', 'two'].map((label) => ({ label, apiKey: `sk-proj-FAKE-${label}-0000000000` }))
  const rig = rigWith({
    providers: { openai: { accounts } },
    routing: { rules: [{ when: {}, use: 'gpt-cheap' }] },
    reliability: { cooldowns: { allowedFails: 1 } },
  })
  const fail = (account: string) =>
    rig.services.cooldowns
      .begin({ provider: 'openai', account })
      .end({ kind: 'failed', scope: 'account', reason: '429', resetMs: null })
  for (const account of ['default', 'one']) fail(account)
  await asks(rig)
  fail('two')
  const { row } = await asks(rig)
  expect(rig.asked()).toEqual(['gpt-cheap', 'claude-dear'])
  expect(row.trace.find(({ did }) => did === 'not openai/gpt-cheap')?.why).toBe('it is left alone after failures')
})
