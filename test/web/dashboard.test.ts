/** The dashboard in a real browser, served by the real server, over a million requests: what it shows is what SQL says. */
import { Database } from 'bun:sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { generateRows } from '../../scripts/generate-rows.ts'
import { openDatabase } from '../../src/store/database.ts'
import { tempFolder } from '../support/folder.ts'
import type { ScriptedProvider } from '../support/provider.ts'
import { complaintsOf, findChromium, launch, provider, send, startServer, type RunningServer } from './support.ts'

const executable = findChromium()
if (executable === null) {
  console.warn(
    'SKIPPED: the browser test of the dashboard. There is no chromium on the path; RELAYPLANE_CHROMIUM can name one.',
  )
}

const rows = 1_000_000
const minuteMs = 60_000
const dayMs = 86_400_000
const agent = 'browser-test'

describe.skipIf(executable === null)('the dashboard over a million requests', () => {
  const home = tempFolder()
  // Whole minutes, as the sums are, and reaching beyond the test: the window stands still while it runs.
  const toMs = Math.ceil(Date.now() / minuteMs) * minuteMs + 60 * minuteMs
  const fromMs = toMs - 32 * dayMs
  const span = `from=${fromMs}&to=${toMs}`
  let upstream: ScriptedProvider
  let server: RunningServer
  let browser: Browser
  let statuses: readonly number[] = []

  beforeAll(async () => {
    const database = openDatabase(join(home, 'relayplane.db'), { busyTimeoutMs: 1_000 })
    generateRows(database, { rows, days: 30, nowMs: Date.now(), seed: 1 })
    database.close()
    upstream = provider()
    server = await startServer(home, upstream.url)
    const one = { agent, session: 'session-one' }
    statuses = [
      await send(server.origin, 'claude-sonnet-4-5', one),
      await send(server.origin, 'claude-haiku-4-5', one),
      await send(server.origin, 'claude-opus-4-5', { agent, session: 'session-two' }),
      await send(server.origin, 'claude-sonnet-4-5', { agent, session: 'session-plan', plan: true }),
    ]
    browser = await launch(executable ?? '')
  }, 300_000)

  afterAll(async () => {
    await browser?.close()
    await server?.stop()
    await upstream?.stop()
    // A gigabyte: not to be left to whatever clears the temporary files.
    rmSync(home, { recursive: true, force: true })
  })

  async function open(path: string, options: Parameters<Browser['newPage']>[0] = {}) {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, ...options })
    const complaints = complaintsOf(page)
    await page.goto(`${server.origin}/dashboard/${path}`)
    return { page, complaints, close: () => page.close() }
  }

  const text = (page: Page, id: string) => page.getByTestId(id).innerText()
  const titleOf = async (page: Page, id: string) => (await page.getByTestId(id).getAttribute('title')) ?? ''
  const digits = (shown: string) => Number(shown.replaceAll(/[^0-9]/g, ''))

  test('the provider got the four requests, so there is something to show', () => {
    expect(statuses).toEqual([200, 200, 529, 200])
  })

  test('the overview shows what SQL counts', async () => {
    const { page, complaints, close } = await open(`?${span}`)
    await page.getByTestId('spend').waitFor()
    const shown = {
      requests: digits(await text(page, 'requests')),
      errors: digits(await text(page, 'errors')),
      // Nine decimals are shown in full: without the point they are nano-dollars.
      meteredNanoUsd: digits(await titleOf(page, 'spend')),
      input: digits(await titleOf(page, 'input-tokens')),
      cacheRead: digits(await titleOf(page, 'cache-read-tokens')),
      cacheWrite: digits(await titleOf(page, 'cache-write-tokens')),
      output: digits(await titleOf(page, 'output-tokens')),
      unpriced: digits(await text(page, 'unpriced')),
      estimated: digits(await text(page, 'estimated')),
    }
    const sql = `SELECT count(*) AS requests,
      sum(outcome NOT IN ('complete', 'client_abort') OR coalesce(status, 0) >= 400) AS errors,
      sum(cost_nano_usd) FILTER (WHERE billing = 'metered') AS meteredNanoUsd,
      sum(input_tokens) AS input, sum(cache_read_tokens) AS cacheRead,
      sum(coalesce(cache_write_5m_tokens, 0) + coalesce(cache_write_1h_tokens, 0)) AS cacheWrite,
      sum(output_tokens) AS output, sum(cost_status = 'unpriced') AS unpriced, sum(cost_status = 'estimated') AS estimated
      FROM requests WHERE started_ms >= ? AND started_ms < ?`
    const database = new Database(join(home, 'relayplane.db'), { readonly: true })
    const counted = database.query<typeof shown, [number, number]>(sql).get(fromMs, toMs)
    database.close()
    expect(shown).toEqual(counted!)
    expect(shown.requests).toBe(rows + 4)
    expect(complaints).toEqual([])
    await close()
  }, 60_000)

  test('known traffic is shown to the nano-dollar, and what a plan covers stands apart', async () => {
    const { page, complaints, close } = await open(`?${span}&agent=${agent}`)
    await page.getByTestId('spend').waitFor()
    const ids = [
      'spend',
      'plan-spend',
      'requests',
      'errors',
      'input-tokens',
      'cache-read-tokens',
      'cache-write-tokens',
      'output-tokens',
      'cache-share',
    ]
    const shown = await Promise.all(ids.map((id) => text(page, id)))
    expect(shown).toEqual(['$0.0103', '$0.00998', '4', '1', '2,500', '10k', '600', '540', '76%'])
    // Sonnet: 1,200 x $3 + 5,000 x $0.30 + 300 x $3.75 + 250 x $15 = $0.009975. Haiku: 100 x $1 + 40 x $5 = $0.0003.
    expect(await titleOf(page, 'spend')).toBe('$0.010275000')
    expect(await page.getByTestId('unpriced').count()).toBe(0)
    const models = await page.locator('section[aria-label=Models] tbody th').allInnerTexts()
    expect(models.toSorted()).toEqual(['claude-haiku-4-5', 'claude-opus-4-5', 'claude-sonnet-4-5'])
    await page.getByRole('link', { name: 'claude-haiku-4-5' }).click()
    await page.waitForFunction(() => document.querySelector('[data-testid=requests]')?.textContent === '1')
    expect(new URL(page.url()).searchParams.get('model')).toBe('claude-haiku-4-5')
    expect(await titleOf(page, 'spend')).toBe('$0.000300000')
    await page.goBack()
    await page.waitForFunction(() => document.querySelector('[data-testid=requests]')?.textContent === '4')
    expect(complaints).toEqual([])
    await close()
  }, 60_000)

  test('a request opens in the drawer with its formula, by keyboard, and the focus comes back', async () => {
    const { page, complaints, close } = await open(`requests?${span}&session=session-one`)
    await page.getByTestId('run').first().waitFor()
    expect(await page.getByTestId('run').count()).toBe(2)
    await page.locator('[data-row="0"]').focus()
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await page.getByTestId('price-lines').waitFor()
    expect(await text(page, 'drawer-model')).toBe('claude-sonnet-4-5')
    const lines = await page.getByTestId('price-line').allInnerTexts()
    expect(lines.map((line) => line.replaceAll(/\s+/g, ' ')).toSorted()).toEqual([
      'cache read 5,000 × $0.30/M = $0.0015',
      'cache write 5m 300 × $3.75/M = $0.001125',
      'input 1,200 × $3.00/M = $0.0036',
      'output 250 × $15.00/M = $0.00375',
    ])
    expect(await text(page, 'price-total')).toBe('$0.009975')
    expect(await text(page, 'price-source')).toMatch(/^anthropic\/claude-sonnet-4-5.* · .+ · checked \d{4}-\d\d-\d\d$/)
    expect(await page.getByTestId('trace').locator('li').count()).toBeGreaterThan(0)
    expect(await page.getByTestId('drawer').innerText()).toContain('req_sonnet')
    const opened = page.url()
    await page.keyboard.press('k')
    await page.waitForURL((url) => url.href !== opened)
    await page.waitForFunction(() => document.querySelector('[data-testid=price-total]')?.textContent === '$0.0003')
    for (let presses = 0; presses < 20; presses++) {
      await page.keyboard.press('Tab')
      expect(await page.evaluate(() => document.activeElement?.closest('dialog') !== null)).toBe(true)
    }
    await page.keyboard.press('Escape')
    await page.getByTestId('drawer').waitFor({ state: 'detached' })
    await page.waitForFunction(() => document.activeElement?.getAttribute('data-row') === '0')
    expect(page.url()).not.toContain('/requests/')
    await page.goto(opened)
    await page.getByTestId('price-lines').waitFor()
    expect(complaints).toEqual([])
    await close()
  }, 60_000)

  test('a new request appears by itself, waits while paused, and the filter field keeps others out', async () => {
    const { page, complaints, close } = await open('requests')
    await page.getByTestId('run').first().waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type(`agent:${agent}-live`)
    await page.keyboard.press('Enter')
    expect(new URL(page.url()).searchParams.get('agent')).toBe(`${agent}-live`)
    await page.getByTestId('blank').waitFor()
    await page.getByText('Live', { exact: true }).waitFor()
    const live = { agent: `${agent}-live`, session: 'session-live' }
    await send(server.origin, 'claude-sonnet-4-5', { ...live, agent: 'someone-else' })
    await send(server.origin, 'claude-haiku-4-5', live)
    await page.getByTestId('run').waitFor()
    expect(await page.getByTestId('run').count()).toBe(1)
    await page.getByTestId('pause').click()
    await send(server.origin, 'claude-sonnet-4-5', live)
    await page.getByTestId('new-rows').waitFor()
    expect(await text(page, 'new-rows')).toBe('1 new')
    expect(await page.getByTestId('run').count()).toBe(1)
    await page.getByTestId('pause').click()
    await page.waitForFunction(() => document.querySelectorAll('[data-testid=run]').length === 2)
    expect(complaints).toEqual([])
    await close()
  }, 60_000)

  test('the list scrolls through thousands of rows with a few dozen in the page', async () => {
    const { page, complaints, close } = await open('requests?window=all')
    await page.getByTestId('run').first().waitFor()
    const scroller = page.getByTestId('run-scroll')
    for (let page_ = 1; page_ <= 20; page_++) {
      const before = await scroller.evaluate((box) => box.scrollHeight)
      await scroller.evaluate((box) => box.scrollTo(0, box.scrollHeight))
      await page.waitForFunction(
        (height) => document.querySelector('[data-testid=run-scroll]')!.scrollHeight > height,
        before,
      )
    }
    expect(await page.getByTestId('run').count()).toBeLessThan(100)
    const row = page.getByTestId('run').last()
    expect(Number(await row.getAttribute('aria-rowindex'))).toBeGreaterThan(2_000)
    expect(complaints).toEqual([])
    await close()
  }, 60_000)

  test('dark follows the system, a choice is kept, and a phone needs no sideways scrolling', async () => {
    const { page, complaints, close } = await open(`?${span}&agent=${agent}`, {
      colorScheme: 'dark',
      viewport: { width: 390, height: 844 },
    })
    const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
    await page.getByTestId('spend').waitFor()
    expect(await background()).toBe('rgb(14, 16, 18)')
    await page.getByTestId('theme').click()
    expect(await background()).toBe('rgb(246, 247, 248)')
    await page.reload()
    await page.getByTestId('spend').waitFor()
    expect(await background()).toBe('rgb(246, 247, 248)')
    for (const path of [`?${span}`, `requests?${span}`, `requests?${span}&agent=nobody`]) {
      await page.goto(`${server.origin}/dashboard/${path}`)
      await page.locator('[data-testid=spend], [data-testid=run], [data-testid=blank]').first().waitFor()
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0)
    }
    expect(complaints).toEqual([])
    await close()
  }, 60_000)

  test('the first paint comes within 300 ms', async () => {
    const paints: number[] = []
    for (let attempt = 0; attempt < 5; attempt++) {
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
      const page = await context.newPage()
      await page.goto(`${server.origin}/dashboard/?window=30d`)
      await page.getByTestId('spend').waitFor()
      paints.push(
        await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Infinity),
      )
      await context.close()
    }
    console.log(`first contentful paint over ${rows} requests, ms: ${paints.map(Math.round).join(', ')}`)
    // The median: a machine that runs other tests beside this one may miss a frame or two.
    expect(paints.toSorted((a, b) => a - b)[2]).toBeLessThan(300)
  }, 60_000)

  test('a server that goes away is said so, and its return is noticed without a reload', async () => {
    const { page, close } = await open(`?${span}&agent=${agent}`)
    await page.getByTestId('spend').waitFor()
    await server.stop()
    await page.getByTestId('lost').waitFor()
    expect(await text(page, 'spend')).toBe('$0.0103')
    await server.start()
    await page.getByTestId('lost').waitFor({ state: 'detached' })
    await send(server.origin, 'claude-haiku-4-5', { agent, session: 'session-after' })
    await page.waitForFunction(() => document.querySelector('[data-testid=requests]')?.textContent === '5')
    expect(await titleOf(page, 'spend')).toBe('$0.010575000')
    await close()
  }, 90_000)
})

describe.skipIf(executable === null)('the dashboard of a new installation', () => {
  test('shows the line to paste for each client, and turns into figures with the first request', async () => {
    const upstream = provider()
    const server = await startServer(tempFolder(), upstream.url)
    const browser = await launch(executable ?? '')
    const page = await browser.newPage()
    const complaints = complaintsOf(page)
    await page.goto(`${server.origin}/dashboard/`)
    await page.getByTestId('onboarding').waitFor()
    expect(await page.getByTestId('onboarding').innerText()).toMatch(
      /ANTHROPIC_BASE_URL=http:\/\/127\.0\.0\.1:\d+ claude/,
    )
    await page.getByText('Live', { exact: true }).waitFor()
    await send(server.origin, 'claude-haiku-4-5', { agent, session: 'first' })
    await page.getByTestId('spend').waitFor()
    expect(await page.getByTestId('spend').innerText()).toBe('$0.0003')
    expect(complaints).toEqual([])
    await browser.close()
    await server.stop()
    await upstream.stop()
  }, 90_000)
})
