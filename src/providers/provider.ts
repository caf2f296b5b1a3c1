/** What a provider is: its row of facts, and that row as the settings make it. Types only; the rows are in catalog.ts. */
import type { Config } from '../config/schema.ts'
import type { Billing, DialectId, Endpoint } from '../neutral/model.ts'
import type { Account } from './accounts-list.ts'
import type { CloudSettings } from './cloud/settings.ts'
import type { Secret } from './keys.ts'

/** An API that has a path of its own at a provider. */
export type ApiId = Exclude<Endpoint, 'estimate' | 'raw'> | 'input_tokens'

/** The header that a configured key is sent in; `authorization` means `Bearer <key>`. */
export type KeyHeader = 'authorization' | 'x-api-key' | 'x-goog-api-key' | 'api-key'

/** A platform that serves other makers' models behind paths, signatures and tokens of its own: `cloud/` says how. */
export type CloudKind = 'azure' | 'bedrock' | 'vertex'

/**
 * How usage gets into a Chat Completions stream. `splice`: only when asked, so we ask. `always`: unasked. `never`: the
 * provider refuses `stream_options`, so it must not be added (it sends usage of its own accord, or not at all).
 */
export type StreamUsage = 'splice' | 'always' | 'never'

export interface ProviderRow {
  /** Its name in paths (`/groq/v1/…`), in `groq/model` and in the config. */
  readonly id: string
  /** For sentences. */
  readonly name: string
  /** `vendor`: needs a key. `local`: a server of the user's own. `custom`: from the config. */
  readonly kind: 'vendor' | 'local' | 'custom'
  /** Its id in the price table, or null where it is not in there. */
  readonly priceId: string | null
  readonly cloud?: CloudKind
  /** Without a slash at the end. Of a cloud it may hold `{region}` and the like, until the settings say which. */
  readonly baseUrl: string
  /** What stands between the base URL and the dialect's other paths; where the base URL has no version, it is here. */
  readonly rawPath: string
  /** Whose other paths (files, batches, …) it answers. */
  readonly dialect: DialectId
  /** What a request of a dialect that it does not speak is written in; its own dialect unless said. */
  readonly mainDialect?: DialectId
  /** APIs that copy another vendor's and can less than its own: for those who ask for them by the mount. */
  readonly imitates?: readonly ApiId[]
  /** The APIs it speaks, by path relative to the base URL; `{model}` where the path holds the model. */
  readonly apis: Readonly<Partial<Record<ApiId, string>>>
  readonly keyHeader: KeyHeader
  /** APIs that want the key in another header. */
  readonly keyHeaders: Readonly<Partial<Record<ApiId, KeyHeader>>>
  /** Variables that may hold the key, the one to name in messages first. */
  readonly keyEnv: readonly string[]
  /** What only this provider's keys look like; null where they have no mark. */
  readonly keyShape: RegExp | null
  /** What its keys look like, and others' too. */
  readonly vagueKeyShape: RegExp | null
  /** Model names that are its own without being named with it, dated and future ones included. */
  readonly modelShape: RegExp | null
  /** Model ids that begin with the provider's own name, so that `provider/` must stay on. */
  readonly ownNameShape: RegExp | null
  readonly streamUsage: StreamUsage
  /** Its models search the web when a request of Chat Completions says so. */
  readonly searchesWeb?: boolean
  /** It refuses ids of calls that are not nine letters and digits, and a user's words right behind a result. */
  readonly checksCalls?: boolean
  readonly billing: Billing
}

/** A row with the settings in force. Safe to print: the key shows as a mask. */
export interface Provider extends ProviderRow {
  /** The whole URL of each API. */
  readonly urls: Readonly<Partial<Record<ApiId, string>>>
  /** What the dialect's other paths are appended to. */
  readonly rawUrl: string
  /** Names from `providers.<name>.models`. */
  readonly models: readonly string[]
  readonly key: Secret | null
  /** That key, and those of `providers.<name>.accounts`. */
  readonly accounts: readonly Account[]
  /** Where the key was found: a variable's name, `config.json` or `credentials.json`; null without a key. */
  readonly keySource: string | null
  /** The variable to set, when a key is missing; null where none is needed. */
  readonly wantsKeyIn: string | null
  readonly cloudSettings?: CloudSettings
}

export interface ProviderSettings {
  readonly config: Config['providers']
  /** Keys that the user stored, by provider; `env:` references already followed. */
  readonly credentials: Readonly<Record<string, string>>
  readonly environment: Readonly<Record<string, string | undefined>>
}

export interface Catalog {
  readonly list: readonly Provider[]
  /** Sentences about settings that can't be used, each with its path; the provider in question is left out. */
  readonly problems: readonly string[]
  get(id: string): Provider | undefined
  /** Providers whose `models` setting lists this very name. */
  configuredFor(model: string): readonly Provider[]
}
