/** `budget` and the commands below it. */
import { command, jsonArg } from '../command.ts'
import { history } from './history.ts'
import { reset } from './reset.ts'
import { set } from './set.ts'
import { showBudgets, status } from './status.ts'

export const budget = command({
  description: 'Show the limits of spend as "budget status" does; the commands below change and explain them.',
  args: { json: jsonArg },
  subCommands: { status, set, reset, history },
  run: ({ json }, invocation) => showBudgets(json === true, invocation),
})
