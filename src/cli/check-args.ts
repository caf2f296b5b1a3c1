/** Refusing what a command does not take: citty ignores unknown flags and surplus words, a user should hear of them. */
import type { ArgDef, ArgsDef } from 'citty'
import { suggest } from '../config/suggest.ts'
import { UsageError } from './command.ts'

/** Flags that every command answers to. */
export const everywhere: ArgsDef = {
  help: { type: 'boolean', alias: 'h', description: 'Show this help.' },
  version: { type: 'boolean', alias: 'V', description: 'Show the version.' },
}

/**
 * @param words The words after the command's own name.
 * @throws UsageError that names the first word that is wrong or missing, and the one that was probably meant.
 */
export function checkArgs(words: readonly string[], args: ArgsDef): void {
  const known = { ...args, ...everywhere }
  const positionals: string[] = []
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? ''
    if (word === '--') {
      positionals.push(...words.slice(index + 1))
      break
    }
    if (!isFlag(word)) positionals.push(word)
    else if (checkFlag(word, words[index + 1], known)) index++
  }
  const places = Object.entries(args).filter(([, { type }]) => type === 'positional')
  const missing = places.slice(positionals.length).find(([, { required }]) => required)
  if (missing) throw new UsageError(`<${missing[0]}> is missing.`)
  const surplus = positionals[places.length]
  if (surplus !== undefined && !places.some(([, definition]) => takesMore(definition)))
    throw new UsageError(`"${surplus}" is one word too many.`)
}

/** @returns Whether the next word is the flag's value. */
function checkFlag(word: string, next: string | undefined, known: ArgsDef): boolean {
  const [name = '', ...values] = word.split('=')
  const found = findFlag(name, known)
  if (!found) throw unknownFlag(name, known)
  if (found.definition.type === 'boolean') {
    if (values.length > 0) throw new UsageError(`${name} takes no value.`)
    return false
  }
  const value = values.length > 0 ? values.join('=') : next
  if (value === undefined || value === '' || (values.length === 0 && isFlag(value))) {
    throw new UsageError(`${name} needs a value.`)
  }
  if (found.definition.type === 'enum') checkChoice(name, value, found.definition.options ?? [])
  return values.length === 0
}

function checkChoice(name: string, value: string, choices: readonly string[]): void {
  if (choices.includes(value)) return
  const near = suggest(value, choices)
  const hint = near ? ` Did you mean ${near}?` : ''
  throw new UsageError(`${name} takes ${choices.join(', ').replace(/, ([^,]*)$/, ' or $1')}, not "${value}".${hint}`)
}

/** A positional with this hint stands for as many words as there are; it is the last one. */
export const more = '…'
export const takesMore = (definition: ArgDef): boolean =>
  definition.type === 'positional' && definition.valueHint === more

/** A dash alone stands for standard input. */
const isFlag = (word: string): boolean => word.startsWith('-') && word !== '-'

function findFlag(name: string, known: ArgsDef): { readonly definition: ArgDef } | undefined {
  for (const [key, definition] of Object.entries(known)) {
    if (definition.type !== 'positional' && spellings(key, definition).includes(name)) return { definition }
  }
  return undefined
}

export function spellings(key: string, definition: ArgDef): readonly string[] {
  const aliases = 'alias' in definition && definition.alias ? [definition.alias].flat() : []
  return [`--${key}`, ...aliases.map((alias) => (alias.length === 1 ? `-${alias}` : `--${alias}`))]
}

function unknownFlag(name: string, known: ArgsDef): UsageError {
  const flags = Object.entries(known).flatMap(([key, { type }]) => (type === 'positional' ? [] : [key]))
  const near = suggest(name.replace(/^-+/, ''), flags)
  return new UsageError(`There is no flag ${name}.${near ? ` Did you mean --${near}?` : ''}`)
}
