/** Signed thoughts: each goes back to its signer as it was and to nobody else; refused, they are left out once and for the session. */
import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { json } from '../support/provider.ts'
import { anthropicReply, chatReply, geminiReply, responsesReply, signatureRefusal } from '../support/replies.ts'
import { ask, startTranslating, type Translating } from './translating.ts'

/** What a provider refuses, or answers; null for its usual answer. */
let answer: (target: string, text: string) => Response | null = () => null
let all: Translating
beforeEach(async () => {
  answer = () => null
  all = await startTranslating(({ target, text }) => {
    const special = answer(target, text)
    if (special !== null) return special
    if (target.includes('messages')) return json(anthropicReply)
    if (target.includes('responses')) return json(responsesReply)
    return target.includes('models') ? json(geminiReply) : json(chatReply)
  })
})
afterEach(() => all.stop())

const session = { 'x-relayplane-session': 'one' }
const texts = () => all.seen.map(({ text }) => text)
const post = (path: string, body: string, headers: Record<string, string> = session) =>
  fetch(all.relay.url + path, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body })

/** As Anthropic says it. */
const invalid = (text: string) => (text.includes('"signature"') ? json(signatureRefusal, { status: 400 }) : null)

/** A conversation with signed thoughts in it, spelled oddly. @param thought What stands at the start of the second turn. */
const conversation = (thought: string, said = '"Because."') =>
  `{ "max_tokens":900, "x_new" : 1e400,"messages":[ {"role":"user","content":"why?"},` +
  `{"role":"assistant","content":[${thought}{"type":"text","text":${said}}]}, {"role":"user","content":"go on"} ] ,"model":"claude-sonnet-4-5"}`
const signed = '{"type":"thinking","thinking":"Hm.","signature":"EqQBCgIYAhIM"},'

describe('a signature that its own provider refuses', () => {
  test('is left out once, and in this session from then on', async () => {
    answer = (_target, text) => invalid(text)
    const response = await post('/v1/messages', conversation(signed))
    expect(response.status).toBe(200)
    expect(texts()[0]).toBe(conversation(signed))
    expect(texts()[1]).toBe(
      `{ "max_tokens":900, "x_new" : 1e400,"messages":[{"role":"user","content":"why?"},` +
        `{"role":"assistant","content":[{"type":"text","text":"Because."}]},{"role":"user","content":"go on"}] ,"model":"claude-sonnet-4-5"}`,
    )
    expect(all.relay.lastRow()).toMatchObject({ outcome: 'complete', status: 200, translated_to: null })
    const rows = all.relay.rows('SELECT number, status FROM attempts ORDER BY number')
    expect(rows).toEqual([
      { number: 1, status: 400 },
      { number: 2, status: 200 },
    ])
    expect(String(all.relay.lastRow()['trace'])).toContain('left out signed thoughts')

    await post('/v1/messages', conversation(signed))
    expect(texts()).toHaveLength(3)
    expect(texts()[2]).not.toContain('signature')
    // Another conversation keeps its own.
    await post('/v1/messages', conversation(signed), { 'x-relayplane-session': 'two' })
    expect(texts()).toHaveLength(5)
    expect(texts()[3]).toBe(conversation(signed))
  })

  test('is not retried for a 400 that is about something else', async () => {
    answer = () =>
      json(
        { type: 'error', error: { type: 'invalid_request_error', message: 'max_tokens: too high' } },
        { status: 400 },
      )
    const response = await post('/v1/messages', conversation(signed))
    expect(response.status).toBe(400)
    expect(texts()).toEqual([conversation(signed)])
  })

  test('is kept for the next request when leaving it out did not help', async () => {
    answer = (_target, text) =>
      invalid(text) ?? json({ type: 'error', error: { type: 'invalid_request_error', message: 'no' } }, { status: 400 })
    expect((await post('/v1/messages', conversation(signed))).status).toBe(400)
    expect(texts()).toHaveLength(2)
    await post('/v1/messages', conversation(signed))
    expect(texts()[2]).toBe(conversation(signed))
  })

  test('rests the thinking of a model that would begin its turn with it', async () => {
    answer = (_target, text) => invalid(text)
    const body = JSON.stringify({
      model: 'claude-sonnet-4-5',
      max_tokens: 8000,
      thinking: { type: 'enabled', budget_tokens: 2048 },
      tools: [{ name: 'look', input_schema: { type: 'object' } }],
      messages: [
        { role: 'user', content: 'look' },
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'Hm.', signature: 'EqQBCgIYAhIM' },
            { type: 'tool_use', id: 'toolu_1', name: 'look', input: {} },
          ],
        },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'a wall' }] },
      ],
    })
    expect((await post('/v1/messages', body)).status).toBe(200)
    const second = JSON.parse(texts()[1] ?? '') as Record<string, unknown>
    expect(second['thinking']).toBeUndefined()
    expect(second['tools']).toEqual([{ name: 'look', input_schema: { type: 'object' } }])
  })

  test('is left out of a translated request in the same way', async () => {
    const first = await ask(all, 'openai-chat', { model: 'claude-sonnet-4-5' })
    expect(first.status).toBe(200)
    const details = [
      { type: 'reasoning.encrypted', data: sealOf('anthropic', { signature: 'EqQB' }), id: 'reasoning-0-3', index: 0 },
    ]
    answer = (_target, text) => invalid(text)
    const more = {
      messages: [
        { role: 'user', content: 'why?' },
        { role: 'assistant', content: 'Because.', reasoning: 'Hm.', reasoning_details: details },
        { role: 'user', content: 'go on' },
      ],
    }
    const response = await ask(all, 'openai-chat', { model: 'claude-sonnet-4-5', more })
    expect(response.status).toBe(200)
    const [, second = '', third = ''] = texts()
    expect(second).toContain('"signature":"EqQB"')
    expect(third).not.toContain('signature')
    expect(third).toContain('Because.')
  })
})

/** As a client of another dialect has kept it: what that provider signed. */
const sealOf = (by: string, value: object, form = by): string =>
  `rp1_${Buffer.from(JSON.stringify([form, by, value])).toString('base64url')}`

describe('thoughts that another provider has signed', () => {
  const gpts = sealOf('openai', { id: 'rs_1', encrypted_content: 'gAAAA' }, 'openai-responses')
  const sealed = `{"type":"thinking","thinking":"Hm.","signature":"${gpts}"},`

  test('are left out before Claude sees them; no byte beside the messages changes', async () => {
    const response = await post('/v1/messages', conversation(sealed))
    expect(response.status).toBe(200)
    expect(texts()).toEqual([
      `{ "max_tokens":900, "x_new" : 1e400,"messages":[{"role":"user","content":"why?"},` +
        `{"role":"assistant","content":[{"type":"text","text":"Because."}]},{"role":"user","content":"go on"}] ,"model":"claude-sonnet-4-5"}`,
    ])
    expect(String(all.relay.lastRow()['trace'])).toContain("left out other models' thoughts")
  })

  test('and before they are counted', async () => {
    await post('/v1/messages/count_tokens', conversation(sealed))
    expect(all.last().target).toBe('/anthropic/v1/messages/count_tokens')
    expect(texts()[0]).not.toContain('rp1_')
  })

  test('take a turn with them that was nothing else', async () => {
    const body = `{"model":"claude-sonnet-4-5","max_tokens":9,"messages":[{"role":"user","content":"a"},{"role":"assistant","content":[${sealed.slice(0, -1)}]},{"role":"user","content":"b"}]}`
    await post('/v1/messages', body)
    expect(JSON.parse(texts()[0] ?? '')).toMatchObject({
      messages: [
        { role: 'user', content: 'a' },
        { role: 'user', content: 'b' },
      ],
    })
  })

  test('a prompt that only speaks of a seal is not touched', async () => {
    const body = conversation(signed, '"It begins with rp1_ and base64."')
    await post('/v1/messages', body)
    expect(texts()).toEqual([body])
    expect(String(all.relay.lastRow()['trace'])).not.toContain('left out')
  })

  test('a request that can’t be understood goes on as it is', async () => {
    const body = `{"model":"claude-sonnet-4-5","messages":"rp1_"}`
    await post('/v1/messages', body)
    expect(texts()).toEqual([body])
  })

  test('are left out before OpenAI sees them, and the Gemini API', async () => {
    const claudes = sealOf('anthropic', { signature: 'EqQB' })
    await post(
      '/v1/responses',
      `{"model":"gpt-5", "input":[{"role":"user","content":"a"},{"type":"reasoning","id":"rs_2","summary":[],"encrypted_content":"${claudes}"},{"role":"assistant","content":"b"},{"role":"user","content":"c"}]}`,
    )
    expect(all.last().text).not.toContain('rp1_')
    expect(all.last().text).toStartWith('{"model":"gpt-5", "input":[')
    await post(
      '/v1beta/models/gemini-3-pro-preview:generateContent',
      `{"contents": [{"role":"user","parts":[{"text":"a"}]},{"role":"model","parts":[{"functionCall":{"name":"f","args":{}},"thoughtSignature":"${claudes}"}]},{"role":"user","parts":[{"functionResponse":{"name":"f","response":{}}}]}]}`,
    )
    expect(all.last().text).not.toContain('rp1_')
    // Gemini 3 takes no call of the running turn without a word in the signature's place.
    expect(all.last().text).toContain('"thoughtSignature":"skip_thought_signature_validator"')
  })
})
