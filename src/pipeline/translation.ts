/**
 * A call put into another dialect: read in the caller's, fitted to the model, written in the provider's. What had to be changed
 * or left out stands in the trace and, by name, in a header.
 */
import type { Services } from '../app/services.ts'
import { AppError } from '../neutral/error.ts'
import type { Adjustment } from '../neutral/adjustment.ts'
import { fitRequest } from '../neutral/fit.ts'
import type { FormId } from '../neutral/model.ts'
import type { NeutralRequest } from '../neutral/request.ts'
import { capabilitiesOf } from '../providers/capabilities.ts'
import type { Provider } from '../providers/provider.ts'
import { readCountRequest } from '../wire/count.ts'
import { openExchange, type Exchange } from '../wire/translate.ts'
import { translators, upstreamTranslators } from '../wire/translators.ts'
import { unservable } from '../wire/unservable.ts'
import type { Call } from './call.ts'
import { exactJsonOf } from './parsed-body.ts'
import { withoutSignatures } from './unsigned.ts'
import { isCount } from './ways.ts'
import { writtenFor } from './written-for.ts'

export interface Translation {
  readonly exchange: Exchange
  /** What goes to the provider. */
  readonly body: Uint8Array
  /** What the provider is spoken to in. */
  readonly form: FormId
  /** Input tokens by our own estimate: what the real count is compared with. */
  readonly estimatedTokens: number
}

export interface Foreign {
  readonly provider: Provider
  readonly model: string
  readonly form: FormId
  /** Without anything that a model has signed. */
  readonly isUnsigned: boolean
}

const utf8 = new TextEncoder()

/** @returns A refusal for what the model can't be asked: too long for it, or bound to what another vendor keeps. */
export function translate(
  call: Call,
  { provider, model, form, isUnsigned }: Foreign,
  s: Pick<Services, 'calibration'>,
): Translation | AppError {
  const asked = readAsked(call)
  if (asked instanceof AppError) return asked
  const refusal = unservable(asked, call.dialect)
  if (refusal !== null) return refusal
  const capabilities = capabilitiesOf(provider.id, model)
  const tokenRatio = s.calibration.ratio(provider.id, model)
  const named = { ...(isUnsigned ? withoutSignatures(asked, capabilities) : asked), model }
  const fitted = fitRequest(named, capabilities, { isForeign: true, tokenRatio })
  // Whoever counts wants to know by how much it is too long.
  if (fitted.refusal !== null && !isCount(call.endpoint)) return fitted.refusal
  const sides = {
    client: translators[call.dialect],
    clientDialect: call.dialect,
    upstream: upstreamTranslators[form],
    upstreamDialect: form,
  }
  const sent = withCacheKey(fitted.request, call, form)
  const exchange = openExchange(sides, asked, sent, writtenFor(provider, model, capabilities), fitted.adjustments)
  noteTranslation(call, form, fitted.adjustments, exchange)
  const body = utf8.encode(JSON.stringify(exchange.body))
  return { exchange, body, form, estimatedTokens: fitted.estimatedTokens }
}

/** The row has the names, each by itself. */
const maxLostText = 1000

function noteTranslation(call: Call, form: FormId, adjustments: readonly Adjustment[], exchange: Exchange): void {
  const lost =
    exchange.dropped.size === 0 ? 'nothing was lost' : `lost: ${[...exchange.dropped].join(', ')}`.slice(0, maxLostText)
  call.notes.add('forward', `translated ${call.dialect} to ${form}`, lost)
  for (const { field, did, from, to, why } of adjustments) {
    const what = from === undefined || to === undefined ? `${did} ${field}` : `${did} ${field} from ${from} to ${to}`
    call.notes.add('forward', what, why)
  }
  if (exchange.renamedTools > 0)
    call.notes.add(
      'forward',
      `renamed ${exchange.renamedTools} tools`,
      'the provider takes shorter names; answers have their own',
    )
}

/** The request as its own dialect reads it; a refusal where it makes no sense there. */
export function readAsked(call: Call): NeutralRequest | AppError {
  const { dialect, requestedModel, isStream } = call
  try {
    const body = readCountRequest(dialect, exactJsonOf(call))
    return translators[dialect].readRequest(body, { model: requestedModel, isStream })
  } catch (fault) {
    if (fault instanceof AppError) return fault
    throw fault
  }
}

/** What the Responses API keeps together in its cache; other callers name a session, if not a cache. */
function withCacheKey(request: NeutralRequest, call: Call, form: FormId): NeutralRequest {
  const { session } = call.identity
  if (form !== 'openai-responses' || request.options.cacheKey !== null || session === null) return request
  return { ...request, options: { ...request.options, cacheKey: Bun.hash(session.id).toString(36) } }
}
