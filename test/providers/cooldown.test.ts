import { beforeEach, describe, expect, test } from 'bun:test'
import {
  openCooldowns,
  type Asked,
  type Cooldowns,
  type CooldownSettings,
  type TurnEnd,
} from '../../src/providers/cooldown.ts'
import { openTestTime, type TestTime } from '../support/time.ts'

const noon = Date.UTC(2026, 10, 22, 12)
const usual: CooldownSettings = { enabled: true, allowedFails: 3, windowSeconds: 60, cooldownSeconds: 120 }

const groq: Asked = { provider: 'groq', account: 'default' }
const work: Asked = { provider: 'anthropic', account: 'work' }
const home: Asked = { provider: 'anthropic', account: 'home' }

const well: TurnEnd = { kind: 'well' }
const untold: TurnEnd = { kind: 'untold' }
const failed: TurnEnd = { kind: 'failed', scope: 'provider', reason: '500', resetMs: null }
const limited = (resetMs: number | null = null): TurnEnd => ({
  kind: 'failed',
  scope: 'account',
  reason: '429',
  resetMs,
})

let time: TestTime
let settings: CooldownSettings
let cooldowns: Cooldowns

beforeEach(() => {
  time = openTestTime(noon)
  settings = usual
  cooldowns = openCooldowns(time.clock, () => settings)
})

/** A request that ends at once; how it was taken. */
function ask(asked: Asked, end: TurnEnd): string {
  const turn = cooldowns.begin(asked)
  turn.end(end)
  return turn.as
}

function fail(asked: Asked, times: number, end = failed): void {
  for (let count = 0; count < times; count++) ask(asked, end)
}

describe('a provider rests', () => {
  test('after as many failures in the window as are allowed', () => {
    fail(groq, 2)
    expect(cooldowns.isResting(groq)).toBe(false)
    fail(groq, 1)
    expect(cooldowns.isResting(groq)).toBe(true)
    expect(ask(groq, untold)).toBe('resting')
  })

  test('not after failures of which one is out of the window', () => {
    fail(groq, 1)
    time.pass(60_000)
    fail(groq, 2)
    expect(cooldowns.isResting(groq)).toBe(false)
    fail(groq, 1)
    expect(cooldowns.isResting(groq)).toBe(true)
  })

  test('not after a success in between', () => {
    fail(groq, 2)
    ask(groq, well)
    fail(groq, 2)
    expect(cooldowns.isResting(groq)).toBe(false)
  })

  test('not for clients that left', () => {
    fail(groq, 2)
    fail(groq, 20, untold)
    expect(cooldowns.isResting(groq)).toBe(false)
  })

  test('alone', () => {
    fail(groq, 3)
    expect(cooldowns.isResting(work)).toBe(false)
  })

  test('with all of its accounts', () => {
    fail(work, 3)
    expect([work, home].map(cooldowns.isResting)).toEqual([true, true])
  })

  test('never where cooldowns are off', () => {
    settings = { ...usual, enabled: false }
    fail(groq, 10)
    expect(cooldowns.isResting(groq)).toBe(false)
    expect(ask(groq, well)).toBe('well')
    expect(cooldowns.state()).toEqual([])
  })

  test('for as long as the settings of that moment say', () => {
    settings = { ...usual, allowedFails: 1, cooldownSeconds: 5 }
    fail(groq, 1)
    time.pass(4999)
    expect(cooldowns.isResting(groq)).toBe(true)
    time.pass(1)
    expect(cooldowns.isResting(groq)).toBe(false)
  })
})

describe('an account rests', () => {
  test('alone, after its 429s', () => {
    fail(work, 3, limited())
    expect([work, home].map(cooldowns.isResting)).toEqual([true, false])
  })

  test('from its first 429 on where that says until when', () => {
    ask(work, limited(7_200_000))
    expect([work, home].map(cooldowns.isResting)).toEqual([true, false])
    time.pass(7_199_999)
    expect(cooldowns.isResting(work)).toBe(true)
    time.pass(1)
    expect(ask(work, well)).toBe('probe')
    expect(ask(work, well)).toBe('well')
  })

  test('no longer than a 429 says, even if that is short', () => {
    fail(work, 10, limited(200))
    time.pass(200)
    expect(cooldowns.isResting(work)).toBe(false)
  })

  test('as long as the longest of its 429s says', () => {
    const turns = [cooldowns.begin(work), cooldowns.begin(work)]
    turns[0]?.end(limited(60_000))
    turns[1]?.end(limited(1000))
    time.pass(59_999)
    expect(cooldowns.isResting(work)).toBe(true)
  })

  test('and a failure of the provider says nothing about it', () => {
    fail(work, 2, limited())
    ask(work, failed)
    fail(work, 1, limited())
    expect([work, home].map(cooldowns.isResting)).toEqual([true, false])
  })

  test('and its 429 shows that the provider works', () => {
    fail(work, 2)
    ask(work, limited())
    fail(work, 2)
    expect(cooldowns.isResting(work)).toBe(false)
  })
})

describe('after the rest', () => {
  beforeEach(() => {
    fail(work, 3)
    time.pass(120_000)
  })

  test('one request tries, and others see a rest until it has ended', () => {
    expect(cooldowns.isResting(work)).toBe(false)
    const probe = cooldowns.begin(work)
    expect(probe.as).toBe('probe')
    expect(cooldowns.isResting(work)).toBe(true)
    expect(cooldowns.begin(home).as).toBe('resting')
    probe.end(well)
    expect(cooldowns.isResting(work)).toBe(false)
    expect(cooldowns.begin(home).as).toBe('well')
  })

  test('a probe that works forgets what was', () => {
    ask(work, well)
    expect(cooldowns.state()).toEqual([])
    fail(work, 2)
    expect(cooldowns.isResting(work)).toBe(false)
  })

  test('a probe that fails begins another rest', () => {
    const probe = cooldowns.begin(work)
    time.pass(60_000)
    probe.end(failed)
    expect(cooldowns.state().map(({ sinceMs }) => sinceMs)).toEqual([noon + 180_000])
    expect(cooldowns.isResting(work)).toBe(true)
    time.pass(119_999)
    expect(cooldowns.isResting(work)).toBe(true)
    time.pass(1)
    expect(ask(work, well)).toBe('probe')
  })

  test('a probe that tells nothing leaves it to the next', () => {
    ask(work, untold)
    expect(ask(work, well)).toBe('probe')
  })

  test('a probe that gets a 429 shows that the provider works, and closes the account', () => {
    expect(ask(work, limited(60_000))).toBe('probe')
    expect([work, home].map(cooldowns.isResting)).toEqual([true, false])
  })

  test('a probe that is never heard of holds nobody up for longer than a rest', () => {
    const lost = cooldowns.begin(work)
    time.pass(119_999)
    expect(cooldowns.begin(work).as).toBe('resting')
    time.pass(1)
    const second = cooldowns.begin(work)
    expect(second.as).toBe('probe')
    lost.end(failed)
    expect(cooldowns.begin(work).as).toBe('resting')
    second.end(well)
    expect(cooldowns.begin(work).as).toBe('well')
  })

  test('a probe ends once', () => {
    const probe = cooldowns.begin(work)
    probe.end(well)
    probe.end(failed)
    expect(cooldowns.state()).toEqual([])
  })
})

describe('during the rest', () => {
  test('an answer to what was sent before it says nothing about now', () => {
    const before = cooldowns.begin(groq)
    time.pass(1)
    fail(groq, 3)
    before.end(well)
    expect(cooldowns.isResting(groq)).toBe(true)
  })

  test('an answer to what was sent since, for want of another, ends it', () => {
    fail(groq, 3)
    time.pass(10)
    expect(ask(groq, well)).toBe('resting')
    expect(ask(groq, well)).toBe('well')
  })

  test('more failures do not make it longer', () => {
    fail(groq, 3)
    time.pass(100_000)
    fail(groq, 5)
    time.pass(20_000)
    expect(cooldowns.isResting(groq)).toBe(false)
  })

  test('a jump of the clock changes nothing', () => {
    fail(groq, 3)
    time.set(noon + 86_400_000)
    expect(cooldowns.isResting(groq)).toBe(true)
    time.pass(120_000)
    expect(cooldowns.isResting(groq)).toBe(false)
  })
})

describe('what is shown', () => {
  test('who rests, since when, until when, why', () => {
    fail(groq, 3)
    ask(work, limited(60_000))
    ask(home, limited())
    time.pass(10_000)
    const none = { sinceMs: null, untilMs: null }
    expect(cooldowns.state()).toEqual([
      {
        provider: 'groq',
        account: null,
        state: 'resting',
        failures: 3,
        lastReason: '500',
        lastFailureMs: noon,
        sinceMs: noon,
        untilMs: noon + 120_000,
      },
      {
        provider: 'anthropic',
        account: 'work',
        state: 'resting',
        failures: 1,
        lastReason: '429',
        lastFailureMs: noon,
        sinceMs: noon,
        untilMs: noon + 60_000,
      },
      {
        provider: 'anthropic',
        account: 'home',
        state: 'well',
        failures: 1,
        lastReason: '429',
        lastFailureMs: noon,
        ...none,
      },
    ])
  })

  test('half-open once the rest is over', () => {
    fail(groq, 3)
    time.pass(120_000)
    expect(cooldowns.state().map(({ state }) => state)).toEqual(['half-open'])
    cooldowns.begin(groq)
    expect(cooldowns.state().map(({ state }) => state)).toEqual(['half-open'])
  })

  test('nothing of failures that are out of the window', () => {
    fail(groq, 2)
    time.pass(60_000)
    expect(cooldowns.state()).toEqual([])
  })

  test('at most a thousand', () => {
    for (let count = 0; count < 1500; count++) ask({ provider: 'groq', account: `caller-${count}` }, limited(60_000))
    expect(cooldowns.state().length).toBe(1000)
    expect(cooldowns.isResting({ provider: 'groq', account: 'caller-1499' })).toBe(true)
  })
})

test('in whatever order requests begin and end, one probe runs at a time, a rest has its failures, and it always ends', () => {
  for (let seed = 1; seed <= 60; seed++) {
    let state = seed
    const random = (below: number) =>
      Math.floor(((state = (state * 1103515245 + 12345) % 2147483648) / 2147483648) * below)
    const moment = openTestTime(noon)
    const machine = openCooldowns(moment.clock, () => usual)
    const asked = [groq, work, home]
    const running: { turn: ReturnType<Cooldowns['begin']>; asked: Asked; at: number }[] = []
    const failures: { provider: string; at: number }[] = []
    for (let step = 0; step < 400; step++) {
      const now = moment.clock.monotonic()
      if (random(2) === 0) {
        const one = asked[random(3)] ?? groq
        const wasResting = machine.isResting(one)
        const turn = machine.begin(one)
        expect(turn.as === 'resting').toBe(wasResting)
        const others = running.filter((other) => other.turn.as === 'probe' && now - other.at < 120_000)
        // An account's probe and its provider's may be two: then the provider works, and rested before for itself.
        if (turn.as === 'probe') expect(others.filter((other) => other.asked === one)).toEqual([])
        running.push({ turn, asked: one, at: now })
      } else if (running.length > 0) {
        const [ended] = running.splice(random(running.length), 1)
        const end: TurnEnd = [well, failed, failed, failed, untold, limited()][random(6)] ?? well
        if (end === failed) failures.push({ provider: ended?.asked.provider ?? '', at: now })
        ended?.turn.end(end)
      }
      moment.pass(random(6000))
      for (const { provider, account, state: shown, sinceMs } of machine.state()) {
        if (account !== null || shown !== 'resting' || sinceMs === null) continue
        const since = sinceMs - noon + 1000
        const before = failures.filter((failure) => failure.provider === provider && failure.at <= since)
        expect(before.length).toBeGreaterThanOrEqual(3)
      }
    }
    for (const { turn } of running) turn.end(untold)
    moment.pass(120_000)
    for (const one of asked) expect(machine.isResting(one)).toBe(false)
    for (const one of asked) machine.begin(one).end(well)
    for (const one of asked) expect(machine.begin(one).as).toBe('well')
  }
})
