import { describe, expect, test } from 'bun:test'
import { openLedger } from '../../src/rules/ledger.ts'
import { projectedBreach } from '../../src/rules/projection.ts'

const noon = Date.UTC(2026, 10, 22, 12)
const minute = 60_000

function spendingEveryMinute(minutes: number, nanoUsd: number) {
  const ledger = openLedger()
  ledger.fill({ kinds: new Set() }, [])
  for (let ago = minutes; ago > 0; ago--)
    ledger.spend({ session: null, agent: null, provider: 'openai', model: 'm', atMs: noon - ago * minute, nanoUsd })
  return ledger
}

describe('the projected breach of a limit', () => {
  test('is when the rate of the last quarter of the window reaches it', () => {
    // 20 minutes at 1 a minute; the last 15 of them are the quarter. 40 more fit, so 40 minutes from now.
    const at = projectedBreach(spendingEveryMinute(20, 1), 'all', 'hour', 60, noon)
    expect(at).toBeGreaterThanOrEqual(noon + 39 * minute)
    expect(at).toBeLessThanOrEqual(noon + 41 * minute)
  })

  test('never comes where what slides out makes room for what comes in', () => {
    expect(projectedBreach(spendingEveryMinute(600, 1), 'all', 'hour', 70, noon)).toBeNull()
  })

  test('never comes where nothing has been spent lately', () => {
    expect(projectedBreach(spendingEveryMinute(0, 1), 'all', 'day', 70, noon)).toBeNull()
  })

  test('is now where the limit is spent', () => {
    expect(projectedBreach(spendingEveryMinute(50, 2), 'all', 'hour', 100, noon)).toBe(noon)
  })
})
