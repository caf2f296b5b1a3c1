/** `budget set`: limits and what follows when one is broken, in force at once. */
import { command, jsonArg, UsageError } from '../command.ts'
import { findGuard } from '../guard.ts'
import { printBudgets } from './status.ts'

const amount = (description: string) => ({ type: 'string', valueHint: 'usd', description }) as const

export const set = command({
  description: 'Change limits and what follows when one is broken; in force at once.',
  args: {
    daily: amount('What may be spent in any 24 hours, or none.'),
    hourly: amount('What may be spent in any hour, or none.'),
    'per-request': amount('What one request may be estimated to cost, or none.'),
    'on-breach': {
      type: 'enum',
      options: ['block', 'warn', 'downgrade', 'alert'],
      valueHint: 'action',
      description: 'What happens to a request that does not fit.',
    },
    'downgrade-to': { type: 'string', valueHint: 'model', description: 'The model that a downgrade sends it to.' },
    estimate: {
      type: 'enum',
      options: ['expected', 'worst'],
      valueHint: 'kind',
      description: 'What is set aside for an answer: what such answers took, or all that is allowed.',
    },
    enable: { type: 'boolean', description: 'Turn limits on.' },
    disable: { type: 'boolean', description: 'Turn them off.' },
    json: jsonArg,
  },
  async run(args, invocation) {
    if (args.enable && args.disable) throw new UsageError('--enable and --disable do not go together.')
    const part = {
      ...(args.enable || args.disable ? { enabled: args.enable === true } : {}),
      ...readAmount('dailyUsd', '--daily', args.daily),
      ...readAmount('hourlyUsd', '--hourly', args.hourly),
      ...readAmount('perRequestUsd', '--per-request', args['per-request']),
      ...(args['on-breach'] === undefined ? {} : { onBreach: args['on-breach'] }),
      ...(args['downgrade-to'] === undefined ? {} : { downgradeTo: args['downgrade-to'] }),
      ...(args.estimate === undefined ? {} : { estimate: args.estimate }),
    }
    if (Object.keys(part).length === 0) throw new UsageError('Say what to set, such as --daily 25.')
    const found = await (await findGuard(invocation)).changeBudget(part)
    if (args.json) return invocation.print.json(found)
    invocation.print.done(
      `${Object.keys(part)
        .map((name) => `budget.${name}`)
        .join(', ')} changed.`,
    )
    printBudgets(found, invocation)
  },
})

/** `none` is no limit. @throws UsageError */
function readAmount(name: string, flag: string, text: string | undefined): Readonly<Record<string, number | null>> {
  if (text === undefined) return {}
  if (text === 'none') return { [name]: null }
  const [, digits = ''] = /^\$?(\d+(?:\.\d+)?)$/.exec(text) ?? []
  if (Number(digits) > 0) return { [name]: Number(digits) }
  throw new UsageError(`${flag} takes an amount in USD above 0, such as 25, or none; not "${text}".`)
}
