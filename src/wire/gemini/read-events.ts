/**
 * A stream of the Gemini API as events. Each chunk is an answer with some more parts; nothing but the stream's end says that it
 * is over, and it is whole when a chunk before has told a reason.
 */
import type { StreamEvent } from '../../neutral/event.ts'
import type { Part } from '../../neutral/message.ts'
import { asList, asRecord, asString, parseJsonExactly, type JsonRecord } from '../fields.ts'
import type { EventReader, Signer } from '../translator.ts'
import { readCandidate } from './candidate.ts'
import { readError } from './errors.ts'
import { PartStream } from './part-stream.ts'
import type { JsonObject } from './reading.ts'
import { answerSetting, type PartSetting } from './parts.ts'
import { errorCodeOf, finishReasonOf, readReply as readFacts } from './response.ts'

export function readEvents(signer: Signer): EventReader {
  const reader = new ChunkReader(answerSetting(signer))
  return {
    read(_event, data) {
      const chunk = asRecord(parseJsonExactly(data))
      return chunk === null ? [] : reader.step(chunk)
    },
    end: () => reader.end(),
  }
}

export class ChunkReader {
  readonly #parts: PartStream
  /** What the chunks say beside the parts, the later over the earlier. */
  #answer: JsonObject = {}
  #candidate: JsonObject | null = null
  readonly #others = new Map<unknown, JsonRecord>()
  #hasStarted = false
  #isOver = false
  #hasReason = false

  constructor(setting: PartSetting) {
    this.#parts = new PartStream(setting)
  }

  step(chunk: JsonRecord): readonly StreamEvent[] {
    if (this.#isOver) return []
    if (errorCodeOf(chunk) !== null) {
      this.#isOver = true
      return [{ type: 'error', error: readError(200, chunk) }]
    }
    if (finishReasonOf(chunk) !== null) this.#hasReason = true
    const out: StreamEvent[] = []
    if (!this.#hasStarted) out.push(this.#start(chunk))
    this.#answer = chunkOver(this.#answer, chunk, 'usageMetadata')
    for (const candidate of asList(chunk['candidates'])) this.#take(asRecord(candidate) ?? {}, out)
    return out
  }

  #start(chunk: JsonRecord): StreamEvent {
    this.#hasStarted = true
    const [id, model] = [asString(chunk['responseId']), asString(chunk['modelVersion'])]
    return { type: 'message-start', id, model, usage: readFacts(chunk).usage }
  }

  #take(candidate: JsonRecord, out: StreamEvent[]): void {
    const index = candidate['index'] ?? 0
    if (this.#candidate !== null && (this.#candidate['index'] ?? 0) !== index) {
      this.#others.set(index, grown(this.#others.get(index), candidate))
      return
    }
    const content = asRecord(candidate['content'])
    const before = asRecord(this.#candidate?.['content'])
    // The parts have gone out as events; that there were any is all that is still to be known.
    const hadParts = Array.isArray(content?.['parts']) || before?.['parts'] !== undefined
    this.#candidate = chunkOver(this.#candidate, candidate, 'groundingMetadata')
    this.#candidate['content'] = content === null ? before : { ...content, ...(hadParts && { parts: [] }) }
    for (const part of asList(content?.['parts'])) this.#parts.step(asRecord(part) ?? {}, out)
  }

  end(): readonly StreamEvent[] {
    if (this.#isOver || !this.#hasReason) return []
    this.#isOver = true
    const candidate = this.#candidate === null ? null : defined(this.#candidate)
    const record = defined(this.#answer)
    const answer = readCandidate(record, candidate)
    const out: StreamEvent[] = []
    this.#parts.end(answer.cited, out)
    for (const part of [...answer.searches, ...[...this.#others.values()].map(foreignCandidate)])
      if (part.type === 'web-search' || part.type === 'foreign') this.#parts.whole(part, out)
    out.push({
      type: 'message-end',
      finish: answer.finish(this.#parts.hasCalls),
      usage: readFacts({ ...record, candidates: [candidate, ...this.#others.values()] }).usage,
      ...answer.reading.carried(),
    })
    return out
  }
}

export const foreignCandidate = (value: unknown): Part => ({
  type: 'foreign',
  dialect: 'gemini',
  name: 'candidate',
  value,
})

/** One more chunk of a candidate that is not the answer. */
function grown(before: JsonRecord | undefined, chunk: JsonRecord): JsonRecord {
  const parts = [before, chunk].flatMap((candidate) => asList(asRecord(candidate?.['content'])?.['parts']))
  const content = asRecord(chunk['content']) ?? asRecord(before?.['content'])
  return { ...before, ...chunk, ...(content !== null && { content: { ...content, parts } }) }
}

/** A chunk over those before it. One of its fields may be left out by later chunks, or repeated in part. */
function chunkOver(before: JsonObject | null, chunk: JsonRecord, grows: string): JsonObject {
  const [old, fresh] = [asRecord(before?.[grows]), asRecord(chunk[grows])]
  const out = before ?? {}
  for (const name in chunk) if (name !== 'candidates' && name !== '__proto__') out[name] = chunk[name]
  if (old !== null) out[grows] = fresh === null ? old : { ...old, ...defined(fresh) }
  return out
}

/** A count that is null takes nothing back. */
const defined = (record: JsonRecord): JsonRecord =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined && value !== null))
