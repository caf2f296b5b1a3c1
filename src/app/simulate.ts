/** The replay of requests: the recorded ones of a database, or such as somebody brings. */
import type { Database } from 'bun:sqlite'
import type { PastRequest, Simulation } from '../neutral/simulation.ts'
import { matchesMount } from '../providers/resolve.ts'
import { openReplay } from '../rules/simulate.ts'
import { openSimulationSums } from '../rules/simulate-sums.ts'
import { readPast } from '../store/simulate.ts'
import type { Span } from '../store/window.ts'
import type { SimulatedWorld } from './simulate-world.ts'

/** @param pause Between chunks: others wait for the thread that this runs on. */
export async function simulateHistory(
  database: Database,
  { span, limit }: { readonly span: Span; readonly limit: number },
  world: SimulatedWorld,
  pause: () => Promise<void> = () => Bun.sleep(0),
): Promise<Simulation> {
  const replay = openReplay(world)
  const sums = openSimulationSums()
  const { isCut, chunks } = readPast(database, span, limit)
  for (const { rows, skipped } of chunks) {
    for (const { path, ...row } of rows) {
      const past = { ...row, mount: matchesMount(path, world.catalog)?.provider ?? null }
      sums.add(past, replay(past))
    }
    sums.skip(skipped)
    await pause()
  }
  return sums.result(isCut)
}

/** @param requests In the order in which they came. @param skipped What was among them and can't be replayed. */
export function simulateRequests(requests: Iterable<PastRequest>, skipped: number, world: SimulatedWorld): Simulation {
  const replay = openReplay(world)
  const sums = openSimulationSums()
  for (const past of requests) sums.add(past, replay(past))
  sums.skip(skipped)
  return sums.result(false)
}
