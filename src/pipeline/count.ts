/**
 * Counts what a request would take: by the provider's own count where it has one, in whatever dialect, else by an estimate of
 * ours, which says so.
 */
import type { Services } from '../app/services.ts'
import { AppError } from '../neutral/error.ts'
import { estimateTokens } from '../neutral/token-estimate.ts'
import { writeCount, writeCountRequest, type CountingDialect } from '../wire/count.ts'
import type { AttemptRecord } from '../neutral/record.ts'
import { ask, askTranslated, type Before, nothingBefore } from './ask.ts'
import type { Call } from './call.ts'
import { lackIn, mayLackApi, peek } from './refused.ts'
import type { Reply } from './reply.ts'
import type { Destination } from './target.ts'
import { readAsked, translate } from './translation.ts'
import { directWay, translatedWays } from './ways.ts'

export async function countTokens(
  call: Call,
  destination: Destination,
  earlier: readonly AttemptRecord[],
  s: Services,
): Promise<Reply> {
  const before = { ...nothingBefore, earlier }
  const reply = await askProvider(call, destination, before, s)
  if (reply === null) return estimate(call, destination, s)
  if (reply.kind !== 'answered' || !mayLackApi(reply)) return reply
  const peeked = await peek(reply, s)
  // Many servers of a dialect leave its count out; what one says of the model is for the caller.
  return lackIn(peeked) === null ? peeked.reply : estimate(call, destination, s)
}

/** @returns null where the provider has no count. */
function askProvider(call: Call, destination: Destination, before: Before, s: Services): Reply | Promise<Reply> | null {
  const { provider, model } = destination
  const direct = directWay(destination, call, destination.by === 'mount')
  if (direct !== null) return ask(call, destination, direct, before, s)
  const [way] = translatedWays(destination, call)
  if (way === undefined || model === null) return null
  const translation = translate(call, { provider, model, form: way.form, isUnsigned: false }, s)
  if (translation instanceof AppError) return { kind: 'refused', error: translation }
  const body = writeCountRequest(way.form as CountingDialect, translation.exchange.body, model)
  const bytes = new TextEncoder().encode(JSON.stringify(body))
  return askTranslated(call, destination, way, translation, bytes, before, s)
}

function estimate(call: Call, { provider, model }: Destination, s: Services): Reply {
  const asked = readAsked(call)
  if (asked instanceof AppError) return { kind: 'refused', error: asked }
  const ratio = s.calibration.ratio(provider.id, model ?? '')
  const tokens = Math.ceil(estimateTokens(asked) * ratio)
  const by =
    ratio === 1
      ? 'by the length of the text'
      : `by the length of the text, times ${ratio.toFixed(2)} as learnt from this model`
  call.notes.add('forward', 'estimated the tokens', `${provider.name} has no count; ${by}`)
  return { kind: 'local', body: writeCount(call.dialect, tokens), isEstimate: true }
}
