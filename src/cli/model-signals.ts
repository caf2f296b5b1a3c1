/** `signals`: how each model did at each kind of task. */
import type { Share, SignalPage } from '../control/signals-shapes.ts'
import { command, jsonArg } from './command.ts'
import { withFigures } from './figures.ts'
import { conditionArgs, filterQuery, listConditionArgs, windowArgs } from './filter-args.ts'
import { formatCount, formatDuration, formatTime, formatUsd } from './format.ts'
import type { Printer } from './print.ts'

const { provider, model, agent } = conditionArgs
const { task } = listConditionArgs
const whichArgs = { provider, model, agent, task } as const

export const signals = command({
  description: 'Show how each model did at each kind of task, the last 7 days unless told otherwise.',
  args: { ...windowArgs, ...whichArgs, json: jsonArg },
  async run(args, invocation) {
    const query = filterQuery(args, windowArgs, whichArgs)
    const found = await withFigures(invocation, (figures) => figures.signals(query))
    if (args.json) invocation.print.json(found)
    else if (found.models.length === 0) invocation.print.notice('No answer matches.')
    else printSignals(found, invocation.print)
  },
})

const columns = [
  'attempts',
  'bad',
  'errors',
  'refused',
  'escalated',
  'asked again',
  'unusable',
  'p50',
  'p95',
  'mean cost',
]

function printSignals({ fromMs, toMs, isCut, models }: SignalPage, print: Printer): void {
  const isGraded = models.some(({ graded }) => graded.same.of > 0)
  const titles = [...columns, ...(isGraded ? ['worse than baseline'] : [])]
  print.line(`${formatTime(fromMs)} to ${formatTime(toMs)}`)
  print.line()
  print.table(
    [{ title: 'model' }, { title: 'task' }, ...titles.map((title) => ({ title, isFigure: true }))],
    models.map((one) => [
      `${one.provider}/${one.model}`,
      one.task || '(none)',
      formatCount(one.attempts),
      formatShare(one.bad),
      formatCounted(one.errors),
      formatCounted(one.refusals),
      formatCounted(one.escalations),
      formatCounted(one.repeats),
      formatCounted(one.unusable),
      formatDuration(one.p50Ms),
      formatDuration(one.p95Ms),
      one.priced === 0 ? 'unpriced' : formatUsd(Math.round(one.costNanoUsd / one.priced)),
      ...(isGraded ? [formatShare(one.graded.worse)] : []),
    ]),
  )
  print.line(print.dim('bad: any of the next five; in brackets where the true share lies, 95 times of 100'))
  if (isCut) print.line(print.dim('the window holds more requests than are read; these are its newest'))
}

const percent = (share: number): string => `${Math.round(share * 100)}`

const formatShare = ({ count, of, low, high }: Share): string =>
  low === null || high === null ? '' : `${percent(count / of)} % (${percent(low)}-${percent(high)})`

/** Where nothing could have been counted, nothing is said. */
const formatCounted = ({ count, of }: Share): string => (of === 0 ? '' : formatCount(count))
