/**
 * Fills a database with realistic requests, for benchmarks and for looking at the dashboard.
 * Usage: generate-rows.ts PATH [--rows 1000000] [--days 30] [--seed 1]
 */
import type { Database } from 'bun:sqlite'
import { parseArgs } from 'node:util'
import { openDatabase } from '../src/store/database.ts'
import { foldSome } from '../src/store/fold.ts'
import { raiseSome } from '../src/store/raise.ts'
import { type GeneratedRow, openRowSource, requestColumns, type Value } from './realistic-rows.ts'

const marks = (columns: string): string => columns.replaceAll(/\w+/g, '?')
const insertRequest = `INSERT INTO requests (${requestColumns}) VALUES (${marks(requestColumns)})`

export interface GenerateOptions {
  readonly rows: number
  readonly days: number
  /** The newest row starts just before this. */
  readonly nowMs: number
  readonly seed: number
  readonly tell?: (sentence: string) => void
}

const rowsPerTransaction = 50_000

/** Inserts rows in the order of their start, then folds and raises them all. */
export function generateRows(database: Database, options: GenerateOptions): void {
  const { rows, nowMs, days, seed, tell = () => {} } = options
  const fromMs = nowMs - days * 86_400_000
  const stepMs = (days * 86_400_000) / rows
  // What a power cut would take can be generated again.
  database.run('PRAGMA synchronous = OFF')
  const insert = prepareInsert(database)
  const next = openRowSource(seed)
  const began = performance.now()
  const rate = (done: number) => Math.round((done / (performance.now() - began)) * 1000)
  for (let done = 0; done < rows;) {
    const until = Math.min(rows, done + rowsPerTransaction)
    database.transaction(() => {
      for (; done < until; done++) {
        insert(next(Math.floor(fromMs + done * stepMs)))
      }
    })()
    database.run('PRAGMA wal_checkpoint(TRUNCATE)')
    if (done % 1_000_000 === 0) tell(`${done} rows, ${rate(done)} a second`)
  }
  tell(`${rows} rows inserted, ${rate(rows)} a second`)
  while (foldSome(database, 5000) > 0) continue
  while (raiseSome(database, nowMs)) continue
  database.run('PRAGMA wal_checkpoint(TRUNCATE)')
  database.run('PRAGMA synchronous = NORMAL')
  tell(`folded after ${Math.round((performance.now() - began) / 1000)} s`)
}

/** To be used inside a transaction. */
export function prepareInsert(database: Database): (row: GeneratedRow) => void {
  const insert = database.prepare<unknown, Value[]>(insertRequest)
  return (row) => void insert.run(...row)
}

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      rows: { type: 'string', default: '1000000' },
      days: { type: 'string', default: '30' },
      seed: { type: 'string', default: '1' },
    },
  })
  const path = positionals[0]
  if (path === undefined) throw new Error('Usage: generate-rows.ts PATH [--rows N] [--days N] [--seed N]')
  const database = openDatabase(path, { busyTimeoutMs: 5000 })
  generateRows(database, {
    rows: Number(values.rows),
    days: Number(values.days),
    nowMs: Date.now(),
    seed: Number(values.seed),
    tell: (sentence) => console.log(sentence),
  })
  database.close()
}
