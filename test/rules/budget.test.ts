import { describe, expect, test } from 'bun:test'
import { judgeBudget, passedThresholds } from '../../src/rules/budget.ts'
import { openLedger, type Spender } from '../../src/rules/ledger.ts'
import { limitsFor, mayRefuse, type BudgetTerms } from '../../src/rules/limits.ts'

const noon = Date.UTC(2026, 10, 22, 12)
const usd = 1_000_000_000
const spender: Spender = { session: 's1', agent: 'codex', provider: 'openai', model: 'gpt-5' }
const terms: BudgetTerms = { dailyUsd: 50, hourlyUsd: 10, perRequestUsd: 2, onBreach: 'block', limits: [] }

function ledgerWith(...nanoUsd: readonly number[]) {
  const ledger = openLedger()
  ledger.fill({ kinds: new Set(['session', 'agent', 'provider', 'model']) }, [])
  nanoUsd.forEach((amount, index) => ledger.spend({ ...spender, atMs: noon + index * 60_000, nanoUsd: amount }))
  return ledger
}

const judged = (over: Partial<BudgetTerms>, estimate: number, ledger = ledgerWith()) =>
  judgeBudget(limitsFor({ ...terms, ...over }, spender), estimate, ledger, noon + 300_000)

describe('a request and its limits', () => {
  test('fits as long as spent, set aside and estimated together are no more than the limit', () => {
    const ledger = ledgerWith(9 * usd)
    ledger.reserve('other', spender, usd / 2)
    expect(judged({}, usd / 2, ledger)).toEqual({ action: 'allow' })
    expect(judged({}, usd / 2 + 1, ledger)).toMatchObject({
      action: 'block',
      breach: { limit: { name: 'hourly limit' }, spentNanoUsd: 9 * usd, reservedNanoUsd: usd / 2 },
    })
  })

  test('what costs nothing is held back only when the limit itself is spent', () => {
    expect(judged({}, 0, ledgerWith(10 * usd - 1)).action).toBe('allow')
    expect(judged({}, 0, ledgerWith(10 * usd)).action).toBe('block')
    const full = ledgerWith(9 * usd)
    full.reserve('other', spender, usd)
    expect(judged({}, 0, full).action).toBe('allow')
  })

  test('a single request has a limit of its own', () => {
    expect(judged({}, 2 * usd).action).toBe('allow')
    expect(judged({}, 2 * usd + 1)).toMatchObject({ action: 'block', breach: { limit: { window: 'request' } } })
    expect(judged({ perRequestUsd: null }, 3 * usd).action).toBe('allow')
  })

  test('no limit is no limit', () => {
    const none = { dailyUsd: null, hourlyUsd: null, perRequestUsd: null }
    expect(judged(none, 1000 * usd, ledgerWith(1000 * usd)).action).toBe('allow')
  })

  test('says when enough of what was spent will have slid out of the window', () => {
    const { breach } = judged({}, usd, ledgerWith(4 * usd, 6 * usd)) as { breach: { freesAtMs: number } }
    expect(breach.freesAtMs).toBe(noon + 1000 + 3_600_000)
    const large = judged({ perRequestUsd: null }, 11 * usd, ledgerWith(usd)) as { breach: { freesAtMs: null } }
    expect(large.breach.freesAtMs).toBeNull()
  })

  test('of several broken limits the strictest decides', () => {
    const limits = [
      { scope: 'session', dailyUsd: 1, onBreach: 'warn' },
      { scope: 'agent', name: 'codex', dailyUsd: 1, onBreach: 'downgrade' },
    ] as const
    expect(judged({ limits, onBreach: 'alert' }, usd, ledgerWith(20 * usd))).toMatchObject({
      action: 'downgrade',
      breach: { limit: { name: 'daily limit of the agent codex', scope: 'agent:codex' } },
    })
  })

  test('limits of one session, agent, provider or model hold for that one alone', () => {
    const of = (limit: BudgetTerms['limits'][number]) => judged({ limits: [limit] }, usd, ledgerWith(3 * usd)).action
    expect(of({ scope: 'session', dailyUsd: 3 })).toBe('block')
    expect(of({ scope: 'session', name: 's1', totalUsd: 5 })).toBe('allow')
    expect(of({ scope: 'session', name: 's2', dailyUsd: 3 })).toBe('allow')
    expect(of({ scope: 'model', name: 'gpt-5', hourlyUsd: 3 })).toBe('block')
    expect(of({ scope: 'model', name: 'openai/gpt-5', hourlyUsd: 3 })).toBe('block')
    expect(of({ scope: 'model', name: 'azure/gpt-5', hourlyUsd: 3 })).toBe('allow')
    expect(of({ scope: 'provider', name: 'openai', hourlyUsd: 3 })).toBe('block')
    expect(of({ scope: 'provider', name: 'anthropic', hourlyUsd: 3 })).toBe('allow')
  })

  test('what a sub-agent spends its parent spends', () => {
    const ledger = openLedger()
    ledger.fill({ kinds: new Set(['agent']) }, [])
    const explorer = { ...spender, agent: 'claude-code/explore' }
    ledger.spend({ ...explorer, atMs: noon, nanoUsd: 3 * usd })
    const limits = [{ scope: 'agent', name: 'claude-code', dailyUsd: 3 }] as const
    const judge = (agent: string) =>
      judgeBudget(limitsFor({ ...terms, limits }, { ...spender, agent }), usd, ledger, noon).action
    expect(['claude-code', 'claude-code/explore', 'claude-code/plan', 'codex'].map(judge)).toEqual([
      'block',
      'block',
      'block',
      'allow',
    ])
  })

  test('whoever is unknown has no limit of its own', () => {
    const nobody = { ...spender, session: null }
    expect(limitsFor({ ...terms, limits: [{ scope: 'session', dailyUsd: 1 }] }, nobody)).toHaveLength(3)
  })

  test('limits may refuse where any of them does, a downgrade included', () => {
    expect(mayRefuse({ ...terms, onBreach: 'warn' })).toBe(false)
    expect(mayRefuse({ ...terms, onBreach: 'downgrade' })).toBe(true)
    expect(
      mayRefuse({ ...terms, onBreach: 'alert', limits: [{ scope: 'agent', dailyUsd: 1, onBreach: 'block' }] }),
    ).toBe(true)
  })
})

test('a threshold is passed once, by the spend that reaches it', () => {
  expect(passedThresholds(0, 24, 50, [50, 80, 95])).toEqual([])
  expect(passedThresholds(24, 25, 50, [50, 80, 95])).toEqual([50])
  expect(passedThresholds(25, 48, 50, [50, 80, 95])).toEqual([80, 95])
  expect(passedThresholds(48, 60, 50, [50, 80, 95])).toEqual([])
})
