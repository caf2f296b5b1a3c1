/** `config reset`: all settings back to their defaults. */
import { existsSync } from 'node:fs'
import { backupPath } from '../../config/paths.ts'
import { resetConfigFile } from '../../config/save.ts'
import { command } from '../command.ts'

export const reset = command({
  description: 'Put every setting back to its default; the file that was in force stays as the backup.',
  args: {},
  run(_, { environment, print }) {
    const { config } = environment.paths
    resetConfigFile(config)
    print.done('Every setting is at its default.')
    if (existsSync(backupPath(config))) print.notice(`The file before is kept as ${backupPath(config)}.`)
  },
})
