/** What becomes of a program whose output nobody reads, or that has nowhere to go. */
import { expect, setDefaultTimeout, test } from 'bun:test'
import { closeSync, constants, existsSync, openSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { tempFolder } from '../support/folder.ts'
import { freePort } from '../support/relay.ts'
import { until } from '../support/time.ts'
import { environmentOf, program } from './program.ts'

// Each test waits for processes, which a busy machine starts slowly.
setDefaultTimeout(30_000)

/** The writing end of a pipe whose reader has gone. */
function pipeWithoutReader(): number {
  const path = join(tempFolder(), 'pipe')
  Bun.spawnSync(['mkfifo', path])
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  const writer = openSync(path, 'w')
  closeSync(reader)
  return writer
}

test('a server whose readers have gone serves on, and a signal ends it with 0 and takes its note away', async () => {
  const home = tempFolder()
  const port = freePort()
  const pipe = pipeWithoutReader()
  const child = Bun.spawn([...program, 'start', '--port', String(port), '--api-port', 'off'], {
    env: environmentOf({ home }),
    stdin: 'ignore',
    stdout: pipe,
    stderr: pipe,
  })
  closeSync(pipe)
  const note = join(home, 'server.json')
  await until('the server has started', () => child.exitCode !== null || existsSync(note))
  // Each change has a line in the log.
  for (const dailyUsd of [7, 8]) {
    writeFileSync(join(home, 'config.json'), JSON.stringify({ budget: { dailyUsd } }))
    const settings = async () => (await (await fetch(`http://127.0.0.1:${port}/budgets`)).json()).settings
    while ((await settings()).dailyUsd !== dailyUsd);
  }
  child.kill('SIGTERM')
  expect(await child.exited).toBe(0)
  expect(existsSync(note)).toBe(false)
})

test('a command whose reader has gone ends quietly', async () => {
  const pipe = pipeWithoutReader()
  const child = Bun.spawn([...program, 'config'], {
    env: environmentOf({}),
    stdin: 'ignore',
    stdout: pipe,
    stderr: 'pipe',
  })
  closeSync(pipe)
  expect([await new Response(child.stderr).text(), await child.exited]).toEqual(['', 0])
})

const full = '/dev/full'
if (!existsSync(full)) console.warn('skipped: this system has no /dev/full')

test.if(existsSync(full))('output that finds no room on the disk is said in a sentence, and a failure', async () => {
  const disk = openSync(full, 'w')
  const child = Bun.spawn([...program, 'config', 'path'], {
    env: environmentOf({}),
    stdin: 'ignore',
    stdout: disk,
    stderr: 'pipe',
  })
  closeSync(disk)
  expect([await new Response(child.stderr).text(), await child.exited]).toEqual([
    "error: The output can't be written (ENOSPC).\n",
    1,
  ])
})
