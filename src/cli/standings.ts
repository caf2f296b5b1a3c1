/** Sentences about providers and accounts that are not to be had just now, or only after a wait. */
import type { Health } from '../control/shapes.ts'
import { formatCount, formatTime } from './format.ts'

export const standingsOf = ({ cooldowns, accounts, concurrency }: Health): readonly string[] => [
  ...cooldowns.flatMap(restOf),
  // Who rests is told of already.
  ...accounts.filter((one) => !isToldOf(one, cooldowns)).flatMap(accountOf),
  ...concurrency.flatMap(({ provider, limit, running, waiting }) =>
    waiting === 0 ? [] : [`${provider} has ${running} of ${limit} requests at once, and ${formatCount(waiting)} wait.`],
  ),
]

function restOf({
  provider,
  account,
  state,
  lastReason,
  sinceMs,
  untilMs,
}: Health['cooldowns'][number]): readonly string[] {
  const who = account === null ? provider : `${provider} (${account})`
  const why = `after failures (${lastReason ?? 'unknown'}) since ${at(sinceMs)}`
  switch (state) {
    case 'well':
      return []
    case 'resting':
      return [`${who} rests ${why}, until ${at(untilMs)}.`]
    case 'half-open':
      return [`${who} rested ${why}; the next request tries it.`]
  }
}

const isToldOf = (one: Health['accounts'][number], cooldowns: Health['cooldowns']): boolean =>
  cooldowns.some(
    ({ provider, account, state }) => provider === one.provider && account === one.account && state !== 'well',
  )

function accountOf({ provider, account, readiness, untilMs }: Health['accounts'][number]): readonly string[] {
  const until = untilMs === null ? '' : `, until ${at(untilMs)}`
  switch (readiness) {
    case 'ready':
    case 'resting':
      return []
    case 'spent':
      return [`${provider} (${account}) is used up${until}.`]
    case 'refused':
      return [`${provider} (${account}) is asked last, since its key was refused${until}.`]
  }
}

const at = (ms: number | null): string => (ms === null ? 'now' : formatTime(ms))
