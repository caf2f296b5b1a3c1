import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { tempFolder } from '../support/folder.ts'
import { scriptedProvider } from '../support/provider.ts'
import { environmentOf, program, run, type Surroundings } from './program.ts'

// Each test waits for processes, which a busy machine starts slowly.
setDefaultTimeout(30_000)

const reply = {
  id: 'msg_fake',
  type: 'message',
  role: 'assistant',
  model: 'claude-sonnet-4-5-20250929',
  content: [{ type: 'text', text: 'Hello.' }],
  stop_reason: 'end_turn',
  usage: { input_tokens: 1000, output_tokens: 100 },
}

/** Ports that were free a moment ago. */
function freePorts(): readonly [number, number] {
  const servers = [0, 0].map((port) => Bun.serve({ port, hostname: '127.0.0.1', fetch: () => new Response() }))
  const [one = 0, other = 0] = servers.map(({ port }) => port ?? 0)
  for (const server of servers) void server.stop(true)
  return [one, other]
}

/** What a process wrote so far, and a promise of the moment when it has written something. */
function reading(stream: ReadableStream<Uint8Array>) {
  let text = ''
  let look = () => {}
  const whole = (async () => {
    const decoder = new TextDecoder()
    for await (const chunk of stream) {
      text += decoder.decode(chunk, { stream: true })
      look()
    }
  })()
  const seen = (wanted: string) =>
    new Promise<string>((resolve, reject) => {
      look = () => text.includes(wanted) && resolve(text)
      look()
      void whole.then(() => reject(new Error(`It ended without writing ${wanted}, but: ${text}`)))
    })
  return { seen, whole, text: () => text }
}

function launch(words: readonly string[], surroundings: Surroundings) {
  const child = Bun.spawn([...program, ...words], {
    env: environmentOf(surroundings),
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  })
  return { child, out: reading(child.stdout), err: reading(child.stderr) }
}

/** A request that the provider answers when it is told to, and says when it has come. */
const held = Promise.withResolvers<void>()
const arrived = Promise.withResolvers<void>()

const provider = scriptedProvider(async ({ text }) => {
  if (text.includes('slowly')) {
    arrived.resolve()
    await held.promise
  }
  return Response.json(reply)
})

const [port, apiPort] = freePorts()
const home = tempFolder()
const surroundings = {
  home,
  variables: {
    RELAYPLANE_ANTHROPIC_BASE_URL: provider.url,
    ANTHROPIC_API_KEY: 'sk-ant-fake-000000000000',
    RELAYPLANE_PORT: String(port),
    RELAYPLANE_API_PORT: String(apiPort),
    // Commands talk to their own machine without it.
    HTTP_PROXY: 'http://127.0.0.1:9',
    NO_PROXY: '127.0.0.1',
  },
}
const commands = { home, variables: { ...surroundings.variables, NO_PROXY: '' } }

const ask = (content: string) =>
  fetch(`http://127.0.0.1:${apiPort}/v1/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'anthropic-version': '2023-06-01' },
    body: JSON.stringify({ model: 'claude-sonnet-4-5', max_tokens: 100, messages: [{ role: 'user', content }] }),
  })

let server: ReturnType<typeof launch>

beforeAll(async () => {
  server = launch(['start'], surroundings)
  await server.out.seen('Anthropic SDKs')
  expect((await ask('Hi')).status).toBe(200)
})

afterAll(async () => {
  server.child.kill('SIGKILL')
  await server.child.exited
  await provider.stop()
})

describe('start', () => {
  test('says where everything is and how each client is pointed there, and warns of nothing', () => {
    const out = server.out.text()
    expect(out).toContain(`Dashboard    http://localhost:${port}/dashboard/\n`)
    expect(out).toContain(`LLM API      http://localhost:${apiPort}\n`)
    for (const line of [
      `Claude Code     ANTHROPIC_BASE_URL=http://localhost:${apiPort} claude`,
      `Codex           codex -c openai_base_url=http://localhost:${apiPort}/v1`,
      `Gemini CLI      GOOGLE_GEMINI_BASE_URL=http://localhost:${apiPort} gemini`,
      `Aider           aider --openai-api-base http://localhost:${apiPort}/v1`,
      `OpenAI SDKs     export OPENAI_BASE_URL=http://localhost:${apiPort}/v1`,
    ]) {
      expect(out).toContain(`    ${line}\n`)
    }
    expect(server.err.text()).toBe('Starting RelayPlane …\n')
  })

  test('writes no config', () => {
    expect(readdirSync(home)).not.toContain('config.json')
  })

  test('on a port that is taken ends with 1, naming the port and the flag', async () => {
    const { code, out, err } = await run(['start'], { ...surroundings, home: tempFolder() })
    expect([code, out]).toEqual([1, ''])
    expect(err).toStartWith(`Starting RelayPlane …\nerror: Port ${port} is in use by`)
    expect(err).toEndWith('choose another port with --port.\n')
  })

  test('with settings that cannot be used ends with 1 and the list of reasons', async () => {
    const broken = tempFolder()
    writeFileSync(join(broken, 'config.json'), '{"enabled": 1, "server": {"host": 2}}')
    const { code, err } = await run(['start'], { home: broken })
    expect(code).toBe(1)
    expect(err).toBe(
      'Starting RelayPlane …\n' +
        `error: The configuration (${join(broken, 'config.json')}) cannot be used:\n` +
        '  enabled: expected true or false, got 1\n' +
        '  server.host: expected an address or host name, got 2\n',
    )
  })

  test('--json prints the addresses as one line, and without a key of any provider warns that callers need theirs', async () => {
    const [one, other] = freePorts()
    const second = launch(['--port', String(one), '--api-port', String(other), '--json'], { home: tempFolder() })
    const { addresses, warnings } = JSON.parse(await second.out.seen('\n'))
    expect(addresses.full[0]).toBe(`http://127.0.0.1:${one}`)
    expect(addresses.api[0]).toBe(`http://127.0.0.1:${other}`)
    expect(warnings).toEqual([
      'No provider key is configured, so each client must bring its own. "relayplane config set-key" stores one.',
    ])
    second.child.kill('SIGINT')
    expect(await second.child.exited).toBe(0)
  })
})

describe('commands ask the running server', () => {
  test('status says where it is and what the day cost', async () => {
    const { code, out } = await run(['status'], commands)
    expect(code).toBe(0)
    expect(out).toContain(`is running (process ${server.child.pid}), ok.`)
    expect(out).toContain(`Address     http://127.0.0.1:${port}\n`)
    // 1,000 x $3 and 100 x $15 per million.
    expect(out).toContain('Last 24 h   $0.0045 for 1 request\n')
    const { isRunning, lastDay } = JSON.parse((await run(['status', '--json'], commands)).out)
    expect([isRunning, lastDay.costNanoUsd]).toEqual([true, 4_500_000])
  })

  test('stats, logs and explain show the request', async () => {
    const { out: stats } = await run(['stats'], commands)
    expect(stats).toContain('Cost         $0.0045\n')
    const { out: logs } = await run(['logs', '--json', '--limit', '1'], commands)
    const { id } = JSON.parse(logs)
    const { out: explained } = await run(['explain', id], commands)
    expect(explained).toContain('input: 1,000 x $3 per million = $0.003\n')
    expect(explained).toContain('output: 100 x $15 per million = $0.0015\n')
    expect(explained).toContain('$0.0045 (priced)\n')
  })

  test('what the server refuses is a wrong call or a failure, in its own words', async () => {
    expect(await run(['stats', '--window', '7x'], commands)).toMatchObject({
      code: 2,
      err: expect.stringContaining('window is "7x"; it can be like 90m, 24h, 7d or 2w, or all.'),
    })
    expect(await run(['explain', 'ffffffff'], commands)).toMatchObject({
      code: 1,
      err: 'error: There is no request ffffffff.\n',
    })
  })

  test('logs --follow goes on with requests as they end', async () => {
    const following = launch(['logs', '--follow', '--json', '--limit', '1'], commands)
    const first = (await following.out.seen('\n')).trim()
    await ask('Once more')
    const both = await following.out.seen(`${first}\n{`).then(() => following.out.seen('}\n'))
    following.child.kill()
    const ids = both
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).id)
    expect(new Set(ids).size).toBe(2)
  })

  test('token prints the token, dashboard a link that works', async () => {
    const token = (await run(['token'], commands)).out.trim()
    expect(readFileSync(join(home, 'admin-token'), 'utf8').trim()).toBe(token)
    expect((await run(['token', '--path'], commands)).out).toBe(`${join(home, 'admin-token')}\n`)
    const { code, out } = await run(['dashboard', '--print'], commands)
    expect(code).toBe(0)
    const login = await fetch(out.trim(), { redirect: 'manual' })
    expect([login.status, login.headers.get('location')]).toEqual([302, '/dashboard/'])
    expect(login.headers.get('set-cookie')).toContain('HttpOnly')
  })

  test('prices reapply is done by the server', async () => {
    const { code, out } = await run(['prices', 'reapply', '--dry-run', '--json'], commands)
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ changed: 0, kept: 0 })
  })

  test('config set is taken over at once, or announced for the next start', async () => {
    await run(['config', 'set', 'timeouts.idleSeconds', '120'], commands)
    await server.err.seen('The configuration changed: timeouts.idleSeconds.\n')
    const { err } = await run(['config', 'set', 'server.maxBodyMb', '8'], commands)
    expect(err).toBe('✔ server.maxBodyMb is 8 now.\n')
    const port = await run(['config', 'set', 'log.level', 'warn'], commands)
    expect(port.err).toContain('The running server takes it over when it is restarted.')
  })

  test('a bad edit of the config is reported and changes nothing', async () => {
    writeFileSync(join(home, 'config.json'), '{"timeouts": {"idleSeconds": "long"}}')
    await server.err.seen('timeouts.idleSeconds: expected an integer from 1 to 86400, got "long"')
    await server.err.seen('The last good configuration stays in force.')
    expect((await ask('Still there?')).status).toBe(200)
  })
})

describe('the end', () => {
  test('SIGTERM lets an open request end, then exits with 0 and takes the note away', async () => {
    const open = ask('slowly')
    await arrived.promise
    server.child.kill('SIGTERM')
    await server.err.seen('Stopping: open requests are let to end.')
    held.resolve()
    expect(await (await open).json()).toEqual(reply)
    expect(await server.child.exited).toBe(0)
    expect(existsSync(join(home, 'server.json'))).toBe(false)
    expect(await run(['status'], commands)).toMatchObject({
      code: 1,
      out: 'RelayPlane is not running. "relayplane start" starts it.\n',
    })
    expect(await run(['status', '--json'], commands)).toMatchObject({ code: 1, out: expect.stringContaining('false') })
  })

  test('a second signal ends it at once: what was open is cut off and has its row', async () => {
    const reached = Promise.withResolvers<void>()
    const stuck = scriptedProvider(() => {
      reached.resolve()
      return new Promise<Response>(() => {})
    })
    const [one, other] = freePorts()
    const cutHome = tempFolder()
    const variables = { RELAYPLANE_ANTHROPIC_BASE_URL: stuck.url, ANTHROPIC_API_KEY: 'sk-ant-fake-000000000000' }
    const second = launch(['--port', String(one), '--api-port', String(other)], { home: cutHome, variables })
    await second.out.seen('Anthropic SDKs')
    const lost = fetch(`http://127.0.0.1:${one}/v1/messages`, {
      method: 'POST',
      body: '{"model": "claude-sonnet-4-5", "messages": []}',
    }).catch((fault: unknown) => fault)
    await reached.promise
    second.child.kill('SIGTERM')
    await second.err.seen('Stopping')
    second.child.kill('SIGTERM')
    expect(await second.child.exited).toBe(1)
    expect(await lost).toBeInstanceOf(Error)
    expect((await run(['logs', '--json'], { home: cutHome })).out).toContain('"client_abort"')
    await stuck.stop()
  })
})
