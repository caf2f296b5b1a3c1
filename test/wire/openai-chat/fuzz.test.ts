/** Bodies and frames that somebody broke: each is the work of a seed that a failure prints. */
import { expect, test } from 'bun:test'
import { AppError } from '../../../src/neutral/error.ts'
import { gather } from '../../../src/neutral/event.ts'
import type { NeutralRequest } from '../../../src/neutral/request.ts'
import { openAiChatTranslator } from '../../../src/wire/openai-chat/translator.ts'
import { conversations } from './conversations.ts'
import { asked, chunk, replyOf, replyWith, read, signer, stamp, written } from './support.ts'

/** A small generator of numbers from 0 to 1, the same on every machine. */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

const oddValues: readonly unknown[] = [
  null,
  0,
  -1,
  1.5,
  true,
  false,
  '',
  'x',
  'stop',
  [],
  {},
  [null],
  { type: 'text' },
  { a: { b: [1] } },
]

/** The same value with something in it replaced, left out or added. */
function broken(value: unknown, random: () => number): unknown {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T
  if (value === null || typeof value !== 'object' || random() < 0.05) return pick(oddValues)
  if (Array.isArray(value)) {
    if (value.length === 0 || random() < 0.1) return [...(value as unknown[]), pick(oddValues)]
    const at = Math.floor(random() * value.length)
    if (random() < 0.2) return value.filter((_, index) => index !== at)
    return value.map((entry: unknown, index) => (index === at ? broken(entry, random) : entry))
  }
  const names = Object.keys(value)
  const name = pick(names)
  if (name === undefined || random() < 0.1) return { ...value, x_added: pick(oddValues) }
  const { [name]: inner, ...others } = value as Record<string, unknown>
  return random() < 0.2 ? others : { ...value, [name]: broken(inner, random) }
}

const replies = [
  replyWith({
    content: 'Hello',
    reasoning: 'Hm.',
    reasoning_details: [{ type: 'reasoning.text', text: 'Hm.', signature: 's', index: 0 }],
    annotations: [{ type: 'url_citation', url_citation: { url: 'u', title: 't', start_index: 0, end_index: 1 } }],
    images: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } }],
    audio: { id: 'a', data: 'AA', transcript: 'x', expires_at: 1 },
    tool_calls: [
      {
        id: 'c',
        type: 'function',
        function: { name: 'f', arguments: '{}' },
        extra_content: { google: { thought_signature: 's' } },
      },
    ],
    function_call: { name: 'f', arguments: '{}' },
  }),
  replyWith(
    {
      content: [
        { type: 'thinking', thinking: [{ type: 'text', text: 'a' }] },
        { type: 'text', text: 'b' },
      ],
    },
    'length',
    {
      citations: ['u'],
      search_results: [{ url: 'u', title: 't' }],
      usage: { prompt_tokens: 5, completion_tokens: 4, total_tokens: 9, prompt_tokens_details: { cached_tokens: 1 } },
    },
  ),
]

const rounds = 6000

/** Runs a check in many rounds; what fails names its seed. */
function inRounds(check: (random: () => number) => void): void {
  for (let seed = 1; seed <= rounds; seed += 1) {
    try {
      check(randomFrom(seed))
    } catch (fault) {
      throw new Error(`seed ${seed}: ${String(fault)}`, { cause: fault })
    }
  }
}

const oneOf = <T>(from: readonly T[], random: () => number): T => from[Math.floor(random() * from.length)] as T

function readOrRefuse(body: unknown): NeutralRequest | null {
  try {
    return read(body)
  } catch (fault) {
    expect(fault).toBeInstanceOf(AppError)
    return null
  }
}

test('a broken request is refused, or read and written as it came', () => {
  inRounds((random) => {
    const body = broken(broken(oneOf(Object.values(conversations), random), random), random)
    const request = readOrRefuse(body)
    if (request === null) return
    const again = JSON.parse(JSON.stringify(written(request, { model: request.model }).body))
    const model = typeof (body as { model?: unknown }).model === 'string'
    expect(model ? again : { ...again, model: null }).toEqual(model ? body : { ...(body as object), model: null })
  })
})

test('a broken answer is read, and written as it came', () => {
  inRounds((random) => {
    const body = broken(broken(oneOf(replies, random), random), random)
    const reply = replyOf(body)
    if (body === null || typeof body !== 'object' || Array.isArray(body)) return
    expect(JSON.parse(JSON.stringify(openAiChatTranslator.writeReply(reply, asked(), stamp).body))).toEqual(
      body as never,
    )
  })
})

test('broken frames are read to some end', () => {
  const deltas = replies.map(({ choices: [choice] }) => choice?.message ?? {})
  inRounds((random) => {
    const reader = openAiChatTranslator.readEvents(signer)
    const events = [0, 1, 2, 3].flatMap(() => {
      const data = JSON.stringify(broken(chunk(oneOf(deltas, random), random() < 0.3 ? 'stop' : null), random))
      return [...reader.read('', random() < 0.1 ? data.slice(0, -3) : data)]
    })
    const whole = [...events, ...reader.read('', '[DONE]'), ...reader.end()]
    const ends = whole.filter(({ type }) => type === 'message-end' || type === 'error')
    expect(ends).toHaveLength(1)
    gather(whole)
  })
})

test('a broken error is an error all the same', () => {
  inRounds((random) => {
    const body = broken(
      { error: { message: 'No.', type: 'a', code: 'b', metadata: { raw: 'c' } }, detail: [{ msg: 'x' }] },
      random,
    )
    expect(openAiChatTranslator.readError(400, body)).toBeInstanceOf(AppError)
  })
})
