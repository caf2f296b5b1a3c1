/** The vendors' own SDKs on kept answers, in the form that was kept and in the other. */
import Anthropic from '@anthropic-ai/sdk'
import { GoogleGenAI } from '@google/genai'
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import OpenAI from 'openai'
import { fakeKeys } from '../support/fake-keys.ts'
import { mockModels } from '../support/mock-models.ts'
import type { ScriptedProvider } from '../support/provider.ts'
import { startRelay, type Relay } from '../support/relay.ts'

let mock: ScriptedProvider
let relay: Relay

beforeAll(async () => {
  mock = mockModels()
  relay = await startRelay({
    providers: { anthropic: mock.url, openai: mock.url, google: mock.url },
    config: { cache: { enabled: true } },
  })
})
afterAll(async () => {
  await relay.stop()
  await mock.stop()
})

const words = 'Good evening, all is well here.'
const asked = (text: string) => mock.seen.filter((seen) => seen.text.includes(text)).length
const uses = () => relay.rows('SELECT cache FROM requests ORDER BY seq DESC LIMIT 2').map(({ cache }) => cache)

/** Asks both ways, the one or the other first, and expects the second answer from the cache. */
async function both(text: string, ways: readonly [() => Promise<void>, () => Promise<void>]): Promise<void> {
  for (const way of ways) await way()
  expect(asked(text)).toBe(1)
  expect(uses()).toEqual(['hit', 'miss'])
}

const orders = [
  ['whole first', false],
  ['streamed first', true],
] as const

describe("Anthropic's SDK", () => {
  test.each(orders)('reads both, %s', async (name, isTurned) => {
    const client = new Anthropic({ baseURL: relay.apiUrl, apiKey: fakeKeys.anthropic })
    const text = `anthropic ${name}`
    const body = {
      model: 'claude-sonnet-4-6',
      max_tokens: 100,
      temperature: 0,
      messages: [{ role: 'user' as const, content: text }],
    }
    const check = (message: Anthropic.Message) => {
      expect(message.content).toMatchObject([{ type: 'text', text: words }])
      expect(message.stop_reason).toBe('end_turn')
      expect(message.usage).toMatchObject({ input_tokens: 500, cache_read_input_tokens: 1000, output_tokens: 60 })
    }
    const whole = async () => check(await client.messages.create(body))
    const streamed = async () => check(await client.messages.stream(body).finalMessage())
    await both(text, isTurned ? [streamed, whole] : [whole, streamed])
  })
})

describe("OpenAI's SDK", () => {
  const client = () => new OpenAI({ baseURL: `${relay.apiUrl}/v1`, apiKey: fakeKeys.openai })

  test.each(orders)('reads both of Chat Completions, %s', async (name, isTurned) => {
    const text = `chat ${name}`
    const body = { model: 'gpt-4o-mini', temperature: 0, messages: [{ role: 'user' as const, content: text }] }
    const usage = { prompt_tokens: 1500, completion_tokens: 60 }
    const whole = async () => {
      const { choices, usage: said } = await client().chat.completions.create(body)
      expect(choices).toMatchObject([{ message: { content: words }, finish_reason: 'stop' }])
      expect(said).toMatchObject(usage)
    }
    const streamed = async () => {
      const stream = client().chat.completions.stream({ ...body, stream_options: { include_usage: true } })
      expect((await stream.finalMessage()).content).toBe(words)
      expect(await stream.totalUsage()).toMatchObject(usage)
    }
    await both(text, isTurned ? [streamed, whole] : [whole, streamed])
  })

  test.each(orders)('reads both of Responses, %s', async (name, isTurned) => {
    const text = `responses ${name}`
    const body = { model: 'gpt-4o-mini', temperature: 0, input: text }
    const check = ({ output_text, status, usage }: OpenAI.Responses.Response) => {
      expect([output_text, status]).toEqual([words, 'completed'])
      expect(usage).toMatchObject({ input_tokens: 1500, output_tokens: 60 })
    }
    const whole = async () => check(await client().responses.create(body))
    const streamed = async () => check(await client().responses.stream(body).finalResponse())
    await both(text, isTurned ? [streamed, whole] : [whole, streamed])
  })
})

describe("Google's SDK", () => {
  test.each(orders)('reads both, %s', async (name, isTurned) => {
    const { models } = new GoogleGenAI({ apiKey: fakeKeys.google, httpOptions: { baseUrl: relay.apiUrl } })
    const text = `gemini ${name}`
    const body = { model: 'gemini-2.5-flash', contents: text, config: { temperature: 0 } }
    const usage = { promptTokenCount: 1500, candidatesTokenCount: 40, thoughtsTokenCount: 20 }
    const whole = async () => {
      const answer = await models.generateContent(body)
      expect(answer.text).toBe(words)
      expect(answer.usageMetadata).toMatchObject(usage)
    }
    const streamed = async () => {
      let said = ''
      let last: object | undefined
      for await (const piece of await models.generateContentStream(body)) {
        said += piece.text ?? ''
        last = piece.usageMetadata ?? last
      }
      expect(said).toBe(words)
      expect(last).toMatchObject(usage)
    }
    await both(text, isTurned ? [streamed, whole] : [whole, streamed])
  })
})
