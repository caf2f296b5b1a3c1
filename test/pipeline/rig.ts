/** A tap between a provider driven by hand and a client that reads all it is given; time and the row's writing are by hand too. */
import { openWatch } from '../../src/lib/watch.ts'
import type { AppError } from '../../src/neutral/error.ts'
import type { Outcome } from '../../src/neutral/record.ts'
import { Attempt } from '../../src/pipeline/attempt.ts'
import { SseObserver } from '../../src/pipeline/observe-sse.ts'
import { tap, type Observer, type TapParts } from '../../src/pipeline/tap.ts'
import type { Dialect } from '../../src/wire/dialect.ts'
import { anthropic } from '../../src/wire/anthropic/index.ts'
import { gemini } from '../../src/wire/gemini/index.ts'
import { openAiChat } from '../../src/wire/openai-chat/index.ts'
import { openAiResponses } from '../../src/wire/openai-responses/index.ts'
import { anthropicFrames, chatFrames, geminiFrames, responsesFrames } from '../support/replies.ts'

export interface Settled {
  readonly outcome: Outcome
  readonly error: AppError | null
  /** What the tap had counted as passed on. */
  readonly passed: number
}

export interface RigOptions {
  readonly dialect?: Dialect
  readonly observer?: Observer
  /** The row is written only at `letSettle`. */
  readonly holdsRow?: boolean
  readonly keepAliveMs?: number
  readonly idleMs?: number
  /** False: the client reads only at `readOnce`. */
  readonly reads?: boolean
  /** Whether the client has hung up without the stream being told. */
  readonly isGone?: () => boolean
  readonly collect?: NonNullable<TapParts['collect']>
  readonly others?: NonNullable<TapParts['others']>
}

/** A tap without its client. */
export interface TapRig {
  readonly stream: ReadableStream<Uint8Array>
  push(...pieces: readonly (string | Uint8Array)[]): void
  end(): void
  reset(): void
  /** How often the tap asked the provider for more. */
  readonly pulls: () => number
  readonly isStopped: () => boolean
  readonly attempt: Attempt
  readonly settled: readonly Settled[]
  letSettle(): void
  /** Moves the clock on and lets the heartbeat look. */
  pass(ms: number): void
  readonly watched: () => number
}

export interface Rig extends TapRig {
  readonly got: () => string
  readonly state: () => 'open' | 'closed' | 'broken'
  readOnce(): Promise<string>
  hangUp(): Promise<void>
}

export const keepAlive = ': keep-alive\n\n'

export function rig(options: RigOptions = {}): Rig {
  const tapped = tapRig(options)
  return { ...tapped, ...openClient(tapped.stream, options.reads !== false) }
}

export function tapRig(options: RigOptions = {}): TapRig {
  const { dialect = anthropic, keepAliveMs, idleMs = 300_000 } = options
  const observer = options.observer ?? new SseObserver(dialect, false, true)
  const attempt = new Attempt(
    { provider: 'acme', model: 'm', billing: 'metered', by: 'mount', form: 'anthropic' },
    [],
    0,
    0,
    options.isGone ?? (() => false),
  )
  const provider = openProvider(attempt.signal)
  const watch = openWatch()
  const row = Promise.withResolvers<void>()
  if (options.holdsRow !== true) row.resolve()
  const settled: Settled[] = []
  let now = 0
  let passed = 0
  const stream = tap({
    body: provider.body,
    attempt,
    observer,
    settle(outcome, error) {
      settled.push({ outcome, error, passed })
      return row.promise
    },
    errorBytes: (error) => Buffer.from(dialect.writeErrorFrame(error)),
    keepAlive: keepAliveMs === undefined ? null : { bytes: Buffer.from(keepAlive), everyMs: keepAliveMs },
    idleMs,
    now: () => now,
    watch,
    passed: (bytes) => (passed += bytes),
    ...(options.collect && { collect: options.collect }),
    ...(options.others && { others: options.others }),
  })
  return {
    ...provider,
    stream,
    attempt,
    settled,
    letSettle: row.resolve,
    pass(ms) {
      now += ms
      watch.tick(now)
    },
    watched: watch.size,
  }
}

/** Lets everything run that can run now. */
export async function quiet(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve))
}

/** A body as fetch gives it: nothing is read ahead, an abort makes the read fail. */
function openProvider(signal: AbortSignal) {
  const chunks: Uint8Array[] = []
  let pulls = 0
  let isEnded = false
  let isStopped = false
  let out: ReadableStreamDefaultController<Uint8Array> | null = null
  let isAsked = false
  const serve = () => {
    if (!isAsked || isStopped) return
    const next = chunks.shift()
    if (next === undefined && !isEnded) return
    isAsked = false
    if (next === undefined) out?.close()
    else out?.enqueue(next)
  }
  const body = new ReadableStream<Uint8Array>(
    {
      start: (controller) => void (out = controller),
      pull() {
        pulls++
        isAsked = true
        serve()
      },
      cancel: () => void (isStopped = true),
    },
    { highWaterMark: 0 },
  )
  const fail = (fault: unknown) => {
    if (isStopped || (isEnded && chunks.length === 0)) return
    isStopped = true
    out?.error(fault)
  }
  signal.addEventListener('abort', () => fail(signal.reason))
  return {
    body,
    push(...pieces: readonly (string | Uint8Array)[]) {
      chunks.push(...pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece) : piece)))
      serve()
    },
    end() {
      isEnded = true
      serve()
    },
    reset: () =>
      fail(Object.assign(new Error('The socket connection was closed unexpectedly.'), { code: 'ECONNRESET' })),
    pulls: () => pulls,
    isStopped: () => isStopped,
  }
}

function openClient(stream: ReadableStream<Uint8Array>, reads: boolean) {
  const reader = stream.getReader()
  const got: Buffer[] = []
  let state: 'open' | 'closed' | 'broken' = 'open'
  const readOnce = async () => {
    try {
      const { done, value } = await reader.read()
      if (done) state = 'closed'
      else got.push(Buffer.from(value))
      return done ? '' : Buffer.from(value).toString()
    } catch {
      state = 'broken'
      return ''
    }
  }
  const readAll = async () => {
    while (state === 'open') await readOnce()
  }
  if (reads) void readAll()
  return {
    readOnce,
    got: () => Buffer.concat(got).toString(),
    state: () => state,
    hangUp: () => reader.cancel(),
  }
}

export interface Sample {
  readonly name: string
  readonly dialect: Dialect
  readonly frames: readonly string[]
  /** What the client may take for the end. */
  readonly last: string
  readonly facts: object
  /** The provider's own error in the middle of a stream. */
  readonly providerError: string
  /** What a client is told of a silence that lasted too long. */
  readonly timedOut: string
  readonly wasReset: string
}

const fellSilent = 'acme fell silent in the middle of its answer (timeouts.idleSeconds).'
const failed =
  "The connection to acme failed (ECONNRESET). Check the network and the provider's base URL, or try again."

/** One stream of each dialect; usage, model and finish typed off from test/support/replies.ts. */
export const samples: readonly Sample[] = [
  {
    name: 'Anthropic Messages',
    dialect: anthropic,
    frames: anthropicFrames,
    last: 'event: message_stop\ndata: {"type":"message_stop"}\n\n',
    facts: {
      usage: { inputTokens: 1000, cacheReadTokens: 0, outputTokens: 200, reasoningTokens: 0 },
      model: 'claude-sonnet-4-5-20250929',
      finishReason: 'end_turn',
      errorCode: null,
    },
    providerError:
      'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n',
    timedOut: `event: error\ndata: {"type":"error","error":{"type":"timeout_error","message":"${fellSilent}"}}\n\n`,
    wasReset: `event: error\ndata: {"type":"error","error":{"type":"api_error","message":"${failed}"}}\n\n`,
  },
  {
    name: 'OpenAI Chat Completions',
    dialect: openAiChat,
    frames: chatFrames,
    last: 'data: [DONE]\n\n',
    facts: {
      usage: { inputTokens: 1000, cacheReadTokens: 0, outputTokens: 200, reasoningTokens: 0 },
      model: 'gpt-4o-mini-2024-07-18',
      finishReason: 'stop',
      errorCode: null,
    },
    providerError: 'data: {"error":{"message":"Overloaded","type":"server_error","code":null}}\n\n',
    timedOut: `data: {"error":{"message":"${fellSilent}","type":"server_error","param":null,"code":"timeout"}}\n\n`,
    wasReset: `data: {"error":{"message":"${failed}","type":"server_error","param":null,"code":"provider_unreachable"}}\n\n`,
  },
  {
    name: 'OpenAI Responses',
    dialect: openAiResponses,
    frames: responsesFrames,
    last: responsesFrames[2] ?? '',
    facts: {
      usage: { inputTokens: 600, cacheReadTokens: 400, outputTokens: 200, reasoningTokens: 150 },
      model: 'gpt-5-2025-08-07',
      finishReason: 'completed',
      errorCode: null,
    },
    providerError:
      'event: error\ndata: {"type":"error","code":"server_error","message":"Overloaded","param":null,"sequence_number":3}\n\n',
    timedOut: `event: error\ndata: {"type":"error","code":"timeout","message":"${fellSilent}","param":null,"sequence_number":0}\n\n`,
    wasReset: `event: error\ndata: {"type":"error","code":"provider_unreachable","message":"${failed}","param":null,"sequence_number":0}\n\n`,
  },
  {
    name: 'Gemini',
    dialect: gemini,
    frames: geminiFrames,
    last: geminiFrames[2] ?? '',
    facts: {
      usage: { inputTokens: 600, cacheReadTokens: 400, outputTokens: 200, reasoningTokens: 150 },
      model: 'gemini-2.5-flash',
      finishReason: 'STOP',
      errorCode: null,
    },
    providerError: 'data: {"error":{"code":503,"message":"Overloaded","status":"UNAVAILABLE"}}\r\n\r\n',
    timedOut: `data: {"error":{"code":504,"message":"${fellSilent}","status":"DEADLINE_EXCEEDED"}}\n\n`,
    wasReset: `data: {"error":{"code":502,"message":"${failed}","status":"UNAVAILABLE"}}\n\n`,
  },
]
