/** AWS's event stream: read at any cut, damage noticed, nothing guessed. */
import { expect, test } from 'bun:test'
import { EventStreamDecoder, FramingError, type EventMessage } from '../../src/lib/event-stream.ts'
import { checksum, event, exception, message } from '../providers/cloud/aws-messages.ts'

const shown = ({ headers, payload }: EventMessage) => [Object.fromEntries(headers), payload.toString()]

test('the checksum that these tests write has the check value of CRC-32', () => {
  expect(checksum(Buffer.from('123456789'))).toBe(0xcbf43926)
})

test('a message of AWS is read: 30 bytes, no headers, {"foo": "bar"}', () => {
  const bytes = Uint8Array.from([
    0, 0, 0, 30, 0, 0, 0, 0, 186, 242, 246, 138, 123, 34, 102, 111, 111, 34, 58, 32, 34, 98, 97, 114, 34, 125, 174, 114,
    88, 228,
  ])
  expect([...new EventStreamDecoder().read(bytes)].map(shown)).toEqual([[{}, '{"foo": "bar"}']])
})

const three = Buffer.concat([
  event('messageStart', { role: 'assistant' }),
  message({ ':message-type': 'event' }, ''),
  exception('throttlingException', { message: 'Zu schnell, é ✓' }),
])

const threeShown = [
  [
    { ':event-type': 'messageStart', ':content-type': 'application/json', ':message-type': 'event' },
    '{"role":"assistant"}',
  ],
  [{ ':message-type': 'event' }, ''],
  [
    { ':exception-type': 'throttlingException', ':content-type': 'application/json', ':message-type': 'exception' },
    '{"message":"Zu schnell, é ✓"}',
  ],
]

test('a stream cut in two at any byte, or into single bytes, holds the same messages', () => {
  for (let cut = 0; cut <= three.length; cut++) {
    const decoder = new EventStreamDecoder()
    const read = [...decoder.read(three.subarray(0, cut)), ...decoder.read(three.subarray(cut))]
    expect([cut, read.map(shown), decoder.isBetween()]).toEqual([cut, threeShown, true])
  }
  const decoder = new EventStreamDecoder()
  const read = [...three].flatMap((byte) => [...decoder.read(Uint8Array.of(byte))])
  expect(read.map(shown)).toEqual(threeShown)
})

test('one wrong bit anywhere is noticed, and only the messages before it come out', () => {
  const ends = [0, event('messageStart', { role: 'assistant' }).length]
  ends.push((ends[1] ?? 0) + message({ ':message-type': 'event' }, '').length)
  for (let at = 0; at < three.length; at++) {
    const bytes = Buffer.from(three)
    bytes[at] = (bytes[at] ?? 0) ^ 0x10
    const read: unknown[] = []
    let fault: unknown = null
    try {
      for (const each of new EventStreamDecoder().read(bytes)) read.push(shown(each))
    } catch (caught) {
      fault = caught
    }
    const whole = ends.filter((end) => end <= at).length - 1
    expect([at, fault instanceof FramingError, read]).toEqual([at, true, threeShown.slice(0, whole)])
  }
})

test('headers of other kinds than text are passed over', () => {
  const others = Buffer.concat([
    Buffer.from([1, 0x61, 0]),
    Buffer.from([1, 0x62, 4, 0, 0, 0, 9]),
    Buffer.from([1, 0x63, 6, 0, 2, 0xff, 0xfe]),
    Buffer.from([1, 0x64, 8, 0, 0, 0, 0, 0, 0, 0, 1]),
    Buffer.from([1, 0x65, 9, ...new Uint8Array(16)]),
    Buffer.from([1, 0x66, 7, 0, 1, 0x7a]),
  ])
  const read = [...new EventStreamDecoder().read(message({ ':event-type': 'x' }, '{}', others))]
  expect(read.map(shown)).toEqual([[{ ':event-type': 'x', f: 'z' }, '{}']])
  expect(() => [...new EventStreamDecoder().read(message({}, '', Buffer.from([1, 0x61, 12])))]).toThrow(FramingError)
  expect(() => [...new EventStreamDecoder().read(message({}, '', Buffer.from([1, 0x61, 7, 0, 9])))]).toThrow(
    FramingError,
  )
})

test('an end inside a message is known as one', () => {
  const decoder = new EventStreamDecoder()
  expect([...decoder.read(three.subarray(0, three.length - 1))].length).toBe(2)
  expect(decoder.isBetween()).toBe(false)
})

test('a length that no message has is refused at once, not waited for', () => {
  const lengths = Buffer.from([0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 0])
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(checksum(lengths))
  expect(() => [...new EventStreamDecoder().read(Buffer.concat([lengths, sum]))]).toThrow(FramingError)
})
