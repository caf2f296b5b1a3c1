/** What a row keeps of routing, and what that says was saved. */
import { afterEach, describe, expect, test } from 'bun:test'
import type { RequestRecord } from '../../src/neutral/record.ts'
import { routingSavings } from '../../src/rules/savings.ts'
import { openRig, type Act, type Asking, type Rig } from './model-rig.ts'

const open: Rig[] = []
afterEach(() => Promise.all(open.splice(0).map((rig) => rig.stop())))

async function row(
  config: object,
  asking: Asking = {},
  acts: Readonly<Record<string, Act>> = {},
): Promise<RequestRecord> {
  const rig = openRig(acts, config)
  open.push(rig)
  await (await rig.post(asking)).text()
  return rig.rows[0] as RequestRecord
}

const saved = (one: RequestRecord): number =>
  routingSavings({ ...one, costStatus: one.cost.status, costNanoUsd: one.cost.nanoUsd })

const toCheap = { routing: { rules: [{ when: {}, use: 'claude-cheap' }] } }

describe('the baseline', () => {
  test('is the model that was asked for, at its own price: $0.02100 - $0.00960 = $0.01140', async () => {
    const prices = {
      'anthropic/claude-cheap': { inputUsd: 3.6, outputUsd: 30 },
      'anthropic/claude-dear': { inputUsd: 6, outputUsd: 75 },
    }
    const one = await row({ ...toCheap, prices })
    expect(one).toMatchObject({
      route: 'rule',
      baselineModel: 'anthropic/claude-dear',
      baselineNanoUsd: 21_000_000,
      cost: { nanoUsd: 9_600_000 },
    })
    expect(saved(one)).toBe(11_400_000)
  })

  test('of an alias is the settings’ own', async () => {
    const one = await row(
      { routing: { aliases: { mine: 'gpt-cheap' } }, savings: { baselineModel: 'claude-dear' } },
      { model: 'mine' },
    )
    expect(one).toMatchObject({ route: 'alias', baselineModel: 'anthropic/claude-dear', baselineNanoUsd: 30_000_000 })
    expect(saved(one)).toBe(28_000_000)
  })

  test('of a built-in alias, in capitals too', async () => {
    const config = { savings: { baselineModel: 'claude-dear' } }
    expect((await row(config, { model: 'rp:fast' })).baselineModel).toBe('anthropic/claude-dear')
    expect((await row(config, { model: 'RP:Fast' })).baselineModel).toBe('anthropic/claude-dear')
  })

  test('of a request that a header sends elsewhere is what the request names', async () => {
    const headers = { 'x-relayplane-model': 'claude-cheap' }
    const one = await row({}, { headers })
    expect(one).toMatchObject({ route: 'header', baselineModel: 'anthropic/claude-dear', baselineNanoUsd: 30_000_000 })
    expect(await row(toCheap, { headers })).toMatchObject({ route: 'header', baselineNanoUsd: 30_000_000 })
  })

  test('is none where nothing was routed, with a rule beside it or without', async () => {
    for (const config of [{}, { routing: { rules: [{ when: { agent: ['x'] }, use: 'claude-cheap' }] } }]) {
      const one = await row(config)
      expect(one).toMatchObject({ route: 'passthrough', baselineModel: null, baselineNanoUsd: null })
      expect(saved(one)).toBe(0)
    }
  })

  test('that nobody knows leaves the row without a comparison', async () => {
    const one = await row(
      { routing: { mode: 'auto', complexity: { moderate: 'claude-cheap' } } },
      { model: 'gpt-unheard-of' },
    )
    expect(one).toMatchObject({ route: 'auto', baselineModel: 'openai/gpt-unheard-of', baselineNanoUsd: null })
    expect(saved(one)).toBe(0)
  })
})

describe('what is saved', () => {
  test('is negative where routing was dearer', async () => {
    const one = await row({ routing: { rules: [{ when: {}, use: 'gpt-dear' }] } }, { model: 'claude-cheap' })
    expect([one.baselineNanoUsd, one.cost.nanoUsd, saved(one)]).toEqual([2_000_000, 30_000_000, -28_000_000])
  })

  test('has a given-up attempt in its cost: a climb to the model that was asked for loses the first try', async () => {
    const cascade = { models: ['claude-cheap', 'claude-dear'] }
    const one = await row(
      { routing: { mode: 'cascade', complexity: { enabled: false }, cascade } },
      {},
      { 'claude-cheap': '' },
    )
    expect([one.baselineNanoUsd, one.cost.nanoUsd, saved(one)]).toEqual([30_000_000, 32_000_000, -2_000_000])
  })

  test('is nothing for background traffic', async () => {
    const one = await row(toCheap, { headers: { 'x-relayplane-automated': '1' } })
    expect(one.baselineNanoUsd).toBe(30_000_000)
    expect(saved(one)).toBe(0)
  })
})

describe('the route of a row', () => {
  test('is the downgrade’s, where a limit led elsewhere, and the baseline still what was asked for', async () => {
    const rig = openRig(
      {},
      { ...toCheap, downgrade: { enabled: true, mapping: { 'claude-cheap': 'gpt-cheap' } }, budget: { dailyUsd: 10 } },
    )
    open.push(rig)
    const spender = { session: null, agent: null, provider: 'anthropic', model: 'm' }
    rig.services.ledger.fill({ kinds: new Set() }, [{ ...spender, atMs: Date.now() - 1000, nanoUsd: 9e9 }])
    const response = await rig.post({})
    expect(response.headers.get('x-relayplane-route')).toBe('downgrade')
    expect(rig.rows).toMatchObject([
      { route: 'downgrade', routedModel: 'gpt-cheap', baselineModel: 'anthropic/claude-dear', guard: 'downgraded' },
    ])
  })

  test('is the fallback’s, where who was chosen did not answer', async () => {
    const one = await row({ ...toCheap, fallbacks: { 'claude-cheap': ['gpt-cheap'] } }, {}, { 'claude-cheap': 529 })
    expect(one).toMatchObject({ route: 'fallback', routedModel: 'gpt-cheap', baselineModel: 'anthropic/claude-dear' })
  })

  test('is none where nothing was sent', async () => {
    expect(await row({}, { model: 'no-such-model' })).toMatchObject({ route: null, baselineModel: null })
  })
})
