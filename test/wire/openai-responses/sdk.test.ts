/** The official SDK over a loopback server that answers with what is written here. */
import { afterAll, expect, test } from 'bun:test'
import OpenAI from 'openai'
import { AppError } from '../../../src/neutral/error.ts'
import { eventsOf } from '../../../src/neutral/event.ts'
import type { NeutralReply } from '../../../src/neutral/reply.ts'
import { noUsage } from '../../../src/neutral/usage.ts'
import { openAiResponsesTranslator as translator } from '../../../src/wire/openai-responses/translator.ts'
import { stamp, url } from './support.ts'

const claude = { form: 'anthropic', by: 'anthropic', value: { signature: 'EqQB' } } as const

const reply: NeutralReply = {
  id: null,
  model: 'claude-sonnet-4-5',
  parts: [
    { type: 'reasoning', text: 'Hm.', signed: claude },
    { type: 'reasoning', text: '', signed: claude },
    { type: 'text', text: 'See ', citations: [{ url: 'https://bun.sh', title: 'Bun', quote: null, start: 0, end: 3 }] },
    { type: 'text', text: 'Bun.' },
    { type: 'refusal', text: 'No more.' },
    { type: 'web-search', id: null, query: 'bun', sources: [{ url: 'https://bun.sh', title: null }] },
    { type: 'media', media: 'image', mediaType: 'image/png', source: { kind: 'base64', data: 'AA==' } },
    { type: 'text', text: ' Done.' },
    { type: 'tool-call', id: 'a', name: 'now', arguments: { text: '' }, kind: 'function', signed: claude },
    { type: 'tool-call', id: 'b', name: 'weather', arguments: { value: { city: 'Paris' } }, kind: 'function' },
    { type: 'tool-call', id: 'c', name: 'patch', arguments: { text: '{"input":"*** \\"x\\""}' }, kind: 'function' },
    { type: 'tool-call', id: 'd', name: 'agents__spawn', arguments: { text: '{"n":1}' }, kind: 'function' },
    { type: 'tool-call', id: 'e', name: 'shell', arguments: { value: { commands: ['ls', 'pwd'] } }, kind: 'function' },
    {
      type: 'tool-call',
      id: 'f',
      name: 'apply_patch',
      arguments: { value: { type: 'create_file', path: 'a', diff: '+a' } },
      kind: 'function',
    },
  ],
  finish: { kind: 'tool-calls' },
  usage: { ...noUsage, inputTokens: 5, outputTokens: 7 },
}

const server = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  async fetch(request) {
    const asked = translator.readRequest(await request.json(), url)
    if (!asked.isStream) return Response.json(translator.writeReply(reply, asked, stamp).body)
    const writer = translator.writeEvents(asked, stamp)
    const events = asked.model === 'broken' ? broken() : eventsOf(reply)
    const frames = [...events].map((event) => writer.write(event)).join('')
    return new Response(frames, { headers: { 'content-type': 'text/event-stream' } })
  },
})
afterAll(() => server.stop(true))

function* broken() {
  yield { type: 'message-start', id: null, model: null, usage: null } as const
  yield { type: 'error', error: new AppError('overloaded', 'Come back later.') } as const
}

const client = new OpenAI({ baseURL: `http://127.0.0.1:${server.port}/v1`, apiKey: 'sk-test', maxRetries: 0 })
const params = {
  model: 'gpt-5',
  input: 'Hi',
  tools: [
    { type: 'custom' as const, name: 'patch' },
    { type: 'function' as const, name: 'now', parameters: null, strict: false },
    {
      type: 'namespace' as const,
      name: 'agents',
      description: 'Agents.',
      tools: [{ type: 'function' as const, name: 'spawn' }],
    },
    { type: 'shell' as const, environment: { type: 'local' as const } },
    { type: 'apply_patch' as const },
  ],
} satisfies OpenAI.Responses.ResponseCreateParamsNonStreaming

const expected = [
  ['reasoning', 'Hm.'],
  ['reasoning', ''],
  ['message', 'See Bun.No more.'],
  ['web_search_call', ''],
  ['image_generation_call', 'AA=='],
  ['message', ' Done.'],
  ['function_call', '{}'],
  ['reasoning', ''],
  ['function_call', '{"city":"Paris"}'],
  ['custom_tool_call', '*** "x"'],
  ['function_call', 'agents spawn {"n":1}'],
  ['shell_call', 'ls;pwd'],
  ['apply_patch_call', 'create_file a'],
]

const told = ({ output }: OpenAI.Responses.Response) =>
  output.map((item) => {
    switch (item.type) {
      case 'message':
        return [item.type, item.content.map((part) => (part.type === 'refusal' ? part.refusal : part.text)).join('')]
      case 'reasoning':
        return [item.type, item.summary.map(({ text }) => text).join('')]
      case 'function_call':
        return [
          item.type,
          item.namespace === undefined ? item.arguments : `${item.namespace} ${item.name} ${item.arguments}`,
        ]
      case 'shell_call':
        return [item.type, item.action.commands.join(';')]
      case 'apply_patch_call':
        return [item.type, `${item.operation.type} ${item.operation.path}`]
      case 'custom_tool_call':
        return [item.type, item.input]
      case 'image_generation_call':
        return [item.type, item.result]
      default:
        return [item.type, '']
    }
  })

test('a whole response is taken', async () => {
  const response = await client.responses.create(params)
  expect(response.output_text).toBe('See Bun. Done.')
  expect(response.usage?.total_tokens).toBe(12)
  expect(told(response)).toEqual(expected)
})

test('a stream is put together to the same response, frame by frame', async () => {
  const whole = await client.responses.create(params)
  const stream = client.responses.stream(params)
  let text = ''
  for await (const event of stream) if (event.type === 'response.output_text.delta') text += event.delta
  const response = await stream.finalResponse()
  expect(text).toBe('See Bun. Done.')
  expect(told(response)).toEqual(expected)
  expect(JSON.parse(JSON.stringify(response.output))).toMatchObject(
    JSON.parse(JSON.stringify(whole.output)) as object[],
  )
})

test('an error inside a stream is thrown with its code', async () => {
  const stream = client.responses.stream({ ...params, model: 'broken' })
  const fault = await stream.finalResponse().catch((reason: unknown) => reason)
  expect(fault).toBeInstanceOf(OpenAI.APIError)
  expect(fault).toMatchObject({ code: 'server_is_overloaded', message: 'Come back later.' })
})
