/** The one call to the alerts' webhook: what goes there, how it is signed, and what its answer means. */
import { createHmac } from 'node:crypto'
import type { Alert } from '../neutral/alert.ts'
import type { Outcome } from './retry.ts'
import { shapeOf, writeWebhookBody } from './webhook-body.ts'

export type Post = (url: string, init: RequestInit) => Promise<Response>

export const post: Post = (url, init) => fetch(url, init)

export interface WebhookCall {
  readonly alert: Alert
  /** A secret in itself: neither the outcome nor anything else names it. */
  readonly url: string
  /** null: not signed. */
  readonly secret: string | null
  readonly nowMs: number
  /** Aborted when it takes too long. */
  readonly signal: AbortSignal
  readonly post: Post
}

/** Never rejects. */
export async function callWebhook({ alert, url, secret, nowMs, signal, post: send }: WebhookCall): Promise<Outcome> {
  try {
    const body = writeWebhookBody(shapeOf(url), alert)
    const headers: Record<string, string> = {
      'content-type': 'application/json',
      'user-agent': 'RelayPlane',
      'x-relayplane-alert-id': alert.id,
    }
    if (secret !== null) headers['x-relayplane-signature'] = sign(body, secret, Math.floor(nowMs / 1000))
    const response = await send(url, { method: 'POST', headers, body, redirect: 'manual', signal })
    // What it has to say besides is of no interest, and may be endless.
    response.body?.cancel().catch(() => {})
    return outcomeOf(response, nowMs)
  } catch (fault) {
    if (signal.aborted) return failed('The webhook did not answer in time.')
    return failed(`The webhook could not be reached${codeOf(fault)}.`)
  }
}

/** `t=<Unix s>,v1=<hex>`: HMAC-SHA256 over `<t>.<body>`, so that what was overheard can't be sent again for long. */
export function sign(body: string, secret: string, unixSeconds: number): string {
  const digest = createHmac('sha256', secret).update(`${unixSeconds}.${body}`).digest('hex')
  return `t=${unixSeconds},v1=${digest}`
}

export const failed = (error: string): Outcome => ({ kind: 'failed', error, isRefused: false, retryAfterMs: null })

function outcomeOf({ ok, status, headers }: Response, nowMs: number): Outcome {
  if (ok) return { kind: 'delivered' }
  const retryAfterMs = readRetryAfter(headers.get('retry-after'), nowMs)
  const isRedirect = status >= 300 && status < 400
  const isRefused = isRedirect || (status >= 400 && status < 500 && status !== 408 && status !== 429)
  const why = isRedirect ? ', a redirect, which is not followed' : ''
  return { kind: 'failed', error: `The webhook answered ${status}${why}.`, isRefused, retryAfterMs }
}

/** Seconds, also with a fraction, as Discord says them, or an HTTP date. */
function readRetryAfter(text: string | null, nowMs: number): number | null {
  if (text === null || text.trim() === '') return null
  const seconds = Number(text)
  const ms = Number.isNaN(seconds) ? Date.parse(text) - nowMs : seconds * 1000
  return Number.isFinite(ms) && ms > 0 ? ms : null
}

/** The system's word for what went wrong; the message of such an error may hold the URL. */
function codeOf(fault: unknown): string {
  const code = fault instanceof Error && 'code' in fault ? fault.code : null
  return typeof code === 'string' && /^[A-Za-z][A-Za-z0-9_]{2,60}$/.test(code) ? ` (${code})` : ''
}
