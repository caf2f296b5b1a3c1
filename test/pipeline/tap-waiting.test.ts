import { describe, expect, test } from 'bun:test'
import { ByteObserver } from '../../src/pipeline/observe-bytes.ts'
import { gemini } from '../../src/wire/gemini/index.ts'
import { anthropicFrames } from '../support/replies.ts'
import { keepAlive, quiet, rig, type Rig } from './rig.ts'

const first = anthropicFrames[0] ?? ''
/** As much as is written ahead of a client that reads no more. */
const longFrame = `: ${'x'.repeat(64 * 1024)}\n\n`

const outcomes = ({ settled }: Rig) => settled.map(({ outcome }) => outcome)

describe('silence', () => {
  test('is bridged by comments between whole frames', async () => {
    const one = rig({ keepAliveMs: 15_000 })
    one.push(first, anthropicFrames[1]?.slice(0, 30) ?? '')
    await quiet()
    one.pass(14_999)
    await quiet()
    expect(one.got()).toBe(first)
    one.pass(1)
    one.pass(14_999)
    await quiet()
    expect(one.got()).toBe(`${first}${keepAlive}`)
    one.pass(1)
    await quiet()
    one.push(anthropicFrames[1]?.slice(30) ?? '')
    await quiet()
    expect(one.got()).toBe(`${first}${keepAlive}${keepAlive}${anthropicFrames[1]}`)
  })

  test('comments are not counted as answer, and none follows the terminal frame', async () => {
    const one = rig({ keepAliveMs: 1000 })
    await quiet()
    one.pass(1000)
    await quiet()
    one.push(anthropicFrames.join(''))
    await quiet()
    expect(one.settled[0]?.passed).toBe(Buffer.byteLength(anthropicFrames.join('')))
    one.pass(5000)
    await quiet()
    expect(one.got()).toBe(`${keepAlive}${anthropicFrames.join('')}`)
  })

  test('of a client that does not read is not the upstream’s', async () => {
    const one = rig({ reads: false, keepAliveMs: 1000, idleMs: 5000 })
    one.push(longFrame)
    expect(await one.readOnce()).toBe(longFrame)
    one.push(longFrame)
    await quiet()
    one.pass(60_000)
    expect(one.attempt.stopped).toBeNull()
    expect(one.settled).toEqual([])
  })

  test('starts anew with every byte, whole frame or not', async () => {
    const one = rig({ idleMs: 5000 })
    for (const byte of first) {
      one.push(byte)
      await quiet()
      one.pass(4000)
    }
    expect(one.attempt.stopped).toBeNull()
    expect(one.got()).toBe(first)
  })

  test('in the middle of a frame that grew beyond all reading gets no comment, and no error frame', async () => {
    const one = rig({ keepAliveMs: 1000, idleMs: 5000 })
    const block = Buffer.alloc(1024 * 1024, 'x')
    for (let i = 0; i < 33; i++) one.push(block)
    await quiet()
    const length = one.got().length
    expect(length).toBeGreaterThan(32 * 1024 * 1024)
    one.pass(2000)
    await quiet()
    one.pass(3000)
    await quiet()
    expect(one.got()).toHaveLength(length)
    expect(one.state()).toBe('broken')
    expect(outcomes(one)).toEqual(['timeout'])
  })
})

describe('a body that is no event stream', () => {
  const array =
    '[{"candidates":[{"content":{"parts":[{"text":"Hi"}]}}]}\n,\n{"usageMetadata":{"promptTokenCount":3}}\n]\n'

  test('a JSON array split at every byte keeps its closing bracket until the row is written', async () => {
    const bytes = Buffer.from(array)
    for (let at = 0; at <= bytes.length; at++) {
      const observer = new ByteObserver(1024)
      const one = rig({ dialect: gemini, observer, holdsRow: true })
      one.push(bytes.subarray(0, at), bytes.subarray(at))
      one.end()
      await quiet()
      expect(one.got()).not.toContain('\n]')
      expect(array).toStartWith(one.got())
      one.letSettle()
      await quiet()
      expect({ at, got: one.got() }).toEqual({ at, got: array })
      expect(one.settled).toEqual([{ outcome: 'complete', error: null, passed: bytes.length }])
      expect(observer.body()).toEqual(bytes)
    }
  })

  test('an upstream that dies in it breaks the connection: there is no place for words of ours', async () => {
    const one = rig({ dialect: gemini, observer: new ByteObserver(1024), keepAliveMs: 1000 })
    one.push(array.slice(0, 60))
    await quiet()
    one.pass(2000)
    one.reset()
    await quiet()
    expect(one.got()).toBe(array.slice(0, 60))
    expect(one.state()).toBe('broken')
    expect(outcomes(one)).toEqual(['upstream_reset'])
  })

  test('one that ends before its bracket was cut short', async () => {
    const one = rig({ dialect: gemini, observer: new ByteObserver(1024) })
    one.push(array.slice(0, 57))
    one.end()
    await quiet()
    expect(one.got()).toBe(array.slice(0, 57))
    expect(outcomes(one)).toEqual(['upstream_reset'])
  })
})

describe('a slow client', () => {
  test('keeps the tap from reading ahead', async () => {
    const one = rig({ reads: false })
    for (let i = 0; i < 5; i++) one.push(longFrame)
    await quiet()
    expect(one.pulls()).toBe(0)
    expect(await one.readOnce()).toBe(longFrame)
    await quiet()
    expect(one.pulls()).toBe(2)
    expect(await one.readOnce()).toBe(longFrame)
    await quiet()
    expect(one.pulls()).toBe(3)
  })
})
