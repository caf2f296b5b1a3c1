import { afterAll, beforeEach, describe, expect, test } from 'bun:test'
import { createHmac } from 'node:crypto'
import { post, sign, type WebhookCall, callWebhook } from '../../src/sinks/webhook.ts'
import { alertOf } from '../support/alerts.ts'
import { type Script, scriptedProvider } from '../support/provider.ts'
import { until } from '../support/time.ts'

const noon = Date.UTC(2026, 5, 1, 12)
const secret = 'a-shared-secret'
const secretPath = '/hook/T0K3N-of-the-webhook'

let answer: Script = () => new Response('ok')
const receiver = scriptedProvider((request, signal) => answer(request, signal))
const elsewhere = scriptedProvider(() => new Response('ok'))
afterAll(async () => {
  await receiver.stop()
  await elsewhere.stop()
})
beforeEach(() => {
  answer = () => new Response('ok')
})

const call = (over: Partial<WebhookCall> = {}) =>
  callWebhook({
    alert: alertOf(),
    url: receiver.url + secretPath,
    secret: null,
    nowMs: noon,
    signal: new AbortController().signal,
    post,
    ...over,
  })
const lastSeen = () => receiver.seen.at(-1)

describe('what is sent', () => {
  test('is the alert as JSON, with its id beside it, and unsigned without a secret', async () => {
    expect(await call()).toEqual({ kind: 'delivered' })
    const { method, target, headers, text } = lastSeen() ?? {}
    expect([method, target]).toEqual(['POST', secretPath])
    expect(headers?.get('content-type')).toBe('application/json')
    expect(headers?.get('x-relayplane-alert-id')).toBe('019e82f4-2e00-7000-8000-000000000001')
    expect(headers?.has('x-relayplane-signature')).toBe(false)
    expect(JSON.parse(text ?? '')).toMatchObject({ version: 1, type: 'breach', kind: 'daily' })
  })

  test('is signed over the time and the very bytes of the body', async () => {
    await call({ secret })
    const { headers, text } = lastSeen() ?? {}
    const [, t, v1] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(headers?.get('x-relayplane-signature') ?? '') ?? []
    expect(t).toBe('1780315200')
    expect(v1).toBe(createHmac('sha256', secret).update(`1780315200.${text}`).digest('hex'))
  })

  test('has the signature that openssl makes of it', () => {
    // printf '1780315200.{"a":1}' | openssl dgst -sha256 -hmac a-shared-secret
    expect(sign('{"a":1}', secret, 1_780_315_200)).toBe(
      't=1780315200,v1=c3f7bb1e415656a34f2e582eee2f97d0ee8f82a718ac044e48ac2bb35f98035c',
    )
  })
})

describe('what an answer means:', () => {
  const answered = (status: number, headers: Record<string, string> = {}) => {
    answer = () => new Response(status === 204 ? null : 'no', { status, headers })
    return call()
  }

  test('any 2xx is taken for delivered', async () => {
    expect(await answered(204)).toEqual({ kind: 'delivered' })
    expect(await answered(202)).toEqual({ kind: 'delivered' })
  })

  test('5xx, 408 and 429 may get better, another 4xx is a refusal', async () => {
    const failed = { kind: 'failed', isRefused: false, retryAfterMs: null } as const
    expect(await answered(500)).toEqual({ ...failed, error: 'The webhook answered 500.' })
    expect(await answered(408)).toEqual({ ...failed, error: 'The webhook answered 408.' })
    expect(await answered(429)).toEqual({ ...failed, error: 'The webhook answered 429.' })
    expect(await answered(404)).toEqual({ ...failed, error: 'The webhook answered 404.', isRefused: true })
  })

  test('how long it wants to be left alone, in seconds or as a date', async () => {
    const wait = async (text: string) => {
      const outcome = await answered(429, { 'retry-after': text })
      return outcome.kind === 'failed' ? outcome.retryAfterMs : 'delivered'
    }
    expect(await wait('30')).toBe(30_000)
    expect(await wait('0.65')).toBe(650)
    expect(await wait('Mon, 01 Jun 2026 12:01:30 GMT')).toBe(90_000)
    expect(await wait('Mon, 01 Jun 2026 11:00:00 GMT')).toBeNull()
    expect(await wait('soon')).toBeNull()
    expect(await wait('-5')).toBeNull()
  })

  test('a redirect is not followed, and is a refusal', async () => {
    expect(await answered(302, { location: `${elsewhere.url}/` })).toEqual({
      kind: 'failed',
      error: 'The webhook answered 302, a redirect, which is not followed.',
      isRefused: true,
      retryAfterMs: null,
    })
    expect(elsewhere.seen).toEqual([])
  })

  test('one that hangs is left when its time is over, also in the middle of its headers', async () => {
    answer = () => new Promise(() => {})
    const before = receiver.seen.length
    const controller = new AbortController()
    const outcome = call({ signal: controller.signal })
    await until('the webhook is asked', () => receiver.seen.length > before)
    controller.abort()
    expect(await outcome).toMatchObject({ kind: 'failed', error: 'The webhook did not answer in time.' })
    await until('the call is ended', () => receiver.aborted() > 0)
  })

  test('a body without an end is not waited for', async () => {
    answer = () => new Response(new ReadableStream({ pull: (out) => out.enqueue(new Uint8Array(65_536)) }))
    expect(await call()).toEqual({ kind: 'delivered' })
  })

  test('one that is not there, or whose URL is none, fails without a word of the URL', async () => {
    const closed = scriptedProvider(() => new Response(''))
    await closed.stop()
    const outcomes = [await call({ url: closed.url + secretPath }), await call({ url: `http://[${secretPath}` })]
    expect(outcomes).toMatchObject([
      { kind: 'failed', error: 'The webhook could not be reached (ECONNREFUSED).', isRefused: false },
      { kind: 'failed', error: 'The webhook could not be reached (ERR_INVALID_URL).', isRefused: false },
    ])
    expect(JSON.stringify(outcomes)).not.toContain('T0K3N')
  })
})
