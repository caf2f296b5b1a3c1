/**
 * The Guard and Sessions pages in a real browser, on the page that the real server serves. What only a long day of work brings
 * about is faked at the browser's network; the last part changes a real server's settings.
 */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import type { RequestRecord } from '../../src/neutral/record.ts'
import { tempFolder } from '../support/folder.ts'
import { finished } from '../support/records.ts'
import { busyGuard, fakeGuard, quietGuard, type FakeGuard } from './guard-fakes.ts'
import { complaintsOf, findChromium, launch, startOver, type RunningServer } from './support.ts'

const executable = findChromium()
if (executable === null) console.warn('SKIPPED: the browser test of the Guard page. There is no chromium.')

// Of today: the server deletes what is older than it keeps.
const startedMs = Date.now() - 60_000
const records: readonly RequestRecord[] = [
  finished({ startedMs, sessionId: 'plain', taskType: 'general' }),
  finished({ startedMs: startedMs + 1000, guard: 'downgraded', cache: 'miss', taskType: 'quick_task' }),
  finished({ startedMs: startedMs + 2000, cache: 'hit', savedNanoUsd: 12_300_000, taskType: 'classification' }),
  finished({ startedMs: startedMs + 3000, guard: 'blocked', outcome: 'refused', status: 402 }),
]

describe.skipIf(executable === null)('the dashboard’s money guard', () => {
  const home = tempFolder()
  let server: RunningServer
  let browser: Browser

  beforeAll(async () => {
    server = await startOver(records, home)
    browser = await launch(executable ?? '')
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    await server?.stop()
  })

  async function open(path: string, guard: FakeGuard | null, options: Parameters<Browser['newPage']>[0] = {}) {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, ...options })
    const complaints = complaintsOf(page)
    if (guard) await fakeGuard(page, guard)
    await page.goto(`${server.origin}/dashboard/${path}`)
    return { page, complaints }
  }

  const openGuard = async (guard = busyGuard(Date.now()), options = {}) => {
    const opened = await open('guard', guard, options)
    await opened.page.getByTestId('settings').locator('details').first().waitFor()
    await opened.page.getByTestId('limits').waitFor()
    return { ...opened, guard }
  }
  const plain = (text: string) => text.replaceAll(/\s+/g, ' ').trim()
  const says = async (page: Page, id: string) => plain(await page.getByTestId(id).first().innerText())

  describe('limits', () => {
    test('are bars with their figures, what follows on a breach, and when it comes or is over', async () => {
      const { page, complaints } = await openGuard()
      await page.getByTestId('limit').first().waitFor()
      const [daily = '', hourly = '', codex = ''] = (await page.getByTestId('limit').allInnerTexts()).map(plain)
      expect(daily).toMatch(
        /^daily limit \$40\.80 of \$50\.00 84% .*\$1\.30 set aside · At the pace of the last 6 hours reached at .+ \(in (2h 00m|1h 59m)\)\. What does not fit is sent to claude-sonnet-4-6/,
      )
      expect(hourly).toContain('$1.75 of $10.00 18%')
      expect(hourly).toContain('Not reached at the pace of the last 15 minutes.')
      expect(codex).toMatch(
        /^daily limit of the agent codex count anew \$5\.40 of \$5\.00 108% .*Spent; frees up from .+ on\. .*refused with 402\.$/,
      )
      const meters = await page
        .getByRole('meter')
        .evaluateAll((all) => all.map((one) => one.getAttribute('aria-valuetext')))
      expect(meters).toEqual(['84% spent or set aside', '18% spent or set aside', '108% spent or set aside'])
      expect(await page.getByTestId('limit-figures').first().getAttribute('title')).toBe(
        'limit $50.000000000 − spent in the last 24 hours $40.800000000 − set aside $1.300000000 = $7.900000000 left',
      )
      expect(await page.getByRole('link', { name: 'daily limit of the agent codex' }).getAttribute('href')).toBe(
        '/dashboard/requests?agent=codex',
      )
      expect(await says(page, 'spent-monthNanoUsd')).toBe('$612.35')
      expect(complaints).toEqual([])
      await page.close()
    }, 60_000)

    test('are drawn against the day with what happened on the way, and against the hour at a press', async () => {
      const { page, complaints } = await openGuard()
      const chart = page.getByRole('figure')
      await chart.locator('canvas').waitFor()
      expect(await says(page, 'burn-says')).toMatch(/^\$7\.90 left; reached at .+, should the last quarter/)
      const marks = await page.getByTestId('marks').locator('li').allInnerTexts()
      expect(marks.map((mark) => /(threshold|breach|runaway), (\w+): (.{10})/.exec(mark)?.slice(1))).toEqual([
        ['threshold', 'warning', '80 % of th'],
        ['runaway', 'warning', 'The same c'],
        ['breach', 'critical', 'The daily '],
      ])
      await chart.getByRole('button', { name: 'hourly limit' }).click()
      await page.getByText('Spend of the hour before, against hourly limit').waitFor()
      expect(await says(page, 'burn-says')).toBe('$8.25 left; not reached at the present pace.')
      expect(complaints).toEqual([])
      await page.close()
    }, 60_000)

    test('are counted anew only after a question, and switched off without one', async () => {
      const { page, guard } = await openGuard()
      const anew = page.getByRole('button', { name: 'Count anew', exact: true }).first()
      await anew.click()
      await page.keyboard.press('Escape')
      await page.getByTestId('ask').waitFor({ state: 'detached' })
      expect(await anew.evaluate((button) => button === document.activeElement)).toBe(true)
      expect(guard.changes).toEqual([])
      await page.getByTestId('limit').nth(2).getByRole('button', { name: 'count anew' }).click()
      await page.getByTestId('ask').getByRole('button', { name: 'Count anew' }).click()
      await page.waitForFunction(() => document.querySelector('[data-testid=ask]') === null)
      await page.getByTestId('enforce').click()
      await page.getByText('off: nothing is stopped').waitFor()
      expect(guard.changes).toEqual([
        'POST /budgets/reset {"scope":"agent:codex"}',
        'PUT /settings/guard {"budget":{"enabled":false}}',
      ])
      await page.close()
    }, 60_000)

    test('of a new installation are off, and nothing on the page is a number that means nothing', async () => {
      const { page, complaints } = await openGuard(quietGuard(Date.now()))
      const text = await page.getByRole('main').innerText()
      expect(text).toContain('Limits are off: nothing is counted against them.')
      expect(text).toContain('No alert was raised.')
      expect(text).toContain('No request has asked it yet.')
      expect(await says(page, 'hit-rate')).toBe('–')
      expect(text).not.toMatch(/NaN|Infinity|undefined|null/)
      expect(complaints).toEqual([])
      await page.close()
    }, 60_000)
  })

  describe('alerts', () => {
    test('are filtered in the address, and acknowledged one by one and all at once', async () => {
      const { page, guard, complaints } = await openGuard()
      await page.getByTestId('alert').first().waitFor()
      expect(await page.getByTestId('alert').count()).toBe(4)
      expect(await says(page, 'alert-counts')).toBe('3 not acknowledged, 1 waiting for the webhook')
      expect(plain(await page.getByTestId('alert').first().innerText())).toContain('waiting after 2 tries: HTTP 500')
      await page.getByLabel('Type', { exact: true }).selectOption('anomaly')
      await page.waitForFunction(() => document.querySelectorAll('[data-testid=alert]').length === 1)
      expect(new URL(page.url()).search).toBe('?type=anomaly')
      await page.getByTestId('alert').locator('summary').click()
      expect(plain(await page.getByTestId('alert').locator('dl').innerText())).toBe('times 12 limit 8 tool Bash')
      await page.getByTestId('ack').click()
      await page.getByTestId('ack-says').getByText('1 acknowledged.').waitFor()
      expect(await says(page, 'ack-says')).toBe('1 acknowledged. Goes on: 3f2a9c1e-77d0-4f0e-9b1c-2c33c0a55d10.')
      await page.getByRole('button', { name: 'Show all', exact: true }).click()
      await page.getByTestId('ack-all').click()
      await page.getByTestId('ask').getByRole('button', { name: 'Acknowledge all' }).click()
      await page.getByText('all acknowledged, 1 waiting for the webhook').waitFor()
      expect(await page.getByTestId('ack').count()).toBe(0)
      expect(guard.changes).toEqual([
        'POST /alerts/ack {"ids":["0198f7c2-5b00-7000-8000-000000000003"]}',
        'POST /alerts/ack {"all":true}',
      ])
      expect(guard.reads).toContain('GET /alerts?type=anomaly&limit=50')
      expect(complaints).toEqual([])
      await page.close()
    }, 60_000)
  })

  describe('the response cache', () => {
    test('shows its hit rate and its own savings with their formulas, and is cleared and switched off', async () => {
      const { page, guard, complaints } = await openGuard()
      await page.getByTestId('saved').waitFor()
      expect([await says(page, 'hit-rate'), await says(page, 'saved'), await says(page, 'entries')]).toEqual([
        '23%',
        '$4.23',
        '1,204',
      ])
      const title = await page.getByTestId('hit-rate').locator('xpath=..').getAttribute('title')
      expect(title).toStartWith('312 hits ÷ (312 hits + 1,041 misses)')
      expect(plain(await page.getByTestId('cache-by-task').innerText())).toContain('classification 290 48% $4.00')
      await page.getByTestId('clear-cache').click()
      await page.getByTestId('ask').getByRole('button', { name: 'Clear' }).click()
      await page.getByText('1,204 answers cleared, 18.4 MB freed.').waitFor()
      const focused = () => page.evaluate(() => document.activeElement?.getAttribute('data-testid'))
      // Also where there is nothing left to press it for.
      expect(await focused()).toBe('clear-cache')
      await page.getByTestId('cache-on').click()
      await page.getByText('off: nothing is kept').waitFor()
      expect(guard.changes).toEqual(['POST /cache/clear {}', 'PUT /settings/guard {"cache":{"enabled":false}}'])
      expect(complaints).toEqual([])
      await page.close()
    }, 60_000)
  })

  describe('settings', () => {
    test('send only what was changed; what the server refuses stands at its field and stays typed in', async () => {
      const { page, guard } = await openGuard()
      const path = 'PUT /settings/guard'
      guard.refusals[path] = {
        status: 400,
        message:
          'The change cannot be used:\n  budget.dailyUsd: expected USD above 0, got -3\n  cache.maxSizeMb: too large',
      }
      await page.getByTestId('group-budget').locator('summary').click()
      await page.getByLabel('In 24 hours').fill('-3')
      await page.keyboard.press('Enter')
      await page.getByTestId('field-fault').first().waitFor()
      expect(await page.getByTestId('field-fault').allInnerTexts()).toEqual([
        'expected USD above 0, got -3',
        'too large',
      ])
      // The group of the second was closed before.
      expect(await page.getByTestId('group-cache').getAttribute('open')).toBe('')
      expect(await page.getByLabel('In 24 hours').getAttribute('aria-invalid')).toBe('true')
      expect(await page.getByLabel('In 24 hours').inputValue()).toBe('-3')
      delete guard.refusals[path]
      await page.getByLabel('In 24 hours').fill('25')
      await page.getByTestId('save').click()
      await page.getByText('Saved, and in force.').waitFor()
      expect(await page.getByTestId('field-fault').count()).toBe(0)
      expect(await page.getByLabel('In 24 hours').inputValue()).toBe('25')
      expect(guard.changes).toEqual([`${path} {"budget":{"dailyUsd":-3}}`, `${path} {"budget":{"dailyUsd":25}}`])
      await page.close()
    }, 60_000)

    test('are changed by keyboard alone, in rows and switches too, and a discard takes it back', async () => {
      const { page, guard, complaints } = await openGuard()
      await page.getByTestId('group-budget').locator('summary').focus()
      await page.keyboard.press('Enter')
      const rows = page.locator('[data-setting="budget.limits"]')
      await rows.getByRole('button', { name: 'Add to Limits of single ones' }).press('Enter')
      await rows.getByLabel('of, entry 2').selectOption('provider')
      await rows.getByLabel('hour, entry 2').fill('2')
      await page.getByRole('switch', { name: 'End streams at the limit' }).press('Space')
      expect(await says(page, 'save')).toBe('Save 2 changes')
      await page.getByRole('button', { name: 'Discard' }).press('Enter')
      expect(await page.getByTestId('save').count()).toBe(0)
      expect(await rows.getByRole('listitem').count()).toBe(1)
      await rows.getByRole('button', { name: 'Remove entry 1' }).press('Enter')
      await page.getByTestId('save').press('Enter')
      await page.getByText('Saved, and in force.').waitFor()
      expect(guard.changes).toEqual(['PUT /settings/guard {"budget":{"limits":[]}}'])
      expect(complaints).toEqual([])
      await page.close()
    }, 60_000)
  })

  test('a browser that is not logged in is told so by every control, and changes nothing', async () => {
    const guard = busyGuard(Date.now())
    guard.canWrite = false
    const { page, complaints } = await openGuard(guard)
    expect(await says(page, 'read-only')).toContain('relayplane dashboard')
    for (const id of ['enforce', 'ack-all', 'clear-cache', 'cache-on', 'ack']) {
      await page.getByTestId(id).first().press('Enter')
      expect(await page.getByTestId('ask').innerText()).toContain('This browser is not logged in')
      await page.keyboard.press('Escape')
      await page.getByTestId('ask').waitFor({ state: 'detached' })
      expect(await page.evaluate(() => document.activeElement?.getAttribute('data-testid'))).toBe(id)
    }
    await page.getByTestId('group-budget').locator('summary').click()
    expect(await page.getByLabel('In 24 hours').isDisabled()).toBe(true)
    expect(await page.getByRole('switch', { name: 'End streams at the limit' }).isDisabled()).toBe(true)
    expect(guard.changes).toEqual([])
    expect(complaints).toEqual([])
    await page.close()
  }, 60_000)

  test('a login that ends under way is noticed with the first change that is refused', async () => {
    const { page, guard } = await openGuard()
    guard.refusals['PUT /settings/guard'] = { status: 401, message: 'This needs the admin token.' }
    guard.canWrite = false
    await page.getByTestId('enforce').click()
    await page.getByText('Not changed. This needs the admin token.').waitFor()
    await page.getByTestId('read-only').waitFor()
    await page.close()
  }, 60_000)

  test('a part that cannot be read says so and is read again at a press; the others stand', async () => {
    const guard = busyGuard(Date.now())
    guard.refusals['GET /cache'] = { status: 503, message: 'The database is busy.' }
    const { page } = await openGuard(guard)
    await page.getByTestId('cache').getByText('The database is busy.').waitFor()
    expect(await page.getByTestId('limit').count()).toBe(3)
    delete guard.refusals['GET /cache']
    await page.getByTestId('cache').getByRole('button', { name: 'Try again' }).click()
    await page.getByTestId('saved').waitFor()
    await page.close()
  }, 60_000)

  test('neither page needs sideways scrolling on a phone, dark or light, with all its settings open', async () => {
    for (const colorScheme of ['dark', 'light'] as const) {
      const { page, complaints } = await openGuard(busyGuard(Date.now()), {
        colorScheme,
        viewport: { width: 360, height: 844 },
      })
      const days = page.getByRole('region', { name: 'Days, UTC' }).locator('tbody a')
      await days.first().waitFor()
      const cutOff = await days.evaluateAll((all) => all.filter((one) => one.scrollWidth > one.clientWidth).length)
      expect(cutOff).toBe(0)
      for (const summary of await page.getByTestId('settings').locator('summary').all()) await summary.click()
      await page.getByTestId('alert').first().waitFor()
      const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
      expect(await overflow()).toBe(0)
      await page.getByRole('link', { name: 'Sessions' }).click()
      await page.getByTestId('stopped').waitFor()
      expect(await overflow()).toBe(0)
      expect(complaints).toEqual([])
      await page.close()
    }
  }, 60_000)

  describe('sessions and agents', () => {
    test('lead to their requests; a stopped one says until when', async () => {
      const { page, complaints } = await open('sessions?window=7d', busyGuard(Date.now()))
      await page.getByTestId('stopped').waitFor()
      const rows = page.locator('section[aria-label=Sessions] tbody tr')
      expect(await rows.count()).toBe(25)
      expect(plain((await rows.nth(1).innerText()).split('\t').slice(0, 3).join(' '))).toBe(
        'session-1 – Nightly refactor',
      )
      await page.getByRole('button', { name: 'Show all 30' }).click()
      expect(await rows.count()).toBe(30)
      await page.getByRole('link', { name: 'session-1', exact: true }).click()
      await page.waitForURL('**/dashboard/requests?window=all&session=session-1')
      expect(complaints).toEqual([])
      await page.close()
    }, 60_000)

    test('are asked for in the view’s window, and an agent gets a name and loses it again', async () => {
      const guard = busyGuard(Date.now())
      const { page, complaints } = await open('sessions?window=7d&agent=codex', guard)
      await page.getByTestId('rename').first().waitFor()
      expect(guard.reads).toContain('GET /sessions?window=7d&agent=codex&limit=200')
      expect(guard.reads).toContain('GET /agents?window=7d&agent=codex')
      await page.getByRole('button', { name: 'Rename claude-code' }).click()
      await page.getByTestId('ask').getByLabel('Name').fill('  The boss ')
      await page.keyboard.press('Enter')
      await page.getByRole('link', { name: 'The boss' }).waitFor()
      const boss = page.getByRole('button', { name: 'Rename The boss' })
      expect(await boss.evaluate((button) => button === document.activeElement)).toBe(true)
      await boss.click()
      await page.getByTestId('ask').getByLabel('Name').fill('')
      await page.keyboard.press('Enter')
      await page.getByRole('link', { name: 'claude-code' }).waitFor()
      expect(guard.changes).toEqual([
        'PUT /agents/claude-code {"name":"The boss"}',
        'PUT /agents/claude-code {"name":null}',
      ])
      expect(complaints).toEqual([])
      await page.close()
    }, 60_000)
  })

  describe('requests', () => {
    test('have a badge where the guard or the cache had a part in them, and can be filtered by it', async () => {
      const { page, complaints } = await open('requests?window=all', null)
      await page.getByTestId('run').first().waitFor()
      const badges = (id: string) => page.locator(`[data-testid=${id}]:visible`).allInnerTexts()
      expect(await badges('guard-badge')).toEqual(['blocked', 'downgraded'])
      expect(await badges('cache-badge')).toEqual(['cache hit'])
      for (const [filter, count] of [
        ['guard:blocked', 1],
        ['cache:hit', 1],
        ['task:classification', 1],
      ] as const) {
        await page.keyboard.press('/')
        await page.keyboard.type(filter)
        await page.keyboard.press('Enter')
        await page.waitForFunction((rows) => document.querySelectorAll('[data-testid=run]').length === rows, count)
        await page.getByTestId('chip').click()
        await page.waitForFunction(() => document.querySelectorAll('[data-testid=run]').length === 4)
        await page.keyboard.press('Escape')
      }
      expect(complaints).toEqual([])
      await page.close()
    }, 60_000)

    test('say in their drawer what was done, and what a hit saved', async () => {
      const drawer = async (record: RequestRecord | undefined) => {
        const { page } = await open(`requests/${record?.id}?window=all`, null)
        await page.locator('section[aria-label="On record"]').waitFor()
        return page
      }
      const hit = await drawer(records[2])
      expect(await says(hit, 'cache-says')).toBe(
        'hit Answered from the response cache, at no cost. saved $0.0123 = $0.012300000',
      )
      expect(await hit.getByTestId('guard-says').count()).toBe(0)
      const blocked = await drawer(records[3])
      expect(await says(blocked, 'guard-says')).toBe('blocked A limit refused it before anything was sent.')
      expect(await blocked.getByTestId('cache-says').count()).toBe(0)
      await hit.close()
      await blocked.close()
    }, 60_000)
  })

  test('with a real server: the one-time link logs in, a limit is changed and in force, and nonsense is refused at its field', async () => {
    const context = await browser.newContext()
    const page = await context.newPage()
    await page.goto(`${server.origin}/dashboard/guard`)
    await page.getByTestId('read-only').waitFor()
    const token = readFileSync(join(home, 'admin-token'), 'utf8').trim()
    const link = await fetch(`${server.origin}/login/link`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: '{}',
    })
    await page.goto(((await link.json()) as { url: string }).url)
    await page.getByRole('link', { name: 'Guard' }).click()
    await page.getByTestId('enforce').click()
    await page.getByTestId('limit').first().waitFor()
    expect(await page.getByTestId('read-only').count()).toBe(0)
    await page.getByTestId('group-budget').locator('summary').click()
    await page.getByLabel('In 24 hours').fill('-3')
    await page.getByLabel('In an hour').fill('0.25')
    await page.getByTestId('save').click()
    await page.getByTestId('field-fault').waitFor()
    expect(await page.locator('[data-setting="budget.dailyUsd"]').getByTestId('field-fault').innerText()).toMatch(
      /^expected USD above 0.*got -3$/,
    )
    await page.getByLabel('In 24 hours').fill('')
    await page.getByTestId('save').click()
    await page.getByText('Saved, and in force.').waitFor()
    await page.waitForFunction(() => document.querySelectorAll('[data-testid=limit]').length === 1)
    expect(plain(await page.getByTestId('limit').innerText())).toContain('of $0.25')
    const written: unknown = JSON.parse(readFileSync(join(home, 'config.json'), 'utf8'))
    expect(written).toEqual({ budget: { enabled: true, dailyUsd: null, hourlyUsd: 0.25 } })
    await context.close()
  }, 60_000)
})
