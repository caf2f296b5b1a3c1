/** Counts that are there and are none: the reply says so in its facts, so that its cost is no exact one. */
import { describe, expect, test } from 'bun:test'
import { noUsage } from '../../src/neutral/usage.ts'
import { converseFacts } from '../../src/wire/converse/facts.ts'
import { dialects } from '../../src/wire/dialects.ts'
import { miscounted } from '../../src/wire/miscounted.ts'
import { areRecordingsHere, playRecorded, recordedFiles, recordedJson } from './recorded.ts'

const { anthropic, gemini, 'openai-chat': chat, 'openai-responses': responses } = dialects

test.each<[string, unknown]>([
  ['a string', '1000'],
  ['a fraction', 1000.5],
  ['less than nothing', -1],
  ['far too much', 1e15],
  ['a word', 'many'],
  ['true', true],
])('%s is no count', (_, count) => {
  expect(anthropic.readReply({ usage: { input_tokens: count, output_tokens: 5 } }).isMiscounted).toBe(true)
  expect(chat.readReply({ usage: { prompt_tokens: count, completion_tokens: 5 } }).isMiscounted).toBe(true)
  expect(responses.readReply({ usage: { input_tokens: count, output_tokens: 5 } }).isMiscounted).toBe(true)
  expect(gemini.readReply({ usageMetadata: { promptTokenCount: count, candidatesTokenCount: 5 } }).isMiscounted).toBe(
    true,
  )
  expect(converseFacts.readReply({ output: {}, usage: { inputTokens: count, outputTokens: 5 } }).isMiscounted).toBe(
    true,
  )
})

test('nor is it in the details of a usage', () => {
  expect(miscounted({ prompt_tokens: 5, prompt_tokens_details: { cached_tokens: '4' } })).toEqual({
    isMiscounted: true,
  })
  expect(miscounted({ iterations: [{ type: 'message', input_tokens: 5.5 }] })).toEqual({ isMiscounted: true })
})

test('what is absent, null or no count at all is no broken one: costs, times, tiers', () => {
  expect(miscounted(null)).toEqual({})
  const usage = { prompt_tokens: 5, completion_tokens: null, cost: 0.0012, queue_time: 0.2, service_tier: 'default' }
  expect(miscounted({ ...usage, cost: { input_tokens_cost: 0.1 }, prompt_tokens_per_second: 81.5 })).toEqual({})
})

test('the stream’s own reports say it too, and one that is sound after it unsays it in Chat Completions', () => {
  const anthropicStream = anthropic.readStream()
  anthropicStream.read('', '{"type":"message_start","message":{"usage":{"input_tokens":"10","output_tokens":1}}}')
  anthropicStream.read('', '{"type":"message_delta","delta":{},"usage":{"output_tokens":7}}')
  expect(anthropicStream.facts().isMiscounted).toBe(true)
  const chatStream = chat.readStream()
  chatStream.read('', '{"choices":[],"usage":{"prompt_tokens":"10","completion_tokens":1}}')
  expect(chatStream.facts().isMiscounted).toBe(true)
  chatStream.read('', '{"choices":[],"usage":{"prompt_tokens":10,"completion_tokens":2}}')
  expect(chatStream.facts()).toMatchObject({ usage: { inputTokens: 10, outputTokens: 2 } })
  expect(chatStream.facts().isMiscounted).toBeUndefined()
})

describe('a report of zeros', () => {
  test('does not replace a real one in Chat Completions', () => {
    const stream = chat.readStream()
    stream.read('', '{"choices":[],"usage":{"prompt_tokens":1000,"completion_tokens":100,"total_tokens":1100}}')
    stream.read('', '{"choices":[],"usage":{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}}')
    expect(stream.facts().usage).toEqual({ ...noUsage, inputTokens: 1000, outputTokens: 100 })
  })

  test('does not replace a real one in Gemini', () => {
    const stream = gemini.readStream()
    stream.read('', '{"usageMetadata":{"promptTokenCount":7,"candidatesTokenCount":9,"totalTokenCount":16}}')
    stream.read('', '{"usageMetadata":{"promptTokenCount":0,"candidatesTokenCount":0,"totalTokenCount":0}}')
    expect(stream.facts().usage).toEqual({ ...noUsage, inputTokens: 7, outputTokens: 9 })
  })

  test('stands where it is the only one', () => {
    const stream = chat.readStream()
    stream.read('', '{"choices":[],"usage":{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}}')
    expect(stream.facts().usage).toEqual(noUsage)
  })
})

test.skipIf(!areRecordingsHere)('no recorded reply has such a count', () => {
  const folders = [
    ['anthropic', ['anthropic']],
    ['openai-chat', ['openai-chat', 'openai-compatible-chat', 'groq', 'xai', 'mistral', 'perplexity']],
    ['openai-responses', ['openai-responses', 'azure']],
    ['gemini', ['google']],
  ] as const
  let read = 0
  for (const [dialect, names] of folders)
    for (const file of recordedFiles(...names)) {
      const { isMiscounted } = file.endsWith('.json')
        ? dialects[dialect].readReply(recordedJson(file))
        : playRecorded(dialects[dialect], file).facts
      expect([file, isMiscounted]).toEqual([file, undefined])
      read++
    }
  expect(read).toBeGreaterThan(50)
})
