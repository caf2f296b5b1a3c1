/** Shapes of traffic: what real agents do, and what runaways do, request by request. Times in ms from the start, costs in USD. */
import { openRunaways, type AnomalyLimits, type Finding, type Runaways, type Seen } from '../../src/rules/anomalies.ts'

export interface Sent {
  readonly atMs: number
  /** How long the answer takes. */
  readonly takesMs?: number
  readonly session?: string | null
  readonly lane?: string
  /** Where the conversation stands; the same one is the same request. */
  readonly point: string | null
  readonly tokens?: number
  readonly usd?: number | null
  readonly fails?: boolean
  readonly loop?: Seen['loop']
}

/** The defaults of the settings. */
export const limits: AnomalyLimits = {
  windowMs: 300_000,
  velocityThreshold: 50,
  repetitionThreshold: 20,
  tokenExplosionUsd: 5,
  stuckLoopThreshold: 8,
  action: 'alert',
  actions: {},
}

/** 2 January 2026, on the minute. */
export const startMs = Date.UTC(2026, 0, 2, 9)

export const seenOf = ({
  atMs,
  session = 's',
  lane = 'main',
  point,
  tokens = 20_000,
  usd = 0.01,
  loop = null,
}: Sent): Seen => ({
  atMs: startMs + atMs,
  session,
  lane,
  point,
  model: 'large',
  inputTokens: tokens,
  estimatedNanoUsd: usd === null ? null : usd * 1e9,
  loop,
})

/** Sends it all in the order of time, each answer ended when it was. @returns What was found, in order. */
export function play(sent: readonly Sent[], over: Partial<AnomalyLimits> = {}, runaways: Runaways = openRunaways()) {
  const findings: (Finding & { readonly atMs: number })[] = []
  const steps = sent.flatMap((request) => {
    const { atMs, takesMs = 1000, fails = false } = request
    const seen = seenOf(request)
    const see = () => findings.push(...runaways.see(seen, { ...limits, ...over }).map((found) => ({ ...found, atMs })))
    const costNanoUsd = fails ? 0 : seen.estimatedNanoUsd
    const settle = () => runaways.settle(seen, { atMs: startMs + atMs + takesMs, isFailure: fails, costNanoUsd })
    return [
      { at: atMs, run: see },
      { at: atMs + takesMs, run: settle },
    ]
  })
  for (const { run } of steps.toSorted((a, b) => a.at - b.at)) run()
  return findings
}

/** `type scope`, each once. */
export const kinds = (findings: readonly Finding[]): readonly string[] => [
  ...new Set(findings.map(({ type, scope }) => `${type} ${scope}`)),
]

export const every = (
  stepMs: number,
  count: number,
  make: (index: number, atMs: number) => Omit<Sent, 'atMs'>,
): readonly Sent[] =>
  Array.from({ length: count }, (_, index) => ({ atMs: index * stepMs, ...make(index, index * stepMs) }))

export const after = (ms: number, sent: readonly Sent[]): readonly Sent[] =>
  sent.map((request) => ({ ...request, atMs: request.atMs + ms }))

/** An agent at work: each turn is at a new point and a little longer. The first one writes the cache, the others read it. */
export const agent = (
  lane: string,
  turns: number,
  stepMs: number,
  { session = 's', firstUsd = 0.08, usd = 0.03 } = {},
) =>
  every(stepMs, turns, (turn) => ({
    takesMs: stepMs * 0.8,
    session,
    lane,
    point: `${lane} ${turn}`,
    tokens: 15_000 + 400 * turn,
    usd: turn === 0 ? firstUsd : usd * (1 + turn / 100),
  }))
