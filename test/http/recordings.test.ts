/** Every recorded reply goes through unchanged, whole and as a stream, and leaves its usage in the row. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { scriptedProvider, type ScriptedProvider } from '../support/provider.ts'
import { rawRequest } from '../support/raw-client.ts'
import { startRelay, type Relay } from '../support/relay.ts'

const shared = join(import.meta.dir, '../../../shared/fixtures/provider-replies')
const isHere = existsSync(shared)
if (!isHere) console.warn('skipped: the recorded provider replies are not beside the project')

/** Where a folder's replies come from, and what is asked for there. `usage` names what a reply with usage holds. */
interface Source {
  readonly target: string
  readonly streamTarget?: string
  readonly model: string
  readonly usage: RegExp
  /** Chunks end in `[DONE]`. */
  readonly hasDone?: boolean
  /** The path is forwarded raw: what its usage costs is not known. */
  readonly isRaw?: boolean
}

const chat = { usage: /"prompt_tokens":\s*\d/, hasDone: true } as const
const responses = { usage: /"input_tokens":\s*\d/ } as const
const mounted = (provider: string, model: string): Source => ({
  target: `/${provider}/v1/chat/completions`,
  model,
  ...chat,
})

const sources: Readonly<Record<string, Source>> = {
  anthropic: { target: '/v1/messages', model: 'claude-sonnet-4-5', usage: /"input_tokens":\s*\d/ },
  'openai-chat': { target: '/v1/chat/completions', model: 'gpt-4o-mini', ...chat },
  'openai-completion': { target: '/v1/completions', model: 'gpt-3.5-turbo-instruct', isRaw: true, ...chat },
  'openai-embedding': { target: '/v1/embeddings', model: 'text-embedding-3-small', ...chat },
  'openai-compatible-chat': mounted('openrouter', 'x-ai/grok-4'),
  'deepseek-chat': mounted('deepseek', 'deepseek-chat'),
  groq: mounted('groq', 'llama-3.3-70b-versatile'),
  mistral: mounted('mistral', 'mistral-small-latest'),
  perplexity: mounted('perplexity', 'sonar'),
  xai: mounted('xai', 'grok-4'),
  'openai-responses': { target: '/v1/responses', model: 'gpt-5', ...responses },
  azure: { target: '/v1/responses', model: 'gpt-5', ...responses },
  'xai-responses': { target: '/xai/v1/responses', model: 'grok-4', ...responses },
  google: {
    target: '/v1beta/models/gemini-2.5-flash:generateContent',
    streamTarget: '/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse',
    model: 'gemini-2.5-flash',
    usage: /"promptTokenCount":\s*\d/,
  },
  // Google's Interactions API is none of the four dialects.
  'google-interactions': { target: '/v1beta/interactions', model: 'gemini-2.5-flash', isRaw: true, usage: /(?!)/ },
}

const providers = ['anthropic', 'openai', 'google', 'openrouter', 'deepseek', 'groq', 'mistral', 'perplexity', 'xai']
const key = (target: string): readonly [string, string] => {
  const owner = /^\/(\w+)\/v1\//.exec(target)?.[1]
  if (owner !== undefined) return ['authorization', 'Bearer any-key-of-the-one-that-is-named']
  if (target.startsWith('/v1beta')) return ['x-goog-api-key', 'AIzaSyFAKE-google']
  return target === '/v1/messages' ? ['x-api-key', 'sk-ant-api03-FAKE'] : ['authorization', 'Bearer sk-proj-FAKE-key']
}

let reply: { type: string; body: Buffer; status: number } = { type: '', body: Buffer.alloc(0), status: 200 }
let provider: ScriptedProvider
let relay: Relay

beforeAll(async () => {
  provider = scriptedProvider(
    () =>
      new Response(reply.body as Uint8Array<ArrayBuffer>, {
        status: reply.status,
        headers: { 'content-type': reply.type },
      }),
  )
  relay = await startRelay({ providers: Object.fromEntries(providers.map((name) => [name, provider.url])) })
})
afterAll(async () => {
  await relay.stop()
  await provider.stop()
})

/** The chunks of a stream as the provider's frames: one line of the file each, or the file where it holds frames already. */
function framed(text: string, file: string, { hasDone }: Source): Buffer {
  if (file.endsWith('.sse')) return Buffer.from(text)
  const frames = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => `${eventOf(line)}data: ${line}\n\n`)
  return Buffer.from(frames.join('') + (hasDone === true ? 'data: [DONE]\n\n' : ''))
}

/** Anthropic and the Responses API name each event beside its data. */
function eventOf(line: string): string {
  const type = /^\{"type":"([\w.]+)"/.exec(line)?.[1]
  return type === undefined ? '' : `event: ${type}\n`
}

/** Recorded without the last brace of its last chunk: an answer that never says its end. */
const cutOff = 'openai-responses/parallel-tool-call-wrapper.1.chunks.txt'

const filesOf = (folder: string): string[] => (isHere ? readdirSync(join(shared, folder)).sort() : [])

describe.if(isHere)('the recorded replies', () => {
  test('are all asked for', () => expect(readdirSync(shared).sort()).toEqual(Object.keys(sources).sort()))

  for (const [folder, source] of Object.entries(sources)) {
    for (const file of filesOf(folder)) {
      test(`${folder}/${file}`, async () => {
        const text = readFileSync(join(shared, folder, file), 'utf8')
        const isStream = !file.endsWith('.json')
        const isError = !isStream && /^\s*\{\s*"(?:error|type":\s*"error)/.test(text)
        reply = {
          type: isStream ? 'text/event-stream' : 'application/json',
          body: isStream ? framed(text, file, source) : Buffer.from(text),
          status: isError ? 400 : 200,
        }
        const response = await rawRequest(relay.port, {
          target: isStream ? (source.streamTarget ?? source.target) : source.target,
          headers: [['content-type', 'application/json'], key(source.target)],
          // With its usage asked for, nothing is taken out of a stream again.
          body: JSON.stringify({ model: source.model, stream: isStream, stream_options: { include_usage: true } }),
        })
        expect(response.body.equals(reply.body)).toBe(true)
        const row = relay.lastRow()
        const whole = isError ? 'failed' : 'complete'
        const outcome = `${folder}/${file}` === cutOff ? 'upstream_reset' : whole
        expect(row).toMatchObject({ outcome, status: reply.status })
        if (source.usage.test(text)) {
          expect(row['input_tokens']).toBeNumber()
          expect(['priced', 'estimated', 'unpriced']).toContain(row['cost_status'] as string)
        }
        if (source.isRaw === true) expect(row).toMatchObject({ endpoint: 'raw', cost_status: 'unpriced' })
      })
    }
  }
})
