/** `cache on` and `cache off`. */
import { command, jsonArg } from '../command.ts'
import { findGuard } from '../guard.ts'
import { printCache } from './status.ts'

const switchTo = (enabled: boolean, description: string) =>
  command({
    description,
    args: { json: jsonArg },
    async run({ json }, invocation) {
      const found = await (await findGuard(invocation)).changeCache({ enabled })
      if (json) invocation.print.json(found)
      else printCache(found, invocation.print)
    },
  })

export const on = switchTo(true, 'Keep answers on disk and give them again to the same request.')
export const off = switchTo(false, 'Keep and give none; those that are stored stay for later.')
