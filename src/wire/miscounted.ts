/** Counts of a usage that are there and are none: read as 0, they would make an exact cost of what nobody knows. */
import type { ReplyFacts } from './dialect.ts'
import { asCount, type JsonRecord } from './fields.ts'

type Remark = Pick<ReplyFacts, 'isMiscounted'>

const sound: Remark = {}
const broken: Remark = { isMiscounted: true }

/** What a reply's facts say of it, to be spread into them. @param usage As the provider wrote it; null where it wrote none. */
export const miscounted = (usage: JsonRecord | null): Remark => (usage !== null && holdsNoCount(usage) ? broken : sound)

/** How all dialects name what they count; costs, times and tiers stand beside it. */
const counts = /(?:tokens|token_?count|_requests|_queries|_calls)$/i

/** The details of details have none. */
const maxDepth = 3

function holdsNoCount(fields: JsonRecord, depth = 0): boolean {
  for (const name in fields) {
    const value = fields[name]
    if (value === null || value === undefined || asCount(value) !== null) continue
    if (typeof value !== 'object') {
      if (counts.test(name)) return true
      continue
    }
    if (depth < maxDepth && holdsNoCount(value as JsonRecord, depth + 1)) return true
  }
  return false
}
