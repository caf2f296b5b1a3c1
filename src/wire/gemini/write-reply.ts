/** A whole answer for a client of the Gemini API. */
import type { Part, ToolResultPart, WebSearchPart } from '../../neutral/message.ts'
import type { NeutralReply } from '../../neutral/reply.ts'
import type { NeutralRequest } from '../../neutral/request.ts'
import type { Stamp, Written } from '../translator.ts'
import { OwedReasoning } from './owed.ts'
import type { JsonObject } from './reading.ts'
import { writeEnding } from './write-ending.ts'
import type { CitedText } from './write-grounding.ts'
import { writePart } from './write-parts.ts'

export function writeReply(reply: NeutralReply, _asked: NeutralRequest, stamp: Stamp): Written {
  const dropped = new Set<string>()
  const isOwn = reply.carried?.dialect === 'gemini'
  const owed = new OwedReasoning()
  const parts: JsonObject[] = []
  const texts: CitedText[] = []
  for (const part of reply.parts) {
    if (part.type === 'reasoning') owed.add(part)
    if (!hasPlace(part)) continue
    const written = writePart(part, (signed) => owed.signatureOf(part.type, signed), stamp.model, dropped)
    if (written === null) continue
    if (part.type === 'text' && part.citations !== undefined)
      texts.push({ text: part.text, citations: part.citations, part: parts.length, startByte: 0 })
    parts.push(written)
  }
  const rest = owed.rest()
  if (rest !== null) parts.push(rest)
  const body = writeEnding(
    {
      ...reply,
      id: reply.id ?? (isOwn ? null : stamp.id),
      model: reply.model ?? (isOwn ? null : stamp.model),
      parts,
      texts,
      searches: reply.parts.filter((part): part is WebSearchPart => part.type === 'web-search'),
      hasCalls: reply.parts.some(({ type }) => type === 'tool-call'),
      others: reply.parts.flatMap(otherCandidate),
    },
    dropped,
  )
  return { body, dropped: [...dropped] }
}

/** A candidate that is not the answer stands beside it. */
export const otherCandidate = (part: Part): unknown[] =>
  part.type === 'foreign' && part.dialect === 'gemini' && part.name === 'candidate' ? [part.value] : []

function hasPlace(part: Part): part is Exclude<Part, ToolResultPart | WebSearchPart> {
  if (part.type === 'tool-result' || part.type === 'web-search') return false
  // Encrypted reasoning has no words to show.
  if (part.type === 'reasoning' && part.text === '')
    return part.carried?.dialect === 'gemini' || part.signed?.form === 'gemini'
  return otherCandidate(part).length === 0
}
