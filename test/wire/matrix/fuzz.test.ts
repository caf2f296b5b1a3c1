/** Streams, answers and requests that somebody broke: nothing throws, and what comes after is as if nothing had been. */
import { describe, expect, test } from 'bun:test'
import { AppError } from '../../../src/neutral/error.ts'
import type { DialectId } from '../../../src/neutral/model.ts'
import { parseJson } from '../../../src/wire/fields.ts'
import { framesIn } from '../recorded.ts'
import { answers } from './answers.ts'
import { corpus } from './corpus.ts'
import { fed, providerStream } from './provider-streams.ts'
import { answering, eventsIn } from './recordings.ts'
import { dialectIds, exchange, othersThan, read, signerOf, stamp } from './sides.ts'

const seed = 20_261_122

/** Numbers from 0 below a bound, the same on every machine. */
function randomFrom(start: number): (below: number) => number {
  let state = start
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

type Random = ReturnType<typeof randomFrom>

const pick = <T>(from: readonly T[], random: Random): T => from[random(from.length)] as T

/** What may come of a stream on its way, on the level of its frames and of its bytes. */
const accidents: readonly ((frames: string[], random: Random) => string[])[] = [
  (frames, random) => frames.toSpliced(random(frames.length), 1),
  (frames, random) => frames.toSpliced(random(frames.length), 0, pick(frames, random)),
  (frames, random) => {
    const [a, b] = [random(frames.length), random(frames.length)]
    return frames.with(a, frames[b] ?? '').with(b, frames[a] ?? '')
  },
  (frames, random) => frames.slice(0, random(frames.length)),
  (frames, random) => {
    const at = random(frames.length)
    const frame = frames[at] ?? ''
    return frames.with(at, frame.slice(0, random(frame.length)) + frame.slice(random(frame.length)))
  },
  (frames, random) => {
    const at = random(frames.length)
    const frame = frames[at] ?? ''
    return frames.with(at, frame.slice(0, random(frame.length)))
  },
  (frames, random) => {
    const at = random(frames.length)
    const data = /\{.*\}/.exec(frames[at] ?? '')?.[0] ?? '{}'
    return frames.with(at, `data: ${JSON.stringify(broken(parseJson(data), random))}\n\n`)
  },
]

function brokenBytes(text: string, random: Random): Uint8Array {
  const bytes = Buffer.from(text)
  if (random(2) === 0 || bytes.length === 0) return bytes
  bytes[random(bytes.length)] = random(256)
  return bytes.subarray(0, random(3) === 0 ? random(bytes.length) : bytes.length)
}

const oddValues: readonly unknown[] = [null, 0, -1, 1e21, true, '', 'x', [], {}, [null], { type: 'text' }, { a: [1] }]

/** The same value with something in it replaced, left out or added. */
function broken(value: unknown, random: Random): unknown {
  if (value === null || typeof value !== 'object' || random(20) === 0) return pick(oddValues, random)
  if (Array.isArray(value)) {
    const at = random(value.length + 1)
    if (random(4) === 0) return value.toSpliced(at, random(2), pick(oddValues, random))
    return value.map((entry: unknown, i) => (i === at ? broken(entry, random) : entry))
  }
  const name = pick(Object.keys(value), random) ?? 'x_added'
  const { [name]: inner, ...others } = value as Record<string, unknown>
  return random(5) === 0 ? others : { ...value, [name]: broken(inner, random) }
}

/** What a client would stumble over. */
function faultsIn(to: DialectId, stream: string): string[] {
  const frames = framesIn(stream)
  const torn = frames.filter(({ data }) => data !== '[DONE]' && parseJson(data) === undefined)
  const ends = eventsIn(to, frames).filter(({ type }) => type === 'message-end' || type === 'error')
  return [...torn.map(({ data }) => `no JSON: ${data}`), ...(ends.length > 1 ? [`${ends.length} ends`] : [])]
}

const pairs = dialectIds.flatMap((from) => othersThan(from).map((to) => [from, to] as const))
const rounds = 120

describe.each(pairs)(`%s to %s (seed ${seed})`, (from, to) => {
  test('a broken stream is whole frames with one end at most, and the next one is as it should be', () => {
    const random = randomFrom(seed)
    const good = providerStream(from)
    const frames = good.split(/(?<=\n\n)/)
    const expected = fed(answering(from, to), from, [Buffer.from(good)])
    for (let round = 0; round < rounds; round++) {
      let hurt = frames
      for (let i = random(3); i >= 0 && hurt.length > 0; i--) hurt = pick(accidents, random)(hurt, random)
      const bytes = brokenBytes(hurt.join(''), random)
      const cut = random(bytes.length + 1)
      const there = answering(from, to)
      const out = fed(there, from, [bytes.subarray(0, cut), bytes.subarray(cut)])
      const faults = faultsIn(to, out)
      if (faults.length > 0) throw new Error(`round ${round}: ${faults.join('; ')} of ${Buffer.from(bytes).toString()}`)
      if (round % 20 === 0) expect(fed(there, from, [Buffer.from(good)])).toBe(expected)
    }
    expect(fed(answering(from, to), from, [Buffer.from(good)])).toBe(expected)
  })

  test('a broken answer is an answer', () => {
    const random = randomFrom(seed)
    const own = answers.flatMap(([, { dialect, body }]) => (dialect === from ? [body] : []))
    for (let round = 0; round < rounds; round++) {
      const body = broken(pick(own, random), random)
      const written = answering(from, to).reply(body, stamp, signerOf(from))
      expect(JSON.stringify(written).startsWith('{')).toBe(true)
      const { frames, last } = answering(from, to).stream(stamp, signerOf(from)).whole(body)
      expect(faultsIn(to, frames + last)).toEqual([])
    }
  })

  test('a broken request is one, or is refused with a reason', () => {
    const random = randomFrom(seed)
    const own = corpus.flatMap(([, { dialect, body }]) => (dialect === from ? [body] : []))
    for (let round = 0; round < rounds; round++) {
      let body: unknown = pick(own, random)
      for (let i = random(3); i >= 0; i--) body = broken(body, random)
      try {
        const there = exchange(from, to, read(from, body))
        expect(JSON.stringify(there.body).startsWith('{')).toBe(true)
      } catch (error) {
        if (error instanceof AppError && error.code === 'invalid-request') continue
        throw new Error(`round ${round}: ${JSON.stringify(body)}`, { cause: error })
      }
    }
  })
})
