import { describe, expect, test } from 'bun:test'
import { readReset, readRetryAfter } from '../../src/lib/retry-after.ts'
import { blameOf, noAnswerOf, type AttemptEnd, type Blame, type NoAnswer } from '../../src/rules/failure.ts'
import { judgeRetry, type Tried, type Verdict } from '../../src/rules/retry.ts'

/** 10:00 UTC, as the clock of each of these tests stands. */
const ten = Date.UTC(2026, 10, 22, 10)

const answered = (status: number, headers: Record<string, string> = {}): AttemptEnd => ({
  kind: 'answered',
  status,
  headers: new Headers(headers),
})
const noAnswer = (fault: NoAnswer): AttemptEnd => ({ kind: 'no-answer', fault })

/** The first try, of a caller's POST, with nobody else to ask. */
const alone = {
  isBegun: false,
  isSafe: false,
  repeats: 0,
  elapsedMs: 100,
  resetMs: null,
  isResting: false,
  left: { accounts: false, candidates: false },
  settings: { retries: 1, maxRetrySeconds: 10 },
  nowMs: ten,
  random: 0,
} satisfies Omit<Tried, 'end'>

const accounts = { left: { accounts: true, candidates: false } }
const candidates = { left: { accounts: false, candidates: true } }
const both = { left: { accounts: true, candidates: true } }

const judge = (end: AttemptEnd, more: Partial<Tried> = {}): Verdict => judgeRetry({ ...alone, end, ...more })

/** `same` with its wait, or the kind alone. */
const short = (verdict: Verdict): string => (verdict.kind === 'same' ? `same ${verdict.waitMs}` : verdict.kind)

type Row = readonly [what: string, end: AttemptEnd, more: Partial<Tried>, verdict: string]

function table(rows: readonly Row[]): void {
  test.each([...rows])('%s', (_, end, more, verdict) => {
    expect(short(judge(end, more))).toBe(verdict)
  })
}

describe('with nobody else to ask', () => {
  table([
    ['408 is sent again', answered(408), {}, 'same 250'],
    ['429 is sent again', answered(429), {}, 'same 250'],
    ['500 is sent again', answered(500), {}, 'same 250'],
    ['502 is sent again', answered(502), {}, 'same 250'],
    ['503 is sent again', answered(503), {}, 'same 250'],
    ['504 is sent again', answered(504), {}, 'same 250'],
    ['520, of a host in between, is sent again', answered(520), {}, 'same 250'],
    ['529 is sent again', answered(529), {}, 'same 250'],
    ['a connection that was refused is tried again', noAnswer('refused'), {}, 'same 250'],
    ['a connection that this machine could not open is tried again', noAnswer('unable'), {}, 'same 250'],
    ['200 is an answer', answered(200), {}, 'give-up'],
    ['302 is an answer', answered(302), {}, 'give-up'],
    ['400 is final', answered(400), {}, 'give-up'],
    ['401 is final', answered(401), {}, 'give-up'],
    ['402 is final', answered(402), {}, 'give-up'],
    ['403 is final', answered(403), {}, 'give-up'],
    ['404 is final', answered(404), {}, 'give-up'],
    ['409 is final', answered(409), {}, 'give-up'],
    ['413 is final', answered(413), {}, 'give-up'],
    ['422 is final', answered(422), {}, 'give-up'],
    ['501 is final', answered(501), {}, 'give-up'],
    ['a certificate that is not trusted is final', noAnswer('untrusted'), {}, 'give-up'],
    ['a client that left gets nothing', { kind: 'ended' }, {}, 'give-up'],
  ])
})

describe('a request that may have been read and paid is sent to nobody else', () => {
  table([
    ['when its connection broke', noAnswer('broken'), both, 'give-up'],
    ['when no answer came in time', noAnswer('silent'), both, 'give-up'],
    ['when the client has a part of the answer', answered(529), { ...both, isBegun: true }, 'give-up'],
    [
      'when the client has a part, even of a GET',
      noAnswer('broken'),
      { ...both, isBegun: true, isSafe: true },
      'give-up',
    ],
    ['when the client left', { kind: 'ended' }, both, 'give-up'],
    ['but one that changes nothing is, broken', noAnswer('broken'), { isSafe: true }, 'same 250'],
    ['but one that changes nothing is, unanswered', noAnswer('silent'), { isSafe: true }, 'same 250'],
  ])
  test('and the verdict says so', () => {
    expect(judge(noAnswer('broken'), both).why).toBe(
      'the connection broke after the request was sent: it may have been read, and paid',
    )
  })
})

describe('an account that is refused gives way to another', () => {
  table([
    ['429, at once', answered(429, { 'retry-after': '2' }), accounts, 'other-account'],
    ['429, before another candidate', answered(429), both, 'other-account'],
    [
      '429, with x-should-retry: false, as plans send it',
      answered(429, { 'x-should-retry': 'false' }),
      both,
      'other-account',
    ],
    ['429, retries spent', answered(429), { ...both, repeats: 1 }, 'other-account'],
    ['401', answered(401), accounts, 'other-account'],
    ['402', answered(402), accounts, 'other-account'],
    ['403', answered(403), accounts, 'other-account'],
    ['but for a 401 no other candidate is asked', answered(401), candidates, 'give-up'],
    ['nor for a 403', answered(403), candidates, 'give-up'],
    ['for a 402 it is', answered(402), candidates, 'next-candidate'],
    ['a 400 is about the request', answered(400), both, 'give-up'],
    ['a 404 is about the request', answered(404), both, 'give-up'],
    ['a 422 is about the request', answered(422), both, 'give-up'],
    ['a 500 is about the provider', answered(500), accounts, 'same 250'],
    ['a 529 is about the provider', answered(529), { ...accounts, repeats: 1 }, 'give-up'],
  ])
})

describe('another candidate is asked', () => {
  table([
    ['after the retries', answered(500), { ...candidates, repeats: 1 }, 'next-candidate'],
    ['after the retries of a refused connection', noAnswer('refused'), { ...candidates, repeats: 1 }, 'next-candidate'],
    [
      'at once without retries',
      answered(500),
      { ...candidates, settings: { retries: 0, maxRetrySeconds: 10 } },
      'next-candidate',
    ],
    ['at once where the certificate is not trusted', noAnswer('untrusted'), candidates, 'next-candidate'],
    ['at once where the provider rests', answered(500), { ...candidates, isResting: true }, 'next-candidate'],
    ['at once where it took a minute to fail', answered(504), { ...candidates, elapsedMs: 60_001 }, 'next-candidate'],
    ['not yet where it took a minute', answered(504), { ...candidates, elapsedMs: 60_000 }, 'same 250'],
    ['not before the retries', answered(503), candidates, 'same 250'],
  ])
  test('and where there is none the answer goes to the client', () => {
    expect(judge(answered(500), { repeats: 1 })).toEqual({ kind: 'give-up', why: '500' })
  })
})

describe('529', () => {
  const five = { settings: { retries: 5, maxRetrySeconds: 10 } }
  table([
    ['is tried once in place', answered(529), { ...candidates, ...five }, 'same 250'],
    ['and not twice, whatever the retries', answered(529), { ...candidates, ...five, repeats: 1 }, 'next-candidate'],
    ['unless it says when', answered(529, { 'retry-after': '3' }), { ...candidates, ...five, repeats: 1 }, 'same 3000'],
    ['never without retries', answered(529), { settings: { retries: 0, maxRetrySeconds: 10 } }, 'give-up'],
  ])
})

describe('x-should-retry', () => {
  const yes = { 'x-should-retry': 'true' }
  const no = { 'x-should-retry': 'false' }
  table([
    ['false: not again', answered(500, no), {}, 'give-up'],
    ['false: not with another account either', answered(500, no), accounts, 'give-up'],
    ['false: another model elsewhere is no retry', answered(500, no), both, 'next-candidate'],
    ['false: 429 neither', answered(429, no), {}, 'give-up'],
    ['false: 429 elsewhere', answered(429, no), candidates, 'next-candidate'],
    ['true: 409 too', answered(409, yes), {}, 'same 250'],
    ['true: 501 too', answered(501, yes), {}, 'same 250'],
    ['true: within the retries', answered(409, yes), { repeats: 1 }, 'give-up'],
    ['true: 400 never', answered(400, yes), both, 'give-up'],
    ['true: 401 never', answered(401, yes), {}, 'give-up'],
    ['true: 404 never', answered(404, yes), both, 'give-up'],
    ['true: 422 never', answered(422, yes), both, 'give-up'],
    ['anything else means nothing', answered(409, { 'x-should-retry': '1' }), {}, 'give-up'],
  ])
})

describe('waits', () => {
  const after = (seconds: string) => answered(429, { 'retry-after': seconds })
  const most = { random: 0.999_999 }
  table([
    ['as long as asked', after('2'), {}, 'same 2000'],
    ['a tenth longer at most', after('2'), most, 'same 2200'],
    [
      'a second longer at most',
      answered(503, { 'retry-after': '60' }),
      { ...most, settings: { retries: 1, maxRetrySeconds: 100 } },
      'same 61000',
    ],
    ['never longer than the setting', after('10'), most, 'same 10000'],
    ['not at all where 0 is asked', after('0'), most, 'same 0'],
    ['retry-after-ms goes first', answered(429, { 'retry-after-ms': '340', 'retry-after': '1' }), {}, 'same 340'],
    ['until a date', answered(503, { 'retry-after': 'Sun, 22 Nov 2026 10:00:04 GMT' }), {}, 'same 4000'],
    ['not for a date that is past', answered(503, { 'retry-after': 'Sun, 22 Nov 2026 09:00:00 GMT' }), {}, 'same 0'],
    ['as usual where it makes no sense', answered(503, { 'retry-after': 'soon' }), {}, 'same 250'],
    ['longer than the setting: not', after('11'), {}, 'give-up'],
    ['longer than the setting: elsewhere', after('11'), candidates, 'next-candidate'],
    ['longer than the setting, not of 429 alone', answered(503, { 'retry-after': '11' }), candidates, 'next-candidate'],
    ['until the limits are free again', answered(429), { resetMs: 1500 }, 'same 1500'],
    ['not for limits that are free too late', answered(429), { resetMs: 10_001 }, 'give-up'],
    ["what is asked goes before the limits' word", after('1'), { resetMs: 60_000 }, 'same 1000'],
    ['limits mean nothing to a 500', answered(500), { resetMs: 60_000 }, 'same 250'],
    ['between half and all of the first 500 ms', answered(500), most, 'same 500'],
    [
      'twice that the second time',
      answered(500),
      { repeats: 1, settings: { retries: 5, maxRetrySeconds: 10 } },
      'same 500',
    ],
    [
      '8 s at most',
      answered(500),
      { ...most, repeats: 5, settings: { retries: 6, maxRetrySeconds: 300 } },
      'same 8000',
    ],
    ['without waits, where none may be', answered(500), { settings: { retries: 1, maxRetrySeconds: 0 } }, 'same 0'],
  ])
  test('that are too long are said', () => {
    expect(judge(after('120'), candidates)).toEqual({ kind: 'next-candidate', why: '429, and it asks to wait 120 s' })
  })
})

test('whatever happens, nothing is sent after the client has seen a byte, and nothing more often or later than the settings say', () => {
  let state = 20_261_122
  const random = (below: number) => (state = (state * 1103515245 + 12345) % 2147483648) % below
  const ends = [
    ...[200, 400, 401, 402, 403, 404, 408, 409, 422, 429, 500, 501, 503, 529].map(
      (status) => () =>
        answered(status, {
          ...(random(2) === 0 ? { 'retry-after': String(random(400)) } : {}),
          ...(random(3) === 0 ? { 'x-should-retry': random(2) === 0 ? 'true' : 'false' } : {}),
        }),
    ),
    ...(['refused', 'unable', 'untrusted', 'broken', 'silent'] as const).map((fault) => () => noAnswer(fault)),
    () => ({ kind: 'ended' }) as const,
  ]
  for (let round = 0; round < 20_000; round++) {
    const end = ends[random(ends.length)]?.() ?? noAnswer('refused')
    const tried: Tried = {
      end,
      isBegun: random(8) === 0,
      isSafe: random(8) === 0,
      repeats: random(6),
      elapsedMs: random(120_000),
      resetMs: random(2) === 0 ? null : random(30_000),
      isResting: random(4) === 0,
      left: { accounts: random(2) === 0, candidates: random(2) === 0 },
      settings: { retries: random(6), maxRetrySeconds: random(301) },
      nowMs: ten,
      random: random(1000) / 1000,
    }
    const verdict = judgeRetry(tried)
    const isAmbiguous = end.kind === 'no-answer' && (end.fault === 'broken' || end.fault === 'silent') && !tried.isSafe
    if (tried.isBegun || isAmbiguous || end.kind === 'ended') expect(verdict.kind).toBe('give-up')
    if (verdict.kind === 'other-account') expect(tried.left.accounts).toBe(true)
    if (verdict.kind === 'next-candidate') expect(tried.left.candidates).toBe(true)
    if (verdict.kind !== 'same') continue
    expect(tried.repeats).toBeLessThan(tried.settings.retries)
    expect(verdict.waitMs).toBeWithin(0, tried.settings.maxRetrySeconds * 1000 + 1)
    expect(tried.isResting).toBe(false)
    if (end.kind === 'answered') expect([400, 401, 402, 403, 404, 422]).not.toContain(end.status)
  }
})

describe('against whom an end speaks', () => {
  const rows: readonly (readonly [string, AttemptEnd, Blame])[] = [
    ['429: the account', answered(429), 'account'],
    ['500: the provider', answered(500), 'provider'],
    ['503: the provider', answered(503), 'provider'],
    ['529: the provider', answered(529), 'provider'],
    ['no connection: the provider', noAnswer('refused'), 'provider'],
    ['a broken one: the provider', noAnswer('broken'), 'provider'],
    ['silence: the provider', noAnswer('silent'), 'provider'],
    ['200: nobody', answered(200), 'nobody'],
    ['400: nobody', answered(400), 'nobody'],
    ['401: nobody', answered(401), 'nobody'],
    ['404: nobody', answered(404), 'nobody'],
    ['501: nobody, there is no such API', answered(501), 'nobody'],
    ['408 says nothing', answered(408), 'untold'],
    ['a connection that this machine could not open says nothing', noAnswer('unable'), 'untold'],
    ['a client that left says nothing', { kind: 'ended' }, 'untold'],
  ]
  test.each([...rows])('%s', (_, end, blame) => {
    expect(blameOf(end)).toBe(blame)
  })
})

describe('faults of fetch', () => {
  const faultOf = (code: string) => Object.assign(new TypeError('a fault'), { code })
  test.each([
    ['ECONNREFUSED', 'refused'],
    ['ConnectionRefused', 'refused'],
    ['ENOTFOUND', 'refused'],
    ['EHOSTUNREACH', 'refused'],
    ['FailedToOpenSocket', 'refused'],
    ['EAI_AGAIN', 'refused'],
    ['EMFILE', 'unable'],
    ['ENFILE', 'unable'],
    ['ENOBUFS', 'unable'],
    ['EADDRNOTAVAIL', 'unable'],
    ['CERT_HAS_EXPIRED', 'untrusted'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'untrusted'],
    ['EPROTO', 'untrusted'],
    ['ECONNRESET', 'broken'],
    ['ETIMEDOUT', 'broken'],
    ['what nobody has seen before', 'broken'],
  ] as const)('%s: %s', (code, fault) => {
    expect(noAnswerOf(faultOf(code))).toBe(fault)
  })

  test.each(['EAI_AGAIN', 'ENOTFOUND', 'ETIMEOUT', 'ENOTIMP', 'ESERVFAIL', 'EBADRESP', 'ENOMEM', 'ESERVICE'])(
    '%s of a look-up: refused',
    (code) => {
      expect(noAnswerOf(Object.assign(faultOf(code), { syscall: 'getaddrinfo' }))).toBe('refused')
    },
  )

  test('what a real one is called: a name that can not be looked up', async () => {
    // Longer than a name's part may be, so that no server is asked.
    const host = `${'a'.repeat(70)}.invalid`
    const fault = await fetch(`http://${host}/`, { method: 'POST', body: '{}' }).catch((thrown) => thrown)
    expect([fault.syscall, noAnswerOf(fault)]).toEqual(['getaddrinfo', 'refused'])
  })

  test('what a real one is called: no file is left for the connection', async () => {
    const script = `
      const { openSync, writeSync } = require('node:fs')
      const answer = 'HTTP/1.1 200 OK\\r\\nconnection: close\\r\\ncontent-length: 0\\r\\n\\r\\n'
      const listener = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data: (socket) => socket.end(answer) } })
      // What fetch opens for itself is open from now on.
      await (await fetch('http://127.0.0.1:' + listener.port)).text()
      try { for (;;) openSync('/dev/null', 'r') } catch {}
      const fault = await fetch('http://127.0.0.1:' + listener.port).catch((thrown) => thrown)
      writeSync(1, fault.code)
      process.exit()`
    const child = Bun.spawn(['sh', '-c', 'ulimit -n 64; exec "$0" -e "$1"', process.execPath, script], {
      stderr: 'ignore',
    })
    expect(noAnswerOf(faultOf(await new Response(child.stdout).text()))).toBe('unable')
  })

  test('what a real one is called: nobody listens there', async () => {
    const listener = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data: () => undefined } })
    const { port } = listener
    listener.stop(true)
    const fault = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: '{}' }).catch((thrown) => thrown)
    expect(noAnswerOf(fault)).toBe('refused')
  })

  test.each(['reset', 'end'] as const)(
    'what a real one is called: a %s after the request, which is sent only once',
    async (how) => {
      let requests = 0
      using listener = Bun.listen({
        hostname: '127.0.0.1',
        port: 0,
        socket: {
          data(socket) {
            requests++
            // The first one's connection is kept, so that the second goes over a used one.
            if (requests === 1) socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok')
            else if (how === 'reset') socket.terminate()
            else socket.end()
          },
        },
      })
      const post = () => fetch(`http://127.0.0.1:${listener.port}/`, { method: 'POST', body: '{}' })
      expect(await (await post()).text()).toBe('ok')
      expect(noAnswerOf(await post().catch((thrown) => thrown))).toBe('broken')
      expect(requests).toBe(2)
    },
  )
})

describe('when limits are free again', () => {
  test.each([
    ['2026-11-22T10:00:30Z', 30_000],
    ['Sun, 22 Nov 2026 10:01:00 GMT', 60_000],
    ['1s', 1000],
    ['20ms', 20],
    ['6m0s', 360_000],
    ['2m59.56s', 179_560],
    ['4h17m', 15_420_000],
    ['33011.382867', 33_011_383],
    ['30', 30_000],
    [String(ten / 1000 + 90), 90_000],
    [String(ten + 90_000), 90_000],
    ['2026-11-22T09:00:00Z', 0],
    ['2026-12-01T00:00:00Z', 691_200_000],
    ['2027-11-22T10:00:00Z', 691_200_000],
    ['1000000', 691_200_000],
    ['soon', null],
    ['', null],
    ['-5', null],
    ['5x', null],
  ] as const)('%s', (text, ms) => {
    expect(readReset(text, ten)).toBe(ms)
  })

  test.each([
    [{ 'retry-after': '7999' }, 7_999_000],
    [{ 'retry-after': ' 5 ' }, 5000],
    [{ 'retry-after': '0.5' }, 500],
    [{ 'retry-after-ms': '12.5' }, 13],
    [{ 'retry-after': '-5' }, null],
    [{ 'retry-after': '9999999999' }, 691_200_000],
    [{ 'retry-after-ms': 'x', 'retry-after': '3' }, 3000],
    [{}, null],
  ] as const)('retry-after: %o', (headers, ms) => {
    expect(readRetryAfter(new Headers(headers), ten)).toBe(ms)
  })
})
