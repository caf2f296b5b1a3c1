import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'
import { formatTime } from '../../src/cli/format.ts'
import { noUsage } from '../../src/neutral/usage.ts'
import { openDatabase } from '../../src/store/database.ts'
import { prepareRequestInsert } from '../../src/store/request-row.ts'
import { tempFolder } from '../support/folder.ts'
import { finished } from '../support/records.ts'
import { run } from './program.ts'

// Each test waits for processes, which a busy machine starts slowly.
setDefaultTimeout(30_000)

const startedMs = Date.UTC(2026, 0, 2, 3, 4, 5)
const window = ['--from', '2026-01-02T03:00:00Z', '--to', '2026-01-02T04:00:00Z']
const id = '019b7ca9-8c88-7501-811f-2a0ed3ec7368'
const cost = finished().cost
const usage = { ...noUsage, inputTokens: 1200, cacheReadTokens: 30_000, outputTokens: 450 }

/** A home where nothing runs: two requests of one session, one of them a sub-agent's. */
function recordedHome(): string {
  const home = tempFolder()
  const database = openDatabase(join(home, 'relayplane.db'), { busyTimeoutMs: 1000 })
  const insert = prepareRequestInsert(database)
  const base = { startedMs, usage, sessionId: 's1', sessionSource: 'claude-code' }
  insert(finished({ ...base, id, agent: 'claude-code', cost: { ...cost, nanoUsd: 2_000_000_000 } }))
  insert(
    finished({
      ...base,
      startedMs: startedMs + 60_000,
      agent: 'claude-code/6a7d33d7',
      cost: { ...cost, nanoUsd: 500_000_000 },
    }),
  )
  database.close()
  return home
}

describe('relayplane sessions', () => {
  test('lists them with agent, times, tokens and cost', async () => {
    const home = recordedHome()
    const { code, out } = await run(['sessions', ...window], { home })
    expect(code).toBe(0)
    const [, line = ''] = out.split('\n')
    expect(line.split(/ {2,}/)).toEqual([
      's1',
      'claude-code',
      formatTime(startedMs),
      formatTime(startedMs + 60_000),
      '2',
      '2,400',
      '60,000',
      '0',
      '900',
      '$2.50',
    ])
  })

  test('takes filters and a limit, as JSON too', async () => {
    const home = recordedHome()
    const found = await run(['sessions', ...window, '--agent', 'claude-code/6a7d33d7', '--limit', '1', '--json'], {
      home,
    })
    expect(JSON.parse(found.out)).toMatchObject({
      sessions: [{ id: 's1', agent: 'claude-code', agentName: null, blockedUntilMs: null, costNanoUsd: 2_500_000_000 }],
    })
    const none = await run(['sessions', ...window, '--agent', 'codex'], { home })
    expect([none.code, none.out, none.err.trim()]).toEqual([0, '', 'No session matches.'])
    const many = await run(['sessions', '--limit', '500'], { home })
    expect([many.code, many.err]).toEqual([2, expect.stringContaining('it can be 1 to 200')])
  })
})

describe('relayplane agents', () => {
  test('lists sub-agents apart, and shows everywhere the name that one is given', async () => {
    const home = recordedHome()
    const before = await run(['agents', ...window], { home })
    expect(before.out.split('\n').map((line) => line.split(/ {2,}/)[0])).toEqual([
      'agent',
      'claude-code',
      'claude-code/6a7d33d7',
      '',
    ])
    const named = await run(['agents', 'rename', 'claude-code/6a7d33d7', 'reviewer'], { home })
    expect([named.code, named.out]).toEqual([0, 'claude-code/6a7d33d7 is shown as reviewer.\n'])
    await run(['agents', 'rename', 'claude-code', 'Claude'], { home })

    const [agents, sessions, stats, explain, filtered] = await Promise.all([
      run(['agents', ...window], { home }),
      run(['sessions', ...window], { home }),
      run(['stats', '--by', 'agent', ...window], { home }),
      run(['explain', id], { home }),
      run(['stats', '--by', 'session', '--agent', 'claude-code', ...window], { home }),
    ])
    expect(agents.out.split('\n').map((line) => line.split(/ {2,}/).slice(0, 2))).toEqual([
      ['name', 'agent'],
      ['Claude', 'claude-code'],
      ['reviewer', 'claude-code/6a7d33d7'],
      [''],
    ])
    expect(sessions.out).toContain('s1       Claude')
    expect(stats.out).toMatch(/^reviewer +1 /m)
    expect(stats.out).not.toContain('6a7d33d7')
    expect(explain.out).toMatch(/^ {2}agent +Claude \(/m)
    expect(filtered.out).toMatch(/^s1 +Claude /m)
  })

  test('have their own name again after --reset', async () => {
    const home = recordedHome()
    await run(['agents', 'rename', 'claude-code', 'Claude'], { home })
    const reset = await run(['agents', 'rename', 'claude-code', '--reset'], { home })
    expect([reset.code, reset.out]).toEqual([0, 'claude-code is shown as claude-code.\n'])
    expect((await run(['agents', ...window], { home })).out).not.toContain('Claude')
  })

  test('that nobody has seen are not renamed, nor one to nothing', async () => {
    const home = recordedHome()
    const unknown = await run(['agents', 'rename', 'codec', 'mine'], { home })
    expect([unknown.code, unknown.err]).toEqual([
      1,
      expect.stringContaining('No request is recorded of an agent called "codec"'),
    ])
    const nothing = await run(['agents', 'rename', 'claude-code'], { home })
    expect([nothing.code, nothing.err]).toEqual([2, expect.stringContaining('Give either <name> or --reset.')])
  })
})
