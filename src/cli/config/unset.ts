/** `config unset <name>`: one setting out of the file, so that its default holds. */
import { readJsonFile } from '../../config/load.ts'
import { parsePath, valueAt, withoutValueAt } from '../../config/setting-path.ts'
import { command, jsonArg } from '../command.ts'
import { changeSetting } from './change.ts'
import { defaultOf, settingPath } from './effective.ts'
import { shownValue } from './show.ts'

export const unset = command({
  description: 'Take one setting, or a name that is none, out of the config file, so that the default holds.',
  args: {
    name: { type: 'positional', required: true, description: 'Such as server.port or providers.groq.' },
    json: jsonArg,
  },
  async run({ name, json }, invocation) {
    const { environment, print } = invocation
    // The file as it stands: what is wrong in it is what one wants to be rid of.
    const file = readJsonFile(environment.paths.config)
    const written = parsePath(name)
    const isThere = file.kind === 'value' && written !== undefined && valueAt(file.value, written) !== undefined
    const path = isThere ? written : settingPath(name)
    const byDefault = defaultOf(path)
    const done = byDefault === undefined ? `${name} is not set now.` : `${name} is ${shownValue(byDefault)} again.`
    if (isThere) await changeSetting(name, done, invocation, (held) => withoutValueAt(held, path))
    else print.notice(`${name} is not in the config file.`)
    if (json) print.json({ name, value: byDefault ?? null })
  },
})
