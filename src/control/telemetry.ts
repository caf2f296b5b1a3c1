/** The figures and requests behind the dashboard, and the one change to them. */
import { Elysia } from 'elysia'
import { Type } from '@sinclair/typebox'
import type { Reliability } from './reliability-shapes.ts'
import { requireAdmin } from './require-admin.ts'
import type { ControlServices, MeasuredHealth, ProviderFacts } from './services.ts'
import {
  type ProviderHealth,
  Filters,
  Refusal,
  RepriceRange,
  RepriceResult,
  RunDetail,
  RunPage,
  Stats,
  TelemetryHealth,
} from './shapes.ts'

const refusals = { 400: Refusal, 503: Refusal, 504: Refusal } as const

// The list's own parameters beside the filters. All are text here: one grammar, in the store, judges them and names what is wrong.
// Open, since names have two spellings: `session`, `session_id`.
export const openQuery = { additionalProperties: true } as const
export const SumQuery = Type.Omit(
  Filters,
  ['cost', 'translated', 'guard', 'cache', 'task', 'route', 'automated'],
  openQuery,
)
export const ListQuery = Type.Object(
  {
    ...Filters.properties,
    limit: Type.Optional(Type.String({ description: '1 to 1000, default 50.' })),
    cursor: Type.Optional(Type.String({ description: '`nextCursor` of the page before, with the same filters.' })),
  },
  openQuery,
)

export const telemetry = (services: ControlServices) =>
  new Elysia({ name: 'control/telemetry', normalize: false })
    .use(requireAdmin(services))
    .get('/v1/telemetry/stats', ({ request }) => services.reader.stats(queryOf(request)), {
      query: SumQuery,
      response: { 200: Stats, ...refusals },
    })
    .get('/v1/telemetry/runs', ({ request }) => services.reader.runs(queryOf(request)), {
      query: ListQuery,
      response: { 200: RunPage, ...refusals },
    })
    .get('/v1/telemetry/runs/:id', ({ params }) => services.reader.run(params.id), {
      params: Type.Object({
        id: Type.String({ description: 'The whole id, or six characters or more that only it begins with.' }),
      }),
      response: { 200: RunDetail, 404: Refusal, ...refusals },
    })
    .get(
      '/v1/telemetry/health',
      async () => {
        const measured = await services.reader.providerHealth()
        return { providers: joinProviders(services.providers(), measured, services.reliability()) }
      },
      { response: { 200: TelemetryHealth, ...refusals } },
    )
    .post(
      '/v1/telemetry/reprice',
      ({ body }) =>
        services.reader.reprice({ sinceMs: 0, untilMs: Number.MAX_SAFE_INTEGER, ...body }, services.priceSettings()),
      {
        admin: true,
        body: RepriceRange,
        response: {
          200: RepriceResult,
          401: Refusal,
          403: Refusal,
          409: Refusal,
          413: Refusal,
          415: Refusal,
          429: Refusal,
          ...refusals,
        },
      },
    )

/** From the address itself: Elysia would drop the names it does not know, which are to be refused. */
export const queryOf = (request: Request): URLSearchParams => new URL(request.url).searchParams

/** Every provider that is set up, was used in the last hour or is not well, the busiest first. */
function joinProviders(
  facts: readonly ProviderFacts[],
  measured: readonly MeasuredHealth[],
  { cooldowns, accounts, concurrency }: Reliability,
): ProviderHealth[] {
  const names = [...measured, ...facts, ...cooldowns, ...concurrency].map(({ provider }) => provider)
  const factsOf = new Map(facts.map((fact) => [fact.provider, fact]))
  const figuresOf = new Map(measured.map((one) => [one.provider, one]))
  return [...new Set(names)].map((provider) => {
    const isIts = (one: { readonly provider: string }) => one.provider === provider
    return {
      ...unused,
      hasKey: false,
      baseUrl: '',
      ...factsOf.get(provider),
      ...figuresOf.get(provider),
      provider,
      cooldowns: cooldowns.filter(isIts),
      accounts: accounts.filter(isIts),
      concurrency: concurrency.filter(isIts),
    }
  })
}

const unused = { requests: 0, failures: 0, p50Ms: null, lastSeenMs: null, lastFailure: null }
