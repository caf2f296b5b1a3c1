/**
 * Measures the store's queries against the limits they have to keep, over a generated database.
 * Usage: bench-store.ts [ROWS = 10000000] [--days 30] [--dir TEMP] [--keep]
 */
import type { Database } from 'bun:sqlite'
import { mkdtempSync, rmSync, statfsSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { deleteRequests, vacuumSome } from '../src/store/chores.ts'
import { openDatabase } from '../src/store/database.ts'
import { parseFilters, parseListQuery } from '../src/store/filters.ts'
import { foldSome } from '../src/store/fold.ts'
import { readLifetime } from '../src/store/lifetime.ts'
import { readProviderHealth } from '../src/store/provider-health.ts'
import { readRun } from '../src/store/run.ts'
import { listRuns } from '../src/store/runs.ts'
import { readStats } from '../src/store/stats.ts'
import { generateRows, prepareInsert } from './generate-rows.ts'
import { openRowSource } from './realistic-rows.ts'

interface Measured {
  readonly name: string
  readonly limitMs: number | null
  readonly run: () => unknown
}

const queryRepeats = 5
const stepRepeats = 15
const unfoldedRows = 4000
const bytesPerRow = 1200

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    days: { type: 'string', default: '30' },
    dir: { type: 'string', default: tmpdir() },
    keep: { type: 'boolean', default: false },
  },
})
const rows = Number(positionals[0] ?? 10_000_000)
const days = Number(values.days)
checkSpace(values.dir)
const folder = mkdtempSync(join(values.dir, 'relayplane-bench-'))
const path = join(folder, 'relayplane.db')
try {
  const nowMs = Date.now()
  const writer = openDatabase(path, { busyTimeoutMs: 5000 })
  generateRows(writer, { rows, days, nowMs, seed: 1, tell: (sentence) => console.log(sentence) })
  writer.close()
  console.log(`${Math.round(statSync(path).size / 1e6)} MB, ${rows} rows over ${days} days`)
  const database = openDatabase(path, { busyTimeoutMs: 5000 })
  report('query', queries(database, nowMs))
  addUnfolded(database, nowMs)
  report('with 4,000 rows not folded', [ofStats(database, nowMs, { window: '24h' }, 300)])
  report('step of a chore', steps(database, nowMs), stepRepeats)
  database.close()
} finally {
  if (values.keep) console.log(`kept: ${path}`)
  else rmSync(folder, { recursive: true, force: true })
}

function checkSpace(dir: string): void {
  const { bavail, bsize } = statfsSync(dir)
  const needed = rows * bytesPerRow * 1.3
  if (bavail * bsize > needed) return
  throw new Error(
    `${rows} rows need about ${Math.ceil(needed / 1e9)} GB in ${dir}; there are ${Math.floor((bavail * bsize) / 1e9)}.`,
  )
}

function ofStats(database: Database, nowMs: number, query: Record<string, string>, limitMs: number | null): Measured {
  return {
    name: `stats ${new URLSearchParams(query).toString()}`,
    limitMs,
    run: () => readStats(database, parseFilters(Object.entries(query)), nowMs),
  }
}

/** Rows as they would come in while nothing folds them. */
function addUnfolded(database: Database, nowMs: number): void {
  const next = openRowSource(2)
  const insert = prepareInsert(database)
  database.transaction(() => {
    // Of another time than all others, since ids are made of it.
    for (let index = 0; index < unfoldedRows; index++) insert(next(nowMs - 60_000 + index * 10))
  })()
}

/** What holds the write lock, one step at a time. */
function steps(database: Database, nowMs: number): Measured[] {
  return [
    { name: 'fold 250 rows', limitMs: 5, run: () => foldSome(database, 250) },
    { name: 'delete 200 requests', limitMs: 5, run: () => deleteRequests(database, nowMs - 2 * 86_400_000) },
    { name: 'give back 64 pages', limitMs: 5, run: () => vacuumSome(database) },
  ]
}

function queries(database: Database, nowMs: number): Measured[] {
  const list = (query: Record<string, string>) => () => listRuns(database, parseListQuery(Object.entries(query)), nowMs)
  const newest = listRuns(database, parseListQuery([]), nowMs).runs[0]
  const session = newest?.sessionId ?? ''
  const ofList = (query: Record<string, string>, limitMs: number | null = 50): Measured => ({
    name: `list ${new URLSearchParams(query).toString() || 'all'}`,
    limitMs,
    run: list(query),
  })
  return [
    ofList({}),
    ofList({ provider: 'anthropic' }),
    ofList({ provider: 'mistral' }),
    ofList({ provider: 'nobody' }),
    ofList({ model: 'claude-opus-4-6' }),
    ofList({ model: 'codestral-2508' }),
    ofList({ agent: 'claude-code' }),
    ofList({ agent: 'cron-nightly' }),
    ofList({ agent: 'nobody' }),
    ofList({ session }),
    ofList({ billing: 'local' }),
    ofList({ billing: 'subscription' }),
    ofList({ outcome: 'complete' }),
    ofList({ outcome: 'upstream_reset' }),
    ofList({ provider: 'mistral', outcome: 'timeout' }, null),
    ofStats(database, nowMs, { window: '90m' }, 300),
    ofStats(database, nowMs, { window: '24h' }, 300),
    ofStats(database, nowMs, { window: '24h', provider: 'anthropic' }, 300),
    ofStats(database, nowMs, { window: '24h', agent: 'cron-nightly' }, 300),
    ofStats(database, nowMs, { window: '24h', model: 'codestral-2508' }, 300),
    ofStats(database, nowMs, { window: '24h', session }, 300),
    ofStats(database, nowMs, { window: '7d' }, null),
    ofStats(database, nowMs, { window: 'all' }, null),
    { name: 'one request', limitMs: null, run: () => readRun(database, newest?.id ?? '') },
    { name: 'provider health', limitMs: null, run: () => readProviderHealth(database, nowMs) },
    { name: 'metrics', limitMs: null, run: () => readLifetime(database) },
  ]
}

function report(title: string, measured: readonly Measured[], repeats = queryRepeats): void {
  console.log(`\n${title.padEnd(44)} first ms  median ms  limit ms`)
  for (const { name, limitMs, run } of measured) {
    const times = Array.from({ length: repeats }, () => time(run))
    const median = times.toSorted((one, other) => one - other)[Math.floor(repeats / 2)] ?? 0
    const verdict = limitMs === null ? '' : `${String(limitMs).padStart(8)}${median > limitMs ? '  TOO SLOW' : ''}`
    console.log(
      `${name.padEnd(44)} ${(times[0] ?? 0).toFixed(1).padStart(8)} ${median.toFixed(1).padStart(10)}  ${verdict}`,
    )
    if (limitMs !== null && median > limitMs) process.exitCode = 1
  }
}

function time(run: () => unknown): number {
  const began = performance.now()
  run()
  return performance.now() - began
}
