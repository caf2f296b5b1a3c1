/** `config unset <name>`: one setting out of the file, so that its default holds. */
import { valueAt, withoutValueAt } from '../../config/setting-path.ts'
import { command } from '../command.ts'
import { changeSetting } from './change.ts'
import { defaultOf, readEffective, settingPath } from './effective.ts'
import { shownValue } from './show.ts'

export const unset = command({
  description: 'Take one setting out of the config file, so that its default holds.',
  args: { name: { type: 'positional', required: true, description: 'Such as server.port or providers.groq.' } },
  async run({ name }, invocation) {
    const path = settingPath(name)
    if (valueAt(readEffective(invocation.environment).file, path) === undefined) {
      invocation.print.notice(`${name} is not in the config file.`)
      return
    }
    const byDefault = defaultOf(path)
    const done = byDefault === undefined ? `${name} is not set now.` : `${name} is ${shownValue(byDefault)} again.`
    await changeSetting(name, done, invocation, (held) => withoutValueAt(held, path))
  },
})
