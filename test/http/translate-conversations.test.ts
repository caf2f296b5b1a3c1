/** An agent that speaks Messages on models that sign their thoughts: over three turns each gets its own words back as it wrote them. */
import Anthropic from '@anthropic-ai/sdk'
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { json, sse } from '../support/provider.ts'
import { startTranslating, type Translating } from './translating.ts'

let all: Translating
beforeAll(async () => {
  all = await startTranslating(({ target, text }) => {
    const isGemini = target.startsWith('/google/')
    const turn = text.split(isGemini ? '"functionResponse"' : '"function_call_output"').length
    return isGemini ? json(geminiTurn(turn)) : sse(gptTurn(turn))
  })
})
afterAll(() => all.stop())

/** Two calls and a word, each with what must come back. */
const geminiTurn = (turn: number) => ({
  candidates: [
    {
      content: {
        role: 'model',
        parts: [
          { text: `Thought ${turn}.`, thought: true },
          turn < 3
            ? { functionCall: { name: 'Read', args: { file: `${turn}` } }, thoughtSignature: `c2lnbmF0dXJl${turn}==` }
            : { text: 'Done.', thoughtSignature: 'ZW5k' },
        ],
      },
      finishReason: 'STOP',
      index: 0,
    },
  ],
  usageMetadata: { promptTokenCount: 100, candidatesTokenCount: 10, totalTokenCount: 110 },
  modelVersion: 'gemini-3-pro-preview',
})

const event = (type: string, data: object) => `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`

function gptTurn(turn: number): readonly string[] {
  const reasoning = {
    type: 'reasoning',
    id: `rs_${turn}`,
    summary: [{ type: 'summary_text', text: `Thought ${turn}.` }],
    encrypted_content: `gAAAAB-${turn}_=`,
  }
  const call = {
    type: 'function_call',
    id: `fc_${turn}`,
    call_id: `call_${turn}`,
    name: 'Read',
    arguments: `{"file":"${turn}"}`,
    status: 'completed',
  }
  const said = {
    type: 'message',
    id: 'msg_3',
    role: 'assistant',
    status: 'completed',
    content: [{ type: 'output_text', text: 'Done.', annotations: [] }],
  }
  const output = [reasoning, turn < 3 ? call : said]
  const response = {
    id: `resp_${turn}`,
    object: 'response',
    model: 'gpt-5',
    status: 'completed',
    output,
    usage: { input_tokens: 100, output_tokens: 10, total_tokens: 110 },
  }
  return [
    event('response.created', { response: { ...response, status: 'in_progress', output: [], usage: null } }),
    ...output.flatMap((item, output_index) => [
      event('response.output_item.added', {
        output_index,
        item: { ...item, ...(item === reasoning && { summary: [], encrypted_content: 'early' }) },
      }),
      event('response.output_item.done', { output_index, item }),
    ]),
    event('response.completed', { response }),
  ]
}

/** What the model was sent on its last turn. */
async function converse(model: string): Promise<{ readonly sent: string; readonly last: Anthropic.Message }> {
  const client = new Anthropic({ baseURL: all.relay.apiUrl, apiKey: 'sk-ant-api03-not-a-real-key-0000000000' })
  const messages: Anthropic.MessageParam[] = [{ role: 'user', content: 'Read both.' }]
  const tools: Anthropic.Tool[] = [
    { name: 'Read', input_schema: { type: 'object', properties: { file: { type: 'string' } } } },
  ]
  for (let turn = 1; turn <= 3; turn++) {
    const last = await client.messages
      .stream({ model, max_tokens: 4000, messages, tools, thinking: { type: 'enabled', budget_tokens: 1024 } })
      .finalMessage()
    messages.push({ role: 'assistant', content: last.content })
    const use = last.content.find((block) => block.type === 'tool_use')
    if (use === undefined) return { sent: all.last().text, last }
    messages.push({ role: 'user', content: [{ type: 'tool_result', tool_use_id: use.id, content: `page ${turn}` }] })
  }
  throw new Error('it never ended')
}

test('Gemini 3 gets its signatures back where they stood', async () => {
  const { sent, last } = await converse('gemini-3-pro-preview')
  const { contents } = JSON.parse(sent) as { contents: unknown }
  expect(contents).toMatchObject([
    { role: 'user', parts: [{ text: 'Read both.' }] },
    {
      role: 'model',
      parts: [{ functionCall: { name: 'Read', args: { file: '1' } }, thoughtSignature: 'c2lnbmF0dXJl1==' }],
    },
    { role: 'user', parts: [{ functionResponse: { name: 'Read' } }] },
    {
      role: 'model',
      parts: [{ functionCall: { name: 'Read', args: { file: '2' } }, thoughtSignature: 'c2lnbmF0dXJl2==' }],
    },
    { role: 'user', parts: [{ functionResponse: { name: 'Read' } }] },
  ])
  expect(sent).not.toContain('rp1_')
  expect(last.content.some((block) => block.type === 'text' && block.text === 'Done.')).toBe(true)
})

test('GPT gets its encrypted reasoning back, ids and all', async () => {
  const { sent, last } = await converse('gpt-5')
  const { input, include, store } = JSON.parse(sent) as { input: object[]; include: string[]; store: boolean }
  expect(input).toMatchObject([
    { role: 'user' },
    { type: 'reasoning', id: 'rs_1', encrypted_content: 'gAAAAB-1_=' },
    { type: 'function_call', call_id: 'call_1', name: 'Read', arguments: '{"file":"1"}' },
    { type: 'function_call_output', call_id: 'call_1' },
    { type: 'reasoning', id: 'rs_2', encrypted_content: 'gAAAAB-2_=' },
    { type: 'function_call', call_id: 'call_2', name: 'Read', arguments: '{"file":"2"}' },
    { type: 'function_call_output', call_id: 'call_2' },
  ])
  expect(include).toEqual(['reasoning.encrypted_content'])
  expect(store).toBe(false)
  expect(sent).not.toContain('rp1_')
  expect(last.content).toMatchObject([
    { type: 'thinking', thinking: 'Thought 3.' },
    { type: 'text', text: 'Done.' },
  ])
})
