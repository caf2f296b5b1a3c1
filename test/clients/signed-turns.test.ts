/**
 * Signed thoughts through a client of another dialect and back: the model refuses the request behind its tool call, in its
 * provider's words, unless what it has signed comes back as it was.
 */
import { createAnthropic } from '@ai-sdk/anthropic'
import { createGoogleGenerativeAI } from '@ai-sdk/google'
import { createOpenAI } from '@ai-sdk/openai'
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { generateText, jsonSchema, stepCountIs, streamText, tool, type LanguageModel } from 'ai'
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { fakeKeys } from '../support/fake-keys.ts'
import { askOf, marks, mockModels } from '../support/mock-models.ts'
import type { ScriptedProvider } from '../support/provider.ts'
import { startRelay, type Relay } from '../support/relay.ts'

let mock: ScriptedProvider
let relay: Relay

beforeAll(async () => {
  mock = mockModels()
  relay = await startRelay({
    providers: { anthropic: mock.url, openai: mock.url, google: mock.url },
    variables: {
      ANTHROPIC_API_KEY: fakeKeys.anthropic,
      OPENAI_API_KEY: fakeKeys.openai,
      GEMINI_API_KEY: fakeKeys.google,
    },
  })
})
afterAll(async () => {
  await relay.stop()
  await mock.stop()
})

const prompt = `${marks.tool} and ${marks.sign}`
const parameters = jsonSchema<{ city: string }>({ type: 'object', properties: { city: { type: 'string' } } })
const tools = { get_weather: tool({ inputSchema: parameters, execute: () => Promise.resolve('Rain, 11 degrees') }) }

const clients: Readonly<Record<string, (model: string) => LanguageModel>> = {
  Messages: (model) => createAnthropic({ baseURL: `${relay.apiUrl}/v1`, apiKey: 'x' })(model),
  Responses: (model) => createOpenAI({ baseURL: `${relay.apiUrl}/v1`, apiKey: 'x' }).responses(model),
  'Chat Completions': (model) =>
    createOpenAICompatible({ name: 'relayplane', baseURL: `${relay.apiUrl}/v1`, apiKey: 'x' })(model),
  Gemini: (model) => createGoogleGenerativeAI({ baseURL: `${relay.apiUrl}/v1beta`, apiKey: 'x' })(model),
}

/** For each request of a turn, how many signed thoughts stood in it intact. */
const intact = (from: number) => mock.seen.slice(from).map((seen) => askOf(seen)?.thoughts.intact)

describe.each([
  ['Messages', 'gpt-5.5'],
  ['Messages', 'gemini-3.1-pro-preview'],
  ['Responses', 'gemini-3.1-pro-preview'],
  ['Chat Completions', 'gemini-3.1-pro-preview'],
  ['Gemini', 'gpt-5.5'],
] as const)('%s on %s', (client, name) => {
  const ask = () => ({
    model: clients[client]?.(name) ?? name,
    prompt,
    tools,
    stopWhen: stepCountIs(3),
    maxRetries: 0,
    // By default the SDK leaves reasoning at the provider, where another vendor's is not.
    providerOptions: { openai: { store: false, include: ['reasoning.encrypted_content'] } },
  })

  test('goes on after a tool call with what the model has signed', async () => {
    const from = mock.seen.length
    expect((await generateText(ask())).text).toContain('Rain, 11 degrees')
    expect(intact(from)).toEqual([0, 1])
  })

  test('streamed', async () => {
    const from = mock.seen.length
    expect(await streamText(ask()).text).toContain('Rain, 11 degrees')
    expect(intact(from)).toEqual([0, 1])
  })
})
