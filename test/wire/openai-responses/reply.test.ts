import { describe, expect, test } from 'bun:test'
import { eventsOf, gather } from '../../../src/neutral/event.ts'
import type { Finish, NeutralReply } from '../../../src/neutral/reply.ts'
import { noUsage } from '../../../src/neutral/usage.ts'
import { openAiResponsesTranslator as translator } from '../../../src/wire/openai-responses/translator.ts'
import { seal } from '../../../src/wire/seal.ts'
import { oddBodies } from '../oddities.ts'
import { eventsIn, payloadsIn, signer, stamp, url } from './support.ts'

const usage = {
  ...noUsage,
  inputTokens: 11,
  cacheReadTokens: 4,
  cacheWrite5mTokens: 5,
  outputTokens: 9,
  reasoningTokens: 3,
}

const reply = (over: Partial<NeutralReply>): NeutralReply => ({
  id: 'msg_01',
  model: 'claude-sonnet-4-5',
  parts: [],
  finish: { kind: 'stop' },
  usage,
  ...over,
})

const asked = translator.readRequest(
  {
    model: 'gpt-5',
    instructions: 'Be brief.',
    input: 'Hi',
    tools: [{ type: 'custom', name: 'apply_patch' }],
    reasoning: { effort: 'low' },
    max_output_tokens: 64,
  },
  url,
)
const write = (over: Partial<NeutralReply>) => {
  const { body, dropped } = translator.writeReply(reply(over), asked, stamp)
  return { body: body as Record<string, unknown>, dropped }
}
const outputOf = (parts: NeutralReply['parts']) => write({ parts }).body['output']

/** The same as a stream: the whole response that its last frame holds. */
const streamed = (over: Partial<NeutralReply>) => {
  const writer = translator.writeEvents(asked, stamp)
  const frames = [...eventsOf(reply(over))].map((event) => writer.write(event)).join('')
  return { frames: payloadsIn(frames), dropped: [...writer.dropped] }
}

const claude = { form: 'anthropic', by: 'anthropic', value: { signature: 'EqQB' } } as const

/** One of each. */
const everything: NeutralReply['parts'] = [
  { type: 'reasoning', text: 'Hm.', signed: claude },
  { type: 'reasoning', text: '', signed: claude },
  {
    type: 'text',
    text: 'See Bun.',
    citations: [
      { url: 'https://bun.sh', title: 'Bun', quote: 'fast', start: 4, end: 7 },
      { url: 'https://e.com', title: null, quote: null, start: null, end: null },
    ],
  },
  { type: 'text', text: 'And more.' },
  { type: 'refusal', text: 'No.' },
  { type: 'web-search', id: 'srvtoolu_1', query: 'bun', sources: [{ url: 'https://bun.sh', title: 'Bun' }] },
  { type: 'media', media: 'image', mediaType: 'image/webp', source: { kind: 'base64', data: 'AA==' } },
  { type: 'tool-call', id: 'toolu_1', name: 'now', arguments: { value: {} }, kind: 'function', signed: claude },
  {
    type: 'tool-call',
    id: 'toolu_2',
    name: 'apply_patch',
    arguments: { value: { input: '*** Begin' } },
    kind: 'function',
  },
]

describe('an answer of another dialect', () => {
  test('is a whole Response with the settings of the request', () => {
    expect(write({ parts: [{ type: 'text', text: 'Hello.' }] })).toEqual({
      body: {
        id: 'msg_01',
        object: 'response',
        created_at: 1_767_225_600,
        status: 'completed',
        error: null,
        incomplete_details: null,
        model: 'claude-sonnet-4-5',
        output: [
          {
            id: 'msg_0197-2_0',
            type: 'message',
            status: 'completed',
            role: 'assistant',
            content: [{ type: 'output_text', text: 'Hello.', annotations: [], logprobs: [] }],
          },
        ],
        usage: {
          input_tokens: 20,
          input_tokens_details: { cached_tokens: 4, cache_write_tokens: 5 },
          output_tokens: 9,
          output_tokens_details: { reasoning_tokens: 3 },
          total_tokens: 29,
        },
        background: false,
        instructions: 'Be brief.',
        max_output_tokens: 64,
        max_tool_calls: null,
        metadata: {},
        parallel_tool_calls: true,
        previous_response_id: null,
        reasoning: { effort: 'low' },
        store: true,
        temperature: null,
        text: { format: { type: 'text' } },
        tool_choice: 'auto',
        tools: [{ type: 'custom', name: 'apply_patch' }],
        top_p: null,
        truncation: 'disabled',
        user: null,
      },
      dropped: [],
    })
  })

  test('has an item for each of its parts, and texts that follow each other in one', () => {
    expect(outputOf(everything)).toEqual([
      {
        id: 'rs_0197-2_0',
        type: 'reasoning',
        summary: [{ type: 'summary_text', text: 'Hm.' }],
        encrypted_content: seal(claude),
      },
      { id: 'rs_0197-2_1', type: 'reasoning', summary: [], encrypted_content: seal(claude) },
      {
        id: 'msg_0197-2_2',
        type: 'message',
        status: 'completed',
        role: 'assistant',
        content: [
          {
            type: 'output_text',
            text: 'See Bun.',
            annotations: [
              { type: 'url_citation', url: 'https://bun.sh', title: 'Bun', start_index: 4, end_index: 7 },
              { type: 'url_citation', url: 'https://e.com', title: '', start_index: 0, end_index: 8 },
            ],
            logprobs: [],
          },
          { type: 'output_text', text: 'And more.', annotations: [], logprobs: [] },
          { type: 'refusal', refusal: 'No.' },
        ],
      },
      {
        id: 'ws_0197-2_3',
        type: 'web_search_call',
        status: 'completed',
        action: { type: 'search', query: 'bun', sources: [{ type: 'url', url: 'https://bun.sh' }] },
      },
      {
        id: 'ig_0197-2_4',
        type: 'image_generation_call',
        status: 'completed',
        result: 'AA==',
        output_format: 'webp',
      },
      {
        id: 'fc_0197-2_5',
        type: 'function_call',
        status: 'completed',
        call_id: 'toolu_1',
        name: 'now',
        arguments: '{}',
      },
      { id: 'rs_0197-2_6', type: 'reasoning', summary: [], encrypted_content: `prev.${seal(claude)}` },
      {
        id: 'ctc_0197-2_7',
        type: 'custom_tool_call',
        status: 'completed',
        call_id: 'toolu_2',
        name: 'apply_patch',
        input: '*** Begin',
      },
    ])
  })

  test('is the same whole and at the end of a stream', () => {
    const { body, dropped } = write({ parts: everything, finish: { kind: 'tool-calls' } })
    const stream = streamed({ parts: everything, finish: { kind: 'tool-calls' } })
    expect(stream.frames.at(-1)?.['response']).toEqual(body)
    expect(stream.dropped).toEqual([...dropped])
  })

  test('comes back from the client with its signatures where they were', () => {
    const output = outputOf(everything) as unknown[]
    const { messages } = translator.readRequest({ model: 'm', input: output }, url)
    expect(messages.length).toBe(1)
    const signed = messages[0]?.parts.map((part) => ('signed' in part ? [part.type, part.signed] : [part.type]))
    expect(signed).toEqual([
      ['reasoning', claude],
      ['reasoning', claude],
      ['text'],
      ['text'],
      ['refusal'],
      ['web-search'],
      ['media'],
      ['tool-call', claude],
      ['tool-call'],
    ])
  })

  test('loses what this API has no item for, by name', () => {
    const { body, dropped } = write({
      parts: [
        { type: 'text', text: 'a', citations: [{ url: null, title: 'doc', quote: 'q', start: 0, end: 1 }] },
        { type: 'media', media: 'audio', mediaType: 'audio/wav', source: { kind: 'base64', data: 'AA' } },
        { type: 'media', media: 'image', mediaType: null, source: { kind: 'url', url: 'https://e.com/a.png' } },
        { type: 'foreign', dialect: 'anthropic', name: 'container', value: {} },
      ],
    })
    expect((body['output'] as unknown[]).length).toBe(1)
    expect(dropped).toEqual(['citations', 'audio', 'image url'])
  })

  test.each([
    ['stop', 'completed', null],
    ['tool-calls', 'completed', null],
    ['stop-sequence', 'completed', null],
    // One that has no words of its own.
    ['refusal', 'incomplete', { reason: 'content_filter' }],
    ['pause', 'completed', null],
    ['other', 'completed', null],
    ['length', 'incomplete', { reason: 'max_output_tokens' }],
    ['context', 'incomplete', { reason: 'max_output_tokens' }],
    ['content-filter', 'incomplete', { reason: 'content_filter' }],
    ['error', 'failed', null],
  ] as const)('that ended with %s is %s', (kind, status, details) => {
    const { body } = write({ finish: { kind } })
    expect([body['status'], body['incomplete_details']]).toEqual([status, details])
    expect(streamed({ finish: { kind } }).frames.at(-1)?.['type']).toBe(`response.${status}`)
  })

  test('without id, model and usage is named by us and counts nothing', () => {
    const { body } = write({ id: null, model: null, usage: null })
    expect(body).toMatchObject({ id: 'resp_0197-2', model: 'gpt-5', usage: null })
  })
})

function unnumbered(frame: Record<string, unknown>): object {
  const { sequence_number: _number, ...said } = frame
  return said
}

describe('the stream of an answer', () => {
  test('has every frame that the official parser expects, numbered', () => {
    const { frames } = streamed({
      parts: [
        { type: 'reasoning', text: 'Hm.' },
        { type: 'text', text: 'Hello.' },
        { type: 'tool-call', id: 'call_1', name: 'now', arguments: { text: '{"a":1}' }, kind: 'function' },
      ],
    })
    expect(frames.map(({ sequence_number }) => sequence_number)).toEqual(frames.map((_, place) => place))
    const [created, progress, ...others] = frames
    for (const frame of [created, progress])
      expect(frame?.['response']).toMatchObject({ id: 'msg_01', status: 'in_progress', output: [], usage: null })
    const last = others.pop()
    expect(last).toMatchObject({ type: 'response.completed', response: { status: 'completed' } })
    const rs = { item_id: 'rs_0197-2_0', output_index: 0, summary_index: 0 }
    const msg = { item_id: 'msg_0197-2_1', output_index: 1, content_index: 0 }
    const fc = { item_id: 'fc_0197-2_2', output_index: 2 }
    const part = { type: 'output_text', text: '', annotations: [], logprobs: [] }
    const message = { id: 'msg_0197-2_1', type: 'message', role: 'assistant' }
    const call = { id: 'fc_0197-2_2', type: 'function_call', call_id: 'call_1', name: 'now' }
    expect(others.map(unnumbered)).toEqual([
      {
        type: 'response.output_item.added',
        output_index: 0,
        item: { id: 'rs_0197-2_0', type: 'reasoning', summary: [] },
      },
      { type: 'response.reasoning_summary_part.added', ...rs, part: { type: 'summary_text', text: '' } },
      { type: 'response.reasoning_summary_text.delta', ...rs, delta: 'Hm.' },
      { type: 'response.reasoning_summary_text.done', ...rs, text: 'Hm.' },
      { type: 'response.reasoning_summary_part.done', ...rs, part: { type: 'summary_text', text: 'Hm.' } },
      {
        type: 'response.output_item.done',
        output_index: 0,
        item: { id: 'rs_0197-2_0', type: 'reasoning', summary: [{ type: 'summary_text', text: 'Hm.' }] },
      },
      { type: 'response.output_item.added', output_index: 1, item: { ...message, status: 'in_progress', content: [] } },
      { type: 'response.content_part.added', ...msg, part },
      { type: 'response.output_text.delta', ...msg, delta: 'Hello.', logprobs: [] },
      { type: 'response.output_text.done', ...msg, text: 'Hello.', logprobs: [] },
      { type: 'response.content_part.done', ...msg, part: { ...part, text: 'Hello.' } },
      {
        type: 'response.output_item.done',
        output_index: 1,
        item: { ...message, status: 'completed', content: [{ ...part, text: 'Hello.' }] },
      },
      { type: 'response.output_item.added', output_index: 2, item: { ...call, status: 'in_progress', arguments: '' } },
      { type: 'response.function_call_arguments.delta', ...fc, delta: '{"a":1}' },
      { type: 'response.function_call_arguments.done', ...fc, arguments: '{"a":1}' },
      {
        type: 'response.output_item.done',
        output_index: 2,
        item: { ...call, status: 'completed', arguments: '{"a":1}' },
      },
    ])
  })

  test('says its error twice: as SDKs throw it and as Codex reads it', () => {
    const writer = translator.writeEvents(asked, stamp)
    writer.write({ type: 'message-start', id: 'msg_01', model: null, usage: null })
    const error = translator.readError(400, { error: { code: 'context_length_exceeded', message: 'Too long.' } })
    const said = { code: 'context_length_exceeded', message: 'Too long.' }
    expect(payloadsIn(writer.write({ type: 'error', error }))).toMatchObject([
      { type: 'error', ...said, param: null },
      { type: 'response.failed', response: { id: 'msg_01', status: 'failed', error: said } },
    ])
  })

  test('sends each delta at once, and parts that run side by side in line', () => {
    const writer = translator.writeEvents(asked, stamp)
    const types = (event: Parameters<typeof writer.write>[0]) => payloadsIn(writer.write(event)).map(({ type }) => type)
    const call = (id: string) => ({ type: 'tool-call', id, name: 'n', kind: 'function' }) as const
    expect(types({ type: 'part-start', index: 0, part: call('a') })).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
    ])
    expect(types({ type: 'part-start', index: 1, part: call('b') })).toEqual([])
    expect(types({ type: 'part-delta', index: 1, delta: '{}' })).toEqual([])
    expect(types({ type: 'part-delta', index: 0, delta: '{' })).toEqual(['response.function_call_arguments.delta'])
    expect(types({ type: 'ping' })).toEqual([])
    expect(types({ type: 'part-end', index: 0 })).toEqual([
      'response.function_call_arguments.done',
      'response.output_item.done',
      'response.output_item.added',
      'response.function_call_arguments.delta',
    ])
  })
})

describe('a stream is read', () => {
  const item = (output_index: number, type: string, more: object) => ({
    type: `response.output_item.${type}`,
    output_index,
    item: more,
  })

  test('with arguments that come whole at the end, once', () => {
    const call = { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'now', arguments: '' }
    const whole = '{"a":1}'
    const ways = [
      [{ type: 'response.function_call_arguments.delta', output_index: 0, delta: whole }],
      [{ type: 'response.function_call_arguments.done', output_index: 0, arguments: whole }],
      [
        { type: 'response.function_call_arguments.delta', output_index: 0, delta: '{"a"' },
        { type: 'response.function_call_arguments.done', output_index: 0, arguments: whole },
      ],
      [],
    ]
    for (const way of ways) {
      const events = eventsIn([
        item(0, 'added', call),
        ...way,
        item(0, 'done', { ...call, arguments: whole }),
        item(0, 'done', { ...call, arguments: whole }),
        { type: 'response.completed', response: { status: 'completed' } },
      ])
      expect(gather(events)?.parts).toMatchObject([{ id: 'call_1', name: 'now', arguments: { text: whole } }])
      expect(gather(events)?.finish).toEqual({ kind: 'tool-calls' })
    }
  })

  test('with reasoning of several parts, joined by a blank line, and its signature', () => {
    const rs = (type: string, more: object) => ({
      type: `response.reasoning_summary_${type}`,
      output_index: 0,
      ...more,
    })
    const events = eventsIn([
      item(0, 'added', { type: 'reasoning', id: 'rs_1', summary: [] }),
      rs('text.delta', { summary_index: 0, delta: 'One.' }),
      rs('text.done', { summary_index: 0, text: 'One.' }),
      rs('text.delta', { summary_index: 1, delta: 'Two.' }),
      item(0, 'done', {
        type: 'reasoning',
        id: 'rs_1',
        summary: [
          { type: 'summary_text', text: 'One.' },
          { type: 'summary_text', text: 'Two.' },
        ],
        encrypted_content: 'gA',
      }),
    ])
    expect(events).toMatchObject([
      { type: 'message-start' },
      { type: 'part-start', index: 0, part: { type: 'reasoning' } },
      { type: 'part-delta', delta: 'One.' },
      { type: 'part-delta', delta: '\n\n' },
      { type: 'part-delta', delta: 'Two.' },
      {
        type: 'part-signed',
        signed: { form: 'openai-responses', by: 'openai', value: { id: 'rs_1', encrypted_content: 'gA' } },
      },
      { type: 'part-end', index: 0 },
    ])
  })

  test('with thoughts told in full', () => {
    const events = eventsIn([
      item(0, 'added', { type: 'reasoning', id: 'rs_1', summary: [] }),
      { type: 'response.reasoning_text.delta', output_index: 0, content_index: 0, delta: 'Raw' },
      { type: 'response.reasoning_text.done', output_index: 0, content_index: 0, text: 'Raw' },
      item(0, 'done', { type: 'reasoning', id: 'rs_1', content: [{ type: 'reasoning_text', text: 'Raw' }] }),
      { type: 'response.completed', response: {} },
    ])
    expect(gather(events)?.parts).toMatchObject([{ type: 'reasoning', text: 'Raw' }])
  })

  test('with two contents of one message, and a refusal', () => {
    const frame = (type: string, content_index: number, more: object) => ({
      type,
      output_index: 0,
      content_index,
      ...more,
    })
    const content = [
      { type: 'output_text', text: 'Hello.', annotations: [] },
      { type: 'refusal', refusal: 'No.' },
    ]
    const message = { type: 'message', id: 'msg_1', role: 'assistant', status: 'completed', content }
    const response = { id: 'resp_1', model: 'm', status: 'completed', output: [message] }
    const events = eventsIn([
      { type: 'response.created', response: { id: 'resp_1', model: 'm' } },
      item(0, 'added', { ...message, status: 'in_progress', content: [] }),
      frame('response.content_part.added', 0, { part: { type: 'output_text', text: '' } }),
      frame('response.output_text.delta', 0, { delta: 'Hello.' }),
      frame('response.content_part.done', 0, { part: content[0] ?? {} }),
      frame('response.refusal.delta', 1, { delta: 'No' }),
      frame('response.refusal.done', 1, { refusal: 'No.' }),
      item(0, 'done', message),
      { type: 'response.completed', response },
    ])
    expect(gather(events)).toEqual(translator.readReply(response, signer))
    expect(gather(events)?.finish).toEqual({ kind: 'refusal' })
  })

  test('that holds nothing but its end is read from there', () => {
    const response = {
      id: 'resp_1',
      model: 'm',
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
      output: [
        { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Hel', annotations: [] }] },
        { type: 'custom_tool_call', call_id: 'c', name: 'n', input: 'x' },
      ],
      usage: { input_tokens: 3, output_tokens: 2 },
    }
    const gathered = gather(eventsIn([{ type: 'response.incomplete', response }]))
    expect(gathered).toEqual(translator.readReply(response, signer))
    expect(gathered?.finish).toEqual({ kind: 'length' })
  })

  test('whose error comes in one of its ways ends with it', () => {
    const failed = (error: object) => ({ type: 'response.failed', response: { id: 'r', status: 'failed', error } })
    const errorOf = (frame: object) => {
      const events = eventsIn([frame, { type: 'response.completed', response: {} }])
      const last = events.at(-1)
      return last?.type === 'error' ? [last.error.code, last.error.message] : events
    }
    expect(errorOf({ type: 'error', code: 'rate_limit_exceeded', message: 'Slow.' })).toEqual(['rate-limited', 'Slow.'])
    expect(errorOf({ type: 'error', error: { type: 'server_error', message: 'Oh.' } })).toEqual([
      'provider-failed',
      'Oh.',
    ])
    expect(errorOf(failed({ code: 'context_length_exceeded', message: 'Long.' }))).toEqual([
      'context-exceeded',
      'Long.',
    ])
    expect(errorOf(failed({ code: 'server_is_overloaded', message: 'Full.' }))).toEqual(['overloaded', 'Full.'])
    expect(errorOf({ error: { message: 'Bare.' } })).toEqual(['provider-failed', 'Bare.'])
  })

  test('that is cut off has no end', () => {
    const events = eventsIn([item(0, 'added', { type: 'message', role: 'assistant', content: [] })])
    expect(gather(events)).toBeNull()
  })
})

describe('a whole reply is read', () => {
  const finishOf = (body: object): Finish => translator.readReply(body, signer).finish
  const call = { type: 'function_call', call_id: 'c', name: 'n', arguments: '{}' }
  const refusal = { type: 'message', role: 'assistant', content: [{ type: 'refusal', refusal: 'No.' }] }

  test('with the reason of its end', () => {
    expect(finishOf({ status: 'completed', output: [] })).toEqual({ kind: 'stop' })
    expect(finishOf({ output: [call] })).toEqual({ kind: 'tool-calls' })
    expect(finishOf({ output: [refusal] })).toEqual({ kind: 'refusal' })
    expect(finishOf({ status: 'incomplete', incomplete_details: { reason: 'content_filter' } })).toEqual({
      kind: 'content-filter',
    })
    expect(finishOf({ status: 'failed' })).toEqual({ kind: 'error' })
    expect(finishOf({ status: 'queued' })).toEqual({ kind: 'other' })
  })

  test('with calls that have no id named by place, the same as in a stream', () => {
    const { parts } = translator.readReply({ output: [{ type: 'function_call', name: 'n', arguments: '' }] }, signer)
    expect(parts).toMatchObject([{ id: 'call_0197-1_0', arguments: { text: '' } }])
  })

  test('odd bodies and frames are read as far as they go', () => {
    for (const body of oddBodies) expect(translator.readReply(body, signer).parts.length).toBeGreaterThanOrEqual(0)
  })
})

describe('errors', () => {
  const error = (type: string, code: string | null, message = 'No.') => ({
    error: { message, type, param: null, code },
  })
  test.each([
    [400, error('invalid_request_error', 'context_length_exceeded'), 'context-exceeded'],
    [
      400,
      error('invalid_request_error', null, 'Your input exceeds the context window of this model.'),
      'context-exceeded',
    ],
    [413, error('invalid_request_error', null, 'This prompt is too long.'), 'context-exceeded'],
    [400, error('invalid_request_error', 'invalid_value'), 'invalid-request'],
    [401, error('invalid_request_error', 'invalid_api_key'), 'unauthorized'],
    [403, {}, 'forbidden'],
    [404, error('invalid_request_error', 'model_not_found'), 'not-found'],
    [413, null, 'too-large'],
    [422, { detail: 'Bad.' }, 'invalid-request'],
    [429, error('tokens', 'rate_limit_exceeded', 'Limit: too many input tokens.'), 'rate-limited'],
    [500, { error: 'Oh.' }, 'provider-failed'],
    [503, error('service_unavailable_error', null), 'overloaded'],
    [529, '', 'overloaded'],
  ])('%i', (status, body, code) => {
    const read = translator.readError(status, body)
    expect([read.status, read.code]).toEqual([status, code as typeof read.code])
    expect(read.message.length).toBeGreaterThan(2)
  })
})
