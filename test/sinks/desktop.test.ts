import { describe, expect, test } from 'bun:test'
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openLog } from '../../src/lib/log.ts'
import { openDesktop, spawn, type Spawn } from '../../src/sinks/desktop.ts'
import { alertOf } from '../support/alerts.ts'
import { tempFolder } from '../support/folder.ts'
import { until } from '../support/time.ts'

const variables: Readonly<Record<string, string>> = {
  PATH: '/usr/bin',
  DBUS_SESSION_BUS_ADDRESS: 'unix:path=/run/bus',
  ANTHROPIC_API_KEY: 'sk-ant-fake-000000000000',
}

function open(platform: string, run: Spawn = () => Promise.resolve(0)) {
  const commands: (readonly string[])[] = []
  const seen: Readonly<Record<string, string>>[] = []
  const lines: string[] = []
  const desktop = openDesktop({
    platform,
    spawn(command, given) {
      commands.push(command)
      seen.push(given)
      return run(command, given)
    },
    variable: (name) => variables[name],
    log: openLog('info', (line) => lines.push(line)),
  })
  return { desktop, commands, seen, lines }
}

const nasty = 'Session "x\\"; do shell script "id" -- <b>$(id)</b>\n`id` & more'

describe('an alert is shown', () => {
  test('on Linux by notify-send, as arguments that no shell reads and no markup starts in', () => {
    const { desktop, commands } = open('linux')
    desktop.show(alertOf({ message: nasty }))
    expect(commands).toEqual([
      [
        'notify-send',
        '--app-name=RelayPlane',
        '--urgency=critical',
        '--',
        'RelayPlane: critical breach, daily',
        'Session "x\\"; do shell script "id" -- &lt;b&gt;$(id)&lt;/b&gt; `id` &amp; more',
      ],
    ])
  })

  test('on macOS by osascript, in a string that it does not end', () => {
    const { desktop, commands } = open('darwin')
    desktop.show(alertOf({ message: nasty }))
    expect(commands).toEqual([
      [
        'osascript',
        '-e',
        'display notification "Session \\"x\\\\\\"; do shell script \\"id\\" -- <b>$(id)</b> `id` & more" with title "RelayPlane: critical breach, daily"',
      ],
    ])
  })

  test('by a tool that gets no keys', () => {
    const { desktop, seen } = open('linux')
    desktop.show(alertOf())
    expect(seen).toEqual([{ PATH: '/usr/bin', DBUS_SESSION_BUS_ADDRESS: 'unix:path=/run/bus' }])
  })

  test('by a real program', async () => {
    const folder = tempFolder()
    const tool = join(folder, 'notify-send')
    writeFileSync(tool, `#!/bin/sh\nprintf '%s\\n' "$@" > "$HOME/shown.part"\nmv "$HOME/shown.part" "$HOME/shown"\n`)
    chmodSync(tool, 0o755)
    const lines: string[] = []
    const here: Readonly<Record<string, string>> = { HOME: folder, PATH: `${folder}:/usr/bin:/bin` }
    openDesktop({
      platform: 'linux',
      spawn: ([program = '', ...rest], given) => spawn([join(folder, program), ...rest], given),
      variable: (name) => here[name],
      log: openLog('info', (line) => lines.push(line)),
    }).show(alertOf({ message: 'It costs $HOME; `id`' }))
    await until('the tool has run', () => existsSync(join(folder, 'shown')))
    expect(readFileSync(join(folder, 'shown'), 'utf8').split('\n').slice(3)).toEqual([
      'RelayPlane: critical breach, daily',
      'It costs $HOME; `id`',
      '',
    ])
    expect(lines).toEqual([])
  })
})

describe('where it can’t be shown, that is said once', () => {
  test('without the tool', async () => {
    const { desktop, lines } = open('linux', (_, given) => spawn(['/nowhere/notify-send'], given))
    for (const _ of [1, 2, 3]) desktop.show(alertOf())
    await until('it is said', () => lines.length > 0)
    expect(lines).toEqual([
      "warn: Alerts can't be shown on this desktop: notify-send can't be started. They are kept and sent all the same.",
    ])
  })

  test('without a desktop', async () => {
    const { desktop, lines } = open('linux', () => Promise.resolve(1))
    for (const _ of [1, 2]) desktop.show(alertOf())
    await until('it is said', () => lines.length > 0)
    expect(lines[0]).toContain('notify-send ended with 1.')
  })

  test('on a system that has no such tool', () => {
    const { desktop, lines, commands } = open('win32')
    for (const _ of [1, 2]) desktop.show(alertOf())
    expect(lines).toHaveLength(1)
    expect(lines[0]).toContain('there is no tool for it on this system')
    expect(commands).toEqual([])
  })
})

test('a flood shows four at a time', async () => {
  const ends: (() => void)[] = []
  const { desktop, commands } = open('linux', () => new Promise((resolve) => ends.push(() => resolve(0))))
  for (let count = 0; count < 50; count++) desktop.show(alertOf())
  expect(commands).toHaveLength(4)
  for (const end of ends) end()
  await until('there is room again', () => {
    desktop.show(alertOf())
    return commands.length > 4
  })
})
