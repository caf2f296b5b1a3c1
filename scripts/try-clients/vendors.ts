/** Whose models the clients are led to, and what the proxy is given to reach them: one scripted model stands in for all. */
import { fakeKeys } from '../../test/support/fake-keys.ts'

export type VendorId = 'anthropic' | 'openai' | 'google' | 'lab'

export interface Vendor {
  readonly id: VendorId
  /** By the dialect that its models are asked in. */
  readonly dialect: string
  readonly model: string
  /** For titles and the like. */
  readonly small: string
}

export const vendors: Readonly<Record<VendorId, Vendor>> = {
  anthropic: { id: 'anthropic', dialect: 'anthropic', model: 'claude-sonnet-4-6', small: 'claude-haiku-4-5' },
  openai: { id: 'openai', dialect: 'openai-responses', model: 'gpt-5.5', small: 'gpt-5-mini' },
  google: { id: 'google', dialect: 'gemini', model: 'gemini-3.1-pro-preview', small: 'gemini-3.5-flash' },
  // A server of the user's own that has Chat Completions and nothing else. It has no price.
  lab: { id: 'lab', dialect: 'openai-chat', model: 'lab-coder', small: 'lab-coder' },
}

export const vendorIds = Object.keys(vendors) as VendorId[]

/** The keys stand here and with no client, but for the one of its own vendor. */
export const proxyVariables = (modelUrl: string): Readonly<Record<string, string>> => ({
  RELAYPLANE_ANTHROPIC_BASE_URL: modelUrl,
  RELAYPLANE_OPENAI_BASE_URL: modelUrl,
  RELAYPLANE_GOOGLE_BASE_URL: modelUrl,
  ANTHROPIC_API_KEY: fakeKeys.anthropic,
  OPENAI_API_KEY: fakeKeys.openai,
  GEMINI_API_KEY: fakeKeys.google,
  LAB_KEY: 'lab-key-that-is-none',
})

export const proxyConfig = (modelUrl: string): unknown => ({
  providers: {
    lab: { dialect: 'openai-chat', baseUrl: `${modelUrl}/lab/v1`, apiKey: 'env:LAB_KEY', models: [vendors.lab.model] },
  },
})
