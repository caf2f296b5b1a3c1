/** An id of 64 bits on its whole way through: translated there and back, and in a conversation that is written anew. */
import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { json, sse } from '../support/provider.ts'
import { anthropicReply, signatureRefusal } from '../support/replies.ts'
import { startTranslating, type Translating } from './translating.ts'

let answer: (text: string) => Response = () => json(anthropicReply)
let all: Translating
beforeEach(async () => {
  answer = () => json(anthropicReply)
  all = await startTranslating(({ text }) => answer(text))
})
afterEach(() => all.stop())

const id = '1234567890123456789'
const jsonText = (text: string) => new Response(text, { headers: { 'content-type': 'application/json' } })
const post = (path: string, body: string) =>
  fetch(all.relay.url + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body })

/** @param thought What stands at the start of the model's turn. */
const conversation = (model: string, thought = '', input = `{"id":${id}}`) =>
  `{"model":"${model}","max_tokens":900,"messages":[{"role":"user","content":"look"},{"role":"assistant","content":[${thought}{"type":"tool_use","id":"toolu_1","name":"get","input":${input}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1","content":"a wall"}]}],"tools":[{"name":"get","input_schema":{"type":"object","properties":{"id":{"type":"integer","maximum":${id}}}}}]}`

describe('a translated request', () => {
  const called = `{"candidates":[{"content":{"role":"model","parts":[{"functionCall":{"name":"get","args":{"id":${id},"zero":-0,"far":1e400}}}]},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":1,"candidatesTokenCount":1,"totalTokenCount":2}}`
  const args = `{"id":${id},"zero":-0,"far":1e400}`

  test('says the numbers of its history and its tools, and gets those of the answer', async () => {
    answer = () => jsonText(called)
    const response = await post('/v1/messages', conversation('gemini-2.5-pro'))
    expect(await response.text()).toContain(`"input":${args}`)
    expect(response.headers.get('x-relayplane-dropped')).toBeNull()
    expect(all.last().text).toContain(`"args":{"id":${id}}`)
    expect(all.last().text).toContain(`"maximum":${id}`)
  })

  test('gets them from a stream too', async () => {
    answer = () => sse([`data: ${called}\n\n`])
    const body = conversation('gemini-2.5-pro').replace('{', '{"stream":true,')
    const response = await post('/v1/messages', body)
    expect(await response.text()).toContain(`"partial_json":${JSON.stringify(args)}`)
  })

  test('has a number that the other dialect takes no such one of among what is dropped', async () => {
    answer = () => jsonText(called)
    const body = `{"model":"gemini-2.5-pro","seed":${id},"messages":[{"role":"user","content":"x"}]}`
    const response = await post('/v1/chat/completions', body)
    expect(response.headers.get('x-relayplane-dropped')).toBe('seed')
  })

  test('is refused rather than changed where it is nested too deeply', async () => {
    const nested = '['.repeat(30_000) + id + ']'.repeat(30_000)
    const response = await post('/v1/messages', conversation('gemini-2.5-pro', '', `{"a":${nested}}`))
    expect(response.status).toBe(400)
    expect(await response.text()).toContain('The request body is nested too deeply.')
    expect(all.seen).toEqual([])
  })
})

describe('a conversation whose messages are written anew keeps the numbers of every turn', () => {
  test('after its provider has refused a signature', async () => {
    answer = (text) => (text.includes('"signature"') ? json(signatureRefusal, { status: 400 }) : json(anthropicReply))
    const signed = '{"type":"thinking","thinking":"Hm.","signature":"EqQBCgIYAhIM"},'
    expect((await post('/v1/messages', conversation('claude-sonnet-4-5', signed))).status).toBe(200)
    expect(all.seen.map(({ text }) => text)).toEqual([
      conversation('claude-sonnet-4-5', signed),
      conversation('claude-sonnet-4-5'),
    ])
  })

  test("without another model's thought", async () => {
    const sealed = Buffer.from('["openai-responses","openai",{"id":"rs_1"}]').toString('base64url')
    const thought = `{"type":"thinking","thinking":"Hm.","signature":"rp1_${sealed}"},`
    expect((await post('/v1/messages', conversation('claude-sonnet-4-5', thought))).status).toBe(200)
    expect(all.last().text).toBe(conversation('claude-sonnet-4-5'))
  })
})
