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

const window = ['--from', '2026-01-02T03:00:00Z', '--to', '2026-01-02T04:00:00Z']

function homeWith(...records: readonly RequestRecord[]): string {
  const home = tempFolder()
  const database = openDatabase(join(home, 'relayplane.db'), { busyTimeoutMs: 1000 })
  database.transaction(() => records.forEach(prepareRequestInsert(database)))()
  database.close()
  return home
}

test('signals show a line for each model and task, with where the share of bad ones lies', async () => {
  const home = homeWith(finished(), finished(), finished({ finishReason: 'refusal' }))
  const { code, out, err } = await run(['signals', ...window], { home })
  expect([code, err]).toEqual([0, ''])
  const [titles = '', line = ''] = out.split('\n').slice(2)
  expect(titles.split(/ {2,}/)).toEqual([
    'model',
    'task',
    'attempts',
    'bad',
    'errors',
    'refused',
    'escalated',
    'asked again',
    'unusable',
    'p50',
    'p95',
    'mean cost',
  ])
  expect(line.split(/ {2,}/)).toEqual([
    'anthropic/claude-sonnet-4-5',
    'quick_task',
    '3',
    '33 % (6-79)',
    '0',
    '1',
    '0',
    '0',
    '20 ms',
    '20 ms',
    '$0.000105',
  ])
})

test('signals say so where there are none', async () => {
  const { code, err } = await run(['signals', ...window], { home: homeWith() })
  expect([code, err]).toEqual([0, 'No answer matches.\n'])
})
