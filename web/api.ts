/** The dashboard's only network: what the server it came from is asked and told, and the live stream. */
import type { Savings } from '../src/control/savings-shapes.ts'
import type { SignalPage } from '../src/control/signals-shapes.ts'
import type { Health, LoginSession, Run, RunDetail, RunPage, Stats, TelemetryHealth } from '../src/control/shapes.ts'

/** What failed at the server or on the way there, with a sentence for the reader. */
export class ApiError extends Error {
  /** The HTTP status; null where no answer came. */
  readonly status: number | null
  constructor(message: string, status: number | null) {
    super(message)
    this.name = 'ApiError'
    this.status = status
  }
}

/** Above the slowest query that is still of use; a server that hangs must not leave a skeleton standing. */
const deadlineMs = 20_000

export const read = <T>(path: string, signal: AbortSignal): Promise<T> =>
  ask(path, { headers: { accept: 'application/json' } }, signal)

/** Changes something; the browser adds the cookie that allows it. */
export const write = <T>(method: 'POST' | 'PUT', path: string, body: unknown): Promise<T> =>
  ask(path, {
    method,
    headers: { accept: 'application/json', 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

/** @param signal Of a reader who may stop waiting. */
async function ask<T>(path: string, init: RequestInit, signal?: AbortSignal): Promise<T> {
  const deadline = AbortSignal.timeout(deadlineMs)
  const response = await fetch(path, {
    ...init,
    signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
  }).catch((fault: unknown) => {
    if (signal?.aborted) throw fault
    const isLate = fault instanceof DOMException && fault.name === 'TimeoutError'
    throw new ApiError(
      isLate
        ? `The server did not answer within ${deadlineMs / 1000} seconds.`
        : 'The server does not answer. Is relayplane running?',
      null,
    )
  })
  if (!response.ok) throw new ApiError(await readSentence(response), response.status)
  return (await response.json()) as T
}

/** The sentence in an error body, wherever its shape keeps it; else the status. */
async function readSentence(response: Response): Promise<string> {
  const fallback = `The server answered ${response.status} ${response.statusText}`.trim()
  const body: unknown = await response.json().catch(() => null)
  const text = sentenceIn(body)
  return text ?? fallback
}

function sentenceIn(body: unknown): string | null {
  if (typeof body === 'string') return body
  if (typeof body !== 'object' || body === null) return null
  const { message, error } = body as { message?: unknown; error?: unknown }
  return sentenceIn(message ?? null) ?? sentenceIn(error ?? null)
}

/** @param query The filters of `apiQuery`, for this and the three below. */
export const fetchStats = (query: string, signal: AbortSignal) => read<Stats>(`/v1/telemetry/stats?${query}`, signal)

export const fetchSavings = (query: string, signal: AbortSignal) =>
  read<Savings>(`/v1/telemetry/savings?${query}`, signal)

/** @param query Of `signalQuery`. */
export const fetchSignals = (query: string, signal: AbortSignal) =>
  read<SignalPage>(`/v1/telemetry/signals?${query}`, signal)

export const fetchRuns = (query: string, limit: number, cursor: string | null, signal: AbortSignal) =>
  read<RunPage>(
    `/v1/telemetry/runs?${query}&limit=${limit}${cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
    signal,
  )

export const fetchRun = (id: string, signal: AbortSignal) =>
  read<RunDetail>(`/v1/telemetry/runs/${encodeURIComponent(id)}`, signal)

export const fetchHealth = (signal: AbortSignal) => read<Health>('/health', signal)

/** Whether this browser may change anything. */
export const fetchLogin = (signal: AbortSignal) => read<LoginSession>('/login/session', signal)

export const fetchProviders = (signal: AbortSignal) => read<TelemetryHealth>('/v1/telemetry/health', signal)

export interface StreamHandlers {
  open(): void
  run(run: Run): void
  inflight(count: number): void
  /** Runs were left out of the stream: what is shown must be read again. */
  gap(): void
  /** The stream ended; it does not come back by itself. */
  lost(): void
}

/** Opens the live stream once. @returns Closes it. */
export function openStream(handlers: StreamHandlers): () => void {
  const source = new EventSource('/v1/telemetry/stream')
  const on = (event: string, take: (data: string) => void) =>
    source.addEventListener(event, (message) => take((message as MessageEvent<string>).data))
  source.addEventListener('open', () => handlers.open())
  on('run', (data) => handlers.run(JSON.parse(data) as Run))
  on('inflight', (data) => handlers.inflight((JSON.parse(data) as { inflight: number }).inflight))
  on('gap', () => handlers.gap())
  source.addEventListener('error', () => {
    // The browser's own retry has no back-off and no end that can be shown; the feed does that.
    source.close()
    handlers.lost()
  })
  return () => source.close()
}
