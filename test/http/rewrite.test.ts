/** The two edits that passthrough makes: the model's name, and asking for usage in a chat's stream. No other byte changes. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { keyVariables, startEveryone, type Everyone } from '../support/everyone.ts'
import { json, sse } from '../support/provider.ts'
import { rawRequest } from '../support/raw-client.ts'
import { anthropicReply, chatFrames, chatReply, geminiReply, responsesReply } from '../support/replies.ts'

/** What a provider streams to a chat. */
let frames: readonly string[] = chatFrames
let all: Everyone
beforeAll(async () => {
  all = await startEveryone(
    ({ target, text }) => {
      if (target.includes('messages')) return json(anthropicReply)
      if (target.includes('responses')) return json(responsesReply)
      if (target.includes('generateContent')) return json(geminiReply)
      return /"stream"\s*:\s*true/.test(text) ? sse(frames) : json(chatReply)
    },
    { variables: keyVariables },
  )
})
afterAll(() => all.stop())

const post = (target: string, body: Uint8Array | string, headers: Record<string, string> = {}) =>
  rawRequest(all.relay.port, {
    target,
    headers: [['content-type', 'application/json'], ...Object.entries(headers)],
    body,
  })

const sentBytes = () => Buffer.from(all.last().body)

describe('provider/model', () => {
  test.each([
    ['/v1/chat/completions', 'groq/openai/gpt-oss-120b', 'groq', 'openai/gpt-oss-120b'],
    ['/v1/chat/completions', 'openrouter/anthropic/claude-sonnet-4.5', 'openrouter', 'anthropic/claude-sonnet-4.5'],
    ['/v1/chat/completions', 'OpenRouter/x-ai/grok-4', 'openrouter', 'x-ai/grok-4'],
    [
      '/v1/chat/completions',
      'together/meta-llama/Llama-3.3-70B-Instruct-Turbo',
      'together',
      'meta-llama/Llama-3.3-70B-Instruct-Turbo',
    ],
    ['/v1/chat/completions', 'ollama/llama3.2:3b', 'ollama', 'llama3.2:3b'],
    ['/v1/messages', 'anthropic/claude-sonnet-4-5', 'anthropic', 'claude-sonnet-4-5'],
    ['/v1/responses', 'xai/grok-4', 'xai', 'grok-4'],
  ])('%s with %s goes to %s as %s', async (target, asked, provider, sent) => {
    const body = (model: string) =>
      `{ "t":"\\"model\\":\\"${asked}\\"", "n":1e400, "model" : "${model}" ,\n"m":[{"model":"${asked}"}], "i":12345678901234567890}`
    expect((await post(target, body(asked))).status).toBe(200)
    expect(all.last().provider).toBe(provider as never)
    expect(all.last().text).toBe(body(sent))
    expect(all.relay.lastRow()).toMatchObject({ provider, requested_model: asked, routed_model: sent })
  })

  test('leaves invalid UTF-8 and a byte order mark where they are', async () => {
    const around = (model: string) =>
      Buffer.concat([
        Buffer.from([0xef, 0xbb, 0xbf]),
        Buffer.from('{"t":"'),
        Buffer.from([0xff, 0xc3, 0x28]),
        Buffer.from(`","\\u006dodel":"${model}"}\n`),
      ])
    expect((await post('/v1/chat/completions', around('groq/llama-3.3-70b-versatile'))).status).toBe(200)
    expect(sentBytes().equals(around('llama-3.3-70b-versatile'))).toBe(true)
  })

  test('is written into the path for Gemini, and its body stays', async () => {
    const body = '{"model":"models/anything","contents":[]}'
    expect((await post('/v1beta/models/google%2Fgemini-2.5-flash:generateContent', body)).status).toBe(200)
    expect(all.last()).toMatchObject({
      provider: 'google',
      target: '/v1beta/models/gemini-2.5-flash:generateContent',
      text: body,
    })
    expect(all.relay.lastRow()).toMatchObject({
      requested_model: 'google/gemini-2.5-flash',
      routed_model: 'gemini-2.5-flash',
    })
  })

  test('is shown in the response’s headers', async () => {
    const response = await post('/v1/chat/completions', '{"model":"groq/openai/gpt-oss-120b"}')
    expect(response.get('x-relayplane-requested-model')).toBe('groq/openai/gpt-oss-120b')
    expect(response.get('x-relayplane-model')).toBe('openai/gpt-oss-120b')
    expect(response.get('x-relayplane-provider')).toBe('groq')
  })
})

describe('X-RelayPlane-Model', () => {
  test('goes before the body’s model, which the row keeps as the requested one', async () => {
    const body = (model: string) => `{"messages":[ ],"model":"${model}"}`
    const header = { 'X-RelayPlane-Model': 'groq/openai/gpt-oss-120b' }
    expect((await post('/v1/chat/completions', body('gpt-4o-mini'), header)).status).toBe(200)
    expect(all.last()).toMatchObject({ provider: 'groq', text: body('openai/gpt-oss-120b') })
    expect(all.relay.lastRow()).toMatchObject({
      requested_model: 'gpt-4o-mini',
      routed_model: 'openai/gpt-oss-120b',
      provider: 'groq',
    })
  })

  test('that is blank counts for nothing', async () => {
    const body = '{"model":"gpt-4o-mini"}'
    expect((await post('/v1/chat/completions', body, { 'X-RelayPlane-Model': ' ' })).status).toBe(200)
    expect(all.last()).toMatchObject({ provider: 'openai', text: body })
  })

  test('that nobody knows is a 404', async () => {
    const response = await post('/v1/chat/completions', '{"model":"gpt-4o-mini"}', {
      'X-RelayPlane-Model': 'no-such-one',
    })
    expect(response.status).toBe(404)
    expect(response.text).toContain('no-such-one')
  })
})

const asking = '"stream_options":{"include_usage":true},'
const withoutUsage = chatFrames.filter((frame) => !frame.includes('"prompt_tokens"')).join('')

describe('a chat’s stream', () => {
  test('is asked for its usage; that chunk is taken out again, and “usage”: null stays in the others', async () => {
    frames = chatFrames
    const body = '"model":"gpt-4o-mini", "stream": true ,"messages":[]}'
    const response = await post('/v1/chat/completions', `{${body}`)
    expect(all.last().text).toBe(`{${asking}${body}`)
    expect(response.text).toBe(withoutUsage)
    expect(response.text).toContain('"usage":null')
    expect(all.relay.lastRow()).toMatchObject({ input_tokens: 1000, output_tokens: 200, cost_nano_usd: 270_000 })
  })

  test.each([
    ['false', '{"include_usage": false}', '{"include_usage": true}'],
    ['null', 'null', '{"include_usage":true}'],
    ['something else', '{ "include_obfuscation":false }', '{"include_usage":true, "include_obfuscation":false }'],
  ])('whose stream_options say %s is asked too, the rest of them stays', async (_what, given, sent) => {
    const body = (options: string) => `{"model":"gpt-4o-mini","stream_options":${options},"stream":true}`
    const response = await post('/v1/chat/completions', body(given))
    expect(all.last().text).toBe(body(sent))
    expect(response.text).toBe(withoutUsage)
  })

  test.each(['"x"', '[1]', '{"include_usage":"yes"}'])(
    'whose stream_options are %s is passed on as it is: to refuse it is the provider’s part',
    async (given) => {
      const body = `{"model":"gpt-4o-mini","stream_options":${given},"stream":true}`
      const response = await post('/v1/chat/completions', body)
      expect(all.last().text).toBe(body)
      // Nobody asked in the client's stead, so nothing is taken out.
      expect(response.text).toBe(chatFrames.join(''))
    },
  )

  test('whose client asks for usage itself gets it, and its body is not touched', async () => {
    const body = '{"model":"gpt-4o-mini","stream":true,"stream_options":{ "include_usage":true }}'
    const response = await post('/v1/chat/completions', body)
    expect(all.last().text).toBe(body)
    expect(response.text).toBe(chatFrames.join(''))
  })

  test('is left alone where the provider sends usage unasked, or refuses to be asked', async () => {
    for (const [model, provider] of [
      ['mistral/mistral-small-latest', 'mistral'],
      ['groq/llama-3.3-70b-versatile', 'groq'],
      ['perplexity/sonar', 'perplexity'],
      ['openrouter/x-ai/grok-4', 'openrouter'],
    ] as const) {
      const body = (name: string) => `{"model":"${name}","stream":true}`
      const response = await post('/v1/chat/completions', body(model))
      expect([all.last().provider, all.last().text]).toEqual([provider, body(model.slice(provider.length + 1))])
      // What a provider sends of its own accord is the client's.
      expect(response.text).toBe(chatFrames.join(''))
    }
  })

  test('is asked at local servers as well', async () => {
    await post('/v1/chat/completions', '{"model":"ollama/llama3.2:3b","stream":true}')
    expect(all.last().text).toBe(`{${asking}"model":"llama3.2:3b","stream":true}`)
  })

  test('with usage and text in one chunk keeps the chunk', async () => {
    const both =
      'data: {"choices":[{"index":0,"delta":{"content":"x"},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":2,"total_tokens":12}}\n\n'
    frames = [both, 'data: [DONE]\n\n']
    const response = await post('/v1/chat/completions', '{"model":"gpt-4o-mini","stream":true}')
    expect(response.text).toBe(frames.join(''))
    expect(all.relay.lastRow()).toMatchObject({ input_tokens: 10, output_tokens: 2 })
    frames = chatFrames
  })

  test('with CRLF loses the chunk whole', async () => {
    frames = chatFrames.map((frame) => frame.replaceAll('\n', '\r\n'))
    const response = await post('/v1/chat/completions', '{"model":"gpt-4o-mini","stream":true}')
    expect(response.text).toBe(withoutUsage.replaceAll('\n', '\r\n'))
    frames = chatFrames
  })
})

describe('nobody else is asked for usage:', () => {
  test.each([
    ['a chat that does not stream', '/v1/chat/completions', '{"model":"gpt-4o-mini","stream":false}'],
    ['stream as a word', '/v1/chat/completions', '{"model":"gpt-4o-mini","stream":"true"}'],
    ['Messages', '/v1/messages', '{"model":"claude-sonnet-4-5","stream":true}'],
    ['Responses', '/v1/responses', '{"model":"gpt-5","stream":true}'],
    ['Completions', '/v1/completions', '{"model":"gpt-3.5-turbo-instruct","stream":true}'],
  ])('%s', async (_what, target, body) => {
    expect((await post(target, body)).status).toBe(200)
    expect(all.last().text).toBe(body)
  })
})

test('both edits at once, in a body with everything odd', async () => {
  const body = (options: string, model: string) =>
    `\ufeff{${options} "s":"\\\\\\"{[", "model":"${model}","a":{"model":"x","stream_options":1},"stream":true, "a":2}`
  const response = await post('/v1/chat/completions', body('', 'together/Qwen/Qwen3-8B'))
  expect(response.status).toBe(200)
  expect(sentBytes().toString()).toBe(body(asking, 'Qwen/Qwen3-8B'))
})
