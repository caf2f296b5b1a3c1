/** What the settings say about a cloud platform: region, project, credentials. Pure; files are named here and read elsewhere. */
import { Secret } from '../keys.ts'
import type { CloudKind, ProviderRow, ProviderSettings } from '../provider.ts'
import { overriddenBaseUrl } from '../urls.ts'

export interface AzureSettings {
  readonly kind: 'azure'
  /** For the older paths with a deployment in them; null for the v1 API. */
  readonly apiVersion: string | null
}

export interface BedrockSettings {
  readonly kind: 'bedrock'
  readonly region: string | null
  /** From the environment; null unless both are there. */
  readonly accessKey: { readonly id: string; readonly secret: Secret; readonly sessionToken: Secret | null } | null
  readonly profile: string
  /** The shared credentials file; null where there is no home directory. */
  readonly profileFile: string | null
}

export interface VertexSettings {
  readonly kind: 'vertex'
  /** null: what the credentials file names. */
  readonly project: string | null
  readonly location: string
  /** Where the credentials may be, the first that exists counts. */
  readonly credentialFiles: readonly string[]
}

export type CloudSettings = AzureSettings | BedrockSettings | VertexSettings

type Entry = ProviderSettings['config'][string]
type Variables = ProviderSettings['environment']

/** The settings that each has of its own, and the variables that say the same. */
const words = {
  region: ['AWS_REGION', 'AWS_DEFAULT_REGION'],
  project: ['GOOGLE_CLOUD_PROJECT', 'ANTHROPIC_VERTEX_PROJECT_ID'],
  location: ['GOOGLE_CLOUD_LOCATION', 'CLOUD_ML_REGION'],
  apiVersion: [],
} as const satisfies Readonly<Record<string, readonly string[]>>

type Word = keyof typeof words

const ownWords: Readonly<Record<CloudKind, readonly Word[]>> = {
  azure: ['apiVersion'],
  bedrock: ['region'],
  vertex: ['project', 'location'],
}

/** They become parts of host names and paths. */
const plainWord = /^[A-Za-z0-9][A-Za-z0-9.:_-]*$/

export function cloudSettingsOf(
  kind: CloudKind,
  entry: Entry,
  environment: Variables,
  problems: string[],
): CloudSettings {
  const word = (name: Word) => wordOf(name, entry, environment, problems)
  switch (kind) {
    case 'azure':
      return { kind, apiVersion: word('apiVersion') }
    case 'bedrock':
      return { kind, region: word('region'), ...awsOf(environment) }
    case 'vertex':
      return {
        kind,
        project: word('project'),
        location: word('location') ?? 'global',
        credentialFiles: googleFiles(environment),
      }
  }
}

/** As everywhere, the environment goes before files. */
function wordOf(name: Word, entry: Entry, environment: Variables, problems: string[]): string | null {
  const variable = words[name].find((each) => environment[each]?.trim())
  const text = (variable === undefined ? entry[name] : environment[variable])?.trim() ?? ''
  if (text === '' || plainWord.test(text)) return text || null
  problems.push(`${variable ?? name}: expected letters, digits, dots, colons and dashes.`)
  return null
}

/** Sentences about settings that a provider has no use for. */
export function strayCloudWords(row: ProviderRow, entry: Entry): readonly string[] {
  const own = row.cloud === undefined ? [] : ownWords[row.cloud]
  return (Object.keys(words) as Word[])
    .filter((name) => entry[name] !== undefined && !own.includes(name))
    .map((name) => `providers.${row.id}.${name}: ${row.name} has no such setting.`)
}

function awsOf(environment: Variables): Pick<BedrockSettings, 'accessKey' | 'profile' | 'profileFile'> {
  const id = environment['AWS_ACCESS_KEY_ID']?.trim()
  const secret = environment['AWS_SECRET_ACCESS_KEY']?.trim()
  const sessionToken = environment['AWS_SESSION_TOKEN']?.trim()
  const home = homeOf(environment)
  return {
    accessKey: id && secret ? { id, secret: new Secret(secret), sessionToken: secretOf(sessionToken) } : null,
    profile: environment['AWS_PROFILE']?.trim() || 'default',
    profileFile: environment['AWS_SHARED_CREDENTIALS_FILE'] || (home === null ? null : `${home}/.aws/credentials`),
  }
}

const secretOf = (text: string | undefined): Secret | null => (text ? new Secret(text) : null)

/** `gcloud auth application-default login` leaves its file in a place of its own. */
function googleFiles(environment: Variables): readonly string[] {
  const named = environment['GOOGLE_APPLICATION_CREDENTIALS']
  if (named) return [named]
  const home = homeOf(environment)
  const folder = environment['APPDATA'] ?? (home === null ? null : `${home}/.config`)
  return folder === null ? [] : [`${folder}/gcloud/application_default_credentials.json`]
}

const homeOf = (environment: Variables): string | null => environment['HOME'] || environment['USERPROFILE'] || null

/** @returns null where nothing is said: the row's own holds, a region or resource in it left open. */
export function cloudBaseUrl(row: ProviderRow, settings: CloudSettings, environment: Variables): string | null {
  switch (settings.kind) {
    case 'azure':
      return azureBaseUrl(row, environment)
    case 'bedrock':
      return settings.region === null ? null : row.baseUrl.replace('{region}', settings.region)
    case 'vertex':
      return vertexBaseUrl(row, settings.location)
  }
}

function azureBaseUrl(row: ProviderRow, environment: Variables): string | null {
  const endpoint = environment['AZURE_OPENAI_ENDPOINT']
  if (endpoint) return overriddenBaseUrl(row, endpoint)
  const resource = environment['AZURE_RESOURCE_NAME']?.trim() ?? ''
  return /^[A-Za-z0-9-]+$/.test(resource) ? row.baseUrl.replace('{resource}', resource) : null
}

/** The two multi-regions have hosts of another pattern (docs.cloud.google.com, Vertex AI locations). */
function vertexBaseUrl(row: ProviderRow, location: string): string {
  if (location === 'global') return row.baseUrl.replace('{location}-', '')
  if (location !== 'us' && location !== 'eu') return row.baseUrl.replace('{location}', location)
  return row.baseUrl.replace('{location}-aiplatform.', `aiplatform.${location}.rep.`)
}
