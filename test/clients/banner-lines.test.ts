/** The lines that the banner prints: those for SDKs as a shell would take them, all of them in the guide. */
import { createAnthropic } from '@ai-sdk/anthropic'
import { createOpenAI } from '@ai-sdk/openai'
import Anthropic from '@anthropic-ai/sdk'
import { GoogleGenAI } from '@google/genai'
import { generateText } from 'ai'
import { afterEach, expect, test } from 'bun:test'
import { join } from 'node:path'
import OpenAI from 'openai'
import { clientLines } from '../../src/cli/client-lines.ts'
import { clientStage } from '../support/client-stage.ts'
import { fakeKeys } from '../support/fake-keys.ts'

const stage = clientStage()
const saved = { ...process.env }
afterEach(() => {
  for (const name of Object.keys(process.env)) if (!(name in saved)) delete process.env[name]
  Object.assign(process.env, saved)
})

const keys = {
  ANTHROPIC_API_KEY: fakeKeys.anthropic,
  OPENAI_API_KEY: fakeKeys.openai,
  GEMINI_API_KEY: fakeKeys.google,
}

/** Sets what the client's line sets; a command after it is left out. */
function take(client: string): void {
  const line = clientLines(stage.relay.apiUrl).find((one) => one.client === client)?.line ?? ''
  const [, name, value] = /^(?:export )?([A-Z_]+)=(\S+)/.exec(line) ?? []
  if (name === undefined || value === undefined) throw new Error(`"${line}" sets nothing`)
  Object.assign(process.env, keys, { [name]: value })
}

const prompt = 'hello'
const messages = [{ role: 'user' as const, content: prompt }]

const cases: readonly (readonly [sdk: string, client: string, provider: string, ask: () => Promise<unknown>])[] = [
  [
    '@anthropic-ai/sdk',
    'Anthropic SDKs',
    'anthropic',
    () => new Anthropic().messages.create({ model: 'claude-sonnet-4-6', max_tokens: 9, messages }),
  ],
  ['openai', 'OpenAI SDKs', 'openai', () => new OpenAI().responses.create({ model: 'gpt-5', input: prompt })],
  [
    '@google/genai',
    'Gemini CLI',
    'google',
    () => new GoogleGenAI({}).models.generateContent({ model: 'gemini-2.5-flash', contents: prompt }),
  ],
  // It takes the base URL to hold the version, and asks for /messages; that is answered too.
  [
    '@ai-sdk/anthropic',
    'Anthropic SDKs',
    'anthropic',
    () => generateText({ model: createAnthropic()('claude-sonnet-4-6'), prompt }),
  ],
  ['@ai-sdk/openai', 'OpenAI SDKs', 'openai', () => generateText({ model: createOpenAI()('gpt-5'), prompt })],
]

test.each(cases)('%s follows the line for %s to %s', async (_sdk, client, provider, ask) => {
  take(client)
  await ask()
  expect(stage.newRows()).toMatchObject([{ provider, status: 200, outcome: 'complete', cost_status: 'priced' }])
})

test('the guide holds every line of the banner', async () => {
  const guide = await Bun.file(join(import.meta.dir, '../../docs/clients.md')).text()
  const missing = clientLines('http://localhost:4801').filter(({ line }) => !guide.split('\n').includes(line))
  expect(missing).toEqual([])
})
