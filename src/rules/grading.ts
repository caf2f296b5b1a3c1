/** Which routed requests are graded, and what is spent on that. Pure: the sample is told from the id, the time is handed in. */
import type { Endpoint, TaskType } from '../neutral/model.ts'
import type { RequestRecord, RouteName } from '../neutral/record.ts'
import type { NeutralReply } from '../neutral/reply.ts'

/** As the settings have it. */
export interface GradingSettings {
  readonly enabled: boolean
  readonly samplePercent: number
  readonly dailyUsd: number
  readonly judgeModel: string | null
  readonly baselineModel: string | null
  readonly tasks: readonly TaskType[]
}

/** Where somebody else than the caller chose the model. */
const routed: ReadonlySet<RouteName> = new Set(['complexity', 'cascade', 'auto', 'suffix', 'alias', 'rule'])
/** Where an answer comes whole and can be asked for again. */
const graded: ReadonlySet<Endpoint> = new Set(['messages', 'chat', 'responses', 'generate', 'stream_generate'])

export interface Sampled {
  readonly id: string
  readonly endpoint: Endpoint
  readonly route: RouteName | null
  /** How many at once were asked for. */
  readonly answers: number
}

/** Before the answer comes. */
export function isSampled({ id, endpoint, route, answers }: Sampled, settings: GradingSettings): boolean {
  const { enabled, judgeModel, samplePercent } = settings
  if (!enabled || judgeModel === null || route === null || !routed.has(route)) return false
  return graded.has(endpoint) && answers === 1 && shareOf(id) < samplePercent / 100
}

/** The same for the same id; evenly spread over [0, 1). */
const shareOf = (id: string): number => Number(Bun.hash.xxHash64(id) % 1_000_000n) / 1_000_000

export interface Graded {
  readonly text: string
  readonly provider: string
  readonly model: string
  readonly baseline: string
}

/** Once it is there. @returns null for an answer that is not compared. */
export function gradedOf(reply: NeutralReply, row: RequestRecord, settings: GradingSettings): Graded | null {
  const { provider, routedModel, outcome, isAutomated, taskType, cache, route } = row
  const baseline = settings.baselineModel ?? row.baselineModel
  // A limit or a failure may have led elsewhere since.
  if (route === null || !routed.has(route)) return null
  if (outcome !== 'complete' || isAutomated || cache === 'hit') return null
  if (provider === null || routedModel === null || baseline === null) return null
  if (baseline === routedModel || baseline === `${provider}/${routedModel}`) return null
  if (settings.tasks.length > 0 && (taskType === null || !settings.tasks.includes(taskType))) return null
  const text = textOf(reply)
  return text === null ? null : { text, provider, model: routedModel, baseline }
}

/** @returns null where it has none, or more than text: what a call of a tool is worth shows only when it has run. */
export function textOf({ parts }: NeutralReply): string | null {
  if (parts.some(({ type }) => type !== 'text' && type !== 'reasoning')) return null
  const text = parts.map((part) => (part.type === 'text' ? part.text : '')).join('')
  return text.trim() === '' ? null : text
}

export interface GradingPurse {
  /** Whether the next grading may be begun. */
  mayBegin(nowMs: number, limitNanoUsd: number): boolean
  /** What one has cost, begun at that time. */
  add(atMs: number, nanoUsd: number): void
  /** Something was used that has no known price, and so can't be held to a limit. */
  stop(untilMs: number): void
}

const dayMs = 86_400_000

/** @param spent Of the last 24 hours, as the table has it: a new start does not begin a new day. */
export function openGradingPurse(spent: readonly { readonly atMs: number; readonly nanoUsd: number }[]): GradingPurse {
  let entries = [...spent]
  let stoppedUntilMs = 0
  return {
    mayBegin(nowMs, limitNanoUsd) {
      if (nowMs < stoppedUntilMs) return false
      entries = entries.filter(({ atMs }) => Math.abs(nowMs - atMs) < dayMs)
      const sum = entries.reduce((total, { nanoUsd }) => total + nanoUsd, 0)
      // What the next one costs nobody knows; the dearest so far is a fair guess.
      const next = entries.reduce((most, { nanoUsd }) => Math.max(most, nanoUsd), 0)
      return sum + next < limitNanoUsd
    },
    add: (atMs, nanoUsd) => void entries.push({ atMs, nanoUsd }),
    stop: (untilMs) => void (stoppedUntilMs = untilMs),
  }
}
