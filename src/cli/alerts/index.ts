/** `alerts` and the commands below it. */
import { command, jsonArg } from '../command.ts'
import { ack } from './ack.ts'
import { counts } from './counts.ts'
import { list, showAlerts } from './list.ts'
import { test } from './test.ts'

export const alerts = command({
  description: 'List alerts as "alerts list" does; the commands below count, acknowledge and try them.',
  args: { json: jsonArg },
  subCommands: { list, counts, ack, test },
  run: ({ json }, invocation) => showAlerts(new URLSearchParams(), json === true, invocation),
})
