/** How large a request is taken for that holds a picture: by what the picture takes, wherever its size is asked for. */
import { expect, test } from 'bun:test'
import { questionOf } from '../../src/pipeline/forecast.ts'
import { inputTokensOf, mediaOf } from '../../src/pipeline/size.ts'
import { call } from '../support/calls.ts'

const url = `data:image/png;base64,${'iVBORw0K'.repeat(187_500)}`
const body = Buffer.from(JSON.stringify({ input: [{ content: [{ type: 'input_image', image_url: url }] }] }))
const withPicture = () => call({ dialect: 'openai-responses', endpoint: 'responses', body, plainBody: body })

test('in the books of what is under way: 1,300 tokens and what stands around it, no more than there is room for', () => {
  expect(inputTokensOf(withPicture(), { provider: 'openai', model: 'gpt-5.4' })).toBe(1316)
  expect(inputTokensOf(withPicture(), { provider: 'openai', model: null })).toBe(1316)
  const text = call({ plainBody: Buffer.alloc(400_000, 'word ') })
  expect(inputTokensOf(text, { provider: 'openai', model: 'gpt-4' })).toBe(8192)
  expect(inputTokensOf(text, { provider: 'lab', model: 'unheard-of' })).toBe(100_000)
})

test('in the estimate before it is sent', () => {
  const { bytes, media } = questionOf(withPicture(), 'openai', 'gpt-5.4')
  expect(bytes).toBe(body.length - url.length)
  expect(media).toMatchObject({ tokens: 1300, mostTokens: 5000 })
})

test('and is looked for once', () => {
  const one = withPicture()
  expect(mediaOf(one)).toBe(mediaOf(one))
})
