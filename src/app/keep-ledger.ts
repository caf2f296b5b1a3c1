/**
 * Keeps the ledger filled from the request table while anything needs it: at the start, when the settings of the budget change,
 * when something is set back by hand. While the table can't be read it is empty-handed, and guarding stages see that.
 */
import type { Config } from '../config/schema.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { noUsage } from '../neutral/usage.ts'
import { countedTokens } from '../pipeline/forecast.ts'
import type { Estimates } from '../rules/estimates.ts'
import type { Ledger, Spend } from '../rules/ledger.ts'
import { hasTotals, kindsOf } from '../rules/limits.ts'
import { windowMs } from '../rules/windows.ts'
import type { Database } from 'bun:sqlite'
import { readResets, readSessionTotal, readSpends, readUsed, type SpendRow } from '../store/spend.ts'

export interface LedgerParts {
  readonly ledger: Ledger
  readonly estimates: Estimates
  /** Asked anew each time: a damaged file is replaced. */
  readonly database: () => Database
  /** Commits the rows that wait. @returns How many wait elsewhere, because the table does not take them. */
  readonly flush: () => number
  readonly config: () => Config
  readonly clock: Clock
  readonly log: Log
}

export interface LedgerKeeper {
  /** Fills it anew, or drops it where nothing needs it. */
  refresh(): void
  /** Tries again where the last time failed. */
  tick(): void
}

/** Rows that the estimates learn from after a start. */
const learntRows = 2000

export function keepLedger(parts: LedgerParts): LedgerKeeper {
  let hasFailed = false
  let hasLearnt = false

  function fill(): void {
    const { budget } = parts.config()
    const database = parts.database()
    const now = parts.clock.now()
    const waiting = parts.flush()
    if (waiting > 0) throw new Error(`${waiting} requests wait in the spool file`)
    const resets = readResets(database)
    const kinds = kindsOf(budget)
    const rows = readSpends(database, { fromMs: now - windowMs.day, billing: budget.billing, kinds })
    const total = (session: string) => {
      const after = Math.max(resets.get('all') ?? 0, resets.get(`session:${session}`) ?? 0)
      return readSessionTotal(parts.database(), session, budget.billing, after)
    }
    parts.ledger.fill(
      { kinds, resets, ...(hasTotals(budget) ? { totalBefore: total } : {}) },
      rows.map((row) => spendOf(row, budget)),
    )
    if (hasLearnt) return
    hasLearnt = true
    for (const { provider, model, bytes, session, atMs, ...used } of readUsed(database, learntRows))
      parts.estimates.seed({ provider, model, bytes, session, atMs, usage: { ...noUsage, ...used } })
  }

  function refresh(): void {
    const { budget, downgrade } = parts.config()
    if (!budget.enabled && !downgrade.enabled) {
      hasFailed = false
      if (parts.ledger.isKept()) parts.ledger.drop()
      return
    }
    try {
      fill()
      hasFailed = false
    } catch (fault) {
      if (!hasFailed)
        parts.log.error(
          `What was spent can't be read (${fault instanceof Error ? fault.message : 'unknown'}); limits can't be judged until it can.`,
        )
      // What is known stays known: a table that is locked now does not make the ledger wrong.
      hasFailed = true
    }
  }

  return {
    refresh,
    tick() {
      if (hasFailed) refresh()
    },
  }
}

const spendOf = ({ unpricedInput, unpricedOutput, ...row }: SpendRow, budget: Config['budget']): Spend => ({
  ...row,
  nanoUsd: row.nanoUsd + countedTokens(unpricedInput, unpricedOutput, budget),
})
