/** `prices reapply`: the prices in force now, applied to what is recorded. */
import type { RepriceRange, RepriceResult } from '../../app/offline.ts'
import { AppError } from '../../neutral/error.ts'
import { command, type Invocation, jsonArg } from '../command.ts'
import { formatCount, formatUsd } from '../format.ts'
import type { Printer } from '../print.ts'
import { findServer } from '../remote.ts'
import { openBook } from './book.ts'

export const reapply = command({
  description: 'Price recorded requests anew with the prices in force now.',
  args: {
    since: {
      type: 'string',
      valueHint: 'time',
      description: 'From then on: a time, or a span such as 7d; default all.',
    },
    provider: { type: 'string', valueHint: 'name', description: 'Only of this provider.' },
    model: { type: 'string', valueHint: 'name', description: 'Only of this model.' },
    'only-unpriced': { type: 'boolean', description: 'Only those without a price.' },
    'dry-run': { type: 'boolean', description: 'Say what would change and change nothing.' },
    json: jsonArg,
  },
  async run(args, invocation) {
    const { readSince } = await import('../../app/offline.ts')
    const nowMs = invocation.clock.now()
    const range: RepriceRange = {
      sinceMs: args.since === undefined ? 0 : readSince(args.since, nowMs),
      untilMs: nowMs,
      ...(args.provider === undefined ? {} : { provider: args.provider }),
      ...(args.model === undefined ? {} : { model: args.model }),
      ...(args['only-unpriced'] ? { onlyUnpriced: true } : {}),
      ...(args['dry-run'] ? { dryRun: true } : {}),
    }
    const result = await applyPrices(range, invocation)
    if (args.json) invocation.print.json(result)
    else printResult(result, range.dryRun === true, invocation.print)
  },
})

/** The running server does it itself: one writer of the file at a time. */
async function applyPrices(range: RepriceRange, invocation: Invocation): Promise<RepriceResult> {
  const { environment } = invocation
  const server = await findServer(environment)
  if (server !== null) return (await server.post('/v1/telemetry/reprice', range)) as RepriceResult
  const { repriceRecorded } = await import('../../app/offline.ts')
  const result = await repriceRecorded(environment.paths.database, await openBook(invocation), range)
  if (result === null) throw new AppError('not-found', `Nothing is recorded in ${environment.paths.home} yet.`)
  return result
}

function printResult(result: RepriceResult, isDryRun: boolean, print: Printer): void {
  const would = isDryRun ? 'would change' : 'changed'
  print.line(`${formatCount(result.changed)} of ${formatCount(result.examined)} requests ${would}.`)
  print.line(`Their sum: ${formatUsd(result.oldNanoUsd)} before, ${formatUsd(result.newNanoUsd)} after.`)
  if (result.newlyPriced > 0) print.line(`${formatCount(result.newlyPriced)} had no price before.`)
  if (result.stillUnpriced > 0) print.line(`${formatCount(result.stillUnpriced)} have none still.`)
  if (result.kept > 0) print.line(`${formatCount(result.kept)} keep a price that is no longer known.`)
}
