/** `POST /v1/estimate`: what a request would cost before it is sent, for its own model and any that the caller names. */
import type { Services } from '../app/services.ts'
import { AppError } from '../neutral/error.ts'
import { noUsage } from '../neutral/usage.ts'
import { addresseeOf } from '../providers/auth.ts'
import { refusalOf, resolveModel } from '../providers/resolve.ts'
import { dialects } from '../wire/dialects.ts'
import { mediaIn } from '../wire/body-media.ts'
import type { RequestFacts } from '../wire/dialect.ts'
import type { Call } from './call.ts'
import { formatUsd } from './money.ts'
import { jsonOf } from './parsed-body.ts'
import { estimateTokens } from './size.ts'

type LocalReply =
  | { readonly kind: 'local'; readonly body: unknown }
  | { readonly kind: 'refused'; readonly error: AppError }

/** Where the request sets no limit: what a longish answer takes. Said in the answer. */
const assumedOutputTokens = 1000

const maxModels = 20

export function estimateCost(call: Call, s: Services): LocalReply {
  const body = jsonOf(call) as Record<string, unknown>
  const models = modelsIn(body, call)
  if (models.length === 0 || models.length > maxModels) {
    return {
      kind: 'refused',
      error: new AppError('invalid-request', `Name one to ${maxModels} models, as "model" or as a list "models".`),
    }
  }
  const facts = factsOf(body)
  const said = Buffer.from(JSON.stringify(body['messages'] ?? body['input'] ?? body['contents'] ?? ''))
  const media = mediaIn(said)
  const inputTokens = estimateTokens(said.length - media.bytes + sideBytes(body)) + media.tokens
  const outputTokens = facts.maxOutputTokens ?? assumedOutputTokens
  const estimates = models.map((model) => estimateOne(model, { inputTokens, outputTokens }, call, facts, s))
  return {
    kind: 'local',
    body: {
      inputTokens,
      outputTokens,
      outputTokensFrom: facts.maxOutputTokens === null ? 'assumed' : 'limit of the request',
      note: 'Tokens are estimated at four bytes each, files by their kind and size; cache reads and writes are not foreseen.',
      estimates,
    },
  }
}

function modelsIn(body: Record<string, unknown>, call: Call): readonly string[] {
  const listed = Array.isArray(body['models'])
    ? body['models'].filter((model): model is string => typeof model === 'string')
    : []
  return [...new Set([...(call.requestedModel === null ? [] : [call.requestedModel]), ...listed])]
}

/** The reader of whichever dialect the body is written in. */
function factsOf(body: Record<string, unknown>): RequestFacts {
  if ('contents' in body) return dialects.gemini.readRequest(body)
  if ('input' in body) return dialects['openai-responses'].readRequest(body)
  return dialects['openai-chat'].readRequest(body)
}

const sideBytes = (body: Record<string, unknown>): number =>
  ['system', 'instructions', 'systemInstruction', 'tools'].reduce(
    (sum, name) => sum + (body[name] === undefined ? 0 : Buffer.byteLength(JSON.stringify(body[name]))),
    0,
  )

function estimateOne(
  name: string,
  tokens: { inputTokens: number; outputTokens: number },
  call: Call,
  facts: RequestFacts,
  s: Services,
): unknown {
  const providers = s.providers()
  const resolution = resolveModel(name, {
    ...providers,
    addressee: addresseeOf(null, call.dialect, call.headers),
    api: 'chat',
  })
  if (resolution.kind === 'unknown') {
    return {
      model: name,
      provider: null,
      status: 'unknown',
      costUsd: null,
      note: refusalOf(resolution, name, call.path).message,
    }
  }
  const { provider, model } = resolution
  const usage = { ...noUsage, ...tokens }
  const cost = s.prices.price({
    provider: provider.id,
    model: model ?? name,
    usage,
    terms: facts.terms,
    billing: provider.billing,
    atMs: call.startedMs,
    isEstimated: true,
  })
  return {
    model: name,
    provider: provider.id,
    status: cost.status,
    costUsd: cost.nanoUsd === null ? null : formatUsd(cost.nanoUsd),
    costNanoUsd: cost.nanoUsd,
    priceId: cost.priceId,
    lines: cost.lines,
  }
}
