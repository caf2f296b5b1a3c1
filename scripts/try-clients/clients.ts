/** The programs that docs/clients.md speaks of: how each is installed, pointed here, led to a model, and taken up again. */
import { clientLines } from '../../src/cli/client-lines.ts'
import { fakeKeys } from '../../test/support/fake-keys.ts'
import type { Vendor, VendorId } from './vendors.ts'

export interface Client {
  readonly name: string
  readonly bin: string
  readonly package: string
  /** The release that docs/clients.md speaks of. */
  readonly version: string
  readonly agent: string
  /** Whose models it has without being told. */
  readonly own: VendorId
  /** Whose models it is tried on beside, where not all are asked for. */
  readonly others: readonly VendorId[]
  /** Whether its turns come over a WebSocket. */
  readonly usesSocket: boolean
  readonly variables: Readonly<Record<string, string>>
  /** What stands before its arguments. @param vendor Null for its own vendor's model by default. */
  readonly start: (url: string, vendor: Vendor | null) => string
  /** One turn without a terminal, with leave to run commands. */
  readonly turn: (prompt: string, goesOn: boolean) => string
  /** Written into the fresh home, by path. */
  readonly files: (vendor: Vendor | null) => Readonly<Record<string, string>>
}

/** The banner's line. */
const bannerLine = (name: string, url: string): string =>
  clientLines(url).find(({ client }) => client === name)?.line ?? ''

const noFiles = () => ({})

const claude: Client = {
  name: 'Claude Code',
  bin: 'claude',
  package: '@anthropic-ai/claude-code',
  version: '2.1.330',
  agent: 'claude-code',
  own: 'anthropic',
  others: ['openai', 'google'],
  usesSocket: false,
  variables: { DISABLE_AUTOUPDATER: '1' },
  start(url, vendor) {
    if (vendor === null) return `ANTHROPIC_API_KEY=${fakeKeys.anthropic} ${bannerLine('Claude Code', url)}`
    const models = `ANTHROPIC_DEFAULT_HAIKU_MODEL=${vendor.small} `
    return `ANTHROPIC_AUTH_TOKEN=x ${models}${bannerLine('Claude Code', url)} --model ${vendor.model}`
  },
  turn: (prompt, goesOn) => `${goesOn ? '-c ' : ''}-p ${prompt} --allowedTools Bash`,
  files: noFiles,
}

const codexTurn = (prompt: string, goesOn: boolean): string =>
  `exec ${goesOn ? 'resume --last ' : ''}--skip-git-repo-check --dangerously-bypass-approvals-and-sandbox ${prompt}`

/** Of a model that it does not know Codex thinks that it does not reason. */
const codexModel = (vendor: Vendor): string =>
  ` -m ${vendor.model} -c model_reasoning_effort=high -c model_supports_reasoning_summaries=true`

const codex: Client = {
  name: 'Codex',
  bin: 'codex',
  package: '@openai/codex',
  version: '0.169.0',
  agent: 'codex',
  own: 'openai',
  others: ['anthropic', 'google'],
  usesSocket: true,
  variables: {},
  start: (url, vendor) =>
    vendor === null
      ? `CODEX_API_KEY=${fakeKeys.openai} ${bannerLine('Codex', url)}`
      : `CODEX_API_KEY=x ${bannerLine('Codex', url)}${codexModel(vendor)}`,
  turn: codexTurn,
  files: noFiles,
}

/** A provider block of its own, which makes Codex use HTTP alone. */
const codexOverHttp: Client = {
  ...codex,
  name: 'Codex over HTTP',
  others: ['lab'],
  usesSocket: false,
  start: (_url, vendor) =>
    `OPENAI_API_KEY=${vendor === null ? fakeKeys.openai : 'x'} codex${vendor === null ? '' : codexModel(vendor)}`,
  files: () => ({ '.codex/config.toml': codexBlock }),
}

/** Of the address where the proxy is, before it is known. */
export const urlMark = '{url}'

const codexBlock = `model_provider = "relayplane"

[model_providers.relayplane]
name = "RelayPlane"
base_url = "${urlMark}/v1"
env_key = "OPENAI_API_KEY"
wire_api = "responses"
`

const openCode: Client = {
  name: 'OpenCode',
  bin: 'opencode',
  package: 'opencode-ai',
  version: '1.18.33',
  agent: 'opencode',
  own: 'anthropic',
  others: ['google', 'lab'],
  usesSocket: false,
  variables: { OPENCODE_DISABLE_AUTOUPDATE: '1', OPENCODE_DISABLE_MODELS_FETCH: '1' },
  start: (url, vendor) =>
    vendor === null
      ? `ANTHROPIC_API_KEY=${fakeKeys.anthropic} ${bannerLine('OpenCode', url)}`
      : `OPENCODE_CONFIG_CONTENT='${openCodeConfig(url, vendor)}' opencode`,
  turn: (prompt, goesOn) => `run ${goesOn ? '-c ' : ''}${prompt}`,
  files: noFiles,
}

/** A provider whose models are asked in Anthropic's dialect, which keeps what they sign. */
function openCodeConfig(url: string, { id, model }: Vendor): string {
  const thinking = { reasoning: true, options: { thinking: { type: 'enabled', budgetTokens: 8000 } } }
  const relayplane = {
    npm: '@ai-sdk/anthropic',
    name: 'RelayPlane',
    options: { baseURL: `${url}/v1`, apiKey: 'x' },
    models: { [model]: id === 'anthropic' ? thinking : {} },
  }
  return JSON.stringify({ model: `relayplane/${model}`, provider: { relayplane } })
}

const gemini: Client = {
  name: 'Gemini CLI',
  bin: 'gemini',
  package: '@google/gemini-cli',
  version: '0.61.0',
  agent: 'gemini-cli',
  own: 'google',
  others: ['anthropic', 'openai'],
  usesSocket: false,
  variables: {},
  start(url, vendor) {
    const line = bannerLine('Gemini CLI', url)
    return vendor === null ? `GEMINI_API_KEY=${fakeKeys.google} ${line}` : `GEMINI_API_KEY=x ${line} -m ${vendor.model}`
  },
  turn: (prompt, goesOn) => `--skip-trust --yolo ${goesOn ? '--resume latest ' : ''}-p ${prompt}`,
  files: (vendor) => ({ '.gemini/settings.json': JSON.stringify(geminiSettings(vendor)) }),
}

/** Gemini CLI asks no model to think but those that it knows. */
function geminiSettings(vendor: Vendor | null): unknown {
  const security = { auth: { selectedType: 'gemini-api-key' } }
  if (vendor?.id !== 'anthropic') return { security }
  const generateContentConfig = { thinkingConfig: { includeThoughts: true, thinkingBudget: 8192 } }
  return {
    security,
    modelConfigs: { customOverrides: [{ match: { model: vendor.model }, modelConfig: { generateContentConfig } }] },
  }
}

export const clients: readonly Client[] = [claude, codex, codexOverHttp, openCode, gemini]
