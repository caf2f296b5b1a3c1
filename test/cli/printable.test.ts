import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { openDatabase } from '../../src/store/database.ts'
import { prepareRequestInsert } from '../../src/store/request-row.ts'
import { tempFolder } from '../support/folder.ts'
import { finished } from '../support/records.ts'
import { run } from './program.ts'

/** A line end, a colour, a tab, and what turns the direction of writing around. */
const forged = 'gpt\n2026-01-02 03:04  ok\u001B[31m\t\u202Eevil\u2066\u200F\u2028\u009B'
const shown = 'gpt?2026-01-02 03:04  ok?[31m??evil????'

const home = tempFolder()
const database = openDatabase(join(home, 'relayplane.db'), { busyTimeoutMs: 1000 })
prepareRequestInsert(database)(finished({ requestedModel: forged, routedModel: forged, servedModel: forged }))
database.close()

test("a model's name forges no line of logs and gives the terminal no orders", async () => {
  const { out } = await run(['logs'], { home })
  expect(out.split('\n')).toHaveLength(2)
  expect(out).toContain(shown)
})

test('nor a row of stats, whose columns stay where they are', async () => {
  const { out } = await run(['stats', '--window', 'all'], { home })
  const title = out.split('\n').find((line) => line.startsWith('model'))
  const rows = out.split('\n').filter((line) => line.includes('evil'))
  expect(rows).toHaveLength(1)
  expect(rows[0]).toStartWith(shown)
  expect(rows[0]?.length).toBe(title?.length ?? 0)
})

test('JSON has the name as it is, with escapes for all of that', async () => {
  const { out } = await run(['logs', '--json'], { home })
  expect(JSON.parse(out).routedModel).toBe(forged)
  // oxlint-disable-next-line no-control-regex
  expect(out).not.toMatch(/[\u001B\u009B\u2028\u202E\u2066]/)
})
