/** Numbers that a JavaScript number can't hold, from each dialect to each other: every digit arrives, or a name says what does not. */
import { describe, expect, test } from 'bun:test'
import { parseExactly } from '../../src/neutral/exact-number.ts'
import type { DialectId, FormId } from '../../src/neutral/model.ts'
import { openExchange } from '../../src/wire/translate.ts'
import { translators, upstreamTranslators } from '../../src/wire/translators.ts'

const dialects = ['anthropic', 'openai-chat', 'openai-responses', 'gemini'] as const
const forms: readonly FormId[] = [...dialects, 'converse']
const pairs = dialects.flatMap((client) =>
  forms.filter((form) => form !== client).map((form) => [client, form] as const),
)

/** An id of 64 bits, infinity, minus zero, a long fraction. */
const args = '{"id":1234567890123456789,"ids":[-9223372036854775808,1e400,{"zero":-0}],"part":0.1234567890123456789}'
const quoted = JSON.stringify(args)
const limits = '"type":"integer","maximum":9223372036854775807,"default":1234567890123456789'
const openApi = `{"type":"OBJECT","properties":{"id":{${limits.replace('integer', 'INTEGER')}}}}`
const schema = `{"type":"object","properties":{"id":{${limits}}}}`

/** A conversation with one earlier call. */
const requests: Readonly<Record<DialectId, string>> = {
  anthropic: `{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"x"},{"role":"assistant","content":[{"type":"tool_use","id":"toolu_1","name":"f","input":${args}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1","content":"ok"}]}],"tools":[{"name":"f","input_schema":${schema}}]}`,
  'openai-chat': `{"model":"m","messages":[{"role":"user","content":"x"},{"role":"assistant","tool_calls":[{"id":"call_1","type":"function","function":{"name":"f","arguments":${quoted}}}]},{"role":"tool","tool_call_id":"call_1","content":"ok"}],"tools":[{"type":"function","function":{"name":"f","parameters":${schema}}}]}`,
  'openai-responses': `{"model":"m","input":[{"role":"user","content":"x"},{"type":"function_call","call_id":"call_1","name":"f","arguments":${quoted}},{"type":"function_call_output","call_id":"call_1","output":"ok"}],"tools":[{"type":"function","name":"f","parameters":${schema}}]}`,
  gemini: `{"contents":[{"role":"user","parts":[{"text":"x"}]},{"role":"model","parts":[{"functionCall":{"name":"f","args":${args}}}]},{"role":"user","parts":[{"functionResponse":{"name":"f","response":{"output":"ok"}}}]}],"tools":[{"functionDeclarations":[{"name":"f","parameters":${openApi}}]}]}`,
}

const replies: Readonly<Record<FormId, string>> = {
  anthropic: `{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[{"type":"tool_use","id":"toolu_1","name":"f","input":${args}}],"stop_reason":"tool_use","usage":{"input_tokens":1,"output_tokens":1}}`,
  'openai-chat': `{"id":"c","object":"chat.completion","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function","function":{"name":"f","arguments":${quoted}}}]},"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}`,
  'openai-responses': `{"id":"resp_1","object":"response","status":"completed","model":"m","output":[{"type":"function_call","id":"fc_1","call_id":"call_1","name":"f","arguments":${quoted},"status":"completed"}],"usage":{"input_tokens":1,"output_tokens":1,"total_tokens":2}}`,
  gemini: `{"candidates":[{"content":{"role":"model","parts":[{"functionCall":{"name":"f","args":${args}}}]},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":1,"candidatesTokenCount":1,"totalTokenCount":2}}`,
  converse: `{"output":{"message":{"role":"assistant","content":[{"toolUse":{"toolUseId":"tooluse_1","name":"f","input":${args}}}]}},"stopReason":"tool_use","usage":{"inputTokens":1,"outputTokens":1,"totalTokens":2}}`,
}

/** The same call streamed, its arguments cut in the middle of the id where they come in pieces. */
const halves = [args.slice(0, 12), args.slice(12)].map((half) => JSON.stringify(half))
const streams: Readonly<Record<FormId, readonly (readonly [event: string, data: string])[]>> = {
  anthropic: [
    ['', '{"type":"message_start","message":{"id":"m","model":"m","usage":{"input_tokens":1,"output_tokens":1}}}'],
    ['', '{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t","name":"f","input":{}}}'],
    ...halves.map(
      (half) =>
        [
          '',
          `{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":${half}}}`,
        ] as const,
    ),
    ['', '{"type":"content_block_stop","index":0}'],
    ['', '{"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":1}}'],
    ['', '{"type":"message_stop"}'],
  ],
  'openai-chat': [
    ...halves.map(
      (half, i) =>
        [
          '',
          `{"id":"c","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,${i === 0 ? '"id":"call_1",' : ''}"function":{${i === 0 ? '"name":"f",' : ''}"arguments":${half}}}]}}]}`,
        ] as const,
    ),
    ['', '{"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}'],
    ['', '[DONE]'],
  ],
  'openai-responses': [
    ['', '{"type":"response.created","response":{"id":"resp_1","model":"m"}}'],
    [
      '',
      '{"type":"response.output_item.added","output_index":0,"item":{"type":"function_call","id":"fc_1","call_id":"call_1","name":"f","arguments":""}}',
    ],
    ...halves.map(
      (half) => ['', `{"type":"response.function_call_arguments.delta","output_index":0,"delta":${half}}`] as const,
    ),
    [
      '',
      `{"type":"response.output_item.done","output_index":0,"item":{"type":"function_call","id":"fc_1","call_id":"call_1","name":"f","arguments":${quoted}}}`,
    ],
    ['', `{"type":"response.completed","response":{"id":"resp_1","status":"completed","model":"m","output":[]}}`],
  ],
  gemini: [['', replies.gemini]],
  converse: [
    ['messageStart', '{"role":"assistant"}'],
    ['contentBlockStart', '{"contentBlockIndex":0,"start":{"toolUse":{"toolUseId":"tooluse_1","name":"f"}}}'],
    ...halves.map(
      (half) => ['contentBlockDelta', `{"contentBlockIndex":0,"delta":{"toolUse":{"input":${half}}}}`] as const,
    ),
    ['contentBlockStop', '{"contentBlockIndex":0}'],
    ['messageStop', '{"stopReason":"tool_use"}'],
    ['metadata', '{"usage":{"inputTokens":1,"outputTokens":1,"totalTokens":2}}'],
  ],
}

const stamp = { id: '0198-abc', createdS: 1, model: 'm' }
const signer = { provider: 'p', id: '0198-abc' }
const target = {
  provider: 'p',
  model: 'm',
  echoesReasoning: false,
  maxOutputTokens: 1000,
  thinking: 'adaptive',
} as const

function open(client: DialectId, form: FormId, body = requests[client]) {
  const sides = {
    client: translators[client],
    clientDialect: client,
    upstream: upstreamTranslators[form],
    upstreamDialect: form,
  }
  const asked = sides.client.readRequest(parseExactly(body), { model: 'm', isStream: false })
  return openExchange(sides, asked, asked, target)
}

/** Arguments stand there as an object, or as the text of one. */
const argumentsIn = (json: string): boolean => json.includes(args) || json.includes(quoted)

/** The text of arguments that came in pieces, each a JSON string of this name. */
const joined = (frames: string, name: string): string =>
  [...frames.matchAll(new RegExp(`"${name}":("(?:[^"\\\\]|\\\\.)*")`, 'g'))]
    .map(([, piece]) => JSON.parse(piece ?? '""') as string)
    .join('')

describe.each(pairs)('%s to %s', (client, form) => {
  const exchange = open(client, form)

  test('an earlier call keeps its numbers', () => {
    expect(argumentsIn(JSON.stringify(exchange.body))).toBe(true)
  })

  test("a tool's schema keeps its limits", () => {
    const body = JSON.stringify(exchange.body)
    expect(body).toContain('"maximum":9223372036854775807')
    expect(body).toContain('"default":1234567890123456789')
    expect([...exchange.dropped]).toEqual([])
  })

  test('and an answer, whole', () => {
    expect(argumentsIn(JSON.stringify(exchange.reply(parseExactly(replies[form]), stamp, signer)))).toBe(true)
  })

  test('and streamed', () => {
    const stream = open(client, form).stream(stamp, signer)
    const turned = [...streams[form].map(([event, data]) => stream.read(event, data)), stream.end()]
    const frames = turned.map((one) => one.frames + one.last).join('')
    const deltas = { anthropic: 'partial_json', 'openai-chat': 'arguments', 'openai-responses': 'delta', gemini: '' }
    expect(client === 'gemini' ? frames : joined(frames, deltas[client])).toContain(args)
  })

  test('and streamed though it was to come whole', () => {
    const frames = streams[form].map(([event, data]) => ({ event, data }))
    expect(argumentsIn(JSON.stringify(exchange.gathered(frames, stamp, signer)))).toBe(true)
  })
})

test.each(dialects)('a request of %s is written in its own dialect with the same numbers', (dialect) => {
  const { readRequest, writeRequest } = translators[dialect]
  const asked = readRequest(parseExactly(requests[dialect]), { model: 'm', isStream: false })
  const body = JSON.stringify(writeRequest(asked, target).body)
  expect(JSON.parse(body)).toEqual(JSON.parse(requests[dialect]))
  expect(argumentsIn(body)).toBe(true)
  expect(body).toContain('"maximum":9223372036854775807')
})

test('a result that is an object is its text elsewhere, and an object again at home', () => {
  const result = '{"rows":[{"id":1234567890123456789}]}'
  const body = requests.gemini.replace('{"output":"ok"}', result)
  expect(JSON.stringify(open('gemini', 'anthropic', body).body)).toContain(JSON.stringify(result))
  const { readRequest, writeRequest } = translators.gemini
  const asked = readRequest(parseExactly(body), { model: 'm', isStream: false })
  expect(JSON.stringify(writeRequest(asked, target).body)).toContain(`"response":${result}`)
})

describe('numbers that we read ourselves', () => {
  const gemini = (config: string) =>
    open('gemini', 'openai-chat', `{"contents":[{"parts":[{"text":"x"}]}],"generationConfig":{${config}}}`)
  const chat = (member: string) =>
    open('openai-chat', 'gemini', `{"messages":[{"role":"user","content":"x"}],${member}}`)

  test('a fraction of too many digits is the nearest one, as it is for everybody', () => {
    expect(chat('"temperature":0.69999999999999996').body).toMatchObject({ generationConfig: { temperature: 0.7 } })
    expect(gemini('"temperature":0.69999999999999996').body).toMatchObject({ temperature: 0.7 })
    expect(
      open(
        'anthropic',
        'openai-chat',
        requests.anthropic.replace('"max_tokens"', '"top_p":0.950000000000000011,"max_tokens"'),
      ).body,
    ).toMatchObject({ top_p: 0.95 })
    expect(open('openai-responses', 'openai-chat', '{"input":"x","top_p":0.950000000000000011}').body).toMatchObject({
      top_p: 0.95,
    })
  })

  test('a whole number that would become another is named as dropped', () => {
    const asked = chat('"seed":1234567890123456789')
    expect(JSON.stringify(asked.body)).not.toContain('seed')
    expect([...asked.dropped]).toEqual(['seed'])
    const other = gemini('"seed":1234567890123456789')
    expect(JSON.stringify(other.body)).not.toContain('seed')
    expect([...other.dropped]).toEqual(['generationConfig.seed'])
  })

  test('in its own dialect it stays', () => {
    const { readRequest, writeRequest } = translators['openai-chat']
    const body = '{"model":"m","messages":[{"role":"user","content":"x"}],"seed":1234567890123456789}'
    const asked = readRequest(parseExactly(body), { model: 'm', isStream: false })
    expect(JSON.stringify(writeRequest(asked, target).body)).toBe(body)
  })

  test('counts are counts', () => {
    const counted = replies.gemini.replace('"promptTokenCount":1', '"promptTokenCount":3.0000000000000000,"x":-0')
    expect(open('openai-chat', 'gemini').reply(parseExactly(counted), stamp, signer)).toMatchObject({
      usage: { prompt_tokens: 3, completion_tokens: 1 },
    })
  })
})

describe("Gemini's schemas", () => {
  const fitted = (property: string) =>
    JSON.stringify(
      open(
        'openai-chat',
        'gemini',
        `{"messages":[{"role":"user","content":"x"}],"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{"p":${property}}}}}]}`,
      ).body,
    )

  test('take a bound that excludes itself as the number beside it', () => {
    expect(
      fitted('{"type":"integer","exclusiveMaximum":9223372036854775808,"exclusiveMinimum":-9223372036854775809}'),
    ).toContain('"minimum":-9223372036854775808,"maximum":9223372036854775807')
    expect(fitted('{"type":"integer","exclusiveMinimum":9007199254740992}')).toContain('"minimum":9007199254740993')
    expect(fitted('{"type":"integer","minimum":9223372036854775800,"exclusiveMinimum":9223372036854775700}')).toContain(
      '"minimum":9223372036854775800',
    )
    expect(fitted('{"type":"integer","exclusiveMinimum":1e400}')).toContain('"minimum":1e400')
  })

  test('tell in words what they have no field for', () => {
    expect(fitted('{"type":"number","exclusiveMinimum":-0.0}')).toContain('Greater than -0.0.')
    expect(fitted('{"type":"integer","multipleOf":9223372036854775807}')).toContain('multipleOf: 9223372036854775807.')
    expect(fitted('{"enum":[1234567890123456789,1]}')).toContain(
      '"type":"NUMBER","description":"One of: 1234567890123456789,1."',
    )
    expect(fitted('{"type":"string","const":1234567890123456789}')).toContain('"enum":["1234567890123456789"]')
  })

  test('have counts as text, which are numbers elsewhere', () => {
    const body = `{"contents":[{"parts":[{"text":"x"}]}],"tools":[{"functionDeclarations":[{"name":"f","parameters":{"type":"OBJECT","properties":{"p":{"type":"STRING","maxLength":"9223372036854775807","minLength":"012"}}}}]}]}`
    expect(JSON.stringify(open('gemini', 'openai-chat', body).body)).toContain(
      '"maxLength":9223372036854775807,"minLength":12',
    )
    const { readRequest, writeRequest } = translators.gemini
    const asked = readRequest(parseExactly(body), { model: 'm', isStream: false })
    expect(JSON.stringify(writeRequest(asked, target).body)).toContain('"maxLength":"9223372036854775807"')
  })
})
