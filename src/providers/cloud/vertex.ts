/** Google Vertex AI: Gemini and Claude under their publishers' paths, others by its Chat Completions; with an access token. */
import { AppError } from '../../neutral/error.ts'
import { takeKey } from './caller-key.ts'
import type { Cloud, CloudRequest, Prepared, Speech } from './cloud.ts'
import type { GoogleTokens } from './google-token.ts'
import { hostedBetas, hostedBody } from './hosted-body.ts'
import { hostedError } from './hosted-errors.ts'
import type { VertexSettings } from './settings.ts'

const messages: Speech = { apis: ['messages', 'count_tokens'], form: 'anthropic' }
const generate: Speech = { apis: ['generate', 'stream_generate', 'gemini_count_tokens'], form: 'gemini' }
/** Models of other makers are named with their publisher: `meta/llama-4-maverick-17b-128e-instruct-maas`. */
const chat: Speech = { apis: ['chat'], form: 'openai-chat' }

function speaks(model: string): Speech {
  const name = bare(model)
  if (/^claude-/i.test(name)) return messages
  return name.includes('/') ? chat : generate
}

const bare = (model: string): string => model.replace(/^(?:publishers\/(?:google|anthropic)\/)?models\//, '')

export const vertex = (settings: VertexSettings, tokens: GoogleTokens): Cloud => ({
  speaks,
  async prepare(request) {
    const { headers } = request
    const key = takeKey(headers)
    const own = key === null ? await tokens.token(settings.credentialFiles) : null
    headers.set('authorization', `Bearer ${key ?? own?.token ?? ''}`)
    const url = urlOf(request, settings.project ?? own?.project ?? null, settings.location)
    return { ...shape(request), url, headers }
  },
  adapt: (response, api, form) => (api === 'raw' || form !== 'anthropic' ? response : hostedError(response)),
})

/** The row's path with its places filled, and the query as it came: `alt=sse` is the client's own choice. */
function urlOf(
  { provider, api, model, isStream, url }: CloudRequest,
  project: string | null,
  location: string,
): string {
  const template = api === 'raw' || api === 'converse' ? undefined : provider.urls[api]
  if (template === undefined || model === null) return url
  if (project === null) {
    throw new AppError(
      'invalid-request',
      'The project of Google Vertex AI is not known. Set GOOGLE_CLOUD_PROJECT or providers.vertex.project.',
    )
  }
  const filled = template
    .replace('{project}', () => encodeURIComponent(project).replaceAll('%3A', ':'))
    .replace('{location}', () => location)
    .replace('{model}', () => encodeURIComponent(bare(model)).replaceAll('%40', '@'))
  if (api === 'messages') return isStream ? filled.replace(/:rawPredict$/, ':streamRawPredict') : filled
  // `?beta=true` means nothing here.
  return api === 'count_tokens' ? filled : filled + (/\?.*$/.exec(url)?.[0] ?? '')
}

const version = { anthropic_version: 'vertex-2023-10-16' } as const

function shape({ api, headers, body }: CloudRequest): Pick<Prepared, 'body' | 'dropped'> {
  if (api !== 'messages' && api !== 'count_tokens') return { body, dropped: [] }
  const betas = hostedBetas(headers.get('anthropic-beta'), null)
  headers.delete('anthropic-version')
  headers.delete('anthropic-beta')
  if (betas.kept.length > 0) headers.set('anthropic-beta', betas.kept.join(','))
  headers.delete('content-encoding')
  // Counting has one path for all models, so there the name stays in the body.
  return { body: hostedBody(body, api === 'messages' ? ['model'] : [], version), dropped: betas.dropped }
}
