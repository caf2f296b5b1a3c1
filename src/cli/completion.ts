/** `completion <shell>`: a script that completes commands and flags, made from the command table. */
import type { ArgsDef, CommandDef } from 'citty'
import { everywhere, spellings } from './check-args.ts'
import { command, UsageError } from './command.ts'
import type { CommandTable } from './find-command.ts'

/** What may follow the words of one command. */
export interface Completion {
  /** `''` for the program itself, `config`, `config set`. */
  readonly path: string
  readonly words: readonly string[]
}

export const completion = (table: () => CommandTable): CommandDef =>
  command({
    description: 'Print a completion script for a shell.',
    args: {
      shell: { type: 'positional', required: true, description: 'bash, zsh or fish.' },
    },
    run({ shell }, { print, name }) {
      const script = Object.hasOwn(scripts, shell) ? scripts[shell] : undefined
      if (!script)
        throw new UsageError(`There is a script for ${Object.keys(scripts).join(', ')}, none for "${shell}".`)
      for (const line of script(name, completionsOf(table().commands)).split('\n')) print.line(line)
    },
  })

export function completionsOf(commands: Readonly<Record<string, CommandDef>>): readonly Completion[] {
  const below = (path: readonly string[], children: Readonly<Record<string, CommandDef>>): readonly Completion[] =>
    Object.entries(children).flatMap(([name, definition]) => {
      const inner = (definition.subCommands ?? {}) as Readonly<Record<string, CommandDef>>
      const here = { path: [...path, name].join(' '), words: [...Object.keys(inner), ...flagsOf(definition)] }
      return [here, ...below([...path, name], inner)]
    })
  return [{ path: '', words: [...Object.keys(commands), '--help', '--version'] }, ...below([], commands)]
}

const flagsOf = (definition: CommandDef): readonly string[] =>
  Object.entries({ ...(definition.args as ArgsDef | undefined), help: everywhere['help'] ?? {} }).flatMap(
    ([key, argument]) => (argument.type === 'positional' ? [] : spellings(key, argument).slice(0, 1)),
  )

type Script = (name: string, completions: readonly Completion[]) => string

const cases = (completions: readonly Completion[], write: (words: string) => string): string =>
  completions.map(({ path, words }) => `    ${JSON.stringify(path)}) ${write(words.join(' '))} ;;`).join('\n')

/** Goes through the words so far and keeps those that name a command. */
const walk = (completions: readonly Completion[], words: string): string => `  local path="" word
  for word in ${words}; do
    case "$path $word" in
${completions
  .filter(({ path }) => path !== '')
  .map(({ path }) => `      ${JSON.stringify(path.includes(' ') ? path : ` ${path}`)}) path="${path}" ;;`)
  .join('\n')}
    esac
  done`

const bash: Script = (name, completions) => `_${identifier(name)}() {
${walk(completions, '"${COMP_WORDS[@]:1:COMP_CWORD-1}"')}
  local words=""
  case "$path" in
${cases(completions, (words) => `words="${words}"`)}
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -F _${identifier(name)} ${name}`

const zsh: Script = (name, completions) => `#compdef ${name}
_${identifier(name)}() {
${walk(completions, '"${(@)words[2,CURRENT-1]}"')}
  case "$path" in
${cases(completions, (words) => `compadd -- ${words}`)}
  esac
}
# Found through fpath, this file is the function; read with eval, it is registered here.
if [[ "\${funcstack[1]}" == "_${identifier(name)}" ]]; then
  _${identifier(name)}
else
  compdef _${identifier(name)} ${name}
fi`

const fish: Script = (name, completions) => `function __${identifier(name)}_words
  set -l path ''
  for word in (commandline -opc)[2..]
    switch "$path $word"
${completions
  .filter(({ path }) => path !== '')
  .map(({ path }) => `      case '${path.includes(' ') ? path : ` ${path}`}'\n        set path '${path}'`)
  .join('\n')}
    end
  end
  switch "$path"
${completions.map(({ path, words }) => `    case '${path}'\n      printf '%s\\n' ${words.join(' ')}`).join('\n')}
  end
end
complete -c ${name} -f -a '(__${identifier(name)}_words)'`

const identifier = (name: string): string => name.replaceAll('-', '_')

const scripts: Readonly<Record<string, Script>> = { bash, zsh, fish }
