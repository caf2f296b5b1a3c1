import { describe, expect, test } from 'bun:test'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { readEnvironment } from '../../src/config/environment.ts'
import { layerConfig } from '../../src/config/layers.ts'

const home = { RELAYPLANE_HOME: '/nowhere/relayplane' }
const layered = (file: unknown, variables: Record<string, string> = {}, flags = {}) =>
  layerConfig(file, readEnvironment({ ...home, ...variables }), flags).config

test('a flag wins over the environment, the environment over the file, the file over the default', () => {
  const file = { server: { port: 1001, host: '10.0.0.1' } }
  expect(layered({}).server.port).toBe(4100)
  expect(layered(file).server.port).toBe(1001)
  expect(layered(file, { RELAYPLANE_PORT: '1002' }).server.port).toBe(1002)
  expect(layered(file, { RELAYPLANE_PORT: '1002' }, { port: 1003 }).server.port).toBe(1003)
  expect(layered(file, { RELAYPLANE_PORT: '1002' }, { port: 1003 }).server.host).toBe('10.0.0.1')
})

describe('each variable sets its setting', () => {
  test('RELAYPLANE_PORT', () => expect(layered({}, { RELAYPLANE_PORT: ' 5000 ' }).server.port).toBe(5000))
  test('RELAYPLANE_HOST', () => expect(layered({}, { RELAYPLANE_HOST: '0.0.0.0' }).server.host).toBe('0.0.0.0'))
  test('RELAYPLANE_API_PORT', () => expect(layered({}, { RELAYPLANE_API_PORT: '5001' }).server.apiPort).toBe(5001))
  test('RELAYPLANE_API_PORT off', () => expect(layered({}, { RELAYPLANE_API_PORT: 'off' }).server.apiPort).toBeNull())
  test('RELAYPLANE_LOG_LEVEL', () => expect(layered({}, { RELAYPLANE_LOG_LEVEL: 'WARN' }).log.level).toBe('warn'))
  test('RELAYPLANE_ALLOWED_HOSTS', () =>
    expect(layered({}, { RELAYPLANE_ALLOWED_HOSTS: 'a.local, b.local,' }).server.allowedHosts).toEqual([
      'a.local',
      'b.local',
    ]))
})

test('flags set the API port, turn it off, and ask for every line', () => {
  expect(layered({}, {}, { apiPort: 9 }).server.apiPort).toBe(9)
  expect(layered({}, { RELAYPLANE_API_PORT: '9' }, { apiPort: null }).server.apiPort).toBeNull()
  expect(layered({ log: { level: 'error' } }, {}, { verbose: true }).log.level).toBe('debug')
  expect(layered({ log: { level: 'error' } }, {}, { verbose: false }).log.level).toBe('error')
})

test('an empty variable counts as unset', () => {
  expect(layered({}, { RELAYPLANE_PORT: '' }).server.port).toBe(4100)
})

test('the faults of all layers are reported at once, each under the name the user knows it by', () => {
  const act = () =>
    layered(
      { enabled: 1 },
      { RELAYPLANE_PORT: 'abc', RELAYPLANE_API_PORT: '0', RELAYPLANE_LOG_LEVEL: 'all' },
      { port: 0 },
    )
  expect(act).toThrow(
    'The configuration (/nowhere/relayplane/config.json) cannot be used:\n' +
      '  enabled: expected true or false, got 1\n' +
      '  RELAYPLANE_PORT: expected an integer from 1 to 65535, got "abc"\n' +
      '  RELAYPLANE_API_PORT: expected an integer from 1 to 65535 or null, got 0\n' +
      '  RELAYPLANE_LOG_LEVEL: expected "error", "warn", "info" or "debug", got "all"\n' +
      '  --port: expected an integer from 1 to 65535, got 0',
  )
})

test('the configuration in force cannot be changed, at any depth', () => {
  const config = layered({ providers: { groq: { models: ['a'] } } })
  expect(Object.isFrozen(config)).toBe(true)
  expect(Object.isFrozen(config.server.allowedHosts)).toBe(true)
  expect(Object.isFrozen(config.providers['groq']?.models)).toBe(true)
})

describe('where the files are', () => {
  test('in .relayplane of the home directory', () => {
    expect(readEnvironment({ HOME: '/home/ann' }).paths).toEqual({
      home: '/home/ann/.relayplane',
      config: '/home/ann/.relayplane/config.json',
      credentials: '/home/ann/.relayplane/credentials.json',
      database: '/home/ann/.relayplane/relayplane.db',
      server: '/home/ann/.relayplane/server.json',
      adminToken: '/home/ann/.relayplane/admin-token',
    })
    expect(readEnvironment({}).paths.home).toBe(join(homedir(), '.relayplane'))
  })

  test('RELAYPLANE_HOME moves them all, RELAYPLANE_CONFIG_PATH the config alone', () => {
    const { paths } = readEnvironment({ RELAYPLANE_HOME: '/srv/rp', RELAYPLANE_CONFIG_PATH: '/etc/rp.json' })
    expect(paths.config).toBe('/etc/rp.json')
    expect(paths.credentials).toBe('/srv/rp/credentials.json')
  })

  test('a relative place counts from the current directory', () => {
    expect(readEnvironment({ RELAYPLANE_HOME: 'here' }).paths.home).toBe(join(process.cwd(), 'here'))
  })
})

test('the environment is handed out as a frozen copy without inherited names', () => {
  const { variables } = readEnvironment({ GROQ_API_KEY: 'gsk_fake' })
  expect(variables['GROQ_API_KEY']).toBe('gsk_fake')
  expect(variables['toString']).toBeUndefined()
  expect(Object.isFrozen(variables)).toBe(true)
})
