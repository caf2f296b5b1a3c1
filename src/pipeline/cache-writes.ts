/** Answers on their way to disk: one at a time for each request, in their order, and who looks for one waits until it is there. */
import { BriefMap } from '../lib/brief-map.ts'

export interface Writes {
  /** Starts after those of the same key. */
  run(key: string, write: () => Promise<void>): Promise<void>
  /** Resolves when nothing is being written under the key. */
  done(key: string): Promise<void> | undefined
}

export function openWrites(): Writes {
  const last = new BriefMap<Promise<void>>()
  return {
    run(key, write) {
      const before = last.get(key)
      const written = before === undefined ? write() : before.then(write, write)
      // Whoever waits for it does not care how it went.
      const ended = written
        .catch(() => undefined)
        .finally(() => {
          if (last.get(key) === ended) last.delete(key)
        })
      last.set(key, ended)
      return written
    },
    done: (key) => last.get(key),
  }
}
