/**
 * Every setting, once: its type, default, bounds and the sentence that documents it. Validation messages, `docs/config.md`
 * and the `Config` type all come from here. A field that nothing reads must not exist. Where bounds alone would read badly in
 * a message, `expects` (for a table's keys `expectsKey`) completes "expected …".
 */
import { Type, type Static, type TSchema } from '@sinclair/typebox'
import { GradingSettings } from './grading-settings.ts'
import { guardSettings } from './guard-settings.ts'
import { routingSettings } from './routing-settings.ts'
import { oneOf, orNull, seconds, usdPerMillion } from './setting-kinds.ts'

const port = (description: string, byDefault: number) =>
  Type.Integer({ minimum: 1, maximum: 65_535, default: byDefault, description })

/** A name, an IPv4 address, or an IPv6 one with or without its brackets; no port, no scheme, no quotes. */
const host = String.raw`[A-Za-z0-9_][A-Za-z0-9_.-]*|[0-9A-Fa-f.]*:[0-9A-Fa-f.]*:[0-9A-Fa-f.:]*|\[[0-9A-Fa-f.:]+\]`

const ServerSettings = Type.Object(
  {
    port: port('The port that serves everything: LLM API, dashboard, telemetry.', 4100),
    host: Type.String({
      pattern: `^(?:${host}|[0-9A-Fa-f:.]+%[A-Za-z0-9._-]+)$`,
      default: '127.0.0.1',
      expects: 'an address or host name',
      description:
        'The address to listen on. The loopback default listens on 127.0.0.1 and ::1; any other needs `--insecure`.',
    }),
    apiPort: orNull(port('', 4801), {
      default: 4801,
      description: 'The port that serves the LLM API and `/health` only; `null` turns it off.',
    }),
    allowedHosts: Type.Array(
      Type.String({ pattern: `^(?:${host})$`, expects: 'a host name or address without port' }),
      {
        default: [],
        description:
          'Names accepted in the Host header beside localhost and the listening address (containers, WSL); without port.',
      },
    ),
    maxBodyMb: Type.Integer({
      minimum: 1,
      maximum: 4096,
      default: 64,
      description: 'The largest request body in MiB; more is answered with 413 in the dialect of the caller.',
    }),
    keepAliveSeconds: Type.Integer({
      minimum: 0,
      maximum: 3600,
      default: 15,
      description:
        'How long a stream may be silent before an SSE comment keeps the client connected; `0` turns it off.',
    }),
  },
  { description: 'Where RelayPlane listens and what it accepts.' },
)

const TimeoutSettings = Type.Object(
  {
    firstByteSeconds: seconds('How long a provider may take until the first byte of its answer.', 600, 1),
    idleSeconds: seconds('How long a provider may be silent between two bytes of an answer.', 300, 1),
  },
  { description: 'When an upstream call is given up.' },
)

/** A provider's name is a segment of URLs and, in capitals, a part of variable names. */
export const providerNamePattern = '^[a-z0-9][a-z0-9._-]*$'

/** Becomes a part of a host name, path or query. */
const cloudWord = (description: string) =>
  Type.String({
    pattern: '^[A-Za-z0-9][A-Za-z0-9.:_-]*$',
    expects: 'letters, digits, dots, colons and dashes',
    description,
  })

const ProviderSettings = Type.Object({
  dialect: Type.Optional(
    oneOf(['anthropic', 'openai-chat', 'openai-responses', 'gemini'], {
      description: 'The wire format it speaks; needed for a provider that is not built in.',
    }),
  ),
  baseUrl: Type.Optional(
    Type.String({
      pattern: '^https?://[^\\s?#@]+$',
      expects: 'an http:// or https:// URL without query and credentials',
      description: 'Where it is; needed for a provider that is not built in.',
    }),
  ),
  apiKey: Type.Optional(
    Type.String({
      minLength: 1,
      description:
        'Its key for callers that bring none: `env:NAME`, or the key itself (better kept in credentials.json).',
    }),
  ),
  accounts: Type.Optional(
    Type.Array(
      Type.Object(
        {
          label: Type.String({
            pattern: '^[A-Za-z0-9][A-Za-z0-9 ._-]{0,59}$',
            expects: 'a name of letters, digits, spaces, dots and dashes',
            description: 'What it is called where it is shown.',
          }),
          apiKey: Type.String({ minLength: 1, description: 'Its key: `env:NAME`, or the key itself.' }),
          priority: Type.Optional(
            Type.Integer({ minimum: 0, maximum: 1000, description: 'Those with the lowest are used first.' }),
          ),
        },
        { additionalProperties: false },
      ),
      {
        description:
          'More keys of its: `[{label, apiKey, priority?}]`, the lowest priority first. A 429 of one goes on to the next.',
      },
    ),
  ),
  models: Type.Optional(
    Type.Array(Type.String({ minLength: 1 }), {
      description: 'Model ids that belong to it without a prefix.',
    }),
  ),
  region: Type.Optional(cloudWord('The region of a cloud platform whose requests are signed (`us-east-1`).')),
  project: Type.Optional(cloudWord('The project that a cloud platform is used under.')),
  location: Type.Optional(cloudWord("Where that project's models run (`us-east5`, `global`).")),
  apiVersion: Type.Optional(
    cloudWord('The dated version of a cloud platform that has one in its queries; its undated API unless set.'),
  ),
  billing: Type.Optional(
    oneOf(['metered', 'subscription', 'local'], {
      description:
        'How it is paid for: `metered` is billed by use, `subscription` is covered by a plan, `local` is free.',
    }),
  ),
})

const PriceSettings = Type.Object({
  inputUsd: usdPerMillion('Uncached input'),
  outputUsd: usdPerMillion('Output, reasoning included'),
  cacheReadUsd: Type.Optional(usdPerMillion('Input read from the prompt cache')),
  cacheWrite5mUsd: Type.Optional(usdPerMillion('Input written to the five-minute prompt cache')),
  cacheWrite1hUsd: Type.Optional(usdPerMillion('Input written to the one-hour prompt cache')),
})

export const ConfigSchema = Type.Object({
  enabled: Type.Boolean({
    default: true,
    description:
      'False leaves only forwarding and recording: the model list and cost estimates are not answered here, streams get no keep-alive comments.',
  }),
  server: ServerSettings,
  timeouts: TimeoutSettings,
  providers: Type.Record(Type.String({ pattern: providerNamePattern }), ProviderSettings, {
    additionalProperties: false,
    default: {},
    expectsKey: 'a name of lower-case letters, digits, dots, dashes and underscores',
    description: 'Settings of built-in providers by name, and providers of your own.',
  }),
  prices: Type.Record(Type.String({ pattern: '^[^/\\s]+/\\S+$' }), PriceSettings, {
    additionalProperties: false,
    default: {},
    expectsKey: 'a key of the form provider/model',
    description: 'Prices that replace those of the shipped table, by `provider/model`.',
  }),
  ...routingSettings,
  ...guardSettings,
  grading: GradingSettings,
  retention: Type.Object(
    {
      days: orNull(Type.Integer({ minimum: 1, maximum: 3650 }), {
        default: 90,
        description: 'How long single requests are kept; their sums stay. `null` keeps everything.',
      }),
    },
    { description: 'How long records are kept.' },
  ),
  log: Type.Object(
    {
      level: oneOf(['error', 'warn', 'info', 'debug'], {
        default: 'info',
        description: 'The least important kind of line that is written to standard error.',
      }),
    },
    { description: 'What RelayPlane says on standard error.' },
  ),
})

type DeepReadonly<T> = T extends readonly (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
    : T

/** The configuration in force: complete, valid and frozen. */
export type Config = DeepReadonly<Static<typeof ConfigSchema>>

export const defaultConfig: Config = deepFreeze(defaultsOf(ConfigSchema) as Config)

/** The defaults of a schema as one value; a field without default is left out. */
function defaultsOf(schema: TSchema): unknown {
  if (schema['patternProperties']) return emptyTable()
  const properties = schema['properties'] as Record<string, TSchema> | undefined
  if (!properties) return structuredClone(schema.default)
  const fields = Object.entries(properties).map(([name, inner]) => [name, defaultsOf(inner)] as const)
  return Object.fromEntries(fields.filter(([, value]) => value !== undefined))
}

/** A table keyed by free names has no prototype, so that nobody finds a `constructor` in an empty one. */
export function emptyTable(): Record<string, unknown> {
  return Object.create(null) as Record<string, unknown>
}

export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) deepFreeze(inner)
    Object.freeze(value)
  }
  return value
}
