/** The local estimate of input tokens, against counts of o200k_base (taken once, with gpt-tokenizer 4.0.0) for texts of every kind. */
import { describe, expect, test } from 'bun:test'
import type { MediaPart, Part } from '../../src/neutral/message.ts'
import type { NeutralRequest } from '../../src/neutral/request.ts'
import { textTokens } from '../../src/neutral/text-tokens.ts'
import { estimateTokens, roughTokens } from '../../src/neutral/token-estimate.ts'
import { neutralRequest } from '../support/neutral-request.ts'

const asking = (parts: readonly Part[], over: Partial<NeutralRequest> = {}): NeutralRequest =>
  neutralRequest({
    model: 'm1',
    messages: [{ role: 'user', parts }],
    ...over,
  })

const texts: readonly (readonly [kind: string, text: string, tokens: number])[] = [
  [
    'English',
    'The proxy reads the request once, decides where it goes, and passes every byte of the answer on as it arrives. Nothing that a client could take for the end is sent before the row is safe.',
    41,
  ],
  [
    'German',
    'Der Vermittler liest die Anfrage einmal, entscheidet, wohin sie geht, und reicht jedes Byte der Antwort so weiter, wie es kommt. Was fehlt, wird beim Namen genannt.',
    36,
  ],
  [
    'Russian',
    'Прокси читает запрос один раз, решает, куда он пойдёт, и передаёт каждый байт ответа так, как он приходит.',
    32,
  ],
  [
    'Chinese',
    '代理只读取一次请求，决定它的去向，并按到达的顺序传递回答的每一个字节。任何缺失的内容都会被明确指出。',
    37,
  ],
  ['Japanese', 'プロキシはリクエストを一度だけ読み、行き先を決め、回答の各バイトを届いた順に渡します。', 34],
  [
    'TypeScript',
    "export function createReader(options: ReaderOptions): Reader {\n  const { maxBytes, onError } = options\n  let total = 0\n  return {\n    read: (chunk) => {\n      total += chunk.length\n      if (total > maxBytes) onError(new Error('too large'))\n      return chunk.subarray(0, maxBytes - total)\n    },\n  }\n}\n",
    81,
  ],
  [
    'Python',
    'def moving_average(values, window):\n    """Mean of each window of values."""\n    if window <= 0:\n        raise ValueError("window must be positive")\n    return [sum(values[i:i + window]) / window for i in range(len(values) - window + 1)]\n',
    58,
  ],
  [
    'JSON',
    '{"id":"call_1","type":"function","function":{"name":"read_file","arguments":{"path":"src/index.ts","offset":120,"limit":40}},"results":[{"line":121,"text":"const x = 1"},{"line":122,"text":"return x"}]}',
    60,
  ],
  [
    'a log',
    '2026-11-22T06:31:31.120Z INFO  server: listening on 127.0.0.1:4100 (pid 4821)\n2026-11-22T06:31:35.004Z WARN  provider openai: 429 Too Many Requests, retry after 2.5s\n',
    73,
  ],
  [
    'Markdown',
    '## Where to add\n\n- **A provider.** A row in `src/providers/catalog.ts`; its URLs in `test/providers/urls.test.ts`.\n- **A price.** A correction goes into `price-overrides.ts` with page, day and reason.\n',
    54,
  ],
]

describe('an estimate is within a quarter of the tokenizer:', () => {
  for (const [kind, text, real] of texts)
    test(kind, () => {
      const estimate = textTokens(text)
      expect(estimate).toBeGreaterThan(real * 0.75)
      expect(estimate).toBeLessThan(real * 1.25)
    })
})

test('no text is no tokens, and a rule of a thousand dashes is no thousand', () => {
  expect(textTokens('')).toBe(0)
  expect(textTokens('-'.repeat(1000))).toBeLessThan(70)
  expect(textTokens(' '.repeat(1000))).toBe(1)
})

test('every part of a request counts', () => {
  const text = { type: 'text', text: 'one two three four' } as const
  // 4 words, 3 for the request and 4 for the message.
  expect(estimateTokens(asking([text]))).toBe(11)
  expect(estimateTokens(asking([text], { system: [text] }))).toBe(19)
  const call: Part = { type: 'tool-call', id: 'a', name: 'read', arguments: { text: 'one two' }, kind: 'function' }
  const result: Part = { type: 'tool-result', id: 'a', name: null, output: [text], isError: null, kind: 'function' }
  expect(estimateTokens(asking([call]))).toBe(22)
  expect(estimateTokens(asking([result]))).toBe(23)
  const tool = { type: 'function', name: 'read', description: 'one two three', schema: null, isStrict: null } as const
  expect(estimateTokens(asking([text], { tools: [tool] }))).toBe(151)
})

test('arguments kept as a value count as their JSON', () => {
  const asValue: Part = { type: 'tool-call', id: 'a', name: 'read', arguments: { value: { a: 1 } }, kind: 'function' }
  const asText: Part = { ...asValue, arguments: { text: '{"a":1}' } }
  expect(estimateTokens(asking([asValue]))).toBe(estimateTokens(asking([asText])))
})

test('media count by their bytes, and pictures never more than a large one', () => {
  const media = (kind: MediaPart['media'], source: MediaPart['source']): number =>
    estimateTokens(asking([{ type: 'media', media: kind, mediaType: null, source }])) - 7
  const bytes = (count: number) => ({ kind: 'base64', data: 'A'.repeat((count * 4) / 3) }) as const
  expect(media('image', bytes(300))).toBe(85)
  expect(media('image', bytes(90_000))).toBe(500)
  expect(media('image', bytes(30_000_000))).toBe(1300)
  expect(media('image', { kind: 'url', url: 'https://a.example/x.png' })).toBe(1300)
  expect(media('document', bytes(30_000))).toBe(2000)
  expect(media('audio', bytes(140_000))).toBe(1000)
  expect(media('document', { kind: 'text', text: 'one two three' })).toBe(3)
})

test('what is no JSON is no tokens, and no fault', () => {
  const loop: Record<string, unknown> = {}
  loop['self'] = loop
  const call: Part = { type: 'tool-call', id: 'a', name: 'read', arguments: { value: loop }, kind: 'function' }
  expect(estimateTokens(asking([call]))).toBe(20)
})

test('a sample of long texts comes within a tenth of counting them whole', () => {
  const prose = 'It was a bright cold day in April, and the clocks were striking thirteen. '
  const code = 'export const add = (a: number, b: number): number => {\n  return a + b // the sum\n}\n\n'
  const long = [prose.repeat(200), code.repeat(150), `${prose.repeat(60)}${code.repeat(60)}`, 'short']
  const request = asking(long.map((text) => ({ type: 'text', text })))
  const ratio = roughTokens(request) / estimateTokens(request)
  expect(ratio).toBeGreaterThan(0.9)
  expect(ratio).toBeLessThan(1.1)
})
