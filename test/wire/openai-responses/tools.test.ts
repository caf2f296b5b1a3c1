import { describe, expect, test } from 'bun:test'
import { eventsOf } from '../../../src/neutral/event.ts'
import type { Part } from '../../../src/neutral/message.ts'
import type { NeutralReply } from '../../../src/neutral/reply.ts'
import type { Tool } from '../../../src/neutral/request.ts'
import { openAiResponsesTranslator as translator } from '../../../src/wire/openai-responses/translator.ts'
import { officialRequests } from './requests.ts'
import { eventsIn, payloadsIn, signer, stamp, url } from './support.ts'

const read = (body: object) => translator.readRequest({ model: 'm', input: 'Hi', ...body }, url)

const named = (tools: readonly Tool[]) => tools.map((tool) => [tool.type, 'name' in tool ? tool.name : ''].join(' '))
const namesFor = (body: object) => named(read(body).tools)

const fn = (name: string, over: object = {}) => ({ type: 'function', name, ...over })
const namespace = (name: string, ...tools: readonly object[]) => ({ type: 'namespace', name, description: '', tools })

const call = (name: string, args: object | string, id = 'toolu_1'): Part => ({
  type: 'tool-call',
  id,
  name,
  arguments: { text: typeof args === 'string' ? args : JSON.stringify(args) },
  kind: 'function',
})

const replyOf = (...parts: readonly Part[]): NeutralReply => ({
  id: 'msg_1',
  model: 'claude-sonnet-4-6',
  parts,
  finish: { kind: 'tool-calls' },
  usage: null,
})

/** Of an answer, whole and as the end of a stream: both must be the same. */
function outputOf(tools: readonly object[], ...parts: readonly Part[]): unknown {
  const asked = read({ tools })
  const { output } = translator.writeReply(replyOf(...parts), asked, stamp).body as { output: unknown }
  const writer = translator.writeEvents(asked, stamp)
  const frames = payloadsIn([...eventsOf(replyOf(...parts))].map((event) => writer.write(event)).join(''))
  expect(frames.filter(({ type }) => type === 'response.output_item.done').map(({ item }) => item)).toEqual(
    output as unknown[],
  )
  return output
}

function framesFor(tools: readonly object[], ...parts: readonly Part[]) {
  const writer = translator.writeEvents(read({ tools }), stamp)
  const frames = payloadsIn([...eventsOf(replyOf(...parts))].map((event) => writer.write(event)).join(''))
  return frames.filter(({ response }) => response === undefined)
}

describe('tools in a namespace', () => {
  test('are tools by a name that holds both', () => {
    const { tools } = read({
      tools: [
        {
          type: 'namespace',
          name: 'agents',
          description: 'Work is done by agents.',
          tools: [
            fn('spawn', { description: 'Starts one.', parameters: { type: 'object' }, strict: false }),
            { type: 'custom', name: 'talk' },
          ],
        },
      ],
    })
    expect(tools.map((tool) => ({ ...tool, carried: null }))).toEqual([
      {
        type: 'function',
        name: 'agents__spawn',
        description: 'About agents: Work is done by agents.\n\nStarts one.',
        schema: { type: 'object' },
        isStrict: false,
        carried: null,
      },
      { type: 'custom', name: 'agents__talk', description: null, format: null, carried: null },
    ])
  })

  test('never get a name that another tool has', () => {
    const tools = [
      namespace('a', fn('b__c'), fn('d')),
      namespace('a__b', fn('c')),
      fn('a__d'),
      namespace('mcp__x__', fn('e')),
      { type: 'shell' },
      fn('shell'),
    ]
    expect(namesFor({ tools })).toEqual([
      'function a__b__c',
      'function a__d_2',
      'function a__b__c_2',
      'function a__d',
      'function mcp__x__e',
      'function shell_2',
      'function shell',
    ])
  })

  test('are called in their namespace, by their own name', () => {
    const tools = [namespace('a', fn('d'), { type: 'custom', name: 'x' }), fn('a__d')]
    const parts = [
      call('a__d_2', { n: 1 }),
      call('a__d', { n: 2 }, 'toolu_2'),
      call('a__x', { input: 'text(1)' }, 'toolu_3'),
    ]
    expect(outputOf(tools, ...parts)).toEqual([
      {
        id: 'fc_0197-2_0',
        type: 'function_call',
        status: 'completed',
        call_id: 'toolu_1',
        name: 'd',
        namespace: 'a',
        arguments: '{"n":1}',
      },
      {
        id: 'fc_0197-2_1',
        type: 'function_call',
        status: 'completed',
        call_id: 'toolu_2',
        name: 'a__d',
        arguments: '{"n":2}',
      },
      {
        id: 'ctc_0197-2_2',
        type: 'custom_tool_call',
        status: 'completed',
        call_id: 'toolu_3',
        name: 'x',
        namespace: 'a',
        input: 'text(1)',
      },
    ])
  })

  test('have the same name in earlier calls, whether those say the usual namespace or not', () => {
    const [, turn, results] = read(officialRequests['tools in namespaces, and calls of them'] ?? {}).messages
    expect(turn?.parts.map((part) => (part.type === 'tool-call' ? part.name : part.type))).toEqual([
      'agents__spawn_2',
      'functions__exec',
      'functions__exec',
      'gone__away',
    ])
    expect(results?.parts.map((part) => (part.type === 'tool-result' ? part.name : part.type))).toEqual([
      'agents__spawn_2',
      null,
      null,
      'away',
    ])
  })

  test('are not meant by calls that have put a plain tool into a namespace of its own name', () => {
    const input = [{ type: 'function_call', call_id: 'c', name: 'weather', namespace: 'weather', arguments: '{}' }]
    const nameIn = (tools: readonly object[]) => read({ tools, input }).messages[0]?.parts[0]
    expect(nameIn([fn('weather', { defer_loading: true })])).toMatchObject({ name: 'weather' })
    expect(nameIn([fn('weather'), namespace('weather', fn('weather'))])).toMatchObject({ name: 'weather__weather' })
  })

  test('are meant by a choice of the usual namespace', () => {
    expect(read(officialRequests['tools in namespaces, and calls of them'] ?? {}).toolChoice).toEqual({
      kind: 'named',
      name: 'functions__exec',
    })
  })

  test('stay foreign where there is none that others could call', () => {
    expect(namesFor({ tools: [namespace('empty'), namespace('odd', { type: 'mystery' }, fn(''))] })).toEqual([
      'foreign namespace',
      'foreign namespace',
    ])
  })
})

describe('tools that the input brings', () => {
  const request = read(officialRequests['tools that the input brings'] ?? {})

  test('are tools of the request, and of a name that comes twice the last one counts', () => {
    expect(named(request.tools)).toEqual([
      'function three',
      'function a__one',
      'foreign repeated',
      'foreign image_generation',
      'function two',
    ])
  })

  test('may bring a search of the web that is there already: elsewhere it is one tool', () => {
    const input = [{ type: 'additional_tools', tools: [{ type: 'web_search', search_context_size: 'low' }] }]
    expect(namesFor({ tools: [{ type: 'web_search_preview' }, fn('a')], input })).toEqual([
      'foreign repeated',
      'function a',
      'web-search ',
    ])
  })

  test('leave nothing in the conversation', () => {
    expect(request.system.map(({ text }) => text)).toEqual(['Be brief.'])
    expect(request.messages.map(({ role, parts }) => [role, ...parts.map(({ type }) => type)])).toEqual([
      ['user', 'text'],
      ['assistant', 'tool-call'],
      ['user', 'tool-result'],
    ])
    expect(request.carried?.fields).toEqual({ 'additional_tools.id': { 1: null } })
  })

  test('are not among the tools that an answer repeats', () => {
    const { body } = translator.writeReply(replyOf({ type: 'text', text: 'Hi.' }), request, stamp)
    expect((body as { tools: unknown }).tools).toEqual([
      { type: 'function', name: 'three', parameters: {}, strict: false },
    ])
  })
})

describe('tools that have a type instead of a name', () => {
  const tools = [{ type: 'local_shell' }, { type: 'shell' }, { type: 'apply_patch' }]

  test('are functions with the arguments of their calls', () => {
    expect(
      read({ tools }).tools.map((tool) => (tool.type === 'function' ? [tool.name, tool.schema?.['required']] : tool)),
    ).toEqual([
      ['local_shell', ['command']],
      ['shell', ['commands']],
      ['apply_patch', ['type', 'path']],
    ])
  })

  test.each(['container_auto', 'container_reference'])('but a shell in a %s is the provider\u2019s', (type) => {
    expect(namesFor({ tools: [{ type: 'shell', environment: { type } }] })).toEqual(['foreign shell'])
  })

  test('stay foreign where the provider runs them', () => {
    const hosted = ['tool_search', 'image_generation', 'code_interpreter', 'file_search', 'mcp', 'computer']
    expect(namesFor({ tools: hosted.map((type) => ({ type })) })).toEqual(hosted.map((type) => `foreign ${type}`))
  })

  test('may be chosen where they are among the tools', () => {
    expect(read({ tools, tool_choice: { type: 'apply_patch' } }).toolChoice).toEqual({
      kind: 'named',
      name: 'apply_patch',
    })
    expect(read({ tool_choice: { type: 'apply_patch' } }).toolChoice).toBeNull()
  })

  test('were called before with arguments, and gave results', () => {
    const { messages } = read(officialRequests['tools that have a type instead of a name'] ?? {})
    const said = messages.flatMap(({ role, parts }) =>
      parts.map((part) => {
        if (part.type === 'tool-call') return [role, part.id, part.name, part.arguments]
        if (part.type === 'tool-result')
          return [role, part.id, part.isError, part.output.map((one) => (one.type === 'text' ? one.text : one))]
        return [role, part.type === 'foreign' ? part.name : part.type]
      }),
    )
    expect(said).toEqual([
      ['user', 'text'],
      [
        'assistant',
        'c1',
        'local_shell',
        { text: '{"command":["ls"],"env":{"A":"1"},"timeout_ms":null,"working_directory":"/w"}' },
      ],
      ['user', 'c1', null, ['{"output":"a"}']],
      ['assistant', 'c2', 'shell', { text: '{"commands":["ls","pwd"],"timeout_ms":10}' }],
      [
        'user',
        'c2',
        null,
        [
          '[{"stdout":"a","stderr":"","outcome":{"type":"exit","exit_code":0}},{"stdout":"","stderr":"b","outcome":{"type":"timeout"}}]',
        ],
      ],
      ['assistant', 'c3', 'apply_patch', { text: '{"type":"create_file","path":"a.txt","diff":"+a"}' }],
      ['user', 'c3', true, ['It is there already.']],
      ['user', 'shell_call'],
      ['user', 'shell_call_output'],
    ])
  })

  test('are called by items of their own', () => {
    const parts = [
      call('local_shell', { command: ['ls', '-a'], working_directory: '/w' }),
      call('shell', { commands: ['pwd'], timeout_ms: 5 }, 'toolu_2'),
      call('apply_patch', { type: 'update_file', path: 'a', diff: '@@\n-a\n+b' }, 'toolu_3'),
      call('apply_patch', { type: 'delete_file', path: 'a', diff: '' }, 'toolu_4'),
    ]
    expect(outputOf(tools, ...parts)).toEqual([
      {
        id: 'lsh_0197-2_0',
        type: 'local_shell_call',
        status: 'completed',
        call_id: 'toolu_1',
        action: { type: 'exec', command: ['ls', '-a'], env: {}, working_directory: '/w' },
      },
      {
        id: 'sh_0197-2_1',
        type: 'shell_call',
        status: 'completed',
        call_id: 'toolu_2',
        action: { commands: ['pwd'], timeout_ms: 5, max_output_length: null },
        environment: { type: 'local' },
      },
      {
        id: 'apc_0197-2_2',
        type: 'apply_patch_call',
        status: 'completed',
        call_id: 'toolu_3',
        operation: { type: 'update_file', path: 'a', diff: '@@\n-a\n+b' },
      },
      {
        id: 'apc_0197-2_3',
        type: 'apply_patch_call',
        status: 'completed',
        call_id: 'toolu_4',
        operation: { type: 'delete_file', path: 'a' },
      },
    ])
  })

  test('are begun in a stream only when it is known what they do', () => {
    expect(framesFor(tools, call('apply_patch', { type: 'create_file', path: 'a', diff: '+a' }))).toEqual([
      {
        type: 'response.output_item.added',
        output_index: 0,
        item: {
          id: 'apc_0197-2_0',
          type: 'apply_patch_call',
          status: 'in_progress',
          call_id: 'toolu_1',
          operation: { type: 'create_file', path: 'a', diff: '' },
        },
        sequence_number: 2,
      },
      {
        type: 'response.output_item.done',
        output_index: 0,
        item: {
          id: 'apc_0197-2_0',
          type: 'apply_patch_call',
          status: 'completed',
          call_id: 'toolu_1',
          operation: { type: 'create_file', path: 'a', diff: '+a' },
        },
        sequence_number: 3,
      },
    ])
  })

  test.each([
    ['cut off', '{"type":"create_file","pa'],
    ['of no known kind', '{"type":"rename_file","path":"a"}'],
    ['without a diff', '{"type":"create_file","path":"a"}'],
  ])('with arguments that are %s they are called as functions, so that nothing is run', (_, words) => {
    expect(outputOf(tools, call('apply_patch', words))).toEqual([
      {
        id: 'fc_0197-2_0',
        type: 'function_call',
        status: 'completed',
        call_id: 'toolu_1',
        name: 'apply_patch',
        arguments: words,
      },
    ])
    expect(framesFor(tools, call('apply_patch', words)).map(({ type }) => type)).toEqual([
      'response.output_item.added',
      'response.function_call_arguments.delta',
      'response.function_call_arguments.done',
      'response.output_item.done',
    ])
  })

  test('are calls in an answer of this API too, whole and streamed', () => {
    const item = {
      id: 'sh_1',
      type: 'shell_call',
      status: 'completed',
      call_id: 'call_1',
      action: { commands: ['ls'], max_output_length: null, timeout_ms: null },
    }
    const expected = {
      type: 'tool-call',
      id: 'call_1',
      name: 'shell',
      arguments: { text: '{"commands":["ls"],"max_output_length":null,"timeout_ms":null}' },
      kind: 'function',
    }
    const reply = translator.readReply({ object: 'response', status: 'completed', output: [item] }, signer)
    expect(reply.parts).toMatchObject([expected])
    expect(reply.finish).toEqual({ kind: 'tool-calls' })
    const events = eventsIn([
      { type: 'response.output_item.added', output_index: 0, item: { ...item, action: { commands: [] } } },
      { type: 'response.shell_call_command.delta', output_index: 0, command_index: 0, delta: 'ls' },
      { type: 'response.output_item.done', output_index: 0, item },
    ])
    expect(events).toMatchObject([
      { type: 'message-start' },
      { type: 'part-start', part: { type: 'tool-call', id: 'call_1', name: 'shell', kind: 'function' } },
      { type: 'part-delta', delta: expected.arguments.text },
      { type: 'part-end' },
    ])
  })
})

test('an item that only names another one is foreign by that word', () => {
  const { messages } = read({ input: [{ id: 'msg_1' }, { type: 'compaction', encrypted_content: 'gA' }] })
  expect(messages.flatMap(({ parts }) => parts.map((part) => part.type === 'foreign' && part.name))).toEqual([
    'item_reference',
    'compaction',
  ])
})

describe('a response that failed', () => {
  const failed = (error: object | null) => ({ id: 'resp_1', object: 'response', status: 'failed', error, output: [] })

  test.each([
    [{ code: 'rate_limit_exceeded', message: 'Slow down.' }, 'rate-limited', 429, 'Slow down.'],
    [{ code: 'server_error', message: 'It broke.' }, 'provider-failed', 502, 'It broke.'],
    [{ code: 'invalid_image_url', message: 'No such image.' }, 'invalid-request', 400, 'No such image.'],
    [{ code: 'context_length_exceeded', message: 'Too long.' }, 'context-exceeded', 400, 'Too long.'],
    [null, 'provider-failed', 502, 'The provider ended its answer with an error.'],
  ])('%j is an error by its words', (error, code, status, message) => {
    expect(translator.readError(502, failed(error))).toMatchObject({ code, status, message })
  })
})
