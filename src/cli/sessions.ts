/** `sessions`: what conversations cost, dearest first. */
import type { SessionLine } from '../control/guard-shapes.ts'
import { command, jsonArg } from './command.ts'
import { withFigures } from './figures.ts'
import { conditionArgs, filterQuery, windowArgs } from './filter-args.ts'
import { formatTime } from './format.ts'
import type { Printer } from './print.ts'
import { printUnpricedNote, sumCells, sumColumns } from './sums.ts'

export const sessions = command({
  description: 'List the sessions that were active in a window of time, dearest first.',
  args: {
    ...windowArgs,
    ...conditionArgs,
    limit: { type: 'string', alias: 'n', valueHint: 'count', description: 'How many, 1 to 200; default 20.' },
    json: jsonArg,
  },
  async run(args, invocation) {
    const query = filterQuery(args, windowArgs, conditionArgs)
    if (args.limit !== undefined) query.set('limit', args.limit)
    const found = await withFigures(invocation, (figures) => figures.sessions(query))
    if (args.json) invocation.print.json(found)
    else if (found.sessions.length === 0) invocation.print.notice('No session matches.')
    else printSessions(found.sessions, invocation.print)
  },
})

export function printSessions(lines: readonly SessionLine[], print: Printer): void {
  const isStopped = lines.some(({ blockedUntilMs }) => blockedUntilMs !== null)
  print.table(
    [
      { title: 'session' },
      { title: 'agent' },
      { title: 'first request' },
      { title: 'last active' },
      ...(isStopped ? [{ title: 'stopped until' }] : []),
      ...sumColumns,
    ],
    lines.map((line) => [
      line.id,
      line.agentName ?? line.agent ?? '',
      formatTime(line.firstMs),
      formatTime(line.lastMs),
      ...(isStopped ? [line.blockedUntilMs === null ? '' : formatTime(line.blockedUntilMs)] : []),
      ...sumCells(line),
    ]),
  )
  print.line(print.dim('Figures are those of the whole session.'))
  printUnpricedNote(lines, print)
}
