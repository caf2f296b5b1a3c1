/** The facts of a request body of the Messages API and of its token counter. */
import type { RequestFacts } from '../dialect.ts'
import { endingOf } from '../ending.ts'
import { asCount, asList, asRecord, asString, asWord, openingByRole, openingOf, parseJson } from '../fields.ts'
import { noRequestFacts } from '../no-facts.ts'
import { repeatedCalls } from '../repeated-calls.ts'
import { turnsBack } from './call-turns.ts'

const texts = ['text', 'content']

export function readRequest(body: unknown): RequestFacts {
  const request = asRecord(body)
  if (request === null) return noRequestFacts
  const messages = asList(request.messages)
  return {
    model: asString(request.model),
    isStream: request.stream === true,
    asksStreamUsage: false,
    maxOutputTokens: asCount(request.max_tokens),
    session: sessionOf(asRecord(request.metadata)?.user_id),
    opening: {
      system: openingOf(request.system, isBillingHeader),
      user: openingByRole(request.messages, ['user']),
    },
    terms: {
      serviceTier: asWord(request.service_tier),
      speed: asWord(request.speed),
      region: asWord(request.inference_geo),
    },
    messageCount: messages.length,
    toolCount: asList(request.tools).length,
    ending: endingOf(messages.at(-1), texts),
    repeated: repeatedCalls(turnsBack(messages)),
    answers: 1,
  }
}

/**
 * Claude Code puts a line about itself before its system prompt (`x-anthropic-billing-header: cc_version=…; cch=…;`) that
 * differs from request to request; with it no two requests of one agent would start alike.
 */
const isBillingHeader = (text: string): boolean => /^\s*(x-anthropic-billing-header\s*:|cch=)/i.test(text)

/**
 * The session in `metadata.user_id`, as Claude Code writes it: `user_<hash>_account_<uuid>_session_<uuid>`, since 2.1.78 a
 * JSON object as a string. Any other user id names a user, not a session.
 */
function sessionOf(userId: unknown): RequestFacts['session'] {
  const text = asString(userId)
  if (text === null) return null
  const id = text.trimStart().startsWith('{')
    ? asString(asRecord(parseJson(text))?.session_id)
    : (/^user_.*_session_([\w.-]+)$/.exec(text)?.[1] ?? null)
  return id === null ? null : { id, source: 'metadata' }
}
