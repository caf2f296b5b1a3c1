/**
 * Stuck loops: the same tool calls with the same outcomes, one after the other and without a pause. Who looks again at something that
 * takes its time is no loop: then time passes between the answer and the next request.
 */
import { putNewest } from '../lib/put-newest.ts'
import type { Finding, Seen } from './anomalies.ts'

/** What a conversation ends in over and over, as its own text shows. */
export interface Loop {
  readonly tools: readonly string[]
  /** The turns of one round: 1 for A A A, 2 for A B A B. */
  readonly turns: number
  /** How many rounds. */
  readonly times: number
}

/** How it goes on in one conversation. */
export interface Lane {
  /** Unix ms of the last answer's end; null while none has ended since the last request. */
  answeredMs: number | null
  /** Turns in a row whose tools were done at once. */
  quickTurns: number
  /** Rounds that the last request showed, and those of them that were forgiven. */
  times: number
  forgiven: number
}

export interface Lanes {
  see(seen: Seen): Lane
  settle(lane: string, atMs: number): void
  /** Rounds up to now do not count any more: the conversation goes on holding them. */
  forgive(): void
}

/** Longer than a tool that fails at once, shorter than the waits between two looks at a job. */
const waitMs = 5000

const keptLanes = 50

export function openLanes(): Lanes {
  const lanes = new Map<string, Lane>()
  return {
    see({ lane: key, atMs, loop }) {
      const lane = lanes.get(key) ?? { answeredMs: null, quickTurns: 0, times: 0, forgiven: 0 }
      putNewest(lanes, key, lane, keptLanes)
      const isQuick = lane.answeredMs !== null && atMs - lane.answeredMs < waitMs
      lane.quickTurns = isQuick ? lane.quickTurns + 1 : 0
      lane.answeredMs = null
      lane.times = loop?.times ?? 0
      if (lane.times < lane.forgiven) lane.forgiven = 0
      return lane
    },
    settle(key, atMs) {
      const lane = lanes.get(key)
      if (lane !== undefined) lane.answeredMs = atMs
    },
    forgive() {
      for (const lane of lanes.values()) lane.forgiven = lane.times
    },
  }
}

export function judgeLoop({ loop }: Seen, lane: Lane, limit: number, scope: Finding['scope']): Finding | null {
  if (loop === null || lane.quickTurns < loop.turns) return null
  const count = loop.times - lane.forgiven
  if (count < limit) return null
  const tools = loop.tools.join(', ')
  const what = loop.turns === 1 ? tools : `a round of ${loop.turns} turns (${tools})`
  return {
    type: 'stuck_loop',
    scope,
    reason: `The agent called ${what} ${count} times in a row with the same arguments and the same outcome; the limit is ${limit}.`,
    details: { count, limit, tools, turns: loop.turns },
  }
}
