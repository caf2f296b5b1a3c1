import { expect, test } from 'bun:test'
import type { ProviderHealth } from '../../src/control/shapes.ts'
import { standingLines } from '../../web/state/standing.ts'

type Standing = Parameters<typeof standingLines>[0]
type Cooldown = ProviderHealth['cooldowns'][number]

/** On the local clock, as a person reads it. */
const at = (hour: number, minute: number) => new Date(2026, 10, 22, hour, minute).getTime()
const readMs = at(10, 1)

const resting: Cooldown = {
  provider: 'acme',
  account: null,
  state: 'resting',
  failures: 3,
  lastReason: '503',
  lastFailureMs: at(10, 0),
  sinceMs: at(10, 0),
  untilMs: at(10, 2),
}
const lines = (part: Partial<Standing>) =>
  standingLines({ cooldowns: [], accounts: [], concurrency: [], ...part }, readMs).map(
    ({ tone, text }) => `${tone} ${text}`,
  )

const account = (label: string, part: Partial<Standing['accounts'][number]> = {}): Standing['accounts'][number] => ({
  provider: 'acme',
  account: label,
  readiness: 'ready',
  untilMs: null,
  ...part,
})

test('a provider of which nothing is to be said is ready', () => {
  expect(lines({})).toEqual(['ok ready'])
})

test('a rest says why, since when and until when', () => {
  expect(lines({ cooldowns: [resting] })).toEqual(['warn rests after 503 since 10:00:00 until 10:02:00'])
  const tomorrow = new Date(2026, 10, 23, 9, 0).getTime()
  expect(lines({ cooldowns: [{ ...resting, account: 'caller x1', lastReason: '429', untilMs: tomorrow }] })).toEqual([
    'warn caller x1: rests after 429 since 10:00:00 until 11-23 09:00:00',
  ])
})

test('a rest that is over waits for the next request, and single failures are only counted', () => {
  expect(lines({ cooldowns: [{ ...resting, state: 'half-open' }] })).toEqual([
    'warn rested after 503 since 10:00:00; the next request tries it',
  ])
  expect(lines({ cooldowns: [{ ...resting, state: 'well', failures: 1, sinceMs: null, untilMs: null }] })).toEqual([
    'ok ready; 1 failure of late (503)',
  ])
})

test('each account has one line, by its label', () => {
  const accounts = [
    account('work', { readiness: 'spent', untilMs: at(15, 0) }),
    account('lab'),
    account('old', { readiness: 'refused', untilMs: at(10, 11) }),
    account('busy', { readiness: 'resting' }),
  ]
  const cooldowns = [
    { ...resting, account: 'work', lastReason: '429', untilMs: at(15, 0) },
    { ...resting, account: 'busy', lastReason: '429' },
  ]
  expect(lines({ accounts, cooldowns })).toEqual([
    'warn work: used up until 15:00:00',
    'ok lab: ready',
    'warn old: its key is refused; asked last until 10:11:00',
    'warn busy: rests after 429 since 10:00:00 until 10:02:00',
  ])
})

test('a limit of requests at once says how many run, and how many wait', () => {
  const one = { provider: 'acme', limit: 4, running: 2, waiting: 0 }
  expect(lines({ concurrency: [one] })).toEqual(['ok 2 of 4 running'])
  expect(lines({ concurrency: [{ ...one, running: 4, waiting: 7 }] })).toEqual(['warn 4 of 4 running, 7 waiting'])
})
