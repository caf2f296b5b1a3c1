/** `GET /v1/models`: what can be asked for now, with the keys that are configured or the caller brings, in its dialect. */
import type { Services } from '../app/services.ts'
import { decodePercent } from '../lib/percent.ts'
import { AppError } from '../neutral/error.ts'
import { aliasModels } from '../providers/alias-models.ts'
import { addresseeOf, chooseCredential } from '../providers/auth.ts'
import { capabilitiesOf } from '../providers/capabilities.ts'
import { isRetired } from '../providers/downgrade-families.ts'
import type { Provider } from '../providers/provider.ts'
import { aliasMeaning, aliasNames } from '../rules/aliases.ts'
import type { Call } from './call.ts'
import { writeModel, writeModels, type ListedModel } from './model-list.ts'

type LocalReply =
  | { readonly kind: 'local'; readonly body: unknown }
  | { readonly kind: 'refused'; readonly error: AppError }

export async function listModels(call: Call, s: Services): Promise<LocalReply> {
  const listed = await usableModels(call, s)
  call.notes.add('forward', `listed ${listed.length} models`, 'answered here, from the price table and the settings')
  const wanted = /\/models\/(.+)$/.exec(call.rest)?.[1]
  if (wanted === undefined) return { kind: 'local', body: writeModels(call.dialect, listed) }
  const name = decodePercent(wanted)
  const one = listed.find((model) => model.id === name)
  if (one === undefined) {
    return {
      kind: 'refused',
      error: new AppError('not-found', `The model "${name.slice(0, 100)}" is not among those that can be used here.`),
    }
  }
  return { kind: 'local', body: writeModel(call.dialect, one) }
}

async function usableModels(call: Call, s: Services): Promise<readonly ListedModel[]> {
  const { catalog } = s.providers()
  const addressee = addresseeOf(null, call.dialect, call.headers)
  const { headers, search } = call
  const usable = catalog.list.filter(
    (provider) => !(chooseCredential({ provider, api: 'models', addressee, headers, search }) instanceof AppError),
  )
  const listed = (await Promise.all(usable.map((provider) => modelsAt(provider, s)))).flat()
  return [...aliasesOf(listed, s), ...listed]
}

/** Names that stand for models, as the one that they stand for now. */
function aliasesOf(listed: readonly ListedModel[], s: Services): readonly ListedModel[] {
  const own = s.config().routing.aliases
  const find = (name: string) =>
    listed.find((model) => model.id === name || `${model.provider}/${model.id}` === name) ?? null
  return aliasNames(own, aliasModels).flatMap((alias) => {
    const meant = meantBy(alias, own)
      .map(find)
      .find((model) => model !== null)
    return meant === undefined || meant === null ? [] : [{ ...meant, id: alias }]
  })
}

/** An alias of an alias of an alias of one leads somewhere still. */
const mostAliases = 4

/** The models that a name may stand for, best first. */
function meantBy(name: string, own: Readonly<Record<string, string>>, depth = 0): readonly string[] {
  const meaning = aliasMeaning(name, own, aliasModels)
  if (meaning === null) return [name]
  // What the user wrote is taken as written; of a list of ours nobody is led to what is retired.
  if (meaning.kind === 'list') return meaning.models.filter((model) => !isRetired(model))
  return depth >= mostAliases ? [] : meantBy(meaning.name, own, depth + 1)
}

/** A server of the user's own is asked what it has; of the others the price table knows. */
async function modelsAt(provider: Provider, s: Services): Promise<readonly ListedModel[]> {
  const served = provider.kind === 'local' ? await s.localModels.of(provider) : []
  const contexts = new Map(served.map(({ id, contextTokens }) => [id, contextTokens]))
  // What a cloud platform serves is what was set up there: no table knows it.
  const listed = provider.cloud === undefined ? s.providers().modelsOf(provider.id) : []
  const names = new Set([...provider.models, ...contexts.keys(), ...listed])
  return [...names].map((model) => listedAs(provider, model, contexts.get(model) ?? null, s))
}

function listedAs(provider: Provider, model: string, contextTokens: number | null, s: Services): ListedModel {
  const isBare = provider.models.includes(model) || provider.modelShape?.test(model) === true
  const known = capabilitiesOf(provider.id, model)
  const price = s.prices.lookUp(`${provider.id}/${model}`)
  return {
    id: isBare ? model : `${provider.id}/${model}`,
    provider: provider.id,
    contextTokens: contextTokens ?? known.contextTokens ?? price?.contextWindow ?? null,
    maxOutputTokens: known.maxOutputTokens,
    usdPerMillion: price?.usd ?? null,
  }
}
