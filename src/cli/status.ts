/** `status`: whether the server runs, where, and what the last day cost. */
import type { Stats } from '../control/shapes.ts'
import { AppError } from '../neutral/error.ts'
import { command, exitCodes, type Invocation, jsonArg } from './command.ts'
import { formatCount, formatRequests, formatSpan, formatTime, formatUsd } from './format.ts'
import { findServer, type Remote } from './remote.ts'
import { standingsOf } from './standings.ts'

export const status = command({
  description: 'Show whether the proxy runs, where, and what the last 24 hours cost; exit code 1 when it does not run.',
  args: { json: jsonArg },
  async run({ json }, invocation) {
    const { environment, print, name } = invocation
    const server = await findServer(environment)
    if (server === null) {
      if (json) print.json({ isRunning: false, home: environment.paths.home })
      else print.line(`RelayPlane is not running. "${name} start" starts it.`)
      return exitCodes.failed
    }
    const totals = await lastDay(server)
    if (json) print.json({ isRunning: true, url: server.url, pid: server.pid, health: server.health, lastDay: totals })
    else printStatus(server, totals, invocation)
    return exitCodes.done
  },
})

/** null where the figures cannot be had: whether the server runs is answered all the same. */
async function lastDay(server: Remote): Promise<Stats['totals'] | null> {
  try {
    return ((await server.get('/v1/telemetry/stats?window=24h')) as Stats).totals
  } catch (fault) {
    if (fault instanceof AppError) return null
    throw fault
  }
}

function printStatus(
  { url, pid, health }: Remote,
  totals: Stats['totals'] | null,
  { environment, print }: Invocation,
): void {
  const { bold, line, warn } = print
  line(`RelayPlane ${health.version} is ${bold('running')} (process ${pid}), ${health.status}.`)
  line()
  line(`  Address     ${url}`)
  line(`  Dashboard   ${url}/dashboard/`)
  line(`  Files       ${environment.paths.home}`)
  line(`  Plan        local, free`)
  line(`  Since       ${formatTime(health.startedMs)} (${formatSpan(health.uptimeMs)})`)
  line(`  In flight   ${formatCount(health.inflight)}`)
  line(`  Last 24 h   ${totals === null ? 'cannot be read now' : describeTotals(totals)}`)
  for (const sentence of standingsOf(health)) line(`  ${sentence}`)
  for (const problem of health.problems) warn(problem)
}

function describeTotals({ costNanoUsd, requests, unpriced }: Stats['totals']): string {
  const remark = unpriced > 0 ? `, ${formatCount(unpriced)} of them unpriced` : ''
  return `${formatUsd(costNanoUsd)} for ${formatRequests(requests)}${remark}`
}
