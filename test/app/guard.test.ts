/** Who may come in: hosts against DNS rebinding, origins and fetch metadata against other people's web pages. */
import { describe, expect, test } from 'bun:test'
import { judgeVisitor } from '../../src/app/guard.ts'

const judged = (
  headers: Record<string, string>,
  allowed: readonly string[] = ['127.0.0.1'],
  method = 'POST',
  path = '/v1/messages',
) =>
  judgeVisitor(new Request(`http://localhost${path}`, { method, headers }), {
    allowedHosts: allowed,
    host: '127.0.0.1',
  })
const isLetIn = (...asked: Parameters<typeof judged>): boolean => judged(...asked) === null

describe('the Host', () => {
  test.each(['localhost', 'localhost:4100', 'LOCALHOST:4100', '127.0.0.1:4100', '[::1]:4100', '[::1]'])(
    '%s is ours',
    (host) => expect(isLetIn({ host })).toBe(true),
  )

  test.each([
    'evil.example',
    'evil.example:4100',
    'localhost.evil.example',
    '127.0.0.1.evil.example:4100',
    'localhost@evil.example',
    '127.0.0.2',
    '192.168.0.7:4100',
    '0.0.0.0:4100',
    'localhost:4100:4100',
    '',
  ])('%p is not', (host) => {
    expect(judged({ host })).toMatchObject({ code: 'forbidden', status: 403 })
  })

  test('may be one that the settings name, in any case', () => {
    expect(isLetIn({ host: 'box.lan:4100' }, ['Box.LAN'])).toBe(true)
    expect(isLetIn({ host: 'BOX.lan' }, ['box.lan'])).toBe(true)
    expect(isLetIn({ host: 'other.lan' }, ['box.lan'])).toBe(false)
  })

  test('may be the address that is listened on, in brackets or not', () => {
    expect(isLetIn({ host: '192.168.0.7:4100' }, ['192.168.0.7'])).toBe(true)
    expect(isLetIn({ host: '[fd00::7]:4100' }, ['fd00::7'])).toBe(true)
    expect(isLetIn({ host: '[fd00::7]:4100' }, ['[fd00::7]'])).toBe(true)
  })

  test('may be any address, but no name, where all addresses are listened on', () => {
    for (const everywhere of ['0.0.0.0', '::', '[::]']) {
      expect(isLetIn({ host: '192.168.0.7:4100' }, [everywhere])).toBe(true)
      expect(isLetIn({ host: '[fd00::7]:4100' }, [everywhere])).toBe(true)
      expect(isLetIn({ host: 'evil.example:4100' }, [everywhere])).toBe(false)
    }
  })

  test('is named in the refusal without what could harm a terminal', () => {
    expect(judged({ host: 'evil\u00a0.example' })?.message).toStartWith(
      'The Host "evil?.example" is not accepted here.',
    )
  })
})

describe('a web page', () => {
  const host = 'localhost:4100'

  test('of ours may ask', () => {
    expect(isLetIn({ host, origin: 'http://localhost:4100', 'sec-fetch-site': 'same-origin' })).toBe(true)
  })

  test.each([
    'https://evil.example',
    'http://localhost:3000',
    'http://127.0.0.1:4100',
    'null',
    'https://localhost',
    'chrome-extension://abc',
    'http://localhost:4100.evil.example',
  ])('of %s may not', (origin) => {
    expect(judged({ host, origin })).toMatchObject({ code: 'forbidden', status: 403 })
  })

  test.each(['cross-site', 'same-site'])('that the browser calls %s may not, whatever the method', (site) => {
    for (const method of ['GET', 'POST']) expect(isLetIn({ host, 'sec-fetch-site': site }, [], method)).toBe(false)
    expect(isLetIn({ host, 'sec-fetch-site': site, 'sec-fetch-mode': 'navigate' }, [], 'POST')).toBe(false)
  })

  const link = { host, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }

  test.each(['/', '/dashboard', '/dashboard/requests?run=1', '/login?code=x'])('may link to %s', (path) => {
    expect(isLetIn(link, [], 'GET', path)).toBe(true)
    // A frame is a page within that page.
    expect(isLetIn({ ...link, 'sec-fetch-dest': 'iframe' }, [], 'GET', path)).toBe(false)
  })

  test.each(['/v1/files/file-1/content', '/v1/models', '/openai/v1/models', '/dashboards', '/v1/telemetry/runs'])(
    'may not have %s asked by a link',
    (path) => {
      expect(isLetIn(link, [], 'GET', path)).toBe(false)
    },
  )
})

test('a program that is no web page may ask, with or without an origin of its own', () => {
  const host = '127.0.0.1:4100'
  expect(isLetIn({ host })).toBe(true)
  expect(isLetIn({ host, 'sec-fetch-site': 'none' })).toBe(true)
  for (const origin of ['vscode-webview://1a2b', 'app://obsidian.md', 'tauri://localhost']) {
    expect(isLetIn({ host, origin })).toBe(true)
  }
})
