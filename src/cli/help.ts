/** Help texts, from the same definitions that parse the arguments. */
import type { ArgDef, ArgsDef, CommandDef } from 'citty'
import { everywhere, more, spellings, takesMore } from './check-args.ts'
import { argsOf, type Commands, type CommandTable, type Found, subCommandsOf } from './find-command.ts'
import type { Printer } from './print.ts'

export function printOverview({ description, commands, byDefault }: CommandTable, name: string, print: Printer): void {
  print.line(description)
  section('Usage', [[`${name} <command> [flags]`, '']], print)
  section('Commands', describeCommands(commands), print)
  section('Flags', describeFlags(everywhere), print)
  print.line()
  print.line(`"${name}" alone is "${name} ${byDefault}". "${name} <command> --help" tells more of a command.`)
}

export function printHelp({ path, definition }: Found, name: string, print: Printer): void {
  const args = argsOf(definition)
  const positionals = Object.entries(args).filter(([, { type }]) => type === 'positional')
  const places = positionals.map(([key, definition]) => {
    const word = takesMore(definition) ? `${key}${more}` : key
    return definition.required ? `<${word}>` : `[${word}]`
  })
  const subCommands = subCommandsOf(definition)
  const hasSubCommands = Object.keys(subCommands).length > 0
  print.line(descriptionOf(definition))
  const usage = [name, ...path, ...places, hasSubCommands ? '[command]' : '', '[flags]'].filter(Boolean).join(' ')
  section('Usage', [[usage, '']], print)
  section('Commands', describeCommands(subCommands), print)
  section(
    'Arguments',
    positionals.map(([key, { description = '' }]) => [key, description]),
    print,
  )
  section('Flags', describeFlags({ ...args, ...everywhere }), print)
}

type Line = readonly [what: string, meaning: string]

function section(title: string, lines: readonly Line[], print: Printer): void {
  if (lines.length === 0) return
  print.line()
  print.line(print.bold(title))
  const width = Math.max(...lines.map(([what]) => what.length))
  for (const [what, meaning] of lines) print.line(`  ${what.padEnd(width)}  ${meaning}`.trimEnd())
}

export const descriptionOf = (definition: CommandDef): string =>
  (definition.meta as { readonly description: string }).description

const describeCommands = (commands: Commands): readonly Line[] =>
  Object.entries(commands).map(([name, definition]) => [name, descriptionOf(definition)])

export const describeFlags = (args: ArgsDef): readonly Line[] =>
  Object.entries(args).flatMap(([key, definition]): readonly Line[] =>
    definition.type === 'positional' ? [] : [[flagText(key, definition), meaningOf(definition)]],
  )

/** `-n, --limit <count>` */
function flagText(key: string, definition: ArgDef): string {
  const names = spellings(key, definition).toReversed().join(', ')
  return definition.type === 'boolean' ? names : `${names} <${definition.valueHint ?? key}>`
}

function meaningOf(definition: ArgDef): string {
  const choices = definition.type === 'enum' ? ` One of ${(definition.options ?? []).join(', ')}.` : ''
  const byDefault = definition.default === undefined ? '' : ` Default: ${String(definition.default)}.`
  return `${definition.description ?? ''}${choices}${byDefault}`
}
