/** `/openapi.json`: the control endpoints from their own schemas, and the addresses of the LLM API. OpenAPI 3.1. */
import { Elysia } from 'elysia'
import { Type, type TObject, type TSchema } from '@sinclair/typebox'
import { version } from '../version.ts'
import { guardOperations, guardSchemas } from './openapi-guard.ts'
import { llmOperations, type LlmOperation } from './openapi-llm.ts'
import { readRefused, writeRefused, type ControlOperation } from './operation.ts'
import { Savings } from './savings-shapes.ts'
import { SignalQuery } from './signals.ts'
import { SignalPage } from './signals-shapes.ts'
import {
  Health,
  LoginLink,
  LoginSession,
  Refusal,
  RepriceRange,
  RepriceResult,
  RunDetail,
  RunPage,
  Stats,
  TelemetryHealth,
} from './shapes.ts'
import { Playground, PlaygroundAsk, SimulateAsk, Simulation } from './simulate-shapes.ts'
import { StreamQuery } from './stream.ts'
import { ListQuery, SumQuery } from './telemetry.ts'

const schemas = {
  Playground,
  PlaygroundAsk,
  SimulateAsk,
  Simulation,
  Health,
  LoginLink,
  LoginSession,
  Refusal,
  RepriceRange,
  RepriceResult,
  RunDetail,
  RunPage,
  Savings,
  SignalPage,
  Stats,
  TelemetryHealth,
  ...guardSchemas,
} as const
type SchemaName = keyof typeof schemas

const telemetryOperations: readonly Omit<ControlOperation<SchemaName>, 'tag'>[] = [
  {
    method: 'get',
    path: '/health',
    id: 'health',
    summary: 'Whether the server is well',
    answer: 'Health',
    refusals: [],
  },
  {
    method: 'get',
    path: '/metrics',
    id: 'metrics',
    summary: 'Counters and histograms for Prometheus',
    answer: 'text/plain',
    refusals: [503, 504],
  },
  {
    method: 'get',
    path: '/openapi.json',
    id: 'openapi',
    summary: 'This page',
    answer: 'application/json',
    refusals: [],
  },
  {
    method: 'get',
    path: '/v1/telemetry/stats',
    id: 'stats',
    summary: 'Sums, percentiles and a series over a window',
    query: SumQuery,
    answer: 'Stats',
    refusals: readRefused,
  },
  {
    method: 'get',
    path: '/v1/telemetry/savings',
    id: 'savings',
    summary: 'What routing, prompt caches and the response cache saved over a window, each by itself',
    query: SumQuery,
    answer: 'Savings',
    refusals: readRefused,
  },
  {
    method: 'get',
    path: '/v1/telemetry/signals',
    id: 'signals',
    summary: 'How each model did at each kind of task, with intervals',
    query: SignalQuery,
    answer: 'SignalPage',
    refusals: readRefused,
  },
  {
    method: 'get',
    path: '/v1/telemetry/runs',
    id: 'runs',
    summary: 'Requests, newest first, a page at a time',
    query: ListQuery,
    answer: 'RunPage',
    refusals: readRefused,
  },
  {
    method: 'get',
    path: '/v1/telemetry/runs/{id}',
    id: 'run',
    summary: 'One request with all that is known of it',
    answer: 'RunDetail',
    refusals: [404, ...readRefused],
  },
  {
    method: 'get',
    path: '/v1/telemetry/health',
    id: 'providerHealth',
    summary: 'How each provider did in the last hour',
    answer: 'TelemetryHealth',
    refusals: readRefused,
  },
  {
    method: 'get',
    path: '/v1/telemetry/stream',
    id: 'stream',
    summary: 'Requests as they end: events run, inflight and gap',
    query: StreamQuery,
    answer: 'text/event-stream',
    refusals: [400],
  },
  {
    method: 'post',
    path: '/v1/telemetry/simulate',
    id: 'simulate',
    summary: 'What other settings of routing would have done with the past',
    body: 'SimulateAsk',
    answer: 'Simulation',
    refusals: [...readRefused, 409, 413, 415],
  },
  {
    method: 'post',
    path: '/v1/telemetry/playground',
    id: 'playground',
    summary: 'Where a request would go and why, without sending it',
    body: 'PlaygroundAsk',
    answer: 'Playground',
    refusals: [...readRefused, 413, 415],
  },
  {
    method: 'post',
    path: '/v1/telemetry/reprice',
    id: 'reprice',
    summary: 'Applies the prices of now to the past',
    body: 'RepriceRange',
    answer: 'RepriceResult',
    refusals: [...writeRefused, 409, 413, 503, 504],
    isWrite: true,
  },
  {
    method: 'post',
    path: '/login/link',
    id: 'loginLink',
    summary: 'A link that logs one browser in',
    answer: 'LoginLink',
    refusals: writeRefused,
    isWrite: true,
  },
  {
    method: 'get',
    path: '/login/session',
    id: 'loginSession',
    summary: 'Whether this browser may make changes',
    answer: 'LoginSession',
    refusals: [],
  },
  {
    method: 'get',
    path: '/login',
    id: 'login',
    summary: 'Where that link leads: sets the session cookie',
    query: Type.Object({ code: Type.String() }),
    answer: 'redirect',
    refusals: [401, 429],
  },
  { method: 'get', path: '/', id: 'root', summary: 'Leads to the dashboard', answer: 'redirect', refusals: [] },
  { method: 'get', path: '/dashboard', id: 'dashboard', summary: 'The dashboard', answer: 'text/html', refusals: [] },
  {
    method: 'get',
    path: '/dashboard/{page}',
    id: 'dashboardPage',
    summary: 'The dashboard, opened on one of its pages',
    answer: 'text/html',
    refusals: [],
  },
]

export const controlOperations: readonly ControlOperation<SchemaName>[] = [
  ...telemetryOperations.map((operation) => ({ ...operation, tag: 'telemetry' as const })),
  ...guardOperations,
]

export const openapi = () => {
  const page = JSON.stringify(writePage())
  return new Elysia({ name: 'control/openapi' }).get(
    '/openapi.json',
    () =>
      new Response(page, {
        headers: { 'content-type': 'application/json;charset=utf-8', 'cache-control': 'no-cache' },
      }),
  )
}

function writePage() {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const one of controlOperations) paths[one.path] = { ...paths[one.path], [one.method]: writeControl(one) }
  for (const one of llmOperations) paths[one.path] = { ...paths[one.path], [one.method]: writeLlm(one) }
  return {
    openapi: '3.1.0',
    info: {
      title: 'RelayPlane',
      version,
      description:
        'Money is in integer nano-USD, times in Unix milliseconds. Parameters of a query may be written in camelCase or snake_case; bodies are camelCase, and an unknown field is an error.',
    },
    tags: [{ name: 'telemetry' }, { name: 'guard' }, { name: 'llm' }],
    paths,
    components: {
      schemas,
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: '`relayplane token` prints it.' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'relayplane_session',
          description: 'From the link of `relayplane dashboard`.',
        },
      },
    },
  }
}

function writeControl({
  id,
  tag,
  path,
  summary,
  query,
  body,
  answer,
  refusals,
  isWrite,
}: ControlOperation<SchemaName>) {
  const parameters = [...pathParameters(path), ...(query === undefined ? [] : queryParameters(query))]
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: { content: json(reference(body)) } }),
    ...(isWrite === true ? { security: [{ token: [] }, { session: [] }] } : {}),
    responses: { ...writeAnswer(answer), ...Object.fromEntries(refusals.map((status) => [status, refused])) },
  }
}

const reference = (name: SchemaName) => ({ $ref: `#/components/schemas/${name}` })
const json = (schema: object) => ({ 'application/json': { schema } })
const refused = { description: 'Refused; the message says why.', content: json(reference('Refusal')) }

function writeAnswer(answer: ControlOperation<SchemaName>['answer']) {
  if (answer === 'redirect') return { 302: { description: 'Elsewhere.' } }
  const content = answer in schemas ? json(reference(answer as SchemaName)) : { [answer]: {} }
  return { 200: { description: 'Done.', content } }
}

function writeLlm({ id, path, method, summary }: LlmOperation) {
  const parameters = pathParameters(path)
  return {
    operationId: id,
    tags: ['llm'],
    summary,
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(method === 'post' ? { requestBody: { required: true, content: json({ type: 'object' }) } } : {}),
    responses: { default: { description: 'As the provider answers, or an error in the same dialect.' } },
  }
}

const pathParameters = (path: string) =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({ name, in: 'path', required: true, schema: { type: 'string' } }))

const queryParameters = (query: TObject) =>
  Object.entries(query.properties).map(([name, { description, ...schema }]: [string, TSchema]) => ({
    name,
    in: 'query',
    ...(query.required?.includes(name) === true ? { required: true } : {}),
    ...(description === undefined ? {} : { description }),
    schema,
  }))
