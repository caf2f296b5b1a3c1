import { describe, expect, test } from 'bun:test'
import { escalationReasons } from '../../src/config/routing-settings.ts'
import { readNumber } from '../../src/neutral/exact-number.ts'
import type { Message, Part, ToolArguments } from '../../src/neutral/message.ts'
import type { FinishKind, NeutralReply } from '../../src/neutral/reply.ts'
import { type NeutralRequest, type Tool } from '../../src/neutral/request.ts'
import { noUsage } from '../../src/neutral/usage.ts'
import { judgeAnswer, openJudge, type EscalationReason } from '../../src/rules/evidence.ts'
import { misfit } from '../../src/rules/evidence-schema.ts'
import { hedgeIn, refusalIn } from '../../src/rules/phrases.ts'
import { dialects } from '../../src/wire/dialects.ts'
import { translators } from '../../src/wire/translators.ts'
import { areRecordingsHere, recordedFiles, recordedJson } from '../wire/recorded.ts'
import { neutralRequest } from '../support/neutral-request.ts'

const all: ReadonlySet<EscalationReason> = new Set(escalationReasons)

const readTool: Tool = {
  type: 'function',
  name: 'Read',
  description: null,
  isStrict: null,
  schema: {
    type: 'object',
    properties: { path: { type: 'string' }, limit: { type: 'integer' } },
    required: ['path'],
    additionalProperties: false,
  },
}

const asked = (over: Partial<NeutralRequest> = {}): NeutralRequest =>
  neutralRequest({
    messages: [{ role: 'user', parts: [{ type: 'text', text: 'Go on.' }] }],
    tools: [readTool],
    maxOutputTokens: 4096,
    wantsStreamUsage: false,
    ...over,
  })

const text = (words: string): Part => ({ type: 'text', text: words })
const call = (args: ToolArguments, name = 'Read'): Part => ({
  type: 'tool-call',
  id: 'c1',
  name,
  arguments: args,
  kind: 'function',
})
const read = (path: string) => call({ value: { path } })

function answer(parts: readonly Part[], kind: FinishKind = 'stop', outputTokens: number | null = 50): NeutralReply {
  const usage = outputTokens === null ? null : { ...noUsage, outputTokens }
  return { id: 'a', model: 'm', parts, finish: { kind }, usage }
}

const reasonOf = (reply: NeutralReply, request = asked(), wanted = all) =>
  judgeAnswer(reply, request, wanted)?.reason ?? null
const whyOf = (reply: NeutralReply, request = asked()) => judgeAnswer(reply, request, all)?.why

describe('an answer is bad when', () => {
  test('the provider says that it was refused or filtered, in whatever words', () => {
    expect(reasonOf(answer([], 'refusal'))).toBe('refusal')
    expect(reasonOf(answer([text('Once upon a')], 'content-filter'))).toBe('refusal')
    expect(reasonOf(answer([{ type: 'refusal', text: 'No.' }]))).toBe('refusal')
  })

  test('it begins with a refusal and is short; with a tool call it is none', () => {
    const words = 'I’m sorry, but I can’t help with that.'
    expect(reasonOf(answer([text(words)]))).toBe('refusal')
    expect(reasonOf(answer([text(words + ' x'.repeat(730))]))).toBe('refusal')
    expect(reasonOf(answer([text(words + ' x'.repeat(740))]))).toBeNull()
    expect(reasonOf(answer([text(words), read('a')]))).toBeNull()
  })

  test('it has neither text nor a call, whatever was thought', () => {
    expect(reasonOf(answer([]))).toBe('empty')
    expect(reasonOf(answer([text(' \n')]))).toBe('empty')
    expect(reasonOf(answer([{ type: 'reasoning', text: 'Hmm.' }]))).toBe('empty')
    expect(reasonOf(answer([], 'pause'))).toBeNull()
    expect(reasonOf(answer([], 'stop-sequence'))).toBeNull()
    expect(reasonOf(answer([read('a')]))).toBeNull()
  })

  test.each([
    ['the window is full', 'context', 4096, 10, 'cut-off'],
    ["the model's own limit ends it", 'length', 64_000, 8192, 'cut-off'],
    ['nobody set a limit', 'length', null, 8192, 'cut-off'],
    ['the limit left room for a whole answer', 'length', 1024, 1024, 'cut-off'],
    ['the limit was that of a probe', 'length', 1, 1, null],
    ['the limit was small', 'length', 1023, 1023, null],
    ['the provider counts nothing, and the limit was small', 'length', 500, null, null],
    ['the provider counts nothing, and the limit was large', 'length', 4096, null, 'cut-off'],
    ['it stopped by itself at the limit', 'stop', 4096, 4096, null],
  ] as const)('it is cut off: %s', (_, kind, maxOutputTokens, written, reason) => {
    expect(reasonOf(answer([text('Once')], kind, written), asked({ maxOutputTokens }))).toBe(reason)
  })

  test('the provider says that it failed', () => {
    expect(reasonOf(answer([], 'error'))).toBe('error')
    expect(reasonOf(answer([], 'error'), asked(), new Set<EscalationReason>(['empty']))).toBe('empty')
  })
})

describe('a tool call is bad when', () => {
  test.each([
    ['its arguments are half of a JSON', call({ text: '{"path": "a' }), 'invalid-tool-call'],
    ['its arguments are a list', call({ text: '["a"]' }), 'invalid-tool-call'],
    ['its arguments are a word', call({ value: 'a' }), 'invalid-tool-call'],
    ['nobody has such a tool', call({ value: { path: 'a' } }, 'read_file'), 'invalid-tool-call'],
    ['something required is missing', call({ text: '' }), 'schema-violation'],
    ['something has another type', call({ text: '{"path":"a","limit":"5"}' }), 'schema-violation'],
    ['something is not in the schema', call({ value: { path: 'a', depth: 1 } }), 'schema-violation'],
    ['nothing of all that', call({ text: '{"path":"a","limit":5}' }), null],
  ] as const)('%s', (_, part, reason) => {
    expect(reasonOf(answer([text('Let me see.'), part], 'tool-calls'))).toBe(reason)
  })

  test('a call that the limit cut in two is no mistake of the model, the one before it is', () => {
    const small = asked({ maxOutputTokens: 100 })
    const half = call({ text: '{"path": "a' })
    expect(reasonOf(answer([half], 'length', 100), small)).toBeNull()
    expect(reasonOf(answer([half, half], 'length', 100), small)).toBe('invalid-tool-call')
    expect(reasonOf(answer([half], 'length', 4096))).toBe('cut-off')
  })

  test('names are not judged where tools come from elsewhere, and a named one of the provider is known', () => {
    const elsewhere = call({ value: {} }, 'mcp_search')
    const foreign = (value: unknown): Tool => ({ type: 'foreign', dialect: 'anthropic', name: 'x_20250101', value })
    expect(reasonOf(answer([elsewhere]), asked({ tools: [] }))).toBeNull()
    expect(reasonOf(answer([elsewhere]), asked({ tools: [foreign({ type: 'mcp_toolset' })] }))).toBeNull()
    const bash = foreign({ type: 'bash_20250124', name: 'bash' })
    expect(reasonOf(answer([call({ value: {} }, 'bash')]), asked({ tools: [bash] }))).toBeNull()
    expect(reasonOf(answer([elsewhere]), asked({ tools: [bash] }))).toBe('invalid-tool-call')
  })

  test('free text of a custom tool is no JSON and need not be', () => {
    const patch: Tool = { type: 'custom', name: 'patch', description: null, format: null }
    const part: Part = { type: 'tool-call', id: 'c', name: 'patch', arguments: { text: '*** Begin' }, kind: 'custom' }
    expect(reasonOf(answer([part], 'tool-calls'), asked({ tools: [patch] }))).toBeNull()
  })

  test('why says where, in words of the request and none of the answer', () => {
    const secret = call({ text: '{"path":"a","hunter2":"hunter2"}' })
    expect(whyOf(answer([secret]))).toBe(
      'The arguments of its call of Read do not fit its schema: it has a property that is not allowed.',
    )
    expect(whyOf(answer([call({ value: {} }, 'hunter2')]))).toBe('It calls a tool that the request does not offer.')
    expect(whyOf(answer([call({ value: { path: 'a', limit: 1.5 } })]))).toBe(
      'The arguments of its call of Read do not fit its schema: /limit is no integer.',
    )
  })
})

describe('a repeated call', () => {
  const results = (...beside: readonly Part[]): Message => ({
    role: 'user',
    parts: [
      { type: 'tool-result', id: 'c1', name: null, output: [text('no such file')], isError: true, kind: 'function' },
      ...beside,
    ],
  })
  const before = (...messages: readonly Message[]) =>
    asked({ messages: [{ role: 'user', parts: [text('Go on.')] }, ...messages] })
  const called = (...parts: readonly Part[]): Message => ({ role: 'assistant', parts })

  test('is the same tool with the same arguments as in the turn before, however they are written', () => {
    const request = before(called(read('a'), read('b')), results())
    expect(reasonOf(answer([read('a')]), request)).toBe('repeated-call')
    expect(reasonOf(answer([call({ text: '{ "path": "b" }' })]), request)).toBe('repeated-call')
    expect(reasonOf(answer([read('c')]), request)).toBeNull()
    expect(reasonOf(answer([read('a'), read('c')]), request)).toBeNull()
  })

  test('is none when its id is another one in the last digit only', () => {
    const get = (id: string) => call({ text: `{"path":"a","id":${id}}` })
    const tool: Tool = { ...readTool, schema: { type: 'object' } }
    const request = { ...before(called(get('1234567890123456789')), results()), tools: [tool] }
    expect(reasonOf(answer([get('1234567890123456788')]), request)).toBeNull()
    expect(reasonOf(answer([get('1234567890123456789')]), request)).toBe('repeated-call')
  })

  test('is none when another turn lies between', () => {
    expect(reasonOf(answer([read('a')]), before(called(read('a')), results(), called(read('b')), results()))).toBeNull()
  })

  test('is none when the user has spoken since; a reminder beside a result is no word of the user', () => {
    const user: Message = { role: 'user', parts: [text('Once more.')] }
    expect(reasonOf(answer([read('a')]), before(called(read('a')), results(), user))).toBeNull()
    expect(reasonOf(answer([read('a')]), before(called(read('a')), results(text('<reminder>'))))).toBe('repeated-call')
  })

  test('is found where each call and each result is a message of its own', () => {
    const request = before(called(read('a')), called(read('b')), results(), results())
    expect(reasonOf(answer([read('a'), read('b')]), request)).toBe('repeated-call')
  })
})

describe('an answer in a form that was asked for', () => {
  const schema = { type: 'object', properties: { ok: { type: 'boolean' } }, required: ['ok'] }
  const request = asked({ format: { kind: 'schema', schema, name: null, description: null, isStrict: null } })

  test.each([
    ['{"ok":true}', 'stop', null],
    ['{"ok":"yes"}', 'stop', 'schema-violation'],
    ['```json\n{"ok":true}\n```', 'stop', 'schema-violation'],
    ['{"ok":', 'stop', 'schema-violation'],
    ['{"ok":', 'length', null],
  ] as const)('%s, ended by %s: %p', (words, kind, reason) => {
    expect(reasonOf(answer([text(words)], kind, 10), { ...request, maxOutputTokens: 10 })).toBe(reason)
  })

  test('plain JSON has no schema to fit', () => {
    expect(reasonOf(answer([text('[1]')]), asked({ format: { kind: 'json' } }))).toBeNull()
    expect(reasonOf(answer([text('Sure! [1]')]), asked({ format: { kind: 'json' } }))).toBe('schema-violation')
  })

  test('a call instead of an answer is none of that form', () => {
    expect(reasonOf(answer([read('a')], 'tool-calls'), request)).toBeNull()
  })
})

describe('a schema', () => {
  test.each<[object, unknown, string | null]>([
    [{ type: 'integer' }, 1.0, null],
    [{ type: ['string', 'null'] }, null, null],
    [{ type: ['string', 'null'] }, 3, 'it is no string or null'],
    [{ enum: ['a', { b: 1 }] }, { b: 1 }, null],
    [{ enum: ['a', 'b'] }, 'c', 'it is none of the values allowed'],
    [{ const: 2 }, 3, 'it is not the one value allowed'],
    [{ items: { type: 'number' } }, [1, 'x'], '/1 is no number'],
    [{ prefixItems: [{ type: 'string' }], items: { type: 'number' } }, ['x', 1], null],
    [{ properties: { a: { properties: { b: { type: 'null' } } } } }, { a: { b: 0 } }, '/a/b is no null'],
    [{ additionalProperties: { type: 'string' } }, { x: 1 }, '/* is no string'],
    [{ patternProperties: { '^x': {} }, additionalProperties: false }, { x: 1 }, null],
    [{ anyOf: [{ type: 'string' }, { type: 'number' }] }, 1, null],
    [{ anyOf: [{ type: 'string' }, { type: 'number' }] }, true, 'it fits no branch'],
    [{ oneOf: [{ required: ['a'] }, { required: ['b'] }] }, { a: 1, b: 1 }, null],
    [{ oneOf: [{ required: ['a'] }, { required: ['b'] }] }, {}, 'it fits no branch'],
    [{ $ref: '#/$defs/x', pattern: '^y', minimum: 9 }, 'z', null],
    [{ type: 'file' }, 'z', null],
    [{ type: 'integer' }, readNumber('1234567890123456789'), null],
    [{ type: ['object', 'string'] }, readNumber('1234567890123456789'), 'it is no object or string'],
    [{ type: 'integer' }, readNumber('0.1234567890123456789'), 'it is no integer'],
    [{ type: 'number', const: 0 }, readNumber('-0'), null],
    [{ enum: [readNumber('9223372036854775807')] }, readNumber('9223372036854775807'), null],
    [{ enum: [readNumber('9223372036854775807')] }, 7, 'it is none of the values allowed'],
  ])('%j for %j: %p', (schema, value, where) => {
    expect(misfit(schema as Record<string, unknown>, value)).toBe(where)
  })

  test('however deep or wide, it is judged within bounds: what lies further passes', () => {
    const nested = (depth: number, inner: object): object => (depth === 0 ? inner : { items: nested(depth - 1, inner) })
    const value = (depth: number): unknown => (depth === 0 ? 'x' : [value(depth - 1)])
    const bad = { type: 'number' }
    expect(misfit(nested(30, bad) as Record<string, unknown>, value(30))).toEndWith('/0 is no number')
    expect(misfit(nested(40, bad) as Record<string, unknown>, value(40))).toBeNull()
    const wide = [...Array.from({ length: 100_000 }, () => 1), 'x']
    expect(misfit({ items: bad }, wide)).toBeNull()
    expect(misfit({ items: bad }, wide.slice(-1000))).toBe('/999 is no number')
  })
})

describe('phrases', () => {
  test.each([
    ["I can't assist with that.", "I can't assist"],
    ["I'm sorry, but I cannot help you with this request.", "I can't help with"],
    ['**I’m not able to help with that.**', "I can't help with"],
    ["I can't provide instructions for that.", "I can't provide that"],
    ['I must respectfully decline.', 'I must decline'],
    ["I'm not comfortable writing that.", "I'm not comfortable"],
    ["That's something I'm unable to support.", "something I can't help with"],
    ["As an AI language model, I don't have opinions.", 'as an AI, I'],
    ["I can't find the file src/main.ts.", null],
    ["I can't help but notice that the tests fail.", null],
    ['I cannot write to /etc/hosts: permission denied.', null],
    ["I'm sorry for the confusion. Here is the fixed code:", null],
    ['As an AI engineer, you would begin with the data.', null],
    ["The error says: you can't help with that.", null],
    [`${'x'.repeat(200)} I can't assist with that.`, null],
  ])('%s: %p', (words, phrase) => {
    expect(refusalIn(words)).toBe(phrase)
  })

  test.each([
    ["I'm not sure this is right.", "I'm not sure"],
    ['I am not entirely certain.', "I'm not sure"],
    ["It's hard to say without the logs.", "it's hard to say"],
    ['So this is just a guess.', 'this is just a guess'],
    ["I don't know.", "I don't know"],
    ['I may be mistaken here.', 'I may be wrong'],
    ['I can’t be sure.', "I can't be sure"],
    ['Make sure that it is certain.', null],
    ['```\nprint("I don\'t know")\n``` is what it prints: `I\'m not sure`.', null],
    ['```\nprint("I don\'t know', null],
    ["I don't know if you saw it, but it passes.", null],
  ])('%s: %p', (words, phrase) => {
    expect(hedgeIn(words)).toBe(phrase)
  })

  test('a hedge is looked for only where it is wanted', () => {
    const unsure = answer([text("I'm not sure, but it may be 7.")])
    expect(reasonOf(unsure)).toBe('uncertainty')
    expect(reasonOf(unsure, asked(), new Set<EscalationReason>(['refusal', 'empty']))).toBeNull()
  })
})

describe('the beginning of a stream', () => {
  const judge = openJudge(asked(), all)

  test('is not called empty, cut off or misshapen: that shows at the end', () => {
    expect(judge.answer(answer([], 'other'), false)).toBeNull()
    expect(judge.answer(answer([text('x')], 'length', null), false)).toBeNull()
    const json = openJudge(asked({ format: { kind: 'json' } }), all)
    expect(json.answer(answer([text('{"a":')]), false)).toBeNull()
  })

  test('shows refusals, hedges and bad calls', () => {
    expect(judge.answer(answer([text("I can't assist with that.")], 'other'), false)?.reason).toBe('refusal')
    expect(judge.answer(answer([text("I don't know")], 'other'), false)?.reason).toBe('uncertainty')
    expect(judge.answer(answer([call({ text: 'x' })], 'other'), false)?.reason).toBe('invalid-tool-call')
  })

  test('an error is a reason only where it is one of those wanted', () => {
    expect(judge.error('It broke.')).toEqual({ reason: 'error', why: 'It broke.' })
    expect(openJudge(asked(), new Set<EscalationReason>(['empty'])).error('It broke.')).toBeNull()
  })
})

describe('recorded answers of real models', () => {
  const folders = {
    anthropic: ['anthropic'],
    'openai-chat': ['openai-chat', 'mistral', 'groq', 'xai', 'deepseek-chat', 'perplexity'],
    'openai-responses': ['openai-responses', 'xai-responses'],
    gemini: ['google'],
  } as const

  /** The requests were not recorded: what they offered and allowed is not known. */
  const findIn = (dialect: keyof typeof folders, file: string): readonly string[] => {
    const body = recordedJson(file)
    if (dialects[dialect].readReply(body).errorCode !== null) return []
    const reply = translators[dialect].readReply(body, { provider: 'p', id: 'r' })
    return [`${file}: ${reasonOf(reply, asked({ tools: [], maxOutputTokens: null }))}`]
  }

  test.skipIf(!areRecordingsHere)('are taken for bad only where they are', () => {
    const found = Object.entries(folders).flatMap(([dialect, names]) =>
      recordedFiles(...names)
        .filter((file) => file.endsWith('.json'))
        .flatMap((file) => findIn(dialect as keyof typeof folders, file)),
    )
    expect(found.length).toBeGreaterThan(50)
    expect(found.filter((line) => !line.endsWith(': null'))).toEqual([
      'anthropic/anthropic-refusal.json: refusal',
      'deepseek-chat/deepseek-text.json: cut-off',
    ])
  })
})
