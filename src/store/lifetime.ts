/** The sums since the first request ever, by provider, model, billing and outcome: what counters for monitoring are made of. */
import type { Database } from 'bun:sqlite'
import { addBins, addTime, centreMs, type Bins } from './bins.ts'
import { addFigures, noFigures, selectEntries, type Entry, type Figures, type Use } from './figures.ts'
import { foldedSeq } from './fold.ts'
import { cover, readLevels } from './levels.ts'
import { rollupColumns, type RollupRow } from './rollups.ts'

export interface LifetimeSum extends Omit<Use, 'agent'> {
  readonly figures: Figures
  /** How often about that long, ascending. */
  readonly duration: readonly Times[]
  readonly firstByte: readonly Times[]
}

type Times = readonly [ms: number, count: number]

interface Sum extends Omit<Use, 'agent'> {
  readonly figures: Figures
  readonly duration: Bins
  readonly firstByte: Bins
}

const selectRollups = `SELECT ${rollupColumns} FROM rollups WHERE step_ms = ? AND start_ms >= ? AND start_ms < ?`
const selectUnfolded = selectEntries('requests NOT INDEXED', 'seq > $folded')

/** Days are never deleted, so these only ever grow. */
export function readLifetime(database: Database): LifetimeSum[] {
  return database.transaction(() => {
    const sums = new Map<string, Sum>()
    const rows = database.query<RollupRow, [number, number, number]>(selectRollups)
    for (const { stepMs, fromMs, toMs } of cover(readLevels(database), 0, Number.MAX_SAFE_INTEGER)) {
      for (const row of rows.iterate(stepMs, fromMs, toMs)) {
        const sum = sumOf(sums, row)
        addFigures(sum.figures, row)
        addBins(sum.duration, row.durationBins)
        addBins(sum.firstByte, row.firstByteBins)
      }
    }
    const unfolded = database.query<Entry, [{ $folded: number }]>(selectUnfolded)
    for (const entry of unfolded.iterate({ $folded: foldedSeq(database) })) {
      const sum = sumOf(sums, entry)
      addFigures(sum.figures, entry)
      if (entry.durationMs !== null) addTime(sum.duration, entry.durationMs)
      if (entry.firstByteMs !== null) addTime(sum.firstByte, entry.firstByteMs)
    }
    return [...sums.values()].map((sum) => ({
      ...sum,
      duration: timesOf(sum.duration),
      firstByte: timesOf(sum.firstByte),
    }))
  })()
}

const timesOf = (bins: Bins): Times[] =>
  [...bins].sort(([one], [other]) => one - other).map(([bin, count]) => [centreMs(bin), count])

function sumOf(sums: Map<string, Sum>, { provider, model, billing, outcome }: Use): Sum {
  const key = `${provider}\n${model}\n${billing}\n${outcome}`
  const sum = sums.get(key) ?? {
    provider,
    model,
    billing,
    outcome,
    figures: noFigures(),
    duration: new Map(),
    firstByte: new Map(),
  }
  sums.set(key, sum)
  return sum
}
