import { describe, expect, test } from 'bun:test'
import { totalInputTokens, type Usage } from '../../src/neutral/usage.ts'
import { openEstimates, type AnswerQuestion, type Estimates } from '../../src/rules/estimates.ts'
import { newSeed, seeded, type Random } from '../support/random-records.ts'
import { usage } from '../wire/recorded.ts'

const minuteMs = 60_000

const ask = (over: Partial<AnswerQuestion> = {}): AnswerQuestion => ({
  provider: 'acme',
  model: 'large',
  session: null,
  atMs: 0,
  bytes: 3000,
  hasTools: false,
  maxInputTokens: null,
  maxOutputTokens: null,
  cacheWrites: 'none',
  ...over,
})

const teach = (estimates: Estimates, question: AnswerQuestion, answers: readonly Usage[]) => {
  for (const answer of answers) estimates.learn(question, answer)
}

const lengths = (...outputs: readonly number[]) => outputs.map((out) => usage({ in: 1000, out }))

describe('of a model that nobody asked before', () => {
  test('a request is taken for three bytes a token, and its answer for 4,000 tokens', () => {
    expect(openEstimates().expected(ask())).toEqual(usage({ in: 1000, out: 4000 }))
  })

  test('files count by what they take, at worst by the most', () => {
    const media = { tokens: 1300, mostTokens: 5000 }
    const estimates = openEstimates()
    expect(estimates.expected(ask({ media })).inputTokens).toBe(2300)
    // 3,000 bytes are 2,000 tokens at worst, with 50 around them.
    expect(estimates.worst(ask({ media })).inputTokens).toBe(7050)
  })

  test('an answer is not expected to be longer than its limit', () => {
    expect(openEstimates().expected(ask({ maxOutputTokens: 64 })).outputTokens).toBe(64)
  })

  test('what is marked for a cache is taken for written to it', () => {
    const estimates = openEstimates()
    expect(estimates.expected(ask({ cacheWrites: '5m' }))).toEqual(usage({ write5m: 1000, out: 4000 }))
    expect(estimates.expected(ask({ cacheWrites: '1h' }))).toEqual(usage({ write1h: 1000, out: 4000 }))
  })

  test('more than its window is not expected', () => {
    expect(openEstimates().expected(ask({ bytes: 900_000, maxInputTokens: 200_000 })).inputTokens).toBe(200_000)
  })
})

describe('from answers is learned', () => {
  test('how many tokens a byte is, of that model alone', () => {
    const estimates = openEstimates()
    const answer = usage({ in: 1500, out: 10 })
    teach(estimates, ask(), [answer, answer, answer])
    expect(estimates.expected(ask({ bytes: 4000 })).inputTokens).toBe(2000)
    expect(estimates.expected(ask({ bytes: 6000, model: 'small' })).inputTokens).toBe(2000)
    expect(estimates.expected(ask({ bytes: 6000, provider: 'other' })).inputTokens).toBe(2000)
  })

  test('one picture among texts does not change what texts are expected to be', () => {
    const estimates = openEstimates()
    const text = usage({ in: 1000, out: 10 })
    teach(estimates, ask(), [text, text, usage({ in: 3, out: 10 }), text])
    expect(estimates.expected(ask()).inputTokens).toBe(1000)
  })

  test('how long nine of ten answers are, once there are nine', () => {
    const estimates = openEstimates()
    teach(estimates, ask(), lengths(10, 80, 30, 90, 50, 20, 70, 40))
    expect(estimates.expected(ask()).outputTokens).toBe(4000)
    teach(estimates, ask(), lengths(60))
    expect(estimates.expected(ask()).outputTokens).toBe(90)
  })

  test('an answer that is longer than was assumed, at once', () => {
    const estimates = openEstimates()
    teach(estimates, ask(), lengths(30_000))
    expect(estimates.expected(ask()).outputTokens).toBe(30_000)
  })

  test('the length of answers to requests of one shape, apart from others', () => {
    const estimates = openEstimates()
    teach(estimates, ask({ hasTools: true }), lengths(1, 2, 3, 4, 5, 6, 7, 8, 9))
    teach(estimates, ask(), lengths(901, 902, 903, 904, 905, 906, 907, 908, 909))
    expect(estimates.expected(ask({ hasTools: true })).outputTokens).toBe(9)
    expect(estimates.expected(ask()).outputTokens).toBe(909)
    // None of that size was answered yet: by rank the 18th of the 18 and the one to come.
    expect(estimates.expected(ask({ bytes: 20_000 })).outputTokens).toBe(909)
  })

  test('newer answers only: the last 64', () => {
    const estimates = openEstimates()
    teach(estimates, ask(), lengths(...Array.from({ length: 20 }, () => 30_000)))
    teach(estimates, ask(), lengths(...Array.from({ length: 64 }, () => 100)))
    expect(estimates.expected(ask()).outputTokens).toBe(100)
  })
})

describe('numbers that say nothing are passed over:', () => {
  const nonsense: readonly (readonly [string, Usage, Partial<AnswerQuestion>])[] = [
    ['tokens below 0', usage({ in: 1000, out: -5 }), {}],
    ['tokens that are none', usage({ in: Number.NaN, out: 5 }), {}],
    ['parts of a token', usage({ in: 0.5, out: 5 }), {}],
    ['endless answers', usage({ in: 1000, out: Infinity }), {}],
    ['more than any model reads', usage({ read: 1e12, out: 5 }), {}],
    ['an answer to nothing', usage({ out: 5 }), {}],
    ['a request of no bytes', usage({ in: 1000, out: 5 }), { bytes: 0 }],
    ['a request of no size', usage({ in: 1000, out: 5 }), { bytes: Number.NaN }],
  ]
  for (const [name, answer, over] of nonsense) {
    test(name, () => {
      const estimates = openEstimates()
      teach(
        estimates,
        ask({ session: 's', ...over }),
        Array.from({ length: 20 }, () => answer),
      )
      expect(estimates.expected(ask({ session: 's' }))).toEqual(usage({ in: 1000, out: 4000 }))
    })
  }

  test('limits and sizes that are no numbers are taken for unknown', () => {
    const question = ask({ bytes: Number.NaN, maxInputTokens: Number.NaN, maxOutputTokens: -1 })
    expect(openEstimates().expected(question)).toEqual(usage({ out: 4000 }))
    expect(openEstimates().worst(question)).toEqual(usage({ in: 50, out: 128_000 }))
  })
})

describe('the next turn of a conversation', () => {
  const first = ask({ session: 's', bytes: 30_000, cacheWrites: '5m' })
  const written = usage({ in: 10, write5m: 9990, out: 500 })

  test('reads what the last one wrote, and writes what is new', () => {
    const estimates = openEstimates()
    estimates.learn(first, written)
    const next = estimates.expected({ ...first, bytes: 33_000, atMs: 5 * minuteMs })
    expect(next).toEqual(usage({ in: 10, read: 9990, write5m: 1000, out: 4000 }))
  })

  test('reads what the last one read and wrote', () => {
    const estimates = openEstimates()
    estimates.learn(first, written)
    const second = { ...first, bytes: 33_000, atMs: minuteMs }
    estimates.learn(second, usage({ in: 10, read: 9990, write5m: 1000, out: 500 }))
    const third = estimates.expected({ ...first, bytes: 36_000, atMs: 6 * minuteMs })
    expect(third).toEqual(usage({ in: 10, read: 10_990, write5m: 1000, out: 4000 }))
  })

  test('writes all of it again after five minutes, where it was marked for an hour after an hour', () => {
    const estimates = openEstimates()
    estimates.learn(first, written)
    const late = { ...first, bytes: 33_000, atMs: 5 * minuteMs + 1 }
    expect(estimates.expected(late)).toEqual(usage({ in: 10, write5m: 10_990, out: 4000 }))

    const forHour = { ...first, session: 'h', cacheWrites: '1h' } as const
    estimates.learn(forHour, usage({ in: 10, write1h: 9990, out: 500 }))
    const next = { ...forHour, bytes: 33_000, atMs: 60 * minuteMs }
    expect(estimates.expected(next)).toEqual(usage({ in: 10, read: 9990, write1h: 1000, out: 4000 }))
    expect(estimates.expected({ ...next, atMs: 60 * minuteMs + 1 })).toEqual(
      usage({ in: 10, write1h: 10_990, out: 4000 }),
    )
  })

  test('reads again what a cache gave that nobody asked for', () => {
    const estimates = openEstimates()
    const turn = ask({ session: 's', bytes: 30_000 })
    estimates.learn(turn, usage({ in: 2000, read: 8000, out: 500 }))
    expect(estimates.expected({ ...turn, bytes: 33_000 })).toEqual(usage({ in: 3000, read: 8000, out: 4000 }))
  })

  test('is told from that of a helper in the same session, and from another model’s', () => {
    const estimates = openEstimates()
    estimates.learn({ ...first, bytes: 300_000 }, usage({ in: 10, write5m: 99_990, out: 500 }))
    estimates.learn(first, written)
    expect(estimates.expected({ ...first, bytes: 303_000 }).cacheReadTokens).toBe(99_990)
    expect(estimates.expected({ ...first, bytes: 33_000 }).cacheReadTokens).toBe(9990)
    expect(estimates.expected({ ...first, bytes: 33_000, model: 'small' }).cacheReadTokens).toBe(0)
    expect(estimates.expected({ ...first, bytes: 33_000, session: 'other' }).cacheReadTokens).toBe(0)
  })

  test('is counted on from the last one, whatever a picture in it makes of its bytes', () => {
    const estimates = openEstimates()
    const turn = ask({ session: 's', bytes: 1_000_000 })
    estimates.learn(turn, usage({ in: 12_000, out: 500 }))
    expect(estimates.expected({ ...turn, bytes: 1_000_300 }).inputTokens).toBe(12_100)
  })

  test('has what the provider holds in it, where its bytes are too few for that', () => {
    const estimates = openEstimates()
    const turn = ask({ session: 's', bytes: 600 })
    estimates.learn(turn, usage({ in: 50_000, out: 700 }))
    expect(totalInputTokens(estimates.expected({ ...turn, bytes: 300 }))).toBe(50_800)
  })

  test('is not expected to be shorter than it was, whatever the window is said to be', () => {
    const estimates = openEstimates()
    estimates.learn(ask({ session: 's', bytes: 900_000 }), usage({ in: 300_000, out: 500 }))
    const next = ask({ session: 's', bytes: 960_000, maxInputTokens: 200_000 })
    expect(estimates.expected(next).inputTokens).toBe(300_000)
  })
})

test('a conversation that begins finds in the cache what others like it found', () => {
  const estimates = openEstimates()
  const turn = ask({ session: 'a', bytes: 30_000, cacheWrites: '5m' })
  estimates.learn(turn, usage({ in: 1000, read: 6000, write5m: 3000, out: 500 }))
  estimates.learn({ ...turn, bytes: 33_000 }, usage({ in: 100, read: 10_900, out: 500 }))
  expect(estimates.expected({ ...turn, session: 'b' })).toEqual(
    usage({ in: 1000, read: 6000, write5m: 3000, out: 4000 }),
  )
})

test('writes that a provider charges without being asked are expected of its model from then on', () => {
  const estimates = openEstimates()
  estimates.learn(ask(), usage({ write5m: 1000, out: 500 }))
  expect(estimates.expected(ask())).toEqual(usage({ write5m: 1000, out: 4000 }))
  expect(estimates.worst(ask({ maxOutputTokens: 7 }))).toEqual(usage({ write5m: 2050, out: 7 }))
})

describe('at worst a request takes', () => {
  test('a token for each byte and a half, and some around them; the longest answer that there is', () => {
    expect(openEstimates().worst(ask())).toEqual(usage({ in: 2050, out: 128_000 }))
    expect(openEstimates().worst(ask({ hasTools: true })).inputTokens).toBe(3000)
  })

  test('all that its limits leave', () => {
    const question = ask({ bytes: 3_000_000, maxInputTokens: 200_000, maxOutputTokens: 32_000 })
    expect(openEstimates().worst(question)).toEqual(usage({ in: 200_000, out: 32_000 }))
  })

  test('a write for all of it, where something is marked, though it is expected to be read', () => {
    const estimates = openEstimates()
    const turn = ask({ session: 's', cacheWrites: '1h', maxOutputTokens: 100 })
    estimates.learn(turn, usage({ read: 1000, out: 50 }))
    expect(estimates.expected(turn)).toEqual(usage({ read: 1000, out: 100 }))
    expect(estimates.worst(turn)).toEqual(usage({ write1h: 2050, out: 100 }))
    expect(estimates.worst({ ...turn, cacheWrites: '5m' })).toEqual(usage({ write5m: 2050, out: 100 }))
  })

  test('as many tokens to a byte as one like it had', () => {
    const estimates = openEstimates()
    estimates.learn(ask(), usage({ in: 2700, out: 50 }))
    expect(estimates.worst(ask()).inputTokens).toBe(2750)
  })
})

test('rows of the request table teach what answers did: sizes, lengths, and where conversations stand', () => {
  const estimates = openEstimates()
  for (let turn = 0; turn < 9; turn++) {
    const answer = usage({ in: 10, read: 10_000 + turn * 1000, write5m: 990, out: 100 + turn })
    const row = { provider: 'acme', model: 'large', session: 's', atMs: turn * minuteMs }
    estimates.seed({ ...row, bytes: 22_000 + turn * 2000, usage: answer })
  }
  const next = ask({ session: 's', bytes: 40_000, atMs: 9 * minuteMs, hasTools: true, cacheWrites: '5m' })
  // The last row had 38,000 bytes and 19,000 tokens; the rows have half a token to a byte.
  expect(estimates.expected(next)).toEqual(usage({ in: 10, read: 18_990, write5m: 1000, out: 108 }))
})

test('a row with far more bytes than its tokens can be text says nothing of how many text has', () => {
  const estimates = openEstimates()
  const row = { provider: 'acme', model: 'large', session: null, atMs: 0, bytes: 1_500_000 }
  for (let index = 0; index < 9; index++) estimates.seed({ ...row, usage: usage({ in: 1500, out: 10 }) })
  expect(estimates.expected(ask()).inputTokens).toBe(1000)
})

describe('memory is bounded:', () => {
  const nine = lengths(1, 1, 1, 1, 1, 1, 1, 1, 1)

  test('of more than 200 models the one that was answered longest ago is forgotten', () => {
    const estimates = openEstimates()
    teach(estimates, ask({ model: 'first' }), nine)
    teach(estimates, ask({ model: 'second' }), nine)
    for (let index = 0; index < 198; index++)
      estimates.learn(ask({ model: `model-${index}` }), usage({ in: 1, out: 1 }))
    teach(estimates, ask({ model: 'first' }), nine)
    estimates.learn(ask({ model: 'one more' }), usage({ in: 1, out: 1 }))
    expect(estimates.expected(ask({ model: 'first' })).outputTokens).toBe(1)
    expect(estimates.expected(ask({ model: 'second' })).outputTokens).toBe(4000)
  })

  test('of more than 4,000 sessions the one that was answered longest ago is forgotten', () => {
    const estimates = openEstimates()
    const turn = (session: string) => ask({ session, cacheWrites: '5m' })
    const answer = usage({ write5m: 1000, out: 1 })
    for (let index = 0; index < 4000; index++) estimates.learn(turn(`${index}`), answer)
    estimates.learn(turn('0'), answer)
    estimates.learn(turn('one more'), answer)
    expect(estimates.expected(turn('0')).cacheReadTokens).toBe(1000)
    expect(estimates.expected(turn('1')).cacheReadTokens).toBe(0)
    expect(estimates.expected(turn('2')).cacheReadTokens).toBe(1000)
  })

  test('of more than four conversations in a session the one that was answered longest ago is forgotten', () => {
    const estimates = openEstimates()
    const turn = (bytes: number) => ask({ session: 's', bytes, cacheWrites: '5m' })
    // Each too long to go on with one before.
    for (const bytes of [10_000, 200_000, 1_000_000, 5_000_000, 30_000_000])
      estimates.learn(turn(bytes), usage({ write5m: bytes / 10, out: 1 }))
    expect(estimates.expected(turn(10_000)).cacheReadTokens).toBe(0)
    expect(estimates.expected(turn(200_000)).cacheReadTokens).toBe(20_000)
  })
})

describe('whatever answers said before, what is expected is not above the worst', () => {
  const histories = 300
  const turns = 40

  const whole = (random: Random, most: number) => Math.floor(random() ** 4 * most)
  const pick = <T>(random: Random, values: readonly T[]): T => values[Math.floor(random() * values.length)] as T

  const randomQuestion = (random: Random): AnswerQuestion =>
    ask({
      model: pick(random, ['large', 'small']),
      session: pick(random, [null, 'a', 'b']),
      atMs: whole(random, 4 * 60 * minuteMs),
      bytes: pick(random, [0, 1, whole(random, 3000), whole(random, 3_000_000)]),
      hasTools: random() < 0.5,
      maxInputTokens: pick(random, [null, 0, 8000, 200_000]),
      maxOutputTokens: pick(random, [null, 0, 100, 32_000]),
      cacheWrites: pick(random, ['none', '5m', '1h']),
    })

  const randomUsage = (random: Random): Usage =>
    usage({
      in: pick(random, [0, whole(random, 300_000), -1, Number.NaN]),
      read: pick(random, [0, whole(random, 300_000)]),
      write5m: pick(random, [0, whole(random, 300_000)]),
      write1h: pick(random, [0, 0, whole(random, 300_000)]),
      out: pick(random, [0, whole(random, 200_000), 1e15]),
    })

  /** In twentieths of the price of an input token. */
  const price = (used: Usage): number =>
    used.inputTokens * 20 +
    used.cacheReadTokens * 2 +
    used.cacheWrite5mTokens * 25 +
    used.cacheWrite1hTokens * 40 +
    used.outputTokens * 100

  test('in tokens and in price, and both are whole numbers of at least 0', () => {
    const random = seeded(newSeed())
    for (let history = 0; history < histories; history++) {
      const estimates = openEstimates()
      for (let turn = 0; turn < turns; turn++) {
        const question = randomQuestion(random)
        const expected = estimates.expected(question)
        const worst = estimates.worst(question)
        expect(totalInputTokens(expected)).toBeLessThanOrEqual(totalInputTokens(worst))
        expect(expected.outputTokens).toBeLessThanOrEqual(worst.outputTokens)
        expect(price(expected)).toBeLessThanOrEqual(price(worst))
        const numbers = [...Object.values(expected), ...Object.values(worst)]
        expect(numbers.filter((number) => !Number.isSafeInteger(number) || number < 0)).toEqual([])
        const { provider, model, session, atMs, bytes } = question
        const answer = randomUsage(random)
        if (random() < 0.2) estimates.seed({ provider, model, session, atMs, bytes, usage: answer })
        else estimates.learn(question, answer)
      }
    }
  })
})
