/** Processes that tests start; those that a failed test left running are ended by `cleanup.ts`. */
import type { Subprocess } from 'bun'

const running = new Set<Subprocess>()

export function keepTrack(child: Subprocess): void {
  running.add(child)
  void child.exited.then(() => running.delete(child))
}

export function endChildren(): void {
  for (const child of running) child.kill('SIGKILL')
}
