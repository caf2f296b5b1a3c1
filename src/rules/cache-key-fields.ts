/**
 * The members of a request that say nothing about its answer. All others count, those that nobody here has heard of too: a key
 * that differs in vain costs a hit, one that is the same in vain gives somebody the wrong answer.
 */
import type { DialectId } from '../neutral/model.ts'
import { recordOf, type JsonRecord } from './cache-key-json.ts'

interface LeftOut {
  /** Its place in the body: a member, or a member of a member. */
  readonly at: readonly [string] | readonly [string, string]
  /** Any other value makes the request another one, since a provider may refuse it. null always goes. */
  readonly type: 'boolean' | 'string'
}

/** An answer is kept once and given in both forms. */
const stream: LeftOut = { at: ['stream'], type: 'boolean' }
/** Padding of frames against eavesdroppers. */
const padding: LeftOut = { at: ['stream_options', 'include_obfuscation'], type: 'boolean' }

/**
 * Not in it, with the reason: `safety_identifier`, because a provider refuses those whom it has blocked
 * (developers.openai.com/api/docs/guides/safety-checks); `metadata` of OpenAI's APIs, which goes with what is stored, and which
 * gateways route by; all of the kind in the Responses API, whose answers repeat it: one user would get another's name. What is
 * the same in all requests of a program, as how long a prompt is to be cached, is not worth a line.
 */
const leftOut: Readonly<Record<DialectId, readonly LeftOut[]>> = {
  anthropic: [
    stream,
    // For finding abuse (platform.claude.com/docs/en/api/messages), read by no model. Agents write their session into it.
    { at: ['metadata', 'user_id'], type: 'string' },
  ],
  'openai-chat': [
    stream,
    padding,
    // The replay adds the usage, or leaves it out.
    { at: ['stream_options', 'include_usage'], type: 'boolean' },
    // Names an end user, for finding abuse; chooses the machine that has the prompt cached, as the next one.
    { at: ['user'], type: 'string' },
    { at: ['prompt_cache_key'], type: 'string' },
  ],
  'openai-responses': [stream, padding],
  // Asked for in the path.
  gemini: [],
}

/** The body without them; not changed itself. */
export function telling(body: unknown, dialect: DialectId): unknown {
  const record = recordOf(body)
  if (record === null) return body
  return leftOut[dialect].reduce(without, record)
}

function without(body: JsonRecord, { at: [name, inner], type }: LeftOut): JsonRecord {
  if (!Object.hasOwn(body, name)) return body
  if (inner === undefined) return isIdle(body[name], type) ? omit(body, name) : body
  const record = recordOf(body[name])
  // An object of nothing says as much as none.
  if (record === null) return body[name] === null ? omit(body, name) : body
  const rest = isIdle(record[inner], type) ? omit(record, inner) : record
  return Object.keys(rest).length === 0 ? omit(body, name) : { ...body, [name]: rest }
}

const isIdle = (value: unknown, type: LeftOut['type']): boolean => value === null || typeof value === type

function omit(record: JsonRecord, name: string): JsonRecord {
  const { [name]: _, ...rest } = record
  return rest
}
