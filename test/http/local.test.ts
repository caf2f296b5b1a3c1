import { expect, test } from 'bun:test'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { json, scriptedProvider } from '../support/provider.ts'
import { freePort, startRelay } from '../support/relay.ts'
import { chatReply } from '../support/replies.ts'

test('a proxy for the world outside is not asked for a server on this machine', async () => {
  const provider = scriptedProvider(() => json(chatReply))
  const relay = await startRelay({
    apart: true,
    providers: { vllm: provider.url },
    variables: { HTTP_PROXY: `http://127.0.0.1:${freePort()}` },
  })
  const response = await fetch(`${relay.url}/vllm/v1/chat/completions`, {
    method: 'POST',
    body: '{"model":"my-model","messages":[]}',
  })
  expect(response.status).toBe(200)
  expect(provider.seen).toHaveLength(1)
  expect(relay.lastRow()).toMatchObject({ provider: 'vllm', billing: 'local', cost_nano_usd: 0 })
  await relay.stop()
  await provider.stop()
})

test('what is recorded can be read by its owner alone', async () => {
  const relay = await startRelay()
  await fetch(`${relay.url}/v1/messages`, { method: 'POST', body: '{}' })
  for (const name of ['relayplane.db', 'relayplane.db-wal', 'relayplane.db-shm', 'admin-token']) {
    expect([name, statSync(join(relay.home, name)).mode & 0o777]).toEqual([name, 0o600])
  }
  expect(statSync(relay.home).mode & 0o777).toBe(0o700)
  await relay.stop()
})
