/** What the playground's form asks. */
import { expect, test } from 'bun:test'
import { emptyForm, playOf, trialOf } from '../../web/state/playground.ts'

test('a prompt and a model make a request of the endpoint', () => {
  expect(playOf({ ...emptyForm, text: ' Hello ' })).toEqual({
    kind: 'ask',
    ask: {
      endpoint: '/v1/messages',
      headers: {},
      body: { model: 'claude-opus-4-6', messages: [{ role: 'user', content: 'Hello' }] },
      settings: { routing: {} },
    },
  })
  expect(playOf({ ...emptyForm, text: 'Hello', endpoint: '/v1/responses' })).toMatchObject({
    ask: { body: { model: 'claude-opus-4-6', input: 'Hello' } },
  })
})

test('a pasted body keeps its own model, and gets the other where it has none', () => {
  const body = (text: string) => {
    const asked = playOf({ ...emptyForm, text })
    return asked.kind === 'ask' ? asked.ask.body : null
  }
  expect(body('{"model":"gpt-5.2","messages":[]}')).toEqual({ model: 'gpt-5.2', messages: [] })
  expect(body('{"messages":[]}')).toEqual({ messages: [], model: 'claude-opus-4-6' })
})

test('agent, home and settings to try go with it', () => {
  const form = { ...emptyForm, text: 'Hi', agent: 'codex', home: 'anthropic/claude-opus-4-6', cachedTokens: '900' }
  expect(playOf({ ...form, mode: 'auto', routing: '{"sticky":false,"mode":"cascade"}' })).toMatchObject({
    ask: {
      headers: { 'x-relayplane-agent': 'codex' },
      home: { model: 'anthropic/claude-opus-4-6', cachedTokens: 900 },
      settings: { routing: { sticky: false, mode: 'auto' } },
    },
  })
})

test.each([
  [{ text: '' }, 'Paste a request, or type a prompt.'],
  [{ text: '{"model": ' }, 'It begins as JSON and is none. Whole requests are pasted as their JSON body.'],
  [{ text: 'Hi', model: '' }, 'A prompt needs a model.'],
  [{ text: 'Hi', home: 'opus' }, 'Who has answered before is written provider/model.'],
  [{ text: 'Hi', cachedTokens: 'many' }, 'The cached tokens are a whole number.'],
  [{ text: 'Hi', routing: '[]' }, 'The settings are no JSON object such as {"mode": "auto"}.'],
])('a form with %p says what is missing', (part, sentence) => {
  expect(playOf({ ...emptyForm, ...part })).toEqual({ kind: 'fault', sentence })
})

test('settings alone can be tried on the past', () => {
  expect(trialOf({ mode: '', routing: '{"rules":[]}' })).toEqual({
    kind: 'ask',
    ask: { settings: { routing: { rules: [] } } },
  })
})
