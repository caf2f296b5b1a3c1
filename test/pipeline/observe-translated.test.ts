/** A provider's stream as the tap sees it while it becomes another dialect's. */
import { describe, expect, test } from 'bun:test'
import { eventStream } from '../../src/pipeline/framing.ts'
import { TranslatedObserver } from '../../src/pipeline/observe-translated.ts'
import type { Passage } from '../../src/pipeline/tap.ts'
import { openExchange } from '../../src/wire/translate.ts'
import { answerReaders, translators } from '../../src/wire/translators.ts'
import { anthropicFrames } from '../support/replies.ts'

const cutOff = 'data: {"error":"cut off"}\n\n'

/** Claude's stream for a client of Chat Completions. */
function open() {
  const sides = {
    client: translators['openai-chat'],
    clientDialect: 'openai-chat',
    upstream: translators.anthropic,
    upstreamDialect: 'anthropic',
  } as const
  const asked = sides.client.readRequest(
    { model: 'm', stream: true, messages: [{ role: 'user', content: 'Hi' }] },
    { model: null, isStream: false },
  )
  const target = {
    provider: 'anthropic',
    model: 'm',
    echoesReasoning: false,
    maxOutputTokens: 100,
    thinking: 'budget',
  } as const
  const stamp = { id: '01900000-0000-7000-8000-000000000001', createdS: 1, model: 'm' }
  const stream = openExchange(sides, asked, asked, target).stream(stamp, { provider: 'anthropic', id: stamp.id })
  return new TranslatedObserver(answerReaders.anthropic, stream, eventStream, () => cutOff)
}

const passed = ({ pass }: Passage) => Buffer.concat(pass).toString()
const held = ({ hold }: Passage) => Buffer.concat(hold).toString()
const bytes = (...frames: readonly string[]) => Buffer.from(frames.join(''))

test('whole frames are passed on, half ones wait, and the end is held', () => {
  const observer = open()
  const [start = '', block = ''] = anthropicFrames
  expect(passed(observer.see(bytes(start.slice(0, 20))))).toBe('')
  expect(passed(observer.see(bytes(start.slice(20), block)))).toContain('"role":"assistant"')
  const rest = observer.see(bytes(...anthropicFrames.slice(2)))
  expect(passed(rest)).toContain('who are you? ☃')
  expect(passed(rest)).not.toContain('finish_reason":"stop"')
  expect(held(rest)).toContain('"finish_reason":"stop"')
  expect(held(rest)).toEndWith('data: [DONE]\n\n')
  expect(observer.isWhole()).toBe(true)
  expect(observer.end()).toEqual({ pass: [], hold: [] })
  expect(observer.facts().usage).toMatchObject({ inputTokens: 1000, outputTokens: 200 })
  expect(observer.countText()).toBe('Hello there, who are you? ☃'.length)
})

test('a stream without its end is told as cut off, and is not whole', () => {
  const observer = open()
  observer.see(bytes(...anthropicFrames.slice(0, 5)))
  expect(held(observer.end())).toBe(cutOff)
  expect(observer.isWhole()).toBe(false)
  expect(observer.hasError()).toBe(false)
  expect(observer.countText()).toBe(27)
})

test('a last frame without its blank line counts', () => {
  const observer = open()
  observer.see(bytes(anthropicFrames.join('').trimEnd()))
  expect(observer.isWhole()).toBe(false)
  expect(held(observer.end())).toEndWith('data: [DONE]\n\n')
  expect(observer.isWhole()).toBe(true)
})

describe('words', () => {
  const [start = '', block = '', , , , ...after] = anthropicFrames
  const word = (text: string, index = 0) =>
    `event: content_block_delta\ndata: ${JSON.stringify({ type: 'content_block_delta', index, delta: { type: 'text_delta', text } })}\n\n`
  const contents = (text: string): unknown[] =>
    [...text.matchAll(/"content":("(?:[^"\\]|\\.)*")/g)].map(([, json = '']) => JSON.parse(json))

  test('that come together leave together, and wait for no others', () => {
    const observer = open()
    expect(contents(passed(observer.see(bytes(start, block, word('a'), word('"b"\n'), word('☃')))))).toEqual([
      '',
      'a"b"\n☃',
    ])
    expect(contents(passed(observer.see(bytes(word('d')))))).toEqual(['d'])
    expect(observer.countText()).toBe(7)
  })

  test('keep their place beside comments, and before the end', () => {
    const observer = open()
    observer.see(bytes(start, block))
    const said = passed(observer.see(bytes(word('a'), ': ping\n\n', word('b'), word('c'))))
    expect(contents(said)).toEqual(['a', 'bc'])
    expect(said.indexOf('"a"')).toBeLessThan(said.indexOf(': ping'))
    expect(said.indexOf(': ping')).toBeLessThan(said.indexOf('"bc"'))
    const last = observer.see(bytes(word('d'), ...after))
    expect(contents(passed(last))).toEqual(['d'])
    expect(held(last)).toEndWith('data: [DONE]\n\n')
  })

  test('of two parts are not mixed', () => {
    const observer = open()
    const second = block.replace('"index":0', '"index":1')
    const said = passed(observer.see(bytes(start, block, second, word('a'), word('b', 1), word('c', 1), word('d'))))
    expect(contents(said)).toEqual(['', 'a', 'bc', 'd'])
  })
})

describe('after the end', () => {
  test('nothing is said, comments included', () => {
    const observer = open()
    observer.see(bytes(...anthropicFrames))
    const after = observer.see(bytes(': ping\n\n', ...anthropicFrames))
    expect(after).toEqual({ pass: [], hold: [] })
    expect(passed(open().see(bytes(': ping\n\n')))).toBe(': ping\n\n')
  })

  test('nothing is counted, in one piece with the end or later', () => {
    const more = 'event: message_delta\ndata: {"type":"message_delta","delta":{},"usage":{"output_tokens":300}}\n\n'
    const [atOnce, later] = [open(), open()]
    atOnce.see(bytes(...anthropicFrames, more))
    later.see(bytes(...anthropicFrames))
    const counted = later.facts().usage
    later.see(bytes(more))
    expect([atOnce.facts().usage, later.facts().usage]).toEqual([counted, counted])
    expect(counted?.outputTokens).not.toBe(300)
  })
})

test('the provider’s error is the end, held like any other', () => {
  const observer = open()
  const error = 'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"No room"}}\n\n'
  const passage = observer.see(bytes(anthropicFrames[0] ?? '', error))
  expect(held(passage)).toContain('No room')
  expect(observer.hasError()).toBe(true)
  expect(observer.isWhole()).toBe(true)
  expect(observer.end()).toEqual({ pass: [], hold: [] })
})

test('frames that are no JSON, and none that a model sends, are passed over', () => {
  const observer = open()
  const nonsense = 'data: {"type":"message_start"\n\ndata:\n\nid: 7\n\nevent: x\n\ndata: [1,2]\n\n'
  const passage = observer.see(bytes(nonsense, ...anthropicFrames))
  expect(passed(passage)).toContain('Hello there, ')
  expect(held(passage)).toEndWith('data: [DONE]\n\n')
})
