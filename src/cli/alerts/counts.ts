/** `alerts counts`: how many there are of each kind. */
import { command, jsonArg } from '../command.ts'
import { formatCount } from '../format.ts'
import { findGuard } from '../guard.ts'

export const counts = command({
  description: 'Count alerts by type and severity.',
  args: { json: jsonArg },
  async run({ json }, invocation) {
    const { print } = invocation
    const found = await (await findGuard(invocation)).alertCounts()
    if (json) return print.json(found)
    print.line(`By type           ${sentence(found.byType)}`)
    print.line(`By severity       ${sentence(found.bySeverity)}`)
    print.line(`Unacknowledged    ${formatCount(found.unacknowledged)}`)
    print.line(`For the webhook   ${formatCount(found.waiting)}`)
  },
})

const sentence = (sums: Readonly<Record<string, number>>): string =>
  Object.entries(sums)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${formatCount(count)} ${name}`)
    .join(', ') || 'none'
