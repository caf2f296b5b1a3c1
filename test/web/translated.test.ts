/** Translated requests in a real browser: the filter, and the drawer with nothing, little and much left out, on any screen. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Browser, Page } from 'playwright-core'
import type { AttemptRecord, RequestRecord } from '../../src/neutral/record.ts'
import { earlierAttempt, finished } from '../support/records.ts'
import { complaintsOf, findChromium, launch, startOver, type RunningServer } from './support.ts'

const executable = findChromium()
if (executable === null) console.warn('SKIPPED: the browser test of translated requests. There is no chromium.')

// Of today: the server deletes what is older than it keeps.
const startedMs = Date.now() - 60_000
const attempt = (number: number, model: string, status: number): AttemptRecord =>
  earlierAttempt({
    number,
    provider: 'openai',
    model,
    startedMs,
    status,
    outcome: status < 400 ? 'complete' : 'failed',
    errorCode: status < 400 ? null : 'not_found_error',
    firstByteMs: null,
    durationMs: 12,
    usage: null,
    costNanoUsd: status < 400 ? 105_000 : 0,
  })

const endless = 'a_name_without_any_place_to_break_it_'.repeat(8)
const records = {
  own: finished({ startedMs }),
  lossless: finished({ startedMs: startedMs + 1000, translatedTo: 'openai-responses' }),
  lossy: finished({
    startedMs: startedMs + 2000,
    translatedTo: 'openai-chat',
    dropped: ['cache_control', 'thinking', 'top_k'],
    attempts: [attempt(1, 'gpt-5', 404), attempt(2, 'gpt-5', 200)],
  }),
  gutted: finished({
    startedMs: startedMs + 3000,
    translatedTo: 'converse',
    dropped: [endless, ...Array.from({ length: 59 }, (_, index) => `tools[].field_${index}`)],
    attempts: [attempt(1, endless, 404), attempt(2, 'gpt-5', 200)],
  }),
} satisfies Record<string, RequestRecord>

describe.skipIf(executable === null)('translated requests on the dashboard', () => {
  let server: RunningServer
  let browser: Browser

  beforeAll(async () => {
    server = await startOver(Object.values(records))
    browser = await launch(executable ?? '')
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    await server?.stop()
  })

  async function open(path: string, options: Parameters<Browser['newPage']>[0] = {}) {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, ...options })
    const complaints = complaintsOf(page)
    await page.goto(`${server.origin}/dashboard/requests${path}`)
    return { page, complaints }
  }

  const openRun = async (name: keyof typeof records, options = {}) => {
    const opened = await open(`/${records[name].id}?window=all`, options)
    await opened.page.locator('section[aria-label="On record"]').waitFor()
    return opened
  }
  const part = (page: Page, title: string) => page.locator(`section[aria-label="${title}"]`)
  const labels = (page: Page) => page.getByTestId('dropped').locator('li').allInnerTexts()

  test('the filter is offered as one types, and leaves those that were translated', async () => {
    const { page, complaints } = await open('?window=all')
    await page.getByTestId('run').first().waitFor()
    expect(await page.getByTestId('run').count()).toBe(4)
    await page.keyboard.press('/')
    await page.keyboard.type('translated')
    await page.getByRole('option', { name: 'translated true' }).waitFor()
    await page.keyboard.press('Enter')
    await page.waitForFunction(() => document.querySelectorAll('[data-testid=run]').length === 3)
    expect(new URL(page.url()).searchParams.get('translated')).toBe('true')
    expect(await page.getByTestId('chip').innerText()).toContain('true')
    await page.getByRole('link', { name: 'Overview' }).click()
    await page.getByTestId('spend').waitFor()
    expect(new URL(page.url()).searchParams.get('translated')).toBeNull()
    expect(complaints).toEqual([])
    await page.close()
  }, 60_000)

  test('the drawer says from which dialect into which, what was left out, and both attempts', async () => {
    const { page, complaints } = await openRun('lossy')
    expect(await page.getByTestId('dialects').innerText()).toBe('anthropic → openai-chat')
    expect(await labels(page)).toEqual(['cache_control', 'thinking', 'top_k'])
    const rows = await page.getByTestId('attempts').locator('tbody tr').allInnerTexts()
    expect(rows.map((row) => row.replaceAll(/\s+/g, ' '))).toEqual([
      '1 openai / gpt-5 not_found_error 404 failed $0.00 12 ms',
      '2 openai / gpt-5 200 $0.000105 12 ms',
    ])
    expect(complaints).toEqual([])
    await page.close()
  }, 60_000)

  test('a translation that lost nothing says so, and an only attempt is not told twice', async () => {
    const { page } = await openRun('lossless')
    expect(await part(page, 'Translation').innerText()).toMatch(/left out\s+nothing/)
    expect(await part(page, 'Attempts').count()).toBe(0)
    await page.close()
  }, 60_000)

  test('a request in its own dialect has no such part', async () => {
    const { page } = await openRun('own')
    expect(await part(page, 'Timing').count()).toBe(1)
    expect(await part(page, 'Translation').count()).toBe(0)
    await page.close()
  }, 60_000)

  test('sixty names are folded, open at a press, are folded again in another request, and never need sideways scrolling', async () => {
    for (const [colorScheme, width] of [
      ['dark', 1440],
      ['light', 390],
    ] as const) {
      const { page, complaints } = await openRun('gutted', { colorScheme, viewport: { width, height: 844 } })
      const overflow = () =>
        page
          .getByRole('region', { name: 'Details' })
          .evaluate((box) => [box.scrollWidth - box.clientWidth, document.documentElement.scrollWidth - innerWidth])
      expect((await labels(page)).slice(-2)).toEqual(['tools[].field_10', 'show all 60'])
      expect(await overflow()).toEqual([0, 0])
      await page.getByRole('button', { name: 'show all 60' }).click()
      expect((await labels(page)).slice(-2)).toEqual(['tools[].field_58', 'show the first 12'])
      expect(await overflow()).toEqual([0, 0])
      await page.keyboard.press('j')
      await page.waitForFunction(() => document.querySelectorAll('[data-testid=dropped] li').length === 3)
      await page.keyboard.press('k')
      await page.getByRole('button', { name: 'show all 60' }).waitFor()
      expect(complaints).toEqual([])
      await page.close()
    }
  }, 60_000)
})
