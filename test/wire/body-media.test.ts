/** Files in a request, found in the bytes of its body. A picture counts 85 to 1,300 tokens, 180 bytes of it each; a PDF 15 bytes a token. */
import { describe, expect, test } from 'bun:test'
import { mediaIn } from '../../src/wire/body-media.ts'

const found = (body: unknown) => mediaIn(Buffer.from(JSON.stringify(body)))
const nothing = { bytes: 0, tokens: 0, mostTokens: 0 }

/** Base64 as a picture has it, of so many signs. */
const base64 = (length: number): string =>
  Buffer.from(noise.subarray(0, Math.ceil(length * 0.75)))
    .toString('base64')
    .slice(0, length)
const noise = Uint8Array.from({ length: 1_200_000 }, (_, at) => (at * 2_654_435_761) >>> 13)

const picture = base64(1_500_000)
const largest = { bytes: 1_500_000, tokens: 1300, mostTokens: 5000 }

describe('a picture is found', () => {
  const url = `data:image/png;base64,${picture.slice(22)}`
  test.each<[string, unknown]>([
    ['Chat Completions', { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url } }] }] }],
    ['Responses', { input: [{ role: 'user', content: [{ type: 'input_image', image_url: url }] }] }],
    ['a screenshot of a computer', { input: [{ type: 'computer_call_output', output: { image_url: url } }] }],
    ['a picture that was drawn before', { input: [{ type: 'image_generation_call', id: 'ig_1', result: picture }] }],
    [
      'Anthropic',
      { content: [{ type: 'image', source: { type: 'base64', media_type: 'image/jpeg', data: picture } }] },
    ],
    ['Anthropic, its fields turned', { source: { data: picture, type: 'base64', media_type: 'image/jpeg' } }],
    ['Gemini', { contents: [{ parts: [{ inlineData: { mimeType: 'image/png', data: picture } }] }] }],
    ['Gemini, in snake case', { contents: [{ parts: [{ inline_data: { data: picture, mime_type: 'image/png' } }] }] }],
  ])('in the words of %s', (_, body) => {
    expect(found(body)).toEqual(largest)
  })

  test('with its slashes escaped, as PHP writes them', () => {
    const body = JSON.stringify({ source: { media_type: 'image/png', data: picture } }).replaceAll('/', '\\/')
    const { bytes, tokens } = mediaIn(Buffer.from(body))
    expect({ isAll: bytes >= 1_500_000, tokens }).toEqual({ isAll: true, tokens: 1300 })
  })

  test('and each of several, small ones by their size', () => {
    const part = (length: number) => ({ inlineData: { mimeType: 'image/png', data: base64(length) } })
    // 72,000 signs are 54,000 bytes, 300 tokens; 8,400 are 6,300 bytes, 35 tokens, taken for 85.
    expect(found({ parts: [part(72_000), { text: 'and' }, part(8400)] })).toEqual({
      bytes: 80_400,
      tokens: 385,
      mostTokens: 10_000,
    })
  })

  test('wherever it begins', () => {
    for (let before = 0; before < 9000; before += 37) {
      const body = { text: 'x '.repeat(before), source: { media_type: 'image/png', data: base64(8400) } }
      expect([before, found(body).bytes]).toEqual([before, 8400])
    }
  })
})

test('a document and a sound count by their size', () => {
  const pdf = `data:application/pdf;base64,${base64(40_000).slice(28)}`
  expect(found({ type: 'input_file', file_data: pdf })).toEqual({ bytes: 40_000, tokens: 2000, mostTokens: 26_667 })
  const sound = { type: 'input_audio', input_audio: { data: base64(112_000), format: 'wav' } }
  expect(found(sound)).toEqual({ bytes: 112_000, tokens: 600, mostTokens: 74_667 })
})

test('what is no file is none: text, signatures, sealed thoughts, a picture by its address', () => {
  for (const body of [
    { text: 'A long story of some words. '.repeat(9000) },
    { text: 'x'.repeat(300_000) },
    { type: 'thinking', thinking: '', signature: base64(20_000) },
    { type: 'reasoning', encrypted_content: base64(200_000) },
    { type: 'image_url', image_url: { url: 'https://example.com/a.png' }, text: 'word '.repeat(3000) },
    { a: { signature: base64(20_000) }, b: { media_type: 'image/png', data: 'aGk=' } },
    'data:image/png;base64,aGk=',
  ])
    expect(found(body)).toEqual(nothing)
  expect(mediaIn(new Uint8Array(1_000_000))).toEqual(nothing)
  expect(mediaIn(new Uint8Array())).toEqual(nothing)
})

test('a body that breaks off in the middle of a picture has that much of it', () => {
  const body = Buffer.from(JSON.stringify({ source: { media_type: 'image/png', data: picture } }))
  expect(mediaIn(body.subarray(0, 1_000_000))).toMatchObject({ tokens: 1300 })
})
