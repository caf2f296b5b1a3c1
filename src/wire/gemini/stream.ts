/** Reads an SSE stream of the Gemini API while it passes: usage, model, end, errors, and how much text went by. */
import type { FrameKind, ReplyFacts, StreamReader } from '../dialect.ts'
import { asList, asRecord, asString, parseJson, type JsonRecord } from '../fields.ts'
import { marksOf } from '../marks.ts'
import { Chunks, errorCodeOf, finishReasonOf } from './response.ts'

/** Nearly every chunk carries cumulative counts, and they are large and few: all of them are read. */
export const marks = marksOf('usageMetadata', 'finishReason', 'blockReason', '"error"')

export function readStream(): StreamReader {
  return new GeminiStream()
}

class GeminiStream implements StreamReader {
  readonly #chunks = new Chunks()

  read(_event: string, data: string): FrameKind {
    const chunk = asRecord(parseJson(data))
    if (chunk === null) return 'plain'
    this.#chunks.add(chunk)
    if (errorCodeOf(chunk) !== null) return 'error'
    return finishReasonOf(chunk) === null ? 'plain' : 'terminal'
  }

  countText(data: string): number {
    const chunk = asRecord(parseJson(data))
    let length = 0
    for (const candidate of asList(chunk?.candidates)) {
      const parts = asList(asRecord(asRecord(candidate)?.content)?.parts)
      for (const part of parts) length += partLength(asRecord(part))
    }
    return length
  }

  facts(): ReplyFacts {
    return this.#chunks.facts()
  }
}

/** Characters of text and thoughts, of code to run, and of a call's arguments, which may come whole or in pieces. */
function partLength(part: JsonRecord | null): number {
  if (part === null) return 0
  let length = (asString(part.text)?.length ?? 0) + (asString(asRecord(part.executableCode)?.code)?.length ?? 0)
  const call = asRecord(part.functionCall)
  if (asRecord(call?.args) !== null) length += JSON.stringify(call?.args).length
  for (const piece of asList(call?.partialArgs)) length += asString(asRecord(piece)?.stringValue)?.length ?? 0
  return length
}
