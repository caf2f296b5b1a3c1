import { describe, expect, test } from 'bun:test'
import { gemini } from '../../src/wire/gemini/index.ts'
import { openAiChat } from '../../src/wire/openai-chat/index.ts'
import { SseObserver } from '../../src/pipeline/observe-sse.ts'
import { anthropicFrames, chatFrames, geminiFrames } from '../support/replies.ts'
import { quiet, rig, samples, type Rig } from './rig.ts'

const first = anthropicFrames[0] ?? ''
const usageChunk = chatFrames[4] ?? ''

const outcomes = ({ settled }: Rig) => settled.map(({ outcome }) => outcome)

/** Sends the pieces through and shows what the client had before the row was written, and after. */
async function replay(pieces: readonly Uint8Array[], observer: SseObserver) {
  const one = rig({ observer, holdsRow: true })
  one.push(...pieces)
  one.end()
  await quiet()
  const before = one.got()
  one.letSettle()
  await quiet()
  return { before, after: one.got(), state: one.state(), settled: one.settled, watched: one.watched() }
}

for (const { name, dialect, frames, last, facts, providerError, timedOut, wasReset } of samples) {
  const whole = frames.join('')
  const observe = () => new SseObserver(dialect, false, true)

  describe(`a stream of ${name}`, () => {
    test('split in two at every byte: the same bytes, the same facts, and no end before the row', async () => {
      const bytes = Buffer.from(whole)
      for (let at = 0; at <= bytes.length; at++) {
        const observer = observe()
        const end = await replay([bytes.subarray(0, at), bytes.subarray(at)], observer)
        expect({ at, ...end }).toEqual({
          at,
          before: whole.slice(0, -last.length),
          after: whole,
          state: 'closed',
          settled: [{ outcome: 'complete', error: null, passed: bytes.length }],
          watched: 0,
        })
        expect(observer.facts()).toMatchObject(facts)
      }
    })

    test('byte by byte, with line ends as they came and with CRLF', async () => {
      const crlf = whole.replaceAll('\r\n', '\n').replaceAll('\n', '\r\n')
      const crlfLast = last.replaceAll('\r\n', '\n').replaceAll('\n', '\r\n')
      for (const [text, end] of [
        [whole, last],
        [crlf, crlfLast],
      ] as const) {
        const observer = observe()
        const seen = await replay(
          [...Buffer.from(text)].map((byte) => Uint8Array.of(byte)),
          observer,
        )
        expect(seen.before).toBe(text.slice(0, -end.length))
        expect(seen.after).toBe(text)
        expect(seen.settled).toHaveLength(1)
        expect(observer.facts()).toMatchObject(facts)
      }
    })

    test('comments, unknown fields and odd frames go through as they are', async () => {
      const odd = `: a comment\n\n${frames[0]}id: 7\nretry: 10\nevent: novel\ndata: {"half":\n\ndata:\n\n\n\n${frames.slice(1).join('')}`
      const observer = observe()
      const { after, settled } = await replay([Buffer.from(odd)], observer)
      expect(after).toBe(odd)
      expect(settled).toHaveLength(1)
      expect(observer.facts()).toMatchObject(facts)
    })

    test('a client that hangs up stops the upstream, and the request settles once', async () => {
      const one = rig({ dialect })
      one.push(frames[0] ?? '')
      await quiet()
      await one.hangUp()
      one.push(frames[1] ?? '')
      one.end()
      await quiet()
      expect(one.attempt.stopped).toBe('client')
      expect(one.isStopped()).toBe(true)
      expect(outcomes(one)).toEqual(['client_abort'])
      expect(one.watched()).toBe(0)
    })

    test('the error of the provider itself is held until the row is written, and nothing is added', async () => {
      const observer = observe()
      const text = `${frames[0]}${providerError}`
      const { before, after, settled } = await replay([Buffer.from(text)], observer)
      expect(before).toBe(frames[0] ?? '')
      expect(after).toBe(text)
      expect(settled).toHaveLength(1)
      expect(observer.hasError()).toBe(true)
      expect(observer.facts().errorCode).not.toBeNull()
    })

    test('an upstream that dies ends it with an error of the dialect, after the row', async () => {
      const one = rig({ dialect, holdsRow: true })
      one.push(frames[0] ?? '', (frames[1] ?? '').slice(0, 20))
      await quiet()
      one.reset()
      await quiet()
      expect(one.got()).toBe(frames[0] ?? '')
      expect(one.settled).toMatchObject([{ outcome: 'upstream_reset', error: { code: 'provider-unreachable' } }])
      one.letSettle()
      await quiet()
      expect(one.got()).toBe(`${frames[0]}${wasReset}`)
      expect(one.settled[0]?.passed).toBe(Buffer.byteLength(one.got()))
      expect(one.state()).toBe('closed')
      expect(one.settled).toHaveLength(1)
      expect(one.watched()).toBe(0)
    })

    test('an upstream that falls silent is stopped at the idle limit, and says so in the dialect', async () => {
      const one = rig({ dialect, idleMs: 5000 })
      one.push(frames[0] ?? '')
      await quiet()
      one.pass(4999)
      await quiet()
      expect(one.attempt.stopped).toBeNull()
      one.pass(1)
      await quiet()
      expect(one.attempt.stopped).toBe('idle')
      expect(one.got()).toBe(`${frames[0]}${timedOut}`)
      expect(one.settled).toMatchObject([{ outcome: 'timeout', error: { code: 'timed-out' } }])
      expect(one.state()).toBe('closed')
    })
  })
}

describe('the end of a stream', () => {
  test('the usage chunk that the client did not ask for is taken out, wherever the stream is split', async () => {
    const bytes = Buffer.from(chatFrames.join(''))
    const expected = chatFrames.join('').replace(usageChunk, '')
    for (let at = 0; at <= bytes.length; at++) {
      const observer = new SseObserver(openAiChat, true, true)
      const { before, after, settled } = await replay([bytes.subarray(0, at), bytes.subarray(at)], observer)
      expect({ at, before, after }).toEqual({ at, before: expected.replace('data: [DONE]\n\n', ''), after: expected })
      expect(settled).toEqual([{ outcome: 'complete', error: null, passed: Buffer.byteLength(expected) }])
      expect(observer.facts().usage).toMatchObject({ inputTokens: 1000, outputTokens: 200 })
    }
  })

  test('an answer that ends without a terminal frame closes only after the row', async () => {
    const one = rig({ dialect: openAiChat, holdsRow: true })
    one.push(chatFrames.slice(0, 4).join(''))
    one.end()
    await quiet()
    expect(one.got()).toBe(chatFrames.slice(0, 4).join(''))
    expect(one.state()).toBe('open')
    one.letSettle()
    await quiet()
    expect(one.state()).toBe('closed')
    expect(outcomes(one)).toEqual(['complete'])
  })

  test('a last frame without its blank line is passed on, and counts', async () => {
    const one = rig({ dialect: openAiChat })
    const text = chatFrames.join('').slice(0, -1)
    one.push(text)
    one.end()
    await quiet()
    expect(one.got()).toBe(text)
    expect(outcomes(one)).toEqual(['complete'])
  })

  test('an upstream that ends properly in the middle is an upstream reset, and no word of ours is added', async () => {
    for (const { dialect, frames } of samples) {
      const one = rig({ dialect })
      one.push(frames[0] ?? '')
      one.end()
      await quiet()
      expect(one.got()).toBe(frames[0] ?? '')
      expect(one.state()).toBe('closed')
      expect(one.settled).toMatchObject([
        {
          outcome: 'upstream_reset',
          error: { code: 'provider-failed', message: 'acme ended its answer before it was whole.' },
        },
      ])
    }
  })

  test('what follows the terminal frame is passed on, and an upstream that then dies or stays open harms nobody', async () => {
    const one = rig({ idleMs: 1000, keepAliveMs: 100 })
    one.push(anthropicFrames.join(''))
    await quiet()
    one.push(': trailer\n\n')
    await quiet()
    one.pass(500)
    await quiet()
    expect(one.got()).toBe(`${anthropicFrames.join('')}: trailer\n\n`)
    one.pass(600)
    await quiet()
    expect(one.got()).toBe(`${anthropicFrames.join('')}: trailer\n\n`)
    expect(one.state()).toBe('closed')
    expect(outcomes(one)).toEqual(['complete'])
  })

  test('a hang-up right after the terminal frame leaves the request complete', async () => {
    const one = rig()
    one.push(anthropicFrames.join(''))
    await quiet()
    await one.hangUp()
    expect(one.isStopped()).toBe(true)
    expect(outcomes(one)).toEqual(['complete'])
  })

  test('a hang-up while the row is being written settles nothing twice', async () => {
    const one = rig({ holdsRow: true })
    one.push(anthropicFrames.join(''))
    await quiet()
    const gone = one.hangUp()
    one.letSettle()
    await gone
    await quiet()
    expect(outcomes(one)).toEqual(['complete'])
    expect(one.watched()).toBe(0)
  })

  test('a last frame that was held back reaches the client even when the upstream then dies', async () => {
    const one = rig({ dialect: gemini })
    one.push(geminiFrames.join(''))
    await quiet()
    expect(one.got()).toBe(geminiFrames.slice(0, 2).join(''))
    one.reset()
    await quiet()
    expect(one.got()).toStartWith(geminiFrames.join(''))
    expect(one.got().slice(geminiFrames.join('').length)).toStartWith('data: {"error":{"code":502,')
  })

  test('garbage that never ends a frame is passed on at the end', async () => {
    const one = rig()
    one.push('\u0000\u0001 no event', ' stream at all ', 'data: {"type":')
    one.end()
    await quiet()
    expect(one.got()).toBe('\u0000\u0001 no event stream at all data: {"type":')
    expect(outcomes(one)).toEqual(['upstream_reset'])
  })

  test('a fault of ours ends the upstream, settles the request and breaks the connection', async () => {
    const one = rig({
      observer: {
        see() {
          throw new TypeError('a bug')
        },
        end: () => ({ pass: [], hold: [] }),
        cut: () => [],
        takesOurs: () => true,
        isWhole: () => true,
      },
    })
    one.push(first)
    await quiet()
    expect(one.state()).toBe('broken')
    expect(one.isStopped()).toBe(true)
    expect(one.settled).toMatchObject([{ outcome: 'failed', error: { code: 'internal' } }])
    expect(one.watched()).toBe(0)
  })

  test('a client that was gone before it read anything is noticed by the heartbeat', async () => {
    const one = rig({ reads: false, isGone: () => true })
    one.pass(250)
    await quiet()
    expect(outcomes(one)).toEqual(['client_abort'])
    expect(one.isStopped()).toBe(true)
    expect(one.watched()).toBe(0)
  })
})
