/** Runs the command line; nothing else. */
import { basename } from 'node:path'
import { table } from './cli/index.ts'
import { openPrinter } from './cli/print.ts'
import { runWords } from './cli/run.ts'
import { readEnvironment } from './config/environment.ts'
import { systemClock } from './lib/clock.ts'

const names = ['relayplane', 'relayplane-proxy'] as const

const environment = readEnvironment()
process.exitCode = await runWords(process.argv.slice(2), table, {
  name: names.find((name) => name === basename(process.argv0)) ?? names[0],
  environment,
  print: openPrinter(environment.variables),
  clock: systemClock,
})
