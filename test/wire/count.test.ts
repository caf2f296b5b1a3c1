import { describe, expect, test } from 'bun:test'
import { readCount, readCountRequest, writeCount, writeCountRequest } from '../../src/wire/count.ts'

describe('a request for a count', () => {
  const messages = [{ role: 'user', content: 'Hi' }]

  test('holds what counts and nothing that its API would refuse', () => {
    const body = {
      model: 'm',
      messages,
      system: 'S',
      tools: [],
      max_tokens: 9,
      stream: true,
      temperature: 1,
      metadata: {},
    }
    expect(writeCountRequest('anthropic', body, 'm')).toEqual({ model: 'm', messages, system: 'S', tools: [] })
    const asked = { model: 'm', input: 'Hi', store: false, include: [], max_output_tokens: 9, stream: true, text: {} }
    expect(writeCountRequest('openai-responses', asked, 'm')).toEqual({ model: 'm', input: 'Hi', text: {} })
  })

  test('of Gemini wraps the whole request, which names its model itself', () => {
    expect(writeCountRequest('gemini', { contents: [], tools: [] }, 'gemini-2.5-flash')).toEqual({
      generateContentRequest: { model: 'models/gemini-2.5-flash', contents: [], tools: [] },
    })
  })

  test('from Gemini’s clients is read wrapped and bare', () => {
    const inner = { contents: [] }
    expect(readCountRequest('gemini', inner)).toBe(inner)
    expect(readCountRequest('gemini', { generateContentRequest: inner })).toBe(inner)
    expect(readCountRequest('gemini', { generate_content_request: inner })).toBe(inner)
    const claudes = { generateContentRequest: inner }
    expect(readCountRequest('anthropic', claudes)).toBe(claudes)
  })
})

test('a count is read where each dialect has it, and nowhere else', () => {
  expect(readCount('anthropic', { input_tokens: 7 })).toBe(7)
  expect(readCount('openai-responses', { object: 'response.input_tokens', input_tokens: 0 })).toBe(0)
  expect(readCount('gemini', { totalTokens: 7, cachedContentTokenCount: 3 })).toBe(7)
  for (const body of [
    null,
    [],
    {},
    { input_tokens: '7' },
    { input_tokens: -1 },
    { input_tokens: 1.5 },
    { totalTokens: 7 },
  ])
    expect(readCount('anthropic', body)).toBeNull()
})

test('a count is written where each dialect reads it', () => {
  expect(writeCount('anthropic', 7)).toEqual({ input_tokens: 7 })
  expect(writeCount('gemini', 7)).toEqual({ totalTokens: 7 })
  expect(writeCount('openai-responses', 7)).toEqual({ object: 'response.input_tokens', input_tokens: 7 })
})
