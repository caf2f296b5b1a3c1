/** Whole answers: as many servers write them, and as clients of this dialect get them. */
import { describe, expect, test } from 'bun:test'
import type { Part, Signed } from '../../../src/neutral/message.ts'
import type { NeutralReply } from '../../../src/neutral/reply.ts'
import { openAiChatTranslator } from '../../../src/wire/openai-chat/translator.ts'
import { unseal } from '../../../src/wire/seal.ts'
import { areRecordingsHere, recordedFiles, recordedJson, usage } from '../recorded.ts'
import { asked, bare, call, replyOf, replyWith, stamp, text } from './support.ts'

const folders = ['deepseek-chat', 'groq', 'mistral', 'openai-chat', 'openai-compatible-chat', 'perplexity', 'xai']
const again = (body: unknown): unknown =>
  JSON.parse(JSON.stringify(openAiChatTranslator.writeReply(replyOf(body), asked(), stamp).body))

describe.skipIf(!areRecordingsHere)('recorded answers', () => {
  const files = areRecordingsHere ? recordedFiles(...folders).filter((file) => file.endsWith('.json')) : []

  test.each([...files, 'azure/azure-deepseek-reasoning.1.json'])('%s is written again as it came', (file) => {
    const body = recordedJson(file)
    expect(again(body)).toEqual(body)
  })

  test('thoughts, calls and sources are read', () => {
    const typesOf = (file: string) => replyOf(recordedJson(file)).parts.map(({ type }) => type)
    expect(typesOf('deepseek-chat/deepseek-json.json')).toEqual(['reasoning', 'text'])
    expect(typesOf('groq/groq-reasoning.json')).toEqual(['reasoning', 'text'])
    expect(bare(replyOf(recordedJson('groq/groq-tool-call.json')).parts)).toEqual([call('ax9fskhev', 'weather', '{}')])
    expect(bare(replyOf(recordedJson('mistral/mistral-tool-call.json')).parts)).toEqual([
      call('gSIMJiOkT', 'weather', '{"location": "San Francisco"}'),
    ])
    const [cited] = replyOf(recordedJson('perplexity/perplexity-citations.json')).parts
    expect(cited?.type === 'text' ? cited.citations?.length : null).toBe(7)
  })
})

describe('read', () => {
  test('every kind of content has its part, in one order', () => {
    const reply = replyOf(
      replyWith({
        content: 'See.',
        reasoning: 'Hm.',
        refusal: 'No.',
        annotations: [
          {
            type: 'url_citation',
            url_citation: { url: 'https://a.example', title: 'A', start_index: 0, end_index: 3, content: 'q' },
          },
        ],
        images: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } }],
        audio: { id: 'a1', data: 'UklG', expires_at: 9, transcript: 'See' },
        tool_calls: [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '{}' } }],
      }),
    )
    expect(bare(reply.parts)).toEqual([
      { type: 'reasoning', text: 'Hm.' },
      {
        type: 'text',
        text: 'See.',
        citations: [{ url: 'https://a.example', title: 'A', quote: 'q', start: 0, end: 3 }],
      },
      { type: 'refusal', text: 'No.' },
      { type: 'media', media: 'image', mediaType: 'image/png', source: { kind: 'base64', data: 'AA==' } },
      { type: 'media', media: 'audio', mediaType: null, source: { kind: 'base64', data: 'UklG' } },
      call('c1', 'f', '{}'),
    ])
  })

  test('sources beside the choices are citations of the text, with what is known of them', () => {
    const beside = {
      citations: ['https://a.example', 'https://b.example'],
      search_results: [{ url: 'https://b.example', title: 'B', snippet: 'about b', date: '2026-01-01' }],
    }
    expect(bare(replyOf(replyWith({ content: 'See [1].' }, 'stop', beside)).parts)).toEqual([
      {
        type: 'text',
        text: 'See [1].',
        citations: [
          { url: 'https://a.example', title: null, quote: null, start: null, end: null },
          { url: 'https://b.example', title: 'B', quote: 'about b', start: null, end: null },
        ],
      },
    ])
  })

  test('signed thoughts and calls are signed by who answers', () => {
    const details = [{ type: 'reasoning.text', text: 'Hm.', signature: 'c2ln', index: 0 }]
    const extra = { google: { thought_signature: 'Z2Vt' } }
    const calls = [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '' }, extra_content: extra }]
    expect(
      bare(replyOf(replyWith({ content: null, reasoning_details: details, tool_calls: calls }, 'tool_calls')).parts),
    ).toEqual([
      {
        type: 'reasoning',
        text: 'Hm.',
        signed: { form: 'openai-chat', by: 'openrouter', value: { reasoning_details: details } },
      },
      { ...call('c1', 'f', ''), signed: { form: 'openai-chat', by: 'openrouter', value: { extra_content: extra } } },
    ])
  })

  test('calls without ids are named by the request and their place', () => {
    const calls = [{ function: { name: 'f', arguments: { a: 1 } } }, { function: { name: 'g' } }]
    expect(bare(replyOf(replyWith({ tool_calls: calls })).parts)).toEqual([
      call('call_0198ab_0', 'f', '{"a":1}'),
      call('call_0198ab_1', 'g', ''),
    ])
  })

  const ends: readonly (readonly [string | null, object, unknown])[] = [
    ['stop', { content: 'a' }, { kind: 'stop' }],
    ['length', { content: 'a' }, { kind: 'length' }],
    ['content_filter', { content: '' }, { kind: 'content-filter' }],
    ['model_length', { content: 'a' }, { kind: 'context' }],
    ['insufficient_system_resource', { content: 'a' }, { kind: 'error' }],
    ['stop', { refusal: 'No.' }, { kind: 'refusal' }],
    ['stop', { tool_calls: [{ id: 'c', function: { name: 'f', arguments: '{}' } }] }, { kind: 'tool-calls' }],
    ['function_call', { function_call: { name: 'f', arguments: '{}' } }, { kind: 'tool-calls' }],
    ['unheard-of', { content: 'a' }, { kind: 'other' }],
    [null, { content: 'a' }, { kind: 'other' }],
  ]
  test.each(ends)('%s with %j', (word, message, expected) => {
    const choice = { index: 0, message, finish_reason: word }
    expect(replyOf({ choices: [choice] }).finish).toEqual(expected as never)
  })

  test('vLLM’s stop reason is the sequence that was met', () => {
    const choice = { index: 0, message: { content: 'a' }, finish_reason: 'stop', stop_reason: '###' }
    expect(replyOf({ choices: [choice] }).finish).toEqual({ kind: 'stop-sequence', stopSequence: '###' })
  })

  test('of several answers the first is read and the others are carried', () => {
    const body = replyWith({ content: 'A' })
    const [first] = body.choices
    const several = { ...body, choices: [first, { ...first, index: 1 }] }
    expect(bare(replyOf(several).parts)).toEqual([text('A')])
    expect(again(several)).toEqual(several)
  })

  const odd: readonly unknown[] = [
    {},
    { choices: [] },
    { choices: [null] },
    { choices: 'x', id: 5, created: 'now' },
    { choices: [{}] },
    { choices: [{ message: 'x', finish_reason: 5 }] },
    { error: { message: 'No' } },
    replyWith(
      { content: null, annotations: [{ type: 'file', file: {} }], audio: { id: 'a', data: 'AA', transcript: 'x' } },
      'eos',
    ),
    replyWith({
      content: [
        { type: 'thinking', thinking: [{ type: 'text', text: 'a' }] },
        { type: 'text', text: 'b' },
      ],
    }),
    replyWith({ function_call: { name: 'f', arguments: '' }, content: '' }, 'function_call', { citations: [5] }),
    replyWith({ content: 'x' }, 'stop', { x_groq: { usage: { prompt_tokens: 1, completion_tokens: 2 } } }),
    replyWith({ content: 'x' }, 'stop', {
      usage: { prompt_tokens: 12, completion_tokens: 1, total_tokens: 241, cost: 0.1, prompt_tokens_details: null },
    }),
  ]
  test.each(odd)('%j is written again as it came', (body) => {
    expect(again(body)).toEqual(body as never)
  })

  test('what is no object at all is an empty answer', () => {
    for (const body of [null, undefined, 5, 'text', []])
      expect(replyOf(body)).toMatchObject({ parts: [], finish: { kind: 'other' }, usage: null })
  })
})

describe('written for a client', () => {
  const signed: Signed = { form: 'anthropic', by: 'anthropic', value: { signature: 'c2ln' } }
  const answer = (parts: readonly Part[], over: Partial<NeutralReply> = {}): NeutralReply => ({
    id: 'msg_1',
    model: 'claude-sonnet-4-6',
    parts,
    finish: { kind: 'stop' },
    usage: null,
    ...over,
  })
  const write = (reply: NeutralReply, request: object = {}) => {
    const { body, dropped } = openAiChatTranslator.writeReply(reply, asked(request), stamp)
    return { body: JSON.parse(JSON.stringify(body)), dropped }
  }
  const messageOf = (parts: readonly Part[], request: object = {}) => {
    const { body, dropped } = write(answer(parts), request)
    return { message: body.choices[0].message, dropped }
  }

  test('all of an answer stands where clients look for it', () => {
    const counted = usage({ in: 100, read: 50, write5m: 10, write1h: 5, out: 20, think: 8 })
    const parts = [{ type: 'reasoning', text: 'Hm.' } as const, text('Hello'), call('toolu_1', 'f', '{"a":1}')]
    expect(write(answer(parts, { finish: { kind: 'tool-calls' }, usage: counted }))).toEqual({
      body: {
        id: 'msg_1',
        object: 'chat.completion',
        created: 1_767_225_600,
        model: 'claude-sonnet-4-6',
        choices: [
          {
            index: 0,
            message: {
              role: 'assistant',
              content: 'Hello',
              refusal: null,
              reasoning_content: 'Hm.',
              tool_calls: [{ id: 'toolu_1', type: 'function', function: { name: 'f', arguments: '{"a":1}' } }],
            },
            logprobs: null,
            finish_reason: 'tool_calls',
          },
        ],
        usage: {
          prompt_tokens: 165,
          completion_tokens: 20,
          total_tokens: 185,
          prompt_tokens_details: { cached_tokens: 50, audio_tokens: 0, cache_write_tokens: 15 },
          completion_tokens_details: { reasoning_tokens: 8, audio_tokens: 0 },
        },
      },
      dropped: [],
    })
  })

  test('an answer without a name gets ours', () => {
    const { body } = write(answer([text('Hi')], { id: null, model: null }))
    expect(body).toMatchObject({ id: 'chatcmpl-0198-ab', model: 'claude-sonnet-4-6' })
  })

  test('signatures come back with the conversation to what they signed', () => {
    const gemini: Signed = { form: 'gemini', by: 'google', value: { thoughtSignature: 'Z2Vt' } }
    const parts: readonly Part[] = [
      { type: 'reasoning', text: 'First.', signed },
      { type: 'reasoning', text: '', signed },
      { type: 'reasoning', text: 'Then.', signed },
      { type: 'text', text: 'Hello', signed: gemini },
      { ...call('c1', 'f', '{}'), signed: gemini } as Part,
    ]
    const { message } = messageOf(parts)
    expect(message.reasoning_content).toBe('First.\n\nThen.')
    expect(message.reasoning_details.map(({ id }: { id: string }) => id)).toEqual([
      'reasoning-0-6',
      'reasoning-6-6',
      'reasoning-8-13',
      'text',
      'c1',
    ])
    expect(unseal(message.tool_calls[0].extra_content.google.thought_signature)).toEqual(gemini)
    const [back] = asked({ messages: [message] }).messages
    expect(bare(back?.parts)).toEqual(parts as never)
  })

  test('citations are annotations of the whole text, sources without a URL are named', () => {
    const cite = (url: string | null, start: number | null, end: number | null) => ({
      url,
      title: null,
      quote: null,
      start,
      end,
    })
    const { message, dropped } = messageOf([
      { type: 'text', text: 'One. ', citations: [cite('https://a.example', 0, 3)] },
      { type: 'text', text: 'Two.', citations: [cite('https://b.example', null, null), cite(null, 0, 1)] },
    ])
    expect(message.content).toBe('One. Two.')
    expect(message.annotations).toEqual([
      {
        type: 'url_citation',
        url_citation: { start_index: 0, end_index: 3, title: 'https://a.example', url: 'https://a.example' },
      },
      {
        type: 'url_citation',
        url_citation: { start_index: 5, end_index: 9, title: 'https://b.example', url: 'https://b.example' },
      },
    ])
    expect(dropped).toEqual(['citations'])
  })

  test('a call without arguments has those of an empty object, since clients parse them', () => {
    expect(messageOf([call('c1', 'now', '')]).message.tool_calls).toEqual([
      { id: 'c1', type: 'function', function: { name: 'now', arguments: '{}' } },
    ])
  })

  test('a tool of free text is answered as one', () => {
    const tools = [{ type: 'custom', custom: { name: 'patch' } }]
    expect(messageOf([call('c1', 'patch', '{"input":"*** Begin"}')], { tools }).message.tool_calls).toEqual([
      { id: 'c1', type: 'custom', custom: { name: 'patch', input: '*** Begin' } },
    ])
  })

  test('a refusal, a picture, and what has no place', () => {
    const picture: Part = {
      type: 'media',
      media: 'image',
      mediaType: 'image/png',
      source: { kind: 'base64', data: 'AA==' },
    }
    const { message, dropped } = messageOf([
      { type: 'refusal', text: 'No.' },
      picture,
      { ...picture, media: 'video', mediaType: 'video/mp4' },
      { type: 'web-search', id: null, query: 'x', sources: [] },
      { type: 'foreign', dialect: 'anthropic', name: 'container_upload', value: {} },
    ])
    expect(message).toEqual({
      role: 'assistant',
      content: '',
      refusal: 'No.',
      images: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } }],
    })
    expect(dropped).toEqual(['video', 'web_search'])
  })

  test.each([
    ['stop', 'stop'],
    ['stop-sequence', 'stop'],
    ['length', 'length'],
    ['tool-calls', 'tool_calls'],
    ['refusal', 'content_filter'],
    ['content-filter', 'content_filter'],
    ['pause', 'stop'],
    ['context', 'length'],
    ['error', 'stop'],
    ['other', 'stop'],
  ] as const)('an answer that ended by %s says %s', (kind, word) => {
    expect(write(answer([text('a')], { finish: { kind } })).body.choices[0].finish_reason).toBe(word)
  })
})
