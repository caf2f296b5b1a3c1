import { describe, expect, test } from 'bun:test'
import { Elysia } from 'elysia'
import { pageOf } from '../../src/control/dashboard.ts'
import { controlOperations } from '../../src/control/openapi.ts'
import { llmOperations } from '../../src/control/openapi-llm.ts'
import { addressOf } from '../../src/pipeline/endpoint.ts'
import { finished } from '../support/records.ts'
import { openTestControl } from '../support/control.ts'

describe('the dashboard', () => {
  test('is at /dashboard/ and below; the root leads there', async () => {
    const { get } = openTestControl()
    const root = await get('/')
    expect([root.status, root.headers.get('location')]).toEqual([302, '/dashboard/'])
    for (const path of ['/dashboard', '/dashboard/', '/dashboard/requests', '/dashboard/requests/0190-abc']) {
      const page = await get(path)
      expect([path, page.status, page.headers.get('content-type'), await page.text()]).toEqual([
        path,
        200,
        'text/html;charset=utf-8',
        '<!doctype html><title>RelayPlane</title>',
      ])
    }
  })

  test('runs and styles only what the build put in, may not be framed, and tells no other site about itself', async () => {
    const { get } = openTestControl()
    const { headers } = await get('/dashboard/')
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'sha256-AAAA'; style-src 'sha256-BBBB'; connect-src 'self'; img-src 'self' data:; " +
        "font-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    )
    expect([
      headers.get('x-content-type-options'),
      headers.get('referrer-policy'),
      headers.get('x-frame-options'),
    ]).toEqual(['nosniff', 'no-referrer', 'DENY'])
    expect(headers.get('access-control-allow-origin')).toBeNull()
  })

  test('is not sent again to a browser that has it', async () => {
    const { get } = openTestControl()
    const first = await get('/dashboard/')
    const etag = first.headers.get('etag') ?? ''
    expect([first.headers.get('cache-control'), etag.length]).toEqual(['no-cache', 24])
    for (const held of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const again = await get('/dashboard/requests', { 'if-none-match': held })
      expect([held, again.status, await again.text(), again.headers.get('etag')]).toEqual([held, 304, '', etag])
    }
    expect((await get('/dashboard/', { 'if-none-match': '"other"' })).status).toBe(200)
  })

  test('another page has another tag', () => {
    const none = { scripts: [], styles: [] }
    expect(pageOf('a', none).etag).not.toBe(pageOf('b', none).etag)
    expect(pageOf('a', none).csp).toContain("script-src 'none'; style-src 'none'")
  })
})

describe('/openapi.json', () => {
  interface Operation {
    operationId: string
    parameters?: { name: string; in: string; required?: boolean; schema: object }[]
    responses: Record<string, unknown>
    security?: object[]
  }
  interface Page {
    openapi: string
    info: { title: string; version: string }
    paths: Record<string, Record<string, Operation>>
    components: { schemas: Record<string, unknown>; securitySchemes: Record<string, unknown> }
  }
  const read = async () => (await (await openTestControl().get('/openapi.json')).json()) as Page
  const inElysia = (path: string) => path.replace('/{page}', '/*').replaceAll(/\{(\w+)\}/g, ':$1')

  test('lists exactly the routes of this plane', () => {
    const { app } = openTestControl()
    const routes = app.routes.map(({ method, path }) => `${method} ${path}`).sort()
    expect(controlOperations.map(({ method, path }) => `${method.toUpperCase()} ${inElysia(path)}`).sort()).toEqual(
      routes,
    )
  })

  test('lists addresses of the LLM API that the pipeline knows', () => {
    const unknown = llmOperations.filter(({ method, path }) => {
      const address = addressOf(path.replaceAll(/\{\w+\}/g, 'some-model'), method.toUpperCase(), new Headers(), null)
      return address === null || address.endpoint === 'raw'
    })
    expect(unknown).toEqual([])
  })

  test('is sound: ids are unique, references resolve, path parameters are declared, writes need a login', async () => {
    const page = await read()
    const operations = Object.entries(page.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
    )
    const ids = operations.map(({ operation }) => operation.operationId)
    expect([page.openapi, page.info.title, new Set(ids).size, ids.length]).toEqual([
      '3.1.0',
      'RelayPlane',
      ids.length,
      48,
    ])
    for (const [, reference] of JSON.stringify(page).matchAll(/"\$ref":"([^"]+)"/g)) {
      expect(Object.keys(page.components.schemas).map((name) => `#/components/schemas/${name}`)).toContain(
        reference ?? '',
      )
    }
    for (const { path, method, operation } of operations) {
      const declared = (operation.parameters ?? []).filter((one) => one.in === 'path').map(({ name }) => `{${name}}`)
      expect([path, declared]).toEqual([path, path.match(/\{\w+\}/g) ?? []])
      expect(Object.keys(operation.responses).length).toBeGreaterThan(0)
      const isWrite = method !== 'get' && ids.indexOf(operation.operationId) >= 0 && '401' in operation.responses
      expect([path, operation.security !== undefined]).toEqual([path, isWrite])
    }
  })

  test('names every filter', async () => {
    const page = await read()
    const names = (path: string) => page.paths[path]?.['get']?.parameters?.map(({ name }) => name)
    const filters = ['window', 'from', 'to', 'provider', 'model', 'agent', 'session', 'billing', 'outcome']
    expect(names('/v1/telemetry/stats')).toEqual(filters)
    expect(names('/v1/telemetry/runs')).toEqual([
      ...filters,
      'cost',
      'translated',
      'guard',
      'cache',
      'task',
      'route',
      'automated',
      'limit',
      'cursor',
    ])
    expect(names('/v1/telemetry/stream')).toEqual([
      ...filters.slice(3),
      'cost',
      'translated',
      'guard',
      'cache',
      'task',
      'route',
      'automated',
    ])
  })
})

test('mounted on another app, refusals stay in their form and do not leak into its routes', async () => {
  const { app } = openTestControl()
  const whole = new Elysia()
    .get('/other', () => {
      throw new Error('not ours')
    })
    .use(app)
  const refusal = await whole.handle(new Request('http://localhost/v1/telemetry/stats?nonsense=1'))
  expect([refusal.status, Object.keys((await refusal.json()) as object)]).toEqual([400, ['error']])
  const other = await whole.handle(new Request('http://localhost/other'))
  expect(await other.text()).toBe('not ours')
})

describe('/metrics', () => {
  const lines = async (get: (path: string) => Promise<Response>) => (await (await get('/metrics')).text()).split('\n')

  test('counts requests, tokens, cost and times since ever', async () => {
    const { store, get } = openTestControl()
    const usage = {
      ...finished().usage,
      inputTokens: 100,
      cacheReadTokens: 20,
      cacheWrite5mTokens: 3,
      cacheWrite1hTokens: 4,
      outputTokens: 50,
      reasoningTokens: 9,
    } as NonNullable<ReturnType<typeof finished>['usage']>
    const cost = finished().cost
    store.insert(
      finished({
        startedMs: 5_000,
        usage,
        durationMs: 900,
        firstByteMs: 30,
        cost: { ...cost, nanoUsd: 1_500_000_001 },
      }),
      finished({ startedMs: 6_000, usage, durationMs: 90_000, firstByteMs: null, cost: { ...cost, nanoUsd: 1 } }),
      finished({
        startedMs: 7_000,
        usage: null,
        outcome: 'refused',
        provider: null,
        billing: null,
        routedModel: null,
        requestedModel: 'made "up"\n',
        durationMs: 1,
        cost: { ...cost, status: 'none', nanoUsd: 0 },
      }),
    )
    const answer = await get('/metrics')
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      200,
      'text/plain; version=0.0.4; charset=utf-8',
    ])
    const text = (await answer.text()).split('\n')
    const model = 'provider="anthropic",model="claude-sonnet-4-5",billing="metered"'
    const genAi = 'gen_ai_provider_name="anthropic",gen_ai_request_model="claude-sonnet-4-5"'
    for (const line of [
      '# TYPE relayplane_requests_total counter',
      `relayplane_requests_total{${model},outcome="complete"} 2`,
      'relayplane_requests_total{provider="",model="",billing="",outcome="refused"} 1',
      `relayplane_tokens_total{${model},type="input"} 200`,
      `relayplane_tokens_total{${model},type="cache_read"} 40`,
      `relayplane_tokens_total{${model},type="cache_write"} 14`,
      `relayplane_tokens_total{${model},type="output"} 100`,
      `relayplane_reasoning_tokens_total{${model}} 18`,
      `relayplane_cost_usd_total{${model}} 1.500000002`,
      `relayplane_unpriced_requests_total{${model}} 0`,
      '# TYPE gen_ai_client_operation_duration_seconds histogram',
      `gen_ai_client_operation_duration_seconds_bucket{${genAi},le="0.64"} 0`,
      `gen_ai_client_operation_duration_seconds_bucket{${genAi},le="1.28"} 1`,
      `gen_ai_client_operation_duration_seconds_bucket{${genAi},le="+Inf"} 2`,
      `gen_ai_client_operation_duration_seconds_count{${genAi}} 2`,
      `gen_ai_server_time_to_first_token_seconds_bucket{${genAi},le="0.02"} 0`,
      `gen_ai_server_time_to_first_token_seconds_bucket{${genAi},le="0.04"} 1`,
      `gen_ai_server_time_to_first_token_seconds_count{${genAi}} 1`,
      `gen_ai_client_token_usage_sum{${genAi},gen_ai_token_type="input"} 254`,
      `gen_ai_client_token_usage_count{${genAi},gen_ai_token_type="output"} 2`,
      'relayplane_inflight_requests 3',
      'relayplane_bypassed_requests_total 2',
      'relayplane_start_time_seconds 1',
      'relayplane_build_info{version="1.2.3",commit="abc"} 1',
    ])
      expect(text).toContain(line)
    expect(text.at(-1)).toBe('')
  })

  test('is well formed: each family is declared once, each label set stands once, buckets only grow', async () => {
    const { store, get } = openTestControl()
    for (let index = 0; index < 60; index++) {
      store.insert(
        finished({
          provider: index % 2 ? 'openai' : 'anthropic',
          routedModel: `m${index % 7}`,
          outcome: index % 5 ? 'complete' : 'failed',
          durationMs: 2 ** (index % 18),
          billing: index % 3 ? 'metered' : 'local',
        }),
      )
    }
    const text = await lines(get)
    const samples = text
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => line.slice(0, line.lastIndexOf(' ')))
    expect(new Set(samples).size).toBe(samples.length)
    const declared = text.filter((line) => line.startsWith('# TYPE')).map((line) => line.split(' ')[2])
    expect(new Set(declared).size).toBe(declared.length)
    for (const line of text)
      expect(line).toMatch(/^$|^# (HELP|TYPE) \w+ .+$|^[a-z_]+(\{([a-z_]+="([^"\\\n]|\\.)*",?)*\})? -?[\d.e+-]+$/)
    let last = 0
    for (const line of text.filter((one) =>
      one.startsWith(
        'gen_ai_client_operation_duration_seconds_bucket{gen_ai_provider_name="openai",gen_ai_request_model="m1"',
      ),
    )) {
      const count = Number(line.slice(line.lastIndexOf(' ')))
      expect(count).toBeGreaterThanOrEqual(last)
      last = count
    }
    expect(last).toBeGreaterThan(0)
  })

  test('names two hundred models and no more; a named one keeps its name', async () => {
    const control = openTestControl()
    const { store, get } = control
    store.insert(...Array.from({ length: 200 }, (_, index) => finished({ routedModel: `m${index}` })))
    await lines(get)
    store.insert(
      finished({ routedModel: 'late-1' }),
      finished({ routedModel: 'late-2' }),
      finished({ routedModel: 'm7' }),
    )
    control.pass(3000)
    const text = (await lines(get)).filter((line) => line.startsWith('relayplane_requests_total'))
    expect(text.length).toBe(201)
    expect(text).toContain(
      'relayplane_requests_total{provider="anthropic",model="other",billing="metered",outcome="complete"} 2',
    )
    expect(text).toContain(
      'relayplane_requests_total{provider="anthropic",model="m7",billing="metered",outcome="complete"} 2',
    )
  })

  test('is read from the store every two seconds at most', async () => {
    const control = openTestControl()
    const { store, get } = control
    const count = async () => (await lines(get)).filter((line) => line.startsWith('relayplane_requests_total')).length
    expect(await count()).toBe(0)
    store.insert(finished())
    expect(await count()).toBe(0)
    control.pass(2000)
    expect(await count()).toBe(1)
  })
})
