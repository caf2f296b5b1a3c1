/**
 * Fail open: runs one stage's decision, and when that throws by a fault of ours, notes it and goes on with what the stage
 * names instead. A refusal (AppError other than `internal`) is a decision, not a fault, and passes through. Guarding stages
 * (relay keys, policy, blocking limits) will name a refusal as their "instead".
 */
import type { Log } from '../lib/log.ts'
import { AppError } from '../neutral/error.ts'
import type { Notes } from './call.ts'

export function guarded<T>(
  stage: string,
  notes: Notes,
  log: Log,
  decide: () => T | Promise<T>,
  instead: (fault: unknown) => T | Promise<T>,
): T | Promise<T> {
  try {
    const decided = decide()
    return decided instanceof Promise ? guardedLater(stage, notes, log, decided, instead) : decided
  } catch (fault) {
    noteSkip(stage, notes, log, fault)
    return instead(fault)
  }
}

async function guardedLater<T>(
  stage: string,
  notes: Notes,
  log: Log,
  decided: Promise<T>,
  instead: (fault: unknown) => T | Promise<T>,
): Promise<T> {
  try {
    return await decided
  } catch (fault) {
    noteSkip(stage, notes, log, fault)
    return instead(fault)
  }
}

/** The same for a decision that is made at once. */
export function guardedNow<T>(
  stage: string,
  notes: Notes,
  log: Log,
  decide: () => T,
  instead: (fault: unknown) => T,
): T {
  try {
    return decide()
  } catch (fault) {
    noteSkip(stage, notes, log, fault)
    return instead(fault)
  }
}

/** @throws The fault itself where it is a refusal. */
export function noteSkip(stage: string, notes: Notes, log: Log, fault: unknown): void {
  if (fault instanceof AppError && fault.code !== 'internal') throw fault
  notes.bypass.push(stage)
  notes.add(stage, 'skipped', 'it failed by a fault of RelayPlane')
  log.error(
    `stage ${stage} failed and was skipped: ${fault instanceof Error ? (fault.stack ?? fault.message) : String(fault)}`,
  )
}
