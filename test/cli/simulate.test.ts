import { expect, setDefaultTimeout, test } from 'bun:test'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Simulation } from '../../src/neutral/simulation.ts'
import { noUsage } from '../../src/neutral/usage.ts'
import { openDatabase } from '../../src/store/database.ts'
import { prepareRequestInsert } from '../../src/store/request-row.ts'
import { fakeKeys } from '../support/fake-keys.ts'
import { tempFolder } from '../support/folder.ts'
import { finished } from '../support/records.ts'
import { run } from './program.ts'
import { serveGuard } from './serving.ts'

// Each test waits for processes, which a busy machine starts slowly.
setDefaultTimeout(30_000)

const variables = { ANTHROPIC_API_KEY: fakeKeys.anthropic }

const answered = finished({
  requestedModel: 'claude-opus-4-6',
  routedModel: 'claude-opus-4-6',
  servedModel: 'claude-opus-4-6',
  usage: { ...noUsage, inputTokens: 1000, outputTokens: 100 },
  cost: { ...finished().cost, nanoUsd: 7_500_000 },
  complexity: { score: 5, tier: 'simple' },
})

function homeWith(...records: readonly (typeof answered)[]): string {
  const home = tempFolder()
  const database = openDatabase(join(home, 'relayplane.db'), { busyTimeoutMs: 1000 })
  database.transaction(() => records.forEach(prepareRequestInsert(database)))()
  database.close()
  return home
}

const file = (text: string): string => {
  const path = join(tempFolder(), 'file')
  writeFileSync(path, text)
  return path
}

const lines = (out: string, ...starts: readonly string[]) =>
  out.split('\n').filter((line) => starts.some((start) => line.startsWith(start)))

test('simulate shows what settings would have done with the past, and what it assumes', async () => {
  const sets = ['--set', 'routing.mode=complexity', '--set', 'routing.complexity.simple=claude-haiku-4-5']
  const { code, out, err } = await run(['simulate', '--window', 'all', ...sets], {
    home: homeWith(answered),
    variables,
  })
  expect([code, err]).toEqual([0, ''])
  expect(lines(out, 'Replayed', 'Elsewhere', 'Cost', 'Difference')).toEqual([
    'Replayed     1 request',
    'Elsewhere    1 of 1',
    'Cost then    $0.0075',
    'Cost now     $0.0015',
    'Difference   $0.0060 less (80.0 %)',
  ])
  expect(out).toContain('anthropic/claude-opus-4-6 -> anthropic/claude-haiku-4-5')
  expect(out).toContain('Quality is not simulated')
})

test('simulate takes routing from another file, in place of the settings', async () => {
  const home = homeWith(answered)
  writeFileSync(join(home, 'config.json'), '{"modelOverrides":{"claude-opus-4-6":"claude-haiku-4-5"}}')
  const all = ['simulate', '--window', 'all', '--json']
  const now = JSON.parse((await run(all, { home, variables })).out) as Simulation
  expect(now.byRule.map(({ key }) => key)).toEqual(['override'])
  const config = file('{"routing":{"rules":[{"when":{},"use":"claude-sonnet-4-6"}]}}')
  const tried = JSON.parse((await run([...all, '--config', config], { home, variables })).out) as Simulation
  expect(tried.byPair.map(({ to }) => to)).toEqual(['anthropic/claude-sonnet-4-6'])
})

test('simulate replays requests of a file, whole ones and rows, in a process of its own', async () => {
  const whole = {
    endpoint: '/v1/messages',
    body: { model: 'claude-opus-4-6', max_tokens: 100, messages: [{ role: 'user', content: 'What is two and two?' }] },
  }
  const row = {
    requestedModel: 'claude-opus-4-6',
    provider: 'anthropic',
    endpoint: 'messages',
    dialect: 'anthropic',
    inputTokens: 1000,
    outputTokens: 100,
    costNanoUsd: 7_500_000,
  }
  const embeddings = { endpoint: '/v1/embeddings', body: { model: 'text-embedding-3-small', input: 'a' } }
  const path = file([whole, row, embeddings].map((one) => JSON.stringify(one)).join('\n'))
  const { code, out } = await run(
    ['simulate', path, '--set', 'modelOverrides.claude-opus-4-6=claude-haiku-4-5', '--json'],
    {
      variables,
    },
  )
  const found = JSON.parse(out) as Simulation
  expect([code, found.replayed, found.skipped, found.unscored]).toEqual([0, 2, 1, 1])
  expect(found.byPair.map(({ to, requests }) => [to, requests])).toEqual([['anthropic/claude-haiku-4-5', 2]])
})

test('a line that is no request is named', async () => {
  const whole = '{"endpoint":"/v1/messages","body":{"model":"a","messages":[]}}'
  for (const bad of ['{}', '{"endpoint":"/v1/messages","body":{"model":"a"}}', '{"body":{"model":"a"}}', 'no JSON']) {
    const { code, err } = await run(['simulate', file(`${whole}\n\n${bad}`)])
    expect([code, err]).toEqual([2, expect.stringContaining('Line 3:')])
  }
})

test.each([
  [['--set', 'routing.mod=auto'], 'Did you mean routing.mode?'],
  [['--set', 'server.port=1'], 'tries settings of routing'],
  [['--set', 'routing.mode'], 'name=value'],
  [['--set', 'routing.mode=clever'], 'routing.mode'],
  [['--limit', '0'], '1 to 1000000'],
])('simulate %p is a wrong call that says so', async (words, sentence) => {
  const { code, err } = await run(['simulate', ...words], { home: homeWith(answered) })
  expect([code, err]).toEqual([2, expect.stringContaining(sentence)])
})

test('a running server is asked, and decides on one request', async () => {
  const { home } = serveGuard()
  const empty = await run(['simulate', '--window', 'all'], { home })
  expect([empty.code, empty.err]).toEqual([0, expect.stringContaining('no request that could be replayed')])
  const request = file('{"model":"claude-opus-4-6","max_tokens":50,"messages":[{"role":"user","content":"Hi"}]}')
  const { code, out } = await run(['simulate', '--request', request, '--set', 'routing.mode=complexity'], { home })
  expect(code).toBe(0)
  expect(out.split('\n')[0]).toBe('anthropic/claude-haiku-4-5')
  expect(lines(out, '  rule', '  complexity')).toEqual(['  rule        complexity', '  complexity  simple, 0 of 100'])
})

test('one request needs a running server to decide on it', async () => {
  const { code, err } = await run(['simulate', '--request', file('{}')])
  expect([code, err]).toEqual([1, expect.stringContaining('needs a running server')])
})

test('explain shows complexity, rule and baseline of a routed request', async () => {
  const home = homeWith({
    ...answered,
    route: 'complexity',
    baselineModel: 'anthropic/claude-opus-4-6',
    baselineNanoUsd: 21_000_000,
    cost: { ...answered.cost, nanoUsd: 9_600_000 },
    facts: { tools: 0, messages: 1, images: false, toolTurn: false, sideCall: 'title', maxOutputTokens: null },
    trace: [{ stage: 'route', did: 'not openai/gpt-6-luna', why: 'it has no key for OpenAI' }],
  })
  const { out } = await run(['explain', answered.id], { home })
  expect(lines(out, '  complexity', '  side call', '  route', '  baseline')).toEqual([
    '  complexity   simple, 5 of 100',
    '  side call    title',
    '  route        complexity',
    '  baseline     anthropic/claude-opus-4-6, $0.0210 - $0.0096 = $0.0114 saved',
    '  route: not openai/gpt-6-luna (it has no key for OpenAI)',
  ])
})
