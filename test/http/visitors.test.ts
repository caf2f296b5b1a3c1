/** Who may ask at all: no strange Host, no page of another origin, no CORS, on both ports. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { keyVariables, startEveryone, type Everyone } from '../support/everyone.ts'
import { json } from '../support/provider.ts'
import { rawRequest } from '../support/raw-client.ts'
import { anthropicReply } from '../support/replies.ts'

let all: Everyone
beforeAll(async () => {
  all = await startEveryone(() => json(anthropicReply), {
    variables: keyVariables,
    config: { server: { allowedHosts: ['Box.lan', 'llm'] } },
  })
})
afterAll(() => all.stop())

type Header = readonly [name: string, value: string]

const ports = () => [all.relay.port, Number(new URL(all.relay.apiUrl).port)]
const body = '{"model":"claude-sonnet-4-5","messages":[]}'

const ask = (port: number, headers: readonly Header[], over: { method?: string; target?: string } = {}) =>
  rawRequest(port, {
    target: '/v1/messages',
    headers: [['content-type', 'application/json'], ...headers],
    ...(over.method === 'GET' || over.method === 'OPTIONS' ? {} : { body }),
    ...over,
  })

async function expectShut(headers: readonly Header[], over: { method?: string; target?: string } = {}): Promise<void> {
  const before = all.seen.length
  for (const port of ports()) {
    const response = await ask(port, headers, over)
    expect([headers, response.status]).toEqual([headers, 403])
    expect(JSON.parse(response.text)).toMatchObject({ error: { type: 'forbidden', message: expect.any(String) } })
  }
  expect(all.seen).toHaveLength(before)
}

async function expectOpen(headers: (port: number) => readonly Header[]): Promise<void> {
  for (const port of ports()) {
    const response = await ask(port, headers(port))
    expect([headers(port), response.status, response.text]).toEqual([
      headers(port),
      200,
      JSON.stringify(anthropicReply),
    ])
  }
}

describe('the Host', () => {
  test('of a page that had its name point here is shut out', async () => {
    for (const host of ['rebound.example', 'rebound.example:4100', '127.0.0.1.rebound.example', '10.0.0.7']) {
      await expectShut([['host', host]])
      await expectShut([['host', host]], { method: 'GET', target: '/v1/models' })
    }
  })

  test('is one of loopback’s, or of the settings’ in any case', async () => {
    for (const host of ['localhost', '127.0.0.1', '[::1]', 'LOCALHOST', 'box.LAN', 'llm']) {
      await expectOpen((port) => [['host', `${host}:${port}`]])
      await expectOpen(() => [['host', host]])
    }
  })
})

describe('a web page', () => {
  test('of another origin is shut out', async () => {
    for (const origin of ['https://evil.example', 'http://localhost:3000', 'null']) {
      await expectShut([['origin', origin]])
      await expectShut([['origin', origin]], { method: 'GET', target: '/v1/models' })
    }
  })

  test('of another site is shut out by what its browser says, without an Origin too', async () => {
    for (const site of ['cross-site', 'same-site']) {
      await expectShut([['sec-fetch-site', site]])
      await expectShut([
        ['sec-fetch-site', site],
        ['sec-fetch-mode', 'no-cors'],
      ])
    }
  })

  test('can’t sneak a POST in as plain text or as a form', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
      const before = all.seen.length
      const response = await rawRequest(all.relay.port, {
        target: '/v1/messages',
        headers: [
          ['content-type', type],
          ['origin', 'https://evil.example'],
          ['sec-fetch-mode', 'no-cors'],
        ],
        body,
      })
      expect([type, response.status]).toEqual([type, 403])
      expect(all.seen).toHaveLength(before)
    }
  })

  test('gets no answer to a preflight', async () => {
    await expectShut(
      [
        ['origin', 'https://evil.example'],
        ['access-control-request-method', 'POST'],
        ['access-control-request-headers', 'x-api-key'],
      ],
      { method: 'OPTIONS' },
    )
  })

  test('of ours may ask', () =>
    expectOpen((port) => [
      ['host', `localhost:${port}`],
      ['origin', `http://localhost:${port}`],
      ['sec-fetch-site', 'same-origin'],
    ]))
})

test('a program may ask, with an origin of its own too', async () => {
  await expectOpen(() => [])
  await expectOpen(() => [['origin', 'vscode-webview://0a1b2c']])
  await expectOpen(() => [['sec-fetch-site', 'none']])
})

test('no answer of ours allows another origin', async () => {
  const origins: readonly Header[] = [['origin', 'https://evil.example']]
  for (const port of ports()) {
    const answers = await Promise.all([
      ask(port, []),
      ask(port, [], { target: '/v1/estimate' }),
      ask(port, [], { method: 'GET', target: '/v1/models' }),
      ask(port, [], { method: 'OPTIONS' }),
      ask(port, [], { target: '/nothing' }),
      ask(port, origins),
      ask(port, origins, { method: 'OPTIONS' }),
      ask(port, [], { method: 'HEAD', target: '/' }),
    ])
    for (const { headers } of answers) {
      expect(headers.filter(([name]) => name.startsWith('access-control-'))).toEqual([])
    }
  }
})

test.each(['/', '/api/hello'])(
  'HEAD %s answers the probe of Claude Code, on both ports and without a row',
  async (target) => {
    const rows = () => all.relay.rows('SELECT 1 FROM requests').length
    const before = rows()
    for (const port of ports()) {
      const response = await ask(port, [], { method: 'HEAD', target })
      expect([response.status, response.text]).toEqual([200, ''])
    }
    expect(rows()).toBe(before)
  },
)
