/** From words to an exit code: help and version, whether a command takes these words, what a failure says. */
import { runCommand } from 'citty'
import { ConfigError } from '../config/error.ts'
import { redact } from '../lib/log.ts'
import { AppError } from '../neutral/error.ts'
import { commit, version } from '../version.ts'
import { checkArgs } from './check-args.ts'
import { type ExitCode, exitCodes, type Invocation, UsageError } from './command.ts'
import { argsOf, type CommandTable, findCommand } from './find-command.ts'
import { printHelp, printOverview } from './help.ts'

/** @returns The exit code; everything that goes wrong has been said by then. */
export async function runWords(
  words: readonly string[],
  table: CommandTable,
  invocation: Invocation,
): Promise<ExitCode> {
  try {
    return await judgeWords(words, table, invocation)
  } catch (fault) {
    const { name, print } = invocation
    if (!isUsageFault(fault)) {
      print.fail(redact(sentenceOf(fault)))
      return exitCodes.failed
    }
    print.fail(`${fault.message}\n${hintOf(fault, words, table, name)}`)
    return exitCodes.usage
  }
}

/** Where one reads what would have been right. */
function hintOf(fault: Error, words: readonly string[], table: CommandTable, name: string): string {
  if (fault instanceof UsageError && fault.list !== null) return `"${name} ${fault.list}" lists what there is.`
  return `"${[name, ...findCommand(words, table).path].join(' ')} --help" says what it takes.`
}

async function judgeWords(words: readonly string[], table: CommandTable, invocation: Invocation): Promise<ExitCode> {
  const { name, print } = invocation
  if (words.some(isVersionFlag)) {
    print.line(`${name} ${version} (${commit})`)
    return exitCodes.done
  }
  const isHelp = words[0] === 'help' || words.some(isHelpFlag)
  if (isHelp) {
    const asked = words.slice(words[0] === 'help' ? 1 : 0).filter((word) => !word.startsWith('-'))
    if (asked.length === 0) printOverview(table, name, print)
    else printHelp(findCommand(asked, table), name, print)
    return exitCodes.done
  }
  const { definition, rest } = findCommand(words, table)
  checkArgs(rest, argsOf(definition))
  // citty would look for sub-commands once more, and not hand down the invocation.
  const leaf = { ...definition, subCommands: {} }
  const { result } = await runCommand(leaf, { rawArgs: [...rest], data: invocation })
  return (result as ExitCode | undefined) ?? exitCodes.done
}

const isHelpFlag = (word: string): boolean => word === '--help' || word === '-h'
const isVersionFlag = (word: string): boolean => word === '--version' || word === '-V'

/** Our errors are sentences; a stranger's comes with where it happened, so that it can be reported. */
function sentenceOf(fault: unknown): string {
  if (fault instanceof AppError) return fault.message
  return fault instanceof Error ? (fault.stack ?? fault.message) : String(fault)
}

/** A flag or word that nobody understands, here or where it was handed to. Settings that cannot be used are no wrong call. */
const isUsageFault = (fault: unknown): fault is Error =>
  fault instanceof UsageError ||
  (fault instanceof AppError && fault.code === 'invalid-request' && !(fault instanceof ConfigError))
