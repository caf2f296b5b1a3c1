import { expect, test } from 'bun:test'
import { writeModel, writeModels, type ListedModel } from '../../src/pipeline/model-list.ts'

const bare: ListedModel = {
  id: 'ollama/llama3.2:3b',
  provider: 'ollama',
  contextTokens: null,
  maxOutputTokens: null,
  usdPerMillion: null,
}
const full: ListedModel = {
  id: 'gpt-5',
  provider: 'openai',
  contextTokens: 400_000,
  maxOutputTokens: 128_000,
  usdPerMillion: { input: '1.25', cacheRead: '0.125', output: '10' },
}
const price = { usd_per_million_tokens: { input: '1.25', cache_read: '0.125', output: '10' } }

test('what is not known of a model is left out where the dialect lets it be, and never zero', () => {
  expect(writeModel('openai-responses', bare)).toEqual({
    id: 'ollama/llama3.2:3b',
    object: 'model',
    created: 0,
    owned_by: 'ollama',
  })
  expect(writeModel('anthropic', bare)).toEqual({
    type: 'model',
    id: 'ollama/llama3.2:3b',
    display_name: 'ollama/llama3.2:3b',
    created_at: '1970-01-01T00:00:00Z',
    max_input_tokens: null,
    max_tokens: null,
  })
  expect(writeModel('gemini', bare)).toEqual({
    name: 'models/ollama/llama3.2:3b',
    displayName: 'ollama/llama3.2:3b',
    supportedGenerationMethods: ['generateContent', 'countTokens'],
  })
})

test('prices are decimal text, and only those kinds that have one', () => {
  expect(writeModel('openai-chat', full)).toEqual({
    id: 'gpt-5',
    object: 'model',
    created: 0,
    owned_by: 'openai',
    context_length: 400_000,
    max_completion_tokens: 128_000,
    ...price,
  })
  expect(writeModel('gemini', full)).toMatchObject({ inputTokenLimit: 400_000, outputTokenLimit: 128_000, ...price })
})

test('a list is what the dialect calls one, an empty one too', () => {
  expect(writeModels('openai-chat', [])).toEqual({ object: 'list', data: [] })
  expect(writeModels('gemini', [])).toEqual({ models: [] })
  expect(writeModels('anthropic', [])).toEqual({ data: [], has_more: false, first_id: null, last_id: null })
  expect(writeModels('anthropic', [full, bare])).toMatchObject({ first_id: 'gpt-5', last_id: 'ollama/llama3.2:3b' })
})
