/** Limits through all stages, with a provider on a socket and a clock moved by hand. */
import { afterEach, describe, expect, test } from 'bun:test'
import type { Clock } from '../../src/lib/clock.ts'
import { defaultConfig } from '../../src/config/schema.ts'
import { noUsage } from '../../src/neutral/usage.ts'
import { countedNanoUsd } from '../../src/pipeline/forecast.ts'
import { scriptedProvider, type Script, type ScriptedProvider } from '../support/provider.ts'
import { earlierAttempt, finished } from '../support/records.ts'
import { openPipeline, type Pipeline, type PipelineParts } from '../support/services.ts'

const noon = Date.UTC(2026, 10, 22, 12)
const usd = 1_000_000_000
const hour = 3_600_000

/** Input is free, 1000 tokens of output cost $0.05. */
const prices = {
  'openai/dear': { inputUsd: 0, outputUsd: 50 },
  'openai/cheap': { inputUsd: 0, outputUsd: 5 },
  'openai/text-embedding-dear': { inputUsd: 1000, outputUsd: 0 },
  'anthropic/claude-dear': { inputUsd: 0, outputUsd: 50 },
  'google/gemini-dear': { inputUsd: 0, outputUsd: 50 },
}

interface Guarded extends Pipeline {
  readonly provider: ScriptedProvider
  /** Moves the wall clock. */
  pass(ms: number): void
  readonly spent: () => { readonly hour: number; readonly reserved: number }
}

const open: ScriptedProvider[] = []
afterEach(async () => {
  for (const provider of open.splice(0)) await provider.stop()
})

function guarded(budget: object, script: Script = () => answer(1000), over: Partial<PipelineParts> = {}): Guarded {
  const provider = scriptedProvider(script)
  open.push(provider)
  let now = noon
  const clock: Clock = { now: () => now, monotonic: () => performance.now() }
  const variables = {
    OPENAI_API_KEY: 'sk-proj-test-1234567890abcdef1234567890abcdef',
    ANTHROPIC_API_KEY: 'sk-ant-api03-test-1234567890abcdef1234567890abcdef',
    GEMINI_API_KEY: 'AIzaTest-1234567890abcdef1234567890abcdef',
    RELAYPLANE_OPENAI_BASE_URL: `${provider.url}/v1`,
    RELAYPLANE_ANTHROPIC_BASE_URL: provider.url,
    RELAYPLANE_GOOGLE_BASE_URL: provider.url,
  }
  const enabled = { enabled: true, dailyUsd: null, hourlyUsd: null, perRequestUsd: null, onBreach: 'block', ...budget }
  const providers = { openai: { models: ['dear', 'cheap', 'text-embedding-dear', 'nobody-knows-its-price'] } }
  const pipeline = openPipeline({
    variables,
    clock,
    ...over,
    config: { budget: enabled, prices, providers, ...(over.config as object) },
  })
  pipeline.services.ledger.fill({ kinds: new Set(['session', 'agent', 'provider', 'model']) }, [])
  return {
    ...pipeline,
    provider,
    pass: (ms) => (now += ms),
    spent: () => pipeline.services.ledger.standing('all', now),
  }
}

const answer = (outputTokens: number, model = 'dear'): Response =>
  Response.json({
    id: 'c1',
    object: 'chat.completion',
    model,
    choices: [{ index: 0, message: { role: 'assistant', content: 'done' }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 10, completion_tokens: outputTokens, total_tokens: 10 + outputTokens },
  })

/** As much as was allowed, of the model that was asked. */
const asked: Script = ({ text }) => {
  const { model } = JSON.parse(text) as { model: string }
  return answer(1000, model)
}

const chat = (over: object = {}, headers: Record<string, string> = {}) => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify({ model: 'dear', max_tokens: 1000, messages: [{ role: 'user', content: 'hi' }], ...over }),
})

const errorOf = async (response: Response) =>
  ((await response.json()) as { error: { code: string; message: string } }).error

describe('a limit that blocks', () => {
  test('of 200 requests at once, each of which may cost $0.05, exactly 20 start where $1 may be spent', async () => {
    const gate = Promise.withResolvers<void>()
    const run = guarded({ hourlyUsd: 1, estimate: 'worst' }, async () => {
      await gate.promise
      const frame = (value: object) => `data: ${JSON.stringify(value)}\n\n`
      return new Response(
        frame({ id: 'c1', model: 'dear', choices: [{ index: 0, delta: { content: 'done' }, finish_reason: 'stop' }] }) +
          frame({ id: 'c1', model: 'dear', choices: [], usage: { prompt_tokens: 10, completion_tokens: 1000 } }) +
          'data: [DONE]\n\n',
        { headers: { 'content-type': 'text/event-stream' } },
      )
    })
    const asked = Array.from({ length: 200 }, () => run.ask('/v1/chat/completions', chat({ stream: true })))
    while (run.rows.length < 180) await Bun.sleep(1)
    expect(run.spent()).toMatchObject({ hour: 0, reserved: usd })
    gate.resolve()
    const answers = await Promise.all(
      asked.map(async (one) => ({ status: (await one).status, text: await (await one).text() })),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(20)
    expect(answers.filter(({ status }) => status === 402)).toHaveLength(180)
    expect(run.provider.seen).toHaveLength(20)
    expect(run.spent()).toMatchObject({ hour: usd, reserved: 0 })
    expect(run.rows.filter(({ cost }) => cost.nanoUsd === 50_000_000)).toHaveLength(20)

    const after = await run.ask('/v1/chat/completions', chat())
    expect(after.status).toBe(402)
    run.pass(hour + 1000)
    expect((await run.ask('/v1/chat/completions', chat())).status).toBe(200)
  })

  test('says which limit it is, what is spent, and when it frees up', async () => {
    const run = guarded({ hourlyUsd: 0.06 })
    expect((await run.ask('/v1/chat/completions', chat())).status).toBe(200)
    run.pass(10 * 60_000)
    const refused = await run.ask('/v1/chat/completions', chat())
    expect(refused.status).toBe(402)
    expect(refused.headers.get('x-should-retry')).toBe('false')
    expect(await errorOf(refused)).toMatchObject({
      code: 'budget_exceeded',
      message:
        'The hourly limit of $0.06 is reached: $0.05 spent, this request is estimated at $0.05. It frees up at 2026-11-22T13:00:01Z, in 51 min. Raise it with "relayplane budget set", or start over with "relayplane budget reset".',
    })
    expect(run.rows.at(-1)).toMatchObject({
      outcome: 'refused',
      errorCode: 'budget-exceeded',
      guard: 'blocked',
      status: 402,
    })
    expect(run.provider.seen).toHaveLength(1)
    expect(run.alerts.filter(({ type }) => type === 'breach')).toMatchObject([
      {
        severity: 'critical',
        kind: 'hourly limit',
        scope: 'all',
        details: { limitNanoUsd: 60_000_000, spentNanoUsd: 50_000_000 },
      },
    ])
  })

  test('a single request may not be estimated at more than its limit', async () => {
    const run = guarded({ perRequestUsd: 0.04, estimate: 'worst' })
    const refused = await run.ask('/v1/chat/completions', chat())
    expect(refused.status).toBe(402)
    expect((await errorOf(refused)).message).toStartWith(
      'The limit of a single request is $0.04, and this request is estimated at $0.05.',
    )
    expect((await run.ask('/v1/chat/completions', chat({ max_tokens: 800 }))).status).toBe(200)
  })

  test('several answers at once are several times the output', async () => {
    const run = guarded({ perRequestUsd: 0.14, estimate: 'worst' })
    expect((await run.ask('/v1/chat/completions', chat({ n: 3 }))).status).toBe(402)
    expect((await run.ask('/v1/chat/completions', chat({ n: 2 }))).status).toBe(200)
  })

  test('what a provider refuses costs nothing, and what was set aside comes back', async () => {
    const run = guarded({ hourlyUsd: 0.06 }, () => Response.json({ error: { message: 'slow down' } }, { status: 429 }))
    for (let time = 0; time < 5; time++) expect((await run.ask('/v1/chat/completions', chat())).status).toBe(429)
    expect(run.spent()).toMatchObject({ hour: 0, reserved: 0 })
  })

  test('a dead provider leaves nothing set aside', async () => {
    const run = guarded({ hourlyUsd: 0.06 })
    await run.provider.stop()
    expect((await run.ask('/v1/chat/completions', chat())).status).toBe(502)
    expect(run.spent()).toMatchObject({ hour: 0, reserved: 0 })
  })

  test('a plan and a local model do not count against limits, unless asked', async () => {
    const plan = { authorization: 'Bearer sk-ant-oat01-test-1234567890abcdef', 'anthropic-version': '2023-06-01' }
    const message = { ...chat({ model: 'claude-dear' }, plan) }
    const script: Script = () =>
      Response.json({
        type: 'message',
        role: 'assistant',
        model: 'claude-dear',
        content: [],
        stop_reason: 'end_turn',
        usage: { input_tokens: 1, output_tokens: 1000 },
      })
    const free = guarded({ hourlyUsd: 0.06 }, script)
    for (let time = 0; time < 3; time++) expect((await free.ask('/v1/messages', message)).status).toBe(200)
    expect(free.spent().hour).toBe(0)
    const counted = guarded({ hourlyUsd: 0.06, billing: ['metered', 'subscription'] }, script)
    expect((await counted.ask('/v1/messages', message)).status).toBe(200)
    expect((await counted.ask('/v1/messages', message)).status).toBe(402)
  })

  test.each([
    ['session', { 'x-relayplane-session': 's1' }, { 'x-relayplane-session': 's2' }],
    ['agent', { 'x-relayplane-agent': 'one' }, { 'x-relayplane-agent': 'two' }],
  ] as const)('of one %s leaves the others alone', async (scope, one, other) => {
    const run = guarded({ limits: [{ scope, hourlyUsd: 0.06 }] })
    expect((await run.ask('/v1/chat/completions', chat({}, one))).status).toBe(200)
    expect((await run.ask('/v1/chat/completions', chat({}, one))).status).toBe(402)
    expect((await run.ask('/v1/chat/completions', chat({}, other))).status).toBe(200)
  })

  test.each([
    [{ scope: 'provider', name: 'openai' }, 'cheap', 402],
    [{ scope: 'model', name: 'dear' }, 'cheap', 200],
    [{ scope: 'model', name: 'openai/dear' }, 'dear', 402],
  ] as const)('of %p lets %s get %i', async (limit, model, status) => {
    const run = guarded({ limits: [{ ...limit, hourlyUsd: 0.05 }] })
    expect((await run.ask('/v1/chat/completions', chat())).status).toBe(200)
    expect((await run.ask('/v1/chat/completions', chat({ model }))).status).toBe(status)
  })

  test('where it is not known what was spent, nothing passes', async () => {
    const run = guarded({ hourlyUsd: 1 })
    run.services.ledger.drop()
    const refused = await run.ask('/v1/chat/completions', chat())
    expect(refused.status).toBe(503)
    expect((await errorOf(refused)).message).toContain("can't tell what has been spent")
    expect(run.provider.seen).toHaveLength(0)
  })

  test('a fault of its own closes it, and never leaves a request unrecorded', async () => {
    const run = guarded({ hourlyUsd: 1 }, undefined, {
      replace: ({ ledger }) => ({
        ledger: {
          ...ledger,
          standing: () => {
            throw new Error('a fault put here by the test')
          },
        },
      }),
    })
    expect((await run.ask('/v1/chat/completions', chat())).status).toBe(503)
    expect(run.provider.seen).toHaveLength(0)
    expect(run.rows).toHaveLength(1)
  })

  test('unless no limit refuses: then a fault lets everything pass', async () => {
    const run = guarded({ hourlyUsd: 1, onBreach: 'warn' }, undefined, {
      replace: ({ ledger }) => ({
        ledger: {
          ...ledger,
          standing: () => {
            throw new Error('a fault put here by the test')
          },
        },
      }),
    })
    const response = await run.ask('/v1/chat/completions', chat())
    expect(response.status).toBe(200)
    expect(response.headers.get('x-relayplane-bypass')).toContain('budget')
  })
})

describe('other answers to a breach', () => {
  test('warn lets it pass and says so in a header, in the row and once in an alert', async () => {
    const run = guarded({ hourlyUsd: 0.06, onBreach: 'warn' })
    const first = await run.ask('/v1/chat/completions', chat())
    expect(first.headers.get('x-relayplane-budget-warning')).toBeNull()
    const second = await run.ask('/v1/chat/completions', chat())
    expect(second.status).toBe(200)
    expect(second.headers.get('x-relayplane-budget-warning')).toStartWith(
      'The hourly limit of $0.06 is reached: $0.05 spent',
    )
    expect(run.rows.map(({ guard }) => guard)).toEqual([null, 'warned'])
    expect(run.alerts.filter(({ type }) => type === 'breach')).toMatchObject([{ severity: 'warning' }])
  })

  test('alert only tells', async () => {
    const run = guarded({ hourlyUsd: 0.06, onBreach: 'alert' })
    await run.ask('/v1/chat/completions', chat())
    const second = await run.ask('/v1/chat/completions', chat())
    expect(second.status).toBe(200)
    expect(second.headers.get('x-relayplane-budget-warning')).toBeNull()
    expect(run.rows.at(-1)?.guard).toBeNull()
    expect(run.alerts.filter(({ type }) => type === 'breach')).toHaveLength(1)
  })

  test('downgrade goes to the cheaper model, says so, and blocks where even that does not fit', async () => {
    const run = guarded({ hourlyUsd: 0.06, onBreach: 'downgrade', downgradeTo: 'cheap' }, asked)
    await run.ask('/v1/chat/completions', chat())
    const second = await run.ask('/v1/chat/completions', chat({}, { 'x-relayplane-model': 'openai/dear' }))
    expect(second.status).toBe(200)
    expect(second.headers.get('x-relayplane-downgraded')).toBe('dear -> cheap; the hourly limit is reached')
    expect(second.headers.get('x-relayplane-route')).toBe('downgrade')
    expect(second.headers.get('x-relayplane-model')).toBe('cheap')
    expect(JSON.parse(run.provider.seen.at(-1)?.text ?? '{}')).toMatchObject({ model: 'cheap' })
    expect(run.rows.at(-1)).toMatchObject({ requestedModel: 'dear', routedModel: 'cheap', guard: 'downgraded' })
    // $0.055 are spent now, and even the cheap one may cost $0.005 more than is left of the other: one more fits, then none.
    expect((await run.ask('/v1/chat/completions', chat())).status).toBe(200)
    const last = await run.ask('/v1/chat/completions', chat())
    expect(last.status).toBe(402)
    expect((await errorOf(last)).message).toContain('cheap does not fit either')
    expect(run.spent().hour).toBe(60_000_000)
  })

  test('downgrade blocks where nobody has a key for the model that it leads to', async () => {
    const run = guarded({ perRequestUsd: 0.01, onBreach: 'downgrade', downgradeTo: 'groq/llama-3.3-70b-versatile' })
    const refused = await run.ask('/v1/chat/completions', chat())
    expect(refused.status).toBe(402)
    expect((await errorOf(refused)).message).toContain('groq/llama-3.3-70b-versatile has no key: none is set for Groq')
  })

  test('thresholds are told once each, as they are passed', async () => {
    const run = guarded({ hourlyUsd: 0.11, alertThresholds: [40, 50, 80] })
    await run.ask('/v1/chat/completions', chat())
    expect(run.alerts.map(({ kind, severity }) => [kind, severity])).toEqual([['hourly limit 40 %', 'info']])
    await run.ask('/v1/chat/completions', chat())
    expect(run.alerts.map(({ kind }) => kind)).toEqual(['hourly limit 40 %', 'hourly limit 50 %', 'hourly limit 80 %'])
    expect(run.alerts.at(-1)?.message).toBe('80 % of the hourly limit is spent: $0.1 of $0.11.')
  })
})

describe('requests without a known price', () => {
  const unknown = chat({ model: 'nobody-knows-its-price' })
  const script: Script = () => answer(1000, 'nobody-knows-its-price')

  test('pass by default and count nothing', async () => {
    const run = guarded({ hourlyUsd: 0.06 }, script)
    expect((await run.ask('/v1/chat/completions', unknown)).status).toBe(200)
    expect(run.spent().hour).toBe(0)
  })

  test('are refused where the settings say so', async () => {
    const run = guarded({ hourlyUsd: 0.06, unpriced: 'block' })
    const refused = await run.ask('/v1/chat/completions', unknown)
    expect(refused.status).toBe(402)
    expect((await errorOf(refused)).message).toContain('There is no known price for openai/nobody-knows-its-price')
  })

  test('count at the price that the settings assume', async () => {
    const run = guarded({ hourlyUsd: 0.06, unpriced: { inputUsd: 0, outputUsd: 50 } }, script)
    expect((await run.ask('/v1/chat/completions', unknown)).status).toBe(200)
    expect(run.spent().hour).toBe(50_000_000)
    expect((await run.ask('/v1/chat/completions', unknown)).status).toBe(402)
    expect(run.rows[0]?.cost.nanoUsd).toBeNull()
  })
})

test('a request counts what each of its attempts does, by how it was paid and, without a price, by its own tokens', () => {
  const usage = { ...noUsage, inputTokens: 1000, outputTokens: 200 }
  const attempts = [
    earlierAttempt({ billing: 'metered', usage, costNanoUsd: null }),
    earlierAttempt({ billing: 'subscription', usage, costNanoUsd: 7_000 }),
    earlierAttempt({ billing: 'metered', usage, costNanoUsd: 500 }),
  ]
  const { budget } = defaultConfig
  const row = finished({
    attempts,
    billing: 'metered',
    cost: { ...finished().cost, status: 'unpriced', nanoUsd: null },
  })
  expect(countedNanoUsd(row, budget)).toBe(500)
  expect(countedNanoUsd(row, { ...budget, billing: ['subscription'] })).toBe(7_000)
  // 1000 and 200 tokens.
  expect(countedNanoUsd(row, { ...budget, unpriced: { inputUsd: 1, outputUsd: 5 } })).toBe(2_000_500)
})

describe('estimates', () => {
  test('of what is expected let requests start that might cost more, and the excess is what those under way exceed theirs by', async () => {
    // Answers twice as long as any before: every one that had started by then may exceed what was set aside by as much again.
    let tokens = 500
    const gate: { wait: Promise<void> } = { wait: Promise.resolve() }
    const run = guarded({ hourlyUsd: 2 }, async () => {
      await gate.wait
      return answer(tokens)
    })
    const ask = () => run.ask('/v1/chat/completions', chat({ max_tokens: 4000 }))
    for (let time = 0; time < 40; time++) await ask()
    const before = run.spent().hour
    expect(before).toBe(usd)
    tokens = 1000
    const held = Promise.withResolvers<void>()
    gate.wait = held.promise
    const all = Array.from({ length: 100 }, ask)
    while (run.rows.length < 40 + 60) await Bun.sleep(1)
    expect(run.spent()).toMatchObject({ hour: usd, reserved: usd })
    held.resolve()
    await Promise.all(all)
    // 40 of $0.025 each were let in, and came to twice as much.
    expect(run.provider.seen).toHaveLength(80)
    expect(run.spent()).toMatchObject({ hour: 3 * usd, reserved: 0 })
    expect(run.spent().hour).toBe(run.rows.reduce((sum, { cost }) => sum + (cost.nanoUsd ?? 0), 0))
    expect((await ask()).status).toBe(402)
  })
})

describe('streams that are cut', () => {
  const encoder = new TextEncoder()
  /** Never ends by itself. */
  const endless: Script = (_, signal) => {
    const body = new ReadableStream({
      async pull(out) {
        if (signal.aborted) return out.close()
        const delta = { id: 'c1', model: 'dear', choices: [{ index: 0, delta: { content: 'word '.repeat(40) } }] }
        out.enqueue(encoder.encode(`data: ${JSON.stringify(delta)}\n\n`))
        await new Promise((resolve) => setImmediate(resolve))
      },
    })
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
  }

  test('end with the error of the dialect before they are over the limit', async () => {
    const run = guarded({ hourlyUsd: 0.5, cutStreams: true }, endless)
    const response = await run.ask('/v1/chat/completions', chat({ stream: true, max_tokens: 100_000 }))
    expect(response.status).toBe(200)
    const text = await response.text()
    expect(text).toContain('The answer was ended in the middle. The hourly limit of $0.5 is reached')
    expect(text).toContain('"code":"budget_exceeded"')
    expect(run.rows).toMatchObject([{ outcome: 'failed', errorCode: 'budget-exceeded', guard: 'cut' }])
    const { hour: spent, reserved } = run.spent()
    expect(reserved).toBe(0)
    expect(spent).toBeLessThanOrEqual(500_000_000)
    expect(spent).toBeGreaterThan(450_000_000)
  })

  test('of several at once share what is left', async () => {
    const run = guarded({ hourlyUsd: 2, cutStreams: true }, endless)
    const asked = Array.from({ length: 5 }, () =>
      run.ask('/v1/chat/completions', chat({ stream: true, max_tokens: 100_000 })),
    )
    for (const response of await Promise.all(asked)) await response.text()
    expect(run.spent().hour).toBeLessThanOrEqual(2 * usd)
    expect(run.rows.filter(({ guard }) => guard === 'cut').length).toBeGreaterThan(0)
  })

  test('leave answers in one piece no more than their worst case', async () => {
    const run = guarded({ hourlyUsd: 0.1, cutStreams: true })
    expect((await run.ask('/v1/chat/completions', chat({ max_tokens: 2001 }))).status).toBe(402)
    expect((await run.ask('/v1/chat/completions', chat({ max_tokens: 2000 }))).status).toBe(200)
  })
})
