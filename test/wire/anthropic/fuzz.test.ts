/** Bodies that somebody broke: nothing but a refusal leaves the reader of requests, and nothing at all the others. */
import { expect, test } from 'bun:test'
import { AppError } from '../../../src/neutral/error.ts'
import { eventsOf, type StreamEvent } from '../../../src/neutral/event.ts'
import { anthropicTranslator } from '../../../src/wire/anthropic/translator.ts'
import { framesIn } from '../recorded.ts'
import { conversations, withUnknownFields } from './conversations.ts'
import { asked, signer, stamp, streamOf, target } from './support.ts'

/** mulberry32: small, and the same on every machine. */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const oddValues = [
  null,
  '',
  'x',
  0,
  -1,
  1e21,
  true,
  [],
  {},
  [null],
  { type: 'text' },
  [{ type: 'tool_use' }],
  '__proto__',
]

/** The value with about one in thirty of its inner values replaced or left out. */
function broken(value: unknown, random: () => number): unknown {
  if (random() < 0.03) return oddValues[Math.floor(random() * oddValues.length)]
  if (Array.isArray(value)) return value.filter(() => random() > 0.02).map((inner) => broken(inner, random))
  if (value === null || typeof value !== 'object') return value
  const kept = Object.entries(value).filter(() => random() > 0.02)
  return Object.fromEntries(kept.map(([name, inner]) => [name, broken(inner, random)]))
}

const seed = 20_261_122
const bodies: readonly unknown[] = [...Object.values(conversations), withUnknownFields]
const isRequest = (body: unknown) => Array.isArray((body as { messages?: unknown } | null)?.messages)

test(`broken requests are read and written, or refused (seed ${seed})`, () => {
  const random = randomFrom(seed)
  let refused = 0
  for (let round = 0; round < 40; round += 1) {
    for (const whole of bodies) {
      const body = broken(whole, random)
      try {
        const request = anthropicTranslator.readRequest(body, { model: null, isStream: false })
        anthropicTranslator.writeRequest(request, target)
        const { carried: _own, ...foreign } = request
        anthropicTranslator.writeRequest(foreign, { ...target, thinking: 'budget' })
      } catch (fault) {
        expect([fault instanceof AppError, isRequest(body), String(fault)]).toEqual([true, false, String(fault)])
        refused += 1
      }
    }
  }
  expect(refused).toBeGreaterThan(5)
})

const answers = bodies.map((body) => {
  const content = (body as { messages: { content: unknown }[] }).messages.flatMap((message) => message.content)
  return {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'm',
    content,
    stop_reason: 'end_turn',
    usage: { input_tokens: 1 },
  }
})

test(`broken answers are read and written (seed ${seed})`, () => {
  const random = randomFrom(seed)
  for (let round = 0; round < 40; round += 1) {
    for (const whole of answers) {
      const reply = anthropicTranslator.readReply(broken(whole, random), signer)
      anthropicTranslator.writeReply(reply, asked, stamp)
      streamOf(eventsOf(reply))
    }
  }
})

test(`broken streams are read and written, their parts in order (seed ${seed})`, () => {
  const random = randomFrom(seed)
  const streams = answers.map((answer) =>
    framesIn(streamOf(eventsOf(anthropicTranslator.readReply(answer, signer))).text),
  )
  for (let round = 0; round < 40; round += 1) {
    for (const frames of streams) {
      const reader = anthropicTranslator.readEvents(signer)
      const events: StreamEvent[] = []
      for (const { event, data } of frames) {
        const cut = random() < 0.02 ? data.slice(0, Math.floor(random() * data.length)) : data
        const frame = random() < 0.5 || cut !== data ? cut : JSON.stringify(broken(JSON.parse(data), random))
        events.push(...reader.read(event, frame))
      }
      events.push(...reader.end())
      const begun = events.flatMap((event) =>
        event.type === 'part-start' || event.type === 'part' ? [event.index] : [],
      )
      expect(begun.toSorted((a, b) => a - b)).toEqual(begun.map((_, i) => i))
      streamOf(events)
    }
  }
})
