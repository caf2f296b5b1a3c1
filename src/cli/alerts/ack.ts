/** `alerts ack`: taking note of alerts, which lets the sessions go on that they had stopped. */
import { more } from '../check-args.ts'
import { command, jsonArg, UsageError } from '../command.ts'
import { formatCount } from '../format.ts'
import { findGuard } from '../guard.ts'

export const ack = command({
  description: 'Take note of alerts; a session that one of them had stopped goes on.',
  args: {
    ids: {
      type: 'positional',
      required: false,
      valueHint: more,
      description: 'Ids, or as much of their start as no other has (6 characters or more).',
    },
    all: { type: 'boolean', description: 'All of them.' },
    json: jsonArg,
  },
  async run(args, invocation) {
    const ids = args._
    if ((args.all === true) === ids.length > 0)
      throw new UsageError('Name alerts as "alerts list" shows them, or give --all.')
    const { print } = invocation
    const found = await (await findGuard(invocation)).acknowledge(args.all ? 'all' : ids)
    if (args.json) return print.json(found)
    print.done(
      `${formatCount(found.acknowledged)} ${found.acknowledged === 1 ? 'alert is' : 'alerts are'} acknowledged.`,
    )
    for (const session of found.freed) print.notice(`The session ${session} may go on.`)
  },
})
