/** The four dialects as the two sides of an exchange: whom a request is written for, who answers, and how its answer is dated. */
import type { DialectId } from '../../../src/neutral/model.ts'
import type { NeutralRequest } from '../../../src/neutral/request.ts'
import { fitToolNames } from '../../../src/wire/tool-names.ts'
import { openExchange, type Exchange } from '../../../src/wire/translate.ts'
import type { Signer, Stamp, Target } from '../../../src/wire/translator.ts'
import { translators } from '../../../src/wire/translators.ts'

export const dialectIds: readonly DialectId[] = ['anthropic', 'openai-chat', 'openai-responses', 'gemini']

export const othersThan = (dialect: DialectId): readonly DialectId[] => dialectIds.filter((id) => id !== dialect)

export const targets: Readonly<Record<DialectId, Target>> = {
  anthropic: {
    provider: 'anthropic',
    model: 'claude-sonnet-4-6',
    echoesReasoning: false,
    maxOutputTokens: 8192,
    thinking: 'adaptive',
  },
  'openai-chat': {
    provider: 'groq',
    model: 'openai/gpt-oss-120b',
    echoesReasoning: false,
    maxOutputTokens: 8192,
    thinking: 'effort',
  },
  'openai-responses': {
    provider: 'openai',
    model: 'gpt-5',
    echoesReasoning: false,
    maxOutputTokens: 8192,
    thinking: 'effort',
  },
  gemini: {
    provider: 'google',
    model: 'gemini-2.5-flash',
    echoesReasoning: false,
    maxOutputTokens: 8192,
    thinking: 'budget',
  },
}

/** Models of the same dialects that want things said otherwise. */
export const otherTargets: readonly (readonly [name: string, dialect: DialectId, target: Target])[] = [
  ['a Claude with a budget', 'anthropic', { ...targets.anthropic, model: 'claude-sonnet-4-5', thinking: 'budget' }],
  ['a Claude that does not think', 'anthropic', { ...targets.anthropic, model: 'claude-haiku-3', thinking: 'none' }],
  [
    'a server that checks calls',
    'openai-chat',
    { ...targets['openai-chat'], provider: 'mistral', checksCalls: true, maxTokensField: 'max_tokens' },
  ],
  [
    'a model that wants its thoughts back',
    'openai-chat',
    { ...targets['openai-chat'], provider: 'deepseek', echoesReasoning: true, thinking: 'adaptive' },
  ],
  ['a model that searches', 'openai-chat', { ...targets['openai-chat'], searchesWeb: true, takesStreamOptions: false }],
  ['a Gemini 3', 'gemini', { ...targets.gemini, model: 'gemini-3.1-pro-preview', thinking: 'effort' }],
]

export const signerOf = (dialect: DialectId): Signer => ({ provider: targets[dialect].provider, id: '0198-ab' })
export const stamp: Stamp = { id: '0198-cd', createdS: 1_767_225_600, model: 'a-model' }

/** Gemini has the model and the stream's switch in its path. */
export const read = (dialect: DialectId, body: unknown, isStream = false): NeutralRequest =>
  translators[dialect].readRequest(body, { model: 'gemini-2.5-pro', isStream: dialect === 'gemini' && isStream })

/** A client of one dialect asks a provider of another. */
export const exchange = (from: DialectId, to: DialectId, asked: NeutralRequest, target = targets[to]): Exchange =>
  openExchange(
    { client: translators[from], clientDialect: from, upstream: translators[to], upstreamDialect: to },
    asked,
    asked,
    target,
  )

/** The request with the tool names that the dialect takes. */
export const named = (request: NeutralRequest, to: DialectId): NeutralRequest =>
  fitToolNames(request, translators[to].toolNames).request

/** The least request of a dialect. */
export const plainBody: Readonly<Record<DialectId, Record<string, unknown>>> = {
  anthropic: { model: 'm', max_tokens: 1000, messages: [{ role: 'user', content: 'Hello' }] },
  'openai-chat': { model: 'm', messages: [{ role: 'user', content: 'Hello' }] },
  'openai-responses': { model: 'm', input: 'Hello' },
  gemini: { contents: [{ role: 'user', parts: [{ text: 'Hello' }] }] },
}
