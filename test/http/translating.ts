/** One scripted server as every provider, told apart by the first segment of the path, and a client of each dialect. */
import type { DialectId } from '../../src/neutral/model.ts'
import { scriptedProvider, type Script, type Seen } from '../support/provider.ts'
import { startRelay, type Relay, type RelayOptions } from '../support/relay.ts'

/** Configured keys, by what their headers hold upstream. */
export const keys = {
  ANTHROPIC_API_KEY: 'sk-ant-api03-FAKE-configured',
  OPENAI_API_KEY: 'sk-proj-FAKE-configured',
  GEMINI_API_KEY: 'AIzaFAKE-configured',
  GROQ_API_KEY: 'gsk_FAKEconfigured',
  TOGETHER_API_KEY: 'tgp_v1_FAKE-configured',
  MISTRAL_API_KEY: 'FAKEmistralFAKEmistralFAKE012345',
  DEEPSEEK_API_KEY: 'sk-0123456789abcdef0123456789abcdef',
} as const

const paths = {
  anthropic: '',
  openai: '/v1',
  google: '/v1beta',
  groq: '/openai/v1',
  together: '/v1',
  mistral: '/v1',
  deepseek: '',
  ollama: '/v1',
  lmstudio: '/v1',
  vllm: '/v1',
  bedrock: '',
  azure: '/openai/v1',
  vertex: '',
  // A server that has the Responses API alone.
  acme: '/v1',
} as const

export interface Translating {
  readonly relay: Relay
  readonly seen: readonly Seen[]
  last(): Seen
  /** How many providers' requests were ended by the proxy. */
  readonly aborted: () => number
  stop(): Promise<void>
}

export async function startTranslating(script: Script, options: RelayOptions = {}): Promise<Translating> {
  const server = scriptedProvider(script)
  const bases = Object.entries(paths).map(([name, path]) => [name, `${server.url}/${name}${path}`])
  const acme = { dialect: 'openai-responses', baseUrl: 'http://127.0.0.1:1', apiKey: 'acme-FAKE-configured' }
  const config = { providers: { acme }, ...(options.config as object | undefined) }
  const relay = await startRelay({
    ...options,
    config,
    providers: { ...Object.fromEntries(bases), ...options.providers },
    variables: { ...keys, ...options.variables },
  })
  return {
    relay,
    seen: server.seen,
    last() {
      const newest = server.seen.at(-1)
      if (newest === undefined) throw new Error('no provider was asked')
      return newest
    },
    aborted: server.aborted,
    async stop() {
      await relay.stop()
      await server.stop()
    },
  }
}

export interface Asking {
  readonly model: string
  readonly isStream?: boolean
  /** Members beside the usual ones. */
  readonly more?: object
  readonly headers?: Readonly<Record<string, string>>
  /** In front of the path: a mount. */
  readonly mount?: string
  readonly signal?: AbortSignal
}

const prompt = 'Who are you?'

/** A client's usual request, with a key of its own vendor's and headers that are nobody else's business. */
const requests: Readonly<Record<DialectId, (asking: Asking) => readonly [path: string, body: object, key: string[]]>> =
  {
    anthropic: ({ model, isStream }) => [
      '/v1/messages',
      { model, max_tokens: 500, messages: [{ role: 'user', content: prompt }], ...(isStream && { stream: true }) },
      ['x-api-key', 'sk-ant-api03-FAKE-callers'],
    ],
    'openai-chat': ({ model, isStream }) => [
      '/v1/chat/completions',
      { model, messages: [{ role: 'user', content: prompt }], ...(isStream && { stream: true }) },
      ['authorization', 'Bearer sk-proj-FAKE-callers'],
    ],
    'openai-responses': ({ model, isStream }) => [
      '/v1/responses',
      { model, input: prompt, ...(isStream && { stream: true }) },
      ['authorization', 'Bearer sk-proj-FAKE-callers'],
    ],
    gemini: ({ model, isStream }) => [
      `/v1beta/models/${encodeURIComponent(model)}:${isStream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
      { contents: [{ role: 'user', parts: [{ text: prompt }] }] },
      ['x-goog-api-key', 'AIzaFAKE-callers'],
    ],
  }

const callersOwn = {
  'user-agent': 'test-agent/1.0',
  cookie: 'session=callers',
  'x-custom': 'callers',
  'anthropic-beta': 'callers-2026-01-01',
  'openai-organization': 'callers',
  'x-stainless-lang': 'js',
}

export function ask(to: Translating, dialect: DialectId, asking: Asking): Promise<Response> {
  const [path, body, [name = '', key = '']] = requests[dialect](asking)
  return fetch(to.relay.url + (asking.mount ?? '') + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', [name]: key, ...callersOwn, ...asking.headers },
    body: JSON.stringify({ ...body, ...asking.more }),
    ...(asking.signal && { signal: asking.signal }),
  })
}

/** What a provider was sent: its headers but the connection's. */
export function headersOf({ headers }: Seen): Record<string, string> {
  const { host: _, connection: _connection, 'content-length': _length, ...rest } = Object.fromEntries(headers)
  return rest
}

/** Frames of a stream as their data, in order; what is no JSON as text. */
export const framesIn = (text: string): unknown[] =>
  text
    .split('\n\n')
    .flatMap((frame) => /^data: (.*)$/m.exec(frame)?.[1] ?? [])
    .map((data) => (data === '[DONE]' ? data : (JSON.parse(data) as unknown)))
