/**
 * Grading: sends a sample of routed requests to the baseline model as well, and both answers to a judge. It does so as a client of
 * this very pipeline, so that limits, records and keys are the same as for everybody; it brings no credential, and so is answered with
 * configured keys alone. It begins when the client has its answer, and is given up for whatever else there is to do.
 */
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import type { Gradable, Grade, Shadow } from '../neutral/grade.ts'
import type { NeutralReply } from '../neutral/reply.ts'
import type { RequestRecord } from '../neutral/record.ts'
import { gradedOf, isSampled, type Graded, type GradingPurse, type GradingSettings } from '../rules/grading.ts'
import { grade, type Handle } from './shadow-grade.ts'

export interface ShadowParts {
  readonly clock: Pick<Clock, 'now'>
  readonly log: Log
  readonly settings: () => GradingSettings
  /** The pipeline itself. */
  readonly handle: Handle
  readonly purse: GradingPurse
  /** Keeps what came of it. May throw. */
  readonly keep: (grade: Grade) => void
}

const nanoOfUsd = (usd: number): number => Math.round(usd * 1e9)
const dayMs = 86_400_000

export function openShadow({ clock, log, settings, handle, purse, keep }: ShadowParts): Shadow {
  const ending = new AbortController()
  /** One at a time: so each is held to what those before it took. What comes meanwhile is not graded. */
  let running: Promise<void> | null = null

  const hasRoom = (): boolean =>
    !ending.signal.aborted && running === null && purse.mayBegin(clock.now(), nanoOfUsd(settings().dailyUsd))

  async function run(call: Gradable, graded: Graded, row: RequestRecord, judge: string): Promise<void> {
    const atMs = clock.now()
    try {
      const came = await grade(call, graded, judge, handle, ending.signal)
      purse.add(atMs, came.costNanoUsd)
      if (came.isUnpriced) {
        purse.stop(atMs + dayMs)
        log.warn('Grading stops for a day: a model that it uses has no known price, so its limit can not be kept.')
      }
      const { provider, model, baseline } = graded
      const { verdict, why, costNanoUsd } = came
      keep({ id: row.id, atMs, provider, model, task: row.taskType, baseline, judge, verdict, why, costNanoUsd })
    } catch (fault) {
      if (ending.signal.aborted) return
      log.warn(`An answer could not be graded: ${fault instanceof Error ? fault.message : 'unknown fault'}.`)
    }
  }

  return {
    wants: ({ id, endpoint, facts, notes }) =>
      isSampled({ id, endpoint, route: notes.route, answers: facts.answers }, settings()) && hasRoom(),
    offer(call: Gradable, reply: NeutralReply, row: RequestRecord) {
      const { judgeModel } = settings()
      const graded = gradedOf(reply, row, settings())
      if (judgeModel === null || graded === null || !hasRoom()) return
      running = run(call, graded, row, judgeModel).finally(() => (running = null))
    },
    isIdle: () => running === null,
    async close() {
      ending.abort()
      await running
    },
  }
}
