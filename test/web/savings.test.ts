/** The Savings page in a real browser, over requests that are on record. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Browser, Page } from 'playwright-core'
import type { RequestRecord } from '../../src/neutral/record.ts'
import { comparisonOf, routedView } from '../../web/state/savings.ts'
import { apiQuery, readView } from '../../web/state/view.ts'
import { finished } from '../support/records.ts'
import { run } from './examples.ts'
import { complaintsOf, findChromium, launch, startOver, type RunningServer } from './support.ts'

const executable = findChromium()
if (executable === null) console.warn('SKIPPED: the browser test of the Savings page. There is no chromium.')

// Of today: the server deletes what is older than it keeps.
const startedMs = Date.now() - 60_000

const routed = (over: Partial<RequestRecord> = {}): RequestRecord =>
  finished({
    startedMs,
    requestedModel: 'claude-opus-4-6',
    routedModel: 'claude-sonnet-4-6',
    route: 'complexity',
    baselineModel: 'anthropic/claude-opus-4-6',
    baselineNanoUsd: 21_000_000,
    cost: { ...finished().cost, nanoUsd: 9_600_000 },
    ...over,
  })

const records: readonly RequestRecord[] = [
  routed({ agent: 'codex' }),
  routed({
    startedMs: startedMs + 1000,
    route: 'cascade',
    routedModel: 'claude-opus-4-6',
    cost: { ...finished().cost, nanoUsd: 25_000_000 },
    taskType: 'generation',
  }),
  routed({ startedMs: startedMs + 2000, baselineNanoUsd: null, route: 'alias' }),
  routed({ startedMs: startedMs + 3000, isAutomated: true }),
  routed({ startedMs: startedMs + 4000, route: 'passthrough', promptCacheSavedNanoUsd: -2_500_000 }),
  finished({
    startedMs: startedMs + 5000,
    route: null,
    cache: 'hit',
    savedNanoUsd: 40_000_000,
    billing: 'subscription',
  }),
]

describe.skipIf(executable === null)('the dashboard’s savings', () => {
  let server: RunningServer
  let browser: Browser

  beforeAll(async () => {
    server = await startOver(records)
    browser = await launch(executable ?? '')
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    await server?.stop()
  })

  async function open(search = '', options: Parameters<Browser['newPage']>[0] = {}) {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, ...options })
    const complaints = complaintsOf(page)
    await page.goto(`${server.origin}/dashboard/savings${search}`)
    await page.getByTestId('routing-saved').waitFor()
    return { page, complaints }
  }
  const plain = (text: string) => text.replaceAll(/\s+/g, ' ').trim()
  const says = async (page: Page, id: string) => plain(await page.getByTestId(id).first().innerText())
  const rowsOf = async (page: Page, title: string) =>
    (await page.getByRole('region', { name: title }).locator('tbody tr').allInnerTexts()).map(plain)

  test('are three figures, each with its formula', async () => {
    const { page, complaints } = await open()
    expect(await says(page, 'routing-saved')).toBe('$0.0074')
    expect(await says(page, 'routing-saved-formula')).toBe(
      '$0.042 at the baseline models − $0.0346 paid, all attempts = $0.0074',
    )
    expect(await says(page, 'prompt-cache-saved')).toBe('-$0.0025 cost more than it saved')
    expect(await says(page, 'response-cache-saved')).toBe('$0.04')
    expect(await says(page, 'response-cache-saved-plan')).toBe('$0.04 of it is notional: a plan covers those requests.')
    expect(await says(page, 'savings-unpriced')).toContain('1 more without a price to compare')
    expect(await says(page, 'savings-counts')).toBe(
      'Of 6 requests that a model was chosen for, or that the response cache answered: 2 compared · 1 unpriced · 1 passed through · 1 background · 1 from the response cache',
    )
    // Nowhere on the page is a sum of two of them.
    expect(await page.locator('main').innerText()).not.toMatch(/total/i)
    expect(complaints).toEqual([])
    await page.close()
  })

  test('say what they do not measure', async () => {
    const { page } = await open()
    await page.getByText('What this does not measure').first().click()
    expect(await page.getByText('Not whether the cheaper answers were as good').isVisible()).toBe(true)
    await page.close()
  })

  test('are told by pair of models, rule, task and day', async () => {
    const { page } = await open()
    expect(await rowsOf(page, 'Rules that decided')).toEqual([
      'complexity 1 $0.021 $0.0096 $0.0114',
      'alias 0 $0.00 $0.00 $0.00',
      'cascade 1 $0.021 $0.025 -$0.004',
    ])
    const pairs = await rowsOf(page, 'Baseline → used')
    expect(pairs[0]).toStartWith('claude-opus-4-6 → claude-sonnet-4-6 1 $0.021 $0.0096 $0.0114')
    expect((await rowsOf(page, 'Tasks'))[1]).toBe('generation 1 -$0.004 $0.00 $0.00')
    await page.close()
  })

  test('lead to the requests behind them, each with the formula filled in', async () => {
    const { page } = await open()
    const rows = await rowsOf(page, 'Latest routed')
    expect(rows).toHaveLength(3)
    expect(rows[0]).toContain('unpriced')
    expect(rows[1]).toEndWith('$0.02100 − $0.02500 = -$0.00400')
    expect(rows[2]).toEndWith('$0.02100 − $0.00960 = $0.01140')
    await page.getByRole('link', { name: '2 requests compared' }).click()
    await page.waitForURL(/\/dashboard\/requests\?route=.*automated=false/)
    const list = page.getByRole('region', { name: 'Requests' })
    await list.getByText('claude-opus-4-6 → claude-sonnet-4-6').first().waitFor()
    await page.close()
  })

  test('are narrowed by filters, and stay in the address', async () => {
    const { page } = await open('?agent=codex')
    expect(await says(page, 'routing-saved')).toBe('$0.0114')
    expect(await page.getByRole('link', { name: 'Savings' }).getAttribute('aria-current')).toBe('page')
    expect(await page.title()).toBe('Savings · RelayPlane')
    await page.close()
  })

  test.each([1440, 768, 390, 360])('fit a window %d wide', async (width) => {
    const { page } = await open('', { viewport: { width, height: 800 } })
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0)
    await page.close()
  })
})

test('the requests behind the figure of routing are all that a rule sent elsewhere, without background traffic', () => {
  expect(apiQuery(routedView(readView('?window=7d&agent=codex')), 'list')).toBe(
    'window=7d&agent=codex&route=header%2Coverride%2Csuffix%2Calias%2Crule%2Ccomplexity%2Ccascade%2Cauto%2Csticky%2Cdowngrade%2Cfallback&automated=false',
  )
})

test('a request without both prices, and one that the response cache answered, has no formula', () => {
  const one = { ...run('a', 1), baselineNanoUsd: 21_000_000, costNanoUsd: 9_600_000 }
  expect(comparisonOf(one)).toEqual({ baseline: 21_000_000, actual: 9_600_000, saved: 11_400_000 })
  expect(comparisonOf({ ...one, baselineNanoUsd: null })).toBeNull()
  expect(comparisonOf({ ...one, costNanoUsd: null, costStatus: 'unpriced' })).toBeNull()
  expect(comparisonOf({ ...one, costNanoUsd: 0, costStatus: 'none' })).toBeNull()
  expect(comparisonOf({ ...one, cache: 'hit' })).toBeNull()
})
