/** `GET /v1/models`: what can be asked for now, with the keys that are configured or the caller brings, in its dialect. */
import type { Services } from '../app/services.ts'
import { decodePercent } from '../lib/percent.ts'
import { AppError } from '../neutral/error.ts'
import type { DialectId } from '../neutral/model.ts'
import { addresseeOf, chooseCredential } from '../providers/auth.ts'
import type { Provider } from '../providers/provider.ts'
import type { Call } from './call.ts'

interface Listed {
  /** As a caller would ask for it: bare where the bare name leads to this provider, else `provider/model`. */
  readonly id: string
  readonly provider: string
}

type LocalReply =
  | { readonly kind: 'local'; readonly body: unknown }
  | { readonly kind: 'refused'; readonly error: AppError }

export function listModels(call: Call, s: Services): LocalReply {
  const listed = usableModels(call, s)
  call.notes.add('forward', `listed ${listed.length} models`, 'answered here, from the price table and the settings')
  const wanted = /\/models\/(.+)$/.exec(call.rest)?.[1]
  if (wanted === undefined) return { kind: 'local', body: writeList(call.dialect, listed) }
  const name = decodePercent(wanted)
  const one = listed.find((model) => model.id === name)
  if (one === undefined) {
    return {
      kind: 'refused',
      error: new AppError('not-found', `The model "${name.slice(0, 100)}" is not among those that can be used here.`),
    }
  }
  return { kind: 'local', body: writeOne(call.dialect, one) }
}

function usableModels(call: Call, s: Services): readonly Listed[] {
  const { catalog, modelsOf } = s.providers()
  const addressee = addresseeOf(null, call.dialect, call.headers)
  const { headers, search } = call
  return catalog.list
    .filter(
      (provider) => !(chooseCredential({ provider, api: 'models', addressee, headers, search }) instanceof AppError),
    )
    .flatMap((provider) =>
      [...new Set([...provider.models, ...modelsOf(provider.id)])].map((model) => listedAs(provider, model)),
    )
}

function listedAs(provider: Provider, model: string): Listed {
  const isBare = provider.models.includes(model) || provider.modelShape?.test(model) === true
  return { id: isBare ? model : `${provider.id}/${model}`, provider: provider.id }
}

function writeList(dialect: DialectId, listed: readonly Listed[]): unknown {
  const data = listed.map((model) => writeOne(dialect, model))
  switch (dialect) {
    case 'anthropic':
      return { data, has_more: false, first_id: listed[0]?.id ?? null, last_id: listed.at(-1)?.id ?? null }
    case 'gemini':
      return { models: data }
    case 'openai-chat':
    case 'openai-responses':
      return { object: 'list', data }
  }
}

/** When a model was made is not known here; the dialects that insist on a date get the start of 1970. */
function writeOne(dialect: DialectId, { id, provider }: Listed): unknown {
  switch (dialect) {
    case 'anthropic':
      return { type: 'model', id, display_name: id, created_at: '1970-01-01T00:00:00Z' }
    case 'gemini':
      return { name: `models/${id}`, displayName: id, supportedGenerationMethods: ['generateContent', 'countTokens'] }
    case 'openai-chat':
    case 'openai-responses':
      return { id, object: 'model', created: 0, owned_by: provider }
  }
}
