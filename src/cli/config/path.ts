/** `config path`: where the config file is, or would be. */
import { command } from '../command.ts'

export const path = command({
  description: 'Print where the config file is.',
  args: {},
  run: (_, { environment, print }) => print.line(environment.paths.config),
})
