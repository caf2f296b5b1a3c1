import { describe, expect, test } from 'bun:test'
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readAdminToken } from '../../src/control/admin-token.ts'
import { adminToken, openTestControl, type TestControl } from '../support/control.ts'
import { tempFolder } from '../support/folder.ts'

const bearer = { authorization: `Bearer ${adminToken}` }
const origin = 'http://localhost:4100'

async function makeLink({ post }: TestControl): Promise<string> {
  const answer = await post('/login/link', {}, bearer)
  const { url } = (await answer.json()) as { url: string }
  return url.slice(origin.length)
}

async function logIn(control: TestControl): Promise<string> {
  const answer = await control.get(await makeLink(control))
  return answer.headers.get('set-cookie')?.split(';')[0] ?? ''
}

describe('the token file', () => {
  test('is made once, long and for its owner only', () => {
    const folder = tempFolder()
    const path = join(folder, 'admin-token')
    const token = readAdminToken(path)
    expect(token).toMatch(/^[\w-]{43}$/)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readAdminToken(path)).toBe(token)
    expect(readFileSync(path, 'utf8')).toBe(`${token}\n`)
    expect(readdirSync(folder)).toEqual(['admin-token'])
    expect(readAdminToken(join(tempFolder(), 'admin-token'))).not.toBe(token)
  })

  test('that others can read is closed to them', () => {
    const path = join(tempFolder(), 'admin-token')
    writeFileSync(path, 'given\n')
    chmodSync(path, 0o644)
    expect(readAdminToken(path)).toBe('given')
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  test('that a crash left empty is made anew', () => {
    const path = join(tempFolder(), 'admin-token')
    writeFileSync(path, '')
    expect(readAdminToken(path)).toMatch(/^[\w-]{43}$/)
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })
})

describe('the one-time link', () => {
  test('lets the browser know that it may make changes, until its twelve hours are over', async () => {
    const control = openTestControl()
    const canWrite = async (headers: Record<string, string>) =>
      (await control.get('/login/session', headers)).json() as Promise<unknown>
    expect(await canWrite({})).toEqual({ canWrite: false })
    expect(await canWrite({ cookie: 'relayplane_session=nonsense' })).toEqual({ canWrite: false })
    const cookie = await logIn(control)
    expect(await canWrite({ cookie })).toEqual({ canWrite: true })
    control.pass(12 * 3_600_000)
    expect(await canWrite({ cookie })).toEqual({ canWrite: false })
  })

  test('logs a browser in and leads to the dashboard', async () => {
    const control = openTestControl()
    const answer = await control.get(await makeLink(control))
    expect([answer.status, answer.headers.get('location'), answer.headers.get('cache-control')]).toEqual([
      302,
      '/dashboard/',
      'no-store',
    ])
    expect(answer.headers.get('set-cookie')).toMatch(
      /^relayplane_session=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/; Max-Age=43200$/,
    )
  })

  test('works once', async () => {
    const control = openTestControl()
    const path = await makeLink(control)
    await control.get(path)
    const again = await control.get(path)
    expect([again.status, again.headers.get('set-cookie')]).toEqual([401, null])
  })

  test('works for a minute', async () => {
    const control = openTestControl()
    const path = await makeLink(control)
    control.pass(60_001)
    expect((await control.get(path)).status).toBe(401)
  })

  test('is made for nobody without the token', async () => {
    const { post } = openTestControl()
    expect((await post('/login/link', {})).status).toBe(401)
    expect((await post('/login/link', {}, { authorization: 'Bearer nonsense' })).status).toBe(401)
  })

  test('is made for a script that sends no body', async () => {
    const { app } = openTestControl()
    const answer = await app.handle(new Request(`${origin}/login/link`, { method: 'POST', headers: bearer }))
    expect(answer.status).toBe(200)
  })

  test('an invented code is refused', async () => {
    const { get } = openTestControl()
    for (const path of ['/login', '/login?code=', '/login?code=nonsense']) expect((await get(path)).status).toBe(401)
  })
})

describe('a browser’s session', () => {
  test('may write from our own page', async () => {
    const control = openTestControl()
    const cookie = await logIn(control)
    expect((await control.post('/v1/telemetry/reprice', {}, { cookie, origin })).status).toBe(200)
    expect((await control.post('/v1/telemetry/reprice', {}, { cookie: `theme=dark; ${cookie}`, origin })).status).toBe(
      200,
    )
  })

  const forged: [string, Record<string, string>, number][] = [
    ['another site', { origin: 'https://evil.test' }, 403],
    ['another port', { origin: 'http://localhost:9999' }, 403],
    ['no page at all', {}, 403],
    ['a page without origin', { origin: 'null' }, 403],
    ['our page as text', { origin, 'content-type': 'text/plain' }, 415],
    ['our page as a form', { origin, 'content-type': 'multipart/form-data; boundary=x' }, 415],
  ]
  test.each(forged)('may not write from %s', async (_, headers, status) => {
    const control = openTestControl()
    const cookie = await logIn(control)
    expect((await control.post('/v1/telemetry/reprice', {}, { cookie, ...headers })).status).toBe(status)
  })

  test('ends after twelve hours', async () => {
    const control = openTestControl()
    const cookie = await logIn(control)
    control.pass(12 * 3_600_000 + 1)
    expect((await control.post('/v1/telemetry/reprice', {}, { cookie, origin })).status).toBe(401)
  })

  test('that is invented may not write', async () => {
    const { post } = openTestControl()
    expect((await post('/v1/telemetry/reprice', {}, { cookie: 'relayplane_session=nonsense', origin })).status).toBe(
      401,
    )
  })
})

test('after ten wrong tokens in a minute the next are turned away for a minute, and nobody who has the right one or a session', async () => {
  const control = openTestControl()
  const cookie = await logIn(control)
  for (let left = 10; left > 0; left--) {
    expect((await control.post('/login/link', {}, { authorization: 'Bearer nonsense' })).status).toBe(401)
  }
  const closed = await control.post('/login/link', {}, { authorization: 'Bearer nonsense' })
  expect([closed.status, closed.headers.get('retry-after')]).toEqual([429, '60'])
  expect((await control.post('/login/link', {}, bearer)).status).toBe(200)
  expect((await control.post('/v1/telemetry/reprice', {}, { cookie, origin })).status).toBe(200)
  control.pass(60_001)
  expect((await control.post('/login/link', {}, { authorization: 'Bearer nonsense' })).status).toBe(401)
})

test('links that are not known, which any page can have opened, lock nothing', async () => {
  const control = openTestControl()
  for (let left = 20; left > 0; left--) expect((await control.get('/login?code=nonsense')).status).toBe(401)
  expect((await control.post('/login/link', {}, bearer)).status).toBe(200)
})

test('a request without any token does not count as a failed login', async () => {
  const control = openTestControl()
  for (let left = 20; left > 0; left--) expect((await control.post('/login/link', {})).status).toBe(401)
  expect((await control.post('/login/link', {}, bearer)).status).toBe(200)
})

test('no refusal repeats what was sent as a secret', async () => {
  const { post, get } = openTestControl()
  const answers = [
    await post('/login/link', {}, { authorization: 'Bearer sk-secret-1234567890' }),
    await get('/login?code=sk-secret-1234567890'),
  ]
  for (const answer of answers) expect(await answer.text()).not.toContain('secret-1234567890')
})
