/** Thoughts that nobody signed, on their way through a client whose dialect wants a signature on each. */
import { expect, test } from 'bun:test'
import type { Target } from '../../src/wire/translator.ts'
import { translators } from '../../src/wire/translators.ts'

const stamp = { id: '0198ab', createdS: 1, model: 'm' }
const url = { model: null, isStream: false }
const target = (over: Partial<Target>): Target => ({
  provider: 'deepseek',
  model: 'm',
  echoesReasoning: false,
  maxOutputTokens: 1000,
  thinking: 'effort',
  ...over,
})

/** What Claude Code sends back after an answer of a Chat Completions model that thought aloud. */
function nextRequest() {
  const { anthropic, 'openai-chat': chat } = translators
  const ask = { model: 'm', max_tokens: 100, messages: [{ role: 'user', content: 'Sum?' }] }
  const message = { role: 'assistant', reasoning_content: 'Two and two.', content: 'Four.' }
  const reply = chat.readReply(
    { id: 'c1', model: 'm', choices: [{ index: 0, message, finish_reason: 'stop' }] },
    { provider: 'deepseek', id: '0198ab' },
  )
  const { body } = anthropic.writeReply(reply, anthropic.readRequest(ask, url), stamp)
  const { content } = body as { content: unknown }
  return {
    ...ask,
    messages: [...ask.messages, { role: 'assistant', content }, { role: 'user', content: 'And three?' }],
  }
}

test('reach a model that wants its own words back', () => {
  const asked = translators.anthropic.readRequest(nextRequest(), url)
  const { body } = translators['openai-chat'].writeRequest(asked, target({ echoesReasoning: true }))
  const { messages } = body as { messages: readonly unknown[] }
  expect(messages[1]).toEqual({ role: 'assistant', content: 'Four.', reasoning_content: 'Two and two.' })
})

test.each([
  ['anthropic', 'anthropic'],
  ['openai-responses', 'openai'],
  ['gemini', 'google'],
  ['openai-chat', 'groq'],
] as const)('reach no other: not %s', (dialect, provider) => {
  const asked = translators.anthropic.readRequest(nextRequest(), url)
  const { body } = translators[dialect].writeRequest(asked, target({ provider }))
  expect(JSON.stringify(body)).toContain('Four.')
  expect(JSON.stringify(body)).not.toContain('Two and two.')
})
