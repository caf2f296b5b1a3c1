/** Keys: where they are found, whose they are, what is none, and that none of them ever shows. */
import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { ownerOfKey } from '../../src/providers/catalog.ts'
import { isDummyKey, Secret } from '../../src/providers/keys.ts'
import { catalogWith, named } from './support.ts'

const variables: Readonly<Record<string, readonly string[]>> = {
  anthropic: ['ANTHROPIC_API_KEY'],
  openai: ['OPENAI_API_KEY'],
  google: ['GEMINI_API_KEY', 'GOOGLE_API_KEY', 'GOOGLE_GENERATIVE_AI_API_KEY'],
  xai: ['XAI_API_KEY'],
  openrouter: ['OPENROUTER_API_KEY'],
  deepseek: ['DEEPSEEK_API_KEY'],
  groq: ['GROQ_API_KEY'],
  mistral: ['MISTRAL_API_KEY'],
  together: ['TOGETHER_API_KEY'],
  fireworks: ['FIREWORKS_API_KEY'],
  perplexity: ['PERPLEXITY_API_KEY', 'PPLX_API_KEY'],
}

test("a key is found in each of its vendor's variables", () => {
  for (const [id, names] of Object.entries(variables)) {
    for (const name of names) {
      const provider = named(catalogWith({ environment: { [name]: ' key-0123456789\n' } }), id)
      expect([name, provider.keySource]).toEqual([name, name])
    }
    expect([id, named(catalogWith(), id).key, named(catalogWith(), id).wantsKeyIn]).toEqual([id, null, names[0] ?? ''])
  }
})

test('the environment goes before files, and a variable that the config names before all', () => {
  const settings = {
    config: { openai: { apiKey: 'from-config-json' } },
    credentials: { openai: 'from-credentials', mistral: 'from-credentials' },
    environment: { OPENAI_API_KEY: 'from-environment', WORK_KEY: 'from-work' },
  }
  expect(named(catalogWith(settings), 'openai').keySource).toBe('OPENAI_API_KEY')
  expect(named(catalogWith({ ...settings, environment: {} }), 'openai').keySource).toBe('config.json')
  expect(named(catalogWith({ ...settings, environment: {} }), 'mistral').keySource).toBe('credentials.json')
  const byName = { ...settings, config: { openai: { apiKey: 'env:WORK_KEY' } } }
  expect(named(catalogWith(byName), 'openai').keySource).toBe('WORK_KEY')
  const unset = catalogWith({ config: byName.config, environment: { OPENAI_API_KEY: 'from-environment' } })
  expect(named(unset, 'openai')).toMatchObject({ key: null, wantsKeyIn: 'WORK_KEY' })
})

test('a key that no header can carry is a problem, and is not shown', () => {
  const catalog = catalogWith({ environment: { OPENAI_API_KEY: 'two words' }, credentials: { xai: 'ключ-0123' } })
  expect(catalog.problems).toEqual([
    'OPENAI_API_KEY: the key of OpenAI holds a space or a character that no header can carry.',
    'credentials.json: the key of xAI holds a space or a character that no header can carry.',
  ])
  expect(named(catalog, 'openai').key).toBeNull()
})

test('a key shows nowhere: not printed, not serialised, not enumerated', () => {
  const catalog = catalogWith({ environment: { OPENAI_API_KEY: 'sk-proj-VERYSECRET' } })
  const openai = named(catalog, 'openai')
  const seen = [
    JSON.stringify(catalog),
    JSON.stringify(openai),
    Bun.inspect(catalog, { depth: 9 }),
    Bun.inspect(openai.key),
    String(openai.key),
    `${JSON.stringify(Object.entries(openai.key ?? {}))}`,
    JSON.stringify(structuredClone(Object.assign({}, openai.key))),
  ].join('\n')
  expect(seen).toContain('[hidden]')
  expect(seen).not.toContain('VERYSECRET')
  expect(openai.key).toBeInstanceOf(Secret)
})

test('only what sends or signs with a key opens it', async () => {
  const root = join(import.meta.dir, '../..')
  const openers: string[] = []
  for (const path of new Bun.Glob('src/**/*.ts').scanSync({ cwd: root })) {
    if ((await Bun.file(join(root, path)).text()).includes('revealKey')) openers.push(path)
  }
  expect(openers.sort()).toEqual([
    'src/providers/auth.ts',
    'src/providers/cloud/aws-credentials.ts',
    'src/providers/keys.ts',
    'src/providers/local-models.ts',
  ])
})

test('a key tells whose it is', () => {
  const owners: readonly (readonly [string, string | undefined])[] = [
    ['sk-ant-api03-fake', 'anthropic'],
    ['sk-ant-oat01-fake', 'anthropic'],
    ['sk-proj-fake', 'openai'],
    ['sk-svcacct-fake', 'openai'],
    ['sk-aaaaaaaaaaaaaaaaaaaaT3BlbkFJbbbbbbbbbbbbbbbbbbbb', 'openai'],
    ['sk-abcdefghijklmnopqrstuvwx', 'openai'],
    ['AIzaSyFake', 'google'],
    ['AQ.Ab8RNfake', 'google'],
    ['ya29.fake', 'google'],
    ['xai-fake', 'xai'],
    ['sk-or-v1-fake', 'openrouter'],
    ['gsk_fake', 'groq'],
    ['pplx-fake', 'perplexity'],
    ['fw_fake', 'fireworks'],
    ['tgp_v1_fake', 'together'],
    ['sk-0123456789abcdef0123456789abcdef', 'deepseek'],
    ['AbCdEfGhIjKlMnOpQrStUvWxYz012345', 'mistral'],
    ['0123456789abcdef'.repeat(4), 'together'],
    ['sk-short', undefined],
    ['anything-else-0123456789', undefined],
  ]
  for (const [key, provider] of owners) expect([key, ownerOfKey(key)?.provider]).toEqual([key, provider])
})

test('a placeholder is no key', () => {
  const dummies =
    'x|dummy|test|none|empty|sk-local|sk-dummy|sk-1234|sk-xxxxxxxxxxxxxxxx|not-needed|sk-no-key-required|lm-studio|ollama|' +
    'your-api-key-here|<your-key>|${OPENAI_API_KEY}|placeholder|sk-this-is-a-placeholder|test-key|00000000000|null|undefined|*********'
  for (const dummy of dummies.split('|')) expect([dummy, isDummyKey(dummy)]).toEqual([dummy, true])
  for (const key of ['sk-test-0123456789', 'corp-gateway-77aa', 'abcdefgh12']) {
    expect([key, isDummyKey(key)]).toEqual([key, false])
  }
})
