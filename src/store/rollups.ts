/** The rows of `rollups`: gathered in memory, read, and written in the one way that keeps two writers from losing a sum. */
import type { Database } from 'bun:sqlite'
import { addBins, addTime, writeBins, type Bins } from './bins.ts'
import { addFigures, noFigures, type Entry, type Figures, type Use } from './figures.ts'
import { floorTo, stepsMs } from './levels.ts'

/** One period's sums for one use. */
export interface Cell extends Use {
  readonly stepMs: number
  readonly startMs: number
  readonly figures: Figures
  /** Bit n: the n-th finer period within holds rows. */
  parts: number
  readonly duration: Bins
  readonly firstByte: Bins
}

export type Cells = Map<string, Cell>

/** A row as stored. */
export interface RollupRow extends Use, Readonly<Figures> {
  readonly startMs: number
  readonly durationBins: string
  readonly firstByteBins: string
}

export const rollupColumns = `start_ms AS startMs, provider, model, agent, billing, outcome, requests, errors, failures,
  input_tokens AS inputTokens, cache_read_tokens AS cacheReadTokens, cache_write_tokens AS cacheWriteTokens,
  output_tokens AS outputTokens, reasoning_tokens AS reasoningTokens, cost_nano_usd AS costNanoUsd, unpriced, estimated,
  unbilled, duration_bins AS durationBins, first_byte_bins AS firstByteBins`

const selectBins = `SELECT duration_bins AS duration, first_byte_bins AS firstByte FROM rollups
WHERE step_ms = ? AND start_ms = ? AND provider = ? AND model = ? AND agent = ? AND billing = ? AND outcome = ?`

// Sums are added, bins replaced: what stood there was merged into them by readBins.
const upsertCell = `INSERT INTO rollups (step_ms, start_ms, provider, model, agent, billing, outcome, requests, errors, failures,
  input_tokens, cache_read_tokens, cache_write_tokens, output_tokens, reasoning_tokens, cost_nano_usd, unpriced, estimated,
  unbilled, parts, duration_bins, first_byte_bins)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (step_ms, start_ms, provider, model, agent, billing, outcome) DO UPDATE SET
  requests = requests + excluded.requests, errors = errors + excluded.errors, failures = failures + excluded.failures,
  input_tokens = input_tokens + excluded.input_tokens, cache_read_tokens = cache_read_tokens + excluded.cache_read_tokens,
  cache_write_tokens = cache_write_tokens + excluded.cache_write_tokens,
  output_tokens = output_tokens + excluded.output_tokens, reasoning_tokens = reasoning_tokens + excluded.reasoning_tokens,
  cost_nano_usd = cost_nano_usd + excluded.cost_nano_usd, unpriced = unpriced + excluded.unpriced,
  estimated = estimated + excluded.estimated, unbilled = unbilled + excluded.unbilled, parts = parts | excluded.parts, duration_bins = excluded.duration_bins,
  first_byte_bins = excluded.first_byte_bins`

// An attempt that had no price when it was folded left no cell.
const upsertCorrection = `INSERT INTO rollups (step_ms, start_ms, provider, model, agent, billing, outcome, requests, errors,
  failures, input_tokens, cache_read_tokens, cache_write_tokens, output_tokens, reasoning_tokens, cost_nano_usd, unpriced,
  estimated, unbilled, parts, duration_bins, first_byte_bins)
VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 0, 0, 0, 0, 0, ?, ?, ?, 0, ?, '', '')
ON CONFLICT (step_ms, start_ms, provider, model, agent, billing, outcome) DO UPDATE SET
  cost_nano_usd = cost_nano_usd + excluded.cost_nano_usd, unpriced = unpriced + excluded.unpriced,
  estimated = estimated + excluded.estimated`

const selectEdition = 'SELECT edition FROM fold_state'
const advanceEdition = 'UPDATE fold_state SET edition = edition + 1 WHERE edition = ?'

/** The cell of `use` in the period of `stepMs` that starts at `startMs`; made when it is not there. */
export function cellOf(cells: Cells, stepMs: number, startMs: number, use: Use): Cell {
  const { provider, model, agent, billing, outcome } = use
  const key = `${stepMs}\n${startMs}\n${provider}\n${model}\n${agent}\n${billing}\n${outcome}`
  const known = cells.get(key)
  if (known !== undefined) return known
  const figures = noFigures()
  const cell: Cell = {
    stepMs,
    startMs,
    provider,
    model,
    agent,
    billing,
    outcome,
    figures,
    parts: 0,
    duration: new Map(),
    firstByte: new Map(),
  }
  cells.set(key, cell)
  return cell
}

export function addEntry(cell: Cell, entry: Entry): void {
  addFigures(cell.figures, entry)
  if (entry.durationMs !== null) addTime(cell.duration, entry.durationMs)
  if (entry.firstByteMs !== null) addTime(cell.firstByte, entry.firstByteMs)
  cell.parts |= partOf(cell.stepMs, entry.startedMs)
}

export function addRollup(cell: Cell, row: RollupRow): void {
  addFigures(cell.figures, row)
  addBins(cell.duration, row.durationBins)
  addBins(cell.firstByte, row.firstByteBins)
  cell.parts |= partOf(cell.stepMs, row.startMs)
}

/** The bit of the finer period that holds `atMs`; minutes have none. */
function partOf(stepMs: number, atMs: number): number {
  const finerMs = stepsMs[stepsMs.findIndex((step) => step === stepMs) - 1]
  return finerMs === undefined ? 0 : 1 << Math.floor((atMs % stepMs) / finerMs)
}

/** Merges into the cells the bins that their rows hold already. */
export function readBins(database: Database, cells: Cells): void {
  const read = database.query<{ duration: string; firstByte: string }, (string | number)[]>(selectBins)
  for (const cell of cells.values()) {
    const { stepMs, startMs, provider, model, agent, billing, outcome } = cell
    const row = read.get(stepMs, startMs, provider, model, agent, billing, outcome)
    if (row === null) continue
    addBins(cell.duration, row.duration)
    addBins(cell.firstByte, row.firstByte)
  }
}

export function writeCells(database: Database, cells: Cells): void {
  const write = database.query<unknown, (string | number)[]>(upsertCell)
  for (const cell of cells.values()) {
    const { figures } = cell
    write.run(
      cell.stepMs,
      cell.startMs,
      cell.provider,
      cell.model,
      cell.agent,
      cell.billing,
      cell.outcome,
      figures.requests,
      figures.errors,
      figures.failures,
      figures.inputTokens,
      figures.cacheReadTokens,
      figures.cacheWriteTokens,
      figures.outputTokens,
      figures.reasoningTokens,
      figures.costNanoUsd,
      figures.unpriced,
      figures.estimated,
      figures.unbilled,
      cell.parts,
      writeBins(cell.duration),
      writeBins(cell.firstByte),
    )
  }
}

/** Moves the cost that one width of period holds for a use. @param atMs A moment in the period. */
export function correctCell(
  database: Database,
  stepMs: number,
  atMs: number,
  change: Use & Pick<Figures, 'costNanoUsd' | 'unpriced' | 'estimated'>,
): void {
  const { provider, model, agent, billing, outcome, costNanoUsd, unpriced, estimated } = change
  database
    .query<unknown, (string | number)[]>(upsertCorrection)
    .run(
      stepMs,
      floorTo(stepMs, atMs),
      provider,
      model,
      agent,
      billing,
      outcome,
      costNanoUsd,
      unpriced,
      estimated,
      partOf(stepMs, atMs),
    )
}

/**
 * Plans a change of the roll-ups without SQLite's write lock and writes it in a short transaction, provided that nobody
 * changed them in between; else plans again.
 * @param plan Reads only. null: nothing to do.
 * @returns What was planned and written; null when there was nothing to do or others kept changing it.
 */
export function changeRollups<Plan>(
  database: Database,
  plan: () => Plan | null,
  write: (planned: Plan) => void,
): Plan | null {
  for (let attempt = 0; attempt < 3; attempt++) {
    const [edition, planned] = database.transaction(() => [readEdition(database), plan()] as const)()
    if (planned === null) return null
    const isWritten = database
      .transaction(() => {
        if (database.query<unknown, [number]>(advanceEdition).run(edition).changes === 0) return false
        write(planned)
        return true
      })
      .immediate()
    if (isWritten) return planned
  }
  return null
}

const readEdition = (database: Database): number =>
  database.query<{ edition: number }, []>(selectEdition).get()?.edition ?? 0
