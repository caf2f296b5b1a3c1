import { afterAll, afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { Database } from 'bun:sqlite'
import { createHmac } from 'node:crypto'
import { join } from 'node:path'
import { type AlertParts, openAlerts, type OpenAlerts } from '../../src/app/alerts.ts'
import { openLog } from '../../src/lib/log.ts'
import type { Alert, NewAlert } from '../../src/neutral/alert.ts'
import { openDatabase } from '../../src/store/database.ts'
import { breach } from '../support/alerts.ts'
import { tempFolder } from '../support/folder.ts'
import { type Script, scriptedProvider } from '../support/provider.ts'
import { openTestTime, type TestTime, until } from '../support/time.ts'

const noon = Date.UTC(2026, 5, 1, 12)
const minute = 60_000
const hour = 3_600_000

const ok: Script = () => new Response(null, { status: 204 })
let answer: Script = ok
const receiver = scriptedProvider((request, signal) => answer(request, signal))
const elsewhere = scriptedProvider(ok)
afterAll(async () => {
  await receiver.stop()
  await elsewhere.stop()
})
const webhookUrl = `${receiver.url}/hook/T0K3N-of-the-webhook`

interface Opened {
  readonly alerts: OpenAlerts
  readonly time: TestTime
  readonly path: string
  readonly database: Database
  readonly told: readonly Alert[]
  readonly log: readonly string[]
  /** Of the posts since the test began: whose alert it was. */
  readonly posts: () => string[]
  readonly rows: () => Alert[]
  /** How often the database was asked for. */
  readonly uses: () => number
  /** Waits until the webhook was asked so often, and the answer is noted. */
  readonly tried: (times: number) => Promise<void>
  /** Ends this one, and opens another on the same database. */
  readonly again: (over?: Over) => Opened
}

type Settings = ReturnType<AlertParts['settings']>
type Over = Partial<Settings> & Partial<Pick<AlertParts, 'isOffline' | 'announce' | 'spawn'>> & { secret?: string }

const opened: Opened[] = []
let seenBefore = 0
beforeEach(() => {
  answer = ok
  seenBefore = receiver.seen.length
})
afterEach(() => {
  for (const { alerts, database } of opened.splice(0)) {
    alerts.close()
    database.close()
  }
})

function open(over: Over = {}, path = join(tempFolder(), 'relayplane.db'), time = openTestTime(noon)): Opened {
  const database = openDatabase(path, { busyTimeoutMs: 5 })
  const told: Alert[] = []
  const log: string[] = []
  let uses = 0
  const settings: Settings = {
    enabled: true,
    webhookUrl: null,
    webhookSecret: null,
    desktop: false,
    cooldownMs: 5 * minute,
    maxHistory: 500,
    ...over,
  }
  const alerts = openAlerts({
    database() {
      uses++
      return database
    },
    settings: () => ({ ...settings, ...over }),
    clock: time.clock,
    timer: time.timer,
    log: openLog('debug', (line) => log.push(line)),
    isOffline: over.isOffline ?? (() => false),
    variable: (name) => (name === 'HOOK_SECRET' ? over.secret : undefined),
    announce: over.announce ?? ((alert) => told.push(alert)),
    spawn: over.spawn ?? (() => Promise.resolve(0)),
    platform: 'linux',
  })
  const rows = () => alerts.list([['limit', '500']]).alerts.toReversed()
  const one: Opened = {
    alerts,
    time,
    path,
    database,
    told,
    log,
    rows,
    uses: () => uses,
    posts: () => receiver.seen.slice(seenBefore).map(({ text }) => scopeIn(text)),
    tried: (times) => until(`${times} tries`, () => rows().reduce((sum, { tries }) => sum + tries, 0) >= times),
    again(next = over) {
      alerts.close()
      return open(next, path, time)
    },
  }
  opened.push(one)
  return one
}

/** What is due between two timers happens. */
const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

const scopeIn = (text: string): string => String((JSON.parse(text) as { scope: unknown }).scope)
const of = (scope: string, over: Partial<NewAlert> = {}): NewAlert => ({ ...breach, scope, ...over })
const status = (code: number, headers: Record<string, string> = {}): Script => {
  return () => new Response(null, { status: code, headers })
}
/** The answers of the webhook in their order; then the last one for ever. */
function answers(...scripts: readonly Script[]): void {
  let count = 0
  answer = (request, signal) => (scripts[Math.min(count++, scripts.length - 1)] ?? ok)(request, signal)
}

describe('raising', () => {
  test('does nothing while alerts are off', () => {
    const { alerts, time, told, rows } = open({ enabled: false, webhookUrl })
    alerts.raise(breach)
    time.pass(hour)
    expect([told, rows()]).toEqual([[], []])
  })

  test('returns before anything is written, told or sent, and then each happens once', () => {
    const { alerts, time, told, rows, database } = open()
    alerts.raise(breach)
    expect([told.length, database.query('SELECT count(*) AS n FROM alerts').get()]).toEqual([0, { n: 0 }])
    time.pass(0)
    expect(told).toHaveLength(1)
    expect(rows()).toEqual(told as Alert[])
    expect(told[0]).toMatchObject({ ...breach, atMs: noon, acknowledgedMs: null, delivery: 'none', tries: 0 })
    time.pass(hour)
    expect(told).toHaveLength(1)
  })

  test('is deduplicated by type, kind and scope until the cool-down is over', () => {
    const { alerts, time, told } = open()
    const raise = (alert: NewAlert) => {
      alerts.raise(alert)
      time.pass(0)
      return told.length
    }
    expect(raise(breach)).toBe(1)
    expect(raise({ ...breach, message: 'The same, said otherwise.', severity: 'warning' })).toBe(1)
    expect(raise({ ...breach, scope: 'session:a' })).toBe(2)
    expect(raise({ ...breach, kind: 'hourly' })).toBe(3)
    expect(raise({ ...breach, type: 'threshold' })).toBe(4)
    time.pass(5 * minute - 1)
    expect(raise(breach)).toBe(4)
    time.pass(1)
    expect(raise(breach)).toBe(5)
    expect(alerts.state()).toEqual({ unwritten: 0, lost: 0, suppressed: 2, webhookError: null })
  })

  test('is deduplicated over a restart', () => {
    const first = open()
    first.alerts.raise(breach)
    first.time.pass(3 * minute)
    const second = first.again()
    second.alerts.raise(breach)
    second.alerts.raise(of('session:new'))
    expect(second.rows().map(({ scope }) => scope)).toEqual(['all', 'session:new'])
    second.time.pass(2 * minute)
    second.alerts.raise(breach)
    expect(second.rows()).toHaveLength(3)
  })

  test('is not silenced by a clock that is set back', () => {
    const { alerts, time, rows } = open()
    alerts.raise(breach)
    time.set(noon - 48 * hour)
    alerts.raise(breach)
    expect(rows().map(({ atMs }) => atMs)).toEqual([noon, noon - 48 * hour])
  })

  test('goes on where a listener fails', () => {
    const { alerts, rows, log } = open({
      announce() {
        throw new Error('nobody listens')
      },
    })
    alerts.raise(of('one'))
    alerts.raise(of('two'))
    expect(rows()).toHaveLength(2)
    expect(log[0]).toBe('warn: A part of RelayPlane failed over an alert: nobody listens.')
  })

  test('shows alerts on the desktop where that is wished', () => {
    const titles: (string | undefined)[] = []
    const spawn = (command: readonly string[]) => {
      titles.push(command.at(-2))
      return Promise.resolve(0)
    }
    open({ spawn }).alerts.raise(breach)
    const { alerts, time } = open({ spawn, desktop: true })
    alerts.raise(breach)
    expect(titles).toEqual([])
    time.pass(0)
    expect(titles).toEqual(['RelayPlane: critical breach, daily'])
  })
})

describe('a database that does not take alerts', () => {
  test('because it is locked makes them wait in memory, and loses none', async () => {
    const { alerts, time, path, rows, tried, log, posts } = open({ webhookUrl })
    const other = new Database(path)
    other.run('BEGIN IMMEDIATE')
    alerts.raise(of('one'))
    time.pass(0)
    alerts.raise(of('two'))
    time.pass(0)
    expect(alerts.state().unwritten).toBe(2)
    expect(log).toEqual(['warn: Alerts wait for the database: database is locked.'])
    time.pass(10 * minute)
    expect([alerts.state().unwritten, posts()]).toEqual([2, []])
    other.run('ROLLBACK')
    other.close()
    time.pass(5000)
    await tried(2)
    expect(rows().map(({ scope, delivery, atMs }) => [scope, delivery, atMs])).toEqual([
      ['one', 'delivered', noon],
      ['two', 'delivered', noon],
    ])
    expect(posts()).toEqual(['one', 'two'])
    expect(log.at(-1)).toBe('The database takes alerts again.')
    expect(alerts.state().unwritten).toBe(0)
  })

  test('is asked again from time to time and not for each alert, as that costs traffic five milliseconds', () => {
    const { alerts, time, path, uses } = open()
    const other = new Database(path)
    other.run('BEGIN IMMEDIATE')
    alerts.raise(of('first'))
    time.pass(minute)
    const before = uses()
    for (let number = 0; number < 20; number++) {
      alerts.raise(of(`more ${number}`))
      time.pass(0)
    }
    expect([uses() - before, alerts.state().unwritten]).toEqual([0, 21])
    time.pass(10_000)
    expect(uses() - before).toBe(2)
    other.run('ROLLBACK')
    other.close()
    time.pass(5000)
    expect(alerts.state().unwritten).toBe(0)
  })

  test('because it is full, too', () => {
    const { alerts, time, database, rows, log } = open()
    const pages = database.query<{ page_count: number }, []>('PRAGMA page_count').get()?.page_count ?? 0
    database.run(`PRAGMA max_page_count = ${pages}`)
    const scopes = Array.from({ length: 200 }, (_, index) => `session:${index}-${'x'.repeat(100)}`)
    for (const scope of scopes) alerts.raise(of(scope))
    time.pass(1000)
    expect(alerts.state()).toMatchObject({ unwritten: 200, lost: 0 })
    expect(log).toEqual(['warn: Alerts wait for the database: database or disk is full.'])
    database.run('PRAGMA max_page_count = 1000000')
    time.pass(5000)
    expect(rows().map(({ scope }) => scope)).toEqual(scopes)
    expect(alerts.state().unwritten).toBe(0)
  })

  test('makes only so many wait; what falls out is counted', () => {
    const { alerts, time, path, database } = open()
    const other = new Database(path)
    other.run('BEGIN IMMEDIATE')
    for (let number = 0; number < 1003; number++) alerts.raise(of(`session:${number}`))
    time.pass(0)
    expect(alerts.state()).toMatchObject({ unwritten: 1000, lost: 3 })
    other.run('ROLLBACK')
    other.close()
    time.pass(5000)
    expect(database.query('SELECT scope FROM alerts ORDER BY seq LIMIT 1').get()).toEqual({ scope: 'session:503' })
  })

  test('in the moment after the webhook took one does not make it be sent twice', async () => {
    const { alerts, time, path, rows, posts, log } = open({ webhookUrl })
    const other = new Database(path)
    answer = () => {
      if (!other.inTransaction) other.run('BEGIN IMMEDIATE')
      return new Response('ok')
    }
    alerts.raise(of('one'))
    alerts.raise(of('two'))
    time.pass(0)
    for (const times of [1, 2, 3]) {
      await until('the note is refused', () => log.length === times)
      time.pass(1000)
    }
    expect(log[0]).toBe("debug: The table of alerts can't be used now: database is locked.")
    await until('the note is refused', () => log.length === 4)
    expect(posts()).toEqual(['one'])
    answer = ok
    other.run('ROLLBACK')
    other.close()
    time.pass(1000)
    await until('both are delivered', () => rows().every(({ delivery }) => delivery === 'delivered'))
    expect(posts()).toEqual(['one', 'two'])
  })

  test('refuses a question with a sentence', () => {
    const { alerts, path } = open()
    alerts.raise(breach)
    expect(alerts.counts().unacknowledged).toBe(1)
    const other = new Database(path)
    other.run('BEGIN IMMEDIATE')
    expect(() => alerts.acknowledge('all')).toThrow('The database is busy or full. Try again in a moment.')
    other.run('ROLLBACK')
    other.close()
    expect(alerts.acknowledge('all').map(({ scope }) => scope)).toEqual(['all'])
    expect(alerts.counts().unacknowledged).toBe(0)
  })
})

describe('the webhook', () => {
  test('gets an alert at once, signed, and that is noted', async () => {
    const { alerts, time, tried, rows } = open({ webhookUrl, webhookSecret: 'env:HOOK_SECRET', secret: 'from-outside' })
    alerts.raise(breach)
    time.pass(0)
    await tried(1)
    expect(rows()).toMatchObject([{ delivery: 'delivered', tries: 1, lastError: null }])
    const { headers, text } = receiver.seen.at(-1) ?? { text: '' }
    expect(headers?.get('x-relayplane-alert-id')).toBe(rows()[0]?.id ?? '')
    const digest = createHmac('sha256', 'from-outside')
      .update(`${noon / 1000}.${text}`)
      .digest('hex')
    expect(headers?.get('x-relayplane-signature')).toBe(`t=${noon / 1000},v1=${digest}`)
  })

  test('that answers 500 and then 200 gets it five seconds later, those after it in their order', async () => {
    const { alerts, time, tried, rows, posts, log } = open({ webhookUrl })
    answers(status(500), ok)
    for (const scope of ['one', 'two', 'three']) alerts.raise(of(scope))
    time.pass(0)
    await tried(1)
    expect(rows()[0]).toMatchObject({ delivery: 'waiting', tries: 1, lastError: 'The webhook answered 500.' })
    expect(alerts.state().webhookError).toBe('The webhook answered 500.')
    time.pass(4999)
    expect(posts()).toEqual(['one'])
    time.pass(1)
    await tried(4)
    expect(posts()).toEqual(['one', 'one', 'two', 'three'])
    expect(rows().map(({ delivery, tries }) => [delivery, tries])).toEqual([
      ['delivered', 2],
      ['delivered', 1],
      ['delivered', 1],
    ])
    expect(log).toEqual([
      'warn: An alert was not sent; it waits and is tried again. The webhook answered 500.',
      'The webhook takes alerts again.',
    ])
    expect(alerts.state().webhookError).toBeNull()
  })

  test('that stays down is tried for a day, then that alert is given up and the next one has its turn', async () => {
    const { alerts, time, tried, rows, posts, database } = open({ webhookUrl })
    answer = status(503)
    alerts.raise(of('one'))
    time.pass(0)
    const delays: number[] = []
    await tried(1)
    while (rows()[0]?.delivery === 'waiting') {
      const { dueMs } = database.query<{ dueMs: number }, []>('SELECT next_try_ms AS dueMs FROM alerts').get() ?? {
        dueMs: 0,
      }
      const delayMs = dueMs - time.clock.now()
      delays.push(delayMs / 1000)
      time.pass(delayMs - 1)
      expect(posts()).toHaveLength(delays.length)
      time.pass(1)
      await tried(delays.length + 1)
    }
    expect(delays.slice(0, 6)).toEqual([5, 30, 120, 600, 3600, 3600])
    expect(rows()).toMatchObject([{ delivery: 'given-up', tries: 28, lastError: 'The webhook answered 503.' }])
    answer = ok
    alerts.raise(of('two'))
    time.pass(5000)
    await until('the next one is delivered', () => rows()[1]?.delivery === 'delivered')
  })

  test('that refuses with 404 is asked three times', async () => {
    const { alerts, time, tried, rows, posts, log } = open({ webhookUrl })
    answer = status(404)
    alerts.raise(of('one'))
    for (const [index, ms] of [0, 5000, 30_000].entries()) {
      time.pass(ms)
      await tried(index + 1)
    }
    expect(rows()).toMatchObject([{ delivery: 'given-up', tries: 3, lastError: 'The webhook answered 404.' }])
    time.pass(24 * hour)
    expect(posts()).toHaveLength(3)
    expect(log.at(-1)).toBe(`warn: The alert ${rows()[0]?.id} is not sent after 3 tries. The webhook answered 404.`)
  })

  test('that redirects is not followed', async () => {
    const { alerts, time, tried, rows } = open({ webhookUrl })
    answer = status(307, { location: elsewhere.url })
    alerts.raise(breach)
    time.pass(0)
    await tried(1)
    expect(rows()[0]?.lastError).toBe('The webhook answered 307, a redirect, which is not followed.')
    expect(elsewhere.seen).toEqual([])
  })

  test('that hangs is left after ten seconds, and tried again', async () => {
    const { alerts, time, tried, rows, posts } = open({ webhookUrl })
    const aborted = receiver.aborted()
    answers(() => new Promise(() => {}), ok)
    alerts.raise(breach)
    time.pass(0)
    await until('it is asked', () => posts().length === 1)
    time.pass(9999)
    expect([receiver.aborted() - aborted, rows()[0]?.tries]).toEqual([0, 0])
    time.pass(1)
    await tried(1)
    expect(rows()[0]).toMatchObject({ delivery: 'waiting', lastError: 'The webhook did not answer in time.' })
    await until('the call is ended', () => receiver.aborted() > aborted)
    time.pass(5000)
    await tried(2)
    expect(rows()[0]).toMatchObject({ delivery: 'delivered', tries: 2 })
  })

  test('that asks for more time has it, whatever is raised', async () => {
    const { alerts, time, tried, posts } = open({ webhookUrl })
    answers(status(429, { 'retry-after': '90' }), ok)
    alerts.raise(of('one'))
    time.pass(0)
    await tried(1)
    for (let second = 1; second < 90; second++) {
      alerts.raise(of(`later ${second}`))
      time.pass(1000)
      await turn()
    }
    // Nothing is on its way; the next thing to happen is in a second.
    expect([posts(), time.next()]).toEqual([['one'], 1000])
    time.pass(1000)
    await tried(91)
    expect(posts().slice(0, 3)).toEqual(['one', 'one', 'later 1'])
  })

  test('that has failed for hours is tried when something new is raised, the older one first', async () => {
    const { alerts, time, tried, posts } = open({ webhookUrl })
    answer = status(500)
    alerts.raise(of('one'))
    for (const [index, ms] of [0, 5000, 30_000, 120_000, 600_000].entries()) {
      time.pass(ms)
      await tried(index + 1)
    }
    answer = ok
    time.pass(5 * minute)
    expect(posts()).toHaveLength(5)
    alerts.raise(of('two'))
    time.pass(0)
    await tried(7)
    expect(posts().slice(5)).toEqual(['one', 'two'])
  })

  test('that has failed just now has five seconds of rest, whatever is raised', async () => {
    const { alerts, time, tried, posts } = open({ webhookUrl })
    answers(status(500), status(500), ok)
    alerts.raise(of('one'))
    time.pass(0)
    await tried(1)
    time.pass(5000)
    await tried(2)
    alerts.raise(of('two'))
    time.pass(0)
    expect(time.next()).toBe(5000)
    time.pass(5000)
    await tried(4)
    expect(posts()).toEqual(['one', 'one', 'one', 'two'])
  })

  test('is not left alone for days because the clock is set back', async () => {
    const { alerts, time, tried, rows } = open({ webhookUrl })
    answers(status(500), ok)
    alerts.raise(breach)
    time.pass(0)
    await tried(1)
    time.set(noon - 48 * hour)
    time.pass(5000)
    await tried(2)
    expect(rows()[0]?.delivery).toBe('delivered')
  })

  test('gets nothing while RelayPlane is offline, and then what waited', async () => {
    let isOffline = true
    const { alerts, time, tried, rows, posts } = open({ webhookUrl, isOffline: () => isOffline })
    alerts.raise(breach)
    time.pass(72 * hour)
    expect([posts(), rows()[0]?.delivery]).toEqual([[], 'waiting'])
    isOffline = false
    time.pass(minute)
    await tried(1)
    expect([posts(), rows()[0]?.delivery]).toEqual([['all'], 'delivered'])
  })

  test('gets nothing unsigned where the secret’s variable is not set', async () => {
    const { alerts, time, tried, rows, posts } = open({ webhookUrl, webhookSecret: 'env:HOOK_SECRET' })
    alerts.raise(breach)
    time.pass(0)
    await tried(1)
    expect(posts()).toEqual([])
    expect(rows()[0]).toMatchObject({
      delivery: 'waiting',
      lastError: 'The variable HOOK_SECRET, named for webhookSecret, is not set.',
    })
  })

  test('gets after a restart what the process before could not send, when it is due', async () => {
    answer = status(500)
    const first = open({ webhookUrl })
    first.alerts.raise(of('one'))
    first.alerts.raise(of('two'))
    first.time.pass(0)
    await first.tried(1)
    answer = ok
    const second = first.again()
    second.time.pass(4999)
    expect(second.posts()).toEqual(['one'])
    second.time.pass(1)
    await second.tried(3)
    expect(second.posts()).toEqual(['one', 'one', 'two'])
    expect(second.rows().map(({ delivery }) => delivery)).toEqual(['delivered', 'delivered'])
  })

  test('cut off by the end of the process gets it from the next one, with the same id', async () => {
    answers(() => new Promise(() => {}), ok)
    const first = open({ webhookUrl })
    first.alerts.raise(breach)
    first.time.pass(0)
    await until('it is asked', () => first.posts().length === 1)
    const second = first.again()
    second.time.pass(0)
    await second.tried(1)
    expect(second.rows()).toMatchObject([{ delivery: 'delivered', tries: 1, lastError: null }])
    const ids = receiver.seen.slice(seenBefore).map(({ headers }) => headers.get('x-relayplane-alert-id'))
    expect(ids).toEqual([second.rows()[0]?.id ?? '', second.rows()[0]?.id ?? ''])
  })

  test('is not sent what was raised before there was one', async () => {
    const first = open()
    first.alerts.raise(of('before'))
    const second = first.again({ webhookUrl })
    second.alerts.raise(of('after'))
    second.time.pass(0)
    await second.tried(1)
    expect(second.posts()).toEqual(['after'])
    expect(second.rows().map(({ delivery }) => delivery)).toEqual(['none', 'delivered'])
  })

  test('gets nothing once alerts are switched off, and goes on when they are on again', async () => {
    const over = { webhookUrl, enabled: true }
    const { alerts, time, tried, posts } = open(over)
    answers(status(500), ok)
    alerts.raise(breach)
    time.pass(0)
    await tried(1)
    over.enabled = false
    time.pass(hour)
    expect(posts()).toHaveLength(1)
    over.enabled = true
    time.pass(minute)
    await tried(2)
    expect(posts()).toHaveLength(2)
  })

  test('keeps its URL and its secret to itself: neither is in a row, the log or the state', async () => {
    const { alerts, time, tried, rows, log, database } = open({ webhookUrl, webhookSecret: 'S3CR3T-of-the-webhook' })
    answers(status(500), status(302, { location: webhookUrl }))
    alerts.raise(breach)
    for (const [index, ms] of [0, 5000].entries()) {
      time.pass(ms)
      await tried(index + 1)
    }
    const everything = JSON.stringify([rows(), log, alerts.state(), database.query('SELECT * FROM alerts').all()])
    expect(log.length).toBeGreaterThan(0)
    expect(everything).not.toMatch(/T0K3N|S3CR3T/)
  })
})

describe('a test', () => {
  test('is sent whatever the cool-down, and says how it went', async () => {
    const { alerts } = open({ webhookUrl })
    expect(await alerts.test()).toMatchObject({ type: 'test', delivery: 'delivered', tries: 1 })
    expect(await alerts.test()).toMatchObject({ type: 'test', delivery: 'delivered', tries: 1 })
    expect(alerts.counts().byType['test']).toBe(2)
  })

  test('of a webhook that fails says why', async () => {
    const { alerts } = open({ webhookUrl })
    answer = status(500)
    expect(await alerts.test()).toMatchObject({ delivery: 'waiting', lastError: 'The webhook answered 500.' })
  })

  test('is sent while alerts are off, and nothing else with it', async () => {
    const over = { webhookUrl, enabled: true }
    const { alerts, time, tried, posts } = open(over)
    answers(status(500), ok)
    alerts.raise(of('real'))
    time.pass(0)
    await tried(1)
    over.enabled = false
    time.pass(5000)
    expect(await alerts.test()).toMatchObject({ delivery: 'delivered' })
    expect(posts()).toEqual(['real', 'all'])
  })

  test('without anybody to tell is refused with what to do', async () => {
    const { alerts } = open({ enabled: false })
    const refusal: unknown = await alerts.test().catch((fault: unknown) => fault)
    expect(refusal).toMatchObject({
      code: 'invalid-request',
      message:
        'Alerts are off, and no webhook is set. Set alerts.enabled to keep them, or alerts.webhookUrl to have them sent.',
    })
  })

  test('without a webhook is kept', async () => {
    const { alerts, rows } = open()
    expect(await alerts.test()).toMatchObject({ type: 'test', delivery: 'none' })
    expect(rows()).toHaveLength(1)
  })

  test('does not wait for a webhook that hangs behind others', async () => {
    const { alerts, time, posts } = open({ webhookUrl })
    answer = () => new Promise(() => {})
    const waiting = alerts.test()
    await until('it is asked', () => posts().length === 1)
    time.pass(10_000)
    expect(await waiting).toMatchObject({ delivery: 'waiting', lastError: 'The webhook did not answer in time.' })
  })
})
