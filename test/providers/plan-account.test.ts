/** The user's own Claude plan: which models go by it, in which headers, and that a caller's own key goes before it. */
import { afterAll, beforeEach, describe, expect, test } from 'bun:test'
import { planAccount, readPlan } from '../../src/providers/plan-account.ts'
import { json, scriptedProvider } from '../support/provider.ts'
import { anthropicReply, chatReply } from '../support/replies.ts'
import { openPipeline, type Pipeline } from '../support/services.ts'

const token = 'sk-ant-oat01-FAKE-plan-000000000000'
const key = 'sk-ant-api03-FAKE-key-0000000000000'

describe('the setting', () => {
  const read = (anthropicMaxToken: string | null, variables: Record<string, string> = {}) => {
    const problems: string[] = []
    const plan = readPlan({ anthropicMaxToken, useMaxForModels: ['Opus'] }, variables, problems)
    return { plan, problems }
  }

  test('is off unless it is set', () => {
    expect(read(null)).toEqual({ plan: null, problems: [] })
  })

  test.each([
    ['the token itself', token, {}],
    ['a variable', 'env:PLAN', { PLAN: token }],
    ['a variable with space around it', 'env:PLAN', { PLAN: ` ${token}\n` }],
  ])('takes %s', (_what, setting, variables) => {
    const { plan, problems } = read(setting, variables as Record<string, string>)
    expect(problems).toEqual([])
    expect(plan?.account).toMatchObject({ label: 'max', priority: 0 })
    expect(JSON.stringify(plan)).not.toContain('FAKE')
  })

  test.each([
    ['a variable that is not set', 'env:PLAN', {}, 'auth.anthropicMaxToken: the variable PLAN is not set.'],
    ['an empty variable', 'env:PLAN', { PLAN: ' ' }, 'auth.anthropicMaxToken: the variable PLAN is not set.'],
    ['what no header can carry', 'sk-ant-oat01 FAKE', {}, 'auth.anthropicMaxToken: it is no token.'],
    [
      'a key of the API',
      key,
      {},
      'auth.anthropicMaxToken: it is no token of a plan. "claude setup-token" makes one; it begins with sk-ant-oat.',
    ],
  ])('says what is wrong with %s', (_what, setting, variables, sentence) => {
    expect(read(setting, variables as Record<string, string>)).toEqual({ plan: null, problems: [sentence] })
  })

  test.each([
    ['anthropic', 'claude-opus-4-6', 'max'],
    ['anthropic', 'CLAUDE-OPUS-4-6', 'max'],
    ['anthropic', 'claude-sonnet-4-6', undefined],
    ['anthropic', null, undefined],
    ['openrouter', 'anthropic/claude-opus-4-6', undefined],
    ['bedrock', 'anthropic.claude-opus-4-6', undefined],
  ])('at %s, %p goes by %p', (id, model, label) => {
    expect(planAccount({ id }, model, read(token).plan)?.label).toBe(label)
  })
})

const provider = scriptedProvider(({ target }) => json(target.includes('/chat/') ? chatReply : anthropicReply))
afterAll(() => provider.stop())
let before = 0
beforeEach(() => {
  before = provider.seen.length
})

const open = (
  config: Record<string, unknown> = {},
  variables: Record<string, string> = { ANTHROPIC_API_KEY: key },
): Pipeline =>
  openPipeline({
    variables: { RELAYPLANE_ANTHROPIC_BASE_URL: provider.url, PLAN: token, ...variables },
    config: { auth: { anthropicMaxToken: 'env:PLAN' }, ...config },
  })

const post = (pipeline: Pipeline, model: string, headers: Record<string, string> = {}) =>
  pipeline.ask('/v1/messages', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ model, max_tokens: 9, messages: [{ role: 'user', content: 'Hi' }] }),
  })

/** What the provider saw of credentials since the test began. */
const sent = () =>
  provider.seen.slice(before).map(({ headers }) => ({
    authorization: headers.get('authorization'),
    'x-api-key': headers.get('x-api-key'),
    'anthropic-beta': headers.get('anthropic-beta'),
  }))

const byPlan = { authorization: `Bearer ${token}`, 'x-api-key': null, 'anthropic-beta': 'oauth-2025-04-20' }
const byKey = { authorization: null, 'x-api-key': key, 'anthropic-beta': null }

describe('through all stages', () => {
  test('models of the plan go by its token and are billed by it, all others by the key', async () => {
    const pipeline = open()
    await post(pipeline, 'claude-opus-4-6')
    await post(pipeline, 'claude-sonnet-4-6')
    expect(sent()).toEqual([byPlan, byKey])
    expect(pipeline.rows.map(({ billing }) => billing)).toEqual(['subscription', 'metered'])
    expect(pipeline.rows[0]?.trace.map(({ did }) => did)).toContainEqual('used the account max')
  })

  test('the client’s own betas stay, and the plan’s stands once', async () => {
    const pipeline = open()
    await post(pipeline, 'claude-opus-4-6', {
      'anthropic-beta': 'context-1m-2025-08-07, interleaved-thinking-2025-05-14',
    })
    await post(pipeline, 'claude-opus-4-6', { 'anthropic-beta': 'oauth-2025-04-20,files-api-2025-04-14' })
    const betas = sent().map((headers) => headers['anthropic-beta'])
    expect(betas[0]).toBe('context-1m-2025-08-07, interleaved-thinking-2025-05-14,oauth-2025-04-20')
    expect(betas[1]?.split(/, */).toSorted()).toEqual(['files-api-2025-04-14', 'oauth-2025-04-20'])
  })

  test('a placeholder gives way to the plan', async () => {
    await post(open(), 'claude-opus-4-6', { 'x-api-key': 'dummy' })
    expect(sent()).toEqual([byPlan])
  })

  test.each([
    ['key', { 'x-api-key': 'sk-ant-api03-FAKE-caller-00000000' }, 'metered'],
    ['plan’s token', { authorization: 'Bearer sk-ant-oat01-FAKE-caller-00000000' }, 'subscription'],
  ])('a client’s own %s goes before the plan, as it came', async (_what, headers, billing) => {
    const pipeline = open()
    await post(pipeline, 'claude-opus-4-6', headers)
    const [seen] = sent()
    expect({ ...seen, 'anthropic-beta': undefined }).toMatchObject(headers)
    expect(JSON.stringify(seen)).not.toContain('FAKE-plan')
    expect(pipeline.rows[0]?.billing).toBe(billing as 'metered')
    // For that request only.
    await post(pipeline, 'claude-opus-4-6')
    expect(sent()[1]).toEqual(byPlan)
  })

  test('the plan alone will do, without any key', async () => {
    const pipeline = open({}, {})
    expect((await post(pipeline, 'claude-opus-4-6')).status).toBe(200)
    expect((await post(pipeline, 'claude-sonnet-4-6')).status).toBe(401)
    expect(sent()).toEqual([byPlan])
  })

  test('it goes before the accounts of the pool', async () => {
    const accounts = [
      { label: 'one', apiKey: 'sk-ant-api03-FAKE-one-0000000000' },
      { label: 'two', apiKey: 'sk-ant-api03-FAKE-two-0000000000' },
    ]
    await post(open({ providers: { anthropic: { accounts } } }), 'claude-opus-4-6')
    expect(sent()).toEqual([byPlan])
  })

  test('counts and translated requests go by it, too', async () => {
    const pipeline = open()
    const body = JSON.stringify({ model: 'claude-opus-4-6', messages: [{ role: 'user', content: 'Hi' }] })
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body }
    await pipeline.ask('/v1/messages/count_tokens', init)
    await pipeline.ask('/v1/chat/completions', init)
    expect(sent()).toEqual([byPlan, byPlan])
  })

  test('what the plan pays is not held back by a limit in dollars', async () => {
    const budget = { enabled: true, dailyUsd: 0.000_001, hourlyUsd: null, perRequestUsd: null, onBreach: 'block' }
    const pipeline = open({ budget })
    pipeline.services.ledger.fill({ kinds: new Set() }, [])
    expect((await post(pipeline, 'claude-opus-4-6')).status).toBe(200)
    expect((await post(pipeline, 'claude-sonnet-4-6')).status).toBe(402)
    expect(sent()).toEqual([byPlan])
  })

  test('a fallback to a model that the plan does not cover goes by the key', async () => {
    const pipeline = open({ fallbacks: { 'claude-opus-4-6': ['claude-sonnet-4-6'] }, reliability: { retries: 0 } })
    const busy = scriptedProvider(({ text }) =>
      text.includes('opus') ? json({}, { status: 529 }) : json(anthropicReply),
    )
    const other = openPipeline({
      variables: { RELAYPLANE_ANTHROPIC_BASE_URL: busy.url, PLAN: token, ANTHROPIC_API_KEY: key },
      config: pipeline.services.config(),
    })
    await post(other, 'claude-opus-4-6')
    await busy.stop()
    expect(busy.seen.map(({ headers }) => headers.get('authorization') ?? headers.get('x-api-key'))).toEqual([
      `Bearer ${token}`,
      key,
    ])
    expect(other.rows[0]).toMatchObject({ billing: 'metered', routedModel: 'claude-sonnet-4-6' })
  })

  test('no token is in rows, trace and log lines', async () => {
    const pipeline = open()
    await post(pipeline, 'claude-opus-4-6')
    expect(JSON.stringify([pipeline.rows, pipeline.log])).not.toContain('FAKE')
  })
})
