import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'
import { formatTime } from '../../src/cli/format.ts'
import type { AttemptRecord } from '../../src/neutral/record.ts'
import { openDatabase } from '../../src/store/database.ts'
import { prepareRequestInsert } from '../../src/store/request-row.ts'
import { tempFolder } from '../support/folder.ts'
import { earlierAttempt, finished } from '../support/records.ts'
import { run } from './program.ts'

// Each test waits for processes, which a busy machine starts slowly.
setDefaultTimeout(30_000)

const startedMs = Date.UTC(2026, 0, 2, 3, 4, 5)
const own = finished({ startedMs })
const lossless = finished({ startedMs: startedMs + 1000, translatedTo: 'converse' })
const attempt = (number: number, over: Partial<AttemptRecord>): AttemptRecord =>
  earlierAttempt({
    number,
    provider: 'openai',
    model: 'gpt-5',
    startedMs,
    status: 200,
    outcome: 'complete',
    errorCode: null,
    firstByteMs: null,
    durationMs: 20,
    usage: null,
    costNanoUsd: 0,
    ...over,
  })
const lossy = finished({
  startedMs: startedMs + 2000,
  provider: 'openai',
  requestedModel: 'openai/gpt-5',
  routedModel: 'gpt-5',
  servedModel: 'gpt-5',
  translatedTo: 'openai-chat',
  dropped: ['cache_control', 'tools: web_search'],
  attempts: [
    attempt(1, { status: 404, outcome: 'failed', durationMs: 35 }),
    attempt(2, { firstByteMs: 12, costNanoUsd: 105_000 }),
  ],
})

const home = tempFolder()
const database = openDatabase(join(home, 'relayplane.db'), { busyTimeoutMs: 1000 })
database.transaction(() => [own, lossless, lossy].forEach(prepareRequestInsert(database)))()
database.close()

const linesOf = async (id: string) => (await run(['explain', id], { home })).out.split('\n').map((line) => line.trim())

describe('explain', () => {
  test('says into which dialect a request was put, what was left out, and every attempt', async () => {
    const lines = await linesOf(lossy.id)
    for (const line of [
      'translated   anthropic to openai-chat',
      'left out     cache_control, tools: web_search',
      '1. openai/gpt-5  failed 404  35 ms  $0',
      '2. openai/gpt-5  complete 200  first byte 12 ms  20 ms  $0.000105',
    ])
      expect(lines).toContain(line)
  })

  test('says that nothing was left out, and nothing at all of a request in its own dialect', async () => {
    const lines = await linesOf(lossless.id)
    expect(lines).toContain('translated   anthropic to converse')
    expect(lines).toContain('left out     nothing')
    expect((await linesOf(own.id)).filter((line) => /^(translated|left out)/.test(line))).toEqual([])
  })

  test('--json has both', async () => {
    const { out } = await run(['explain', lossy.id, '--json'], { home })
    expect(JSON.parse(out)).toMatchObject({
      dialect: 'anthropic',
      translatedTo: 'openai-chat',
      dropped: ['cache_control', 'tools: web_search'],
    })
  })
})

describe('logs', () => {
  test('--translated lists those alone that were, with both dialects', async () => {
    const { out } = await run(['logs', '--translated', 'true'], { home })
    expect(out.split('\n')).toEqual([
      `${formatTime(startedMs + 1000)}  ${lossless.id}  anthropic/claude-sonnet-4-5  anthropic to converse  200  10 in, 5 out  $0.000105  20 ms`,
      `${formatTime(startedMs + 2000)}  ${lossy.id}  openai/gpt-5  anthropic to openai-chat  200  10 in, 5 out  $0.000105  20 ms`,
      '',
    ])
    const others = await run(['logs', '--translated', 'false', '--json'], { home })
    expect(others.out.trimEnd().split('\n')).toHaveLength(1)
    expect(JSON.parse(others.out)).toMatchObject({ id: own.id, translatedTo: null, dropped: [] })
  })

  test('--translated with another word is a wrong call', async () => {
    expect(await run(['logs', '--translated', 'yes'], { home })).toMatchObject({
      code: 2,
      err: expect.stringContaining('translated is "yes"; it can be true, false.'),
    })
  })
})

test('control characters in names that a caller made up do not reach the terminal', async () => {
  const odd = finished({ startedMs: startedMs + 3000, translatedTo: 'gemini', dropped: ['a\u001b[2Jb', 'c\u009bd'] })
  const writable = openDatabase(join(home, 'relayplane.db'), { busyTimeoutMs: 1000 })
  prepareRequestInsert(writable)(odd)
  writable.close()
  expect(await linesOf(odd.id)).toContain('left out     a?[2Jb, c?d')
  const json = (await run(['explain', odd.id, '--json'], { home })).out
  expect(JSON.parse(json)).toMatchObject({ dropped: ['a\u001b[2Jb', 'c\u009bd'] })
})
