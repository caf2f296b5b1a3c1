/** Each dialect's official SDK over a loopback server that tells it every other dialect's answers, whole and as streams. */
import Anthropic from '@anthropic-ai/sdk'
import { GoogleGenAI } from '@google/genai'
import { afterAll, beforeAll, expect, spyOn, test } from 'bun:test'
import OpenAI from 'openai'
import { gather } from '../../../src/neutral/event.ts'
import type { DialectId } from '../../../src/neutral/model.ts'
import type { NeutralReply } from '../../../src/neutral/reply.ts'
import { translators } from '../../../src/wire/translators.ts'
import { answers } from './answers.ts'
import { answering, eventsIn, given, recordings, replyOf, streamOf, type Source } from './recordings.ts'
import { wordsAndCalls } from './reply-meaning.ts'
import { dialectIds, signerOf } from './sides.ts'

const sources: readonly { readonly name: string; readonly source: Source; readonly said: NeutralReply }[] = [
  ...answers.map(([name, { dialect, body }]) => ({
    name,
    source: { dialect, body, isStream: false } as const,
    said: translators[dialect].readReply(body, signerOf(dialect)),
  })),
  ...recordings.flatMap((source) => {
    const said = given(source)
    return said === null ? [] : [{ name: source.path, source, said }]
  }),
]

/** What the server says next. */
let next = { json: '', stream: '' }
const server = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  async fetch(request) {
    const isStream = request.url.includes('streamGenerateContent') || /"stream":true/.test(await request.text())
    return isStream
      ? new Response(next.stream, { headers: { 'content-type': 'text/event-stream' } })
      : new Response(next.json, { headers: { 'content-type': 'application/json' } })
  },
})
const url = server.url.origin

const key = 'none'
const anthropic = new Anthropic({ baseURL: url, apiKey: key, maxRetries: 0 })
const openAi = new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0 })
const google = new GoogleGenAI({ apiKey: key, httpOptions: { baseUrl: url } })

const messages = [{ role: 'user' as const, content: 'Hello' }]

interface Sdk {
  whole(): Promise<unknown>
  /** Null where the SDK has no whole answer of a stream; what came is in `chunks`. */
  stream(): Promise<{ readonly whole: unknown } | { readonly chunks: readonly unknown[] }>
}

const sdks: Readonly<Record<DialectId, Sdk>> = {
  anthropic: {
    whole: () => anthropic.messages.create({ model: 'm', max_tokens: 10, messages }),
    stream: async () => ({
      whole: await anthropic.messages.stream({ model: 'm', max_tokens: 10, messages }).finalMessage(),
    }),
  },
  'openai-chat': {
    whole: () => openAi.chat.completions.create({ model: 'm', messages }),
    stream: async () => ({
      whole: await openAi.chat.completions
        .stream({ model: 'm', messages, stream_options: { include_usage: true } })
        .finalChatCompletion(),
    }),
  },
  'openai-responses': {
    whole: () => openAi.responses.create({ model: 'm', input: 'Hello' }),
    stream: async () => ({ whole: await openAi.responses.stream({ model: 'm', input: 'Hello' }).finalResponse() }),
  },
  gemini: {
    whole: () => google.models.generateContent({ model: 'm', contents: 'Hello' }),
    stream: async () => {
      const chunks: unknown[] = []
      for await (const chunk of await google.models.generateContentStream({ model: 'm', contents: 'Hello' }))
        chunks.push(chunk)
      return { chunks }
    },
  },
}

// Google's SDK tells the console of every answer that holds more than text.
const quiet = spyOn(console, 'warn').mockImplementation(() => undefined)
beforeAll(() => quiet.mockClear())
afterAll(async () => {
  quiet.mockRestore()
  await server.stop(true)
})

const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

async function readBy(to: DialectId, how: 'whole' | 'stream'): Promise<NeutralReply | null> {
  const sdk = sdks[to]
  if (how === 'whole') return translators[to].readReply(asJson(await sdk.whole()), signerOf(to))
  const read = await sdk.stream()
  if ('whole' in read) return translators[to].readReply(asJson(read.whole), signerOf(to))
  return gather(
    eventsIn(
      to,
      read.chunks.map((chunk) => ({ event: '', data: JSON.stringify(chunk) })),
    ),
  )
}

test.each(dialectIds)(
  'the SDK of %s reads every answer of the others, and understands the same words and calls',
  async (to) => {
    const faults: string[] = []
    for (const { name, source, said } of sources) {
      if (source.dialect === to) continue
      next = {
        json: JSON.stringify(replyOf(source, answering(source.dialect, to))),
        stream: streamOf(source, answering(source.dialect, to)).join(''),
      }
      for (const how of ['whole', 'stream'] as const) {
        const read = await readBy(to, how).catch((error: unknown) => String(error))
        // What of the arguments is no JSON yet, each SDK shows as far as it likes.
        if (how === 'stream' && name.endsWith('arguments that broke off')) continue
        if (typeof read === 'string' || read === null) faults.push(`${name}, ${how}: ${read ?? 'no end'}`)
        else if (wordsAndCalls(read) !== wordsAndCalls(said))
          faults.push(`${name}, ${how}: ${wordsAndCalls(read)} for ${wordsAndCalls(said)}`)
      }
    }
    expect(faults).toEqual([])
  },
)
