/** A running server for commands to find: the real control plane on a port, the money guard behind it at its boundary. */
import { afterEach } from 'bun:test'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { GuardDesk } from '../../src/control/guard-desk.ts'
import { adminToken, openTestControl } from '../support/control.ts'
import { tempFolder } from '../support/folder.ts'
import { openFakeDesk, type FakeDesk } from '../support/guard-desk.ts'

const stopping: (() => void)[] = []
afterEach(() => {
  for (const stop of stopping.splice(0)) stop()
})

export function serveGuard(settings: unknown = {}, over: Partial<GuardDesk> = {}): { home: string; desk: FakeDesk } {
  const desk = openFakeDesk(settings, over)
  const { app, health } = openTestControl([], desk)
  const server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: (request) => app.fetch(request) })
  stopping.push(() => void server.stop(true))
  const home = tempFolder()
  const note = { pid: process.pid, port: server.port, host: '127.0.0.1', startedMs: health.startedMs }
  writeFileSync(join(home, 'server.json'), JSON.stringify(note))
  writeFileSync(join(home, 'admin-token'), `${adminToken}\n`)
  return { home, desk }
}
