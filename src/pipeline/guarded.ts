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
  const skip = (fault: unknown): T | Promise<T> => {
    if (fault instanceof AppError && fault.code !== 'internal') throw fault
    notes.bypass.push(stage)
    notes.add(stage, 'skipped', 'it failed by a fault of RelayPlane')
    log.error(
      `stage ${stage} failed and was skipped: ${fault instanceof Error ? (fault.stack ?? fault.message) : String(fault)}`,
    )
    return instead(fault)
  }
  try {
    const decided = decide()
    return decided instanceof Promise ? decided.catch(skip) : decided
  } catch (fault) {
    return skip(fault)
  }
}
