/**
 * Answers a miss and keeps what it answered: the very bytes that the client got, read back to see what they say. Happens after the
 * row is written and the answer is on its way; the others who wait for it hear of it here, whatever became of it.
 */
import type { Services } from '../app/services.ts'
import type { RequestRecord } from '../neutral/record.ts'
import { foldedIn } from '../rules/cache-key.ts'
import { replyVerdict } from '../rules/cacheable.ts'
import { parseBody } from '../wire/request-body.ts'
import type { Kept, KeptForm } from './cache-entry.ts'
import type { Miss } from './cache.ts'
import type { Call } from './call.ts'
import type { Receipt } from './ending.ts'
import type { Flight } from './flight.ts'
import { replyIn } from './replay.ts'
import type { Reply } from './reply.ts'
import type { Settlement } from './settlement.ts'

/** A larger answer is none that is asked for twice. */
const maxKeptBytes = 8 * 1024 * 1024

export async function answerAndKeep(
  call: Call,
  reply: Reply,
  miss: Miss,
  receipt: Receipt,
  s: Services,
  answer: (reply: Reply, receipt: Receipt) => Promise<Response>,
): Promise<Response> {
  const { flight } = miss
  const collected = new Collected(flight)
  const heard = reply.kind === 'answered' ? { ...reply, collect: collected.add } : reply
  const head = Promise.withResolvers<Headers>()
  const noted: Receipt = async (end) => {
    const bytes = collected.take()
    const record = await receipt(flight !== null && call.isGone() ? asLeft(call, end) : end)
    void keep(call, miss, end, record, bytes, head.promise, s)
    return record
  }
  try {
    const response = await answer(heard, noted)
    head.resolve(response.headers)
    return response
  } catch (fault) {
    flight?.close()
    throw fault
  }
}

/** The client hung up, and the answer was read to its end for others. */
function asLeft({ isStream }: Call, end: Settlement): Settlement {
  if (end.outcome !== 'complete') return end
  const left: Settlement = { ...end, outcome: 'client_abort', isWhole: true }
  // A stream had begun; of a whole answer the client saw nothing.
  return isStream ? left : { ...left, status: null, responseBytes: 0 }
}

/** What goes to the client, as long as it is not too much. */
class Collected {
  readonly #flight: Flight | null
  #pieces: Uint8Array[] = []
  #bytes = 0

  constructor(flight: Flight | null) {
    this.#flight = flight
  }

  readonly add = (piece: Uint8Array): void => {
    this.#bytes += piece.length
    if (this.#bytes <= maxKeptBytes) {
      this.#pieces.push(piece)
      return
    }
    this.#pieces = []
    // Nobody is to wait for what won't be shared.
    this.#flight?.close()
  }

  /** null where there was nothing, or too much. */
  take(): Uint8Array | null {
    return this.#pieces.length === 0 ? null : Buffer.concat(this.#pieces)
  }
}

async function keep(
  call: Call,
  { key, mode, flight, put }: Miss,
  end: Settlement,
  record: RequestRecord,
  bytes: Uint8Array | null,
  head: Promise<Headers>,
  s: Services,
): Promise<void> {
  try {
    if (bytes === null || !isGood(call, end)) return
    const contentType = (await head).get('content-type') ?? ''
    // The answer's last piece leaves first.
    await new Promise((resolve) => setImmediate(resolve))
    const entry = entryOf(call, { key, mode }, end, record, { body: bytes, contentType }, s)
    if (entry === null) return
    flight?.land(entry)
    await put(entry)
  } catch (fault) {
    s.log.error(
      `an answer could not be kept: ${fault instanceof Error ? (fault.stack ?? fault.message) : String(fault)}`,
    )
  } finally {
    flight?.close()
  }
}

/** Whole, a success, and of the model that was chosen. */
function isGood({ notes }: Call, { outcome, status, error, facts, attempt, dropped }: Settlement): boolean {
  const isSuccess = outcome === 'complete' && status !== null && status >= 200 && status < 300
  if (!isSuccess || error !== null || facts.errorCode !== null || attempt === null) return false
  // A hit could not say what got lost on the way.
  if (dropped.length > 0) return false
  // For as long as it were kept, who was chosen would not be asked again.
  if (notes.wentOn) return false
  return notes.bypass.length === 0 && (notes.guard === null || notes.guard === 'warned')
}

function entryOf(
  call: Call,
  { key, mode }: Pick<Miss, 'key' | 'mode'>,
  { attempt }: Settlement,
  record: RequestRecord,
  { body, contentType }: { readonly body: Uint8Array; readonly contentType: string },
  s: Services,
): Kept | null {
  const ttlMs = ttlSeconds(record, mode, s) * 1000
  if (attempt === null || ttlMs <= 0) return null
  const { provider, model, billing } = attempt.target
  const form = formOf(body, contentType)
  const reply = replyIn({ form, body }, call.dialect, { provider, id: call.id })
  const folded = foldedIn(parseBody(call.plainBody), call.dialect, mode)
  if (reply === null || !replyVerdict(reply, folded).isCacheable) return null
  const createdMs = s.clock.now()
  return {
    key,
    form,
    asksUsage: call.facts.asksStreamUsage,
    contentType,
    body,
    provider,
    model: model ?? '',
    billing,
    servedModel: record.servedModel,
    taskType: record.taskType,
    costNanoUsd: record.cost.nanoUsd,
    usage: record.usage,
    finishReason: record.finishReason,
    createdMs,
    expiresMs: createdMs + ttlMs,
  }
}

function ttlSeconds({ taskType }: RequestRecord, mode: Miss['mode'], s: Services): number {
  const { taskTtlSeconds, aggressiveTtlSeconds, defaultTtlSeconds } = s.config().cache
  const ofMode = mode === 'aggressive' ? aggressiveTtlSeconds : defaultTtlSeconds
  return taskType === null ? ofMode : (taskTtlSeconds[taskType] ?? ofMode)
}

const openingBracket = '['.charCodeAt(0)

/** As it came, which need not be as it was asked for. */
function formOf(body: Uint8Array, contentType: string): KeptForm {
  if (/^text\/event-stream/i.test(contentType)) return 'sse'
  return body[0] === openingBracket ? 'json-array' : 'json'
}
