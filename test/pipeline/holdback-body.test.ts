import { describe, expect, test } from 'bun:test'
import type { Services } from '../../src/app/services.ts'
import { defaultConfig } from '../../src/config/schema.ts'
import { openWatch } from '../../src/lib/watch.ts'
import { Attempt } from '../../src/pipeline/attempt.ts'
import { holdBeginning, type Begun } from '../../src/pipeline/holdback-body.ts'
import type { Holdback, Verdict } from '../../src/pipeline/holdback.ts'
import { noReplyFacts } from '../../src/wire/no-facts.ts'

const escalate: Verdict = { kind: 'escalate', finding: { reason: 'refusal', why: 'It refuses.' } }
const failed: Verdict = { kind: 'escalate', finding: { reason: 'error', why: 'It broke.' } }

/** Decides by what stands in the stream, so that reading is all that is tested. */
function holdbackOn(onFailure: Verdict): Holdback {
  const held: Uint8Array[] = []
  return {
    see(chunk) {
      held.push(chunk)
      const text = Buffer.from(chunk).toString()
      if (text.includes('PASS')) return { kind: 'pass', after: 'text' }
      return text.includes('BAD') ? escalate : { kind: 'undecided' }
    },
    end: () => onFailure,
    fail: () => onFailure,
    held: () => held,
    facts: () => ({ ...noReplyFacts, finishReason: 'seen' }),
    countText: () => 42,
  }
}

function rig({ onFailure = failed, maxMs = 15_000 } = {}) {
  let now = 1000
  let isGone = false
  const watch = openWatch()
  const attempt = new Attempt(
    { provider: 'acme', model: 'm', billing: 'metered', by: 'mount', form: 'anthropic' },
    [],
    0,
    0,
    () => isGone,
  )
  let out: ReadableStreamDefaultController<Uint8Array> | null = null
  let isCancelled = false
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => void (out = controller),
    cancel: () => void (isCancelled = true),
  })
  attempt.signal.addEventListener('abort', () => out?.error(attempt.signal.reason))
  const headers = { 'content-type': 'text/event-stream', 'x-own': '1' }
  const upstream = new Response(body, { status: 200, headers })
  const timing: Pick<Services, 'clock' | 'watch' | 'config'> = {
    clock: { now: () => now, monotonic: () => now },
    watch,
    config: () => defaultConfig,
  }
  const begun = holdBeginning(
    { kind: 'answered', upstream, attempt, stripUsage: false, translation: null },
    holdbackOn(onFailure),
    maxMs,
    timing,
  )
  return {
    begun,
    attempt,
    push: (text: string) => out?.enqueue(Buffer.from(text)),
    end: () => out?.close(),
    reset: () => out?.error(Object.assign(new Error('reset'), { code: 'ECONNRESET' })),
    hangUp: () => (isGone = true),
    pass(ms: number) {
      now += ms
      watch.tick(now)
    },
    watched: watch.size,
    isCancelled: () => isCancelled,
  }
}

const passed = (begun: Begun) => {
  if (begun.kind !== 'pass') throw new Error(`did not pass: ${begun.finding.why}`)
  return begun
}

/** Lets everything run that can run now. */
const quiet = async () => {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve))
}

describe('the beginning of an answer', () => {
  test('passes with its status, its headers and every byte, and what comes later follows', async () => {
    const { begun, push, end, watched } = rig()
    push('one ')
    push('PASS ')
    const { reply, after } = passed(await begun)
    expect(after).toBe('text')
    expect(watched()).toBe(0)
    push('three')
    end()
    expect([reply.upstream.status, reply.upstream.headers.get('x-own')]).toEqual([200, '1'])
    expect(await reply.upstream.text()).toBe('one PASS three')
  })

  test('that is bad ends the upstream, and says what the row needs', async () => {
    const { begun, push, pass, attempt, watched } = rig()
    push('one ')
    await quiet()
    pass(500)
    push('BAD')
    const bad = await begun
    expect(bad).toMatchObject({ kind: 'escalate', finding: { reason: 'refusal' }, firstByteAt: 1000 })
    expect(bad.kind === 'escalate' && [bad.facts.finishReason, bad.countText()]).toEqual(['seen', 42])
    expect(attempt.stopped).toBe('ours')
    expect(watched()).toBe(0)
  })

  test('that breaks off is judged as failed', async () => {
    const { begun, push, reset } = rig()
    push('one ')
    await quiet()
    reset()
    expect(await begun).toMatchObject({ kind: 'escalate', finding: { reason: 'error' } })
  })

  test('that breaks off where that is no reason passes, and whoever reads it meets the same break', async () => {
    const { begun, push, reset } = rig({ onFailure: { kind: 'pass', after: 'error' } })
    push('one ')
    await quiet()
    reset()
    const reader = passed(await begun).reply.upstream.body?.getReader()
    expect(Buffer.from((await reader?.read())?.value ?? '').toString()).toBe('one ')
    expect(await reader?.read().catch((fault: unknown) => fault)).toMatchObject({ code: 'ECONNRESET' })
  })

  test('that ends early where that is no reason passes, and ends', async () => {
    const { begun, push, end } = rig({ onFailure: { kind: 'pass', after: 'error' } })
    push('one ')
    end()
    expect(await passed(await begun).reply.upstream.text()).toBe('one ')
  })

  test('nobody is asked again for a client that hung up', async () => {
    const { begun, push, hangUp, pass, attempt } = rig()
    push('one ')
    await quiet()
    hangUp()
    pass(250)
    expect(passed(await begun).after).toBe('gone')
    expect(attempt.stopped).toBe('client')
  })

  test('is held no longer than a client should wait, though the provider is silent', async () => {
    const { begun, push, end, pass, attempt } = rig({ maxMs: 15_000 })
    push('one ')
    await quiet()
    pass(14_999)
    expect(await Promise.race([begun, quiet()])).toBeUndefined()
    pass(1)
    const { reply, after } = passed(await begun)
    expect(after).toBe('time')
    expect(attempt.stopped).toBeNull()
    push('BAD')
    end()
    expect(await reply.upstream.text()).toBe('one BAD')
  })

  test('a provider that falls silent for good is ended and judged as failed', async () => {
    const { begun, push, pass, attempt } = rig({ maxMs: 900_000 })
    push('one ')
    await quiet()
    pass(300_000)
    expect(await begun).toMatchObject({ kind: 'escalate', finding: { reason: 'error' } })
    expect(attempt.stopped).toBe('idle')
  })

  test('a client that leaves later ends the upstream', async () => {
    const { begun, push, isCancelled } = rig()
    push('PASS')
    await passed(await begun).reply.upstream.body?.cancel()
    expect(isCancelled()).toBe(true)
  })
})
