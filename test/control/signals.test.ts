import { expect, test } from 'bun:test'
import { openTestControl } from '../support/control.ts'
import { finished } from '../support/records.ts'

test('how models do is asked with a window and filters, and says no word of a session', async () => {
  const { json, store } = openTestControl()
  const startedMs = Date.UTC(2026, 0, 2, 3)
  store.insert(finished({ startedMs }), finished({ startedMs, taskType: 'general' }))
  const { status, body } = await json(
    '/v1/telemetry/signals?from=2026-01-02T00:00:00Z&to=2026-01-03T00:00:00Z&task=general',
  )
  expect(status).toBe(200)
  expect(body).toMatchObject({
    isCut: false,
    models: [{ provider: 'anthropic', model: 'claude-sonnet-4-5', task: 'general', attempts: 1 }],
  })
  expect(JSON.stringify(body)).not.toContain('s1')
})

test('a task that there is none of is refused by name', async () => {
  const { json } = openTestControl()
  const { status, body } = await json('/v1/telemetry/signals?task=poetry')
  expect(status).toBe(400)
  expect(JSON.stringify(body)).toContain('task is \\"poetry\\"')
})
