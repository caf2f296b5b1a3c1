/** The lifetime sums as Prometheus text. OpenTelemetry's GenAI names where it has one for what we know, ours elsewhere. */
import { Elysia } from 'elysia'
import { Type } from '@sinclair/typebox'
import { writeFamilies, type Family, type Labels, type Sample } from './prometheus.ts'
import type { ControlServices, LifetimeSum } from './services.ts'
import { Refusal, type Health } from './shapes.ts'

/** Scrapers ask every few seconds at most; several of them share one reading. */
const keptMs = 2000
/** Model names come from callers. Beyond this many pairs of provider and model the rest is one, `other`. */
const maxPairs = 200

/** Bounds in seconds that the conventions ask for. */
const durationBounds = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92] as const
const firstByteBounds = [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10] as const

const tokenTypes = [
  ['input', 'inputTokens'],
  ['cache_read', 'cacheReadTokens'],
  ['cache_write', 'cacheWriteTokens'],
  ['output', 'outputTokens'],
] as const

export const metrics = (services: Pick<ControlServices, 'reader' | 'health' | 'clock'>) => {
  const name = openNames()
  let kept: { readonly text: Promise<string>; readonly atMs: number } | null = null
  const read = async () => {
    const [sums, state] = await Promise.all([services.reader.lifetime(), services.health()])
    return writeFamilies([...requestFamilies(sums.map(name)), ...serverFamilies(state)])
  }
  return new Elysia({ name: 'control/metrics', normalize: false }).get(
    '/metrics',
    async () => {
      const nowMs = services.clock.monotonic()
      if (kept === null || nowMs - kept.atMs >= keptMs) {
        kept = { text: read(), atMs: nowMs }
        // A failure is answered once and not kept.
        kept.text.catch(() => (kept = null))
      }
      return new Response(await kept.text, { headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' } })
    },
    { response: { 200: Type.String(), 503: Refusal, 504: Refusal } },
  )
}

/**
 * Bounds the label values. Who has a name keeps it until the process ends: a counter that moved between its own name and
 * `other` would seem to have been reset.
 */
function openNames(): (sum: LifetimeSum) => LifetimeSum {
  const named = new Set<string>()
  return (sum) => {
    // What went to no provider is named by the caller alone.
    if (sum.provider === '') return { ...sum, model: '' }
    const pair = `${sum.provider}\n${sum.model}`
    if (!named.has(pair) && named.size >= maxPairs) return { ...sum, model: 'other' }
    named.add(pair)
    return sum
  }
}

function requestFamilies(sums: readonly LifetimeSum[]): Family[] {
  const counter = (suffix: string, help: string, samples: readonly Sample[]): Family => ({
    name: `relayplane_${suffix}`,
    type: 'counter',
    help,
    samples,
  })
  const each = (labelsOf: (sum: LifetimeSum) => Labels, valueOf: (sum: LifetimeSum) => number): Sample[] =>
    sums.map((sum) => ({ labels: labelsOf(sum), value: valueOf(sum) }))
  const priced = ({ provider, model, billing }: LifetimeSum): Labels => ({ provider, model, billing })
  return [
    counter(
      'requests_total',
      'Requests by how they ended.',
      each(
        ({ provider, model, billing, outcome }) => ({ provider, model, billing, outcome }),
        ({ figures }) => figures.requests,
      ),
    ),
    counter(
      'tokens_total',
      'Tokens; the types are disjoint, input is uncached input.',
      tokenTypes.flatMap(([type, name]) =>
        each(
          (sum) => ({ ...priced(sum), type }),
          ({ figures }) => figures[name],
        ),
      ),
    ),
    counter(
      'reasoning_tokens_total',
      'Output tokens spent on reasoning; they are in the output, too.',
      each(priced, ({ figures }) => figures.reasoningTokens),
    ),
    counter(
      'cost_usd_total',
      'Cost in US dollars; with billing subscription it is notional.',
      each(priced, ({ figures }) => figures.costNanoUsd / 1e9),
    ),
    counter(
      'unpriced_requests_total',
      'Requests whose price is not known; they are in no cost.',
      each(priced, ({ figures }) => figures.unpriced),
    ),
    counter(
      'estimated_requests_total',
      'Requests whose usage or tier had to be inferred.',
      each(priced, ({ figures }) => figures.estimated),
    ),
    ...conventionFamilies(sums.filter(({ provider }) => provider !== '')),
  ]
}

/** https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-metrics/; without the operation's name, which is not summed by. */
function conventionFamilies(sums: readonly LifetimeSum[]): Family[] {
  const labelsOf = ({ provider, model }: LifetimeSum): Labels => ({
    gen_ai_provider_name: provider,
    gen_ai_request_model: model,
  })
  const times = (
    name: string,
    help: string,
    bounds: readonly number[],
    timesOf: (sum: LifetimeSum) => LifetimeSum['duration'],
  ): Family => ({
    name,
    type: 'histogram',
    help: `${help} Times are known to 2.2 %.`,
    bounds,
    samples: sums.map((sum) => ({
      labels: labelsOf(sum),
      observed: timesOf(sum).map(([ms, count]) => [ms / 1000, count]),
    })),
  })
  const tokens = (type: 'input' | 'output', of: (sum: LifetimeSum) => number): Sample[] =>
    sums.map((sum) => ({
      labels: { ...labelsOf(sum), gen_ai_token_type: type },
      sum: of(sum),
      count: sum.figures.requests,
    }))
  return [
    {
      name: 'gen_ai_client_token_usage',
      type: 'histogram',
      help: 'Tokens used, input with the cached ones. Only sum and count are kept.',
      samples: [
        ...tokens('input', ({ figures }) => figures.inputTokens + figures.cacheReadTokens + figures.cacheWriteTokens),
        ...tokens('output', ({ figures }) => figures.outputTokens),
      ],
    },
    times(
      'gen_ai_client_operation_duration_seconds',
      'From a request’s arrival to its end.',
      durationBounds,
      (sum) => sum.duration,
    ),
    times(
      'gen_ai_server_time_to_first_token_seconds',
      'From a request’s arrival to the first byte of its answer.',
      firstByteBounds,
      (sum) => sum.firstByte,
    ),
  ]
}

function serverFamilies({ inflight, bypassed, startedMs, store, version, commit }: Health): Family[] {
  const one = (name: string, type: Family['type'], help: string, value: number, labels: Labels = {}): Family => ({
    name: `relayplane_${name}`,
    type,
    help,
    samples: [{ labels, value }],
  })
  return [
    one('inflight_requests', 'gauge', 'Requests being served now.', inflight),
    one(
      'bypassed_requests_total',
      'counter',
      'Requests in which a stage failed and was skipped, since the start.',
      bypassed,
    ),
    one('spooled_rows', 'gauge', 'Rows waiting in the spool file.', store.spooledRows),
    one('lost_rows_total', 'counter', 'Rows that could be written nowhere, since the start.', store.lostRows),
    one('unfolded_rows', 'gauge', 'Rows not yet in the roll-ups.', store.unfoldedRows),
    one('start_time_seconds', 'gauge', 'When the server started, Unix time.', startedMs / 1000),
    one('build_info', 'gauge', 'Version and commit.', 1, { version, commit }),
  ]
}
