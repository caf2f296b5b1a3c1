/** A home of its own for each test, a log that is remembered, and a timer that a test turns by hand. */
import { type Environment, readEnvironment } from '../../src/config/environment.ts'
import type { Timer } from '../../src/config/watch.ts'
import type { Log } from '../../src/lib/log.ts'
import { tempFolder } from '../support/folder.ts'

/** An environment with a fresh home and nothing else but the variables given. */
export const freshEnvironment = (variables: Record<string, string> = {}): Environment =>
  readEnvironment({ RELAYPLANE_HOME: tempFolder(), ...variables })

export function rememberingLog(): Log & { readonly lines: string[] } {
  const lines: string[] = []
  const note = (level: string) => (sentence: string) => void lines.push(`${level}: ${sentence}`)
  return { lines, error: note('error'), warn: note('warn'), info: note('info'), debug: note('debug') }
}

export function handTimer(): Timer & { turn(times?: number): void } {
  const acts = new Set<() => void>()
  return {
    every(_milliseconds, act) {
      acts.add(act)
      return () => acts.delete(act)
    },
    turn(times = 1) {
      for (let turn = 0; turn < times; turn++) for (const act of acts) act()
    },
  }
}
