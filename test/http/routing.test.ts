/** Routing over real HTTP, from the settings file to the database and the figures that are made of it. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Savings } from '../../src/control/savings-shapes.ts'
import { scriptedProvider, type ScriptedProvider } from '../support/provider.ts'
import { startRelay, type Relay } from '../support/relay.ts'
import { dialectOf, modelOf, requestOf, variablesFor, written, type Asking } from '../pipeline/model-rig.ts'

let provider: ScriptedProvider
let relay: Relay

beforeAll(async () => {
  provider = scriptedProvider((seen) => {
    const isStream = seen.text.includes('"stream":true') || seen.target.includes(':stream')
    const texts = written(dialectOf(seen.target), modelOf(seen), 'Fine.', isStream)
    return new Response(texts.join(''), {
      headers: { 'content-type': isStream ? 'text/event-stream' : 'application/json' },
    })
  })
  relay = await startRelay({
    variables: variablesFor(provider.url),
    config: {
      routing: {
        rules: [{ when: { agent: ['saver'] }, use: 'claude-less' }],
        aliases: { mine: 'gpt-5', theirs: 'mine', lost: 'no-such-model', a: 'b', b: 'a' },
      },
      // 1000 tokens in and 200 out are $0.02100 and $0.00960.
      prices: {
        'anthropic/claude-more': { inputUsd: 6, outputUsd: 75 },
        'anthropic/claude-less': { inputUsd: 3.6, outputUsd: 30 },
      },
    },
  })
})
afterAll(async () => {
  await relay.stop()
  await provider.stop()
})

const ask = (asking: Asking): Promise<Response> => {
  const [target, init] = requestOf(asking)
  return fetch(relay.url + target, init)
}

async function asked(asking: Asking) {
  const response = await ask(asking)
  await response.text()
  return { status: response.status, headers: response.headers, row: relay.lastRow(), model: lastModel() }
}

const lastModel = (): string | null => {
  const last = provider.seen.at(-1)
  return last === undefined ? null : modelOf(last)
}

const saver = { 'x-relayplane-agent': 'saver' }

test('what is decided stands in the row', async () => {
  const { status, headers, row } = await asked({ model: 'claude-more', headers: saver })
  expect([status, headers.get('x-relayplane-route'), headers.get('x-relayplane-cost-usd')]).toEqual([
    200,
    'rule',
    '0.0096',
  ])
  expect(row).toMatchObject({
    route: 'rule',
    requested_model: 'claude-more',
    routed_model: 'claude-less',
    automated: null,
    complexity_tier: 'simple',
    baseline_model: 'anthropic/claude-more',
    baseline_nano_usd: 21_000_000,
    cost_nano_usd: 9_600_000,
    facts:
      '{"tools":0,"messages":1,"images":false,"toolTurn":false,"sideCall":null,"maxOutputTokens":2000,"expected":{"inputTokens":29,"outputTokens":2000}}',
  })
})

test('and in the figures: $0.02100 - $0.00960 = $0.01140, background traffic and passthrough apart', async () => {
  const figure = async () => ((await (await fetch(`${relay.url}/v1/telemetry/savings`)).json()) as Savings).routing
  const { savedNanoUsd, requests } = await figure()
  await asked({ model: 'claude-more', headers: saver })
  await asked({ model: 'claude-more', headers: { ...saver, 'x-relayplane-automated': 'true' } })
  await asked({ model: 'claude-more' })
  await relay.until(
    'the sums are made',
    () => relay.rows('SELECT seq FROM requests WHERE seq > (SELECT max(seq) FROM fold_state)').length === 0,
  )
  expect(await figure()).toMatchObject({ requests: requests + 1, savedNanoUsd: savedNanoUsd + 11_400_000 })
})

describe('names', () => {
  test.each([
    ['rp:fastt', 'rp:fast'],
    ['rp-cheap', 'rp:cheap'],
    ['myne', 'mine'],
    ['gmini-2.5-pro:cost', 'gemini-2.5-pro'],
  ])('%s that nobody has is told what it is near to, also of aliases', async (model, near) => {
    const response = await ask({ model })
    expect([response.status, lastModel() === model]).toEqual([404, false])
    expect(await response.text()).toMatch(new RegExp(`Did you mean [^?]*\\b${near}\\b`))
  })

  test('of the path are read like those of a body: an alias, a suffix', async () => {
    const alias = await asked({ dialect: 'gemini', model: 'mine' })
    expect([alias.status, alias.model, alias.row['route']]).toEqual([200, 'gpt-5', 'alias'])
    const suffix = await asked({ dialect: 'gemini', model: 'gemini-2.5-pro:cost', isStream: true })
    expect([suffix.status, suffix.row['route']]).toEqual([200, 'suffix'])
    expect(suffix.model).toStartWith('gemini-')
    expect(suffix.model).not.toContain('cost')
    expect(suffix.row['baseline_model']).toBe('google/gemini-2.5-pro')
  })

  test('that can be asked for are listed: aliases of ours and of the settings that lead somewhere', async () => {
    const list = (await (await fetch(`${relay.url}/v1/models`)).json()) as { data: { id: string }[] }
    const ids = new Set(list.data.map(({ id }) => id))
    const names = ['rp:fast', 'rp:best', 'relayplane:cheap', 'mine', 'theirs', 'lost', 'a']
    expect(names.filter((name) => ids.has(name))).toEqual(['rp:fast', 'rp:best', 'relayplane:cheap', 'mine', 'theirs'])
    for (const name of ['rp:fast', 'mine', 'theirs']) expect((await asked({ model: name })).status).toBe(200)
  })

  test('that lead nowhere are refused', async () => {
    const response = await ask({ model: 'lost' })
    expect(response.status).toBe(503)
    expect(await response.json()).toMatchObject({ type: 'error' })
  })
})

test('a model that is asked for is passed through while other things are routed', async () => {
  const body = '{"model":"claude-more", "max_tokens":9,"messages":[ {"role":"user","content":"Hi"}],"odd":1.50}'
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(`${relay.url}/v1/messages`, { method: 'POST', headers, body })
  expect(await response.text()).toBe(written('anthropic', 'claude-more', 'Fine.', false).join(''))
  expect(provider.seen.at(-1)?.text).toBe(body)
  expect(relay.lastRow()).toMatchObject({ route: 'passthrough', baseline_model: null, baseline_nano_usd: null })
})
