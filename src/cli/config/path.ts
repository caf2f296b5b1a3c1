/** `config path`: where the config file is, or would be. */
import { command, jsonArg } from '../command.ts'

export const path = command({
  description: 'Print where the config file is.',
  args: { json: jsonArg },
  run({ json }, { environment, print }) {
    const path = environment.paths.config
    return json ? print.json({ path }) : print.line(path)
  },
})
