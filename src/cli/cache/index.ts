/** `cache` and the commands below it. */
import { command, jsonArg } from '../command.ts'
import { clear } from './clear.ts'
import { stats } from './stats.ts'
import { showCache, status } from './status.ts'
import { off, on } from './switch.ts'

export const cache = command({
  description: 'Show the response cache as "cache status" does; the commands below switch, explain and empty it.',
  args: { json: jsonArg },
  subCommands: { status, stats, clear, on, off },
  run: ({ json }, invocation) => showCache(json === true, invocation),
})
