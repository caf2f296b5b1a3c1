/** `prices` and the commands below it. */
import type { Invocation } from '../command.ts'
import { command, jsonArg } from '../command.ts'
import { openBook } from './book.ts'
import { list } from './list.ts'
import { lookup } from './lookup.ts'
import { reapply } from './reapply.ts'
import { update } from './update.ts'

export const prices = command({
  description: 'Say which price table is in force; the commands below list, look up, refresh and re-apply prices.',
  args: { json: jsonArg },
  subCommands: { list, lookup, update, reapply },
  run: ({ json }, invocation) => describeTable(json === true, invocation),
})

async function describeTable(isJson: boolean, invocation: Invocation): Promise<void> {
  const { source, date } = (await openBook(invocation)).table
  if (isJson) return invocation.print.json({ source, date })
  invocation.print.line(`${source} of ${date}, with reviewed changes and the prices of your settings before it.`)
}
