/** Parts as this API has them, for a model or for a client; only reasoning and signatures depend on which. */
import type { Part, Signed, ToolResultPart } from '../../neutral/message.ts'
import { asRecord } from '../fields.ts'
import { writeCall } from './calls.ts'
import { writeMedia } from './media.ts'
import { restore, spelled, type JsonObject } from './reading.ts'

/** @returns null for what has no place; its name is in `dropped` then. Not for results, which are written with their media. */
export function writePart(
  part: Exclude<Part, ToolResultPart>,
  signature: (signed: Signed | undefined) => string | null,
  model: string,
  dropped: Set<string>,
): JsonObject | null {
  if (part.type === 'foreign') return part.dialect === 'gemini' ? ({ ...asRecord(part.value) } as JsonObject) : null
  const out = writeBody(part, model, dropped)
  if (out === null) return null
  if (part.type !== 'refusal' && part.type !== 'web-search') {
    const text = signature(part.signed)
    if (text !== null) out['thoughtSignature'] = text
  }
  return restore(out, part.carried)
}

function writeBody(
  part: Exclude<Part, ToolResultPart | { type: 'foreign' }>,
  model: string,
  dropped: Set<string>,
): JsonObject | null {
  switch (part.type) {
    case 'text':
      if (part.cache !== undefined) dropped.add('cache_control')
      return spelled(part.carried, 'thought') === 'false' ? { text: part.text, thought: false } : { text: part.text }
    case 'refusal':
      return { text: part.text }
    case 'reasoning':
      return { text: part.text, thought: true }
    case 'media': {
      const media = writeMedia(part, model, dropped)
      return media !== null && spelled(part.carried, 'thought') === 'false' ? { ...media, thought: false } : media
    }
    case 'tool-call':
      if (part.cache !== undefined) dropped.add('cache_control')
      return { functionCall: writeCall(part) }
    case 'web-search':
      return null
  }
}
