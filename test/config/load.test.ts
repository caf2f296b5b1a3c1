import { expect, test } from 'bun:test'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { loadConfigFile } from '../../src/config/load.ts'
import { freshEnvironment, rememberingLog } from './home.ts'

const configPath = () => freshEnvironment().paths.config

test('without a file and a backup the defaults hold, nothing is written and nothing is said', () => {
  const path = configPath()
  const log = rememberingLog()
  expect(loadConfigFile(path, log)).toBeUndefined()
  expect(readdirSync(dirname(path))).toEqual([])
  expect(log.lines).toEqual([])
})

test('a file is read as it is and left as it is', () => {
  const path = configPath()
  writeFileSync(path, '\uFEFF{"enabled": false}')
  expect(loadConfigFile(path, rememberingLog())).toEqual({ enabled: false })
  expect(readFileSync(path, 'utf8')).toBe('\uFEFF{"enabled": false}')
})

test('a missing file comes back from its backup, with a notice', () => {
  const path = configPath()
  writeFileSync(`${path}.bak`, '{"enabled": false}')
  const log = rememberingLog()
  expect(loadConfigFile(path, log)).toEqual({ enabled: false })
  expect(readFileSync(path, 'utf8')).toBe('{"enabled": false}')
  expect(log.lines).toEqual([
    `warn: ${path} is missing; it was restored from its backup. "relayplane config reset" starts over.`,
  ])
})

test('a broken file is moved aside and comes back from its backup', () => {
  const path = configPath()
  writeFileSync(path, '{"enabled": tru')
  writeFileSync(`${path}.bak`, '{"enabled": false}')
  const log = rememberingLog()
  expect(loadConfigFile(path, log)).toEqual({ enabled: false })
  expect(readFileSync(`${path}.corrupt-1`, 'utf8')).toBe('{"enabled": tru')
  expect(readFileSync(path, 'utf8')).toBe('{"enabled": false}')
  expect(log.lines).toEqual([
    `warn: ${path} is broken (line 1, column 13: expected a value) and was moved to ${path}.corrupt-1; ` +
      'it was restored from its backup. "relayplane config reset" starts over.',
  ])
})

test('a broken file without a backup is moved aside, the defaults hold, and that is said loudly', () => {
  const path = configPath()
  writeFileSync(path, '')
  const log = rememberingLog()
  expect(loadConfigFile(path, log)).toBeUndefined()
  expect(existsSync(path)).toBe(false)
  expect(log.lines).toEqual([
    `error: ${path} is broken (the file is empty) and was moved to ${path}.corrupt-1, and it has no backup. ` +
      'EVERY SETTING IS AT ITS DEFAULT.',
  ])
})

test('a broken file whose backup is broken too is said to be so, and the backup stays', () => {
  const path = configPath()
  writeFileSync(path, '{')
  writeFileSync(`${path}.bak`, '[1')
  const log = rememberingLog()
  expect(loadConfigFile(path, log)).toBeUndefined()
  expect(log.lines[0]).toContain('and its backup is broken too (line 1, column 3: expected a comma or ])')
  expect(readFileSync(`${path}.bak`, 'utf8')).toBe('[1')
})

test('each broken file is kept under a number of its own', () => {
  const path = configPath()
  for (const text of ['first', 'second', 'third']) {
    writeFileSync(path, text)
    loadConfigFile(path, rememberingLog())
  }
  expect(readFileSync(`${path}.corrupt-1`, 'utf8')).toBe('first')
  expect(readFileSync(`${path}.corrupt-3`, 'utf8')).toBe('third')
})

test('a file that cannot be read stops with the reason', () => {
  const path = configPath()
  mkdirSync(path)
  expect(() => loadConfigFile(path, rememberingLog())).toThrow(`${path} cannot be used:\n  it cannot be read (EISDIR)`)
})
