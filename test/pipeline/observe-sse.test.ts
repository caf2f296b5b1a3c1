import { describe, expect, test } from 'bun:test'
import { SseObserver } from '../../src/pipeline/observe-sse.ts'
import { anthropic } from '../../src/wire/anthropic/index.ts'
import type { Dialect } from '../../src/wire/dialect.ts'
import { gemini } from '../../src/wire/gemini/index.ts'
import { openAiChat } from '../../src/wire/openai-chat/index.ts'
import { openAiResponses } from '../../src/wire/openai-responses/index.ts'
import { anthropicFrames, chatFrames, geminiFrames, responsesFrames } from '../support/replies.ts'
import { areRecordingsHere, payloads, recordedFiles } from '../wire/recorded.ts'

interface Watched {
  readonly passed: string
  readonly held: string
  readonly observer: SseObserver
}

/** All chunks through a fresh observer: what may go on at once, what waits for the row. */
function watch(
  dialect: Dialect,
  chunks: readonly Uint8Array[],
  { stripUsage = false, saysItsEnd = true } = {},
): Watched {
  const observer = new SseObserver(dialect, stripUsage, saysItsEnd)
  const passed: Uint8Array[] = []
  const held: Uint8Array[] = []
  for (const passage of [...chunks.map((chunk) => observer.see(chunk)), observer.end()]) {
    // What comes after a held frame is sent after it.
    ;(held.length === 0 ? passed : held).push(...passage.pass)
    held.push(...passage.hold)
  }
  return { passed: Buffer.concat(passed).toString(), held: Buffer.concat(held).toString(), observer }
}

const bytesOf = (text: string) => [...Buffer.from(text)].map((byte) => Uint8Array.of(byte))
const whole = (text: string) => [Buffer.from(text)]

describe('behind the end', () => {
  const [first, second] = ['a', 'b'].map((id) =>
    [
      `data: {"type":"message_start","message":{"id":"${id}","model":"claude","usage":{"input_tokens":10,"output_tokens":1}}}\n\n`,
      'data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":5}}\n\n',
      'data: {"type":"message_stop"}\n\n',
    ].join(''),
  )
  const usageChunk = 'data: {"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":9}}\n\n'
  const joined = [
    [anthropic, `${first}${second}`, { inputTokens: 10, outputTokens: 5 }],
    [openAiChat, `${chatFrames.join('')}${usageChunk}`, { inputTokens: 1000, outputTokens: 200 }],
  ] as const

  test.each(joined)('nothing is counted, however the bytes are cut: %#', (dialect, text, counted) => {
    for (const chunks of [whole(text), bytesOf(text), text.split(/(?<=\n\n)/).map((frame) => Buffer.from(frame))]) {
      const { passed, held, observer } = watch(dialect, chunks)
      expect(passed + held).toBe(text)
      expect(observer.facts().usage).toMatchObject(counted)
    }
  })
})

describe('where a stream ends', () => {
  test('Gemini: any chunk with a finish reason may be the last, and only the stream’s end tells', () => {
    const candidate = (index: number, reason: string | null) =>
      `data: ${JSON.stringify({ candidates: [{ index, content: { parts: [{ text: 'x' }] }, finishReason: reason ?? undefined }] })}\r\n\r\n`
    const usage = 'data: {"usageMetadata":{"promptTokenCount":7,"candidatesTokenCount":9}}\r\n\r\n'
    const text = `${candidate(0, null)}${candidate(0, 'STOP')}${candidate(1, null)}${candidate(1, 'MAX_TOKENS')}${usage}`
    for (const chunks of [whole(text), bytesOf(text)]) {
      const { passed, held, observer } = watch(gemini, chunks)
      expect(passed + held).toBe(text)
      expect(observer.facts().usage).toMatchObject({ inputTokens: 7, outputTokens: 9 })
      expect(observer.isWhole()).toBe(true)
    }
  })

  test('Gemini: the last chunk is held until nothing follows', () => {
    const observer = new SseObserver(gemini, false, true)
    const last = geminiFrames[2] ?? ''
    expect(observer.see(Buffer.from(last))).toEqual({ pass: [], hold: [] })
    const next = observer.see(Buffer.from(geminiFrames[0] ?? ''))
    expect(Buffer.concat(next.pass).toString()).toBe(last + geminiFrames[0])
    expect(observer.end()).toEqual({ pass: [], hold: [] })
  })

  test('counts without a finish reason are no end: most dialects send them from the first frame on', () => {
    const starts = [
      [anthropic, anthropicFrames.slice(0, 5)],
      [openAiChat, chatFrames.slice(0, 3)],
      [openAiResponses, responsesFrames.slice(0, 2)],
      [gemini, geminiFrames.slice(0, 2)],
    ] as const
    for (const [dialect, frames] of starts) {
      expect(watch(dialect, whole(frames.join(''))).observer.isWhole()).toBe(false)
    }
  })

  test('a finish reason is one, where the terminal frame is not sent', () => {
    expect(watch(openAiChat, whole(chatFrames.slice(0, 4).join(''))).observer.isWhole()).toBe(true)
    expect(watch(anthropic, whole(anthropicFrames.slice(0, 7).join(''))).observer.isWhole()).toBe(true)
  })

  test('nobody knows the end of what is forwarded raw, so any end is whole', () => {
    const { observer } = watch(openAiChat, whole('data: {"type":"transcript.text.done"}\n\n'), { saysItsEnd: false })
    expect(observer.isWhole()).toBe(true)
  })

  test('no word of the answer passes for the end', () => {
    const text = `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: 'data: [DONE]\n\n{"error":{}} "finish_reason":"stop"' }, finish_reason: null }] })}\n\n`
    const { passed, held } = watch(openAiChat, whole(text))
    expect({ passed, held }).toEqual({ passed: text, held: '' })
  })

  test('half JSON and other garbage between frames is passed on unread', () => {
    const text = 'data: {"error":\n\nmessage_stop\n\ndata: [DONE\n\n\u0000\u00ff"error"\n\n'
    for (const { dialect } of [{ dialect: anthropic }, { dialect: openAiChat }, { dialect: gemini }]) {
      const { passed, held } = watch(dialect, bytesOf(text))
      expect(passed + held).toBe(text)
    }
  })
})

describe('what may stand between frames', () => {
  test('words of ours may come before the first and after every whole frame, however lines end', () => {
    for (const end of ['\n\n', '\r\n\r\n', '\r\r']) {
      const observer = new SseObserver(anthropic, false, true)
      expect(observer.takesOurs()).toBe(true)
      observer.see(Buffer.from(`data: 1${end}data: 2`))
      expect(observer.takesOurs()).toBe(true)
    }
  })

  test('not once a part of a frame had to be passed on', () => {
    const observer = new SseObserver(anthropic, false, true)
    observer.see(Buffer.alloc(32 * 1024 * 1024 + 1, 'x'))
    expect(observer.takesOurs()).toBe(false)
    observer.see(Buffer.from('\n\n'))
    expect(observer.takesOurs()).toBe(true)
  })
})

describe('text seen', () => {
  test('counts answer, thinking and tool arguments, in characters', () => {
    const delta = (fields: object) =>
      `event: content_block_delta\ndata: ${JSON.stringify({ type: 'content_block_delta', index: 0, delta: fields })}\n\n`
    const text = [
      delta({ type: 'text_delta', text: 'four' }),
      delta({ type: 'thinking_delta', thinking: 'sixsix' }),
      delta({ type: 'input_json_delta', partial_json: '{"a":' }),
      delta({ type: 'signature_delta', signature: 'not text at all' }),
    ].join('')
    expect(watch(anthropic, bytesOf(text)).observer.countText()).toBe(15)
  })

  test('counts a snowman as one character, split as it may be', () => {
    // 'Hello there, ' and 'who are you? ☃'
    expect(watch(anthropic, bytesOf(anthropicFrames.slice(0, 5).join(''))).observer.countText()).toBe(27)
  })

  const piece = (length: number) =>
    `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: 'x'.repeat(length) }, finish_reason: null }] })}\n\n`

  test('counts all of a long answer, though no more than a part of it is kept', () => {
    const observer = new SseObserver(openAiChat, false, true)
    for (let i = 0; i < 500; i++) observer.see(Buffer.from(piece(900)))
    expect(observer.countText()).toBe(450_000)
    expect(observer.countText()).toBe(450_000)
  })

  test('of a long answer in uneven pieces is told within a tenth, whatever else stands between them', () => {
    const observer = new SseObserver(openAiChat, false, true)
    // 10, 20, … 200 characters, and a comment after every second: 4,000 pieces of 105 on average.
    for (let i = 0; i < 4000; i++) {
      observer.see(Buffer.from(piece(10 + 10 * (i % 20))))
      if (i % 2 === 1) observer.see(Buffer.from(': the provider is still there\n\n'))
    }
    expect(observer.countText()).toBeWithin(378_000, 462_000)
  })

  test('of a request that is repeated before the answer nothing is counted, however large it is', () => {
    const observer = new SseObserver(openAiResponses, false, true)
    const frame = (fields: object) => observer.see(Buffer.from(`data: ${JSON.stringify(fields)}\n\n`))
    const response = { id: 'resp_1', instructions: 'i'.repeat(100_000), output: [] }
    frame({ type: 'response.created', response })
    frame({ type: 'response.in_progress', response })
    for (let i = 0; i < 300; i++) frame({ type: 'response.output_text.delta', delta: 'words ' })
    expect(observer.countText()).toBe(1800)
  })

  test('of an answer that comes all at once is exact', () => {
    expect(watch(openAiChat, whole(piece(900).repeat(500))).observer.countText()).toBe(450_000)
  })
})

const recordedOf: readonly (readonly [Dialect, readonly string[], string])[] = [
  [anthropic, ['anthropic'], ''],
  [
    openAiChat,
    ['openai-chat', 'deepseek-chat', 'groq', 'mistral', 'perplexity', 'xai', 'openai-completion'],
    'data: [DONE]\n\n',
  ],
  [openAiResponses, ['openai-responses', 'azure', 'xai-responses'], ''],
  [gemini, ['google'], ''],
]

/** Recorded without its end. */
const cutShort = 'openai-responses/parallel-tool-call-wrapper.1.chunks.txt'

/** Two-piece splits tried of a long stream, beside its byte-by-byte replay; every offset of a short one. */
const splits = 120

describe.if(areRecordingsHere)('every recorded stream', () => {
  for (const [dialect, folders, end] of recordedOf) {
    test(`in the dialect ${dialect.id}: the same bytes, facts and end, wherever it is split`, () => {
      const files = recordedFiles(...folders).filter((file) => !file.endsWith('.json'))
      expect(files.length).toBeGreaterThan(4)
      for (const file of files) {
        const text =
          payloads(file)
            .map((payload) => `data: ${payload}\n\n`)
            .join('') + end
        const bytes = Buffer.from(text)
        const { passed, held, observer } = watch(dialect, [bytes])
        expect(passed + held).toBe(text)
        expect({ file, isWhole: observer.isWhole() }).toEqual({ file, isWhole: file !== cutShort })
        const expected = { file, passed, held, facts: observer.facts() }
        const length = observer.countText()
        // Of more than is kept the text is reckoned.
        const margin = bytes.length > 32 * 1024 ? length / 5 : 0
        const check = (chunks: readonly Uint8Array[]) => {
          const again = watch(dialect, chunks)
          expect({ file, passed: again.passed, held: again.held, facts: again.observer.facts() }).toEqual(expected)
          expect(Math.abs(again.observer.countText() - length)).toBeLessThanOrEqual(margin)
        }
        check(bytesOf(text))
        const step = Math.max(1, Math.floor(bytes.length / splits))
        for (let at = 0; at < bytes.length; at += step) check([bytes.subarray(0, at), bytes.subarray(at)])
      }
    }, 20_000)
  }
})
