/** `budget history`: what each day cost, and what the guard did in it. */
import type { BudgetHistory } from '../../control/guard-shapes.ts'
import { command, jsonArg } from '../command.ts'
import { formatCount, formatUsd } from '../format.ts'
import { findGuard } from '../guard.ts'

export const history = command({
  description: 'Show what each day cost, and what the guard did in it.',
  args: {
    days: {
      type: 'string',
      valueHint: 'count',
      description: 'How many days of UTC, up to today; 1 to 365, default 14.',
    },
    json: jsonArg,
  },
  async run({ days, json }, invocation) {
    const query = new URLSearchParams(days === undefined ? {} : { days })
    const found = await (await findGuard(invocation)).budgetHistory(query)
    if (json) return invocation.print.json(found)
    const titles = ['cost', 'requests', 'blocked', 'cut', 'downgraded', 'warned']
    invocation.print.table(
      [{ title: 'day (UTC)' }, ...titles.map((title) => ({ title, isFigure: true }))],
      found.days.map(rowOf),
    )
  },
})

const rowOf = (day: BudgetHistory['days'][number]): readonly string[] => [
  new Date(day.startMs).toISOString().slice(0, 10),
  formatUsd(day.nanoUsd),
  ...[day.requests, day.blocked, day.cut, day.downgraded, day.warned].map((count) =>
    count === 0 ? '' : formatCount(count),
  ),
]
