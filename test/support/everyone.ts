/** All providers as one scripted server each, and a relay that knows them. */
import { scriptedProvider, type Script, type ScriptedProvider, type Seen } from './provider.ts'
import { startRelay, type Relay, type RelayOptions } from './relay.ts'

/** The built-in providers. */
const names = [
  'anthropic',
  'openai',
  'google',
  'xai',
  'deepseek',
  'mistral',
  'groq',
  'together',
  'fireworks',
  'perplexity',
  'openrouter',
  'openai-chatgpt',
  'ollama',
  'lmstudio',
  'vllm',
  'llamacpp',
] as const

export type ProviderName = (typeof names)[number]

export interface Everyone {
  readonly relay: Relay
  /** Every request that any of them saw, in order. */
  readonly seen: readonly (Seen & { readonly provider: ProviderName })[]
  /** The newest one. */
  last(): Seen & { readonly provider: ProviderName }
  stop(): Promise<void>
}

export async function startEveryone(script: Script, options: RelayOptions = {}): Promise<Everyone> {
  const seen: (Seen & { readonly provider: ProviderName })[] = []
  const servers: [ProviderName, ScriptedProvider][] = names.map((provider) => [
    provider,
    scriptedProvider((request, signal) => {
      seen.push({ ...request, provider })
      return script(request, signal)
    }),
  ])
  const relay = await startRelay({
    ...options,
    providers: { ...Object.fromEntries(servers.map(([name, server]) => [name, server.url])), ...options.providers },
  })
  return {
    relay,
    seen,
    last() {
      const newest = seen.at(-1)
      if (newest === undefined) throw new Error('no provider was asked')
      return newest
    },
    async stop() {
      await relay.stop()
      await Promise.all(servers.map(([, server]) => server.stop()))
    },
  }
}

/** A key of the shape that each vendor's have; none is real. */
export const fakeKeys: Readonly<Partial<Record<ProviderName, string>>> = {
  anthropic: 'sk-ant-api03-FAKE-anthropic',
  openai: 'sk-proj-FAKE-openai',
  google: 'AIzaSyFAKE-google',
  xai: 'xai-FAKE0123',
  deepseek: 'sk-0123456789abcdef0123456789abcdef',
  mistral: 'FAKEmistralFAKEmistralFAKE012345',
  groq: 'gsk_FAKE0123',
  together: 'tgp_v1_FAKE0123',
  fireworks: 'fw_FAKE0123',
  perplexity: 'pplx-FAKE0123',
  openrouter: 'sk-or-v1-FAKE0123',
}

/** The variables that configure them. */
export const keyVariables: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(fakeKeys).map(([name, key]) => [
    name === 'google' ? 'GEMINI_API_KEY' : `${name.toUpperCase()}_API_KEY`,
    key,
  ]),
)
