import { expect, test } from 'bun:test'
import { maskKey, maskSecrets, withoutMasks } from '../../src/config/mask.ts'

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

test('of a webhook scheme and host are shown, of its secret the end', () => {
  const shown = (webhookUrl: string) => maskSecrets({ alerts: { webhookUrl } })
  expect(shown('https://hooks.slack.com/services/T0/B0/xyz')).toEqual({
    alerts: { webhookUrl: 'https://hooks.slack.com/…' },
  })
  expect(shown('http://localhost:9000')).toEqual({ alerts: { webhookUrl: 'http://localhost:9000/…' } })
  expect(shown('https://host.test?token=xyz')).toEqual({ alerts: { webhookUrl: 'https://host.test/…' } })
  expect(shown('https://user:pass@host.test/x')).toEqual({ alerts: { webhookUrl: '…' } })
  expect(maskSecrets({ webhookSecret: 'whsec-0123456789abcdef', webhookUrl: null })).toEqual({
    webhookSecret: '…cdef',
    webhookUrl: null,
  })
})

test('a secret that comes back as it was shown is left out, anything else stays', () => {
  const held = { alerts: { webhookUrl: 'https://a.test/secret', webhookSecret: 'env:HOOK' } }
  expect(
    withoutMasks(
      { alerts: { webhookUrl: 'https://a.test/…', webhookSecret: 'env:HOOK', enabled: true }, note: 'more…' },
      held,
    ),
  ).toEqual({ alerts: { webhookSecret: 'env:HOOK', enabled: true }, note: 'more…' })
  expect(() => withoutMasks({ alerts: { webhookUrl: 'https://b.test/…' } }, held)).toThrow(
    'alerts.webhookUrl: this is what a secret is shown as; give the whole of it',
  )
})
