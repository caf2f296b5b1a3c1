import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { controlOperations } from '../../src/control/openapi.ts'
import { adminToken, openTestControl } from '../support/control.ts'
import { finished } from '../support/records.ts'

const page = await Bun.file(join(import.meta.dir, '../../docs/endpoints.md')).text()

test('docs/endpoints.md has every endpoint but the dashboard’s own pages', () => {
  const isPage = (path: string) => path === '/' || path === '/login' || path.startsWith('/dashboard')
  const missing = controlOperations
    .filter(({ path }) => !isPage(path))
    .map(({ method, path }) => `\`${method.toUpperCase()} ${path}\``)
    .filter((heading) => !page.includes(heading))
  expect(missing).toEqual([])
})

test('every example of docs/endpoints.md is answered', async () => {
  const { get, post, put, store } = openTestControl()
  store.insert(finished({ id: '0198f7c2-5b00-7000-8000-000000000001', startedMs: 0x198f7c25b00 }))
  const examples = [
    ...page.matchAll(/^curl (-X POST |-X PUT |-N )?'http:\/\/localhost:4100([^']+)'(.*(?:\n {2}.*)?)/gm),
  ]
  expect(examples.length).toBe(32)
  for (const [, method, path = '', options = ''] of examples) {
    const body = / -d '([^']+)'/.exec(options)?.[1] ?? '{}'
    const headers = { authorization: `Bearer ${adminToken}` }
    const ask = { '-X POST ': post, '-X PUT ': put }[method ?? '']
    const answer = await (ask === undefined ? get(path) : ask(path, body, headers))
    expect([path, answer.status]).toEqual([path, 200])
    await answer.body?.cancel()
  }
})

test('every parameter and metric of docs/endpoints.md exists', async () => {
  const { get } = openTestControl()
  const metrics = await (await get('/metrics')).text()
  const names = [...page.matchAll(/`((?:relayplane|gen_ai)_[a-z_]+)`/g)].map(([, name = '']) => name)
  const labels = new Set(['gen_ai_provider_name', 'gen_ai_request_model', 'gen_ai_token_type', 'gen_ai_'])
  const families = names.filter((name) => !labels.has(name))
  expect(families.length).toBeGreaterThan(12)
  expect(families.filter((name) => !metrics.includes(`# TYPE ${name} `))).toEqual([])
})
