/** `logs`: the requests, newest last, and those to come. */
import type { Run } from '../control/shapes.ts'
import { AppError } from '../neutral/error.ts'
import { command, type Invocation } from './command.ts'
import { readEvents } from './events.ts'
import { withFigures } from './figures.ts'
import { conditionArgs, filterArgs, filterQuery, listConditionArgs } from './filter-args.ts'
import { formatCount, formatDuration, formatTime, formatUsd } from './format.ts'
import type { Printer } from './print.ts'
import { findServer } from './remote.ts'

export const logs = command({
  description: 'List requests, newest last.',
  args: {
    follow: { type: 'boolean', alias: 'f', description: 'Go on with new ones as they end, until interrupted.' },
    limit: {
      type: 'string',
      alias: 'n',
      valueHint: 'count',
      description: 'How many of the past, 1 to 1000; default 50.',
    },
    ...filterArgs,
    json: { type: 'boolean', description: 'Print JSON, one request on a line.' },
  },
  async run(args, invocation) {
    const write = args.json ? invocation.print.jsonLine : (run: Run) => printRun(run, invocation.print)
    const past = filterQuery(args, filterArgs)
    if (args.limit !== undefined) past.set('limit', args.limit)
    if (args.follow) return follow(past, filterQuery(args, withoutWindow), write, invocation)
    const { runs } = await withFigures(invocation, (figures) => figures.runs(past))
    for (const run of runs.toReversed()) write(run)
    if (runs.length === 0 && !args.json) invocation.print.notice('No request matches.')
  },
})

/** What is to come has no window. */
const withoutWindow = { ...conditionArgs, ...listConditionArgs }

/** The stream is opened before the past is read, so that nothing falls between; what is in both is written once. */
async function follow(
  past: URLSearchParams,
  coming: URLSearchParams,
  write: (run: Run) => void,
  { environment, print, name }: Invocation,
): Promise<void> {
  const server = await findServer(environment)
  if (server === null) throw new AppError('unavailable', `--follow needs a running server; "${name} start" starts one.`)
  const stream = await server.open(`/v1/telemetry/stream?${coming}`)
  const { runs } = (await server.get(`/v1/telemetry/runs?${past}`)) as { runs: readonly Run[] }
  const written = new Set(runs.map(({ id }) => id))
  for (const run of runs.toReversed()) write(run)
  try {
    for await (const { event, data } of readEvents(stream)) {
      if (event === 'gap') print.warn('Some requests ended faster than they could be shown; "logs" lists them.')
      if (event !== 'run') continue
      const run = JSON.parse(data) as Run
      if (!written.delete(run.id)) write(run)
    }
  } catch (cause) {
    throw new AppError('unavailable', 'The connection to the server broke.', { cause })
  }
  print.notice('The server ended.')
}

function printRun(run: Run, print: Printer): void {
  const model = run.routedModel ?? run.requestedModel ?? run.endpoint
  const tokens =
    run.inputTokens === null
      ? ''
      : `${formatCount(allInput(run))} in${cached(run)}, ${formatCount(run.outputTokens)} out`
  const ended =
    run.outcome === 'complete' ? String(run.status ?? '') : [run.status, run.outcome].filter(Boolean).join(' ')
  const cells = [
    print.dim(formatTime(run.startedMs)),
    run.id,
    [run.provider, model].filter(Boolean).join('/'),
    run.translatedTo === null ? '' : `${run.dialect} to ${run.translatedTo}`,
    run.errorCode ? `${ended} (${run.errorCode})` : ended,
    run.guard ?? '',
    run.cache === 'hit' ? hit(run) : '',
    tokens,
    cost(run),
    formatDuration(run.durationMs),
  ]
  print.line(cells.filter(Boolean).join('  '))
}

const allInput = (run: Run): number =>
  (run.inputTokens ?? 0) + (run.cacheReadTokens ?? 0) + (run.cacheWrite5mTokens ?? 0) + (run.cacheWrite1hTokens ?? 0)

const cached = ({ cacheReadTokens }: Run): string =>
  cacheReadTokens ? ` (${formatCount(cacheReadTokens)} cached)` : ''

const hit = ({ savedNanoUsd }: Run): string =>
  savedNanoUsd === null ? 'cache hit' : `cache hit, ${formatUsd(savedNanoUsd)} saved`

function cost({ costStatus, costNanoUsd }: Run): string {
  if (costStatus === 'none') return ''
  return `${costStatus === 'estimated' ? '~' : ''}${formatUsd(costNanoUsd)}`
}
