/** What a command is: a citty definition whose `run` gets its arguments and the invocation, and may answer with an exit code. */
import { type ArgsDef, type CommandDef, defineCommand, type ParsedArgs } from 'citty'
import type { Environment } from '../config/environment.ts'
import type { Clock } from '../lib/clock.ts'
import type { Printer } from './print.ts'

/** One call of the program. */
export interface Invocation {
  /** The name it was called by: `relayplane` or `relayplane-proxy`. */
  readonly name: string
  readonly environment: Environment
  readonly print: Printer
  readonly clock: Clock
}

export const exitCodes = { done: 0, failed: 1, usage: 2 } as const
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** A call that cannot be understood: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'

  /** @param list The words of the command that lists what could have been named, where that is not the help of the command. */
  constructor(
    message: string,
    readonly list: string | null = null,
  ) {
    super(message)
  }
}

type Answer = ExitCode | void | Promise<ExitCode | void>

interface CommandParts<A extends ArgsDef> {
  readonly description: string
  readonly args: A
  readonly subCommands?: Readonly<Record<string, CommandDef>>
  /** @param words The arguments as they came, for flags that may be given several times. */
  readonly run: (args: ParsedArgs<A>, invocation: Invocation, words: readonly string[]) => Answer
}

export function command<const A extends ArgsDef>({ description, args, subCommands, run }: CommandParts<A>): CommandDef {
  const definition = defineCommand({
    meta: { description },
    args,
    ...(subCommands ? { subCommands } : {}),
    run: (context) => run(context.args, context.data as Invocation, context.rawArgs),
  })
  // A table holds commands of many argument types; each `run` meets only the arguments parsed by its own definition.
  return definition as unknown as CommandDef
}

export const jsonArg = { type: 'boolean', description: 'Print JSON instead of text.' } as const
