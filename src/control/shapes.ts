/**
 * The JSON of the dashboard's endpoints, as TypeBox schemas: they validate queries, type the pages and make up
 * `/openapi.json`. Money is integer nano-USD, times are Unix milliseconds, durations milliseconds.
 */
import { Type, type Static, type TSchema } from '@sinclair/typebox'
import { reliabilityFields } from './reliability-shapes.ts'

const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])

/** One grammar for every list and sum. camelCase and snake_case both work; an unknown name is a 400 that names it. */
export const Filters = Type.Object({
  window: Type.Optional(
    Type.String({
      description: '`90m`, `24h`, `7d`, `2w` or `all`; default `24h` in sums, `all` in lists. Not with from/to.',
    }),
  ),
  from: Type.Optional(Type.String({ description: 'RFC 3339 or Unix ms, inclusive; floored to the minute in sums.' })),
  to: Type.Optional(Type.String({ description: 'RFC 3339 or Unix ms, exclusive.' })),
  provider: Type.Optional(
    Type.String({ description: 'Exact; several separated by commas are OR-ed. So for all below.' }),
  ),
  model: Type.Optional(Type.String({ description: 'The routed model (the requested one where none was sent).' })),
  agent: Type.Optional(Type.String()),
  session: Type.Optional(Type.String()),
  billing: Type.Optional(Type.String({ description: '`metered`, `subscription`, `local`.' })),
  outcome: Type.Optional(
    Type.String({ description: '`complete`, `client_abort`, `upstream_reset`, `timeout`, `refused`, `failed`.' }),
  ),
  cost: Type.Optional(
    Type.String({
      description:
        '`priced`, `estimated`, `unpriced`, `none`. Lists only: the roll-ups behind the sums do not keep it apart.',
    }),
  ),
  translated: Type.Optional(
    Type.String({
      description: '`true`: the provider was asked in another wire format than the caller’s; `false`. Lists only.',
    }),
  ),
  guard: Type.Optional(
    Type.String({ description: '`warned`, `downgraded`, `cut`, `blocked`, `stopped` by the money guard. Lists only.' }),
  ),
  cache: Type.Optional(Type.String({ description: '`hit`, `miss`, `bypass` of the response cache. Lists only.' })),
  task: Type.Optional(Type.String({ description: 'Task type: `tool_use`, `quick_task`, … Lists only.' })),
  route: Type.Optional(
    Type.String({ description: 'The rule that chose the model: `passthrough`, `alias`, `auto`, … Lists only.' }),
  ),
  automated: Type.Optional(Type.String({ description: '`true`: background traffic; `false`. Lists only.' })),
})
export type Filters = Static<typeof Filters>

export const Totals = Type.Object({
  requests: Type.Integer(),
  errors: Type.Integer({ description: 'Outcome other than complete or client_abort, or status >= 400.' }),
  inputTokens: Type.Integer({ description: 'Uncached.' }),
  cacheReadTokens: Type.Integer(),
  cacheWriteTokens: Type.Integer(),
  outputTokens: Type.Integer(),
  reasoningTokens: Type.Integer({ description: 'Of outputTokens.' }),
  costNanoUsd: Type.Integer({ description: 'Of priced and estimated requests, all billing kinds together.' }),
  meteredNanoUsd: Type.Integer({ description: 'Of that, what was really billed.' }),
  subscriptionNanoUsd: Type.Integer({ description: 'Of that, notional: covered by a plan.' }),
  unpriced: Type.Integer({ description: 'Requests whose price is not known; they are in no cost figure.' }),
  estimated: Type.Integer(),
})
export type Totals = Static<typeof Totals>

export const Percentiles = Type.Object({
  count: Type.Integer(),
  p50Ms: nullable(Type.Number()),
  p90Ms: nullable(Type.Number()),
  p95Ms: nullable(Type.Number()),
  p99Ms: nullable(Type.Number()),
})
export type Percentiles = Static<typeof Percentiles>

export const Group = Type.Intersect([Type.Object({ key: Type.String() }), Totals])
export type Group = Static<typeof Group>

export const SessionSummary = Type.Object({
  id: Type.String(),
  source: Type.String(),
  agent: nullable(Type.String()),
  firstMs: Type.Integer(),
  lastMs: Type.Integer(),
  requests: Type.Integer(),
  inputTokens: Type.Integer(),
  cacheReadTokens: Type.Integer(),
  cacheWriteTokens: Type.Integer(),
  outputTokens: Type.Integer(),
  costNanoUsd: Type.Integer(),
  unpriced: Type.Integer(),
})
export type SessionSummary = Static<typeof SessionSummary>

export const SeriesPoint = Type.Object({
  startMs: Type.Integer(),
  requests: Type.Integer(),
  errors: Type.Integer(),
  costNanoUsd: Type.Integer(),
  meteredNanoUsd: Type.Integer(),
  subscriptionNanoUsd: Type.Integer(),
  inputTokens: Type.Integer(),
  cacheReadTokens: Type.Integer(),
  cacheWriteTokens: Type.Integer(),
  outputTokens: Type.Integer(),
  durationP50Ms: nullable(Type.Number()),
  durationP95Ms: nullable(Type.Number()),
  firstByteP50Ms: nullable(Type.Number()),
  firstByteP95Ms: nullable(Type.Number()),
})
export type SeriesPoint = Static<typeof SeriesPoint>

/** `GET /v1/telemetry/stats` */
export const Stats = Type.Object({
  fromMs: Type.Integer({ description: 'The resolved, minute-aligned window.' }),
  toMs: Type.Integer(),
  totals: Totals,
  duration: Percentiles,
  firstByte: Percentiles,
  byModel: Type.Array(Group),
  byProvider: Type.Array(Group),
  byAgent: Type.Array(Group),
  byBilling: Type.Array(Group),
  byOutcome: Type.Array(Group),
  sessions: Type.Array(SessionSummary, {
    description: 'Active in the window, dearest first; figures of the whole session.',
  }),
  stepMs: Type.Integer({ description: 'Width of a point of the series.' }),
  series: Type.Array(SeriesPoint, {
    description:
      'Zero-filled from fromMs to toMs; points begin at multiples of stepMs, so the first may begin before fromMs.',
  }),
})
export type Stats = Static<typeof Stats>

/** A line of the request list. */
export const Run = Type.Object({
  id: Type.String(),
  startedMs: Type.Integer(),
  endpoint: Type.String(),
  dialect: Type.String({ description: 'The wire format that the caller speaks.' }),
  translatedTo: nullable(
    Type.String({ description: 'The wire format that the provider was asked in; null where it is the caller’s.' }),
  ),
  dropped: Type.Array(Type.String(), {
    description: 'What had no place in that format, or in the caller’s on the way back, by name.',
  }),
  requestedModel: nullable(Type.String()),
  routedModel: nullable(Type.String()),
  servedModel: nullable(Type.String()),
  provider: nullable(Type.String()),
  billing: nullable(Type.String()),
  isStream: Type.Boolean(),
  status: nullable(Type.Integer()),
  outcome: Type.String(),
  errorCode: nullable(Type.String()),
  inputTokens: nullable(Type.Integer()),
  cacheReadTokens: nullable(Type.Integer()),
  cacheWrite5mTokens: nullable(Type.Integer()),
  cacheWrite1hTokens: nullable(Type.Integer()),
  outputTokens: nullable(Type.Integer()),
  reasoningTokens: nullable(Type.Integer()),
  costStatus: Type.String(),
  costNanoUsd: nullable(Type.Integer()),
  firstByteMs: nullable(Type.Number()),
  durationMs: Type.Number(),
  sessionId: nullable(Type.String()),
  agent: nullable(Type.String()),
  taskType: nullable(
    Type.String({ description: 'Told from tools and tokens; null where no model was asked for an answer.' }),
  ),
  guard: nullable(
    Type.String({
      description: 'What the money guard did: `warned`, `downgraded`, `cut`, `blocked`, `stopped`; null for nothing.',
    }),
  ),
  cache: nullable(
    Type.String({ description: '`hit`, `miss` or `bypass` of the response cache; null where it had no part.' }),
  ),
  savedNanoUsd: nullable(Type.Integer({ description: 'What a hit would have cost; null where that is not known.' })),
  route: nullable(
    Type.String({
      description: 'The rule that chose the model; null where none came to that, or before there were any.',
    }),
  ),
  automated: Type.Boolean({ description: 'Background traffic.' }),
  baselineModel: nullable(Type.String({ description: '`provider/model` that savings are measured against.' })),
  baselineNanoUsd: nullable(
    Type.Integer({ description: 'What the same tokens cost there; null where that is not known.' }),
  ),
  promptCacheSavedNanoUsd: nullable(
    Type.Integer({
      description:
        'What the provider’s prompt cache saved, negative where it cost more; null where it had no part or has no price.',
    }),
  ),
})
export type Run = Static<typeof Run>

/** `GET /v1/telemetry/runs?limit=&cursor=` newest first. */
export const RunPage = Type.Object({ runs: Type.Array(Run), nextCursor: nullable(Type.String()) })
export type RunPage = Static<typeof RunPage>

/** `GET /v1/telemetry/runs/{id}` */
export const RunDetail = Type.Intersect([
  Run,
  Type.Object({
    method: Type.String(),
    path: Type.String(),
    errorMessage: nullable(Type.String()),
    finishReason: nullable(Type.String()),
    audioInputTokens: nullable(Type.Integer()),
    cacheReadAudioTokens: nullable(Type.Integer()),
    audioOutputTokens: nullable(Type.Integer()),
    imageOutputTokens: nullable(Type.Integer()),
    webSearches: nullable(Type.Integer()),
    serviceTier: nullable(Type.String()),
    speed: nullable(Type.String()),
    region: nullable(Type.String()),
    priceId: nullable(Type.String()),
    priceSource: nullable(Type.String()),
    priceDate: nullable(Type.String()),
    costLines: Type.Array(
      Type.Object({
        kind: Type.String(),
        quantity: Type.Number(),
        nanoUsdPerMillion: nullable(Type.Number()),
        nanoUsd: Type.String(),
      }),
    ),
    requestBytes: Type.Integer(),
    responseBytes: Type.Integer(),
    sessionSource: nullable(Type.String()),
    agentSource: nullable(Type.String()),
    tags: Type.Record(Type.String(), Type.String()),
    bypass: Type.Array(Type.String()),
    complexity: nullable(
      Type.Object(
        { score: Type.Number(), tier: Type.String() },
        { description: 'How hard it looked, of 100; null where that was not looked at.' },
      ),
    ),
    facts: nullable(
      Type.Object(
        {
          tools: Type.Integer(),
          messages: Type.Integer(),
          images: Type.Boolean(),
          toolTurn: Type.Boolean({ description: 'It ends in results of tools.' }),
          sideCall: nullable(Type.String({ description: '`title`, `summary`, …; null for work.' })),
          maxOutputTokens: nullable(Type.Integer()),
          expected: Type.Optional(
            Type.Object(
              { inputTokens: Type.Integer(), outputTokens: Type.Integer() },
              { description: 'Before the call, cached input included: by this it was routed.' },
            ),
          ),
          repeats: Type.Optional(Type.String({ description: 'The id of the request that asked the same before.' })),
          isUsable: Type.Optional(Type.Boolean({ description: 'Calls and format keep to what was asked for.' })),
        },
        { description: 'Counts and marks, for simulations and signals.' },
      ),
    ),
    upstreamRequestId: nullable(Type.String()),
    trace: Type.Array(Type.Object({ stage: Type.String(), did: Type.String(), why: Type.String() })),
    attempts: Type.Array(
      Type.Object({
        number: Type.Integer(),
        provider: Type.String(),
        model: nullable(Type.String()),
        startedMs: Type.Integer(),
        status: nullable(Type.Integer()),
        outcome: Type.String(),
        errorCode: nullable(Type.String()),
        firstByteMs: nullable(Type.Number()),
        durationMs: Type.Number(),
        costNanoUsd: nullable(Type.Integer()),
      }),
    ),
  }),
])
export type RunDetail = Static<typeof RunDetail>

/** `GET /v1/telemetry/health`: what each configured or recently used provider looks like from here, last 60 minutes. */
export const ProviderHealth = Type.Object({
  ...reliabilityFields,
  provider: Type.String(),
  hasKey: Type.Boolean({ description: 'A key is configured; a caller may still bring its own.' }),
  baseUrl: Type.String(),
  requests: Type.Integer(),
  failures: Type.Integer({ description: 'Network failures, resets, timeouts, 429 and 5xx.' }),
  p50Ms: nullable(Type.Number()),
  lastSeenMs: nullable(Type.Integer()),
  lastFailure: nullable(Type.String()),
})
export type ProviderHealth = Static<typeof ProviderHealth>
export const TelemetryHealth = Type.Object({ providers: Type.Array(ProviderHealth) })
export type TelemetryHealth = Static<typeof TelemetryHealth>

/** `GET /health` */
export const Health = Type.Object({
  status: Type.Union([Type.Literal('ok'), Type.Literal('degraded')]),
  version: Type.String(),
  commit: Type.String(),
  uptimeMs: Type.Integer(),
  startedMs: Type.Integer(),
  inflight: Type.Integer({ description: 'Requests being served now.' }),
  apiPort: Type.Optional(
    Type.Integer({ description: 'The port to give to agents; absent where that listener is off.' }),
  ),
  bypassed: Type.Integer({ description: 'Requests in which a stage of ours failed and was skipped, since the start.' }),
  store: Type.Object({
    state: Type.Union([Type.Literal('ok'), Type.Literal('spooling')]),
    spooledRows: Type.Integer({ description: 'Rows waiting in the spool file.' }),
    lostRows: Type.Integer({ description: 'Rows that could be written nowhere, since the start.' }),
    unfoldedRows: Type.Integer({ description: 'Rows not yet in the roll-ups.' }),
    lastError: nullable(Type.String()),
  }),
  ...reliabilityFields,
  problems: Type.Array(Type.String(), { description: 'Sentences: what is wrong and what to do.' }),
})
export type Health = Static<typeof Health>

/** Which of the past to price anew; all of it where nothing is said. */
export const RepriceRange = Type.Object(
  {
    sinceMs: Type.Optional(Type.Integer({ minimum: 0, description: 'Start of the requests, Unix ms, inclusive.' })),
    untilMs: Type.Optional(Type.Integer({ minimum: 0, description: 'Exclusive.' })),
    provider: Type.Optional(Type.String({ minLength: 1 })),
    model: Type.Optional(
      Type.String({ minLength: 1, description: 'The routed model (the requested one where none was sent).' }),
    ),
    onlyUnpriced: Type.Optional(Type.Boolean()),
    dryRun: Type.Optional(Type.Boolean({ description: 'Counts and sums without writing.' })),
  },
  { additionalProperties: false },
)
export type RepriceRange = Static<typeof RepriceRange>

/** `POST /v1/telemetry/reprice` */
export const RepriceResult = Type.Object({
  examined: Type.Integer({ description: 'Requests that have usage and may have a price.' }),
  changed: Type.Integer(),
  newlyPriced: Type.Integer({ description: 'Of changed: had no price before.' }),
  stillUnpriced: Type.Integer(),
  kept: Type.Integer({ description: 'Had a price that is no longer known; they keep it.' }),
  oldNanoUsd: Type.Integer({ description: 'Of the examined requests, before.' }),
  newNanoUsd: Type.Integer(),
})
export type RepriceResult = Static<typeof RepriceResult>

/** `POST /login/link` */
export const LoginLink = Type.Object({
  url: Type.String({ description: 'Logs one browser in, once, within a minute.' }),
})

/** `GET /login/session` */
export const LoginSession = Type.Object({
  canWrite: Type.Boolean({ description: 'This browser was logged in by a link, and may make changes.' }),
})
export type LoginSession = Static<typeof LoginSession>

/** Every refusal of these endpoints. */
export const Refusal = Type.Object({
  error: Type.Object({
    code: Type.String({ description: '`invalid-request`, `unauthorized`, `not-found`, `timed-out`, `unavailable`, …' }),
    message: Type.String({ description: 'What is wrong and what to do.' }),
  }),
})
export type Refusal = Static<typeof Refusal>
