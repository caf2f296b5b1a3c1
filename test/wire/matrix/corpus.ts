/**
 * Every conversation that the matrix is tried with: those of each dialect's own tests, and those that have features side by side
 * and what clients leave unfinished.
 */
import type { DialectId } from '../../../src/neutral/model.ts'
import { conversations as ofAnthropic } from '../anthropic/conversations.ts'
import { conversations as ofGemini } from '../gemini/conversations.ts'
import { conversations as ofChat } from '../openai-chat/conversations.ts'
import { officialRequests, oddRequests } from '../openai-responses/requests.ts'
import { anthropic } from './conversations/anthropic.ts'
import { gemini } from './conversations/gemini.ts'
import { chat } from './conversations/openai-chat.ts'
import { responses } from './conversations/openai-responses.ts'

export interface Conversation {
  readonly dialect: DialectId
  readonly body: Record<string, unknown>
}

const under = (dialect: DialectId, ...lists: readonly object[]): [string, Conversation][] =>
  lists.flatMap((bodies) =>
    Object.entries(bodies).map(([name, body]): [string, Conversation] => [`${dialect}: ${name}`, { dialect, body }]),
  )

export const corpus: readonly (readonly [string, Conversation])[] = [
  ...under('anthropic', ofAnthropic, anthropic),
  ...under('openai-chat', ofChat, chat),
  ...under('openai-responses', officialRequests, oddRequests, responses),
  ...under('gemini', ofGemini, gemini),
]
