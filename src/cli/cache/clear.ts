/** `cache clear`: forgets every stored answer. */
import { command, jsonArg } from '../command.ts'
import { formatBytes, formatCount } from '../format.ts'
import { findGuard } from '../guard.ts'

export const clear = command({
  description: 'Forget every stored answer; what was saved stays in the figures.',
  args: { json: jsonArg },
  async run({ json }, invocation) {
    const { entries, bytes } = await (await findGuard(invocation)).clearCache()
    if (json) return invocation.print.json({ entries, bytes })
    invocation.print.done(
      `${formatCount(entries)} stored ${entries === 1 ? 'answer is' : 'answers are'} gone, ${formatBytes(bytes)}.`,
    )
  },
})
