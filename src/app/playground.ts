/**
 * Where a request would go and why, without sending it: the stages that decide, run over it with settings that may be tried.
 * What is pasted is read, decided on and forgotten; no row, no home, no alert comes of it.
 */
import { Elysia } from 'elysia'
import type { Playground, PlaygroundAsk } from '../control/simulate-shapes.ts'
import { AppError } from '../neutral/error.ts'
import { formatModelRef, type DialectId, type ModelRef } from '../neutral/model.ts'
import { noUsage } from '../neutral/usage.ts'
import type { Call } from '../pipeline/call.ts'
import { classify, type Classified } from '../pipeline/classify.ts'
import { addressOf } from '../pipeline/endpoint.ts'
import { isGuarding, judge, sentenceOf } from '../pipeline/limits.ts'
import { parse } from '../pipeline/parse.ts'
import { payeeOf } from '../pipeline/payee.ts'
import { openRouteWorld } from '../pipeline/route-world.ts'
import { route as routeStage } from '../pipeline/route.ts'
import { chooseDestination } from '../pipeline/target.ts'
import { isAnswer } from '../pipeline/ways.ts'
import { openAutomated } from '../rules/automated.ts'
import type { RouteDecision } from '../rules/route-facts.ts'
import type { Services } from './services.ts'
import { tryRouting } from './trial.ts'

export async function decideInPlay(ask: PlaygroundAsk, s: Services): Promise<Playground> {
  const trial = servicesFor(ask, s)
  const { call, classified, decided } = await run(ask, trial)
  const decision = call.refusal === null ? (decided ?? asNamed(call, classified, trial)) : null
  return {
    requestedModel: call.requestedModel,
    dialect: call.dialect,
    agent: call.identity.agent?.name ?? null,
    session: call.identity.session?.id ?? null,
    refused: refusedBy(call, decision),
    classified: classified === null ? null : shownClass(classified),
    decision: decision === null ? null : shownDecision(decision),
    limit: limitOf(call, decision?.candidates[0]?.ref ?? null, trial),
  }
}

/** The real ones, but for settings that are tried and for all that would remember the request. */
function servicesFor({ home, ...ask }: PlaygroundAsk, s: Services): Services {
  const config = tryRouting(s.config(), ask)
  const given = home === undefined ? null : { ref: refOf(home.model), cachedTokens: home.cachedTokens }
  const asked = modelIn(ask.body)
  return {
    ...s,
    config: () => config,
    automated: openAutomated(),
    homes: {
      of: (conversation, nowMs) => (given === null ? s.homes.of(conversation, nowMs) : { ...given, asked }),
      answered: () => undefined,
    },
  }
}

const refOf = (name: string): ModelRef => {
  const slash = name.indexOf('/')
  return { provider: name.slice(0, slash), model: name.slice(slash + 1) }
}

function modelIn(body: unknown): string | null {
  const model: unknown = typeof body === 'object' && body !== null && 'model' in body ? body.model : null
  return typeof model === 'string' ? model : null
}

interface Ran {
  readonly call: Call
  readonly classified: Classified | null
  /** null: nothing but the request's own word decides. */
  readonly decided: RouteDecision | null
}

/** @throws AppError `invalid-request` for what can be no header. */
function headersOf(headers: Readonly<Record<string, string>>): Headers {
  try {
    return new Headers(headers)
  } catch {
    throw new AppError('invalid-request', 'headers: a name or a value can stand in no HTTP header.')
  }
}

async function run({ endpoint, headers = {}, body }: PlaygroundAsk, s: Services): Promise<Ran> {
  const given = headersOf(headers)
  let ran: Ran | null = null
  const app = new Elysia()
    .use(parse(s))
    .use(classify(s))
    .use(routeStage(s))
    .all(
      '/*',
      ({ call, classified, route }) => {
        ran = { call, classified: call.refusal === null ? classified() : null, decided: route }
        return ''
      },
      { parse: 'none' },
    )
  const request = new Request(`http://localhost${endpoint}`, {
    method: 'POST',
    headers: { ...keyFor(endpoint, given), ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  await app.handle(request)
  if (ran === null) throw new AppError('invalid-request', `${endpoint} is no address that a request can be sent to.`)
  return ran
}

/** Credentials that a client may send, whoever they are for. */
const credentials: readonly string[] = ['authorization', 'x-api-key', 'x-goog-api-key', 'api-key']

/** Clients have a key for whom they address; each looks like that vendor's and opens nothing. Nothing is sent. */
const clientKeys: Readonly<Record<DialectId, readonly [header: string, value: string]>> = {
  anthropic: ['x-api-key', 'sk-ant-playground'],
  'openai-chat': ['authorization', 'Bearer sk-proj-playground'],
  'openai-responses': ['authorization', 'Bearer sk-proj-playground'],
  gemini: ['x-goog-api-key', 'AIzaPlayground'],
}

function keyFor(endpoint: string, headers: Headers): Readonly<Record<string, string>> {
  if (credentials.some((name) => headers.has(name))) return {}
  const [path = ''] = endpoint.split('?')
  const address = addressOf(path, 'POST', headers, null)
  return address === null ? {} : Object.fromEntries([clientKeys[address.dialect]])
}

function asNamed(call: Call, classified: Classified | null, s: Services): RouteDecision | null {
  const { requestedModel, mount, headers } = call
  const name = headers.get('x-relayplane-model') || requestedModel
  if (!isAnswer(call.endpoint) || name === null) return null
  const world = openRouteWorld(s)(call)
  const found =
    mount === null ? world.resolve(name) : { kind: 'found' as const, refs: [{ provider: mount, model: name }] }
  const usage = {
    ...noUsage,
    inputTokens: classified?.inputTokens ?? 0,
    outputTokens: classified?.expectedOutputTokens ?? 0,
  }
  const refs = found.kind === 'found' ? found.refs : []
  return {
    rule: name === requestedModel ? 'passthrough' : 'header',
    reason: 'the caller gets the model that it names, and no setting says otherwise',
    candidates: refs.map((ref) => ({ ref, why: 'the caller names it', costNanoUsd: world.costOf(ref, usage) })),
    rejected: found.kind === 'found' ? [] : [{ name, ref: found.ref, why: found.why }],
    ladder: null,
    switch: null,
  }
}

function refusedBy({ refusal, endpoint, path }: Call, decision: RouteDecision | null): string | null {
  if (refusal !== null) return refusal.message
  if (!isAnswer(endpoint)) return `${path} asks no model for an answer: nothing is decided there.`
  if (decision === null || decision.candidates.length > 0) return null
  return `Nobody can answer: ${decision.rejected.map(({ name, why }) => `${name} ${why}`).join('; ')}.`
}

const shownClass = (classified: Classified): NonNullable<Playground['classified']> => ({
  task: classified.task,
  score: classified.complexity.score,
  tier: classified.complexity.tier,
  parts: classified.complexity.parts.map((part) => ({ ...part })),
  sideCall: classified.sideCall === null ? null : `${classified.sideCall.kind}: ${classified.sideCall.why}`,
  automated: classified.automated?.why ?? null,
  inputTokens: Math.round(classified.inputTokens),
  expectedOutputTokens: Math.round(classified.expectedOutputTokens),
})

const shownDecision = ({ switch: moved, ...decision }: RouteDecision): NonNullable<Playground['decision']> => ({
  rule: decision.rule,
  reason: decision.reason,
  candidates: decision.candidates.map(({ ref, why, costNanoUsd }) => ({ name: formatModelRef(ref), why, costNanoUsd })),
  rejected: decision.rejected.map(({ name, why }) => ({ name, why })),
  ladder: decision.ladder === null ? null : decision.ladder.map(({ name }) => name),
  switch: moved === null ? null : { ...moved, from: formatModelRef(moved.from), to: formatModelRef(moved.to) },
})

function limitOf(call: Call, ref: ModelRef | null, s: Services): Playground['limit'] {
  if (ref === null || !isGuarding(s) || call.endpoint === 'estimate') return null
  const elsewhere = { model: formatModelRef(ref), leavesMount: true }
  const destination = chooseDestination(call, call.endpoint, true, s, elsewhere)
  const payee = destination instanceof AppError ? null : payeeOf(call, destination)
  if (payee === null) return null
  const { forecast, verdict } = judge(call, payee, s)
  return {
    action: verdict.action,
    estimateNanoUsd: forecast.nanoUsd,
    sentence: verdict.action === 'allow' ? null : sentenceOf(verdict.breach, s.clock.now()),
  }
}
