/** What models have shown decides who is asked next, and who asks again is noticed: through all stages, with a clock of the test's own. */
import { afterEach, expect, test } from 'bun:test'
import { systemClock } from '../../src/lib/clock.ts'
import { openRig, type Rig } from './model-rig.ts'

const open: Rig[] = []
afterEach(() => Promise.all(open.splice(0).map((rig) => rig.stop())))

function openClocked() {
  let nowMs = Date.UTC(2026, 0, 2)
  const rig = openRig({}, { routing: { observe: true } }, { clock: { ...systemClock, now: () => nowMs } })
  open.push(rig)
  return {
    rig,
    pass: (ms: number) => (nowMs += ms),
    ask: async (headers: Record<string, string> = {}) => {
      await (
        await rig.post({ prompt: 'Why does the build fail?', headers: { 'x-relayplane-session': 's1', ...headers } })
      ).text()
      return rig.rows.at(-1)
    },
  }
}

test('the second of two equal questions is told by the id of the first, and the first counts as bad', async () => {
  const { rig, ask, pass } = openClocked()
  const first = await ask()
  pass(60_000)
  const second = await ask()
  expect(second?.facts?.repeats).toBe(first?.id ?? '')
  expect(first?.facts).not.toHaveProperty('repeats')
  const { provider, routedModel, taskType } = second ?? {}
  if (provider == null || routedModel == null || taskType == null) throw new Error('it was not answered')
  const known = rig.services.signals.of({ provider, model: routedModel }, taskType)
  expect(known?.answers).toBe(2)
  expect(known?.badShare).toBeGreaterThan(0)
})

test('another session, or a program, asks for the first time', async () => {
  const { ask, pass } = openClocked()
  await ask()
  pass(60_000)
  expect((await ask({ 'x-relayplane-session': 's2' }))?.facts).not.toHaveProperty('repeats')
  expect((await ask({ 'x-relayplane-automated': 'true' }))?.facts).not.toHaveProperty('repeats')
})

test('of an answer that a cascade looked at the row says so, of others it says nothing', async () => {
  const cascade = { mode: 'cascade', cascade: { models: ['claude-cheap', 'claude-dear'] } }
  const rig = openRig({}, { routing: cascade })
  open.push(rig)
  await (await rig.post({})).text()
  expect(rig.rows[0]).toMatchObject({ route: 'cascade', routedModel: 'claude-cheap', facts: { isUsable: true } })
  const plain = openRig({}, { routing: { observe: true } })
  open.push(plain)
  await (await plain.post({})).text()
  expect(plain.rows[0]?.facts).not.toHaveProperty('isUsable')
})
