/** The table of how models do, in a real browser, over requests that are on record. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Browser } from 'playwright-core'
import { signalQuery } from '../../web/state/signals.ts'
import { readView } from '../../web/state/view.ts'
import { finished } from '../support/records.ts'
import { complaintsOf, findChromium, launch, startOver, type RunningServer } from './support.ts'

const executable = findChromium()
if (executable === null) console.warn('SKIPPED: the browser test of how models do. There is no chromium.')

// Of today: the server deletes what is older than it keeps.
const startedMs = Date.now() - 60_000

test('how models do is asked without the filters that it does not know', () => {
  const query = signalQuery(readView('?window=7d&model=a,b&agent=codex&session=s1&outcome=failed&billing=local'))
  expect(query).toBe('window=7d&model=a%2Cb&agent=codex')
})

describe.skipIf(executable === null)('the dashboard’s table of how models do', () => {
  let server: RunningServer
  let browser: Browser

  beforeAll(async () => {
    const taskType = 'tool_use' as const
    server = await startOver([
      ...['end_turn', 'end_turn', 'end_turn', 'refusal'].map((finishReason) =>
        finished({ startedMs, finishReason, taskType, durationMs: 1000 }),
      ),
      finished({ startedMs, routedModel: 'gpt-5.5', provider: 'openai', agent: 'codex' }),
    ])
    browser = await launch(executable ?? '')
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    await server?.stop()
  })

  async function open(search = '') {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
    const complaints = complaintsOf(page)
    await page.goto(`${server.origin}/dashboard${search}`)
    const table = page.getByRole('region', { name: 'How models do' })
    await table.waitFor()
    return { page, table, complaints }
  }

  test('has a line for each model and task, shares with their intervals, and leads to the requests', async () => {
    const { page, table, complaints } = await open()
    const rows = (await table.locator('tbody tr').allInnerTexts()).map((text) => text.replaceAll(/\s+/g, ' ').trim())
    expect(rows[0]).toStartWith('anthropic/claude-sonnet-4-5 tool_use 4 25 % 0 % 25 % 0 % 0 % – – 981 ms')
    expect(rows[1]).toStartWith('openai/gpt-5.5 quick_task 1 0 %')
    expect(await table.getByTitle('1 of 4 were refused by the model or a filter').getAttribute('title')).toBe(
      '1 of 4 were refused by the model or a filter; the true share lies between 5 % and 70 %, 95 times of 100',
    )
    await table.getByRole('link').first().click()
    await page.waitForURL(
      /\/dashboard\/requests\?provider=anthropic&model=claude-sonnet-4-5&task=tool_use|task=tool_use/,
    )
    expect(complaints).toEqual([])
    await page.close()
  })

  test('goes by the filters of the page', async () => {
    const { page, table } = await open('?agent=codex&session=s1')
    expect(await table.locator('tbody tr').count()).toBe(1)
    await page.close()
  })
})
