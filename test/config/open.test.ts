import { describe, expect, test } from 'bun:test'
import { mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Environment } from '../../src/config/environment.ts'
import { ConfigError } from '../../src/config/error.ts'
import { type ConfigChange, openConfig } from '../../src/config/open.ts'
import { freshEnvironment, handTimer, rememberingLog } from './home.ts'

/** Looks twice: once to see the change, once to see that it holds still. */
const settle = 2

function opened(environment: Environment, flags = {}) {
  const timer = handTimer()
  const log = rememberingLog()
  const config = openConfig({ environment, flags, log, timer })
  const changes: ConfigChange[] = []
  config.subscribe((change) => changes.push(change))
  return { config, timer, log, changes, home: environment.paths.home, credentials: environment.paths.credentials }
}

/** As editors save: a new file takes the place of the old one. */
function saveByRename(path: string, text: string): void {
  writeFileSync(`${path}.new`, text)
  renameSync(`${path}.new`, path)
}

test('opening without a config file writes none', () => {
  const { config, home } = opened(freshEnvironment())
  expect(config.current().server.port).toBe(4100)
  expect(readdirSync(home)).toEqual([])
})

test('a config file that cannot be used stops the opening with every reason', () => {
  const environment = freshEnvironment()
  writeFileSync(environment.paths.config, '{"enabled": 1, "server": {"port": "abc"}}')
  const act = () => opened(environment)
  expect(act).toThrow(ConfigError)
  expect(act).toThrow('  enabled: expected true or false, got 1\n  server.port: expected an integer')
})

test('unknown names and keys in the settings are warned about, and stop nothing', () => {
  const environment = freshEnvironment()
  writeFileSync(environment.paths.config, '{"servr": {}, "providers": {"groq": {"apiKey": "gsk_fake_literal"}}}')
  const { log } = opened(environment)
  expect(log.lines).toEqual([
    'warn: servr: unknown; did you mean server?',
    'warn: providers.groq.apiKey holds the key itself; "relayplane config set-key" keeps it in credentials.json.',
  ])
})

describe('while it is open', () => {
  test('looking at files that did not change announces nothing', () => {
    const { config, timer, changes } = opened(freshEnvironment())
    const before = config.current()
    timer.turn(5)
    expect(config.current()).toBe(before)
    expect(changes).toEqual([])
  })

  test('a file that appears, is replaced by rename ten times, and is edited in place is read each time', () => {
    const { config: open, timer, changes, home } = opened(freshEnvironment())
    const file = join(home, 'config.json')
    for (let seconds = 1; seconds <= 10; seconds++) {
      saveByRename(file, JSON.stringify({ timeouts: { idleSeconds: seconds } }))
      timer.turn(settle)
      expect(open.current().timeouts.idleSeconds).toBe(seconds)
    }
    writeFileSync(file, '{"timeouts": {"idleSeconds": 77}}')
    timer.turn(settle)
    expect(open.current().timeouts.idleSeconds).toBe(77)
    expect(Object.isFrozen(open.current().timeouts)).toBe(true)
    expect(changes).toHaveLength(11)
    expect(changes[10]).toMatchObject({ changed: ['timeouts.idleSeconds'], needRestart: [] })
    expect(changes[10]?.config).toBe(open.current())
  })

  test('settings that are read once at the start are named as needing a restart', () => {
    const { timer, changes, log, home } = opened(freshEnvironment())
    saveByRename(join(home, 'config.json'), '{"server": {"port": 5, "maxBodyMb": 2, "apiPort": null, "host": "::1"}}')
    timer.turn(settle)
    expect(changes).toHaveLength(1)
    expect(changes[0]).toMatchObject({
      changed: ['server.apiPort', 'server.host', 'server.maxBodyMb', 'server.port'],
      needRestart: ['server.apiPort', 'server.host', 'server.port'],
    })
    expect(log.lines).toEqual([
      'info: The configuration changed: server.apiPort, server.host, server.maxBodyMb, server.port.',
      'warn: A restart brings into force: server.apiPort, server.host, server.port.',
    ])
  })

  test('a change that a flag or a variable overrules is no change', () => {
    const { timer, changes, home } = opened(freshEnvironment({ RELAYPLANE_HOST: '::1' }), { port: 5000 })
    saveByRename(join(home, 'config.json'), '{"server": {"port": 5, "host": "10.0.0.1"}}')
    timer.turn(settle)
    expect(changes).toEqual([])
  })

  test('a file that is still being written is not read before it holds still', () => {
    const { config, timer, changes, home } = opened(freshEnvironment())
    for (let size = 1; size <= 3; size++) {
      writeFileSync(join(home, 'config.json'), '{"enabled": false}'.slice(0, size * 6))
      timer.turn(1)
    }
    expect(changes).toEqual([])
    timer.turn(1)
    expect(config.current().enabled).toBe(false)
    expect(changes).toHaveLength(1)
  })

  const bad: readonly (readonly [string, string])[] = [
    ['{"enabled": fals', 'line 1, column 13: expected a value'],
    ['{"enabled": 3}', 'enabled: expected true or false, got 3'],
    ['[]', 'the whole file: expected an object, got a list'],
  ]
  for (const [text, reason] of bad) {
    test(`the last good configuration outlives a bad file (${reason}), which stays for its editor`, () => {
      const environment = freshEnvironment()
      const file = environment.paths.config
      writeFileSync(file, '{"retention": {"days": 7}}')
      const { config, timer, changes, log, home } = opened(environment)
      saveByRename(file, text)
      timer.turn(settle)
      expect(config.current().retention.days).toBe(7)
      expect(changes).toEqual([])
      expect(log.lines).toHaveLength(1)
      expect(log.lines[0]).toContain(reason)
      expect(log.lines[0]).toContain('The last good configuration stays in force.')
      expect(readdirSync(home)).toEqual(['config.json'])

      saveByRename(file, '{"retention": {"days": 8}}')
      timer.turn(settle)
      expect(config.current().retention.days).toBe(8)
    })
  }

  test('the last good configuration outlives the file itself', () => {
    const environment = freshEnvironment()
    writeFileSync(environment.paths.config, '{"retention": {"days": 7}}')
    const { config, timer, log } = opened(environment)
    rmSync(environment.paths.config)
    timer.turn(settle)
    expect(config.current().retention.days).toBe(7)
    expect(log.lines).toEqual([
      `error: ${environment.paths.config} cannot be used:\n  it is gone\nThe last good configuration stays in force.`,
    ])
  })

  test('a config path elsewhere that is a link is followed, also when the link is switched over', () => {
    const elsewhere = freshEnvironment().paths.home
    for (const version of ['one', 'two']) {
      mkdirSync(join(elsewhere, version))
      writeFileSync(join(elsewhere, version, 'rp.json'), `{"server": {"allowedHosts": ["${version}"]}}`)
    }
    symlinkSync(join(elsewhere, 'one'), join(elsewhere, 'data'))
    symlinkSync(join(elsewhere, 'data', 'rp.json'), join(elsewhere, 'link.json'))
    const { config, timer } = opened(freshEnvironment({ RELAYPLANE_CONFIG_PATH: join(elsewhere, 'link.json') }))
    expect(config.current().server.allowedHosts).toEqual(['one'])
    symlinkSync(join(elsewhere, 'two'), join(elsewhere, 'data.next'))
    renameSync(join(elsewhere, 'data.next'), join(elsewhere, 'data'))
    timer.turn(settle)
    expect(config.current().server.allowedHosts).toEqual(['two'])
  })

  test('a new key is taken over and named by its provider alone', () => {
    const { config, timer, changes, credentials, log } = opened(freshEnvironment())
    writeFileSync(credentials, '{"providers": {"groq": {"apiKey": "gsk_fake_000000"}}}', { mode: 0o600 })
    timer.turn(settle)
    expect(config.credentials()['groq']).toBe('gsk_fake_000000')
    expect(changes[0]).toMatchObject({ changed: ['credentials.groq'], needRestart: [] })
    expect(log.lines.join()).not.toContain('gsk_fake')
  })

  for (const [what, text] of [
    ['half a file', '{"providers": {"groq": {"apiKey": "gsk_fa'],
    ['an empty file', ''],
    ['a key of the wrong kind', '{"providers": {"groq": "gsk_fake_000000"}}'],
  ] as const) {
    test(`the last good keys outlive a credentials.json that can not be used: ${what}`, () => {
      const environment = freshEnvironment()
      const { credentials: path, config: settings } = environment.paths
      writeFileSync(path, '{"providers": {"groq": {"apiKey": "gsk_fake_000000"}}}', { mode: 0o600 })
      const { config, timer, changes, log } = opened(environment)
      writeFileSync(path, text)
      writeFileSync(settings, '{"retention": {"days": 7}}')
      timer.turn(settle)
      expect(config.credentials()['groq']).toBe('gsk_fake_000000')
      expect(config.current().retention.days).toBe(7)
      expect(changes.map(({ changed }) => changed)).toEqual([['retention.days']])
      expect(log.lines[0]).toStartWith(`error: ${path} cannot be used, so the keys that it held stay in force: `)

      writeFileSync(path, '{"providers": {"groq": {"apiKey": "gsk_fake_111111"}}}')
      timer.turn(settle)
      expect(config.credentials()['groq']).toBe('gsk_fake_111111')
    })
  }

  test('the last good keys outlive a credentials.json that can not be read', () => {
    const environment = freshEnvironment()
    const { credentials: path } = environment.paths
    writeFileSync(path, '{"providers": {"groq": {"apiKey": "gsk_fake_000000"}}}', { mode: 0o600 })
    const { config, timer } = opened(environment)
    rmSync(path)
    mkdirSync(path)
    timer.turn(settle)
    expect(config.credentials()['groq']).toBe('gsk_fake_000000')
  })

  test('of a credentials.json that is taken away no key is used any more', () => {
    const environment = freshEnvironment()
    const { credentials: path } = environment.paths
    writeFileSync(path, '{"providers": {"groq": {"apiKey": "gsk_fake_000000"}}}', { mode: 0o600 })
    const { config, timer, changes } = opened(environment)
    rmSync(path)
    timer.turn(settle)
    expect(config.credentials()).toEqual({})
    expect(changes[0]?.changed).toEqual(['credentials.groq'])
  })

  test('a subscriber that throws keeps the news from no other', () => {
    const { config, timer, changes, home, log } = opened(freshEnvironment())
    const failing = config.subscribe(() => {
      throw new Error('no')
    })
    const late: ConfigChange[] = []
    config.subscribe((change) => late.push(change))
    saveByRename(join(home, 'config.json'), '{"enabled": false}')
    timer.turn(settle)
    expect([changes.length, late.length]).toEqual([1, 1])
    expect(log.lines.at(-1)).toBe(
      'error: A part of RelayPlane could not take over the changed configuration: Error: no',
    )
    failing()
  })

  test('after an end of the subscription, and after closing, nothing is announced', () => {
    const { config, timer, changes, home } = opened(freshEnvironment())
    const heard: ConfigChange[] = []
    config.subscribe((change) => heard.push(change))()
    saveByRename(join(home, 'config.json'), '{"enabled": false}')
    timer.turn(settle)
    expect([heard.length, changes.length]).toEqual([0, 1])
    config.close()
    saveByRename(join(home, 'config.json'), '{"enabled": true}')
    timer.turn(settle)
    expect(changes).toHaveLength(1)
  })
})

test('with the real timer a change arrives by itself', async () => {
  const environment = freshEnvironment()
  const config = openConfig({ environment, log: rememberingLog() })
  const arrived = new Promise<ConfigChange>((resolve) => config.subscribe(resolve))
  saveByRename(environment.paths.config, '{"enabled": false}')
  const keepAlive = setInterval(() => {}, 1000) // The watch alone keeps no process alive.
  expect((await arrived).config.enabled).toBe(false)
  clearInterval(keepAlive)
  config.close()
}, 5000)
