/** Which traffic is taken for a runaway, and which is not. */
import { describe, expect, test } from 'bun:test'
import { actionOf, mayBlock, openRunaways } from '../../src/rules/anomalies.ts'
import { after, agent, every, kinds, limits, play, seenOf, startMs, type Sent } from './anomaly-traffic.ts'

const stuck = (times: number, turns = 1) => ({ tools: turns === 1 ? ['Bash'] : ['Read', 'Bash'], turns, times })

describe('real work is no runaway:', () => {
  test('ten sub-agents beside their main thread, from the first minute of a session on', () => {
    const main = agent('main', 60, 10_000, { firstUsd: 0.3, usd: 0.06 })
    const subAgents = Array.from({ length: 10 }, (_, index) =>
      after(100_000 + index * 700, agent(`sub ${index}`, 80, 5000)),
    )
    expect(play([...main, ...subAgents.flat()])).toEqual([])
  })

  test('ten dear sub-agents at once in the middle of dear work', () => {
    const main = agent('main', 100, 6000, { firstUsd: 0.6, usd: 0.12 })
    const subAgents = Array.from({ length: 10 }, (_, index) =>
      after(270_000 + index * 500, agent(`sub ${index}`, 60, 5000, { firstUsd: 0.25, usd: 0.08 })),
    )
    expect(play([...main, ...subAgents.flat()])).toEqual([])
  })

  test('a refactoring of 300 quick turns in 20 minutes', () => {
    const quick = every(4000, 300, (turn) => ({
      takesMs: 2500 + (turn % 3) * 400,
      point: `turn ${turn}`,
      tokens: 20_000 + 250 * turn,
      usd: 0.03,
    }))
    expect(play(quick)).toEqual([])
    expect(play(quick.map((request) => ({ ...request, atMs: request.atMs / 2 })))).toEqual([])
  })

  test('a window of messages that slides: always as long, never the same', () => {
    expect(play(every(2500, 200, (turn) => ({ point: `turn ${turn}`, tokens: 8000 })))).toEqual([])
  })

  test('retries while the provider is overloaded, and the answer at last', () => {
    const retries = every(2000, 120, () => ({ point: 'same', takesMs: 300, fails: true }))
    expect(
      play([
        ...retries,
        ...after(
          240_000,
          every(1, 1, () => ({ point: 'same' })),
        ),
      ]),
    ).toEqual([])
  })

  test('two agents of one session that are refused and try again at the same time', () => {
    const storm = every(1500, 60, (index) => ({ point: 'same', takesMs: 200, fails: index < 59 }))
    expect(play([...storm, ...after(20, storm)])).toEqual([])
  })

  test('an answer made again five times', () => {
    expect(play(every(15_000, 6, () => ({ point: 'same', usd: 0.2 })))).toEqual([])
  })

  test('polling a job whose output changes', () => {
    const polls = every(20_000, 40, (turn) => ({ point: `poll ${turn}`, takesMs: 3000, loop: null }))
    expect(play(polls)).toEqual([])
  })

  test('polling a silent job: the same call and outcome, with a wait between', () => {
    const polls = every(35_000, 40, (turn) => ({
      point: `poll ${turn}`,
      takesMs: 4000,
      loop: turn === 0 ? null : stuck(turn + 1),
    }))
    expect(play(polls)).toEqual([])
  })

  test('polling by a sleep and a look in turns', () => {
    const polls = every(15_000, 60, (turn) => ({
      point: `poll ${turn}`,
      // After the sleep a wait, after the look none.
      takesMs: turn % 2 === 0 ? 2000 : 14_500,
      loop: turn < 3 ? null : stuck(Math.floor(turn / 2) + 1, 2),
    }))
    expect(play(polls)).toEqual([])
  })

  test('the same outcome a few times', () => {
    const tries = every(3000, 7, (turn) => ({ point: `try ${turn}`, loop: turn === 0 ? null : stuck(turn + 1) }))
    expect(play(tries)).toEqual([])
  })

  test('titles, summaries and counts of topics beside the conversation', () => {
    const side = every(3000, 100, (turn) => ({ lane: 'title', point: `title ${turn}`, tokens: 900, usd: 0.0004 }))
    const compaction = after(
      150_000,
      every(1, 1, () => ({ point: 'compaction', tokens: 160_000, usd: 0.9 })),
    )
    expect(play([...agent('main', 100, 3000), ...side, ...compaction])).toEqual([])
  })

  test('a script of two thousand single prompts, each a session of its own', () => {
    const batch = every(100, 2000, (index) => ({
      session: `fp_${index}`,
      lane: `${index}`,
      point: `prompt ${index}`,
      tokens: 3000,
      usd: 0.012,
    }))
    expect(play(batch)).toEqual([])
  })

  test('a script under one session, with one long instruction and many documents', () => {
    expect(play(every(200, 1500, (index) => ({ point: `document ${index}`, tokens: 2500, usd: 0.01 })))).toEqual([])
  })

  test('sixty colleagues whose clients check their quota in the same minutes', () => {
    const checks = every(5000, 60, (index) => ({ session: `s${index}`, point: 'quota', tokens: 40, usd: 0.00001 }))
    expect(play(checks)).toEqual([])
  })

  test('a health check every ten seconds', () => {
    expect(play(every(10_000, 60, () => ({ point: 'ping', tokens: 20, usd: 0.00001 })))).toEqual([])
  })

  test('embeddings of texts of the same length', () => {
    expect(play(every(50, 1000, () => ({ session: null, point: null, tokens: 2000, usd: 0.0001 })))).toEqual([])
  })

  test('a conversation of 800,000 tokens that the cache makes cheap', () => {
    expect(play(every(30_000, 20, (turn) => ({ point: `turn ${turn}`, tokens: 800_000 + turn, usd: 0.45 })))).toEqual(
      [],
    )
  })
})

describe('runaways are found:', () => {
  test('a client that sends the same conversation every second', () => {
    const findings = play(every(1000, 60, () => ({ point: 'same', tokens: 12_000 })))
    expect(findings[0]).toEqual({
      type: 'repetition',
      scope: 'session:s',
      reason: 'The same request of about 12000 tokens was sent 21 times in 5 min; the limit is 20.',
      details: { count: 21, limit: 20, windowMs: 300_000, inputTokens: 12_000, model: 'large' },
      atMs: 20_000,
    })
    expect(findings.find(({ type }) => type === 'velocity_spike')).toMatchObject({
      reason: '51 requests of this session in 5 min brought it no further; the limit is 50.',
      atMs: 51_000,
    })
    expect(kinds(findings)).toEqual(['repetition session:s', 'velocity_spike session:s'])
  })

  test('an agent that is started again in the same session and walks the same ten turns', () => {
    const restarts = every(2000, 120, (index) => ({ point: `turn ${index % 10}` }))
    expect(kinds(play(restarts))).toEqual(['velocity_spike session:s'])
  })

  test('one that a script starts again and again, each time in a new session', () => {
    const restarts = every(3000, 90, (index) => ({ session: `s${Math.floor(index / 3)}`, point: `turn ${index % 3}` }))
    const findings = play(restarts)
    expect(kinds(findings)).toEqual(['velocity_spike all', 'repetition all'])
    expect(findings[0]?.reason).toBe(
      '51 requests in 5 min were sent by one session as by another before; the limit is 50.',
    )
  })

  test('a loop in the midst of ten busy agents', () => {
    const busy = Array.from({ length: 10 }, (_, index) => agent(`busy ${index}`, 60, 2000)).flat()
    const loop = every(2500, 48, () => ({ point: 'same' }))
    expect(kinds(play([...busy, ...loop]))).toEqual(['repetition session:s'])
  })

  test('a loop whose requests fail now and then', () => {
    const loop = every(2000, 60, (index) => ({ point: 'same', takesMs: 500, fails: index % 3 === 0 }))
    expect(kinds(play(loop))).toEqual(['repetition session:s'])
  })

  test('an agent that calls the same failing tool again and again', () => {
    const calls = every(3000, 12, (turn) => ({
      point: `turn ${turn}`,
      takesMs: 2600,
      loop: turn === 0 ? null : stuck(turn + 1),
    }))
    const findings = play(calls)
    expect(findings[0]).toEqual({
      type: 'stuck_loop',
      scope: 'session:s',
      reason: 'The agent called Bash 8 times in a row with the same arguments and the same outcome; the limit is 8.',
      details: { count: 8, limit: 8, tools: 'Bash', turns: 1 },
      atMs: 21_000,
    })
    expect(kinds(findings)).toEqual(['stuck_loop session:s'])
  })

  test('two calls that alternate with the same outcomes', () => {
    const calls = every(3000, 20, (turn) => ({
      point: `turn ${turn}`,
      takesMs: 2600,
      loop: turn < 3 ? null : stuck(Math.floor((turn + 1) / 2), 2),
    }))
    expect(play(calls)[0]).toMatchObject({
      reason:
        'The agent called a round of 2 turns (Read, Bash) 8 times in a row with the same arguments and the same outcome; the limit is 8.',
      atMs: 45_000,
    })
  })

  test('agents that start agents, so that spend doubles each minute', () => {
    const minutes = [6, 13, 27, 55, 110]
    const growth = minutes.flatMap((count, minute) =>
      after(
        minute * 60_000,
        every(60_000 / count, count, (index) => ({ lane: `${index}`, point: `${minute} ${index}`, usd: 0.1 })),
      ),
    )
    const findings = play(growth)
    expect(findings[0]).toMatchObject({
      type: 'cost_acceleration',
      reason: 'Spend doubled 3 minutes in a row: $0.60, $1.30, $2.70, $5.50.',
      details: { firstNanoUsd: 600_000_000, lastNanoUsd: 5_500_000_000, doublings: 3 },
      atMs: 240_000,
    })
    expect(kinds(findings)).toEqual(['cost_acceleration session:s', 'cost_acceleration all'])
  })

  test('the same growth over many sessions is one of all', () => {
    const growth = [6, 13, 27, 55, 110].flatMap((count, minute) =>
      after(
        minute * 60_000,
        every(60_000 / count, count, (index) => ({
          session: `${minute} ${index}`,
          point: `${minute} ${index}`,
          usd: 0.1,
        })),
      ),
    )
    expect(kinds(play(growth))).toEqual(['cost_acceleration all'])
  })

  test('growth from less than 50 cents is too little to tell', () => {
    const growth = [1, 2, 4, 8, 16].flatMap((cents, minute) =>
      after(
        minute * 60_000,
        every(1, 1, () => ({ point: `${minute}`, usd: cents * 0.025 })),
      ),
    )
    expect(play(growth)).toEqual([])
  })

  test('a request of 900,000 tokens', () => {
    expect(play([{ atMs: 0, point: 'huge', tokens: 900_000, usd: 5.4 }])).toEqual([
      {
        type: 'token_explosion',
        scope: 'session:s',
        reason: 'One request of about 900000 tokens is estimated at $5.40; the limit is $5.00.',
        details: { inputTokens: 900_000, estimatedNanoUsd: 5_400_000_000, limitNanoUsd: 5_000_000_000, model: 'large' },
        atMs: 0,
      },
    ])
  })
})

describe('limits', () => {
  const same = (count: number): readonly Sent[] => every(1000, count, () => ({ point: 'same' }))

  test('a threshold is reached by the request after it', () => {
    expect(kinds(play(same(3), { repetitionThreshold: 2 }))).toEqual(['repetition session:s'])
    expect(play(same(2), { repetitionThreshold: 2 })).toEqual([])
  })

  test('what is older than the window does not count', () => {
    expect(play(every(15_000, 60, () => ({ point: 'same' })))).toEqual([])
    expect(
      kinds(
        play(
          every(15_000, 60, () => ({ point: 'same' })),
          { windowMs: 600_000 },
        ),
      ),
    ).toEqual(['repetition session:s'])
  })

  test('a request without a price is no explosion', () => {
    expect(play([{ atMs: 0, point: 'huge', tokens: 900_000, usd: null }])).toEqual([])
  })

  test('what was estimated too high is put right when it is settled', () => {
    const runaways = openRunaways()
    const growth = [0.6, 1.3, 2.7, 5.5].map((usd, minute) => seenOf({ atMs: minute * 60_000, point: `${minute}`, usd }))
    for (const seen of growth) runaways.see(seen, { ...limits, tokenExplosionUsd: 100 })
    const next = seenOf({ atMs: 240_000, point: 'next' })
    expect(kinds(runaways.see(next, limits))).toEqual(['cost_acceleration session:s', 'cost_acceleration all'])
    for (const seen of growth) runaways.settle(seen, { atMs: seen.atMs, isFailure: false, costNanoUsd: 100_000_000 })
    expect(runaways.see(next, limits)).toEqual([])
  })

  test('sessions that are quiet are forgotten, and memory stays bounded', () => {
    const runaways = openRunaways()
    const many = every(1, 3000, (index) => ({ session: `s${index}`, point: `p${index}`, usd: 0 }))
    play([...same(20), ...after(20_000, many)], {}, runaways)
    expect(play(after(30_000, same(20)), {}, runaways)).toEqual([])
  })
})

describe('a session that is stopped', () => {
  const finding = () => play(every(1000, 21, () => ({ point: 'same' })))[0]
  const stopped = () => {
    const runaways = openRunaways()
    const found = play(
      every(1000, 21, () => ({ point: 'same' })),
      {},
      runaways,
    )[0]
    if (found === undefined) throw new Error('nothing was found')
    runaways.block('s', startMs + 320_000, found)
    return runaways
  }

  test('is so until its time is over, and no other is', () => {
    const runaways = stopped()
    expect(runaways.stopOf('s', startMs + 319_999)).toEqual({
      untilMs: startMs + 320_000,
      finding: expect.objectContaining({ reason: finding()?.reason }) as never,
    })
    expect(runaways.stopOf('s', startMs + 320_000)).toBeNull()
    expect(runaways.stopOf('other', startMs)).toBeNull()
  })

  test('can be freed, once', () => {
    const runaways = stopped()
    expect(runaways.free('s', startMs + 30_000)).toBe(true)
    expect(runaways.stopOf('s', startMs + 30_000)).toBeNull()
    expect(runaways.free('s', startMs + 30_000)).toBe(false)
  })

  test('starts anew when it is free', () => {
    const runaways = stopped()
    runaways.free('s', startMs + 30_000)
    expect(
      play(
        after(
          30_000,
          every(1000, 20, () => ({ point: 'same' })),
        ),
        {},
        runaways,
      ),
    ).toEqual([])
    expect(
      kinds(
        play(
          after(
            50_000,
            every(1000, 1, () => ({ point: 'same' })),
          ),
          {},
          runaways,
        ),
      ),
    ).toEqual(['repetition session:s'])
  })

  test('is not stopped again for the loop that its conversation still holds, but for one that goes on', () => {
    const runaways = openRunaways()
    const loop = (from: number, count: number) =>
      after(
        from * 3000,
        every(3000, count, (turn) => ({ point: `turn ${from + turn}`, takesMs: 2600, loop: stuck(from + turn + 1) })),
      )
    const found = play(loop(0, 8), {}, runaways)
    expect(found.map(({ details }) => details.count)).toEqual([8])
    const [first] = found
    if (first !== undefined) runaways.block('s', startMs + 300_000, first)
    runaways.free('s', startMs + 25_000)
    expect(play(loop(8, 7), {}, runaways)).toEqual([])
    expect(play(loop(15, 1), {}, runaways).map(({ details }) => details.count)).toEqual([8])
  })
})

test('an action of its own goes before the common one, and one that stops is enough to be careful', () => {
  const own = { action: 'alert', actions: { stuck_loop: 'block' } } as const
  expect([actionOf('stuck_loop', own), actionOf('repetition', own)]).toEqual(['block', 'alert'])
  expect([
    mayBlock(own),
    mayBlock({ action: 'alert', actions: {} }),
    mayBlock({ action: 'block', actions: {} }),
  ]).toEqual([true, false, true])
})

test('a runaway of tens of thousands of requests is counted on, with no more than twice the greatest threshold in memory', () => {
  const runaways = openRunaways()
  const counts: number[] = []
  for (let i = 0; i < 45_000; i++) {
    const found = runaways.see(seenOf({ atMs: i, point: 'again' }), { ...limits, velocityThreshold: 10_000 })
    const velocity = found.find(({ type }) => type === 'velocity_spike')
    if (velocity !== undefined) counts.push(Number(velocity.details['count']))
  }
  expect(counts.at(0)).toBe(10_001)
  expect(Math.min(...counts)).toBeGreaterThan(10_000)
  expect(Math.max(...counts)).toBeLessThanOrEqual(20_002)
})
