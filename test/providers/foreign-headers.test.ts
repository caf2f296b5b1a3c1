import { expect, test } from 'bun:test'
import { foreignHeaders } from '../../src/providers/foreign-headers.ts'

test('of the caller’s headers only those go on that say who asks and join traces', () => {
  const caller = new Headers({
    authorization: 'Bearer sk-proj-FAKE',
    'x-api-key': 'sk-ant-FAKE',
    'x-goog-api-key': 'AIzaFAKE',
    cookie: 'a=b',
    'anthropic-beta': 'x',
    'openai-organization': 'org',
    'content-encoding': 'zstd',
    'x-forwarded-for': '10.0.0.1',
    'x-relayplane-tags': 'a=b',
    'user-agent': 'agent/1',
    traceparent: '00-1-2-01',
    tracestate: 'a=1',
    'accept-language': 'de',
    accept: '*/*',
  })
  const kept = { 'user-agent': 'agent/1', traceparent: '00-1-2-01', tracestate: 'a=1', 'accept-language': 'de' }
  const ours = { 'content-type': 'application/json', 'accept-encoding': 'identity' }
  expect(Object.fromEntries(foreignHeaders('openai-chat', caller, true))).toEqual({
    ...kept,
    ...ours,
    accept: 'text/event-stream',
  })
  expect(Object.fromEntries(foreignHeaders('anthropic', new Headers(), false))).toEqual({
    ...ours,
    accept: 'application/json',
    'anthropic-version': '2023-06-01',
  })
})
