/** The facts of a request body of the Responses API. */
import { standardTerms } from '../../neutral/usage.ts'
import type { RequestFacts } from '../dialect.ts'
import { endingOf } from '../ending.ts'
import { asCount, asList, asRecord, asString, asWord, openingByRole, openingOf } from '../fields.ts'
import { noRequestFacts } from '../no-facts.ts'
import { repeatedCalls } from '../repeated-calls.ts'
import { turnsBack } from './call-turns.ts'

const texts = ['content', 'output', 'text']

export function readRequest(body: unknown): RequestFacts {
  const request = asRecord(body)
  if (request === null) return noRequestFacts
  const { input } = request
  const items = asList(input)
  const cacheKey = asString(request.prompt_cache_key)
  const instructions = openingOf(request.instructions)
  return {
    model: asString(request.model),
    isStream: request.stream === true,
    asksStreamUsage: false,
    maxOutputTokens: asCount(request.max_output_tokens),
    session: cacheKey === null ? null : { id: cacheKey, source: 'prompt_cache_key' },
    opening: {
      system: instructions === '' ? openingByRole(input, ['system', 'developer']) : instructions,
      user: typeof input === 'string' ? openingOf(input) : openingByRole(input, ['user']),
    },
    terms: { ...standardTerms, serviceTier: asWord(request.service_tier) },
    messageCount: typeof input === 'string' ? 1 : items.length,
    toolCount: asList(request.tools).length,
    ending: endingOf(input, texts),
    repeated: repeatedCalls(turnsBack(items)),
    answers: 1,
  }
}
