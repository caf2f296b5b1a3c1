/** The candidate and the answer around its parts: for a whole answer, and for the last chunk of a stream. */
import type { Carried, WebSearchPart } from '../../neutral/message.ts'
import type { Finish } from '../../neutral/reply.ts'
import type { Usage } from '../../neutral/usage.ts'
import { parseJsonExactly } from '../fields.ts'
import { candidateAt, contentAt } from './candidate.ts'
import { writeFinish } from './finish.ts'
import { restore, spelled, type JsonObject } from './reading.ts'
import { writeUsage } from './usage-metadata.ts'
import { writeGrounding, type CitedText } from './write-grounding.ts'

export interface Ending {
  readonly id: string | null
  readonly model: string | null
  readonly finish: Finish
  readonly usage: Usage | null
  readonly carried?: Carried
  readonly parts: readonly JsonObject[]
  readonly searches: readonly WebSearchPart[]
  readonly texts: readonly CitedText[]
  readonly hasCalls: boolean
  /** Candidates that are not the answer. */
  readonly others: readonly unknown[]
}

export function writeEnding(ending: Ending, dropped: Set<string>): JsonObject {
  const { carried, usage } = ending
  if (ending.finish.stopSequence !== undefined) dropped.add('stop_sequence')
  const out: JsonObject = {}
  const candidates = spelled(carried, 'candidates')
  if (candidates === undefined) out['candidates'] = [writeCandidate(ending), ...ending.others]
  else if (candidates === 'empty') out['candidates'] = []
  const spelledUsage = spelled(carried, 'usageMetadata')
  if (spelledUsage !== undefined) out['usageMetadata'] = parseJsonExactly(spelledUsage)
  else if (usage !== null) out['usageMetadata'] = writeUsage(usage)
  if (ending.model !== null) out['modelVersion'] = ending.model
  if (ending.id !== null) out['responseId'] = ending.id
  return restore(out, carried)
}

function writeCandidate(ending: Ending): JsonObject {
  const { carried, finish } = ending
  const out: JsonObject = {}
  if (spelled(carried, 'content') !== 'absent') out['content'] = writeContent(ending)
  const reason = spelled(carried, 'finishReason')
  if (reason !== 'absent') out['finishReason'] = writeFinish(finish, reason, ending.hasCalls)
  const message = spelled(carried, 'finishMessage')
  if (message !== undefined) out['finishMessage'] = message
  const index = spelled(carried, 'index')
  if (index !== 'absent') out['index'] = index === undefined ? 0 : parseJsonExactly(index)
  Object.assign(out, writeGrounding(ending.searches, ending.texts))
  return restore(out, carried, candidateAt)
}

function writeContent({ carried, parts }: Ending): JsonObject {
  const out: JsonObject = spelled(carried, 'parts') === 'absent' ? {} : { parts }
  const role = spelled(carried, 'role')
  if (role !== 'absent') out['role'] = role ?? 'model'
  return restore(out, carried, contentAt)
}
