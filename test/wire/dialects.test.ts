import { Stream as AnthropicStream } from '@anthropic-ai/sdk/core/streaming'
import { expect, test } from 'bun:test'
import { Stream as OpenAiStream } from 'openai/core/streaming'
import { AppError } from '../../src/neutral/error.ts'
import { dialects } from '../../src/wire/dialects.ts'

const error = new AppError('provider-unreachable', 'The provider closed the connection.')

/** What the official client throws when our error comes after the stream has begun. */
async function thrownBy(read: (response: Response) => AsyncIterable<unknown>, dialect: keyof typeof dialects) {
  const stream = read(new Response(dialects[dialect].writeErrorFrame(error)))
  try {
    for await (const event of stream) expect(event).toBeUndefined()
  } catch (fault) {
    return fault as Record<string, unknown>
  }
  throw new Error('The client took the error for an event.')
}

test('every dialect stands under its own name', () => {
  expect(Object.entries(dialects).map(([name, { id }]) => [name, id])).toEqual([
    ['anthropic', 'anthropic'],
    ['openai-chat', 'openai-chat'],
    ['openai-responses', 'openai-responses'],
    ['gemini', 'gemini'],
  ])
})

test('marks are ASCII, so that they can be looked for in bytes', () => {
  const marks = Object.values(dialects).flatMap((dialect) => dialect.marks.read)
  expect(marks.filter((mark) => !/^[\x20-\x7e]+$/.test(mark))).toEqual([])
})

test('Anthropic’s client throws our error inside a stream, with its type', async () => {
  const fault = await thrownBy(
    (response) => AnthropicStream.fromSSEResponse(response, new AbortController()),
    'anthropic',
  )
  expect([fault.type, fault.apiMessage]).toEqual(['api_error', 'The provider closed the connection.'])
})

test.each(['openai-chat', 'openai-responses'] as const)(
  'OpenAI’s client throws our error inside a stream of %s',
  async (id) => {
    const fault = await thrownBy((response) => OpenAiStream.fromSSEResponse(response, new AbortController()), id)
    expect([fault.code, fault.message]).toEqual(['provider_unreachable', 'The provider closed the connection.'])
  },
)
