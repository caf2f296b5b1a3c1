/** How often the response cache helped, and what that saved: from the requests that are kept, by their index of such alone. */
import type { Database } from 'bun:sqlite'
import type { CacheStats, CacheStatus } from '../control/guard-shapes.ts'
import { safe } from './figures.ts'

export type CacheUses = Pick<CacheStatus, 'hits' | 'misses' | 'bypasses' | 'hitRate' | 'savedNanoUsd'> & CacheStats

const columns = `coalesce(routed_model, requested_model, '') AS model, coalesce(task_type, '') AS task,
  sum(cache = 'hit') AS hits, sum(cache = 'miss') AS misses, sum(cache = 'bypass') AS bypasses,
  coalesce(sum(saved_nano_usd), 0) AS savedNanoUsd`
const selectAll = `SELECT ${columns} FROM requests INDEXED BY requests_cached WHERE cache IS NOT NULL GROUP BY 1, 2`
const selectNewer = `SELECT ${columns} FROM requests NOT INDEXED WHERE seq > ? AND cache IS NOT NULL GROUP BY 1, 2`
const selectRange = 'SELECT (SELECT min(seq) FROM requests) AS first, (SELECT max(seq) FROM requests) AS last'

interface Range {
  readonly first: number | null
  readonly last: number | null
}

interface UseRow {
  readonly model: string
  readonly task: string
  readonly hits: number
  readonly misses: number
  readonly bypasses: number
  readonly savedNanoUsd: number
}

type Group = CacheStats['byModel'][number]

/**
 * Asked often, it reads only what has come since the last time, and everything where old requests were forgotten meanwhile: all of
 * them take 2.5 µs each.
 */
export function openCacheUses(): (database: Database) => CacheUses {
  let known: { readonly database: Database; readonly range: Range; readonly rows: readonly UseRow[] } | null = null
  return (database) => {
    const read = database.transaction(() => {
      const range = database.query<Range, []>(selectRange).get() ?? { first: null, last: null }
      if (known?.database !== database || known.range.first !== range.first)
        return { database, range, rows: database.query<UseRow, []>(selectAll).all() }
      const newer = database.query<UseRow, [number]>(selectNewer).all(known.range.last ?? 0)
      return { database, range, rows: addRows(known.rows, newer) }
    })
    known = read()
    return sumUp(known.rows)
  }
}

function addRows(rows: readonly UseRow[], newer: readonly UseRow[]): readonly UseRow[] {
  const sums = new Map(rows.map((row) => [`${row.task}\n${row.model}`, row]))
  for (const row of newer) {
    const key = `${row.task}\n${row.model}`
    const before = sums.get(key) ?? { hits: 0, misses: 0, bypasses: 0, savedNanoUsd: 0 }
    sums.set(key, {
      ...row,
      hits: before.hits + row.hits,
      misses: before.misses + row.misses,
      bypasses: before.bypasses + row.bypasses,
      savedNanoUsd: before.savedNanoUsd + row.savedNanoUsd,
    })
  }
  return [...sums.values()]
}

function sumUp(rows: readonly UseRow[]): CacheUses {
  const sum = (name: 'hits' | 'misses' | 'bypasses' | 'savedNanoUsd') =>
    safe(rows.reduce((total, row) => total + row[name], 0))
  const [hits, misses] = [sum('hits'), sum('misses')]
  return {
    hits,
    misses,
    bypasses: sum('bypasses'),
    hitRate: hits + misses === 0 ? null : hits / (hits + misses),
    savedNanoUsd: sum('savedNanoUsd'),
    byModel: groupBy(rows, 'model'),
    byTask: groupBy(rows, 'task'),
  }
}

/** What saved most first. Requests that only went around the cache are in no group. */
function groupBy(rows: readonly UseRow[], name: 'model' | 'task'): Group[] {
  const groups = new Map<string, Group>()
  for (const row of rows) {
    if (row.hits + row.misses === 0) continue
    const { hits, misses, savedNanoUsd } = groups.get(row[name]) ?? { hits: 0, misses: 0, savedNanoUsd: 0 }
    groups.set(row[name], {
      key: row[name],
      hits: hits + row.hits,
      misses: misses + row.misses,
      savedNanoUsd: safe(savedNanoUsd + row.savedNanoUsd),
    })
  }
  return [...groups.values()].sort(
    (one, other) => other.savedNanoUsd - one.savedNanoUsd || other.hits - one.hits || (one.key < other.key ? -1 : 1),
  )
}
