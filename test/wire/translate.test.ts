/** One exchange there and back: names of tools, what is dropped, answers whole, streamed and cut off. */
import { describe, expect, test } from 'bun:test'
import type { DialectId } from '../../src/neutral/model.ts'
import { openExchange } from '../../src/wire/translate.ts'
import { translators } from '../../src/wire/translators.ts'
import { anthropicFrames, anthropicReply, responsesReply } from '../support/replies.ts'

const stamp = { id: '01900000-0000-7000-8000-000000000001', createdS: 1_700_000_000, model: 'asked-for' }
const target = {
  provider: 'acme',
  model: 'm',
  echoesReasoning: false,
  maxOutputTokens: 100,
  thinking: 'effort',
} as const
const signer = { provider: 'acme', id: stamp.id }

function open(from: DialectId, to: DialectId, body: object) {
  const sides = {
    client: translators[from],
    clientDialect: from,
    upstream: translators[to],
    upstreamDialect: to,
  }
  const asked = sides.client.readRequest(body, { model: 'm', isStream: false })
  return openExchange(sides, asked, asked, target)
}

const messages = [{ role: 'user', content: 'Hi' }]
const frame = (data: string) => ({ event: '', data })
const frames = anthropicFrames.map((text) => frame(/^data: (.*)$/m.exec(text)?.[1] ?? ''))

describe('a tool whose name is too long', () => {
  const long = `mcp__${'server_'.repeat(12)}__read_file`
  const exchange = open('anthropic', 'openai-chat', {
    model: 'm',
    max_tokens: 9,
    messages,
    tools: [{ name: long, input_schema: { type: 'object' } }],
  })
  const { name } = (exchange.body as { tools: [{ function: { name: string } }] }).tools[0].function

  test('goes by a shorter one there', () => {
    expect(long.length).toBeGreaterThan(64)
    expect(name.length).toBeLessThanOrEqual(64)
    expect(name).toEndWith('__read_file')
    expect(exchange.renamedTools).toBe(1)
  })

  const call = { id: 'call_1', type: 'function', function: { name, arguments: '{}' } }

  test('and by its own in the answer', () => {
    const reply = {
      choices: [{ message: { role: 'assistant', content: null, tool_calls: [call] }, finish_reason: 'tool_calls' }],
    }
    expect(exchange.reply(reply, stamp, signer)).toMatchObject({ content: [{ type: 'tool_use', name: long }] })
  })

  test('and in its stream', () => {
    const stream = exchange.stream(stamp, signer)
    const delta = { role: 'assistant', tool_calls: [{ index: 0, ...call }] }
    const { frames: said } = stream.read('', JSON.stringify({ choices: [{ index: 0, delta }] }))
    expect(said).toContain(`"name":"${long}"`)
    expect(said).not.toContain(name)
  })
})

test('Claude Code’s line about its billing stays at home, and the rest of its prompt goes', () => {
  const line = 'x-anthropic-billing-header: cc_version=2.1; cch=abc;'
  const system = [
    { type: 'text', text: line },
    { type: 'text', text: 'You are Claude Code.' },
  ]
  const { body } = open('anthropic', 'openai-responses', { model: 'm', max_tokens: 9, system, messages })
  expect(body).toMatchObject({ instructions: 'You are Claude Code.' })
  expect(JSON.stringify(body)).not.toContain('billing')
})

describe('what is dropped', () => {
  test('is known of the request at once, and of the answer when it has come', () => {
    const exchange = open('anthropic', 'openai-responses', {
      model: 'm',
      max_tokens: 99,
      messages,
      top_k: 5,
      container: 'c',
    })
    expect([...exchange.dropped].toSorted()).toEqual(['container', 'top_k'])
    const call = {
      type: 'code_interpreter_call',
      id: 'ci_1',
      status: 'completed',
      code: '1+1',
      container_id: 'c',
      outputs: [],
    }
    exchange.reply({ ...responsesReply, output: [call, ...responsesReply.output] }, stamp, signer)
    expect([...exchange.dropped].toSorted()).toEqual(['code_interpreter_call', 'container', 'top_k'])
  })

  test('is nothing where all has a word', () => {
    const exchange = open('anthropic', 'openai-chat', { model: 'm', max_tokens: 99, messages, temperature: 0 })
    expect(exchange.dropped.size).toBe(0)
  })
})

describe('an answer', () => {
  const exchange = () => open('openai-chat', 'anthropic', { model: 'm', messages })

  test('is dated and named by us where the provider does neither', () => {
    const { id: _, model: _model, ...nameless } = anthropicReply
    expect(exchange().reply(nameless, stamp, signer)).toMatchObject({
      id: 'chatcmpl-01900000-0000-7000-8000-000000000001',
      created: 1_700_000_000,
      model: 'asked-for',
    })
  })

  test('gathered from a stream is the one that came whole', () => {
    expect(exchange().gathered(frames, stamp, signer)).toMatchObject({
      id: 'msg_01',
      choices: [{ message: { content: 'Hello there, who are you? ☃' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 1000, completion_tokens: 200 },
    })
  })

  test('gathered from a stream that was cut off is none', () => {
    for (let end = 0; end < frames.length; end++)
      expect([end, exchange().gathered(frames.slice(0, end), stamp, signer)]).toEqual([end, null])
  })

  test('that came whole is a whole stream', () => {
    const { frames: said, last, textLength } = exchange().stream(stamp, signer).whole(anthropicReply)
    expect(said).toContain('"content":"Hello there."')
    expect(last).toContain('"finish_reason":"stop"')
    expect(last).toEndWith('data: [DONE]\n\n')
    expect(textLength).toBe(12)
  })
})

test('two streams of one exchange know nothing of each other', () => {
  const exchange = open('openai-chat', 'anthropic', { model: 'm', messages, stream: true })
  const [first, second] = [exchange.stream(stamp, signer), exchange.stream(stamp, signer)]
  const both = frames.map(({ data }) => [first.read('', data), second.read('', data)])
  expect(both.every(([a, b]) => a?.frames === b?.frames && a?.last === b?.last)).toBe(true)
})
