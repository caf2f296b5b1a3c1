/**
 * Stage 4, anomaly: whether this call is one of a runaway's. It is taken down before anything is sent; what is found is told, and where
 * the settings say so its session is stopped for a while. How the call ended is told to `s.runaways` when it is settled.
 */
import { Elysia } from 'elysia'
import type { Services } from '../app/services.ts'
import { AppError } from '../neutral/error.ts'
import { actionOf, mayBlock, type Finding, type Seen } from '../rules/anomalies.ts'
import type { Stop } from '../rules/anomalies-stops.ts'
import { cache, type CacheLookup } from './cache.ts'
import type { Call } from './call.ts'
import { forecast } from './forecast.ts'
import { guardedNow } from './guarded.ts'
import { parse } from './parse.ts'
import { payeeOf } from './payee.ts'
import { isBilled } from './settlement.ts'
import { estimateTokens, mediaOf } from './size.ts'
import { chooseDestination } from './target.ts'

export type AnomalyVerdict =
  | { readonly kind: 'off' }
  | { readonly kind: 'clear'; readonly seen: Seen }
  | { readonly kind: 'found'; readonly seen: Seen; readonly findings: readonly Finding[] }
  | { readonly kind: 'blocked'; readonly error: AppError }

export const anomaly = (s: Services) =>
  new Elysia({ name: 'stage/anomaly' })
    .use(parse(s))
    .use(cache(s))
    .resolve(({ call, cached }) => ({ anomaly: judgeAnomaly(call, cached, s) }))
    .as('scoped')

const off: AnomalyVerdict = { kind: 'off' }

export function judgeAnomaly(call: Call, cached: CacheLookup, s: Services): AnomalyVerdict {
  const { enabled, anomaly: settings } = s.config()
  if (!enabled || !settings.enabled || !isSent(call, cached)) return off
  return guardedNow(
    'anomaly',
    call.notes,
    s.log,
    () => judge(call, s),
    () => (mayBlock(settings) ? { kind: 'blocked', error: cannotJudge() } : off),
  )
}

/** What is refused or answered already costs nothing. */
const isSent = ({ refusal, endpoint }: Call, { kind }: CacheLookup): boolean =>
  refusal === null && isBilled(endpoint) && kind !== 'hit' && kind !== 'left'

function judge(call: Call, s: Services): AnomalyVerdict {
  const { anomaly: settings } = s.config()
  const nowMs = s.clock.now()
  const session = call.identity.session?.id ?? null
  const before = session === null ? null : s.runaways.stopOf(session, nowMs)
  if (before !== null) return stopped(call, before)
  const seen = seenOf(call, nowMs, s)
  const findings = s.runaways.see(seen, settings)
  if (findings.length === 0) return { kind: 'clear', seen }
  const stopping = findings.find(({ type, scope }) => scope !== 'all' && actionOf(type, settings) === 'block')
  for (const finding of findings) tell(call, finding, finding === stopping, s)
  if (session === null || stopping === undefined) return { kind: 'found', seen, findings }
  const stop: Stop = { untilMs: nowMs + settings.coolOffSeconds * 1000, finding: stopping }
  // It is not sent: what it was estimated at is not spent.
  s.runaways.settle(seen, { atMs: nowMs, isFailure: false, costNanoUsd: 0 })
  s.runaways.block(session, stop.untilMs, stopping)
  return stopped(call, stop)
}

function tell(call: Call, { type, scope, reason, details }: Finding, isStopping: boolean, s: Services): void {
  call.notes.add('anomaly', `found ${type}`, reason)
  s.alerts.raise({
    type: 'anomaly',
    severity: isStopping ? 'critical' : 'warning',
    kind: type,
    scope,
    message: isStopping ? `${reason} The session is stopped for now.` : reason,
    details,
  })
}

function stopped(call: Call, { untilMs, finding }: Stop): AnomalyVerdict {
  const until = `${new Date(untilMs).toISOString().slice(0, 19)}Z`
  call.notes.mark('stopped')
  call.notes.add('anomaly', 'refused the request', `the session is stopped until ${until}: ${finding.type}`)
  return {
    kind: 'blocked',
    error: new AppError(
      'anomaly-blocked',
      `This session is stopped as a runaway (${finding.type}) until ${until}. ${finding.reason} "relayplane alerts ack" lets it go on at once.`,
    ),
  }
}

const cannotJudge = (): AppError =>
  new AppError(
    'unavailable',
    'RelayPlane met a fault of its own while looking for runaways, and its settings stop them, so this request does not pass. Try again.',
  )

function seenOf(call: Call, atMs: number, s: Services): Seen {
  const { facts, identity, plainBody, requestedModel } = call
  const { opening, messageCount, ending } = facts
  const model = requestedModel?.slice(0, maxModelName) ?? null
  const begin = hash(opening.user)
  const media = mediaOf(call)
  return {
    atMs,
    session: identity.session?.id ?? null,
    lane: `${hash(opening.system)} ${begin}`,
    // Without a conversation nothing tells two requests apart: embeddings of texts of one length are many, and no loop.
    point: messageCount === 0 ? null : `${model} ${messageCount} ${plainBody.length} ${begin} ${ending}`,
    model,
    inputTokens: estimateTokens(plainBody.length - media.bytes) + media.tokens,
    estimatedNanoUsd: estimatedCost(call, s),
    loop: facts.repeated,
  }
}

/** Longer than any; a caller may send more. */
const maxModelName = 200

const hash = (text: string): string => Bun.hash.xxHash64(text).toString(36)

/** At the model that was asked for; null where that is not known, or has no price. */
function estimatedCost(call: Call, s: Services): number | null {
  if (call.endpoint === 'estimate') return null
  const destination = chooseDestination(call, call.endpoint, true, s)
  if (destination instanceof AppError) return null
  const payee = payeeOf(call, destination)
  return payee === null ? null : forecast(call, payee, s).nanoUsd
}
