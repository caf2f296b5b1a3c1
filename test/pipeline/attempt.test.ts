/** One upstream try: what ends it before its time, and what that means for the row. */
import { expect, test } from 'bun:test'
import { Attempt } from '../../src/pipeline/attempt.ts'

const target = { provider: 'acme', model: 'm', billing: 'metered', by: 'mount', form: 'anthropic' } as const
const open = (isGone = () => false): Attempt => new Attempt(target, [], 0, 0, isGone)

test('a client that has hung up is noticed at the next heartbeat, and the call to the provider ends', () => {
  let isGone = false
  const attempt = open(() => isGone)
  attempt.tick(250)
  expect(attempt.signal.aborted).toBe(false)
  isGone = true
  attempt.tick(500)
  expect(attempt.signal.aborted).toBe(true)
  expect(attempt.judge(attempt.signal.reason).outcome).toBe('client_abort')
})

test.each([
  ['first-byte', 'acme did not answer in time (timeouts.firstByteSeconds).'],
  ['idle', 'acme fell silent in the middle of its answer (timeouts.idleSeconds).'],
] as const)('a provider that is late is not waited for any longer: %s', (reason, message) => {
  const attempt = open()
  attempt.expect(reason, 1000)
  attempt.tick(999)
  expect(attempt.stopped).toBeNull()
  attempt.tick(1000)
  expect(attempt.stopped).toBe(reason)
  expect(attempt.judge(null)).toMatchObject({ outcome: 'timeout', error: { message } })
})

test('a deadline that was put off does not end the call', () => {
  const attempt = open()
  attempt.expect('idle', 1000)
  attempt.expect('idle', 2000)
  attempt.tick(1500)
  expect(attempt.signal.aborted).toBe(false)
})

test('nothing ends a call for which nothing is due', () => {
  const attempt = open()
  attempt.tick(Number.MAX_SAFE_INTEGER)
  expect(attempt.signal.aborted).toBe(false)
})

test('the first reason counts: a client that left a late provider has left', () => {
  const attempt = open(() => true)
  attempt.expect('first-byte', 1000)
  attempt.tick(1000)
  attempt.stop('ours')
  expect(attempt.stopped).toBe('client')
})

test('a connection that this machine can not open is no fault of the provider, and costs nothing', () => {
  const fault = Object.assign(new TypeError('Was there a typo in the url or port?'), { code: 'EMFILE' })
  expect(open().judge(fault)).toMatchObject({
    outcome: 'failed',
    error: {
      code: 'unavailable',
      message:
        'RelayPlane could open no connection to acme (EMFILE): this machine, or the process, has no files or ports left for it. Raise the limit of open files, or try again with fewer requests at once.',
    },
  })
})

test('a name that could not be looked up costs nothing: nothing was sent', () => {
  const fault = Object.assign(new TypeError('getaddrinfo'), { code: 'EAI_AGAIN', syscall: 'getaddrinfo' })
  expect(open().judge(fault)).toMatchObject({ outcome: 'failed', error: { code: 'provider-unreachable' } })
})
