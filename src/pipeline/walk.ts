/**
 * Asks one provider, in the caller's own dialect where it speaks that, else translated. Goes on to the next way when an API
 * turns out not to be there, and asks once more without signatures when those are refused; what was learnt is remembered.
 */
import type { Services } from '../app/services.ts'
import { AppError } from '../neutral/error.ts'
import type { AttemptRecord } from '../neutral/record.ts'
import type { ApiId } from '../providers/provider.ts'
import { ask, askDirect, type Before } from './ask.ts'
import type { Call } from './call.ts'
import { edit } from './edit.ts'
import { lackIn, mayLackApi, mayRefuseSignature, peek, refusesSignature, type Lack } from './refused.ts'
import type { Answered, Reply } from './reply.ts'
import { failedAttempt } from './settlement.ts'
import type { Destination } from './target.ts'
import { directWay, translatedWays, type Way } from './ways.ts'

/** In the caller's own dialect and in no other way. @param api What the call's endpoint is to a provider. */
export function askAsIs(
  call: Call,
  destination: Destination,
  api: ApiId | 'raw',
  earlier: readonly AttemptRecord[],
  s: Services,
): Reply | Promise<Reply> {
  const edited = edit(call, destination, false)
  if (edited instanceof AppError) return { kind: 'refused', error: edited }
  return askDirect(call, destination, api, edited, { earlier, isUnsigned: false }, s)
}

/** For endpoints that any dialect's model may answer. @param earlier Attempts of this call elsewhere, which came to nothing. */
export async function walk(
  call: Call,
  destination: Destination,
  earlier: readonly AttemptRecord[],
  s: Services,
): Promise<Reply> {
  const way = firstWay(call, destination, s)
  if (way === null) return { kind: 'refused', error: noWay(call, destination) }
  const before = { earlier, isUnsigned: refusedHere(call, destination, s) }
  const reply = await ask(call, destination, way, before, s)
  if (reply.kind !== 'answered') return reply
  if (mayLackApi(reply)) return elsewhere(call, destination, way, reply, before, s)
  if (mayRefuseSignature(reply) && !before.isUnsigned) return unsigned(call, destination, way, reply, before, s)
  return reply
}

const noWay = ({ path }: Call, { provider }: Destination): AppError =>
  new AppError('unsupported', `${provider.name} has nothing that could answer ${path}.`)

/** A server may be updated, and a 404 may have been a router's bad moment: after this long an API is looked for again. */
const missingMs = 600_000

function lackKey({ provider, model }: Destination, { api }: Way, lack: Lack, now: number): string {
  const period = Math.floor(now / missingMs)
  return `${period} ${provider.id} ${provider.baseUrl} ${api}${lack === 'api' ? '' : ` ${model}`}`
}

function firstWay(call: Call, destination: Destination, s: Services): Way | null {
  const { missingApis } = s.recalled
  const isMissing = (way: Way): boolean => {
    if (missingApis.size === 0) return false
    const now = s.clock.monotonic()
    return (['api', 'for-model'] as const).some((lack) => missingApis.has(lackKey(destination, way, lack, now)))
  }
  const direct = directWay(destination, call, destination.by === 'mount')
  if (direct !== null && !isMissing(direct)) return direct
  const ways = translatedWays(destination, call)
  return ways.find((way) => !isMissing(way)) ?? direct ?? ways[0] ?? null
}

/** The way that was tried may lead nowhere: the others, in their order. */
async function elsewhere(
  call: Call,
  destination: Destination,
  tried: Way,
  reply: Answered,
  before: Before,
  s: Services,
): Promise<Reply> {
  const others = translatedWays(destination, call).filter(({ api }) => api !== tried.api)
  const earlier: AttemptRecord[] = [...before.earlier]
  let last = reply
  let way = tried
  for (const other of others) {
    const peeked = await peek(last, s)
    last = peeked.reply
    const lack = lackIn(peeked)
    if (lack === null) return last
    s.recalled.missingApis.add(lackKey(destination, way, lack, s.clock.monotonic()))
    const what = lack === 'api' ? '' : ` for ${destination.model}`
    const why = `${destination.provider.name} does not serve ${way.api} here${what}`
    call.notes.add('forward', `went on to ${other.api}`, why)
    earlier.push(failedAttempt(last.attempt, last.upstream.status, s.clock.monotonic()))
    const next = await ask(call, destination, other, { ...before, earlier: [...earlier] }, s)
    if (next.kind !== 'answered' || !mayLackApi(next)) return next
    last = next
    way = other
  }
  return last
}

const sessionKey = (call: Call, { provider }: Destination): string | null =>
  call.identity.session === null ? null : `${provider.id} ${call.identity.session.id}`

/** Whether signed thoughts have been refused in this session before. */
function refusedHere(call: Call, destination: Destination, s: Services): boolean {
  if (s.recalled.unsigned.size === 0) return false
  const key = sessionKey(call, destination)
  return key !== null && s.recalled.unsigned.has(key)
}

/** Signatures go intact to the provider; refused, the request is asked once more without any, at the same provider. */
async function unsigned(
  call: Call,
  destination: Destination,
  way: Way,
  reply: Answered,
  before: Before,
  s: Services,
): Promise<Reply> {
  const peeked = await peek(reply, s)
  if (!refusesSignature(peeked)) return peeked.reply
  const failed = failedAttempt(peeked.reply.attempt, reply.upstream.status, s.clock.monotonic())
  const again = await ask(call, destination, way, { earlier: [...before.earlier, failed], isUnsigned: true }, s)
  const key = sessionKey(call, destination)
  // Where that was not it, the next request may keep its thoughts.
  if (key !== null && again.kind === 'answered' && again.upstream.ok) s.recalled.unsigned.add(key)
  return again
}
