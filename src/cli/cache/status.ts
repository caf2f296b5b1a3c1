/** `cache status`: what the response cache holds and how often it helped. */
import type { CacheStatus } from '../../control/guard-shapes.ts'
import { command, type Invocation, jsonArg } from '../command.ts'
import { formatBytes, formatCount, formatTime, formatUsd } from '../format.ts'
import { findGuard } from '../guard.ts'
import type { Printer } from '../print.ts'

export const status = command({
  description: 'Show what the response cache holds, how often it helped and what that saved.',
  args: { json: jsonArg },
  run: ({ json }, invocation) => showCache(json === true, invocation),
})

export async function showCache(isJson: boolean, invocation: Invocation): Promise<void> {
  const found = await (await findGuard(invocation)).cache()
  if (isJson) invocation.print.json(found)
  else printCache(found, invocation.print)
}

export function printCache(found: CacheStatus, print: Printer): void {
  const { enabled, mode, entries, oldestMs, hits, misses, bypasses, hitRate } = found
  const since = oldestMs === null ? '' : `, the oldest of ${formatTime(oldestMs)}`
  const rate = hitRate === null ? '' : ` (${Math.floor(hitRate * 100)} % hits)`
  print.line(`The response cache is ${print.bold(enabled ? 'on' : 'off')}${enabled ? ` (${mode})` : ''}.`)
  print.line()
  print.line(`Answers   ${formatCount(entries)}, ${formatBytes(found.bytes)} of ${formatBytes(found.maxBytes)}${since}`)
  print.line(
    `Requests  ${formatCount(hits)} ${hits === 1 ? 'hit' : 'hits'}, ${formatCount(misses)} ${misses === 1 ? 'miss' : 'misses'}, ` +
      `${formatCount(bypasses)} around it${rate}`,
  )
  print.line(`Saved     ${formatUsd(found.savedNanoUsd)}, what the hits would have cost`)
}
