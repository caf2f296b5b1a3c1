/** The request list, its drawer and its charts in a real browser: keyboard, history, a server that comes back, and phones. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Browser, Page } from 'playwright-core'
import type { RequestRecord } from '../../src/neutral/record.ts'
import { noUsage } from '../../src/neutral/usage.ts'
import { finished } from '../support/records.ts'
import { complaintsOf, findChromium, launch, startOver, type RunningServer } from './support.ts'

setDefaultTimeout(60_000)

const executable = findChromium()
if (executable === null) console.warn('SKIPPED: the browser test of the request list. There is no chromium.')

// Of today: the server deletes what is older than it keeps.
const startedMs = Date.now() - 60 * 60_000
const plain = (text: string) => text.replaceAll(/\s+/g, ' ').trim()
const { cost } = finished()

const traced = (why: string) => [{ stage: 'cache', did: 'left it alone', why }]
const known = {
  warm: finished({ startedMs, sessionId: 'warm', cache: 'bypass', trace: traced('its temperature is not 0') }),
  wished: finished({ startedMs, sessionId: 'wished', cache: 'bypass', trace: traced('the caller asked for it') }),
  climbed: finished({
    startedMs,
    sessionId: 'climbed',
    route: 'cascade',
    baselineModel: 'anthropic/claude-opus-4-6',
    baselineNanoUsd: 17_625_001,
    cost: {
      ...cost,
      nanoUsd: 7_125_000,
      lines: [
        {
          kind: 'attempt 1: anthropic/claude-haiku-4-5',
          quantity: 1,
          nanoUsdPerMillion: null,
          nanoUsd: '3525000',
        },
        { kind: 'input', quantity: 1_200, nanoUsdPerMillion: 3_000_000_000, nanoUsd: '3600000' },
      ],
    },
  }),
  silent: finished({
    startedMs,
    sessionId: 'silent',
    usage: { ...noUsage, inputTokens: 0, outputTokens: 0 },
    cost: { ...cost, nanoUsd: 0 },
  }),
  tiny: finished({ startedMs, sessionId: 'tiny', agent: 'tiny', cost: { ...cost, nanoUsd: 2 } }),
  huge: finished({
    startedMs,
    sessionId: 'huge',
    agent: 'huge',
    cost: {
      ...cost,
      nanoUsd: 13_749_999_998_750,
      lines: [
        { kind: 'input', quantity: 9_999_999_999, nanoUsdPerMillion: 1_250_000_000, nanoUsd: '12499999998750' },
        { kind: 'cache write 5m', quantity: 1_000_000_000, nanoUsdPerMillion: 1_250_000_000, nanoUsd: '1250000000000' },
      ],
    },
  }),
} satisfies Record<string, RequestRecord>
const others = Array.from({ length: 300 }, (_, index) => finished({ startedMs: startedMs + (index + 1) * 1000 }))

describe.skipIf(executable === null)('the list of requests', () => {
  let server: RunningServer
  let browser: Browser

  beforeAll(async () => {
    server = await startOver([...Object.values(known), ...others])
    browser = await launch(executable ?? '')
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    await server?.stop()
  })

  async function open(path: string, options: Parameters<Browser['newPage']>[0] = {}) {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, ...options })
    const complaints = complaintsOf(page)
    await page.goto(`${server.origin}/dashboard/${path}`)
    return { page, complaints }
  }
  const openList = async () => {
    const opened = await open('requests?window=all')
    await opened.page.getByTestId('run').first().waitFor()
    return opened
  }
  const openRun = async (name: keyof typeof known, options = {}) => {
    const { page, complaints } = await open(`requests/${known[name].id}?window=all`, options)
    await page.locator('section[aria-label="On record"]').waitFor()
    return { page, complaints }
  }
  const rowInFocus = (page: Page) => page.evaluate(() => Number(document.activeElement?.getAttribute('data-row') ?? -1))
  const isInSight = (page: Page) =>
    page.evaluate(() => {
      const row = document.activeElement?.closest('tr')?.getBoundingClientRect()
      const box = document.querySelector('[data-testid=run-scroll]')?.getBoundingClientRect()
      const headHeight = 32
      return !!row && !!box && row.top >= box.top + headHeight - 1 && row.bottom <= box.bottom + 1
    })

  test('is walked by the page and to its ends, and the keyboard stays on a row that is in sight', async () => {
    const { page, complaints } = await openList()
    await page.locator('[data-row="0"]').focus()
    await page.keyboard.press('PageDown')
    const paged = await rowInFocus(page)
    expect(paged).toBeGreaterThan(10)
    await page.keyboard.press('PageDown')
    expect(await rowInFocus(page)).toBe(2 * paged)
    await page.waitForFunction(() => document.querySelector('[data-testid=run-scroll]')!.scrollTop > 0)
    expect(await isInSight(page)).toBe(true)
    await page.keyboard.press('PageUp')
    expect(await rowInFocus(page)).toBe(paged)
    await page.keyboard.press('End')
    expect(await rowInFocus(page)).toBeGreaterThanOrEqual(99)
    expect(await isInSight(page)).toBe(true)
    await page.keyboard.press('Home')
    expect(await rowInFocus(page)).toBe(0)
    expect(await isInSight(page)).toBe(true)
    expect(complaints).toEqual([])
    await page.close()
  })

  test('keeps the keyboard when it is scrolled away from the row that has it', async () => {
    const { page } = await openList()
    await page.locator('[data-row="3"]').focus()
    await page.getByTestId('run-scroll').evaluate((box) => box.scrollTo(0, 2_000))
    await page.locator('[data-row="0"]').waitFor({ state: 'detached' })
    expect(await rowInFocus(page)).toBe(3)
    await page.keyboard.press('j')
    expect(await rowInFocus(page)).toBe(4)
    await page.waitForFunction(() => document.querySelector('[data-testid=run-scroll]')!.scrollTop < 500)
    expect(await isInSight(page)).toBe(true)
    await page.close()
  })

  test('is left by Tab from the filter field with its suggestions open', async () => {
    const { page } = await openList()
    await page.keyboard.press('/')
    await page.getByRole('option').first().waitFor()
    expect(await page.locator('#filter-options').evaluate((list) => list.scrollHeight > list.clientHeight)).toBe(true)
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.getAttribute('data-testid'))).toBe('pause')
    await page.close()
  })

  test('has the focus again when its drawer is closed by going back', async () => {
    const { page } = await openList()
    await page.locator('[data-row="2"]').focus()
    await page.keyboard.press('Enter')
    await page.getByTestId('price-lines').waitFor()
    await page.keyboard.press('j')
    await page.goBack()
    await page.getByTestId('drawer').waitFor({ state: 'detached' })
    await page.waitForFunction(() => document.activeElement?.getAttribute('data-row') === '3')
    await page.close()
  })

  test('a drag over one of several charts is one step of history, and the range in force none', async () => {
    const { page, complaints } = await open('')
    await page.locator('.u-over').nth(3).waitFor()
    const before = await page.evaluate(() => history.length)
    await page.getByRole('button', { name: '24h', exact: true }).click()
    expect(await page.evaluate(() => history.length)).toBe(before)
    const box = await page.locator('.u-over').nth(1).boundingBox()
    if (box === null) throw new Error('There is no chart.')
    await page.mouse.move(box.x + box.width * 0.25, box.y + 50)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width * 0.5, box.y + 50, { steps: 5 })
    await page.mouse.up()
    await page.waitForURL(/from=\d+&to=\d+/)
    expect(await page.evaluate(() => history.length)).toBe(before + 1)
    await page.goBack()
    await page.waitForURL((url) => !url.search.includes('from='))
    expect(complaints).toEqual([])
    await page.close()
  })

  test('a drawer says why the response cache was left out', async () => {
    const { page: warm } = await openRun('warm')
    expect(plain(await warm.getByTestId('cache-says').innerText())).toBe(
      'bypass The response cache was left out: its temperature is not 0.',
    )
    const { page: wished } = await openRun('wished')
    expect(plain(await wished.getByTestId('cache-says').innerText())).toBe(
      'bypass The response cache was left out: the caller asked for it.',
    )
    await warm.close()
    await wished.close()
  })

  test('a try that was given up has an amount and no price per million', async () => {
    const { page } = await openRun('climbed')
    expect((await page.getByTestId('price-line').allInnerTexts()).map(plain)).toEqual([
      'attempt 1: anthropic/claude-haiku-4-5 $0.003525',
      'input 1,200 × $3.00/M = $0.0036',
    ])
    expect(await page.getByTestId('price-total').innerText()).toBe('$0.007125')
    await page.close()
  })

  test('a priced request without a token has a total', async () => {
    const { page } = await openRun('silent')
    expect(await page.getByTestId('price-total').innerText()).toBe('$0.00')
    await page.close()
  })

  test('provider health that can’t be read says so', async () => {
    const page = await browser.newPage()
    await page.route('**/v1/telemetry/health', (route) =>
      route.fulfill({ status: 503, json: { message: 'The database is busy.' } }),
    )
    await page.goto(`${server.origin}/dashboard/?window=all`)
    await page.getByText('Provider health could not be shown.').waitFor()
    expect(await page.getByTestId('spend').count()).toBe(1)
    await page.close()
  })

  test('nobody is offered all time who looks at all time', async () => {
    const { page } = await open('?window=all&agent=nobody')
    await page.getByRole('link', { name: 'Remove the filters' }).waitFor()
    expect(await page.getByRole('link', { name: 'Show all time' }).count()).toBe(0)
    await page.getByRole('button', { name: '1h', exact: true }).click()
    await page.getByRole('link', { name: 'Show all time' }).waitFor()
    await page.close()
  })

  describe('on a phone', () => {
    const phone = { viewport: { width: 360, height: 740 } }

    test.each(['', 'savings', 'playground', 'guard'])('the tab of /%s is in sight', async (path) => {
      const { page } = await open(path, phone)
      await page.waitForFunction(() => {
        const tabs = document.querySelector('nav')!.getBoundingClientRect()
        const here = document.querySelector('nav [aria-current]')!.getBoundingClientRect()
        return here.left >= tabs.left && here.right <= tabs.right
      })
      await page.close()
    })

    test('a billion tokens fit into the drawer', async () => {
      const { page } = await openRun('huge', phone)
      const overflow = await page
        .getByRole('region', { name: 'Details' })
        .evaluate((box) => box.scrollWidth - box.clientWidth)
      expect(overflow).toBe(0)
      expect(plain(await page.getByTestId('price-line').first().innerText())).toBe(
        'input 9,999,999,999 × $1.25/M = $12,499.99999875',
      )
      await page.close()
    })

    test('no sum of a session is cut off, and one below a micro-dollar does not pass for zero', async () => {
      const { page } = await open('sessions?window=all', phone)
      const sums = page.locator(
        'section[aria-label=Sessions] tbody td:last-child, section[aria-label=Agents] td:nth-child(3)',
      )
      await sums.first().waitFor()
      expect((await sums.allInnerTexts()).map(plain)).toEqual(
        expect.arrayContaining(['$13,750.00', '<$0.000001', '$0.00']),
      )
      const cutOff = await sums.evaluateAll((all) =>
        all.filter((cell) => cell.scrollWidth > cell.clientWidth).map((cell) => cell.textContent),
      )
      expect(cutOff).toEqual([])
      expect(await page.getByText('<$0.000001').first().getAttribute('title')).toBe('$0.000000002')
      await page.close()
    })

    test('a formula of savings is whole, in two lines', async () => {
      const { page } = await open('savings?window=all', phone)
      const cell = page.getByRole('region', { name: 'Latest routed' }).locator('tbody td:last-child')
      expect(plain(await cell.innerText())).toBe('$0.017625001 − $0.007125 = $0.010500001')
      expect(await cell.evaluate((one) => one.scrollWidth - one.clientWidth)).toBe(0)
      await page.close()
    })

    test('the labels of a time axis end within the chart', async () => {
      const { page } = await open('?window=all', phone)
      const chart = page.locator('.uplot').first()
      await chart.waitFor()
      const [plot, whole] = await Promise.all([page.locator('.u-over').first().boundingBox(), chart.boundingBox()])
      const right = (whole?.x ?? 0) + (whole?.width ?? 0) - (plot?.x ?? 0) - (plot?.width ?? 0)
      const labelWidth = await page.evaluate(() => {
        const pen = document.createElement('canvas').getContext('2d')!
        pen.font = '11px system-ui, sans-serif'
        return pen.measureText('12-22').width
      })
      // A label stands in the middle under its mark, which may be the last pixel of the plot.
      expect(right).toBeGreaterThan(labelWidth / 2)
      await page.close()
    })
  })

  // Last, as it stops the server.
  test('reads on by itself when a server that was away is back', async () => {
    const { page } = await openList()
    await server.stop()
    await page.getByTestId('lost').waitFor()
    await page.getByTestId('run-scroll').evaluate((box) => box.scrollTo(0, box.scrollHeight))
    await page.getByText('The next page could not be shown.').waitFor()
    await server.start()
    await page.getByTestId('failed').waitFor({ state: 'detached', timeout: 30_000 })
    await page.waitForFunction(
      (height) => document.querySelector('[data-testid=run-scroll]')!.scrollHeight > height,
      150 * 28,
    )
    await page.close()
  }, 90_000)
})
