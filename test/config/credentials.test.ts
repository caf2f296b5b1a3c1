import { describe, expect, test } from 'bun:test'
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { forgetKey, readCredentials, remarksOnKeys, storeKey } from '../../src/config/credentials.ts'
import { layerConfig } from '../../src/config/layers.ts'
import { freshEnvironment, rememberingLog } from './home.ts'

const mode = (path: string) => (statSync(path).mode & 0o777).toString(8)

function readWith(credentials: string | undefined, variables: Record<string, string> = {}) {
  const environment = freshEnvironment(variables)
  const path = environment.paths.credentials
  if (credentials !== undefined) writeFileSync(path, credentials, { mode: 0o600 })
  const log = rememberingLog()
  return { keys: { ...readCredentials(environment, log) }, lines: log.lines, path }
}

test('without credentials.json there are no keys and nothing is said', () => {
  expect(readWith(undefined)).toMatchObject({ keys: {}, lines: [] })
})

test('a key is read, and one that names a variable is looked up', () => {
  const text = '{"providers": {"anthropic": {"apiKey": "sk-ant-fake"}, "groq": {"apiKey": "env:MY_GROQ"}}}'
  expect(readWith(text, { MY_GROQ: 'gsk_fake' })).toMatchObject({
    keys: { anthropic: 'sk-ant-fake', groq: 'gsk_fake' },
    lines: [],
  })
})

test('a named variable that is not set is reported, and the other keys are used', () => {
  const text = '{"providers": {"xai": {"apiKey": "xai-fake"}, "groq": {"apiKey": "env:NOT_SET"}}}'
  const { keys, lines, path } = readWith(text)
  expect(keys).toEqual({ xai: 'xai-fake' })
  expect(lines).toEqual([`warn: ${path}: the variable NOT_SET, named for groq, is not set.`])
})

test('a mode that lets others read is reported and tightened', () => {
  const environment = freshEnvironment()
  const path = environment.paths.credentials
  writeFileSync(path, '{"providers": {}}')
  chmodSync(path, 0o644)
  const log = rememberingLog()
  readCredentials(environment, log)
  expect(log.lines).toEqual([`warn: ${path} could be read by others (mode 0644); its mode is 0600 now.`])
  expect(mode(path)).toBe('600')
})

describe('a file that cannot be used is reported without its content, and gives no keys', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['{"providers": {"anthropic": {"apiKey": "sk-ant-fake-0000"}}', 'line 1, column 60: expected a comma or }'],
    ['{"providers": {"anthropic": "sk-ant-fake-0000"}}', 'providers.anthropic: expected an object, got a string'],
    [
      '{"providers": {"anthropic": {"apiKey": 5}}}',
      'providers.anthropic.apiKey: expected a non-empty string, got a number',
    ],
    ['[]', 'the whole file: expected an object, got a list'],
  ]
  for (const [text, problem] of cases) {
    test(problem, () => {
      const { keys, lines, path } = readWith(text)
      expect(keys).toEqual({})
      expect(lines).toEqual([`error: ${path} cannot be used, so no key in it is: ${problem}`])
    })
  }
})

test('a misspelt name in it is reported with what was meant', () => {
  const { lines, path } = readWith('{"provider": {}}')
  expect(lines).toEqual([`warn: ${path}: provider: unknown; did you mean providers?`])
})

test('a stored key stands beside the others, in a file for its owner only', () => {
  const path = freshEnvironment().paths.credentials
  storeKey(path, 'openai', 'sk-fake-1')
  storeKey(path, 'anthropic', 'sk-ant-fake-2')
  storeKey(path, 'openai', 'sk-fake-3')
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({
    providers: { openai: { apiKey: 'sk-fake-3' }, anthropic: { apiKey: 'sk-ant-fake-2' } },
  })
  expect(mode(path)).toBe('600')
  expect(readdirSync(dirname(path))).toEqual(['credentials.json'])
})

test('a broken credentials.json is not overwritten by a new key', () => {
  const path = freshEnvironment().paths.credentials
  writeFileSync(path, '{"providers": ')
  expect(() => storeKey(path, 'openai', 'sk-fake')).toThrow('line 1, column 15: expected a value')
  expect(readFileSync(path, 'utf8')).toBe('{"providers": ')
})

test('a forgotten key is gone from the file, the others stay, and the last one leaves a usable file', () => {
  const environment = freshEnvironment()
  const path = environment.paths.credentials
  storeKey(path, 'openai', 'sk-fake-1')
  storeKey(path, 'groq', 'gsk_fake')
  expect(forgetKey(path, 'openai')).toBe(true)
  expect(readFileSync(path, 'utf8')).not.toContain('sk-fake-1')
  expect(forgetKey(path, 'groq')).toBe(true)
  expect(forgetKey(path, 'groq')).toBe(false)
  const log = rememberingLog()
  expect({ ...readCredentials(environment, log) }).toEqual({})
  expect(log.lines).toEqual([])
})

test('of keys in the settings those are remarked on that are written out, or name a variable that is not set', () => {
  const environment = freshEnvironment({ SET: 'xai-fake' })
  const { config } = layerConfig(
    {
      providers: {
        groq: { apiKey: 'gsk_fake_literal' },
        xai: { apiKey: 'env:SET' },
        mistral: { apiKey: 'env:NOT_SET' },
        ollama: {},
      },
    },
    environment,
  )
  expect(remarksOnKeys(config, environment)).toEqual([
    'providers.groq.apiKey holds the key itself; "relayplane config set-key" keeps it in credentials.json.',
    'providers.mistral.apiKey: the variable NOT_SET is not set.',
  ])
})
