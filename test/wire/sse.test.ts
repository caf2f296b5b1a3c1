import { describe, expect, test } from 'bun:test'
import { FrameCutter, framesOf, readFrame } from '../../src/wire/sse.ts'

const stream =
  ': hi\n\nevent: a\ndata: {"x":1}\n\ndata: one\ndata: two\n\ndata:none\r\n\r\nid: 7\rdata: cr\r\rdata: é☃😀\n\n'

function cut(chunks: readonly Uint8Array[]): { frames: (readonly [string, string])[]; bytes: Buffer } {
  const cutter = new FrameCutter()
  const blocks: Uint8Array[] = []
  for (const chunk of chunks) {
    const block = cutter.push(chunk)
    if (block !== null) blocks.push(block)
  }
  const rest = cutter.rest()
  if (rest !== null) blocks.push(rest)
  return {
    frames: blocks.flatMap((block) =>
      framesOf(block).map((bytes) => {
        const { event, data } = readFrame(bytes)
        return [event, data] as const
      }),
    ),
    bytes: Buffer.concat(blocks),
  }
}

const expected = [
  ['', ''],
  ['a', '{"x":1}'],
  ['', 'one\ntwo'],
  ['', 'none'],
  ['', 'cr'],
  ['', 'é☃😀'],
] as const

describe('frames are the same however the stream is cut', () => {
  const whole = Buffer.from(stream)

  test('in one piece', () => expect(cut([whole]).frames).toEqual([...expected]))

  test('split at every byte', () => {
    for (let at = 0; at <= whole.length; at++) {
      const { frames, bytes } = cut([whole.subarray(0, at), whole.subarray(at)])
      expect(frames, `split at ${at}`).toEqual([...expected])
      expect(bytes.equals(whole)).toBe(true)
    }
  })

  test('one byte at a time', () => {
    const { frames, bytes } = cut([...whole].map((byte) => Uint8Array.of(byte)))
    expect(frames).toEqual([...expected])
    expect(bytes.equals(whole)).toBe(true)
  })
})

test('of a chunk that ends a frame begun before, only that frame is joined; what follows is not copied', () => {
  const cutter = new FrameCutter()
  const chunk = Buffer.from('ta: a\n\ndata: b\n\ndata: c\n\nda')
  expect(cutter.cut(Buffer.from('da'))).toEqual([])
  const [joint, rest] = cutter.cut(chunk)
  expect([joint?.toString(), rest?.toString()]).toEqual(['data: a\n\n', 'data: b\n\ndata: c\n\n'])
  expect(rest?.buffer).toBe(chunk.buffer)
  expect(cutter.rest()?.toString()).toBe('da')
})

test('a chunk of whole frames is handed on as it is', () => {
  const chunk = new TextEncoder().encode('data: a\n\ndata: b\r\n\r\n')
  expect(new FrameCutter().cut(chunk)[0]).toBe(chunk)
})

test('an unfinished frame is held, and given up as it is at the end', () => {
  const cutter = new FrameCutter()
  expect(cutter.push(Buffer.from('data: a\n\ndata: b'))?.toString()).toBe('data: a\n\n')
  expect(cutter.push(Buffer.from('c\n'))).toBeNull()
  expect(cutter.rest()?.toString()).toBe('data: bc\n')
  expect(cutter.rest()).toBeNull()
})

test('bytes that never end a frame are passed on once they are too many to hold', () => {
  const cutter = new FrameCutter()
  const chunk = new Uint8Array(9 * 1024 * 1024).fill(0x61)
  expect(cutter.push(chunk)).toBeNull()
  expect(cutter.push(chunk)).toBeNull()
  expect(cutter.push(chunk)).toBeNull()
  expect(cutter.push(chunk)?.length).toBe(4 * 9 * 1024 * 1024)
})
