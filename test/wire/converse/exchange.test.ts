/** A client of each dialect and a model that speaks Converse: the request signed and sent, the stream turned back. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { anthropicTranslator } from '../../../src/wire/anthropic/translator.ts'
import { converseTranslator } from '../../../src/wire/converse/translator.ts'
import type { DialectId } from '../../../src/neutral/model.ts'
import { geminiTranslator } from '../../../src/wire/gemini/translator.ts'
import { openAiChatTranslator } from '../../../src/wire/openai-chat/translator.ts'
import { openAiResponsesTranslator } from '../../../src/wire/openai-responses/translator.ts'
import { FrameCutter, framesOf, readFrame } from '../../../src/wire/sse.ts'
import { openExchange } from '../../../src/wire/translate.ts'
import type { Translator } from '../../../src/wire/translator.ts'
import { event } from '../../providers/cloud/aws-messages.ts'
import { cloudsWith, ready, send } from '../../providers/cloud/support.ts'
import { catalogWith, named } from '../../providers/support.ts'
import { scriptedProvider, type ScriptedProvider } from '../../support/provider.ts'

const model = 'us.amazon.nova-lite-v1:0'

const answer = Buffer.concat([
  event('messageStart', { role: 'assistant' }),
  event('contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'Rain' } }),
  event('contentBlockDelta', { contentBlockIndex: 0, delta: { text: ' in Ulm.' } }),
  event('contentBlockStop', { contentBlockIndex: 0 }),
  event('contentBlockStart', { contentBlockIndex: 1, start: { toolUse: { toolUseId: 'tooluse_1', name: 'weather' } } }),
  event('contentBlockDelta', { contentBlockIndex: 1, delta: { toolUse: { input: '{"city":"Ulm"}' } } }),
  event('contentBlockStop', { contentBlockIndex: 1 }),
  event('messageStop', { stopReason: 'tool_use' }),
  event('metadata', { usage: { inputTokens: 31, outputTokens: 17, totalTokens: 48 } }),
])

let aws: ScriptedProvider
beforeAll(() => {
  aws = scriptedProvider(
    () => new Response(answer, { headers: { 'content-type': 'application/vnd.amazon.eventstream' } }),
  )
})
afterAll(() => aws.stop())

const schema = { type: 'object', properties: { city: { type: 'string' } } }

const clients: readonly (readonly [
  dialect: DialectId,
  translator: Translator,
  body: unknown,
  marks: readonly string[],
])[] = [
  [
    'anthropic',
    anthropicTranslator,
    {
      model,
      max_tokens: 64,
      stream: true,
      system: 'Be brief.',
      messages: [{ role: 'user', content: 'Weather?' }],
      tools: [{ name: 'weather', input_schema: schema }],
    },
    ['"text":"Rain"', '"stop_reason":"tool_use"', '"output_tokens":17'],
  ],
  [
    'openai-chat',
    openAiChatTranslator,
    {
      model,
      max_tokens: 64,
      stream: true,
      stream_options: { include_usage: true },
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Weather?' },
      ],
      tools: [{ type: 'function', function: { name: 'weather', parameters: schema } }],
    },
    ['"content":"Rain"', '"finish_reason":"tool_calls"', '"completion_tokens":17', '[DONE]'],
  ],
  [
    'openai-responses',
    openAiResponsesTranslator,
    {
      model,
      max_output_tokens: 64,
      stream: true,
      instructions: 'Be brief.',
      input: 'Weather?',
      tools: [{ type: 'function', name: 'weather', parameters: schema }],
    },
    ['"delta":"Rain"', 'response.completed', '"output_tokens":17'],
  ],
  [
    'gemini',
    geminiTranslator,
    {
      generationConfig: { maxOutputTokens: 64 },
      systemInstruction: { parts: [{ text: 'Be brief.' }] },
      contents: [{ role: 'user', parts: [{ text: 'Weather?' }] }],
      tools: [{ functionDeclarations: [{ name: 'weather', parameters: schema }] }],
    },
    ['"text":"Rain"', '"finishReason":"STOP"', '"candidatesTokenCount":17'],
  ],
]

for (const [dialect, client, body, marks] of clients) {
  test(`a client of ${dialect} is answered by a model of Converse`, async () => {
    const asked = client.readRequest(body, { model, isStream: true })
    const target = {
      provider: 'bedrock',
      model,
      echoesReasoning: false,
      maxOutputTokens: 4096,
      thinking: 'none',
    } as const
    const sides = { client, clientDialect: dialect, upstream: converseTranslator, upstreamDialect: 'converse' } as const
    const exchange = openExchange(sides, asked, asked, target)
    expect(exchange.body).toEqual({
      system: [{ text: 'Be brief.' }],
      messages: [{ role: 'user', content: [{ text: 'Weather?' }] }],
      inferenceConfig: { maxTokens: 64 },
      toolConfig: { tools: [{ toolSpec: { name: 'weather', inputSchema: { json: schema } } }] },
    })
    const settings = {
      environment: {
        AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
        AWS_SECRET_ACCESS_KEY: 'FAKEfake',
        AWS_REGION: 'us-east-1',
        RELAYPLANE_BEDROCK_BASE_URL: aws.url,
      },
    }
    const prepared = await ready('bedrock', {
      settings,
      api: 'converse',
      model,
      isStream: true,
      body: JSON.stringify(exchange.body),
    })
    const provider = named(catalogWith(settings), 'bedrock')
    const adapted = cloudsWith().adapt(await send(prepared), { provider, api: 'converse', model })
    expect(aws.seen.at(-1)?.target).toBe('/model/us.amazon.nova-lite-v1%3A0/converse-stream')
    const stream = exchange.stream({ id: 'r1', createdS: 1, model }, { provider: 'bedrock', id: 'r1' })
    const cutter = new FrameCutter()
    let frames = ''
    let last = ''
    for await (const bytes of adapted.body ?? []) {
      for (const frame of framesOf(cutter.push(bytes) ?? Buffer.alloc(0))) {
        const turned = stream.read(readFrame(frame).event, readFrame(frame).data)
        frames += turned.frames + stream.release()
        last += turned.last
      }
    }
    for (const mark of marks) expect([mark, (frames + last).includes(mark)]).toEqual([mark, true])
    expect(last).not.toBe('')
    expect([...exchange.dropped]).toEqual([])
  })
}
