/** Why a provider refused, read from what it says. */
import { describe, expect, test } from 'bun:test'
import type { Answered } from '../../src/pipeline/reply.ts'
import { lackIn, mayLackApi, mayRefuseSignature, refusesSignature } from '../../src/pipeline/refused.ts'
import { attempt } from '../support/calls.ts'

const reply = (status: number): Answered => ({
  kind: 'answered',
  upstream: new Response(null, { status }),
  attempt: attempt(),
  stripUsage: false,
  translation: null,
})
const saying = (text: string, status = 404) => ({ reply: reply(status), text })

describe('a path that is not there', () => {
  test.each([
    ['Express', '<pre>Cannot POST /v1/responses</pre>'],
    ['FastAPI', '{"detail":"Not Found"}'],
    ['llama.cpp', '{"error":{"code":404,"message":"File Not Found","type":"not_found_error"}}'],
    ['Go', '404 page not found'],
    ['OpenAI', '{"error":{"message":"Invalid URL (POST /v1/response)","type":"invalid_request_error","code":null}}'],
    ['nobody', ''],
    [
      'Groq',
      '{"error":{"message":"Unknown request URL: POST /openai/v1/x. Please check the URL for typos","type":"invalid_request_error","code":"unknown_url"}}',
    ],
    ['Azure', '{"error":{"code":"404","message":"Resource not found"}}'],
    [
      'xAI',
      '{"code":"Some requested entity was not found","error":"The requested resource was not found. Please check the URL and try again."}',
    ],
    ['Kong', '{"message":"no Route matched with those values"}'],
    ['a page about models', '<!DOCTYPE html><title>404</title><a href="/models">Models</a>'],
  ])('as %s says it', (_who, text) => {
    expect(lackIn(saying(text))).toBe('api')
  })
})

describe('a model that is not there', () => {
  test.each([
    [
      'OpenAI',
      '{"error":{"message":"The model `x` does not exist","type":"invalid_request_error","code":"model_not_found"}}',
    ],
    ['Anthropic', '{"type":"error","error":{"type":"not_found_error","message":"model: claude-x"}}'],
    [
      'Google',
      '{"error":{"code":404,"message":"models/x is not found for API version v1beta, or is not supported for generateContent. Call ListModels to see the list of available models and their supported methods.","status":"NOT_FOUND"}}',
    ],
    [
      'Vertex',
      '{"error":{"code":404,"message":"Publisher Model `projects/p/locations/l` was not found.","status":"NOT_FOUND"}}',
    ],
    ['Ollama', '{"error":{"message":"model \\"x\\" not found, try pulling it first"}}'],
    ['vLLM', '{"object":"error","message":"The model `x` does not exist.","type":"NotFoundError","code":404}'],
    [
      'Azure',
      '{"error":{"code":"DeploymentNotFound","message":"The API deployment for this resource does not exist."}}',
    ],
  ])('as %s says it', (_who, text) => {
    expect(lackIn(saying(text))).toBeNull()
  })
})

test.each([
  [
    'an item that OpenAI did not keep',
    "Item with id 'rs_1' not found. Items are not persisted when `store` is set to false.",
  ],
  ['an answer', "Previous response with id 'resp_1' not found."],
  ['a cache of Gemini’s', 'CachedContent not found (or permission denied)'],
  ['a file', 'File not found: file_011CN'],
  ['a container', "Container with id 'cntr_1' not found."],
])('what is missing may be %s', (_what, message) => {
  expect(lackIn(saying(JSON.stringify({ error: { message, type: 'invalid_request_error', code: null } })))).toBeNull()
})

test('a method that is not taken means the path, whatever is said', () => {
  for (const status of [405, 501]) {
    expect(lackIn(saying('{"error":"unsupported"}', status))).toBe('api')
    expect(lackIn(saying('', status))).toBe('api')
  }
})

test.each([
  'This is not a chat model and thus not supported in the v1/chat/completions endpoint. Did you mean to use v1/completions?',
  'This model is only supported in v1/responses and not in v1/chat/completions.',
])('a model that another API serves: %s', (message) => {
  expect(lackIn(saying(JSON.stringify({ error: { message } })))).toBe('for-model')
})

test('only what may mean a missing path is looked at, and only a 400 for a signature', () => {
  const statuses = [200, 400, 401, 403, 404, 405, 410, 429, 500, 501, 503]
  expect(statuses.filter((status) => mayLackApi(reply(status)))).toEqual([404, 405, 501])
  expect(statuses.filter((status) => mayRefuseSignature(reply(status)))).toEqual([400])
})

describe('a signature that is refused', () => {
  test.each([
    ['Anthropic', 'messages.1.content.0: Invalid `signature` in `thinking` block'],
    [
      'Anthropic',
      'messages.3.content.0.type: Expected `thinking` or `redacted_thinking`, but found `tool_use`. When `thinking` is enabled, a final `assistant` message must start with a thinking block',
    ],
    [
      'OpenAI',
      'The encrypted content gAAA... could not be verified. Reason: Encrypted content could not be decrypted or parsed.',
    ],
    ['OpenAI', "Item 'fc_1' of type 'function_call' was provided without its required 'reasoning' item: 'rs_1'."],
    ['Google', 'Function call is missing a thought_signature in functionCall parts.'],
    ['Google', 'Corrupted thought signature.'],
  ])('as %s says it: %s', (_who, message) => {
    expect(refusesSignature(saying(JSON.stringify({ error: { message } })))).toBe(true)
  })

  test.each([
    'max_tokens: 99999 > 64000, which is the maximum allowed number of output tokens',
    '`thinking.budget_tokens` must be less than `max_tokens`',
    "Unsupported parameter: 'temperature' is not supported with this model.",
    "Invalid value: 'reasoning_effort'.",
  ])('and not: %s', (message) => {
    expect(refusesSignature(saying(JSON.stringify({ error: { message } })))).toBe(false)
  })
})
