/** A stream that others wait for too, and what of it is kept. */
import { describe, expect, test } from 'bun:test'
import { anthropicFrames } from '../support/replies.ts'
import { keepAlive, quiet, rig, type Rig } from './rig.ts'

const [first = '', second = ''] = anthropicFrames
const rest = anthropicFrames.slice(1)
const whole = anthropicFrames.join('')

/** The client has hung up; others wait as long as the test says so. */
function awaited(over: { reads?: boolean } = {}) {
  let areWaiting = true
  let isGone = false
  const collected: Uint8Array[] = []
  const one: Rig = rig({
    ...over,
    isGone: () => isGone && !areWaiting,
    collect: (piece) => collected.push(piece),
    others: { areWaiting: () => areWaiting, isClientGone: () => isGone },
  })
  return {
    ...one,
    collected: () => Buffer.concat(collected).toString(),
    async leave() {
      isGone = true
      await one.hangUp()
    },
    goSilently: () => void (isGone = true),
    othersLeave: () => void (areWaiting = false),
  }
}

const outcomes = ({ settled }: Pick<Rig, 'settled'>) => settled.map(({ outcome }) => outcome)

describe('what is kept', () => {
  test('is what the client got, its end included, and no word of ours', async () => {
    const collected: Uint8Array[] = []
    const one = rig({ collect: (piece) => collected.push(piece), keepAliveMs: 1000, holdsRow: true })
    one.push(first)
    await quiet()
    one.pass(1000)
    one.push(...rest)
    await quiet()
    // All of it is there before the row is written, so that it can be kept right after.
    expect(Buffer.concat(collected).toString()).toBe(whole)
    one.letSettle()
    one.end()
    await quiet()
    expect(one.got()).toContain(keepAlive)
    expect(Buffer.concat(collected).toString()).toBe(whole)
  })
})

describe('a client that hangs up while others wait for the same answer', () => {
  test('does not end the upstream: the answer is read to its end', async () => {
    const one = awaited()
    one.push(first)
    await quiet()
    await one.leave()
    one.push(...rest)
    one.end()
    await quiet()
    expect(one.attempt.stopped).toBe(null)
    expect(outcomes(one)).toEqual(['complete'])
    expect(one.collected()).toBe(whole)
    expect(one.watched()).toBe(0)
  })

  test('also where it never asked for the body', async () => {
    const one = awaited({ reads: false })
    one.goSilently()
    one.push(...anthropicFrames)
    one.end()
    one.pass(250)
    await quiet()
    expect(outcomes(one)).toEqual(['complete'])
    expect(one.collected()).toBe(whole)
    expect(one.watched()).toBe(0)
  })

  test('ends it once the last of them has gone, too', async () => {
    const one = awaited()
    one.push(first)
    await quiet()
    await one.leave()
    one.push(second)
    await quiet()
    one.othersLeave()
    one.pass(250)
    await quiet()
    expect(one.attempt.stopped).toBe('client')
    expect(outcomes(one)).toEqual(['client_abort'])
    expect(one.watched()).toBe(0)
  })

  test('leaves the limit of silence in force', async () => {
    const one = awaited()
    one.push(first)
    await quiet()
    await one.leave()
    one.pass(300_000)
    await quiet()
    expect(one.attempt.stopped).toBe('idle')
    expect(outcomes(one)).toEqual(['timeout'])
    expect(one.watched()).toBe(0)
  })
})
