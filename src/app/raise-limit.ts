/**
 * Bun's fetch holds 256 connections at most, unless a variable says otherwise before the process starts. So a start without it
 * replaces the process by itself with the variable set: same process id, nothing in between, before anything is open.
 */
import { dlopen, ptr } from 'bun:ffi'

export const limitVariable = 'BUN_CONFIG_MAX_HTTP_REQUESTS'
/** The most that Bun accepts. */
const limit = '65336'

const libraries: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  linux: 'libc.so.6',
  darwin: 'libSystem.B.dylib',
}

/**
 * Does not return when it succeeds.
 * @param variables The environment to go on with.
 * @param argv `process.argv`: the runtime, the script, the arguments.
 */
export function raiseConnectionLimit(variables: Readonly<Record<string, string>>, argv: readonly string[]): void {
  const library = libraries[process.platform]
  if (variables[limitVariable] !== undefined || library === undefined) return
  // Compiled, the script is in the binary itself and must not be named again.
  const isCompiled = argv[1]?.startsWith('/$bunfs/') === true
  const args = [process.execPath, ...argv.slice(isCompiled ? 2 : 1)]
  const environment = [...Object.entries(variables), [limitVariable, limit] as const].map(
    ([name, value]) => `${name}=${value}`,
  )
  try {
    const { symbols } = dlopen(library, { execve: { args: ['ptr', 'ptr', 'ptr'], returns: 'i32' } })
    const kept: Buffer[] = []
    symbols.execve(pointerTo(process.execPath, kept), ptr(listOf(args, kept)), ptr(listOf(environment, kept)))
  } catch {
    // A system with another C library: 256 upstream connections at a time are what there is.
  }
}

function pointerTo(text: string, kept: Buffer[]) {
  const bytes = Buffer.from(`${text}\0`)
  kept.push(bytes)
  return ptr(bytes)
}

/** A C array of strings; `kept` keeps them from being collected. */
function listOf(texts: readonly string[], kept: Buffer[]): BigUint64Array {
  const list = new BigUint64Array(texts.length + 1)
  for (const [i, text] of texts.entries()) list[i] = BigInt(pointerTo(text, kept))
  return list
}
