import { expect, test } from 'bun:test'
import { AppError } from '../../../src/neutral/error.ts'
import { eventsOf, gather } from '../../../src/neutral/event.ts'
import { geminiTranslator } from '../../../src/wire/gemini/translator.ts'
import { oddBodies, oddFrames } from '../oddities.ts'
import { conversations } from './conversations.ts'
import { foreign, gemini3, play, readRequest, record, signer, stamp, target, write } from './support.ts'

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

const leaves = [null, true, 0, -1, 1.5, '', 'x', 'models/x', '__proto__', [], {}, [null], [[]], { text: 5 }]

/** The value with some of its leaves and branches replaced by others. */
function mutated(value: unknown, random: () => number): unknown {
  if (random() < 0.04) return leaves[Math.floor(random() * leaves.length)]
  if (Array.isArray(value)) return value.filter(() => random() > 0.03).map((entry) => mutated(entry, random))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, mutated(entry, random)]))
}

const reply = {
  candidates: [
    {
      content: {
        parts: [
          { text: 'a', thought: true, thoughtSignature: 'c2ln' },
          { text: 'b' },
          { functionCall: { name: 'f', args: { a: 1 }, partialArgs: [{ jsonPath: '$.a[3].b', stringValue: 'x' }] } },
          { inlineData: { mimeType: 'image/png', data: 'AAAA' } },
        ],
        role: 'model',
      },
      finishReason: 'STOP',
      index: 0,
      citationMetadata: { citations: [{ startIndex: 0, endIndex: 1, uri: 'https://a.com' }] },
      groundingMetadata: {
        webSearchQueries: ['q'],
        groundingChunks: [{ web: { uri: 'https://a.com' } }],
        groundingSupports: [{ segment: { startIndex: 0, endIndex: 1, text: 'b' }, groundingChunkIndices: [0] }],
      },
    },
    { index: 1, content: { parts: [{ text: 'c' }] } },
  ],
  promptFeedback: { blockReason: 'SAFETY' },
  usageMetadata: { promptTokenCount: 1, totalTokenCount: 2 },
}

/** Reads what may be a request, and writes it for either kind of model; only a refusal of ours may be thrown. */
function readAndWrite(body: unknown): void {
  try {
    const request = readRequest(body)
    write(request, target())
    write(request, gemini3)
  } catch (fault) {
    if (!(fault instanceof AppError)) throw fault
    expect(fault.code).toBe('invalid-request')
  }
}

test('a request that is none is refused, whatever it is', () => {
  for (const body of oddBodies) readAndWrite(body)
})

test('requests with anything in any place are read or refused', () => {
  const random = randomFrom(7)
  for (const [name, body] of Object.entries(conversations)) {
    for (let round = 0; round < 60; round += 1) {
      const odd = mutated(body, random)
      try {
        readAndWrite(odd)
      } catch (fault) {
        throw new Error(`${name}, round ${round}: ${JSON.stringify(odd)}`, { cause: fault })
      }
    }
  }
})

test('answers with anything in any place are read, whole and as a stream', () => {
  const random = randomFrom(8)
  for (let round = 0; round < 1000; round += 1) {
    const odd = mutated(reply, random)
    try {
      const read = geminiTranslator.readReply(odd, signer)
      geminiTranslator.writeReply(read, foreign(), stamp)
      record(eventsOf(read))
      gather(play([odd, mutated(reply, random)]))
      geminiTranslator.readError(400, odd)
    } catch (fault) {
      throw new Error(`round ${round}: ${JSON.stringify(odd)}`, { cause: fault })
    }
  }
})

test('frames that are no chunks say nothing', () => {
  for (const body of oddBodies) geminiTranslator.readReply(body, signer)
  for (const data of oddFrames) expect(play([data]).filter(({ type }) => type !== 'message-start')).toEqual([])
})

test('a chunk that was cut in the middle is skipped', () => {
  const whole = JSON.stringify(reply)
  for (let length = 0; length < whole.length; length += 7) expect(play([whole.slice(0, length)])).toEqual([])
})
