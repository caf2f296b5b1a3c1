/** A configuration that cannot be used: every reason at once, each with its path. */
import { AppError } from '../neutral/error.ts'

export class ConfigError extends AppError {
  /** One sentence each, without secrets. */
  readonly problems: readonly string[]

  /** @param what What cannot be used, as the start of a sentence: a file's path, `The settings`. */
  constructor(what: string, problems: readonly string[]) {
    super('invalid-request', [`${what} cannot be used:`, ...problems.map((problem) => `  ${problem}`)].join('\n'))
    this.name = 'ConfigError'
    this.problems = problems
  }
}
