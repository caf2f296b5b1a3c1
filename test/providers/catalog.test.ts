/** The rows and what settings make of them: providers of the user's own, problems with their places, billing, the page. */
import { expect, test } from 'bun:test'
import { findProvider } from '@pydantic/genai-prices'
import { join } from 'node:path'
import { homes, rows } from '../../src/providers/catalog.ts'
import { reservedNames } from '../../src/providers/configure.ts'
import type { ApiId } from '../../src/providers/provider.ts'
import { catalogWith, named } from './support.ts'

test('a base URL that is none is a problem that names its place, and nothing is sent to the vendor instead', () => {
  for (const bad of [
    'ftp://x.example',
    'api.openai.com',
    'https://user:pw@x.example',
    'https://x.example/?k=1',
    'https://x.example/#a',
  ]) {
    const catalog = catalogWith({ environment: { RELAYPLANE_OPENAI_BASE_URL: bad } })
    expect(catalog.problems).toEqual([
      'RELAYPLANE_OPENAI_BASE_URL: expected an http:// or https:// URL without user, query or fragment.',
    ])
    expect(catalog.get('openai')).toBeUndefined()
  }
  expect(catalogWith({ environment: { RELAYPLANE_OPNAI_BASE_URL: 'http://127.0.0.1:9000' } }).problems).toEqual([
    'RELAYPLANE_OPNAI_BASE_URL: there is no provider of that name.',
  ])
})

test('a provider of the user speaks its dialect at its base URL', () => {
  const catalog = catalogWith({
    config: {
      corp: { dialect: 'anthropic', baseUrl: 'https://llm.corp.example/claude', apiKey: 'corp-0123456789' },
      'my.lab': { dialect: 'openai-chat', baseUrl: 'http://10.0.0.5:8000', models: ['lab-1'], billing: 'local' },
      codexish: { dialect: 'openai-responses', baseUrl: 'https://r.example/v2' },
      gem: { dialect: 'gemini', baseUrl: 'https://g.example' },
    },
    environment: { RELAYPLANE_CODEXISH_BASE_URL: 'http://127.0.0.1:9000/v1' },
  })
  expect(catalog.problems).toEqual([])
  expect(named(catalog, 'corp').urls).toEqual({
    messages: 'https://llm.corp.example/claude/v1/messages',
    count_tokens: 'https://llm.corp.example/claude/v1/messages/count_tokens',
    models: 'https://llm.corp.example/claude/v1/models',
  })
  expect(named(catalog, 'corp')).toMatchObject({ kind: 'custom', keyHeader: 'x-api-key', keySource: 'config.json' })
  expect(named(catalog, 'my.lab').urls).toEqual({
    chat: 'http://10.0.0.5:8000/v1/chat/completions',
    embeddings: 'http://10.0.0.5:8000/v1/embeddings',
    models: 'http://10.0.0.5:8000/v1/models',
  })
  expect(named(catalog, 'my.lab')).toMatchObject({
    billing: 'local',
    keyHeader: 'authorization',
    streamUsage: 'splice',
  })
  expect(named(catalog, 'codexish').urls.responses).toBe('http://127.0.0.1:9000/v1/responses')
  expect(named(catalog, 'gem').urls.generate).toBe('https://g.example/v1beta/models/{model}:generateContent')
  expect(named(catalog, 'gem').keyHeader).toBe('x-goog-api-key')
  expect(catalog.configuredFor('lab-1').map(({ id }) => id)).toEqual(['my.lab'])
})

test('a name that is one of our paths, or lacks what it needs, is a problem with its path', () => {
  const catalog = catalogWith({
    config: {
      models: { dialect: 'openai-chat', baseUrl: 'https://x.example' },
      bare: {},
      openai: { dialect: 'anthropic' },
    },
  })
  expect(catalog.problems).toEqual([
    'providers.models: the name is taken by a path of RelayPlane or of an API. Choose another.',
    'providers.bare.dialect: needed, since bare is not built in.',
    'providers.bare.baseUrl: needed, since bare is not built in.',
    "providers.openai.dialect: OpenAI is built in, so its dialect can't be set.",
  ])
  expect(catalog.get('models')).toBeUndefined()
  expect(catalog.get('bare')).toBeUndefined()
  const ours =
    'v1 v1beta health dashboard metrics openapi.json login logs usage settings relay-keys policies alerts budgets api chat ' +
    'messages responses embeddings models estimate files batches completions'
  for (const path of ours.split(' ')) expect([path, reservedNames.has(path)]).toEqual([path, true])
  for (const { id } of rows) expect([id, reservedNames.has(id)]).toEqual([id, false])
})

test('what the config says of a built-in provider beside its address is heard too', () => {
  const catalog = catalogWith({
    config: { ollama: { models: ['qwen3:8b'] }, vllm: { billing: 'metered' }, openai: { dialect: 'openai-chat' } },
  })
  expect(catalog.problems).toEqual([])
  expect(catalog.configuredFor('qwen3:8b').map(({ id }) => id)).toEqual(['ollama'])
  expect(named(catalog, 'vllm').billing).toBe('metered')
})

test('billing is local for local servers, a subscription for ChatGPT, metered for the rest', () => {
  const kinds = Object.groupBy(catalogWith().list, ({ billing }) => billing)
  expect(kinds.local?.map(({ id }) => id)).toEqual(['ollama', 'lmstudio', 'vllm', 'llamacpp'])
  expect(kinds.subscription?.map(({ id }) => id)).toEqual(['openai-chatgpt'])
  expect(kinds.metered?.length).toBe(14)
})

test('usage in chat streams is asked for, unless it comes anyway or Mistral would refuse', () => {
  const kinds = Object.groupBy(rows, ({ streamUsage }) => streamUsage)
  expect(kinds.never?.map(({ id }) => id)).toEqual(['mistral'])
  expect(kinds.always?.map(({ id }) => id)).toEqual(['groq', 'perplexity', 'openrouter'])
})

test('a catalog is frozen', () => {
  const catalog = catalogWith()
  expect(Object.isFrozen(catalog)).toBe(true)
  expect(Object.isFrozen(catalog.list)).toBe(true)
  expect(Object.isFrozen(named(catalog, 'openai'))).toBe(true)
  expect(Object.isFrozen(named(catalog, 'openai').urls)).toBe(true)
})

test('price ids are those of the price table', () => {
  for (const { id, priceId } of rows) {
    if (priceId !== null) expect([id, findProvider({ providerId: priceId })?.id]).toEqual([id, priceId])
  }
  expect(rows.filter(({ priceId }) => priceId === null).map(({ id }) => id)).toEqual([
    'ollama',
    'lmstudio',
    'vllm',
    'llamacpp',
  ])
})

test('every dialect has a home', () => {
  expect(homes).toEqual({
    anthropic: 'anthropic',
    'openai-chat': 'openai',
    'openai-responses': 'openai',
    gemini: 'google',
  })
})

test('the providers page names every row, its variables and its base URL', async () => {
  const page = await Bun.file(join(import.meta.dir, '../../docs/providers.md')).text()
  for (const row of rows) {
    const variable = `RELAYPLANE_${row.id.toUpperCase().replace('-', '_')}_BASE_URL`
    for (const word of [row.id, row.name, row.baseUrl, variable, ...row.keyEnv]) {
      expect([row.id, word, page.includes(`\`${word}\``) || page.includes(`| ${word} |`)]).toEqual([row.id, word, true])
    }
  }
})

test('the table of what each speaks on that page is true', async () => {
  const page = await Bun.file(join(import.meta.dir, '../../docs/providers.md')).text()
  const columns: readonly ApiId[] = ['messages', 'count_tokens', 'chat', 'responses', 'embeddings', 'generate']
  const lines = page.slice(page.indexOf('## What each speaks'), page.indexOf('**Usage in')).split('\n')
  const told = lines.flatMap((line) => {
    const [, id = '', ...cells] = line.split('|').map((cell) => cell.trim())
    return id.startsWith('`') ? [[id.slice(1, -1), columns.filter((_, column) => cells[column] !== '')] as const] : []
  })
  const rowsTold = rows.map(({ id, apis }) => [id, columns.filter((api) => apis[api] !== undefined)] as const)
  expect(told).toEqual(rowsTold)
})
