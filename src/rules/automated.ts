/**
 * Whether a request comes from no person: background work and what is suspected to be. Such traffic is told apart and excluded from
 * savings, so a doubt speaks for a person: what an agent does in a loop that somebody began is that person's.
 */
import { putNewest } from '../lib/put-newest.ts'
import type { SideCall } from './side-calls.ts'

export interface AutomatedFacts {
  /** Unix ms. */
  readonly atMs: number
  /** `X-RelayPlane-Automated`. */
  readonly header: string | null
  readonly userAgent: string | null
  /** Whose: agent and session or address, so that two callers are never taken for one. */
  readonly caller: string
  /** How the last words of a person begin. */
  readonly text: string
  /** Whether it brings results of tools. */
  readonly isToolTurn: boolean
  readonly sideCall: SideCall | null
}

export interface Automated {
  readonly reason: 'header' | 'side-call' | 'client' | 'heartbeat' | 'interval'
  readonly why: string
}

export interface AutomatedWatch {
  /** @returns null for a person's request. */
  see(facts: AutomatedFacts): Automated | null
}

/** Callers with a text each; more than that at once is no heartbeat that would be noticed. */
const keptBeats = 1000

export function openAutomated(): AutomatedWatch {
  const beats = new Map<string, Beat>()
  return {
    see(facts) {
      const interval = intervalOf(facts, beats)
      const said = readAutomated(facts.header)
      if (said !== null) return said ? { reason: 'header', why: 'the caller says so' } : null
      if (facts.sideCall !== null) return { reason: 'side-call', why: `${facts.sideCall.kind}: ${facts.sideCall.why}` }
      const client = scheduled.exec(facts.userAgent ?? '')?.[0]
      if (client !== undefined) return { reason: 'client', why: `sent by ${client.toLowerCase()}` }
      if (facts.text.includes(heartbeatMark)) return { reason: 'heartbeat', why: `it asks for ${heartbeatMark}` }
      return interval
    },
  }
}

/** @returns null where nothing is said. Only a plain no is one. */
export function readAutomated(header: string | null): boolean | null {
  const word = header?.trim().toLowerCase() ?? ''
  return word === '' ? null : !['0', 'false', 'no', 'off'].includes(word)
}

/** Programs that ask by the clock, as they name themselves. */
const scheduled =
  /\b(?:kube-probe|elb-healthchecker|googlehc|uptimerobot|uptime-kuma|pingdom|statuscake|blackbox[ _-]exporter|healthcheck|cron(?:job)?|airflow|celery)\b/i

/** What OpenClaw wants as the answer to its own alarm clock. */
const heartbeatMark = 'HEARTBEAT_OK'

interface Beat {
  /** Unix ms, oldest first. */
  readonly times: number[]
}

/** As many as three equal pauses need. */
const neededTimes = 4
/** Below it are retries and people who press a key twice. */
const minPauseMs = 15_000
/** How far pauses may lie apart: a timer is late by the time that its work takes. */
const tolerance = 0.05
const minToleranceMs = 1500

/** The same words at equal distances. Times and numbers in them may differ. */
function intervalOf(facts: AutomatedFacts, beats: Map<string, Beat>): Automated | null {
  // A turn with results of tools has the same words as the one before it.
  if (facts.isToolTurn || facts.text === '') return null
  const key = Bun.hash.xxHash64(`${facts.caller}\n${facts.text.replace(/\d+/g, '0')}`).toString(36)
  const { times } = beats.get(key) ?? { times: [] }
  times.push(facts.atMs)
  if (times.length > neededTimes) times.shift()
  putNewest(beats, key, { times }, keptBeats)
  if (times.length < neededTimes) return null
  const pauses = times.slice(1).map((time, index) => time - (times[index] ?? time))
  const [shortest, longest] = [Math.min(...pauses), Math.max(...pauses)]
  if (shortest < minPauseMs || longest - shortest > Math.max(minToleranceMs, longest * tolerance)) return null
  return { reason: 'interval', why: `the same words every ${Math.round(shortest / 1000)} s, ${neededTimes} times` }
}
