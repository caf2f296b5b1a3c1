/** Verdicts on routed answers, in the table `grades`: the models, the verdict and what it cost. */
import type { Database } from 'bun:sqlite'
import type { Grade, Verdict } from '../neutral/grade.ts'

const insertGrade = `INSERT OR IGNORE INTO grades
  (id, at_ms, provider, model, task_type, baseline, judge, verdict, why, cost_nano_usd)
VALUES ($id, $atMs, $provider, $model, $task, $baseline, $judge, $verdict, $why, $costNanoUsd)`

/** A verdict on models of a year ago says nothing of those of today. */
const keptMs = 366 * 86_400_000
const deleteOld = 'DELETE FROM grades WHERE at_ms < ?'

/** @throws SQLite's own error where the database is locked or full. */
export function enterGrade(database: Database, grade: Grade): void {
  const { id, atMs, provider, model, task, baseline, judge, verdict, why, costNanoUsd } = grade
  database.query(deleteOld).run(atMs - keptMs)
  database.query(insertGrade).run({
    $id: id,
    $atMs: atMs,
    $provider: provider,
    $model: model,
    $task: task,
    $baseline: baseline,
    $judge: judge,
    $verdict: verdict,
    $why: why,
    $costNanoUsd: costNanoUsd,
  })
}

const selectCosts = 'SELECT at_ms AS atMs, cost_nano_usd AS nanoUsd FROM grades WHERE at_ms >= ?'

/** What gradings since then have cost. */
export const readGradingCosts = (database: Database, fromMs: number): { atMs: number; nanoUsd: number }[] =>
  database.query<{ atMs: number; nanoUsd: number }, [number]>(selectCosts).all(fromMs)

const countVerdicts = `SELECT provider, model, coalesce(task_type, '') AS task, verdict, count(*) AS count FROM grades
WHERE at_ms >= ? AND at_ms < ? AND verdict IS NOT NULL GROUP BY 1, 2, 3, 4`

export interface GradeCount {
  readonly provider: string
  readonly model: string
  readonly task: string
  readonly verdict: Verdict
  readonly count: number
}

export const readGradeCounts = (database: Database, fromMs: number, toMs: number): GradeCount[] =>
  database.query<GradeCount, [number, number]>(countVerdicts).all(fromMs, toMs)
