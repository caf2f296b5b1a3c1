/** Who is asked, and who after it: what was decided, held to what may be spent. */
import { afterEach, describe, expect, test } from 'bun:test'
import { openRig, type Act, type Asking, type Rig } from './model-rig.ts'

const open: Rig[] = []
afterEach(() => Promise.all(open.splice(0).map((rig) => rig.stop())))

interface Limits {
  readonly budget?: object
  readonly downgrade?: object
  /** Of the last day. */
  readonly spentUsd?: number
}

function rigWith(
  routing: object,
  { spentUsd = 0, ...limits }: Limits,
  acts: Readonly<Record<string, Act>> = {},
  more = {},
) {
  const rig = openRig(acts, { routing, ...limits, ...more })
  open.push(rig)
  const spender = { session: null, agent: null, provider: 'anthropic', model: 'm' }
  rig.services.ledger.fill({ kinds: new Set() }, [{ ...spender, atMs: Date.now() - 1000, nanoUsd: spentUsd * 1e9 }])
  return rig
}

async function asks(rig: Rig, asking: Asking = {}) {
  const response = await rig.post(asking)
  return { status: response.status, text: await response.text(), headers: response.headers, row: rig.rows.at(-1) }
}

describe('what a budget leads to is undone by nothing', () => {
  /** A tenth of a cent is left: for no answer that costs anything. */
  const spent: Limits = {
    spentUsd: 9.999,
    budget: {
      enabled: true,
      dailyUsd: 10,
      hourlyUsd: null,
      perRequestUsd: null,
      onBreach: 'downgrade',
      downgradeTo: 'acme/small',
    },
  }
  const acme = { providers: { acme: { dialect: 'anthropic', baseUrl: 'http://127.0.0.1:1', apiKey: 'FAKE' } } }
  const free = { prices: { 'acme/small': { inputUsd: 0, outputUsd: 0 } } }
  const ways: readonly (readonly [string, object, Asking])[] = [
    ['a mode', { mode: 'auto', complexity: { simple: 'claude-dear', moderate: 'claude-dear' } }, {}],
    ['a rule', { rules: [{ when: {}, use: 'claude-dear' }] }, {}],
    ['a header', {}, { headers: { 'x-relayplane-model': 'claude-dear' } }],
    ['an alias', { aliases: { mine: 'claude-dear' } }, { model: 'mine' }],
    ['a cascade', { mode: 'cascade', cascade: { models: ['claude-cheap', 'claude-dear'] } }, {}],
    ['a caller that skips routing', {}, { headers: { 'x-relayplane-bypass': '1' } }],
    ['fallbacks', { rules: [{ when: {}, use: 'claude-cheap' }] }, {}],
  ]
  test.each(ways)('%s', async (_, routing, asking) => {
    const fallbacks = { 'claude-cheap': ['claude-dear'], small: ['claude-dear'] }
    const rig = rigWith(routing, spent, {}, { ...acme, ...free, fallbacks })
    const { row } = await asks(rig, asking)
    // It is led to a server that is not there; nobody else is asked in its place.
    expect(rig.asked()).toEqual([])
    expect(row).toMatchObject({ route: 'downgrade', provider: 'acme', routedModel: 'small', guard: 'downgraded' })
  })

  test('an override', async () => {
    const rig = rigWith({}, spent, {}, { ...acme, ...free, modelOverrides: { 'claude-old': 'claude-dear' } })
    await asks(rig, { model: 'claude-old' })
    expect([rig.asked(), rig.rows[0]?.route]).toEqual([[], 'downgrade'])
  })
})

describe('near a limit', () => {
  const near: Limits = { spentUsd: 9, downgrade: { enabled: true }, budget: { dailyUsd: 10 } }

  test('a model that a rule chose gives way, too', async () => {
    const mapping = { 'claude-dear': 'gpt-cheap' }
    const rig = rigWith(
      { rules: [{ when: {}, use: 'claude-dear' }] },
      { ...near, downgrade: { enabled: true, mapping } },
    )
    const { headers } = await asks(rig)
    expect(rig.asked()).toEqual(['gpt-cheap'])
    expect(headers.get('x-relayplane-downgraded')).toStartWith('claude-dear -> gpt-cheap')
  })

  test('where a model is kept and fails, nobody dearer is asked', async () => {
    const fallbacks = { 'claude-cheap': ['gpt-dear', 'gpt-cheap'] }
    const rig = rigWith({}, near, { 'claude-cheap': 529 }, { fallbacks })
    expect((await asks(rig, { model: 'claude-cheap' })).status).toBe(200)
    expect(rig.asked()).toEqual(['claude-cheap', 'gpt-cheap'])
  })
})

describe('who is asked where the first one fails', () => {
  test('the settings’ fallbacks, then the rest of the decision', async () => {
    const rig = rigWith(
      { rules: [{ when: {}, use: 'claude-cheap' }] },
      {},
      { 'claude-cheap': 529, 'gpt-cheap': 529 },
      { fallbacks: { 'claude-cheap': ['gpt-cheap'] } },
    )
    expect((await asks(rig)).status).toBe(200)
    expect(rig.asked()).toEqual(['claude-cheap', 'gpt-cheap', 'claude-dear'])
  })

  test('no one twice', async () => {
    const rig = rigWith(
      { rules: [{ when: {}, use: 'claude-cheap' }] },
      {},
      { 'claude-cheap': 529, 'claude-dear': 529 },
      { fallbacks: { 'claude-cheap': ['anthropic/claude-dear', 'claude-dear'] } },
    )
    expect((await asks(rig)).status).toBe(529)
    expect(rig.asked()).toEqual(['claude-cheap', 'claude-dear'])
  })

  test('no one who does not fit within a limit, and no alert is raised over it', async () => {
    const budget = { enabled: true, dailyUsd: null, hourlyUsd: null, perRequestUsd: 0.05, onBreach: 'block' }
    const rig = rigWith({ rules: [{ when: {}, use: 'claude-cheap' }] }, { budget }, { 'claude-cheap': 529 })
    expect((await asks(rig)).status).toBe(529)
    expect([rig.asked(), rig.alerts]).toEqual([['claude-cheap'], []])
  })
})

test('nobody who lacks an ability is chosen: a picture goes past a model that reads none', async () => {
  const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' } }
  const messages = [{ role: 'user', content: [image, { type: 'text', text: 'What is it?' }] }]
  const rig = rigWith({ rules: [{ when: {}, use: 'gpt-3.5-turbo' }] }, {})
  const { row } = await asks(rig, { more: { messages } })
  expect(rig.asked()).toEqual(['claude-dear'])
  expect(row?.trace).toContainEqual({ stage: 'route', did: 'not openai/gpt-3.5-turbo', why: 'it reads no images' })
})
