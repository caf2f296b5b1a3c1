/**
 * What Bun takes from its environment only when it starts: how many connections fetch may hold (256 unless told otherwise), and
 * how long freed memory waits before it goes back to the system. A start without them replaces the process by itself with them
 * set: same process id, nothing in between, before anything is open.
 */
import { dlopen, ptr } from 'bun:ffi'

/** Whoever sets it decides for himself, and the process stays. */
export const limitVariable = 'BUN_CONFIG_MAX_HTTP_REQUESTS'

export const runtimeVariables: Readonly<Record<string, string>> = {
  /** The most that Bun accepts. */
  [limitVariable]: '65336',
  /** ms. Bun's own wait is so short that memory given back under load is asked for again at once: an eighth of all processor time. */
  MIMALLOC_PURGE_DELAY: '5000',
}

const libraries: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  linux: 'libc.so.6',
  darwin: 'libSystem.B.dylib',
}

/**
 * Does not return when it succeeds.
 * @param variables The environment to go on with.
 * @param argv `process.argv`: the runtime, the script, the arguments.
 */
export function setRuntimeVariables(variables: Readonly<Record<string, string>>, argv: readonly string[]): void {
  const library = libraries[process.platform]
  if (variables[limitVariable] !== undefined || library === undefined) return
  // Compiled, the script is in the binary itself and must not be named again.
  const isCompiled = argv[1]?.startsWith('/$bunfs/') === true
  const args = [process.execPath, ...argv.slice(isCompiled ? 2 : 1)]
  const environment = Object.entries({ ...runtimeVariables, ...variables }).map(([name, value]) => `${name}=${value}`)
  try {
    const { symbols } = dlopen(library, { execve: { args: ['ptr', 'ptr', 'ptr'], returns: 'i32' } })
    const kept: Buffer[] = []
    symbols.execve(pointerTo(process.execPath, kept), ptr(listOf(args, kept)), ptr(listOf(environment, kept)))
  } catch {
    // A system with another C library: 256 upstream connections at a time are what there is, and memory goes back at once.
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
