/** `budget reset`: what was spent up to now counts no more. */
import { command, jsonArg } from '../command.ts'
import { findGuard } from '../guard.ts'
import { printBudgets } from './status.ts'

export const reset = command({
  description: 'Let limits begin anew: what was spent up to now counts against them no more. Records stay.',
  args: {
    scope: {
      type: 'string',
      valueHint: 'scope',
      default: 'all',
      description: 'all, session:<id>, agent:<name>, provider:<id> or model:<provider/model>.',
    },
    json: jsonArg,
  },
  async run({ scope, json }, invocation) {
    const found = await (await findGuard(invocation)).resetBudget(scope)
    if (json) return invocation.print.json(found)
    invocation.print.done(scope === 'all' ? 'All limits begin anew.' : `The limits of ${scope} begin anew.`)
    printBudgets(found, invocation)
  },
})
