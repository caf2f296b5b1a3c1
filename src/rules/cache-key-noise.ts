/**
 * Where the prose of a request stands in each dialect, for the mode `aggressive`: what the system says and what the user says.
 * Nothing else is touched: neither what the model said, nor calls, their arguments and results, nor any other field.
 */
import type { DialectId } from '../neutral/model.ts'
import { recordOf, type JsonRecord } from './cache-key-json.ts'
import { foldText, type Voice } from './cache-key-text.ts'

export interface Folded {
  readonly body: unknown
  /** What was taken out of it, word for word. */
  readonly folded: readonly string[]
}

type Fold = (text: string, voice: Voice) => string

/** @param body Parsed JSON; not changed itself. */
export function fold(body: unknown, dialect: DialectId): Folded {
  const record = recordOf(body)
  const folded = new Set<string>()
  if (record === null) return { body, folded: [] }
  const quiet = readers[dialect](record, (text, voice) => foldText(text, voice, folded))
  return { body: quiet, folded: [...folded] }
}

const readers: Readonly<Record<DialectId, (body: JsonRecord, fold: Fold) => JsonRecord>> = {
  anthropic: (body, fold) => inMessages(inContent(body, 'system', 'system', fold), 'messages', fold),
  'openai-chat': (body, fold) => inMessages(body, 'messages', fold),
  'openai-responses': (body, fold) => inMessages(inContent(body, 'instructions', 'system', fold), 'input', fold),
  gemini: (body, fold) =>
    changed(inSystem(inSystem(body, 'systemInstruction', fold), 'system_instruction', fold), 'contents', (contents) =>
      mapList(contents, (entry) => inTurn(entry, fold)),
    ),
}

const voices: Readonly<Record<string, Voice>> = { system: 'system', developer: 'system', user: 'user' }

/** A list of messages; or one text, which is the user's. */
const inMessages = (body: JsonRecord, name: string, fold: Fold): JsonRecord =>
  changed(body, name, (value) => {
    if (typeof value === 'string') return fold(value, 'user')
    return mapList(value, (entry) => {
      const message = recordOf(entry)
      const voice = typeof message?.role === 'string' ? voices[message.role] : undefined
      return message === null || voice === undefined ? entry : inContent(message, 'content', voice, fold)
    })
  })

/** A turn without a role is the user's. */
function inTurn(entry: unknown, fold: Fold): unknown {
  const turn = recordOf(entry)
  if (turn === null || (turn.role !== undefined && turn.role !== 'user')) return entry
  return inContent(turn, 'parts', 'user', fold)
}

const inSystem = (body: JsonRecord, name: string, fold: Fold): JsonRecord =>
  changed(body, name, (value) => {
    const content = recordOf(value)
    return content === null ? value : inContent(content, 'parts', 'system', fold)
  })

/** Types of parts that are prose; a part of Gemini's has none. */
const prose: ReadonlySet<unknown> = new Set([undefined, 'text', 'input_text'])

const inContent = (record: JsonRecord, name: string, voice: Voice, fold: Fold): JsonRecord =>
  changed(record, name, (content) => {
    if (typeof content === 'string') return fold(content, voice)
    return mapList(content, (entry) => {
      const part = recordOf(entry)
      if (part === null || !prose.has(part.type) || typeof part.text !== 'string') return entry
      return { ...part, text: fold(part.text, voice) }
    })
  })

const mapList = (value: unknown, change: (entry: unknown) => unknown): unknown =>
  Array.isArray(value) ? value.map(change) : value

const changed = (record: JsonRecord, name: string, change: (value: unknown) => unknown): JsonRecord =>
  Object.hasOwn(record, name) ? { ...record, [name]: change(record[name]) } : record
