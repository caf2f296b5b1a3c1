/** `config validate`: every fault of the config file, the variables and the providers they make. */
import { ConfigError } from '../../config/error.ts'
import { remarksOnKeys } from '../../config/credentials.ts'
import { command, exitCodes, type Invocation, jsonArg } from '../command.ts'
import { readProviders } from '../providers.ts'
import { readEffective } from './effective.ts'

interface Findings {
  readonly errors: readonly string[]
  readonly warnings: readonly string[]
}

export const validate = command({
  description: 'Check the config file and the environment; exit code 1 when something is wrong.',
  args: { json: jsonArg },
  async run({ json }, invocation) {
    const { environment, print } = invocation
    const { errors, warnings } = await inspect(invocation)
    if (json) print.json({ path: environment.paths.config, isValid: errors.length === 0, errors, warnings })
    else {
      for (const error of errors) print.fail(error)
      for (const warning of warnings) print.warn(warning)
      if (errors.length === 0) print.done(`${environment.paths.config} is valid.`)
    }
    return errors.length === 0 ? exitCodes.done : exitCodes.failed
  },
})

async function inspect({ environment }: Invocation): Promise<Findings> {
  try {
    const { config, unknown } = readEffective(environment)
    const { problems } = await readProviders(environment)
    return { errors: [], warnings: [...unknown, ...remarksOnKeys(config, environment), ...problems] }
  } catch (fault) {
    if (fault instanceof ConfigError) return { errors: fault.problems, warnings: [] }
    throw fault
  }
}
