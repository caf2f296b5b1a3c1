/** A translated stream is the same wherever the provider's bytes are cut, and however its frames are laid out. */
import { describe, expect, test } from 'bun:test'
import type { DialectId } from '../../../src/neutral/model.ts'
import { answering, understood } from './recordings.ts'
import { fed, providerStream } from './provider-streams.ts'
import { dialectIds, othersThan } from './sides.ts'

/** The same frames as the standard allows them: other line ends, comments between them, data in several lines. */
const layouts: Readonly<Record<string, (stream: string) => string>> = {
  'line feeds': (stream) => stream,
  'carriage returns too': (stream) => stream.replaceAll('\n', '\r\n'),
  'comments between the frames': (stream) => `: hello\n\n${stream.replaceAll('\n\n', '\n\n: ping ☃\n\n')}`,
  'data in several lines': (stream) =>
    stream.replaceAll('data: {', 'data: {\ndata:').replaceAll('}\n\n', '\ndata: }\n\n'),
  'fields that nobody asked for': (stream) => stream.replaceAll('data: ', 'id: 7\nretry: 10\ndata: '),
}

const pairs = dialectIds.flatMap((from) => othersThan(from).map((to) => [from, to] as const))

const whole = (from: DialectId, to: DialectId, bytes: Uint8Array): string => fed(answering(from, to), from, [bytes])

describe.each(pairs)('%s to %s', (from, to) => {
  const plain = providerStream(from)
  const expected = whole(from, to, Buffer.from(plain))

  test('is an answer of some parts', () => {
    const reply = understood(to, expected)
    expect(reply?.parts.map(({ type }) => type)).toEqual(['reasoning', 'text', 'tool-call'])
    expect(reply?.parts[1]).toMatchObject({ text: 'Grüße ☃, \u{1F600}.\nZwei' })
  })

  test.each(Object.entries(layouts))('is the same with %s, whole and byte by byte', (_name, lay) => {
    const bytes = Buffer.from(lay(plain))
    expect(whole(from, to, bytes)).toBe(expected)
    const single = Array.from(bytes, (_, at) => bytes.subarray(at, at + 1))
    expect(fed(answering(from, to), from, single)).toBe(expected)
  })

  test('is the same wherever it is cut in two within a line end or a letter', () => {
    const bytes = Buffer.from(plain.replaceAll('\n', '\r\n'))
    const odd: number[] = []
    for (let at = 1; at < bytes.length; at++) {
      if (!isSeam(bytes[at - 1]) && !isSeam(bytes[at])) continue
      const chunks = [bytes.subarray(0, at), bytes.subarray(at)]
      if (fed(answering(from, to), from, chunks) !== expected) odd.push(at)
    }
    expect(odd).toEqual([])
  })

  test('is the same in pieces of any size', () => {
    const bytes = Buffer.from(plain.replaceAll('\n', '\r\n'))
    for (let size = 2; size < 40; size++) {
      const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
        bytes.subarray(i * size, (i + 1) * size),
      )
      expect(fed(answering(from, to), from, chunks)).toBe(expected)
    }
  })
})

/** A byte of a line's end, or of a letter that has several. */
const isSeam = (byte = 0): boolean => byte === 0x0a || byte === 0x0d || byte >= 0x80
