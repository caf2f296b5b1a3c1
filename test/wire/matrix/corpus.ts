/** Every conversation that the matrix is tried with: those of each dialect's own tests, and those that are new here. */
import { conversations as anthropic } from '../anthropic/conversations.ts'
import { conversations as gemini } from '../gemini/conversations.ts'
import { conversations as chat } from '../openai-chat/conversations.ts'
import { officialRequests, oddRequests } from '../openai-responses/requests.ts'
import type { DialectId } from '../../../src/neutral/model.ts'
import { newConversations, type Conversation } from './conversations.ts'

const under = (dialect: DialectId, bodies: object): [string, Conversation][] =>
  Object.entries(bodies).map(([name, body]) => [`${dialect}: ${name}`, { dialect, body }])

export const corpus: readonly (readonly [string, Conversation])[] = [
  ...under('anthropic', anthropic),
  ...under('openai-chat', chat),
  ...under('openai-responses', { ...officialRequests, ...oddRequests }),
  ...under('gemini', gemini),
  ...newConversations.map(([name, it]) => [`${it.dialect}: ${name}`, it] as const),
]
