/** The playground: what its form asks, and its page over the real server. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Browser } from 'playwright-core'
import { noUsage } from '../../src/neutral/usage.ts'
import { emptyForm, playOf, trialOf } from '../../web/state/playground.ts'
import { finished } from '../support/records.ts'
import { complaintsOf, findChromium, launch, type RunningServer, startOver } from './support.ts'

setDefaultTimeout(60_000)

const answered = finished({
  startedMs: Date.now() - 60_000,
  requestedModel: 'claude-opus-4-6',
  routedModel: 'claude-opus-4-6',
  usage: { ...noUsage, inputTokens: 1000, outputTokens: 100 },
  cost: { ...finished().cost, nanoUsd: 7_500_000 },
  complexity: { score: 5, tier: 'simple' },
})

test('a prompt and a model make a request of the endpoint', () => {
  expect(playOf({ ...emptyForm, text: ' Hello ' })).toEqual({
    kind: 'ask',
    ask: {
      endpoint: '/v1/messages',
      headers: {},
      body: { model: 'claude-opus-4-6', messages: [{ role: 'user', content: 'Hello' }] },
      settings: { routing: {} },
    },
  })
  expect(playOf({ ...emptyForm, text: 'Hello', endpoint: '/v1/responses' })).toMatchObject({
    ask: { body: { model: 'claude-opus-4-6', input: 'Hello' } },
  })
})

test('a pasted body keeps its own model, and gets the other where it has none', () => {
  const body = (text: string) => {
    const asked = playOf({ ...emptyForm, text })
    return asked.kind === 'ask' ? asked.ask.body : null
  }
  expect(body('{"model":"gpt-5.2","messages":[]}')).toEqual({ model: 'gpt-5.2', messages: [] })
  expect(body('{"messages":[]}')).toEqual({ messages: [], model: 'claude-opus-4-6' })
})

test('agent, home and settings to try go with it', () => {
  const form = { ...emptyForm, text: 'Hi', agent: 'codex', home: 'anthropic/claude-opus-4-6', cachedTokens: '900' }
  expect(playOf({ ...form, mode: 'auto', routing: '{"sticky":false,"mode":"cascade"}' })).toMatchObject({
    ask: {
      headers: { 'x-relayplane-agent': 'codex' },
      home: { model: 'anthropic/claude-opus-4-6', cachedTokens: 900 },
      settings: { routing: { sticky: false, mode: 'auto' } },
    },
  })
})

test.each([
  [{ text: '' }, 'Paste a request, or type a prompt.'],
  [{ text: '{"model": ' }, 'It begins as JSON and is none. Whole requests are pasted as their JSON body.'],
  [{ text: 'Hi', model: '' }, 'A prompt needs a model.'],
  [{ text: 'Hi', home: 'opus' }, 'Who has answered before is written provider/model.'],
  [{ text: 'Hi', cachedTokens: 'many' }, 'The cached tokens are a whole number.'],
  [{ text: 'Hi', routing: '[]' }, 'The settings are no JSON object such as {"mode": "auto"}.'],
])('a form with %p says what is missing', (part, sentence) => {
  expect(playOf({ ...emptyForm, ...part })).toEqual({ kind: 'fault', sentence })
})

test('settings alone can be tried on the past', () => {
  expect(trialOf({ mode: '', routing: '{"rules":[]}' })).toEqual({
    kind: 'ask',
    ask: { settings: { routing: { rules: [] } } },
  })
})

const executable = findChromium()
if (executable === null) console.warn('SKIPPED: the browser test of the Playground page. There is no chromium.')

describe.skipIf(executable === null)('the dashboard’s playground', () => {
  let server: RunningServer
  let browser: Browser

  beforeAll(async () => {
    server = await startOver([answered])
    browser = await launch(executable ?? '')
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    await server?.stop()
  })

  async function open() {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
    const complaints = complaintsOf(page)
    await page.goto(`${server.origin}/dashboard/playground`)
    await page.getByLabel('A JSON body, or a prompt').waitFor()
    return { page, complaints }
  }

  test('says where a prompt would go with settings that are tried, and why', async () => {
    const { page, complaints } = await open()
    await page.getByLabel('A JSON body, or a prompt').fill('What is two and two?')
    await page.getByLabel('routing.mode').selectOption('complexity')
    await page.getByTestId('decide').click()
    await page.getByTestId('play-model').waitFor()
    expect(await page.getByTestId('play-model').innerText()).toBe('anthropic/claude-haiku-4-5')
    expect(await page.getByTestId('play-decision').innerText()).toContain('it looks simple')
    expect(await page.getByTestId('play-candidates').innerText()).toContain('what was asked for')
    expect(complaints).toEqual([])
    await page.close()
  })

  test('tries the same settings on what is recorded', async () => {
    const { page, complaints } = await open()
    await page.getByLabel('routing.mode').selectOption('complexity')
    await page.getByTestId('replay').click()
    await page.getByTestId('play-cost').waitFor()
    expect(await page.getByTestId('play-cost').innerText()).toBe('$0.0075 then, $0.0015 with these settings')
    expect(await page.getByTestId('play-sums').innerText()).toContain('Quality is not simulated')
    expect(complaints).toEqual([])
    await page.close()
  })

  test('leaves no decision beside a fault of what was asked next, and no fault beside what worked since', async () => {
    const { page } = await open()
    await page.getByLabel('A JSON body, or a prompt').fill('What is two and two?')
    await page.getByTestId('decide').click()
    await page.getByTestId('play-model').waitFor()
    await page.getByLabel('A JSON body, or a prompt').fill('{bad')
    await page.getByTestId('decide').click()
    await page.getByText('It begins as JSON and is none.').waitFor()
    expect(await page.getByTestId('play-decision').count()).toBe(0)
    await page.route('**/v1/telemetry/playground', (route) =>
      route.fulfill({ status: 400, json: { message: 'No such endpoint.' } }),
    )
    await page.getByLabel('A JSON body, or a prompt').fill('What is two and two?')
    await page.getByTestId('decide').click()
    await page.getByText('No such endpoint.').waitFor()
    await page.getByTestId('replay').click()
    await page.getByTestId('play-cost').waitFor()
    expect(await page.getByTestId('play-fault').innerText()).toBe('')
    await page.close()
  })

  test('says what is wrong at once, and asks nobody', async () => {
    const { page, complaints } = await open()
    await page.getByTestId('decide').click()
    expect(await page.getByTestId('play-fault').innerText()).toBe('Paste a request, or type a prompt.')
    expect(complaints).toEqual([])
    await page.close()
  })
})
