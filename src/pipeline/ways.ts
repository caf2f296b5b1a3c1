/** The ways in which a provider can be asked what a call asks: in the caller's own dialect, or in another and translated. Pure. */
import type { Endpoint, FormId } from '../neutral/model.ts'
import type { CloudApi, Speech } from '../providers/cloud/cloud.ts'
import type { ApiId, Provider } from '../providers/provider.ts'
import type { Call } from './call.ts'

export interface Way {
  readonly api: CloudApi
  readonly form: FormId
  /** The caller speaks another dialect. */
  readonly isTranslated: boolean
}

/** Who may be asked: a provider, and where that is a cloud, how the model in question wants to be asked there. */
export interface Asked {
  readonly provider: Provider
  readonly speech: Speech | null
}

/** APIs that make answers; Chat Completions is the last because a model's reasoning is lost there from one turn to the next. */
const answering: readonly (readonly [api: CloudApi, form: FormId])[] = [
  ['messages', 'anthropic'],
  ['generate', 'gemini'],
  ['responses', 'openai-responses'],
  ['converse', 'converse'],
  ['chat', 'openai-chat'],
]

const counting: readonly (readonly [api: CloudApi, form: FormId])[] = [
  ['count_tokens', 'anthropic'],
  ['gemini_count_tokens', 'gemini'],
  ['input_tokens', 'openai-responses'],
]

const translatable: Readonly<Partial<Record<Endpoint, typeof answering>>> = {
  messages: answering,
  chat: answering,
  responses: answering,
  generate: answering,
  stream_generate: answering,
  count_tokens: counting,
  gemini_count_tokens: counting,
}

/** Whether a model's answer is asked for. */
export const isAnswer = (endpoint: Endpoint): boolean => translatable[endpoint] === answering
/** Whether a provider of another dialect may answer it. */
export const isTranslatable = (endpoint: Endpoint): boolean => translatable[endpoint] !== undefined
export const isCount = (endpoint: Endpoint): boolean => translatable[endpoint] === counting

const isGenuine = ({ urls, imitates }: Provider, api: CloudApi): boolean =>
  urls[api as ApiId] !== undefined && imitates?.includes(api as ApiId) !== true

/** Converse is the one form that no client speaks, and so in no list. */
const isSpoken = (speech: Speech, api: CloudApi, form: FormId): boolean =>
  form === speech.form && (api === 'converse' || speech.apis.includes(api as ApiId))

/**
 * The caller's own dialect, where the provider speaks it.
 * @param byMount The caller named the provider in the path: then it gets this API even where it is an imitation.
 */
export function directWay({ provider, speech }: Asked, { endpoint, dialect }: Call, byMount: boolean): Way | null {
  const api = endpoint as ApiId
  const isSpoken = byMount ? provider.urls[api] !== undefined : isGenuine(provider, api)
  const isThere = speech === null ? isSpoken : speech.apis.includes(api)
  return isThere ? { api, form: dialect, isTranslated: false } : null
}

/** By way of another form, best first. */
export function translatedWays({ provider, speech }: Asked, call: Call): readonly Way[] {
  return (translatable[call.endpoint] ?? [])
    .filter(
      ([api, form]) =>
        form !== call.dialect && (speech === null ? isGenuine(provider, api) : isSpoken(speech, api, form)),
    )
    .toSorted(([, a], [, b]) => rank(provider, b) - rank(provider, a))
    .map(([api, form]) => ({ api: streaming(api, call.isStream), form, isTranslated: true }))
}

/** A provider's main dialect before those that it speaks beside it. */
const rank = (provider: Provider, form: FormId): number => ((provider.mainDialect ?? provider.dialect) === form ? 1 : 0)

const streaming = (api: CloudApi, isStream: boolean): CloudApi =>
  api === 'generate' && isStream ? 'stream_generate' : api
