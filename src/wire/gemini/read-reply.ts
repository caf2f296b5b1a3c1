/** A whole answer of the Gemini API in the neutral form. The first candidate is the answer; others are foreign. */
import { gather } from '../../neutral/event.ts'
import type { Part } from '../../neutral/message.ts'
import type { NeutralReply } from '../../neutral/reply.ts'
import { asList, asRecord } from '../fields.ts'
import type { Signer } from '../translator.ts'
import { cite, readCandidate } from './candidate.ts'
import { ChunkReader, foreignCandidate } from './read-events.ts'
import { answerSetting, readParts } from './parts.ts'
import { readReply as readFacts } from './response.ts'

export function readReply(body: unknown, signer: Signer): NeutralReply {
  if (Array.isArray(body)) return gatherChunks(body, signer)
  const record = asRecord(body) ?? {}
  const candidates = asList(record['candidates'])
  const answer = readCandidate(record, asRecord(candidates[0]))
  const setting = answerSetting(signer)
  const parts = cite(
    readParts(asList(answer.parts), () => setting),
    answer.cited,
  )
  return {
    id: answer.id,
    model: answer.model,
    parts: [...parts, ...answer.searches, ...candidates.slice(1).map(foreignCandidate)],
    finish: answer.finish(parts.some(({ type }) => type === 'tool-call')),
    usage: readFacts(record).usage,
    ...answer.reading.carried(),
  }
}

/** A stream that came as one list; one that was cut off is given as far as it went. */
function gatherChunks(chunks: readonly unknown[], signer: Signer): NeutralReply {
  const reader = new ChunkReader(answerSetting(signer))
  const events = chunks.flatMap((chunk) => [...reader.step(asRecord(chunk) ?? {})])
  const cutOff = { type: 'message-end', finish: { kind: 'other' }, usage: readFacts(chunks).usage } as const
  const nothing = { id: null, model: null, parts: [] satisfies Part[], finish: cutOff.finish, usage: cutOff.usage }
  return gather([...events, ...reader.end()]) ?? gather([...events, cutOff]) ?? nothing
}
