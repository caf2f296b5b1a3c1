/** `config reset`: all settings back to their defaults. */
import { existsSync } from 'node:fs'
import { backupPath } from '../../config/paths.ts'
import { resetConfigFile } from '../../config/save.ts'
import { command, jsonArg } from '../command.ts'

export const reset = command({
  description: 'Put every setting back to its default; the file that was in force stays as the backup.',
  args: { json: jsonArg },
  run({ json }, { environment, print }) {
    const { config } = environment.paths
    resetConfigFile(config)
    print.done('Every setting is at its default.')
    const backup = existsSync(backupPath(config)) ? backupPath(config) : null
    if (backup !== null) print.notice(`The file before is kept as ${backup}.`)
    if (json) print.json({ path: config, backup })
  },
})
