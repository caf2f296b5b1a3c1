/** How the provider's bytes happen to be cut and spelled changes nothing, and the row is there before the end. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { DialectId } from '../../src/neutral/model.ts'
import { json, sse } from '../support/provider.ts'
import { anthropicFrames, chatFrames, geminiFrames, responsesFrames } from '../support/replies.ts'
import { ask, framesIn, startTranslating, type Translating } from './translating.ts'

let answer: () => Response | Promise<Response> = () => json({})
let all: Translating
beforeAll(async () => {
  all = await startTranslating(() => answer())
})
afterAll(() => all.stop())

const forms = [
  ['openai-chat', 'claude-sonnet-4-5', anthropicFrames, 'Hello there, who are you? ☃'],
  ['anthropic', 'gpt-5', responsesFrames, 'Hi.'],
  ['openai-responses', 'gemini-2.5-flash', geminiFrames, 'Hi youHi.'],
  ['gemini', 'together/Qwen/Qwen3-8B', chatFrames, 'Hello you.'],
] as const satisfies readonly (readonly [DialectId, string, readonly string[], string])[]

/** The text that a client of any dialect puts together. */
function textOf(stream: string): string {
  const texts: string[] = []
  for (const frame of framesIn(stream)) {
    const { delta, type, choices, candidates } = frame as {
      delta?: string | { text?: string }
      type?: string
      choices?: [{ delta: { content?: string } }]
      candidates?: [{ content: { parts: [{ text: string }] } }]
    }
    if (typeof delta === 'object') texts.push(delta.text ?? '')
    else if (type === 'response.output_text.delta') texts.push(delta ?? '')
    texts.push(choices?.[0].delta.content ?? '', candidates?.[0].content.parts[0].text ?? '')
  }
  return texts.join('')
}

/** Bytes sent one by one, characters cut apart. */
function dripped(frames: readonly string[]): Response {
  const bytes = Buffer.from(frames.join(''))
  let at = 0
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(out) {
        await Promise.resolve()
        if (at < bytes.length) out.enqueue(Uint8Array.from([bytes[at++] ?? 0]))
        else out.close()
      },
    },
    { highWaterMark: 0 },
  )
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
}

const spellings: readonly (readonly [string, (frames: readonly string[]) => Response])[] = [
  ['byte by byte', dripped],
  ['all at once', (frames) => sse([frames.join('')])],
  ['with CRLF', (frames) => sse(frames.map((frame) => frame.replaceAll('\r\n', '\n').replaceAll('\n', '\r\n')))],
  ['with CR', (frames) => sse(frames.map((frame) => frame.replaceAll('\r\n', '\n').replaceAll('\n', '\r')))],
  ['with comments and pings between', (frames) => sse(frames.flatMap((frame) => [': keep going\n\n', frame]))],
  [
    'with no space after the colons',
    (frames) => sse(frames.map((frame) => frame.replaceAll(/^(event|data): /gm, '$1:'))),
  ],
  ['without a blank line at the end', (frames) => sse([...frames.slice(0, -1), (frames.at(-1) ?? '').trimEnd()])],
]

describe.each(spellings)('%s', (_how, send) => {
  test.each(forms)('a %s client on %s', async (client, model, frames, said) => {
    answer = () => send(frames)
    const response = await ask(all, client, { model, isStream: true })
    const text = await response.text()
    expect(textOf(text)).toBe(said)
    expect(text).not.toMatch(/"error":\{|event: error/)
    expect(text.split('\n\n').at(-1)).toBe('')
    expect(all.relay.lastRow()).toMatchObject({ outcome: 'complete', output_tokens: 200, error_code: null })
  })
})

test('a provider’s sign of life is one for the client', async () => {
  answer = () => sse([': keep going\n\n', ...anthropicFrames])
  const text = await (await ask(all, 'openai-chat', { model: 'claude-sonnet-4-5', isStream: true })).text()
  expect(text).toStartWith(': ping\n\ndata: {')
})

test('nothing is said after the end', async () => {
  answer = () => sse([...anthropicFrames, ': still here\n\n', ...anthropicFrames])
  const text = await (await ask(all, 'openai-chat', { model: 'claude-sonnet-4-5', isStream: true })).text()
  expect(text).toEndWith('data: [DONE]\n\n')
  expect(text.split('[DONE]')).toHaveLength(2)
})

describe('the row is there when the client sees the end of', () => {
  const ends: Readonly<Record<DialectId, string>> = {
    'openai-chat': '[DONE]',
    anthropic: '"message_stop"',
    'openai-responses': '"response.completed"',
    gemini: '"finishReason"',
  }
  test.each(forms)('a stream: %s on %s', async (client, model, frames) => {
    answer = () => sse(frames)
    const response = await ask(all, client, { model, isStream: true })
    const id = response.headers.get('x-relayplane-request-id') ?? ''
    const reader = response.body?.getReader()
    let text = ''
    for (let reads = 0; reads < 100; reads++) {
      const read = await reader?.read()
      if (read === undefined || read.done) break
      text += new TextDecoder().decode(read.value)
      if (text.includes(ends[client])) break
    }
    expect(text).toContain(ends[client])
    expect(all.relay.rows('SELECT outcome FROM requests WHERE id = ?', id)).toEqual([{ outcome: 'complete' }])
    await reader?.cancel()
  })
})
