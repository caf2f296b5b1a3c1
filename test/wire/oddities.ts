/** Input that no provider documents: odd values by hand, and random JSON from a printed seed. */
import { expect } from 'bun:test'
import type { Dialect, ReplyFacts } from '../../src/wire/dialect.ts'

/** The field names that the dialects read, so that random objects reach their readers. */
const names = `
  model modelVersion type error status code usage usageMetadata x_groq choices delta message messages role content text
  parts system instructions input contents tools metadata user_id prompt_cache_key response output candidates
  finishReason finish_reason input_tokens output_tokens prompt_tokens completion_tokens total_tokens cached_tokens
  prompt_tokens_details completion_tokens_details input_tokens_details reasoning_tokens iterations cache_creation
  cache_creation_input_tokens cache_read_input_tokens ephemeral_1h_input_tokens promptTokenCount candidatesTokenCount
  thoughtsTokenCount totalTokenCount cachedContentTokenCount citation_tokens cache_write_tokens
  toolUsePromptTokenCount promptTokensDetails tokenCount modality
`
  .trim()
  .split(/\s+/)

const numbers = [0, 1, 7, 12.5, -3, 1e12, 1e21, 1e308, Number.MAX_SAFE_INTEGER]
const words = `
  x 12 user system message fallback_message advisor_message message_start message_delta message_stop AUDIO
  response.completed web_search_call NaN __proto__ 💥 \u0000
`.split(/\s+/)
const leaves = [null, true, false, ...numbers, ...words]

/** mulberry32: small, and the same on every machine. */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

function randomValue(random: () => number, depth: number): unknown {
  const pick = <T>(from: readonly T[]) => from[Math.floor(random() * from.length)]
  if (depth === 0 || random() < 0.2) return pick(leaves)
  const size = Math.floor(random() * 6)
  if (random() < 0.25) return Array.from({ length: size }, () => randomValue(random, depth - 1))
  return Object.fromEntries(
    Array.from({ length: size + 2 }, () => [pick(names) ?? 'model', randomValue(random, depth - 1)]),
  )
}

/** Usage is null, or whole numbers from 0 in which no part is larger than what it is part of. */
export function expectSound(facts: ReplyFacts): void {
  const usages = [facts.usage, ...(facts.alsoBilled ?? []).map(({ usage }) => usage)]
  for (const usage of usages) {
    if (usage === null) continue
    for (const count of Object.values(usage)) expect(Number.isInteger(count) && count >= 0).toBe(true)
    expect(usage.reasoningTokens).toBeLessThanOrEqual(usage.outputTokens)
    expect(usage.audioInputTokens).toBeLessThanOrEqual(usage.inputTokens)
    expect(usage.cacheReadAudioTokens).toBeLessThanOrEqual(usage.cacheReadTokens)
    expect(usage.audioOutputTokens).toBeLessThanOrEqual(usage.outputTokens)
    expect(usage.imageOutputTokens).toBeLessThanOrEqual(usage.outputTokens)
  }
  for (const word of [facts.finishReason, facts.errorCode]) expect(word === null || word.length <= 80).toBe(true)
}

/** Reads 300 random values with everything that a dialect reads with. */
export function readRandomValues(dialect: Dialect, seed: number): void {
  const random = randomFrom(seed)
  const reader = dialect.readStream()
  for (let round = 0; round < 300; round += 1) {
    const value = randomValue(random, 5)
    const where = `seed ${seed}, round ${round}: ${JSON.stringify(value)}`
    try {
      const request = dialect.readRequest(value)
      expect(request.maxOutputTokens ?? 0).toBeGreaterThanOrEqual(0)
      expect(request.opening.system.length + request.opening.user.length).toBeLessThanOrEqual(4000)
      expectSound(dialect.readReply(value))
      const data = JSON.stringify(value)
      expect(['plain', 'terminal', 'usage-only', 'error']).toContain(reader.read('', data))
      expect(reader.countText(data)).toBeGreaterThanOrEqual(0)
      expectSound(reader.facts())
    } catch (fault) {
      throw new Error(where, { cause: fault })
    }
  }
}

/** What arrives when somebody is no provider at all, or half of one. */
export const oddBodies: readonly unknown[] = [
  undefined,
  null,
  true,
  -1,
  'text',
  [],
  [null],
  [[]],
  [1, 'a', {}],
  {},
  { model: 5, stream: 'true', messages: 'hello', tools: {}, metadata: [], usage: 'none', choices: {}, output: 3 },
  {
    messages: [null, 1, 'a', {}, { role: 'user' }, { role: 7, content: [] }],
    input: [[], { role: 'user', content: 9 }],
  },
  { contents: 'hello', systemInstruction: 5, generationConfig: [], tools: [null, [], 'a'], candidates: [null, 4] },
]

/** What may stand in a frame's data that is no event of any API. */
export const oddFrames: readonly string[] = [
  '',
  ' ',
  '{',
  'null',
  '[]',
  '"text"',
  '12',
  '{"type":',
  '<html>502</html>',
  '\u0000',
  '[DONE',
  '{"type":7}',
  '{"type":[]}',
  '{"choices":[null,{"delta":5}]}',
  '{"candidates":[{"content":[]}]}',
  '{"usage":[]}',
]
