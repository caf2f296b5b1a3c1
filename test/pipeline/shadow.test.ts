/** Grading, through all stages of the pipeline, with providers whose answers are written here. */
import { afterEach, describe, expect, test } from 'bun:test'
import { HeaderTable } from '../../src/lib/header-table.ts'
import type { Grade } from '../../src/neutral/grade.ts'
import type { NeutralReply } from '../../src/neutral/reply.ts'
import type { Call } from '../../src/pipeline/call.ts'
import { openShadow } from '../../src/pipeline/shadow.ts'
import { openGradingPurse, type GradingSettings } from '../../src/rules/grading.ts'
import { call } from '../support/calls.ts'
import { json, scriptedProvider, type Script, type ScriptedProvider, type Seen } from '../support/provider.ts'
import { finished } from '../support/records.ts'
import { openPipeline } from '../support/services.ts'

const open: ScriptedProvider[] = []
afterEach(() => Promise.all(open.splice(0).map((provider) => provider.stop())))

const anthropicSays = (text: string) => ({
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'dear',
  content: [{ type: 'text', text }],
  stop_reason: 'end_turn',
  usage: { input_tokens: 1000, output_tokens: 100 },
})
const chatSays = (content: string) => ({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'judge',
  choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 500, completion_tokens: 1, total_tokens: 501 },
})

const bodyOf = (seen: Seen) => JSON.parse(seen.text) as Record<string, unknown> & { messages: { content: unknown }[] }

/** Likes the answer that says `large`, wherever it stands. */
const fairJudge: Script = (seen) => {
  const prompt = JSON.stringify(bodyOf(seen).messages)
  return json(chatSays(prompt.indexOf('large') < prompt.indexOf('small') ? 'A' : 'B'))
}

const routedBody = {
  model: 'rp:cheap',
  max_tokens: 100,
  stream: true,
  system: 'Be kind.',
  messages: [{ role: 'user', content: 'Why is the sky blue?' }],
}
const reply = (text: string): NeutralReply => ({
  id: null,
  model: null,
  parts: [{ type: 'text', text }],
  finish: { kind: 'stop' },
  usage: null,
})

interface Acts {
  readonly baseline?: Script
  readonly judge?: Script
  readonly settings?: Partial<GradingSettings>
  readonly prices?: Record<string, unknown>
  readonly spent?: readonly { readonly atMs: number; readonly nanoUsd: number }[]
}

const price = (inputUsd: number, outputUsd: number) => ({ inputUsd, outputUsd })
const prices = { 'anthropic/dear': price(10, 50), 'openai/judge': price(1, 10) }

function openGrading(acts: Acts = {}) {
  const baseline = scriptedProvider(acts.baseline ?? (() => json(anthropicSays('from the large one'))))
  const judge = scriptedProvider(acts.judge ?? fairJudge)
  open.push(baseline, judge)
  const pipeline = openPipeline({
    variables: {
      RELAYPLANE_ANTHROPIC_BASE_URL: baseline.url,
      RELAYPLANE_OPENAI_BASE_URL: judge.url,
      ANTHROPIC_API_KEY: 'sk-ant-configured-00000000',
      OPENAI_API_KEY: 'sk-configured-00000000',
    },
    config: { prices: acts.prices ?? prices },
  })
  const grades: Grade[] = []
  const settings: GradingSettings = {
    enabled: true,
    samplePercent: 100,
    dailyUsd: 1,
    judgeModel: 'openai/judge',
    baselineModel: 'anthropic/dear',
    tasks: [],
    ...acts.settings,
  }
  const shadow = openShadow({
    clock: pipeline.services.clock,
    log: pipeline.services.log,
    settings: () => settings,
    handle: async (request) =>
      pipeline.ask(new URL(request.url).pathname, {
        method: 'POST',
        headers: request.headers,
        body: await request.text(),
        signal: request.signal,
      }),
    purse: openGradingPurse(acts.spent ?? []),
    keep: (grade) => void grades.push(grade),
  })
  const routed = callOf()
  return {
    baseline,
    judge,
    grades,
    shadow,
    rows: pipeline.rows,
    log: pipeline.log,
    /** The heartbeat, which asks whether the one who asked is still there. */
    beat: () => pipeline.services.watch.tick(pipeline.services.clock.monotonic()),
    wants: () => shadow.wants(routed),
    /** Resolves when it is over, and counted. */
    async offer(text = 'from the small one') {
      shadow.offer(routed, reply(text), row)
      const giveUpAt = performance.now() + 5000
      while (!shadow.isIdle() && performance.now() < giveUpAt) await new Promise((resolve) => setImmediate(resolve))
      expect(shadow.isIdle()).toBe(true)
    },
  }
}

const row = finished({ id: 'r1', provider: 'anthropic', routedModel: 'small', route: 'alias', taskType: 'general' })

function callOf(over: Partial<Call> = {}): Call {
  const body = Buffer.from(JSON.stringify(routedBody))
  const brought = { 'x-api-key': 'sk-ant-of-the-caller', authorization: 'Bearer of-the-caller' }
  const headers = new HeaderTable(new Headers(brought))
  const made = call({ requestedModel: 'rp:cheap', body, plainBody: body, headers, isStream: true, ...over })
  made.notes.route = 'alias'
  return made
}

describe('a routed answer', () => {
  test('is compared with the baseline’s by a judge who sees both orders', async () => {
    const { offer, grades, baseline, judge } = openGrading()
    await offer()
    expect(grades).toMatchObject([
      {
        id: 'r1',
        provider: 'anthropic',
        model: 'small',
        task: 'general',
        baseline: 'anthropic/dear',
        judge: 'openai/judge',
        verdict: 'worse',
        why: null,
      },
    ])
    const [asked] = baseline.seen.map(bodyOf)
    expect(asked).toEqual({
      model: 'dear',
      max_tokens: 100,
      system: 'Be kind.',
      messages: [{ role: 'user', content: 'Why is the sky blue?' }],
    } as never)
    const prompts = judge.seen.map((seen) => JSON.stringify(bodyOf(seen).messages))
    expect(prompts.map((text) => text.indexOf('small') < text.indexOf('large'))).toEqual([true, false])
    expect(prompts[0]).toContain('Why is the sky blue?')
  })

  test('is as good where the judge likes whatever comes first', async () => {
    const { offer, grades } = openGrading({ judge: () => json(chatSays('A')) })
    await offer()
    expect(grades.map(({ verdict }) => verdict)).toEqual(['same'])
  })

  test('is charged as requests of its own: background, of an agent and a session of its own, and summed in the grade', async () => {
    const { offer, grades, rows } = openGrading()
    await offer()
    expect(
      rows.map(({ provider, routedModel, agent, sessionId }) => [provider, routedModel, agent, sessionId]),
    ).toEqual([
      ['anthropic', 'dear', 'relayplane-grading', 'relayplane-grading'],
      ['openai', 'judge', 'relayplane-grading', 'relayplane-grading'],
      ['openai', 'judge', 'relayplane-grading', 'relayplane-grading'],
    ])
    // 1000 * 10 + 100 * 50 and twice 500 * 1 + 1 * 10, in millionths of a dollar.
    expect(rows.map(({ cost }) => cost.nanoUsd)).toEqual([15_000_000, 510_000, 510_000])
    expect(grades[0]?.costNanoUsd).toBe(16_020_000)
  })

  test('is graded with configured keys, never with the caller’s', async () => {
    const { offer, baseline, judge } = openGrading()
    await offer()
    expect(baseline.seen[0]?.headers.get('x-api-key')).toBe('sk-ant-configured-00000000')
    expect(judge.seen[0]?.headers.get('authorization')).toBe('Bearer sk-configured-00000000')
    const sent = [...baseline.seen, ...judge.seen].map(({ headers, text }) => JSON.stringify([...headers, text]))
    expect(sent.filter((one) => one.includes('of-the-caller'))).toEqual([])
  })

  test('keeps of all that no word', async () => {
    const { offer, grades, log } = openGrading()
    await offer('from the small one')
    expect(JSON.stringify([grades, log])).not.toMatch(/sky|small one|large one/)
  })
})

describe('no verdict comes', () => {
  const cases: readonly (readonly [string, Acts, string])[] = [
    ['where the baseline fails', { baseline: () => json({ type: 'error' }, { status: 400 }) }, 'no-answer'],
    [
      'where the baseline calls a tool',
      {
        baseline: () =>
          json({
            ...anthropicSays(''),
            content: [{ type: 'tool_use', id: 't', name: 'f', input: {} }],
            stop_reason: 'tool_use',
          }),
      },
      'no-text',
    ],
    ['where the judge rambles', { judge: () => json(chatSays('Both have their merits')) }, 'unclear'],
    ['where the judge fails', { judge: () => json({ error: { message: 'no' } }, { status: 400 }) }, 'unclear'],
  ]
  test.each(cases)('%s, and what it cost is kept', async (_, acts, why) => {
    const { offer, grades, rows } = openGrading(acts)
    await offer()
    const cost = rows.reduce((sum, one) => sum + (one.cost.nanoUsd ?? 0), 0)
    expect(grades).toMatchObject([{ verdict: null, why, costNanoUsd: cost }])
  })
})

describe('money', () => {
  test('ends the grading of the day before the next would go beyond it', async () => {
    const { offer, grades, wants } = openGrading({ settings: { dailyUsd: 0.04 } })
    for (const _ of [1, 2, 3]) await offer()
    // Two took 0.03204, and a third would take as much as one of them.
    expect(grades).toHaveLength(2)
    expect(wants()).toBe(false)
  })

  test('of the day before the start counts', () => {
    const spent = [{ atMs: Date.now() - 3_600_000, nanoUsd: 999_999_999 }]
    expect(openGrading({ spent }).wants()).toBe(false)
  })

  test('is not spent on a model without a price for more than one answer', async () => {
    const { offer, wants, log } = openGrading({ prices: { 'openai/judge': price(1, 10) } })
    expect(wants()).toBe(true)
    await offer()
    expect(wants()).toBe(false)
    expect(log.join('\n')).toContain('Grading stops for a day')
  })
})

test('while one is graded no other is wanted, and closing ends it', async () => {
  const { shadow, baseline, grades, wants, beat, rows } = openGrading({
    baseline: (_, signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve(json({})))),
  })
  shadow.offer(callOf(), reply('from the small one'), row)
  while (baseline.seen.length === 0) await new Promise((resolve) => setImmediate(resolve))
  expect(wants()).toBe(false)
  const closed = shadow.close()
  beat()
  await closed
  expect(rows.map(({ outcome }) => outcome)).toEqual(['client_abort'])
  expect(grades.filter(({ verdict }) => verdict !== null)).toEqual([])
  expect(wants()).toBe(false)
})
