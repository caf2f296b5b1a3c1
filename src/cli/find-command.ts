/** Which command the words name, and which words are left for it. */
import type { ArgsDef, CommandDef } from 'citty'
import { suggest } from '../config/suggest.ts'
import { UsageError } from './command.ts'

export type Commands = Readonly<Record<string, CommandDef>>

export interface CommandTable {
  readonly description: string
  readonly commands: Commands
  /** The one that runs where none is named. */
  readonly byDefault: string
}

export interface Found {
  /** `['config', 'set']` */
  readonly path: readonly string[]
  readonly definition: CommandDef
  readonly rest: readonly string[]
}

export const argsOf = (definition: CommandDef | undefined): ArgsDef => (definition?.args ?? {}) as ArgsDef

export const subCommandsOf = (definition: CommandDef): Commands => (definition.subCommands ?? {}) as Commands

/**
 * The command may stand after flags of its own (`--json stats`); without one it is the default (`--port 4200`).
 * @throws UsageError where no command has the name, with the one that was probably meant.
 */
export function findCommand(words: readonly string[], { commands, byDefault }: CommandTable): Found {
  const fallback = childOf(commands, byDefault, [])
  const place = words.findIndex((word, index) => !word.startsWith('-') && !isValueOf(words[index - 1], word))
  const named = words[place]
  if (named === undefined) return { path: [byDefault], definition: fallback, rest: words }
  return descend({ path: [named], definition: childOf(commands, named, []), rest: words.toSpliced(place, 1) })

  /** A word after a flag of the default command that takes a value belongs to that flag. */
  function isValueOf(flag: string | undefined, word: string): boolean {
    if (!flag?.startsWith('--') || Object.hasOwn(commands, word)) return false
    return argsOf(fallback)[flag.slice(2)]?.type === 'string'
  }
}

function descend(found: Found): Found {
  const children = subCommandsOf(found.definition)
  const [named, ...rest] = found.rest
  if (Object.keys(children).length === 0 || named === undefined || named.startsWith('-')) return found
  const definition = childOf(children, named, found.path)
  return descend({ path: [...found.path, named], definition, rest })
}

function childOf(children: Commands, named: string, above: readonly string[]): CommandDef {
  const child = Object.hasOwn(children, named) ? children[named] : undefined
  if (child) return child
  const near = suggest(named, Object.keys(children))
  const kind = [...above, 'command'].join(' ')
  throw new UsageError(
    `There is no ${kind} "${named}".${near ? ` Did you mean ${near}?` : ''}`,
    [...above, '--help'].join(' '),
  )
}
