/** What the proxy wrote down of a client's requests, read from its database and shown a line each. */
import { Database } from 'bun:sqlite'
import { join } from 'node:path'

export interface Row {
  readonly method: string
  readonly path: string
  readonly status: number | null
  readonly outcome: string
  readonly dialect: string
  readonly translated_to: string | null
  readonly provider: string | null
  readonly model: string | null
  readonly input: number | null
  readonly cached: number | null
  readonly output: number | null
  readonly nano_usd: number | null
  readonly cost_status: string
  readonly dropped: string | null
  readonly session: string | null
  readonly source: string | null
  readonly agent: string | null
}

/** @param home Of a proxy whose rows are all one trial's. */
export function readRows(home: string): readonly Row[] {
  const database = new Database(join(home, 'relayplane.db'), { readonly: true })
  try {
    return database
      .query<Row, []>(
        `SELECT method, path, status, outcome, dialect, translated_to, provider, routed_model AS model,
           input_tokens AS input, cache_read_tokens AS cached, output_tokens AS output, cost_nano_usd AS nano_usd,
           cost_status, dropped, session_id AS session, session_source AS source, agent
         FROM requests ORDER BY seq`,
      )
      .all()
  } finally {
    database.close()
  }
}

export function shownRow(row: Row): string {
  const way = row.translated_to === null ? row.dialect : `${row.dialect} as ${row.translated_to}`
  const tokens = row.output === null ? 'no tokens' : `${row.input} in, ${row.cached} cached, ${row.output} out`
  const cost = row.nano_usd === null ? row.cost_status : `$${(row.nano_usd / 1e9).toFixed(6)}`
  const ended = `${row.status} ${row.outcome}`
  const whose = `${row.agent}, session by ${row.source}`
  const cells = [ended, way, `${row.provider}: ${row.model}`, tokens, cost, whose]
  const dropped = row.dropped === null ? '' : ` | dropped ${(JSON.parse(row.dropped) as string[]).join(', ')}`
  return cells.join(' | ') + dropped
}
