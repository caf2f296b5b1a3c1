import { expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'
import type { RequestRecord } from '../../src/neutral/record.ts'
import { openDatabase } from '../../src/store/database.ts'
import { prepareRequestInsert } from '../../src/store/request-row.ts'
import { tempFolder } from '../support/folder.ts'
import { finished } from '../support/records.ts'
import { run } from './program.ts'

// Each test waits for processes, which a busy machine starts slowly.
setDefaultTimeout(30_000)

const startedMs = Date.UTC(2026, 0, 2, 3, 4, 5)
const window = ['--from', '2026-01-02T03:00:00Z', '--to', '2026-01-02T04:00:00Z']

const routed = (over: Partial<RequestRecord> = {}) =>
  finished({
    startedMs,
    route: 'alias',
    baselineModel: 'anthropic/claude-opus-4-6',
    baselineNanoUsd: 21_000_000,
    cost: { ...finished().cost, nanoUsd: 9_600_000 },
    ...over,
  })

function homeWith(...records: readonly RequestRecord[]): string {
  const home = tempFolder()
  const database = openDatabase(join(home, 'relayplane.db'), { busyTimeoutMs: 1000 })
  database.transaction(() => records.forEach(prepareRequestInsert(database)))()
  database.close()
  return home
}

const linesOf = (out: string) => {
  const lines = out.split('\n')
  const first = lines.findIndex((line) => line.startsWith('Saved'))
  return lines.slice(first, first + 4)
}

test('stats say what was saved, three figures on three lines', async () => {
  const home = homeWith(
    routed(),
    routed({ route: 'passthrough', promptCacheSavedNanoUsd: -2_500_000 }),
    routed({ isAutomated: true }),
    routed({ baselineNanoUsd: null }),
    routed({ route: null, cache: 'hit', savedNanoUsd: 40_000_000, billing: 'subscription' }),
  )
  const { code, out, err } = await run(['stats', ...window], { home })
  expect([code, err]).toEqual([0, ''])
  expect(linesOf(out)).toEqual([
    'Saved, by each alone; the three are never added up',
    '  routing         $0.0114 (1 request: $0.0210 at the baselines - $0.0096; 1 more without a price to compare; 1 of background traffic left out)',
    '  prompt caches   -$0.0025 (1 request, against plain input)',
    '  response cache  $0.0400 (1 answer; $0.0400 of it on a plan)',
  ])
})

test('stats say that nothing was routed, where nothing was', async () => {
  const { out } = await run(['stats', ...window], { home: homeWith(finished({ startedMs })) })
  expect(linesOf(out)[1]).toBe('  routing         $0 (nothing was routed)')
})

test('stats --json has the savings beside the sums, under the same filters', async () => {
  const home = homeWith(routed(), routed({ agent: 'codex', baselineNanoUsd: 10_000_000 }))
  const { out } = await run(['stats', ...window, '--agent', 'codex', '--json'], { home })
  expect(JSON.parse(out)).toMatchObject({
    totals: { requests: 1 },
    savings: { routing: { requests: 1, savedNanoUsd: 400_000 } },
  })
})

test('logs list the requests behind the figure', async () => {
  const listed = routed()
  const home = homeWith(listed, routed({ route: 'passthrough' }), routed({ isAutomated: true }))
  const { out } = await run(['logs', '--route', 'alias,auto', '--automated', 'false', '--json'], { home })
  expect(out.trimEnd().split('\n')).toHaveLength(1)
  expect(JSON.parse(out)).toMatchObject({ id: listed.id, route: 'alias', baselineNanoUsd: 21_000_000 })
})
