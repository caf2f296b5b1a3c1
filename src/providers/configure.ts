/** Rows made into providers by the settings: base URLs, keys, models, and providers of the user's own. Reads nothing itself. */
import type { DialectId } from '../neutral/model.ts'
import { accountsOf } from './accounts-list.ts'
import { cloudBaseUrl, cloudSettingsOf, strayCloudWords, type CloudSettings } from './cloud/settings.ts'
import { Secret } from './keys.ts'
import type { Catalog, Provider, ProviderRow, ProviderSettings } from './provider.ts'
import { joinUrl, overriddenBaseUrl } from './urls.ts'

/** Names that a provider can't have: its mount would hide a path of ours, or of a dialect. */
export const reservedNames: ReadonlySet<string> = new Set(
  (
    'admin agents alerts anomaly api assets assistants audio batches budget budgets cache cachedcontents chat complete ' +
    'completions config containers control conversations dashboard embeddings estimate evals favicon.ico files fim ' +
    'fine_tuning health hub images login logout logs mesh messages metrics models moderations ocr openapi.json organization ' +
    'organizations policies prices providers realtime relay relay-keys relayplane rerank responses robots.txt settings ' +
    'skills static telemetry threads token tunedmodels upload uploads usage v1 v1alpha v1beta v2 vector_stores videos'
  ).split(' '),
)

type Entry = ProviderSettings['config'][string]

export function configure(rows: readonly ProviderRow[], settings: ProviderSettings): Catalog {
  const problems: string[] = []
  const known = new Set(rows.map((row) => row.id))
  const own = Object.entries(settings.config).flatMap(([id, entry]) =>
    known.has(id) ? [] : (customRow(id, entry, settings, problems) ?? []),
  )
  const list = [...rows, ...own].flatMap((row) => provide(row, settings, problems) ?? [])
  problems.push(...strayBaseUrls([...known, ...own.map((row) => row.id)], settings))
  const byId = new Map(list.map((provider) => [provider.id, provider]))
  const byModel = Map.groupBy(
    list.flatMap((provider) => provider.models.map((model) => ({ model, provider }))),
    ({ model }) => model,
  )
  return Object.freeze({
    list: Object.freeze(list),
    problems: Object.freeze(problems),
    get: (id: string) => byId.get(id),
    configuredFor: (model: string) => byModel.get(model)?.map(({ provider }) => provider) ?? none,
  })
}

const none: readonly Provider[] = Object.freeze([])

function provide(row: ProviderRow, settings: ProviderSettings, problems: string[]): Provider | null {
  const entry = settings.config[row.id] ?? {}
  if (row.kind !== 'custom' && entry.dialect !== undefined && entry.dialect !== row.dialect) {
    problems.push(`providers.${row.id}.dialect: ${row.name} is built in, so its dialect can't be set.`)
  }
  problems.push(...strayCloudWords(row, entry))
  const cloudSettings =
    row.cloud === undefined ? null : cloudSettingsOf(row.cloud, entry, settings.environment, problems)
  const baseUrl = baseUrlOf(row, entry, cloudSettings, settings, problems)
  if (baseUrl === null) return null
  const keys = keyOf(row, entry, settings, problems)
  const accounts = accountsOf({ id: row.id, key: keys.key }, entry.accounts ?? [], settings.environment, problems)
  const [first] = accounts
  const apis = Object.entries(row.apis).map(([api, path]) => [api, joinUrl(baseUrl, path)])
  return Object.freeze({
    ...row,
    baseUrl,
    urls: Object.freeze(Object.fromEntries(apis)),
    rawUrl: joinUrl(baseUrl, row.rawPath),
    models: entry.models ?? [],
    billing: entry.billing ?? row.billing,
    ...keys,
    ...(keys.key === null && first !== undefined ? { key: first.key, keySource: `account ${first.label}` } : {}),
    accounts: Object.freeze(accounts),
    ...(cloudSettings === null ? {} : { cloudSettings: Object.freeze(cloudSettings) }),
  })
}

const variableOf = (id: string): string => `RELAYPLANE_${id.toUpperCase().replace(/[^A-Z0-9]/g, '_')}_BASE_URL`

function baseUrlOf(
  row: ProviderRow,
  entry: Entry,
  cloudSettings: CloudSettings | null,
  settings: ProviderSettings,
  problems: string[],
): string | null {
  const variable = variableOf(row.id)
  const fromEnvironment = settings.environment[variable]?.trim()
  const text = fromEnvironment || entry.baseUrl
  if (text === undefined) {
    return (cloudSettings === null ? null : cloudBaseUrl(row, cloudSettings, settings.environment)) ?? row.baseUrl
  }
  const baseUrl = overriddenBaseUrl(row, text)
  if (baseUrl === null) {
    const where = fromEnvironment ? variable : `providers.${row.id}.baseUrl`
    problems.push(`${where}: expected an http:// or https:// URL without user, query or fragment.`)
  }
  return baseUrl
}

function strayBaseUrls(ids: readonly string[], { environment }: ProviderSettings): readonly string[] {
  const variables = new Set(ids.map(variableOf))
  return Object.keys(environment)
    .filter((name) => /^RELAYPLANE_\w+_BASE_URL$/.test(name) && !variables.has(name))
    .map((name) => `${name}: there is no provider of that name.`)
}

type KeyFacts = Pick<Provider, 'key' | 'keySource' | 'wantsKeyIn'>

/**
 * As everywhere, the environment goes before files: the variable that the config names, else the vendor's own variables,
 * then the config, then credentials.json.
 */
function keyOf(row: ProviderRow, entry: Entry, settings: ProviderSettings, problems: string[]): KeyFacts {
  const named = entry.apiKey?.startsWith('env:') ? entry.apiKey.slice('env:'.length) : null
  const places: [source: string, value: string | undefined][] = [
    ...(named === null ? row.keyEnv : [named]).map((name): [string, string | undefined] => [
      name,
      settings.environment[name],
    ]),
    ['config.json', named === null ? entry.apiKey : undefined],
    ['credentials.json', Object.hasOwn(settings.credentials, row.id) ? settings.credentials[row.id] : undefined],
  ]
  const wantsKeyIn = named ?? (row.kind === 'vendor' ? (row.keyEnv[0] ?? null) : null)
  for (const [source, value] of places) {
    const key = value?.trim() ?? ''
    if (key === '') continue
    if (/^[\x21-\x7e]+$/.test(key)) return { key: new Secret(key), keySource: source, wantsKeyIn }
    problems.push(`${source}: the key of ${row.name} holds a space or a character that no header can carry.`)
  }
  return { key: null, keySource: null, wantsKeyIn }
}

type Shape = Pick<ProviderRow, 'baseUrl' | 'rawPath' | 'apis' | 'keyHeader'>

const openAiPaths = { embeddings: '/embeddings', models: '/models' } as const

/** What a provider of one's own speaks; of the base URL only the path matters, for those who give an origin alone. */
const shapes: Readonly<Record<DialectId, Shape>> = {
  anthropic: {
    baseUrl: 'http://localhost',
    rawPath: '/v1',
    apis: { messages: '/v1/messages', count_tokens: '/v1/messages/count_tokens', models: '/v1/models' },
    keyHeader: 'x-api-key',
  },
  'openai-chat': {
    baseUrl: 'http://localhost/v1',
    rawPath: '',
    apis: { chat: '/chat/completions', ...openAiPaths },
    keyHeader: 'authorization',
  },
  'openai-responses': {
    baseUrl: 'http://localhost/v1',
    rawPath: '',
    apis: { responses: '/responses', responses_compact: '/responses/compact', ...openAiPaths },
    keyHeader: 'authorization',
  },
  gemini: {
    baseUrl: 'http://localhost/v1beta',
    rawPath: '',
    apis: {
      generate: '/models/{model}:generateContent',
      stream_generate: '/models/{model}:streamGenerateContent',
      gemini_count_tokens: '/models/{model}:countTokens',
      models: '/models',
    },
    keyHeader: 'x-goog-api-key',
  },
}

function customRow(id: string, entry: Entry, settings: ProviderSettings, problems: string[]): ProviderRow | null {
  const at = `providers.${id}`
  const before = problems.length
  if (reservedNames.has(id))
    problems.push(`${at}: the name is taken by a path of RelayPlane or of an API. Choose another.`)
  if (entry.dialect === undefined) problems.push(`${at}.dialect: needed, since ${id} is not built in.`)
  if (!entry.baseUrl && !settings.environment[variableOf(id)])
    problems.push(`${at}.baseUrl: needed, since ${id} is not built in.`)
  if (problems.length > before || entry.dialect === undefined) return null
  return {
    ...shapes[entry.dialect],
    id,
    name: id,
    kind: 'custom',
    priceId: null,
    dialect: entry.dialect,
    keyHeaders: {},
    keyEnv: [],
    keyShape: null,
    vagueKeyShape: null,
    modelShape: null,
    ownNameShape: null,
    // Without it most servers send no usage at all, and the request would go unpriced.
    streamUsage: 'splice',
    billing: 'metered',
  }
}
