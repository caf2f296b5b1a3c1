/** `config get <name>`: one setting in force. */
import { maskSecrets } from '../../config/mask.ts'
import { valueAt } from '../../config/setting-path.ts'
import { command, exitCodes, jsonArg } from '../command.ts'
import { readEffective, settingPath } from './effective.ts'
import { shownValue } from './show.ts'

export const get = command({
  description: 'Print one setting as it is in force; keys are masked.',
  args: {
    name: { type: 'positional', required: true, description: 'Such as server.port or providers.groq.baseUrl.' },
    json: jsonArg,
  },
  run({ name, json }, { environment, print }) {
    const path = settingPath(name)
    const value = maskSecrets(valueAt(readEffective(environment).config, path), path.at(-1))
    if (value === undefined) {
      print.notice(`${name} is not set.`)
      return exitCodes.failed
    }
    if (json) print.json(value)
    else print.line(shownValue(value))
  },
})
