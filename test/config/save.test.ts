import { describe, expect, test } from 'bun:test'
import { closeSync, fchmodSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs'
import { mkdirSync, readdirSync, readFileSync, readlinkSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ConfigError } from '../../src/config/error.ts'
import { resetConfigFile, updateConfigFile } from '../../src/config/save.ts'
import { type FileCalls, writeAtomically } from '../../src/lib/atomic-file.ts'
import { silentLog } from '../../src/lib/log.ts'
import { freshEnvironment } from './home.ts'

const realCalls: FileCalls = {
  open: openSync,
  chmod: fchmodSync,
  write: (fd, bytes, offset) => writeSync(fd, bytes, offset),
  sync: fsyncSync,
  close: closeSync,
  rename: renameSync,
}

/** The real calls, with the disk full after some bytes of the first file that is written. */
const diskFullAfter = (bytes: number): FileCalls => ({
  ...realCalls,
  write(fd, content, offset) {
    if (offset >= bytes) throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
    return writeSync(fd, content.subarray(0, bytes), offset)
  },
})

const configPath = () => freshEnvironment().paths.config
const mode = (path: string) => (statSync(path).mode & 0o777).toString(8)
const held = (path: string) => readFileSync(path, 'utf8')
const set = (path: string, value: unknown, files?: FileCalls) => updateConfigFile(path, silentLog, () => value, files)

describe('an atomic write', () => {
  test('replaces the content and sets the mode, whatever the mode was', () => {
    const path = configPath()
    writeFileSync(path, 'old', { mode: 0o644 })
    writeAtomically(path, 'new', 0o600)
    expect(held(path)).toBe('new')
    expect(mode(path)).toBe('600')
  })

  test('goes on where the system writes only a part at a time', () => {
    const path = configPath()
    const calls = { ...realCalls, write: (fd: number, bytes: Uint8Array, at: number) => writeSync(fd, bytes, at, 1) }
    writeAtomically(path, 'grüße', 0o600, calls)
    expect(held(path)).toBe('grüße')
  })

  test('syncs the content before the rename', () => {
    const order: string[] = []
    writeAtomically(configPath(), 'x', 0o600, {
      ...realCalls,
      sync: (fd) => (order.push('sync'), fsyncSync(fd)),
      rename: (from, to) => (order.push('rename'), renameSync(from, to)),
    })
    expect(order).toEqual(['sync', 'rename', 'sync'])
  })

  test('that meets a full disk half-way leaves the old file whole and no other behind', () => {
    const path = configPath()
    writeFileSync(path, 'old')
    expect(() => writeAtomically(path, 'something new', 0o600, diskFullAfter(4))).toThrow('ENOSPC')
    expect(held(path)).toBe('old')
    expect(readdirSync(dirname(path))).toEqual(['config.json'])
  })

  test('that fails at the rename leaves the old file whole and no other behind', () => {
    const path = configPath()
    writeFileSync(path, 'old')
    const calls = {
      ...realCalls,
      rename: () => {
        throw new Error('EBUSY')
      },
    }
    expect(() => writeAtomically(path, 'new', 0o600, calls)).toThrow('EBUSY')
    expect(readdirSync(dirname(path))).toEqual(['config.json'])
    expect(held(path)).toBe('old')
  })
})

describe('changing the config file', () => {
  test('writes what was changed alone, not the defaults, for the owner only', () => {
    const path = configPath()
    set(path, { server: { port: 4200 } })
    expect(held(path)).toBe('{\n  "server": {\n    "port": 4200\n  }\n}\n')
    expect(mode(path)).toBe('600')
  })

  test('makes the directory for the owner only', () => {
    const path = join(dirname(configPath()), 'deep', 'home', 'config.json')
    set(path, {})
    expect(mode(dirname(path))).toBe('700')
  })

  test('keeps the file that was good as the backup, byte for byte and for the owner only', () => {
    const path = configPath()
    writeFileSync(path, '{"enabled":   false}', { mode: 0o644 })
    set(path, { enabled: true })
    expect(held(`${path}.bak`)).toBe('{"enabled":   false}')
    expect(mode(`${path}.bak`)).toBe('600')
  })

  test('does not let a bad file take the place of a good backup', () => {
    const path = configPath()
    writeFileSync(`${path}.bak`, '{"enabled": false}')
    writeFileSync(path, '{"server": {"port": "abc"}}')
    set(path, {})
    expect(held(`${path}.bak`)).toBe('{"enabled": false}')
  })

  test('keeps names that no setting has', () => {
    const path = configPath()
    writeFileSync(path, '{"telemetry": {"on": true}, "enabled": true}')
    const unknown = updateConfigFile(path, silentLog, (value) => ({ ...(value as object), enabled: false }))
    expect(JSON.parse(held(path))).toEqual({ telemetry: { on: true }, enabled: false })
    expect(unknown).toEqual(['telemetry: unknown; it is ignored.'])
  })

  test('that would make it invalid is refused with the reasons, and nothing is written', () => {
    const path = configPath()
    writeFileSync(path, '{"enabled": true}')
    const change = () => set(path, { server: { port: 'abc', host: 1 } })
    expect(change).toThrow(ConfigError)
    expect(change).toThrow(
      'The change cannot be used:\n' +
        '  server.port: expected an integer from 1 to 65535, got "abc"\n' +
        '  server.host: expected an address or host name, got 1',
    )
    expect(readdirSync(dirname(path))).toEqual(['config.json'])
    expect(held(path)).toBe('{"enabled": true}')
  })

  test('on a full disk keeps the file and the backup as they were and says so', () => {
    const path = configPath()
    writeFileSync(path, '{"enabled": true}')
    writeFileSync(`${path}.bak`, '{"enabled": false}')
    expect(() => set(path, { server: { port: 1 } }, diskFullAfter(3))).toThrow('it cannot be written (ENOSPC)')
    expect(held(path)).toBe('{"enabled": true}')
    expect(held(`${path}.bak`)).toBe('{"enabled": false}')
    expect(readdirSync(dirname(path)).toSorted()).toEqual(['config.json', 'config.json.bak'])
  })

  test('where its directory cannot be made says so', () => {
    const home = dirname(configPath())
    writeFileSync(join(home, 'file'), '')
    const path = join(home, 'file', 'config.json')
    expect(() => set(path, {})).toThrow(`${join(home, 'file')} cannot be used:\n  it cannot be made (EEXIST)`)
  })

  test('that is a link changes what the link points to and keeps the link', () => {
    const path = configPath()
    const target = join(dirname(path), 'dotfiles', 'relayplane.json')
    mkdirSync(dirname(target))
    writeFileSync(target, '{}')
    symlinkSync(target, path)
    set(path, { enabled: false })
    expect(readlinkSync(path)).toBe(target)
    expect(JSON.parse(held(target))).toEqual({ enabled: false })
  })

  test('leaves no lock behind, and takes over one that a dead process left', () => {
    const path = configPath()
    const gone = Bun.spawnSync(['true']).pid
    writeFileSync(`${path}.lock`, String(gone))
    set(path, {})
    expect(readdirSync(dirname(path))).toEqual(['config.json'])
  })

  test('by several processes at once loses none of the changes', async () => {
    const path = configPath()
    const save = JSON.stringify(join(import.meta.dir, '../../src/config/save.ts'))
    const writers = Array.from({ length: 6 }, (_, index) =>
      Bun.spawn([
        process.execPath,
        '-e',
        `import { updateConfigFile } from ${save}
         const log = { error() {}, warn() {}, info() {}, debug() {} }
         updateConfigFile(${JSON.stringify(path)}, log, (held) => ({ ...held, note${index}: ${index} }))`,
      ]),
    )
    const codes = await Promise.all(writers.map((writer) => writer.exited))
    expect(codes).toEqual([0, 0, 0, 0, 0, 0])
    expect(JSON.parse(held(path))).toEqual({ note0: 0, note1: 1, note2: 2, note3: 3, note4: 4, note5: 5 })
  })
})

test('starting over leaves an empty object, and the last good file as the backup', () => {
  const path = configPath()
  writeFileSync(path, '{"enabled": false}')
  resetConfigFile(path)
  expect(held(path)).toBe('{}\n')
  expect(held(`${path}.bak`)).toBe('{"enabled": false}')
})
