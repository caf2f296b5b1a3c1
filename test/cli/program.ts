/** Running the program as a user does: a process with an environment of its own, from source or as the compiled file. */
import { join } from 'node:path'
import { tempFolder } from '../support/folder.ts'

const source = [process.execPath, join(import.meta.dir, '../../src/main.ts')]

/** What runs: `RELAYPLANE_BINARY` where it is set, else the source. */
export const program: readonly string[] = process.env['RELAYPLANE_BINARY'] ? [process.env['RELAYPLANE_BINARY']] : source

export interface Ended {
  readonly code: number
  readonly out: string
  readonly err: string
}

export interface Surroundings {
  /** Made when absent. */
  readonly home?: string
  readonly variables?: Readonly<Record<string, string>>
  readonly input?: string
}

/** Bun keeps a cache in the home directory of whoever runs it from source; it is no file of ours. */
const userHome = tempFolder()

/** The whole environment of the program: nothing of the one that runs the tests leaks in. */
export const environmentOf = ({ home = tempFolder(), variables = {} }: Surroundings): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '',
  HOME: userHome,
  RELAYPLANE_HOME: home,
  ...variables,
})

export async function run(words: readonly string[], surroundings: Surroundings = {}): Promise<Ended> {
  const child = Bun.spawn([...program, ...words], {
    env: environmentOf(surroundings),
    stdin: surroundings.input === undefined ? 'ignore' : Buffer.from(surroundings.input),
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const [out, err, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ])
  return { code, out, err }
}
