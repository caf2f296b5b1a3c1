/** What the user's own servers have to offer: asked when it is wanted, remembered for ten seconds, and never an error. */
import { afterEach, expect, test } from 'bun:test'
import { openLocalModels } from '../../src/providers/local-models.ts'
import type { Provider } from '../../src/providers/provider.ts'
import { json, scriptedProvider, type Script, type ScriptedProvider } from '../support/provider.ts'
import { catalogWith, named } from './support.ts'

const servers: ScriptedProvider[] = []
afterEach(() => Promise.all(servers.splice(0).map((server) => server.stop())))

function open(script: Script, now: () => number = () => 0) {
  const server = scriptedProvider(script)
  servers.push(server)
  const environment = { RELAYPLANE_VLLM_BASE_URL: `${server.url}/v1` }
  const provider: Provider = named(catalogWith({ environment }), 'vllm')
  return { server, provider, models: openLocalModels(now) }
}

test('each server’s own word for the window is understood', async () => {
  const { models, provider } = open(() =>
    json({
      data: [
        { id: 'vllm', max_model_len: 32768 },
        { id: 'lmstudio', loaded_context_length: 8192, max_context_length: 131072 },
        { id: 'lmstudio-unloaded', max_context_length: 131072 },
        { id: 'llamacpp', meta: { n_ctx: 4096 } },
        { id: 'silent' },
        { id: 'odd', max_model_len: '32768', meta: null },
      ],
    }),
  )
  expect(await models.of(provider)).toEqual([
    { id: 'vllm', contextTokens: 32768 },
    { id: 'lmstudio', contextTokens: 8192 },
    { id: 'lmstudio-unloaded', contextTokens: 131072 },
    { id: 'llamacpp', contextTokens: 4096 },
    { id: 'silent', contextTokens: null },
    { id: 'odd', contextTokens: null },
  ])
})

test('the answer holds for ten seconds, and is shared by those who ask meanwhile', async () => {
  let now = 0
  const { models, provider, server } = open(
    () => json({ data: [{ id: 'a' }] }),
    () => now,
  )
  await Promise.all([models.of(provider), models.of(provider)])
  now = 9_999
  await models.of(provider)
  expect(server.seen).toHaveLength(1)
  now = 10_000
  await models.of(provider)
  expect(server.seen).toHaveLength(2)
})

test.each([
  ['an error', () => json({ error: 'no' }, { status: 500 })],
  ['a page', () => new Response('<html>')],
  ['another list', () => json({ models: [{ name: 'a' }] })],
  ['null', () => json(null)],
  ['a list of anything', () => json({ data: [1, 'a', null, { id: 7 }, { id: '' }, []] })],
  ['a redirect', () => Response.redirect('http://127.0.0.1:1/', 302)],
  ['a list as large as no list is', () => json({ data: [{ id: 'a' }], rest: 'x'.repeat(5_000_000) })],
])('%s is no model', async (_what, script) => {
  const { models, provider } = open(script)
  expect(await models.of(provider)).toEqual([])
})
