/** How a provider stands just now, in lines for reading: its rest, its accounts by their labels, its queue. Pure. */
import type { ProviderHealth } from '../../src/control/shapes.ts'
import { formatTime } from '../parts/format.ts'

export interface StandingLine {
  readonly tone: 'ok' | 'warn'
  readonly text: string
}

type Standing = Pick<ProviderHealth, 'cooldowns' | 'accounts' | 'concurrency'>

/** @param readMs When it was read, Unix ms. */
export function standingLines({ cooldowns, accounts, concurrency }: Standing, readMs: number): readonly StandingLine[] {
  const labels = new Set(accounts.map(({ account }) => account))
  const ofOthers = cooldowns.filter(({ account }) => account === null || !labels.has(account))
  const lines = [
    ...ofOthers.map((one) => restLine(one, readMs)),
    ...accounts.map((one) => accountLine(one, cooldowns, readMs)),
    ...concurrency.map(({ running, limit, waiting }): StandingLine => {
      const queue = waiting === 0 ? '' : `, ${waiting} waiting`
      return { tone: waiting === 0 ? 'ok' : 'warn', text: `${running} of ${limit} running${queue}` }
    }),
  ]
  return lines.length === 0 ? [{ tone: 'ok', text: 'ready' }] : lines
}

function restLine(cooldown: Standing['cooldowns'][number], readMs: number): StandingLine {
  const who = cooldown.account === null ? '' : `${cooldown.account}: `
  const told = restOf(cooldown, readMs)
  return { ...told, text: who + told.text }
}

function restOf(cooldown: Standing['cooldowns'][number], readMs: number): StandingLine {
  const { state, failures, lastReason, sinceMs, untilMs } = cooldown
  const why = lastReason ?? 'failures'
  switch (state) {
    case 'well':
      return { tone: 'ok', text: `ready; ${failures} ${failures === 1 ? 'failure' : 'failures'} of late (${why})` }
    case 'resting':
      return { tone: 'warn', text: `rests after ${why} since ${at(sinceMs, readMs)} until ${at(untilMs, readMs)}` }
    case 'half-open':
      return { tone: 'warn', text: `rested after ${why} since ${at(sinceMs, readMs)}; the next request tries it` }
  }
}

function accountLine(
  { account, readiness, untilMs }: Standing['accounts'][number],
  cooldowns: Standing['cooldowns'],
  readMs: number,
): StandingLine {
  const rest = cooldowns.find((one) => one.account === account)
  const until = untilMs === null ? '' : ` until ${at(untilMs, readMs)}`
  switch (readiness) {
    case 'ready':
    case 'resting': {
      const { tone, text } = rest === undefined ? { tone: 'ok' as const, text: 'ready' } : restOf(rest, readMs)
      return { tone, text: `${account}: ${text}` }
    }
    case 'spent':
      return { tone: 'warn', text: `${account}: used up${until}` }
    case 'refused':
      return { tone: 'warn', text: `${account}: its key is refused; asked last${until}` }
  }
}

const at = (ms: number | null, readMs: number): string => (ms === null ? 'now' : formatTime(ms, readMs))
