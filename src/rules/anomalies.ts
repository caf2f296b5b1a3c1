/**
 * Runaways: agents that loop, spend faster and faster, or send something far too large. Each request is taken down before it is sent,
 * for its session and for all of them, and judged by what came before it. In memory, bounded; knows no clock, no provider and no text.
 */
import { putNewest } from '../lib/put-newest.ts'
import { leastTokens } from './anomalies-points.ts'
import { spendFinding } from './anomalies-spend.ts'
import { openStops, type Stop } from './anomalies-stops.ts'
import { forgive, openTrack, type Track } from './anomalies-track.ts'
import { usd } from './anomalies-words.ts'
import { nanoOfUsd } from './limits.ts'
import { judgeLoop, type Loop } from './loops.ts'

export const anomalyTypes = [
  'velocity_spike',
  'cost_acceleration',
  'repetition',
  'token_explosion',
  'stuck_loop',
] as const
export type AnomalyType = (typeof anomalyTypes)[number]
export type AnomalyAction = 'alert' | 'block'

/** As the settings have it. */
export interface AnomalyLimits {
  readonly windowMs: number
  readonly velocityThreshold: number
  readonly repetitionThreshold: number
  readonly tokenExplosionUsd: number
  readonly stuckLoopThreshold: number
  readonly action: AnomalyAction
  readonly actions: { readonly [type in AnomalyType]?: AnomalyAction | undefined }
}

/** A request that is about to be sent. */
export interface Seen {
  readonly atMs: number
  readonly session: string | null
  /** The conversation within the session: an agent has several at once. */
  readonly lane: string
  /** Where it stands: two requests with the same one say the same. null where that can't be told. */
  readonly point: string | null
  readonly model: string | null
  readonly inputTokens: number
  /** null where it has no known price. */
  readonly estimatedNanoUsd: number | null
  readonly loop: Loop | null
}

export interface End {
  readonly atMs: number
  /** It came to nothing and cost nothing: the next one at the same point is its retry. */
  readonly isFailure: boolean
  /** null where it has no known price. */
  readonly costNanoUsd: number | null
}

export interface Finding {
  readonly type: AnomalyType
  readonly scope: 'all' | `session:${string}`
  /** A sentence with the numbers in it. */
  readonly reason: string
  readonly details: Readonly<Record<string, number | string | null>>
}

export interface Runaways {
  /** Takes a request down, and says what is wrong with it. */
  see(seen: Seen, limits: AnomalyLimits): readonly Finding[]
  /** How it ended; called once for each that was seen. */
  settle(seen: Seen, end: End): void
  /** Stops a session. What it did before is forgotten, so that it starts anew when it is free. */
  block(session: string, untilMs: number, finding: Finding): void
  /** Why a session is stopped, and until when. */
  stopOf(session: string, nowMs: number): Stop | null
  /** @returns Whether it was stopped. */
  free(session: string, nowMs: number): boolean
}

export const actionOf = (type: AnomalyType, limits: Pick<AnomalyLimits, 'action' | 'actions'>): AnomalyAction =>
  limits.actions[type] ?? limits.action

/** Whether anything is stopped at all; then whoever can't judge must refuse. */
export const mayBlock = (limits: Pick<AnomalyLimits, 'action' | 'actions'>): boolean =>
  anomalyTypes.some((type) => actionOf(type, limits) === 'block')

const keptSessions = 500
/** What is remembered of one session: its last requests, each once. */
const keptPoints = 100
const keptPointsOfAll = 1000

export function openRunaways(): Runaways {
  const all = openTrack('all', keptPointsOfAll)
  const sessions = new Map<string, Track>()
  const stops = openStops()
  return {
    see(seen, limits) {
      const own = seen.session === null ? null : trackOf(sessions, seen.session)
      return judge(seen, limits, own, all)
    },
    settle(seen, end) {
      const own = seen.session === null ? undefined : sessions.get(seen.session)
      for (const track of own === undefined ? [all] : [own, all]) settleIn(track, seen, end)
    },
    block(session, untilMs, finding) {
      stops.put(session, { untilMs, finding })
      const track = sessions.get(session)
      if (track !== undefined) forgive(track)
    },
    stopOf: stops.find,
    free: stops.remove,
  }
}

function judge(seen: Seen, limits: AnomalyLimits, own: Track | null, all: Track): readonly Finding[] {
  const nearest = own ?? all
  own?.spend.add(seen.atMs, seen.estimatedNanoUsd ?? 0)
  all.spend.add(seen.atMs, seen.estimatedNanoUsd ?? 0)
  const findings = [
    explosion(seen, limits, nearest),
    judgeLoop(seen, nearest.lanes.see(seen), limits.stuckLoopThreshold, nearest.scope),
    own === null ? null : spendFinding(own.spend, seen.atMs, own.scope),
    spendFinding(all.spend, seen.atMs, 'all'),
    ...repeats(seen, limits, own, all),
  ]
  return findings.filter((finding) => finding !== null)
}

/** What a session has not sent before may have been sent by another: then an agent is started over and over. */
function repeats(seen: Seen, limits: AnomalyLimits, own: Track | null, all: Track): readonly (Finding | null)[] {
  const visit = own === null ? 'new' : own.points.visit(seen, limits.windowMs)
  if (own !== null && visit === 'again') return own.points.judge(seen, limits, own.scope)
  if (visit === 'retry' || seen.inputTokens < leastTokens) return []
  return all.points.visit(seen, limits.windowMs) === 'again' ? all.points.judge(seen, limits, 'all') : []
}

function explosion(seen: Seen, { tokenExplosionUsd }: AnomalyLimits, { scope }: Track): Finding | null {
  const { estimatedNanoUsd, inputTokens } = seen
  const limitNanoUsd = nanoOfUsd(tokenExplosionUsd)
  if (estimatedNanoUsd === null || estimatedNanoUsd <= limitNanoUsd) return null
  return {
    type: 'token_explosion',
    scope,
    reason: `One request of about ${inputTokens} tokens is estimated at ${usd(estimatedNanoUsd)}; the limit is ${usd(limitNanoUsd)}.`,
    details: { inputTokens, estimatedNanoUsd, limitNanoUsd, model: seen.model },
  }
}

/** Cost counts where it was caused: in the minute in which the request was sent. */
function settleIn(track: Track, seen: Seen, { atMs, isFailure, costNanoUsd }: End): void {
  track.spend.add(seen.atMs, (costNanoUsd ?? 0) - (seen.estimatedNanoUsd ?? 0))
  track.lanes.settle(seen.lane, atMs)
  if (isFailure) track.points.fail(seen)
}

function trackOf(sessions: Map<string, Track>, session: string): Track {
  const track = sessions.get(session) ?? openTrack(`session:${session}`, keptPoints)
  putNewest(sessions, session, track, keptSessions)
  return track
}
