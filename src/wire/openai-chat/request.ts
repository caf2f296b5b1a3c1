/** The facts of a request body of Chat Completions; those of Completions and Embeddings are read as far as they go. */
import { standardTerms } from '../../neutral/usage.ts'
import type { RequestFacts } from '../dialect.ts'
import { endingOf } from '../ending.ts'
import { asCount, asList, asRecord, asString, asWord, openingByRole } from '../fields.ts'
import { noRequestFacts } from '../no-facts.ts'
import { repeatedCalls } from '../repeated-calls.ts'
import { turnsBack } from './call-turns.ts'

const texts = ['content', 'text']

export function readRequest(body: unknown): RequestFacts {
  const request = asRecord(body)
  if (request === null) return noRequestFacts
  const messages = asList(request.messages)
  const cacheKey = asString(request.prompt_cache_key)
  return {
    model: asString(request.model),
    isStream: request.stream === true,
    asksStreamUsage: asRecord(request.stream_options)?.include_usage === true,
    // `max_tokens` is the older name; where both are given, the newer one holds.
    maxOutputTokens: asCount(request.max_completion_tokens) ?? asCount(request.max_tokens),
    session: cacheKey === null ? null : { id: cacheKey, source: 'prompt_cache_key' },
    opening: {
      system: openingByRole(request.messages, ['system', 'developer']),
      user: openingByRole(request.messages, ['user']),
    },
    terms: { ...standardTerms, serviceTier: asWord(request.service_tier) },
    messageCount: messages.length,
    toolCount: asList(request.tools).length,
    ending: endingOf(messages.at(-1), texts),
    repeated: repeatedCalls(turnsBack(messages)),
    answers: asCount(request.n) ?? 1,
  }
}
