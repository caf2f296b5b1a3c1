/** `cache stats`: where the response cache helps, by model and by task type. */
import type { CacheStats } from '../../control/guard-shapes.ts'
import { command, jsonArg } from '../command.ts'
import { formatCount, formatUsd } from '../format.ts'
import { findGuard } from '../guard.ts'
import type { Printer } from '../print.ts'

export const stats = command({
  description: 'Show hits, misses and what was saved, by model and by task type.',
  args: { json: jsonArg },
  async run({ json }, invocation) {
    const { print } = invocation
    const found = await (await findGuard(invocation)).cacheStats()
    if (json) return print.json(found)
    const { byModel, byTask } = found
    if (byModel.length === 0) return print.notice('No request has met the response cache yet.')
    printGroups('model', byModel, print)
    print.line()
    printGroups('task', byTask, print)
  },
})

function printGroups(title: string, groups: CacheStats['byModel'], print: Printer): void {
  const figures = ['hits', 'misses', 'saved'].map((name) => ({ title: name, isFigure: true }))
  print.table(
    [{ title }, ...figures],
    groups.map(({ key, hits, misses, savedNanoUsd }) => [
      key || '(none)',
      formatCount(hits),
      formatCount(misses),
      formatUsd(savedNanoUsd),
    ]),
  )
}
