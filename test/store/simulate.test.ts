/** Reading the past for a replay. */
import { expect, test } from 'bun:test'
import { noUsage } from '../../src/neutral/usage.ts'
import { readPast, simulatedSpan } from '../../src/store/simulate.ts'
import { finished } from '../support/records.ts'
import { openTestStore } from '../support/store.ts'

const atMs = Date.UTC(2026, 0, 2, 3, 4, 5)
const all = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER }

test('requests come oldest first, chunk by chunk, each once, however many share a millisecond', () => {
  const store = openTestStore()
  store.insert(
    ...Array.from({ length: 7 }, (_, index) =>
      finished({ startedMs: atMs + Math.floor(index / 3), agent: `a${index}` }),
    ),
  )
  const { chunks, isCut } = readPast(store.database, all, 100, 2)
  const read = [...chunks]
  expect(read.map(({ rows }) => rows.length)).toEqual([2, 2, 2, 1])
  expect(read.flatMap(({ rows }) => rows.map(({ agent }) => agent))).toEqual(['a0', 'a1', 'a2', 'a3', 'a4', 'a5', 'a6'])
  expect(isCut).toBe(false)
})

test('of more than are wanted the newest are read, and that is said', () => {
  const store = openTestStore()
  store.insert(...Array.from({ length: 5 }, (_, index) => finished({ startedMs: atMs + index, agent: `a${index}` })))
  const { chunks, isCut } = readPast(store.database, all, 2)
  expect([...chunks].flatMap(({ rows }) => rows.map(({ agent }) => agent))).toEqual(['a3', 'a4'])
  expect(isCut).toBe(true)
})

test('what no model was paid for is passed over and counted', () => {
  const store = openTestStore()
  store.insert(
    finished({ cache: 'hit' }),
    finished({ endpoint: 'embeddings' }),
    finished({ endpoint: 'count_tokens' }),
    finished({ usage: null }),
    finished({ provider: null }),
    finished({ requestedModel: null }),
    finished(),
  )
  const [chunk] = [...readPast(store.database, all, 100).chunks]
  expect([chunk?.rows.length, chunk?.skipped]).toEqual([1, 6])
})

test('a row tells what a decision looks at', () => {
  const store = openTestStore()
  const facts = { tools: 3, messages: 5, images: true, toolTurn: true, sideCall: 'title', maxOutputTokens: 64 }
  store.insert(
    finished({
      path: '/anthropic/v1/messages',
      requestedModel: 'rp:fast',
      tags: { team: 'a' },
      route: 'header',
      isAutomated: true,
      complexity: { score: 31.5, tier: 'moderate' },
      usage: { ...noUsage, inputTokens: 10, cacheReadTokens: 90, cacheWrite1hTokens: 7, outputTokens: 5 },
      facts,
    }),
  )
  const [row] = [...readPast(store.database, all, 1).chunks].flatMap(({ rows }) => rows)
  expect(row).toMatchObject({
    path: '/anthropic/v1/messages',
    asked: 'rp:fast',
    served: { provider: 'anthropic', model: 'claude-sonnet-4-5' },
    tags: { team: 'a' },
    isHeaderChosen: true,
    isAutomated: true,
    score: 31.5,
    usage: { inputTokens: 10, cacheReadTokens: 90, cacheWrite1hTokens: 7, outputTokens: 5 },
    costNanoUsd: 105_000,
    facts,
  })
})

test('without a window the last seven days are meant', () => {
  expect(simulatedSpan([], 1_000_000_000).fromMs).toBe(1_000_000_000 - 604_800_000)
  expect(() => simulatedSpan([['window', 'soon']], 0)).toThrow('window')
})
