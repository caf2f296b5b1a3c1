/** What can't be asked of another dialect's model is refused in the caller's words, before anything is sent; what it can do without is named. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { json } from '../support/provider.ts'
import { anthropicReply, chatReply, geminiReply, responsesReply } from '../support/replies.ts'
import { ask, startTranslating, type Translating } from './translating.ts'

let all: Translating
let keyless: Translating
let off: Translating
beforeAll(async () => {
  const script = ({ target }: { readonly target: string }) => {
    if (target.includes('messages')) return json(anthropicReply)
    if (target.includes('responses')) return json(responsesReply)
    return target.includes('models') ? json(geminiReply) : json(chatReply)
  }
  all = await startTranslating(script)
  keyless = await startTranslating(script, {
    variables: { ANTHROPIC_API_KEY: '', OPENAI_API_KEY: '', GEMINI_API_KEY: '', TOGETHER_API_KEY: '' },
  })
  off = await startTranslating(script, { config: { enabled: false } })
})
afterAll(() => Promise.all([all.stop(), keyless.stop(), off.stop()]))

const droppedBy = (response: Response) => response.headers.get('x-relayplane-dropped')?.split(', ') ?? []
const rowDropped = () => JSON.parse(String(all.relay.lastRow()['dropped'])) as string[]

describe('without a key for the provider', () => {
  test.each([
    ['openai-chat', 'claude-sonnet-4-5', 'ANTHROPIC_API_KEY', 'Anthropic'],
    ['anthropic', 'gpt-5', 'OPENAI_API_KEY', 'OpenAI'],
    ['anthropic', 'gemini-2.5-flash', 'GEMINI_API_KEY', 'Google Gemini'],
    ['gemini', 'together/Qwen/Qwen3-8B', 'TOGETHER_API_KEY', 'Together AI'],
  ] as const)('a %s client that wants %s is told to set %s', async (client, model, variable, name) => {
    const response = await ask(keyless, client, { model })
    expect(response.status).toBe(401)
    expect(response.headers.get('x-should-retry')).toBe('false')
    const text = await response.text()
    expect(text).toContain(`There is no key for ${name}.`)
    expect(text).toContain(`Set ${variable}`)
    expect(text).not.toContain('FAKE')
    expect(keyless.seen).toEqual([])
    expect(keyless.relay.lastRow()).toMatchObject({ outcome: 'refused', error_code: 'unauthorized', cost_nano_usd: 0 })
  })
})

describe('what another vendor keeps can’t be asked for elsewhere:', () => {
  test.each([
    ['previous_response_id', { previous_response_id: 'resp_1' }],
    ['conversation', { conversation: 'conv_1' }],
    ['prompt', { prompt: { id: 'pmpt_1' } }],
    ['background', { background: true }],
  ])('%s', async (field, more) => {
    const before = all.seen.length
    const response = await ask(all, 'openai-responses', { model: 'claude-sonnet-4-5', more })
    expect(response.status).toBe(400)
    const { error } = (await response.json()) as { error: { message: string; code: string; type: string } }
    expect(error).toMatchObject({ type: 'invalid_request_error', code: 'unsupported' })
    expect(error.message).toStartWith(field)
    expect(all.seen.length).toBe(before)
    expect(all.relay.lastRow()).toMatchObject({ outcome: 'refused', error_code: 'unsupported', provider: null })
  })

  test('asked for of their own vendor they pass', async () => {
    const more = { previous_response_id: 'resp_1' }
    const response = await ask(all, 'openai-responses', { model: 'gpt-5', more })
    expect(response.status).toBe(200)
    expect(response.headers.get('x-relayplane-route')).toBe('passthrough')
    expect(all.last().text).toBe('{"model":"gpt-5","input":"Who are you?","previous_response_id":"resp_1"}')
  })

  test('left empty they ask for nothing', async () => {
    const more = { previous_response_id: null, conversation: null, background: false }
    expect((await ask(all, 'openai-responses', { model: 'claude-sonnet-4-5', more })).status).toBe(200)
  })
})

test.each([
  [
    'anthropic',
    {
      type: 'error',
      error: {
        type: 'invalid_request_error',
        message: expect.stringMatching(/^prompt is too long: \d+ tokens > \d+ maximum/),
      },
    },
  ],
  ['openai-responses', { error: { code: 'context_length_exceeded' } }],
  [
    'gemini',
    {
      error: {
        code: 400,
        status: 'INVALID_ARGUMENT',
        message: expect.stringContaining('exceeds the maximum number of tokens'),
      },
    },
  ],
] as const)('a conversation far too long for the model is refused before it is sent (%s)', async (client, expected) => {
  const before = all.seen.length
  const long = 'never tell me the odds '.repeat(80_000)
  const more = {
    anthropic: { messages: [{ role: 'user', content: long }] },
    'openai-responses': { input: long },
    gemini: { contents: [{ role: 'user', parts: [{ text: long }] }] },
  }[client]
  const response = await ask(all, client, { model: 'mistral/mistral-large-latest', more })
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject(expected)
  expect(all.seen.length).toBe(before)
  expect(all.relay.lastRow()).toMatchObject({ outcome: 'refused', error_code: 'context-exceeded', cost_nano_usd: 0 })
})

describe('what the model can do without is left out and named:', () => {
  const image = { type: 'image_url', image_url: { url: 'https://example.org/cat.png' } }
  const withImage = { messages: [{ role: 'user', content: [{ type: 'text', text: 'What is it?' }, image] }] }

  test('the URL of an image, where only bytes are taken', async () => {
    const fileData = { fileUri: 'https://example.org/cat.png', mimeType: 'image/png' }
    const more = { contents: [{ role: 'user', parts: [{ text: 'What is it?' }, { fileData }] }] }
    const response = await ask(all, 'gemini', { model: 'ollama/llava:13b', more })
    expect(response.status).toBe(200)
    expect(droppedBy(response)).toEqual(['image url'])
    expect(rowDropped()).toEqual(['image url'])
    expect(all.last().text).toContain('[image left out: ')
    expect(all.last().text).not.toContain('example.org')
    expect(String(all.relay.lastRow()['trace'])).toContain('dropped image url')
  })

  test('and passed on where it is', async () => {
    const response = await ask(all, 'openai-chat', { model: 'claude-sonnet-4-5', more: withImage })
    expect(droppedBy(response)).toEqual([])
    expect(all.last().text).toContain('"url":"https://example.org/cat.png"')
  })

  test('sampling that it refuses, and fields that its dialect has not', async () => {
    const more = { top_k: 5, temperature: 0.5, stop_sequences: ['x'], container: 'box' }
    const response = await ask(all, 'anthropic', { model: 'gpt-5', more })
    expect(droppedBy(response).toSorted()).toEqual(['container', 'stop', 'temperature', 'top_k'])
    expect(rowDropped().toSorted()).toEqual(['container', 'stop', 'temperature', 'top_k'])
    expect(JSON.parse(all.last().text)).toEqual(
      expect.not.objectContaining({ temperature: expect.anything(), top_k: expect.anything() }),
    )
  })

  test('in a stream too, before it begins', async () => {
    const response = await ask(all, 'anthropic', { model: 'gpt-5', isStream: true, more: { top_k: 5 } })
    expect(droppedBy(response)).toEqual(['top_k'])
    await response.text()
  })
})

test('tools are not left out: a model without them refuses the request', async () => {
  const before = all.seen.length
  const tools = [{ name: 'get_weather', input_schema: { type: 'object', properties: {} } }]
  const response = await ask(all, 'anthropic', { model: 'perplexity/sonar', more: { tools } })
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({
    error: { type: 'invalid_request_error', message: expect.stringContaining("can't call tools") },
  })
  expect(all.seen.length).toBe(before)
  expect(all.relay.lastRow()).toMatchObject({ outcome: 'refused', error_code: 'unsupported' })
})

test('switched off, nothing is translated, and the refusal says where the model can be asked', async () => {
  const response = await ask(off, 'anthropic', { model: 'gpt-5' })
  expect(response.status).toBe(400)
  const { error } = (await response.json()) as { error: { type: string; message: string } }
  expect(error).toEqual({
    type: 'invalid_request_error',
    message:
      'The model "gpt-5" is at OpenAI, which has nothing like /v1/messages. It answers at /v1/chat/completions, /v1/responses or /v1/embeddings.',
  })
  expect(off.seen).toEqual([])
  expect((await ask(off, 'openai-responses', { model: 'gpt-5' })).headers.get('x-relayplane-route')).toBe('passthrough')
})
