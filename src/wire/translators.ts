/** The dialects by name, as both sides of a translation. */
import type { DialectId, FormId } from '../neutral/model.ts'
import { anthropicTranslator } from './anthropic/translator.ts'
import { geminiTranslator } from './gemini/translator.ts'
import { openAiChatTranslator } from './openai-chat/translator.ts'
import { openAiResponsesTranslator } from './openai-responses/translator.ts'
import { converseFacts } from './converse/facts.ts'
import { converseTranslator } from './converse/translator.ts'
import type { Dialect } from './dialect.ts'
import { dialects } from './dialects.ts'
import type { Translator, UpstreamTranslator } from './translator.ts'

export const translators: Readonly<Record<DialectId, Translator>> = {
  anthropic: anthropicTranslator,
  'openai-chat': openAiChatTranslator,
  'openai-responses': openAiResponsesTranslator,
  gemini: geminiTranslator,
}

export const upstreamTranslators: Readonly<Record<FormId, UpstreamTranslator>> = {
  ...translators,
  converse: converseTranslator,
}

/** What reads the usage of an answer, by the form it comes in. */
export const answerReaders: Readonly<Record<FormId, Pick<Dialect, 'marks' | 'readReply' | 'readStream'>>> = {
  ...dialects,
  converse: converseFacts,
}
