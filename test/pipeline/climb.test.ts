/** A cascade through all stages: what makes it climb, what it costs, and where it ends. */
import { afterEach, describe, expect, test } from 'bun:test'
import type { DialectId } from '../../src/neutral/model.ts'
import { sse } from '../support/provider.ts'
import { allDialects, openRig, tools, written, type Act, type Asking, type Rig } from './model-rig.ts'

const open: Rig[] = []
afterEach(() => Promise.all(open.splice(0).map((rig) => rig.stop())))

/** The first rung speaks the caller's dialect, the second another. */
const firstRung: Readonly<Record<DialectId, string>> = {
  anthropic: 'claude-cheap',
  'openai-chat': 'gpt-cheap',
  'openai-responses': 'gpt-cheap',
  gemini: 'gemini-cheap',
}
const cascade = (dialect: DialectId, over: object = {}) => ({
  mode: 'cascade',
  complexity: { enabled: false },
  cascade: { models: [firstRung[dialect], dialect === 'anthropic' ? 'gpt-dear' : 'claude-dear'], ...over },
})

function climbing(act: Act, over: object = {}, { dialect = 'anthropic' as DialectId, config = {} } = {}): Rig {
  const acts = { [firstRung[dialect]]: act, 'gpt-dear': 'Better.', 'claude-dear': 'Better.' }
  const rig = openRig(acts, { routing: cascade(dialect, over), ...config })
  open.push(rig)
  return rig
}

const modelFor = (dialect: DialectId): string =>
  dialect === 'gemini' ? 'gemini-dear' : dialect === 'anthropic' ? 'claude-dear' : 'gpt-dear'

async function asks(rig: Rig, asking: Asking = {}) {
  const dialect = asking.dialect ?? 'anthropic'
  const response = await rig.post({ model: modelFor(dialect), ...asking })
  return { response, text: await response.text(), row: rig.rows.at(-1) }
}

const sorry = "I'm sorry, but I can't help with that."
const noSuchTool = { call: { id: 'call_1', name: 'no_such_tool', args: { city: 'Paris' } } }
const misfit = { call: { id: 'call_1', name: 'look', args: { town: 'Paris' } } }

const bad: readonly (readonly [string, Act, object])[] = [
  ['refusal', sorry, {}],
  ['empty', '', {}],
  ['cut-off', { cutAfter: 'It all began' }, {}],
  ['invalid-tool-call', noSuchTool, {}],
  ['schema-violation', misfit, {}],
  ['error', 500, { escalateOn: 'error' }],
  ['uncertainty', "I'm not sure.", { escalateOn: ['uncertainty'] }],
]

describe('a bad answer is given up for the next model’s', () => {
  for (const dialect of allDialects)
    for (const isStream of [false, true])
      test.each(bad)(`${dialect}, streamed: ${isStream}: %s`, async (reason, act, over) => {
        const rig = climbing(act, over, { dialect })
        const { response, text, row } = await asks(rig, { dialect, isStream, more: tools[dialect] })
        const [first, second] = rig.asked()
        expect([first, second]).toEqual([firstRung[dialect], dialect === 'anthropic' ? 'gpt-dear' : 'claude-dear'])
        expect(response.status).toBe(200)
        expect(text).toContain('Better.')
        expect(text).not.toContain('sorry')
        expect(text).not.toContain('It all')
        expect(response.headers.get('x-relayplane-escalations')).toBe('1')
        expect(response.headers.get('x-relayplane-model')).toBe(second ?? '')
        expect(response.headers.get('x-relayplane-route')).toBe('cascade')
        const paid = reason === 'error' ? 0 : 2_000_000
        expect(row).toMatchObject({
          route: 'cascade',
          outcome: 'complete',
          routedModel: second,
          cost: { nanoUsd: 30_000_000 + paid },
          attempts: [
            { number: 1, model: first, costNanoUsd: paid, errorCode: `escalated: ${reason}` },
            { number: 2, model: second, costNanoUsd: 30_000_000, outcome: 'complete' },
          ],
        })
        expect(rig.rows).toHaveLength(1)
        expect(row?.trace.some(({ did }) => did === `escalated from ${first} to ${second}`)).toBeTrue()
      })
})

test('a call that the model has made before is one, where the tools’ results are there', async () => {
  const again = { id: 'toolu_1', name: 'look', args: { city: 'Paris' } }
  const rig = climbing({ call: again })
  const messages = [
    { role: 'user', content: 'Look at Paris' },
    { role: 'assistant', content: [{ type: 'tool_use', id: 'toolu_0', name: 'look', input: { city: 'Paris' } }] },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_0', content: 'Rain.' }] },
  ]
  // A tool loop that began elsewhere stays where its caller wants it: so the first turn is made here, too.
  const session = { 'x-relayplane-session': 's1' }
  await asks(rig, { headers: session, more: { ...tools.anthropic, messages: messages.slice(0, 1) } })
  const { row } = await asks(rig, { headers: session, more: { ...tools.anthropic, messages } })
  expect(rig.asked()).toEqual(['claude-cheap', 'claude-cheap', 'gpt-dear'])
  expect(row?.attempts[0]?.errorCode).toBe('escalated: repeated-call')
})

describe('a good answer of the first rung', () => {
  for (const dialect of allDialects)
    test.each([false, true])(`${dialect} comes as it came, streamed: %p`, async (isStream) => {
      const rig = climbing('A good answer, '.repeat(40), {}, { dialect })
      const { response, text, row } = await asks(rig, { dialect, isStream })
      const sent = written(dialect, firstRung[dialect], 'A good answer, '.repeat(40), isStream).join('')
      expect(text).toBe(sent)
      expect([rig.asked(), response.headers.get('x-relayplane-escalations')]).toEqual([[firstRung[dialect]], null])
      expect(row).toMatchObject({ outcome: 'complete', cost: { nanoUsd: 2_000_000, status: 'priced' } })
      expect(row?.attempts).toHaveLength(1)
    })

  test.each([false, true])('with a call of a tool, streamed: %p', async (isStream) => {
    const call = { id: 'toolu_1', name: 'look', args: { city: 'Paris' } }
    const rig = climbing({ call })
    const { text } = await asks(rig, { isStream, more: tools.anthropic })
    expect(text).toBe(written('anthropic', 'claude-cheap', { call }, isStream).join(''))
    expect(rig.asked()).toEqual(['claude-cheap'])
  })
})

describe('it ends', () => {
  const three = { models: ['claude-cheap', 'gpt-cheap', 'claude-dear'] }
  const allBad = (over: object, config: object = {}) => {
    const acts = { 'claude-cheap': sorry, 'gpt-cheap': sorry, 'claude-dear': sorry }
    const rig = openRig(acts, { routing: cascade('anthropic', { ...three, ...over }), ...config })
    open.push(rig)
    return rig
  }

  test.each([
    [0, ['claude-cheap']],
    [1, ['claude-cheap', 'gpt-cheap']],
    [2, ['claude-cheap', 'gpt-cheap', 'claude-dear']],
    [5, ['claude-cheap', 'gpt-cheap', 'claude-dear']],
  ])('after maxEscalations, %p', async (maxEscalations, asked) => {
    const rig = allBad({ maxEscalations })
    const { text, response, row } = await asks(rig)
    expect(rig.asked()).toEqual(asked)
    // The last is not judged: what it says is the answer.
    expect([response.status, text.includes("can't help")]).toEqual([200, true])
    expect(row?.attempts.map(({ number }) => number)).toEqual(asked.map((_, index) => index + 1))
    expect(row?.cost.nanoUsd).toBe([2_000_000, 4_000_000, 34_000_000][asked.length - 1] ?? 0)
  })

  test('at a rung that a budget does not allow', async () => {
    const budget = { enabled: true, dailyUsd: null, hourlyUsd: null, perRequestUsd: 0.05, onBreach: 'block' }
    const rig = allBad({ maxEscalations: 5 }, { budget })
    rig.services.ledger.fill({ kinds: new Set() }, [])
    const { response, text, row } = await asks(rig)
    expect(rig.asked()).toEqual(['claude-cheap', 'gpt-cheap'])
    expect([response.status, text.includes("can't help")]).toEqual([200, true])
    expect(row).toMatchObject({ cost: { nanoUsd: 4_000_000 }, guard: null })
  })

  test('where the next can’t do what is asked: it is passed by', async () => {
    const rig = openRig(
      { 'claude-cheap': sorry, 'gpt-3.5-turbo': 'Blind.', 'claude-dear': 'Better.' },
      { routing: cascade('anthropic', { models: ['claude-cheap', 'gpt-3.5-turbo', 'claude-dear'] }) },
    )
    open.push(rig)
    const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' } }
    const messages = [{ role: 'user', content: [image, { type: 'text', text: 'What is it?' }] }]
    const { text } = await asks(rig, { more: { messages } })
    expect(rig.asked()).toEqual(['claude-cheap', 'claude-dear'])
    expect(text).toContain('Better.')
  })

  test('and rungs may be aliases and models at a provider by name', async () => {
    const rig = openRig(
      { 'claude-cheap': sorry, 'gpt-dear': 'Better.' },
      {
        routing: {
          ...cascade('anthropic', { models: ['small', 'openai/gpt-dear'] }),
          aliases: { small: 'claude-cheap' },
        },
      },
    )
    open.push(rig)
    await asks(rig)
    expect(rig.asked()).toEqual(['claude-cheap', 'gpt-dear'])
  })
})

describe('what is paid is counted once, whatever comes of it', () => {
  /** $0.50 is left: enough for either rung, until the first takes more than anybody expected. */
  function nearlySpent(isStream: boolean) {
    const budget = { enabled: true, dailyUsd: 1, hourlyUsd: null, perRequestUsd: null, onBreach: 'block' }
    const rig = openRig(
      {
        // It takes far more than was expected of it.
        'claude-cheap': () => {
          const texts = written('anthropic', 'claude-cheap', sorry, isStream).map((text) =>
            text.replaceAll('"output_tokens":200', '"output_tokens":150000'),
          )
          return isStream ? sse(texts) : new Response(texts[0], { headers: { 'content-type': 'application/json' } })
        },
        'gpt-dear': 'Better.',
      },
      { routing: cascade('anthropic'), budget },
    )
    open.push(rig)
    const spender = { session: null, agent: null, provider: 'anthropic', model: 'm' }
    rig.services.ledger.fill({ kinds: new Set() }, [{ ...spender, atMs: Date.now() - 1000, nanoUsd: 0.5e9 }])
    return rig
  }
  // 1000 x $1 and 150000 x $5 of a million
  const paid = 751_000_000
  const spent = (rig: Rig) => rig.services.ledger.standing('all', Date.now())

  test('the next rung does not fit any more: the poor answer is better than none', async () => {
    const rig = nearlySpent(false)
    const { response, text, row } = await asks(rig)
    expect(rig.asked()).toEqual(['claude-cheap'])
    expect([response.status, text.includes("can't help")]).toEqual([200, true])
    expect(response.headers.get('x-relayplane-escalations')).toBeNull()
    expect(row).toMatchObject({ outcome: 'complete', cost: { nanoUsd: paid }, attempts: [{ costNanoUsd: paid }] })
    expect(spent(rig)).toMatchObject({ day: 0.5e9 + paid, reserved: 0 })
  })

  test('of a stream nothing is left: the refusal has the row of what was paid', async () => {
    const rig = nearlySpent(true)
    const { text, row } = await asks(rig, { isStream: true })
    expect(rig.asked()).toEqual(['claude-cheap'])
    expect(text).toContain('daily limit')
    expect(row).toMatchObject({
      outcome: 'failed',
      provider: 'anthropic',
      errorCode: 'budget-exceeded',
      cost: { nanoUsd: paid },
      attempts: [{ number: 1, model: 'claude-cheap', costNanoUsd: paid }],
    })
    expect(rig.rows).toHaveLength(1)
    expect(spent(rig)).toMatchObject({ day: 0.5e9 + paid, reserved: 0 })
  })

  test('and of a climb that went well the ledger has the sum of the row', async () => {
    const rig = climbing(sorry, {}, { config: { budget: { enabled: true, onBreach: 'block' } } })
    rig.services.ledger.fill({ kinds: new Set() }, [])
    const { row } = await asks(rig)
    expect(row?.cost.nanoUsd).toBe(32_000_000)
    expect(spent(rig)).toMatchObject({ day: 32_000_000, reserved: 0 })
  })
})

test('of a plan’s rung nothing counts, also where another is paid for after it', async () => {
  const rig = climbing(sorry, {}, { config: { budget: { enabled: true, onBreach: 'block' } } })
  rig.services.ledger.fill({ kinds: new Set() }, [])
  const { row } = await asks(rig, { headers: { authorization: 'Bearer sk-ant-oat01-of-a-plan-0000000000' } })
  expect(row?.attempts.map(({ costNanoUsd }) => costNanoUsd)).toEqual([2_000_000, 30_000_000])
  expect(rig.services.ledger.standing('all', Date.now())).toMatchObject({ day: 30_000_000, reserved: 0 })
})

test('nobody is asked any more for a client that hung up while a rung answered', async () => {
  const gone = new AbortController()
  const answersLate: Act = () => {
    gone.abort()
    return new Response(written('anthropic', 'claude-cheap', sorry, false)[0], {
      headers: { 'content-type': 'application/json' },
    })
  }
  const rig = climbing(answersLate)
  await asks(rig, { signal: gone.signal }).catch(() => null)
  expect(rig.asked()).toEqual(['claude-cheap'])
  expect(rig.rows).toHaveLength(1)
  expect(rig.rows[0]).toMatchObject({ attempts: [{ number: 1, costNanoUsd: 2_000_000 }], cost: { nanoUsd: 2_000_000 } })
})

describe('near a limit', () => {
  test('the first rung is kept and nothing dearer is asked, however bad its answer is', async () => {
    const rig = climbing(sorry, {}, { config: { downgrade: { enabled: true }, budget: { dailyUsd: 10 } } })
    const spender = { session: null, agent: null, provider: 'anthropic', model: 'm' }
    rig.services.ledger.fill({ kinds: new Set() }, [{ ...spender, atMs: Date.now() - 1000, nanoUsd: 9e9 }])
    const { text } = await asks(rig)
    expect(rig.asked()).toEqual(['claude-cheap'])
    expect(text).toContain("can't help")
  })
})

describe('a rung that fails', () => {
  test('is not climbed from unless errors are among the reasons: the error is the answer', async () => {
    const rig = climbing(529)
    const { response } = await asks(rig)
    expect([response.status, rig.asked()]).toEqual([529, ['claude-cheap']])
  })

  test('has the settings’ fallbacks, whose answers are judged like its own', async () => {
    const rig = openRig(
      { 'claude-cheap': 529, 'gemini-cheap': sorry, 'gpt-dear': 'Better.' },
      { routing: cascade('anthropic'), fallbacks: { 'claude-cheap': ['gemini-cheap'] } },
    )
    open.push(rig)
    const { text, row } = await asks(rig)
    expect(rig.asked()).toEqual(['claude-cheap', 'gemini-cheap', 'gpt-dear'])
    expect(text).toContain('Better.')
    expect(row?.attempts.map(({ model, costNanoUsd }) => [model, costNanoUsd])).toEqual([
      ['claude-cheap', 0],
      ['gemini-cheap', 2_000_000],
      ['gpt-dear', 30_000_000],
    ])
  })
})
