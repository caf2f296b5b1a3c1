import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'
import { formatTime } from '../../src/cli/format.ts'
import type { Alert } from '../../src/neutral/alert.ts'
import { AppError } from '../../src/neutral/error.ts'
import { enterAlerts } from '../../src/store/alerts.ts'
import { openDatabase } from '../../src/store/database.ts'
import { tempFolder } from '../support/folder.ts'
import { someAlert } from '../support/guard-desk.ts'
import { run } from './program.ts'
import { serveGuard } from './serving.ts'

// Each test waits for processes, which a busy machine starts slowly.
setDefaultTimeout(30_000)

const atMs = Date.UTC(2026, 0, 2, 3, 4, 5)
const first = '019b7ca9-8c88-7501-811f-2a0ed3ec7368'
const second = '019b7ca9-9070-7501-811f-2a0ed3ec7369'
const third = '019b7ca9-9458-7501-811f-2a0ed3ec7370'

const alert = (over: Partial<Alert>): Alert => ({ ...(someAlert as Alert), ...over })
const alerts = [
  alert({ id: first, atMs, delivery: 'delivered', tries: 1 }),
  alert({
    id: second,
    atMs: atMs + 1000,
    type: 'anomaly',
    severity: 'warning',
    kind: 'stuck_loop',
    scope: 'session:s1',
    message: 'The same call 8 times.',
    delivery: 'waiting',
    tries: 1,
    lastError: 'status 500',
  }),
  alert({ id: third, atMs: atMs + 2000, type: 'threshold', severity: 'info', kind: 'daily 80 %', message: 'At 80 %.' }),
]

function homeWithAlerts(): string {
  const home = tempFolder()
  const database = openDatabase(join(home, 'relayplane.db'), { busyTimeoutMs: 1000 })
  enterAlerts(database, alerts, atMs + 2000, 500)
  database.close()
  return home
}

describe('alerts without a running server', () => {
  const home = homeWithAlerts()
  const idsOf = async (...words: readonly string[]) => {
    const { out } = await run(['alerts', 'list', '--json', ...words], { home })
    return (JSON.parse(out) as { alerts: Alert[] }).alerts.map(({ id }) => id)
  }

  test('are listed newest last, one on a line, with what the webhook did', async () => {
    const { code, out, err } = await run(['alerts'], { home })
    expect([code, err]).toEqual([0, ''])
    expect(out.split('\n')).toEqual([
      `${formatTime(atMs)}  ${first}  critical  breach  daily  The daily limit of $50 is spent.  (sent)`,
      `${formatTime(atMs + 1000)}  ${second}  warning  anomaly  stuck_loop  session:s1  The same call 8 times.  (to be sent again: status 500)`,
      `${formatTime(atMs + 2000)}  ${third}  info  threshold  daily 80 %  At 80 %.`,
      '',
    ])
  })

  test('are chosen by type, severity and number', async () => {
    expect(await idsOf('--type', 'breach,threshold')).toEqual([third, first])
    expect(await idsOf('--severity', 'warning')).toEqual([second])
    expect(await idsOf('-n', '1')).toEqual([third])
    const cut = await run(['alerts', 'list', '--limit', '1'], { home })
    expect(cut.err).toBe('There are older ones; --limit shows more.\n')
    expect((await run(['alerts', 'list', '--type', 'test'], { home })).err).toBe('No alert matches.\n')
  })

  test('are counted', async () => {
    const { out } = await run(['alerts', 'counts'], { home })
    expect(out.split('\n')).toEqual([
      'By type           1 threshold, 1 breach, 1 anomaly',
      'By severity       1 info, 1 warning, 1 critical',
      'Unacknowledged    3',
      'For the webhook   1',
      '',
    ])
  })

  const wrong: [words: string, sentence: string][] = [
    ['list --type loud', 'type is "loud"; it can be threshold, breach, anomaly, test.'],
    ['list --limit 0', 'limit is "0"; it can be 1 to 500.'],
    ['ack', 'Name alerts as "alerts list" shows them, or give --all.'],
    [`ack ${first} --all`, 'Name alerts as "alerts list" shows them, or give --all.'],
    ['ack 019b', "An alert's id needs at least 6 characters."],
    ['ack 019b7ca9', `019b7ca9 begins several alerts, ${first} and ${second} among them.`],
    ['lst', 'There is no alerts command "lst". Did you mean list?'],
  ]
  test.each(wrong)('alerts %s is a wrong call', async (words, sentence) => {
    expect(await run(['alerts', ...words.split(' ')], { home })).toMatchObject({
      code: 2,
      err: expect.stringContaining(sentence),
    })
  })

  test('are acknowledged by several beginnings, then all that are left', async () => {
    const own = homeWithAlerts()
    const some = await run(['alerts', 'ack', '019b7ca9-8', '019b7ca9-94'], { home: own })
    expect(some).toMatchObject({ code: 0, err: '✔ 2 alerts are acknowledged.\n' })
    const left = await run(['alerts', 'list', '--unacknowledged', '--json'], { home: own })
    expect(JSON.parse(left.out).alerts).toMatchObject([{ id: second }])
    const all = await run(['alerts', 'ack', '--all', '--json'], { home: own })
    expect(JSON.parse(all.out)).toEqual({ acknowledged: 1, freed: [] })
    expect((await run(['alerts'], { home: own })).out).toContain('(sent; acknowledged)\n')
  })

  test('that nobody raised are no failure to list, but to acknowledge', async () => {
    const empty = tempFolder()
    expect(await run(['alerts', 'list'], { home: empty })).toMatchObject({ code: 0, err: 'No alert matches.\n' })
    expect(await run(['alerts', 'ack', '--all'], { home: empty })).toMatchObject({
      code: 1,
      err: expect.stringContaining('Nothing is recorded in'),
    })
    expect(await run(['alerts', 'ack', 'ffffffff'], { home })).toMatchObject({
      code: 1,
      err: 'error: There is no alert ffffffff.\n',
    })
  })

  test('are not tested', async () => {
    expect(await run(['alerts', 'test'], { home })).toMatchObject({
      code: 1,
      out: '',
      err: 'error: Alerts are sent by a running server; "relayplane start" starts one.\n',
    })
  })
})

describe('alerts of a running server', () => {
  test('are listed, counted and acknowledged through it', async () => {
    const { home, desk } = serveGuard()
    await run(['alerts', 'list', '--type', 'breach', '--unacknowledged', '-n', '7'], { home })
    await run(['alerts', 'counts'], { home })
    const { err } = await run(['alerts', 'ack', first, second], { home })
    expect(err).toBe('✔ 1 alert is acknowledged.\nThe session s1 may go on.\n')
    await run(['alerts', 'ack', '--all'], { home })
    expect(desk.calls).toEqual([
      ['alerts', 'type=breach&acknowledged=false&limit=7'],
      ['alertCounts'],
      ['acknowledge', [first, second]],
      ['acknowledge', 'all'],
    ])
  })

  test('a test that arrives is done, one that does not has failed', async () => {
    const arrives = serveGuard()
    expect((await run(['alerts', 'test'], { home: arrives.home })).code).toBe(0)
    const lost = serveGuard(
      {},
      {
        testAlert: async () => ({
          alerts: [{ ...someAlert, delivery: 'waiting', lastError: 'status 404' }],
          nextCursor: null,
        }),
      },
    )
    const { code, out } = await run(['alerts', 'test'], { home: lost.home })
    expect([code, out]).toEqual([1, expect.stringContaining('(to be sent again: status 404)')])
    const nobody = serveGuard(
      {},
      { testAlert: () => Promise.reject(new AppError('invalid-request', 'Alerts are off.')) },
    )
    expect(await run(['alerts', 'test'], { home: nobody.home })).toMatchObject({
      code: 1,
      err: 'error: Alerts are off.\n',
    })
  })
})
