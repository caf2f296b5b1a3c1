/** The dialects by name. */
import type { DialectId } from '../neutral/model.ts'
import { anthropic } from './anthropic/index.ts'
import type { Dialect } from './dialect.ts'
import { gemini } from './gemini/index.ts'
import { openAiChat } from './openai-chat/index.ts'
import { openAiResponses } from './openai-responses/index.ts'

export const dialects: Readonly<Record<DialectId, Dialect>> = {
  anthropic,
  'openai-chat': openAiChat,
  'openai-responses': openAiResponses,
  gemini,
}
