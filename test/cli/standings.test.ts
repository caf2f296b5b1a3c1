import { expect, test } from 'bun:test'
import { standingsOf } from '../../src/cli/standings.ts'
import type { Health } from '../../src/control/shapes.ts'
import { openTestControl } from '../support/control.ts'

const at = (hour: number, minute: number) => new Date(2026, 10, 22, hour, minute).getTime()

const rest: Health['cooldowns'][number] = {
  provider: 'anthropic',
  account: null,
  state: 'resting',
  failures: 3,
  lastReason: '529',
  lastFailureMs: at(10, 0),
  sinceMs: at(10, 0),
  untilMs: at(10, 2),
}

const sentences = (part: Partial<Health>) => standingsOf({ ...openTestControl().health, ...part })

test('status has nothing to say of providers that are well', () => {
  const accounts = [{ provider: 'anthropic', account: 'work', readiness: 'ready' as const, untilMs: null }]
  const concurrency = [{ provider: 'ollama', limit: 1, running: 1, waiting: 0 }]
  expect(sentences({ cooldowns: [{ ...rest, state: 'well' }], accounts, concurrency })).toEqual([])
})

test('status says who rests, why and until when, and who is tried next', () => {
  const cooldowns = [
    rest,
    { ...rest, account: 'work', lastReason: '429' },
    { ...rest, provider: 'groq', state: 'half-open' as const },
  ]
  expect(sentences({ cooldowns })).toEqual([
    'anthropic rests after failures (529) since 2026-11-22 10:00:00, until 2026-11-22 10:02:00.',
    'anthropic (work) rests after failures (429) since 2026-11-22 10:00:00, until 2026-11-22 10:02:00.',
    'groq rested after failures (529) since 2026-11-22 10:00:00; the next request tries it.',
  ])
})

test('status says of each account once why it is asked last, and of queues how long they are', () => {
  const accounts: Health['accounts'] = [
    { provider: 'anthropic', account: 'work', readiness: 'spent', untilMs: at(15, 0) },
    { provider: 'anthropic', account: 'old', readiness: 'refused', untilMs: at(10, 11) },
    { provider: 'anthropic', account: 'lab', readiness: 'spent', untilMs: at(10, 2) },
  ]
  const concurrency = [{ provider: 'ollama', limit: 1, running: 1, waiting: 1200 }]
  expect(sentences({ cooldowns: [{ ...rest, account: 'lab', lastReason: '429' }], accounts, concurrency })).toEqual([
    'anthropic (lab) rests after failures (429) since 2026-11-22 10:00:00, until 2026-11-22 10:02:00.',
    'anthropic (work) is used up, until 2026-11-22 15:00:00.',
    'anthropic (old) is asked last, since its key was refused, until 2026-11-22 10:11:00.',
    'ollama has 1 of 1 requests at once, and 1,200 wait.',
  ])
})
