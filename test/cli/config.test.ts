import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { configDoc, configDocPath } from '../../scripts/write-config-doc.ts'
import { otherVariables, settingVariables } from '../../src/config/environment.ts'
import { ConfigSchema } from '../../src/config/schema.ts'
import { parsePath } from '../../src/config/setting-path.ts'
import { schemaAt, settingNames } from '../../src/config/validate.ts'
import { tempFolder } from '../support/folder.ts'
import { run } from './program.ts'

// Each test waits for processes, which a busy machine starts slowly.
setDefaultTimeout(30_000)

const held = (home: string, name = 'config.json') => readFileSync(join(home, name), 'utf8')
const mode = (home: string, name: string) => (statSync(join(home, name)).mode & 0o777).toString(8)

test('docs/config.md is what the schema makes of it, and names every variable', async () => {
  const doc = await Bun.file(configDocPath).text()
  expect(doc === configDoc(), 'run: bun scripts/write-config-doc.ts').toBe(true)
  for (const { name } of [...settingVariables, ...otherVariables]) expect(doc).toContain(`\`${name}\``)
})

test('docs/config.md has a row for every setting, tables and the entries of lists among them', async () => {
  const doc = await Bun.file(configDocPath).text()
  const single = settingNames(ConfigSchema).filter(
    (name) => schemaAt(ConfigSchema, parsePath(name) ?? [])?.['properties'] === undefined,
  )
  const tables = [
    'modelOverrides',
    'fallbacks',
    'routing.aliases',
    'routing.complexity.weights',
    'reliability.maxConcurrent',
    'downgrade.mapping',
    'cache.taskTtlSeconds',
  ]
  expect(tables.filter((name) => !single.includes(name))).toEqual([])
  const entries = ['routing.rules[n].when.agent', 'routing.rules[n].use', 'budget.limits[n].scope']
  for (const name of [...single, ...entries]) expect(doc).toContain(`| \`${name}\` |`)
})

describe('config', () => {
  test('shows every setting with its source, keys masked, and writes nothing', async () => {
    const home = tempFolder()
    writeFileSync(
      join(home, 'config.json'),
      '{"server": {"port": 4200}, "providers": {"groq": {"apiKey": "gsk_fake0000000000wxyz"}}}',
    )
    const { code, out } = await run(['config'], { home, variables: { RELAYPLANE_HOST: '::1' } })
    expect(code).toBe(0)
    expect(out).toMatch(/^server\.port +4200 +config\.json$/m)
    expect(out).toMatch(/^server\.host +::1 +RELAYPLANE_HOST$/m)
    expect(out).toMatch(/^server\.apiPort +4801 +default$/m)
    expect(out).toMatch(/^providers\.groq\.apiKey +gsk_…wxyz +config\.json$/m)
    expect(out).not.toContain('fake')
    expect(readdirSync(home)).toEqual(['config.json'])
  })

  test('--json shows the same as one object', async () => {
    const home = tempFolder()
    writeFileSync(
      join(home, 'credentials.json'),
      '{"providers": {"anthropic": {"apiKey": "sk-ant-fake0000000000wxyz"}}}',
      { mode: 0o600 },
    )
    const { out } = await run(['config', '--json'], { home })
    const shown = JSON.parse(out)
    expect(shown.server.port).toBe(4100)
    expect(shown.credentials).toEqual({ anthropic: 'sk-ant-…wxyz' })
  })

  test('a broken file is a failure with line and column, and stays as it is', async () => {
    const home = tempFolder()
    writeFileSync(join(home, 'config.json'), '{\n  "enabled": true,\n}')
    const { code, err } = await run(['config'], { home })
    expect(code).toBe(1)
    expect(err).toContain('line 3, column 1: expected a property name in double quotes')
    expect(readdirSync(home)).toEqual(['config.json'])
  })
})

describe('config set and unset', () => {
  test('write the file, back up the one before, and are seen by get', async () => {
    const home = tempFolder()
    expect(await run(['config', 'set', 'server.port', '4200'], { home })).toEqual({
      code: 0,
      out: '',
      err: '✔ server.port is 4200 now.\n',
    })
    await run(['config', 'set', 'server.apiPort', 'null'], { home })
    expect(held(home)).toBe('{\n  "server": {\n    "port": 4200,\n    "apiPort": null\n  }\n}\n')
    expect(held(home, 'config.json.bak')).toBe('{\n  "server": {\n    "port": 4200\n  }\n}\n')
    expect(mode(home, 'config.json')).toBe('600')
    expect((await run(['config', 'get', 'server.apiPort'], { home })).out).toBe('null\n')
    expect(await run(['config', 'unset', 'server.apiPort'], { home })).toMatchObject({
      err: '✔ server.apiPort is 4801 again.\n',
    })
    expect(held(home)).toBe('{\n  "server": {\n    "port": 4200\n  }\n}\n')
  })

  test('lists and objects are JSON, words are words, digits for a setting of letters are letters', async () => {
    const home = tempFolder()
    await run(['config', 'set', 'server.allowedHosts', '["a.local"]'], { home })
    await run(['config', 'set', 'log.level', 'debug'], { home })
    await run(['config', 'set', 'providers.own', '{"dialect": "openai-chat", "baseUrl": "http://x"}'], { home })
    await run(['config', 'set', 'server.host', '0'], { home })
    await run(['config', 'set', 'prices["openai/gpt-4.1"]', '{"inputUsd": 2, "outputUsd": 8}'], { home })
    expect(JSON.parse(held(home))).toEqual({
      server: { allowedHosts: ['a.local'], host: '0' },
      log: { level: 'debug' },
      providers: { own: { dialect: 'openai-chat', baseUrl: 'http://x' } },
      prices: { 'openai/gpt-4.1': { inputUsd: 2, outputUsd: 8 } },
    })
  })

  test('null is null where the setting takes it, and else a word', async () => {
    const home = tempFolder()
    for (const name of ['auth.anthropicMaxToken', 'grading.judgeModel', 'grading.baselineModel', 'alerts.webhookUrl'])
      await run(['config', 'set', name, 'null'], { home })
    expect((await run(['config', 'set', 'alerts.webhookSecret', 'null'], { home })).err).toBe(
      '✔ alerts.webhookSecret is null now.\n',
    )
    await run(['config', 'set', 'modelOverrides.none', 'null'], { home })
    expect(JSON.parse(held(home))).toEqual({
      auth: { anthropicMaxToken: null },
      grading: { judgeModel: null, baselineModel: null },
      alerts: { webhookUrl: null, webhookSecret: null },
      modelOverrides: { none: 'null' },
    })
  })

  test('what begins with a double quote is JSON', async () => {
    const home = tempFolder()
    await run(['config', 'set', 'server.host', '"127.0.0.1"'], { home })
    await run(['config', 'set', 'alerts.webhookSecret', '"null"'], { home })
    const before = held(home)
    expect(JSON.parse(before)).toEqual({ server: { host: '127.0.0.1' }, alerts: { webhookSecret: 'null' } })
    expect(await run(['config', 'set', 'alerts.webhookSecret', '"half'], { home })).toMatchObject({
      code: 2,
      err: expect.stringContaining('The value begins with a double quote, and is no JSON string.'),
    })
    expect(held(home)).toBe(before)
  })

  test('a key inside an object is not shown', async () => {
    const { err, out } = await run([
      'config',
      'set',
      'providers.groq',
      '{"apiKey": "gsk_fake0000000000wxyz"}',
      '--json',
    ])
    expect(err).toContain('✔ providers.groq is {"apiKey":"gsk_…wxyz"} now.')
    expect(JSON.parse(out)).toEqual({ name: 'providers.groq', value: { apiKey: 'gsk_…wxyz' } })
  })

  test('unset takes out what makes the file unusable, and names that are no setting', async () => {
    const home = tempFolder()
    writeFileSync(join(home, 'config.json'), '{"servr": {"x": 1}, "server": {"port": "abc"}, "enabled": false}')
    expect((await run(['config', 'unset', 'server.port'], { home })).err).toBe(
      '✔ server.port is 4100 again.\nwarning: servr: unknown; did you mean server?\n',
    )
    expect((await run(['config', 'unset', 'servr'], { home })).err).toBe('✔ servr is not set now.\n')
    expect(JSON.parse(held(home))).toEqual({ enabled: false })
    expect(await run(['config', 'unset', 'servr'], { home })).toMatchObject({ code: 2 })
    expect(await run(['config', 'unset', 'server.port'], { home })).toEqual({
      code: 0,
      out: '',
      err: 'server.port is not in the config file.\n',
    })
  })

  test('a value that the setting does not take is refused and nothing is written', async () => {
    const home = tempFolder()
    expect(await run(['config', 'set', 'server.port', 'abc'], { home })).toEqual({
      code: 1,
      out: '',
      err: 'error: The change cannot be used:\n  server.port: expected an integer from 1 to 65535, got "abc"\n',
    })
    expect(readdirSync(home)).toEqual([])
  })

  test('a name that no setting has is a wrong call, with the one that was meant', async () => {
    expect(await run(['config', 'set', 'server.prot', '1'])).toMatchObject({
      code: 2,
      err: 'error: There is no setting "server.prot". Did you mean server.port?\n"relayplane config" lists what there is.\n',
    })
  })

  test('a variable that overrules the file is named', async () => {
    const { err } = await run(['config', 'set', 'server.port', '4200'], { variables: { RELAYPLANE_PORT: '4300' } })
    expect(err).toBe(
      '✔ server.port is 4200 now.\nwarning: RELAYPLANE_PORT is set in this environment and overrules the file.\n',
    )
  })

  test('RELAYPLANE_CONFIG_PATH moves the config alone', async () => {
    const home = tempFolder()
    const path = join(tempFolder(), 'deep', 'rp.json')
    const variables = { RELAYPLANE_CONFIG_PATH: path }
    await run(['config', 'set', 'enabled', 'false'], { home, variables })
    expect(readdirSync(home)).toEqual([])
    expect((await run(['config', 'path'], { home, variables })).out).toBe(`${path}\n`)
    expect((await run(['config', 'get', 'enabled'], { home, variables })).out).toBe('false\n')
  })
})

describe('config get', () => {
  test('prints words bare, --json prints JSON, and what is not set ends with 1', async () => {
    expect((await run(['config', 'get', 'server.host'])).out).toBe('127.0.0.1\n')
    expect((await run(['config', 'get', 'server.host', '--json'])).out).toBe('"127.0.0.1"\n')
    expect(await run(['config', 'get', 'providers.groq.baseUrl'])).toEqual({
      code: 1,
      out: '',
      err: 'providers.groq.baseUrl is not set.\n',
    })
  })

  test('masks a key, and keys inside an object', async () => {
    const home = tempFolder()
    writeFileSync(join(home, 'config.json'), '{"providers": {"groq": {"apiKey": "gsk_fake0000000000wxyz"}}}')
    expect((await run(['config', 'get', 'providers.groq.apiKey'], { home })).out).toBe('gsk_…wxyz\n')
    expect((await run(['config', 'get', 'providers'], { home })).out).toBe('{"groq":{"apiKey":"gsk_…wxyz"}}\n')
  })
})

describe('config set-key', () => {
  const key = 'sk-ant-api03-fake0000000000wxyz'
  const stored = (home: string) => JSON.parse(held(home, 'credentials.json'))

  test('reads the key from standard input, tells whose it is, and shows its end alone', async () => {
    const home = tempFolder()
    const { code, out, err } = await run(['config', 'set-key', '-'], { home, input: `${key}\n` })
    expect([code, out]).toEqual([0, ''])
    expect(err).toBe(`✔ The key sk-ant-…wxyz of anthropic is stored in ${join(home, 'credentials.json')}.\n`)
    expect(stored(home)).toEqual({ providers: { anthropic: { apiKey: key } } })
    expect(mode(home, 'credentials.json')).toBe('600')
  })

  test('warns of the shell history when the key is an argument', async () => {
    const { err } = await run(['config', 'set-key', key])
    expect(err).toContain('It may also be in the history of your shell')
  })

  test('takes a provider by name, also one of the user, and refuses one that is unknown', async () => {
    const home = tempFolder()
    writeFileSync(
      join(home, 'config.json'),
      '{"providers": {"own": {"dialect": "openai-chat", "baseUrl": "http://x"}}}',
    )
    const give = (provider: string) =>
      run(['config', 'set-key', '-', '--provider', provider], { home, input: 'word-1234' })
    expect((await give('own')).code).toBe(0)
    expect(stored(home)).toEqual({ providers: { own: { apiKey: 'word-1234' } } })
    expect(await give('antropic')).toMatchObject({
      code: 2,
      err: expect.stringContaining('There is no provider "antropic". Did you mean anthropic?'),
    })
    expect((await give('banana')).err).toStartWith('error: There is no provider "banana". There are anthropic, openai,')
  })

  test('refuses the key of one built-in provider for another', async () => {
    const home = tempFolder()
    expect(await run(['config', 'set-key', '-', '--provider', 'openai'], { home, input: key })).toMatchObject({
      code: 2,
      err: expect.stringContaining('By its beginning this is a key of anthropic, and is not for openai.'),
    })
    expect(existsSync(join(home, 'credentials.json'))).toBe(false)
  })

  test('asks for the provider where the beginning of the key does not tell', async () => {
    const home = tempFolder()
    const { code, err } = await run(['config', 'set-key', '-'], { home, input: 'zzzz-0000' })
    expect(code).toBe(2)
    expect(err).toContain('Whose key this is cannot be told from its beginning; name it with --provider.')
    expect(err).not.toContain('zzzz')
    expect(existsSync(join(home, 'credentials.json'))).toBe(false)
  })

  test('without a key and without a terminal is a wrong call', async () => {
    expect(await run(['config', 'set-key'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('Give the key, or `-` to read it from standard input.'),
    })
  })

  test('an empty input stores nothing', async () => {
    expect(await run(['config', 'set-key', '-'], { input: '\n' })).toMatchObject({
      code: 2,
      err: expect.stringContaining('There was no key.'),
    })
  })
})

describe('config reset and validate', () => {
  test('reset starts over and keeps the file before', async () => {
    const home = tempFolder()
    writeFileSync(join(home, 'config.json'), '{"enabled": false}')
    const { code, err } = await run(['config', 'reset'], { home })
    expect(code).toBe(0)
    expect(err).toBe(
      `✔ Every setting is at its default.\nThe file before is kept as ${join(home, 'config.json.bak')}.\n`,
    )
    expect(held(home)).toBe('{}\n')
  })

  test('validate lists every fault of the file and the environment, and ends with 1', async () => {
    const home = tempFolder()
    writeFileSync(join(home, 'config.json'), '{"enabled": 1, "log": {"level": "loud"}}')
    const { code, err } = await run(['config', 'validate'], { home, variables: { RELAYPLANE_PORT: 'x' } })
    expect(code).toBe(1)
    expect(err.split('\n')).toEqual([
      'error: enabled: expected true or false, got 1',
      'error: log.level: expected "error", "warn", "info" or "debug", got "loud"',
      'error: RELAYPLANE_PORT: expected an integer from 1 to 65535, got "x"',
      '',
    ])
  })

  test('validate warns of unknown names and of providers that lack something, and ends with 0', async () => {
    const home = tempFolder()
    writeFileSync(join(home, 'config.json'), '{"servr": {}, "providers": {"own": {"baseUrl": "http://x"}}}')
    const { code, out } = await run(['config', 'validate', '--json'], { home })
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({
      path: join(home, 'config.json'),
      isValid: true,
      errors: [],
      warnings: ['servr: unknown; did you mean server?', 'providers.own.dialect: needed, since own is not built in.'],
    })
  })
})

describe('init without a terminal', () => {
  test('makes the config file in silence, and leaves one that is there alone', async () => {
    const home = join(tempFolder(), 'fresh')
    expect(await run(['init'], { home })).toEqual({ code: 0, out: '', err: '' })
    expect(held(home)).toBe('{}\n')
    expect((statSync(home).mode & 0o777).toString(8)).toBe('700')
    writeFileSync(join(home, 'config.json'), '{"enabled": false}')
    expect(await run(['init'], { home })).toEqual({ code: 0, out: '', err: '' })
    expect(held(home)).toBe('{"enabled": false}')
    expect(readdirSync(home)).toEqual(['config.json'])
  })
})
