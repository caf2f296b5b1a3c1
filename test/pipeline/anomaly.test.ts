/** The stage that looks for runaways: what it refuses, what it tells, and what it does where it fails itself. */
import { describe, expect, test } from 'bun:test'
import type { Services } from '../../src/app/services.ts'
import type { Call } from '../../src/pipeline/call.ts'
import { judgeAnomaly } from '../../src/pipeline/anomaly.ts'
import { AppError } from '../../src/neutral/error.ts'
import { dialects } from '../../src/wire/dialects.ts'
import { call } from '../support/calls.ts'
import { openPipeline } from '../support/services.ts'
import { openTestTime } from '../support/time.ts'

const noon = Date.UTC(2026, 0, 2, 12)
const notCached = { kind: 'off' } as const

function rig(anomaly: object = {}, replace: (s: Services) => Partial<Services> = () => ({})) {
  const time = openTestTime(noon)
  const pipeline = openPipeline({
    clock: time.clock,
    variables: { ANTHROPIC_API_KEY: 'sk-ant-api03-FAKE' },
    config: {
      anomaly: { enabled: true, ...anomaly },
      prices: { 'anthropic/claude-sonnet-4-5': { inputUsd: 3, outputUsd: 15 } },
    },
  })
  const services: Services = { ...pipeline.services, ...replace(pipeline.services) }
  return {
    ...pipeline,
    time,
    services,
    judge: (one: Call) => judgeAnomaly(one, notCached, services),
    /** The same call so often, a second apart. @returns The last verdict. */
    repeat(count: number, make: () => Call = asked) {
      let verdict = judgeAnomaly(make(), notCached, services)
      for (let more = 1; more < count; more++) {
        time.pass(1000)
        verdict = judgeAnomaly(make(), notCached, services)
      }
      return verdict
    },
  }
}

const secret = 'a prompt that nobody is to read'
const bodyOf = (messages: readonly unknown[]) => ({ model: 'claude-sonnet-4-5', max_tokens: 100, messages })
const hello = [{ role: 'user', content: secret + ' '.repeat(8000) }]

function asked(over: Partial<Call> = {}, messages: readonly unknown[] = hello): Call {
  const body = bodyOf(messages)
  const plainBody = new TextEncoder().encode(JSON.stringify(body))
  return call({
    body: plainBody,
    plainBody,
    facts: dialects.anthropic.readRequest(body),
    identity: { session: { id: 'fp_1', source: 'fingerprint' }, agent: null },
    ...over,
  })
}

const errorOf = (verdict: ReturnType<typeof judgeAnomaly>): AppError => {
  if (verdict.kind !== 'blocked') throw new Error(`it is ${verdict.kind}`)
  return verdict.error
}

describe('with the action alert', () => {
  test('a runaway passes, and is told as a warning', () => {
    const { repeat, alerts } = rig()
    expect(repeat(20).kind).toBe('clear')
    expect(alerts).toEqual([])
    expect(repeat(1).kind).toBe('found')
    expect(alerts).toEqual([
      {
        type: 'anomaly',
        severity: 'warning',
        kind: 'repetition',
        scope: 'session:fp_1',
        message: 'The same request of about 2030 tokens was sent 21 times in 5 min; the limit is 20.',
        details: { count: 21, limit: 20, windowMs: 300_000, inputTokens: 2030, model: 'claude-sonnet-4-5' },
      },
    ])
  })

  test('the trace says what was found', () => {
    const { repeat, judge } = rig()
    repeat(20)
    const last = asked()
    judge(last)
    expect(last.notes.trace).toEqual([
      {
        stage: 'anomaly',
        did: 'found repetition',
        why: 'The same request of about 2030 tokens was sent 21 times in 5 min; the limit is 20.',
      },
    ])
    expect(last.notes.guard).toBeNull()
  })
})

describe('with the action block', () => {
  const block = { action: 'block', coolOffSeconds: 120 }

  test('the call that shows the runaway is refused with 403, the numbers, and how to go on', () => {
    const { repeat, alerts } = rig(block)
    const error = errorOf(repeat(21))
    expect([error.code, error.status, error.message]).toEqual([
      'anomaly-blocked',
      403,
      'This session is stopped as a runaway (repetition) until 2026-01-02T12:02:20Z. The same request of about 2030 tokens was sent 21 times in 5 min; the limit is 20. "relayplane alerts ack" lets it go on at once.',
    ])
    expect(alerts.map(({ severity, kind, message }) => [severity, kind, message])).toEqual([
      [
        'critical',
        'repetition',
        'The same request of about 2030 tokens was sent 21 times in 5 min; the limit is 20. The session is stopped for now.',
      ],
    ])
  })

  test('whatever its session asks then is refused until the cool-off is over, and is told once', () => {
    const { repeat, judge, time, alerts } = rig(block)
    repeat(21)
    const other = () => asked({}, [{ role: 'user', content: 'Something else.' }])
    const refused = other()
    time.pass(119_999)
    expect(errorOf(judge(refused)).code).toBe('anomaly-blocked')
    expect(refused.notes.guard).toBe('stopped')
    time.pass(1)
    expect(judge(other()).kind).toBe('clear')
    expect(alerts.length).toBe(1)
  })

  test('what it refuses is not taken for spent', () => {
    const { judge, time, alerts } = rig({ ...block, tokenExplosionUsd: 0.01, actions: { cost_acceleration: 'alert' } })
    const large = 'word '.repeat(180_000)
    let sessions = 0
    // About $0.60 each: more and more of them, each minute twice as many.
    for (const count of [1, 2, 4, 8, 1]) {
      for (let index = 0; index < count; index++) {
        const session = { id: `s${sessions++}`, source: 'header' }
        judge(asked({ identity: { session, agent: null } }, [{ role: 'user', content: large }]))
      }
      time.pass(60_000)
    }
    expect([...new Set(alerts.map(({ kind }) => kind))]).toEqual(['token_explosion'])
  })

  test('other sessions go on', () => {
    const { repeat, judge } = rig(block)
    repeat(21)
    const session = { id: 'fp_2', source: 'fingerprint' }
    expect(judge(asked({ identity: { session, agent: null } }, [{ role: 'user', content: 'Hi' }])).kind).toBe('clear')
  })

  test('a session that is freed goes on at once', () => {
    const { repeat, judge, services, time } = rig(block)
    repeat(21)
    services.runaways.free('fp_1', time.clock.now())
    expect(judge(asked()).kind).toBe('clear')
  })

  test('what many sessions do together is told and stops nobody', () => {
    const { repeat, alerts } = rig(block)
    let sessions = 0
    const anew = () => asked({ identity: { session: { id: `s${sessions++}`, source: 'header' }, agent: null } })
    expect(repeat(21, anew).kind).toBe('found')
    expect(alerts.map(({ severity, scope }) => [severity, scope])).toEqual([['warning', 'all']])
  })

  test('a call without a session is told of and passes', () => {
    const { repeat } = rig(block)
    expect(repeat(30, () => asked({ identity: { session: null, agent: null } })).kind).toBe('found')
  })

  test('only where the kind’s own action says so', () => {
    expect(rig({ ...block, actions: { repetition: 'alert' } }).repeat(25).kind).toBe('found')
    expect(rig({ actions: { repetition: 'block' } }).repeat(21).kind).toBe('blocked')
  })
})

test('a request that is estimated above the limit is found before it is sent', () => {
  const { judge, alerts } = rig({ tokenExplosionUsd: 0.5 })
  expect(judge(asked({}, [{ role: 'user', content: 'word '.repeat(500_000) }])).kind).toBe('found')
  expect(alerts.map(({ kind }) => kind)).toEqual(['token_explosion'])
})

test('a tool that fails the same way again and again is found in the conversation', () => {
  const { judge, services, time, alerts } = rig()
  const turn = [
    { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'Bash', input: { command: secret } }] },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'a', content: secret }] },
  ]
  for (let turns = 1; turns <= 9; turns++) {
    const verdict = judge(asked({}, [...hello, ...Array.from({ length: turns }, () => turn).flat()]))
    if ('seen' in verdict) {
      time.pass(2500)
      services.runaways.settle(verdict.seen, { atMs: time.clock.now(), isFailure: false, costNanoUsd: 0 })
      time.pass(500)
    }
  }
  expect(alerts.map(({ kind, details }) => [kind, details['count']])).toEqual([
    ['stuck_loop', 8],
    ['stuck_loop', 9],
  ])
  expect(JSON.stringify(alerts)).not.toContain(secret)
})

describe('it has no part in', () => {
  const judged = (over: Partial<Call>, anomaly: object = { action: 'block' }) =>
    rig(anomaly).repeat(60, () => asked(over)).kind

  test('counts of tokens, lists of models and raw paths', () => {
    for (const endpoint of ['count_tokens', 'models', 'raw', 'estimate'] as const)
      expect(judged({ endpoint })).toBe('off')
  })

  test('what is refused anyway', () => {
    expect(judged({ refusal: new AppError('invalid-request', 'No.') })).toBe('off')
  })

  test('what its client no longer waits for', () => {
    const { services } = rig({ action: 'block' })
    expect(judgeAnomaly(asked(), { kind: 'left' }, services).kind).toBe('off')
  })

  test('anything while it is switched off', () => {
    expect(judged({}, { enabled: false })).toBe('off')
  })

  test('embeddings that are alike but for their text', () => {
    const { repeat, alerts } = rig({ action: 'block' })
    const embed = () =>
      asked({
        endpoint: 'embeddings',
        dialect: 'openai-chat',
        facts: dialects['openai-chat'].readRequest({ model: 'm', input: secret }),
      })
    expect(repeat(80, embed).kind).toBe('clear')
    expect(alerts).toEqual([])
  })
})

describe('where it fails itself', () => {
  const broken = (s: Services): Partial<Services> => ({
    runaways: {
      ...s.runaways,
      see: () => {
        throw new Error('a fault put here by the test')
      },
    },
  })

  test('calls pass while nothing would be stopped', () => {
    const { judge } = rig({}, broken)
    const one = asked()
    expect(judge(one).kind).toBe('off')
    expect(one.notes.bypass).toEqual(['anomaly'])
  })

  test('calls are refused with 503 where any kind stops a session', () => {
    const error = errorOf(rig({ actions: { stuck_loop: 'block' } }, broken).judge(asked()))
    expect([error.code, error.status]).toEqual(['unavailable', 503])
  })
})
