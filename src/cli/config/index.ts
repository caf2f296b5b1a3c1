/** `config` and the commands below it. */
import { command, jsonArg } from '../command.ts'
import { get } from './get.ts'
import { path } from './path.ts'
import { reset } from './reset.ts'
import { set } from './set.ts'
import { setKey } from './set-key.ts'
import { showConfig } from './show.ts'
import { unset } from './unset.ts'
import { validate } from './validate.ts'

export const config = command({
  description: 'Show every setting in force and where it comes from; the commands below change them.',
  args: { json: jsonArg },
  subCommands: { get, set, unset, path, 'set-key': setKey, reset, validate },
  run: ({ json }, invocation) => showConfig(json === true, invocation),
})
