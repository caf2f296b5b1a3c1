/** Sends one attempt and waits for the head of its answer; the client's hang-up and a silent provider end it. */
import type { Services } from '../app/services.ts'
import { redact, redacted } from '../lib/log.ts'
import { AppError } from '../neutral/error.ts'
import type { InflightRecord } from '../neutral/record.ts'
import { totalInputTokens } from '../neutral/usage.ts'
import type { CloudApi } from '../providers/cloud/cloud.ts'
import type { Provider } from '../providers/provider.ts'
import { sendUpstream } from '../providers/send.ts'
import type { Attempt } from './attempt.ts'
import type { Call } from './call.ts'
import { guardedNow } from './guarded.ts'
import type { Answered, Reply, Unanswered } from './reply.ts'
import { inputTokensOf } from './size.ts'
import type { Translation } from './translation.ts'

export interface Outgoing {
  readonly api: CloudApi
  readonly url: string
  readonly headers: Headers
  readonly body: Uint8Array
  readonly stripUsage: boolean
  readonly translation: Translation | null
}

export async function dispatch(
  call: Call,
  attempt: Attempt,
  out: Outgoing,
  s: Services,
): Promise<Answered | Unanswered> {
  // A cloud's credential may have taken longer than the other's answer.
  if (call.lane?.isLost() === true) {
    attempt.stop('ours')
    return { kind: 'unanswered', attempt, noAnswer: null, ...attempt.judge(null) }
  }
  // A request that can't be noted is sent all the same: only a crash would miss the note.
  guardedNow(
    'record',
    call.notes,
    s.log,
    () => s.books.open(inflightOf(call, attempt)),
    () => undefined,
  )
  call.parsed?.giveUp()
  call.lane?.sent(attempt)
  attempt.expect('first-byte', attempt.startedAt + s.config().timeouts.firstByteSeconds * 1000)
  s.watch.add(attempt)
  try {
    const hasBody =
      call.method !== 'GET' && call.method !== 'HEAD' && (out.body.length > 0 || call.headers.has('content-length'))
    const request = {
      url: out.url,
      method: call.method,
      headers: out.headers,
      body: hasBody ? out.body : null,
      signal: attempt.signal,
    }
    const upstream = await sendUpstream(request)
    if (upstream.status > highestStatus) return unknownStatus(attempt, upstream.status)
    const { translation } = out
    return { kind: 'answered', upstream, attempt, stripUsage: out.stripUsage && upstream.ok, translation }
  } catch (fault) {
    return { kind: 'unanswered', attempt, noAnswer: attempt.noAnswer(fault), ...attempt.judge(fault) }
  } finally {
    s.watch.delete(attempt)
  }
}

/** No client knows more, and no Response of ours can be made with one. */
const highestStatus = 599

function unknownStatus(attempt: Attempt, status: number): Unanswered {
  const { provider } = attempt.target
  attempt.stop('ours')
  const error = new AppError(
    'provider-failed',
    `${provider} answered with the status ${status}, which no client knows.`,
  )
  return { kind: 'unanswered', attempt, noAnswer: 'broken', outcome: 'failed', error }
}

/** A cloud signs what it is sent, and frames what it answers, in ways of its own. */
export async function dispatchToCloud(
  call: Call,
  attempt: Attempt,
  out: Outgoing & { readonly provider: Provider; readonly model: string | null },
  s: Services,
): Promise<Reply> {
  const { provider, api, model, url, headers } = out
  // It is signed as it stands there, so nothing may be compressed.
  const body = out.body === call.body ? call.plainBody : out.body
  headers.delete('content-encoding')
  const request = { provider, api, model, isStream: call.isStream, method: call.method, url, headers, body }
  const ready = await s.clouds.prepare(request)
  if (ready instanceof AppError) return { kind: 'refused', error: ready }
  if (ready.dropped.length > 0)
    call.notes.add('forward', `left out ${ready.dropped.join(', ')}`, `${provider.name} does not know these betas`)
  const reply = await dispatch(call, attempt, { ...out, ...ready }, s)
  if (reply.kind !== 'answered') return reply
  return { ...reply, upstream: s.clouds.adapt(reply.upstream, { provider, api, model }) }
}

function inflightOf(call: Call, attempt: Attempt): InflightRecord {
  const { target, expected, earlier } = attempt
  const record: InflightRecord = {
    id: call.id,
    startedMs: call.startedMs,
    endpoint: call.endpoint,
    method: call.method,
    path: redact(call.path.slice(0, 200)),
    dialect: call.dialect,
    requestedModel: redacted(call.requestedModel),
    routedModel: redacted(target.model),
    provider: target.provider,
    billing: target.billing,
    isStream: call.isStream,
    requestBytes: call.body.length,
    estimatedInputTokens: expected === null ? inputTokensOf(call, target) : totalInputTokens(expected),
    estimatedOutputTokens: expected?.outputTokens ?? 0,
    attempt: attempt.number,
    sessionId: call.identity.session?.id ?? null,
    agent: call.identity.agent?.name ?? null,
  }
  const hedgeOf = call.lane?.hedgeOf ?? null
  const withEarlier = earlier.length === 0 ? record : { ...record, earlier }
  return hedgeOf === null ? withEarlier : { ...withEarlier, hedgeOf }
}
