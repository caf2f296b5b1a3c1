/** Settings of routing that are tried and not saved: laid over those in force, or over the defaults, and judged as the file is. */
import { merge } from '../config/merge.ts'
import { type Config, ConfigSchema, deepFreeze, defaultConfig } from '../config/schema.ts'
import { validate } from '../config/validate.ts'
import { AppError } from '../neutral/error.ts'

export interface Trial {
  readonly base?: 'current' | 'default'
  readonly settings?: { readonly routing?: unknown; readonly modelOverrides?: unknown }
}

/** @throws AppError `invalid-request` with every fault. */
export function tryRouting(current: Config, { base = 'current', settings = {} }: Trial): Config {
  const { routing, modelOverrides } = base === 'current' ? current : defaultConfig
  const { value, errors, unknown } = validate(ConfigSchema, {
    ...current,
    routing: merge(routing, settings.routing),
    modelOverrides: merge(modelOverrides, settings.modelOverrides),
  })
  const problems = [...errors, ...unknown]
  if (problems.length > 0) throw new AppError('invalid-request', problems.join('\n'))
  return deepFreeze(value as Config)
}
