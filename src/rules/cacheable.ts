/** Which requests may be answered from the response cache, and which answers may be kept in it. Pure. */
import type { DialectId } from '../neutral/model.ts'
import type { Part } from '../neutral/message.ts'
import type { FinishKind, NeutralReply } from '../neutral/reply.ts'
import { recordOf } from './cache-key-json.ts'
import { hindrance } from './cacheable-fields.ts'
import { oddity } from './cacheable-values.ts'

export type Verdict = { readonly isCacheable: true } | { readonly isCacheable: false; readonly why: string }

const cacheable: Verdict = { isCacheable: true }
const not = (why: string): Verdict => ({ isCacheable: false, why })

export interface VerdictSettings {
  /** Only requests with an explicit temperature of 0. */
  readonly onlyWhenDeterministic: boolean
}

/** @param body Parsed JSON. */
export function requestVerdict(body: unknown, dialect: DialectId, settings: VerdictSettings): Verdict {
  const record = recordOf(body)
  if (record === null) return not('the body is no object')
  const why = hindrance(record, dialect)
  if (why !== null) return not(why)
  if (settings.onlyWhenDeterministic && temperatureOf(record, dialect) !== 0) return not('its temperature is not 0')
  const odd = oddity(record)
  return odd === null ? cacheable : not(odd)
}

function temperatureOf(body: Readonly<Record<string, unknown>>, dialect: DialectId): unknown {
  if (dialect !== 'gemini') return body.temperature
  return (recordOf(body.generationConfig) ?? recordOf(body.generation_config))?.temperature
}

/** null: an answer that ended so may be kept. */
const endings: Readonly<Record<FinishKind, string | null>> = {
  stop: null,
  'stop-sequence': null,
  length: 'the answer was cut off at its limit',
  'tool-calls': 'the answer calls tools',
  refusal: 'the model refused',
  'content-filter': 'the answer was filtered',
  pause: 'the answer is to be continued',
  context: 'the answer was cut off at the end of the window',
  error: 'the answer ended in an error',
  other: 'why the answer ended is not known',
}

/** null: an answer with such a part may be kept. A turn with a call is one that the world has to answer. */
const parts: Readonly<Record<Part['type'], string | null>> = {
  text: null,
  reasoning: null,
  media: 'the answer holds more than text',
  'tool-call': 'the answer calls tools',
  'tool-result': 'the answer holds more than text',
  refusal: 'the model refused',
  'web-search': 'the answer was looked up',
  foreign: 'the answer holds more than text',
}

/** @param folded What the key took no notice of (`foldedIn`). */
export function replyVerdict(reply: NeutralReply, folded: readonly string[]): Verdict {
  const why =
    endings[reply.finish.kind] ??
    reply.parts.map(({ type }) => parts[type]).find((reason) => reason !== null) ??
    (isLookedUp(reply) ? 'the answer was looked up' : null)
  if (why !== null) return not(why)
  const texts = reply.parts.flatMap((part) => (part.type === 'text' || part.type === 'reasoning' ? [part.text] : []))
  const text = texts.join('\n').toLowerCase()
  if (text.trim() === '') return not('the answer says nothing')
  if (folded.some((noise) => text.includes(noise.toLowerCase())))
    return not('the answer repeats a date or an id of its request')
  return cacheable
}

/** Some models search without being asked to, and name what they found. */
const isLookedUp = ({ parts, usage }: NeutralReply): boolean =>
  (usage?.webSearches ?? 0) > 0 ||
  parts.some((part) => part.type === 'text' && part.citations?.some(({ url }) => url !== null) === true)
