import { expect, test } from 'bun:test'
import { maskKey, maskSecrets } from '../../src/config/mask.ts'

test('a key shows how it begins and its last four characters', () => {
  expect(maskKey('sk-ant-api03-fake0000000000wxyz')).toBe('sk-ant-…wxyz')
  expect(maskKey('sk-proj-fake0000000000wxyz')).toBe('sk-proj-…wxyz')
  expect(maskKey('gsk_fake0000000000wxyz')).toBe('gsk_…wxyz')
  expect(maskKey('0123456789abcdefwxyz')).toBe('…wxyz')
})

test('a short key shows nothing of its end', () => {
  expect(maskKey('sk-short')).toBe('sk-…')
  expect(maskKey('secret')).toBe('…')
})

test('the name of a variable is no secret', () => {
  expect(maskKey('env:ANTHROPIC_API_KEY')).toBe('env:ANTHROPIC_API_KEY')
})

test('every apiKey is masked, however deep, and nothing else is', () => {
  expect(
    maskSecrets({ providers: { a: { apiKey: 'sk-fake0000000000wxyz', baseUrl: 'http://x' } }, list: [1, 'b'] }),
  ).toEqual({
    providers: { a: { apiKey: 'sk-…wxyz', baseUrl: 'http://x' } },
    list: [1, 'b'],
  })
})
