/** How often the response cache helped, and what that saved: from the requests that are kept, by their index of such alone. */
import type { Database } from 'bun:sqlite'
import type { CacheStats, CacheStatus } from '../control/guard-shapes.ts'
import { safe } from './figures.ts'

export type CacheUses = Pick<CacheStatus, 'hits' | 'misses' | 'bypasses' | 'hitRate' | 'savedNanoUsd'> & CacheStats

const selectUses = `SELECT coalesce(routed_model, requested_model, '') AS model, coalesce(task_type, '') AS task,
  sum(cache = 'hit') AS hits, sum(cache = 'miss') AS misses, sum(cache = 'bypass') AS bypasses,
  coalesce(sum(saved_nano_usd), 0) AS savedNanoUsd
FROM requests INDEXED BY requests_cached WHERE cache IS NOT NULL GROUP BY 1, 2`

interface UseRow {
  readonly model: string
  readonly task: string
  readonly hits: number
  readonly misses: number
  readonly bypasses: number
  readonly savedNanoUsd: number
}

type Group = CacheStats['byModel'][number]

export function readCacheUses(database: Database): CacheUses {
  const rows = database.query<UseRow, []>(selectUses).all()
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
