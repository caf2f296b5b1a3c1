/** The replay against the pipeline itself, and the playground against its guard: both say what really happens. */
import { afterEach, describe, expect, test } from 'bun:test'
import { decideInPlay } from '../../src/app/playground.ts'
import { simulateHistory } from '../../src/app/simulate.ts'
import { openSimulatedWorld, worldSettings } from '../../src/app/simulate-world.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { openTestStore } from '../support/store.ts'
import { openRig, type Asking, type Rig } from '../pipeline/model-rig.ts'

const open: Rig[] = []
afterEach(() => Promise.all(open.splice(0).map((rig) => rig.stop())))

function rigWith(config: object): Rig {
  const rig = openRig({}, config)
  open.push(rig)
  return rig
}

/** What was really sent, then replayed by the settings that it was sent by. */
async function replayed(config: object, askings: readonly Asking[]) {
  const rig = rigWith(config)
  for (const asking of askings) await (await rig.post(asking)).text()
  const store = openTestStore()
  store.insert(...rig.rows)
  const { config: settings, providers } = rig.services
  const copied = structuredClone(worldSettings(settings(), settings().prices, providers().catalog))
  const all = { span: { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER }, limit: 1000 }
  return { rig, found: await simulateHistory(store.database, all, openSimulatedWorld(copied, systemClock)) }
}

const tiers = { simple: 'claude-cheap', moderate: 'gpt-cheap', complex: 'claude-dear' }
const hard =
  'Design and prove correct a distributed lock. It must survive partitions, should be fair, and ensure at most one holder.\n' +
  '- analyse the trade-offs\n- refactor src/lock.ts and src/lease.ts\n- migrate without downtime\n- why does it deadlock?'

const askings: readonly Asking[] = [
  { prompt: 'Hi', headers: { 'x-relayplane-session': 'a' } },
  { prompt: hard, headers: { 'x-relayplane-session': 'b' } },
  { dialect: 'openai-chat', model: 'gpt-dear', prompt: 'Hi', headers: { 'x-relayplane-session': 'c' } },
  { dialect: 'gemini', model: 'gemini-dear', prompt: hard, headers: { 'x-relayplane-session': 'd' } },
  { prompt: 'Hi', headers: { 'x-relayplane-session': 'e', 'x-relayplane-model': 'gpt-cheap' } },
  { model: 'rp:mine', prompt: 'Hi', headers: { 'x-relayplane-session': 'f' } },
  { prompt: 'Hi', headers: { 'x-relayplane-session': 'g', 'x-relayplane-agent': 'nightly' } },
  { dialect: 'openai-chat', mount: '/openai', model: 'gpt-dear', headers: { 'x-relayplane-session': 'h' } },
]

describe('what was routed is replayed to where it went, at what it cost,', () => {
  test.each([
    ['by complexity', { mode: 'complexity', complexity: tiers }],
    ['by rules', { rules: [{ when: { agent: ['night*'] }, use: 'gemini-cheap' }] }],
    ['by kind of work', { mode: 'auto', complexity: tiers }],
    ['by tokens', { rules: [{ when: { model: ['claude*'], maxInputTokens: 100 }, use: 'gemini-cheap' }] }],
    ['by a cascade', { mode: 'cascade', cascade: { models: ['claude-cheap', 'claude-dear'] } }],
    ['by nothing', {}],
  ])('%s', async (_, routing) => {
    const aliases = { 'rp:mine': 'claude-cheap' }
    const { rig, found } = await replayed({ routing: { aliases, ...routing } }, askings)
    const sent = rig.rows.map(({ provider, routedModel }) => `${provider}/${routedModel}`).toSorted()
    const pairs = found.byPair.flatMap(({ to, requests }) => Array.from({ length: requests }, () => to)).toSorted()
    expect(pairs).toEqual(sent)
    expect([found.totals.changed, found.refused, found.unpriced, found.skipped]).toEqual([0, 0, 0, 0])
    expect(found.totals.nowNanoUsd).toBe(rig.rows.reduce((sum, { cost }) => sum + (cost.nanoUsd ?? 0), 0))
  })
})

test('the limits have their say in the playground, and nothing of it counts against them', async () => {
  const rig = rigWith({ budget: { enabled: true, perRequestUsd: 0.000_001, onBreach: 'block' } })
  const body = { model: 'claude-dear', max_tokens: 2000, messages: [{ role: 'user', content: 'Hi' }] }
  const found = await decideInPlay({ endpoint: '/v1/messages', body }, rig.services)
  expect(found.limit).toMatchObject({ action: 'block', sentence: expect.stringContaining('estimated') })
  expect([rig.rows.length, rig.alerts.length, rig.asked().length, rig.services.ledger.reservations()]).toEqual([
    0, 0, 0, 0,
  ])
})

test('the playground decides as the stages do, and leaves their settings as they are', async () => {
  const rig = rigWith({})
  const body = { model: 'claude-dear', max_tokens: 2000, messages: [{ role: 'user', content: hard }] }
  const settings = { routing: { mode: 'complexity', complexity: tiers } }
  const found = await decideInPlay({ endpoint: '/v1/messages', body, settings }, rig.services)
  await (await rigAsked(settings, { prompt: hard })).text()
  expect(found.decision?.candidates[0]?.name).toBe(`${open[1]?.rows[0]?.provider}/${open[1]?.rows[0]?.routedModel}`)
  expect(rig.services.config().routing.mode).toBe('passthrough')
})

const rigAsked = (config: object, asking: Asking): Promise<Response> => rigWith(config).post(asking)
