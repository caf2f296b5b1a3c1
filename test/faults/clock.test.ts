/** The machine's clock jumps, back and forth: times stay honest, ids stay unique. */
import { afterAll, expect, test } from 'bun:test'
import type { Clock } from '../../src/lib/clock.ts'
import { newId } from '../../src/lib/uuid.ts'
import { json, scriptedProvider, sse } from '../support/provider.ts'
import { anthropicFrames, anthropicReply } from '../support/replies.ts'
import { openPipeline } from '../support/services.ts'

const noon = Date.UTC(2026, 5, 1, 12)
const hour = 3_600_000

/** Every reading of the wall clock is an hour off the one before, in one direction and then the other. */
function jumpingClock(): Clock {
  let readings = 0
  let monotonic = 1000
  return {
    now: () => noon + (readings++ % 2 === 0 ? hour : -hour),
    monotonic: () => (monotonic += 0.5),
  }
}

const provider = scriptedProvider(({ text }) =>
  text.includes('"stream":true') ? sse(anthropicFrames) : json(anthropicReply),
)
afterAll(() => provider.stop())

test('durations come from the monotonic clock, so none is negative or an hour long', async () => {
  const relay = openPipeline({
    variables: { RELAYPLANE_ANTHROPIC_BASE_URL: provider.url },
    replace: () => ({ clock: jumpingClock() }),
  })
  for (const stream of [false, true, false, true]) {
    const response = await relay.ask('/v1/messages', {
      method: 'POST',
      headers: { 'x-api-key': 'sk-ant-api03-not-a-real-key-000000', 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'claude-sonnet-4-5', stream, messages: [] }),
    })
    await response.text()
  }
  expect(relay.rows).toHaveLength(4)
  expect(new Set(relay.rows.map(({ id }) => id)).size).toBe(4)
  for (const { durationMs, firstByteMs, startedMs, outcome, attempts } of relay.rows) {
    expect(outcome).toBe('complete')
    expect(Math.abs(startedMs - noon)).toBe(hour)
    for (const ms of [durationMs, firstByteMs ?? -1, attempts[0]?.durationMs ?? -1, attempts[0]?.firstByteMs ?? -1]) {
      expect(ms).toBeGreaterThan(0)
      expect(ms).toBeLessThan(100)
    }
  }
})

test('ids of one and the same millisecond, before and after a jump back, are all different', () => {
  const ids = [noon, noon - hour, noon, noon + hour, noon].flatMap((atMs) =>
    Array.from({ length: 20_000 }, () => newId(atMs)),
  )
  expect(new Set(ids).size).toBe(100_000)
  expect(ids.every((id) => /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id))).toBe(true)
})
