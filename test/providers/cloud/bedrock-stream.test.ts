/** Bedrock's answers in the words of the dialect that was asked in: at every cut, at every end, with every error. */
import { expect, test } from 'bun:test'
import { FramingError } from '../../../src/lib/event-stream.ts'
import type { CloudApi } from '../../../src/providers/cloud/cloud.ts'
import { catalogWith, named } from '../support.ts'
import { chunk, event, exception, message } from './aws-messages.ts'
import { cloudsWith } from './support.ts'

const claude = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'
const nova = 'amazon.nova-lite-v1:0'

const adapt = (response: Response, model: string | null = claude, api: CloudApi = 'messages'): Response =>
  cloudsWith().adapt(response, { provider: named(catalogWith(), 'bedrock'), api, model })

const headers = {
  'content-type': 'application/vnd.amazon.eventstream',
  'x-amzn-requestid': 'r-1',
  'content-length': '999',
}

const streamOf = (...chunks: Uint8Array[]): Response => {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const each of chunks) controller.enqueue(each)
      controller.close()
    },
  })
  return new Response(body, { headers })
}

const start = '{"type":"message_start","message":{"id":"msg_bdrk_1","usage":{"input_tokens":5,"output_tokens":1}}}'
const delta = '{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Grüße ✓"}}'
const stop = '{"type":"message_stop","amazon-bedrock-invocationMetrics":{"inputTokenCount":5}}'
const answer = Buffer.concat([chunk(start), chunk(delta), chunk(stop)])

const answerFrames =
  `event: message_start\ndata: ${start}\n\n` +
  `event: content_block_delta\ndata: ${delta}\n\n` +
  `event: message_stop\ndata: ${stop}\n\n`

test('a stream of Claude is server-sent events, wherever the bytes are cut', async () => {
  for (let cut = 0; cut <= answer.length; cut++) {
    const adapted = adapt(streamOf(answer.subarray(0, cut), answer.subarray(cut)))
    expect([cut, await adapted.text()]).toEqual([cut, answerFrames])
  }
  const bytes = [...answer].map((byte) => Uint8Array.of(byte))
  expect(await adapt(streamOf(...bytes)).text()).toBe(answerFrames)
})

test('its headers say what it is now, and keep the request id', () => {
  const adapted = adapt(streamOf(answer))
  expect(Object.fromEntries(adapted.headers)).toEqual({
    'content-type': 'text/event-stream',
    'x-amzn-requestid': 'r-1',
  })
})

test('each event is passed on when it is there, not at the end', async () => {
  let feed: ReadableStreamDefaultController<Uint8Array> | undefined
  const body = new ReadableStream<Uint8Array>({ start: (controller) => void (feed = controller) })
  const reader = adapt(new Response(body, { headers })).body?.getReader()
  feed?.enqueue(chunk(start))
  expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe(`event: message_start\ndata: ${start}\n\n`)
  feed?.enqueue(chunk(delta))
  expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toContain('Grüße ✓')
})

test('a line break between the tokens of an event does not break the frame', async () => {
  expect(await adapt(streamOf(chunk('{\r\n "type": "ping"\n}'))).text()).toBe(
    'event: ping\ndata: {  "type": "ping" }\n\n',
  )
})

test('exceptions inside the stream are error frames with the sentence of AWS', async () => {
  const frames: readonly (readonly [name: string, type: string])[] = [
    ['throttlingException', 'rate_limit_error'],
    ['validationException', 'invalid_request_error'],
    ['serviceUnavailableException', 'overloaded_error'],
    ['modelTimeoutException', 'timeout_error'],
    ['modelStreamErrorException', 'api_error'],
    ['internalServerException', 'api_error'],
  ]
  for (const [name, type] of frames) {
    const text = await adapt(streamOf(Buffer.concat([chunk(start), exception(name, { message: 'So nicht.' })]))).text()
    expect([name, text]).toEqual([
      name,
      `event: message_start\ndata: ${start}\n\n` +
        `event: error\ndata: {"type":"error","error":{"type":"${type}","message":"So nicht."}}\n\n`,
    ])
  }
  const unmodelled = message(
    { ':message-type': 'error', ':error-code': 'InternalError', ':error-message': 'Broken' },
    '',
  )
  expect(await adapt(streamOf(unmodelled)).text()).toBe(
    'event: error\ndata: {"type":"error","error":{"type":"api_error","message":"Broken"}}\n\n',
  )
})

test('a stream that ends in the middle of a message is broken, not over', async () => {
  const reader = adapt(streamOf(answer.subarray(0, answer.length - 3))).body?.getReader()
  const first = await reader?.read()
  expect(Buffer.from(first?.value ?? []).toString()).toContain('message_start')
  await reader?.read()
  expect(reader?.read()).rejects.toThrow(FramingError)
})

test('damage breaks the stream off after what was whole, and hangs up', async () => {
  let cancelled: unknown = null
  const damaged = Buffer.from(answer)
  damaged[chunk(start).length + 20] = 0
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(damaged),
    cancel: (reason) => void (cancelled = reason),
  })
  const reader = adapt(new Response(body, { headers })).body?.getReader()
  expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe(`event: message_start\ndata: ${start}\n\n`)
  expect(reader?.read()).rejects.toThrow(FramingError)
  expect(cancelled).toBeInstanceOf(FramingError)
})

test("the connection's own error is passed on as it is", async () => {
  const fault = new Error('ECONNRESET')
  let feed: ReadableStreamDefaultController<Uint8Array> | undefined
  const body = new ReadableStream<Uint8Array>({ start: (controller) => void (feed = controller) })
  const reader = adapt(new Response(body, { headers })).body?.getReader()
  feed?.enqueue(chunk(start))
  await reader?.read()
  feed?.error(fault)
  expect(reader?.read()).rejects.toBe(fault)
})

test('a client that hangs up cancels the stream of AWS', async () => {
  let cancelled: unknown = null
  const body = new ReadableStream<Uint8Array>({ cancel: (reason) => void (cancelled = reason) })
  await adapt(new Response(body, { headers })).body?.cancel('gone')
  expect(cancelled).toBe('gone')
})

test('Converse keeps the names of its events, and of its exceptions', async () => {
  const body = Buffer.concat([
    event('messageStart', { role: 'assistant', p: 'ab' }),
    event('contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'Hi' } }),
    exception('throttlingException', { message: 'Slow down' }),
  ])
  expect(await adapt(streamOf(body), nova, 'converse').text()).toBe(
    'event: messageStart\ndata: {"role":"assistant","p":"ab"}\n\n' +
      'event: contentBlockDelta\ndata: {"contentBlockIndex":0,"delta":{"text":"Hi"}}\n\n' +
      'event: throttlingException\ndata: {"message":"Slow down"}\n\n',
  )
})

test('whole answers and raw paths are left as they are', async () => {
  const whole = Response.json({ type: 'message', id: 'msg_1' })
  expect(adapt(whole)).toBe(whole)
  const raw = streamOf(answer)
  expect(adapt(raw, null, 'raw')).toBe(raw)
  expect(Buffer.from(await raw.bytes()).equals(answer)).toBe(true)
  const page = new Response('<html>', { status: 502, headers: { 'content-type': 'text/html' } })
  expect(adapt(page)).toBe(page)
})

test("AWS's own errors are told in the words of the Messages API, Anthropic's stay", async () => {
  const told = async (status: number, name: string | null, body: string) => {
    const answered = new Response(body, {
      status,
      headers: { 'content-type': 'application/json', ...(name === null ? {} : { 'x-amzn-errortype': name }) },
    })
    const adapted = adapt(answered)
    return [adapted.status, await adapted.text()]
  }
  expect(await told(400, 'ValidationException:http://internal.amazon.com/', '{"message":"invalid beta flag"}')).toEqual(
    [400, '{"type":"error","error":{"type":"invalid_request_error","message":"invalid beta flag"}}'],
  )
  expect(await told(429, 'ThrottlingException', '{"message":"Too many tokens, please wait"}')).toEqual([
    429,
    '{"type":"error","error":{"type":"rate_limit_error","message":"Too many tokens, please wait"}}',
  ])
  expect(await told(403, null, '{"Message":"You are not authorized"}')).toEqual([
    403,
    '{"type":"error","error":{"type":"permission_error","message":"You are not authorized"}}',
  ])
  const anthropics = '{"type":"error", "error":{"type":"overloaded_error","message":"Overloaded"}}'
  expect(await told(529, null, anthropics)).toEqual([529, anthropics])
  expect(await told(500, null, '{"unknown":1}')).toEqual([500, '{"unknown":1}'])
  expect(await told(500, null, 'no json')).toEqual([500, 'no json'])
  const long = `{"message":"${'x'.repeat(300_000)}"}`
  expect(await told(500, null, long)).toEqual([500, long])
})
