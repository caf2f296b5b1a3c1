/** Where we fail at telling what a request is, or at deciding where it goes. */
import { afterEach, describe, expect, test } from 'bun:test'
import { everyTime, failingAt, type PipelineParts } from '../support/services.ts'
import { openRig, type Asking, type Rig } from './model-rig.ts'

const open: Rig[] = []
afterEach(() => Promise.all(open.splice(0).map((rig) => rig.stop())))
function rigWith(config: object, replace: NonNullable<PipelineParts['replace']>): Rig {
  const rig = openRig({}, config, { replace })
  open.push(rig)
  return rig
}

async function asks(rig: Rig, asking: Asking = {}) {
  const response = await rig.post(asking)
  await response.text()
  return { response, status: response.status, row: rig.rows.at(-1) }
}

describe('a fault of ours leaves the caller its own model, and is marked', () => {
  const auto = { routing: { mode: 'auto', complexity: { simple: 'gpt-cheap', moderate: 'gpt-cheap' } } }

  test('in classify', async () => {
    const rig = rigWith(auto, ({ automated }) => ({ automated: { see: failingAt(everyTime, automated.see) } }))
    const { response, status, row } = await asks(rig)
    expect([status, rig.asked(), response.headers.get('x-relayplane-bypass')]).toEqual([
      200,
      ['claude-dear'],
      'classify',
    ])
    expect(row).toMatchObject({ route: 'passthrough', bypass: ['classify'], complexity: null, facts: null })
    expect(rig.log.join('\n')).not.toContain('Hi')
  })

  test('in route', async () => {
    const rig = rigWith(auto, ({ knownNames }) => ({
      knownNames,
      alternatives: { of: failingAt(everyTime, () => []) },
    }))
    const { response, status, row } = await asks(rig)
    expect([status, rig.asked(), response.headers.get('x-relayplane-bypass')]).toEqual([200, ['claude-dear'], 'route'])
    expect(row).toMatchObject({ route: 'passthrough', bypass: ['route'] })
  })

  test('an alias has no model of its own: it is refused, and never sent anywhere', async () => {
    const rig = rigWith({}, () => ({ alternatives: { of: failingAt(everyTime, () => []) } }))
    const { status } = await asks(rig, { model: 'rp:fast' })
    expect([status >= 400, rig.asked()]).toEqual([true, []])
  })
})
