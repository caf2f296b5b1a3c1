/** What a path asks for, in which dialect, and the path that is left for the provider. */
import { describe, expect, test } from 'bun:test'
import { addressOf, type Addressed } from '../../src/pipeline/endpoint.ts'
import type { DialectId } from '../../src/neutral/model.ts'

const address = (
  path: string,
  method = 'POST',
  headers: Record<string, string> = {},
  mountDialect: DialectId | null = null,
): Addressed | null => addressOf(path, method, new Headers(headers), mountDialect)

describe('the endpoints with a meaning of their own', () => {
  test.each([
    ['/v1/messages', 'messages', 'anthropic', '/messages'],
    ['/v1/messages/count_tokens', 'count_tokens', 'anthropic', '/messages/count_tokens'],
    ['/v1/chat/completions', 'chat', 'openai-chat', '/chat/completions'],
    ['/v1/responses', 'responses', 'openai-responses', '/responses'],
    ['/v1/responses/compact', 'responses_compact', 'openai-responses', '/responses/compact'],
    ['/v1/embeddings', 'embeddings', 'openai-chat', '/embeddings'],
    ['/v1/estimate', 'estimate', 'openai-chat', '/estimate'],
  ] as const)('%s, also without the version and with it twice', (path, endpoint, dialect, rest) => {
    const wanted = { endpoint, dialect, rest, urlModel: null }
    const bare = path.slice('/v1'.length)
    for (const written of [path, bare, `/v1${path}`, `/${path}`, `/v1/${bare}`, `/v1/v1/v1${bare}`]) {
      expect([written, address(written)]).toMatchObject([written, wanted])
    }
  })

  test.each([
    ['generateContent', 'generate'],
    ['streamGenerateContent', 'stream_generate'],
    ['countTokens', 'gemini_count_tokens'],
  ] as const)('Gemini’s %s has its model in the path', (verb, endpoint) => {
    const wanted = { endpoint, dialect: 'gemini', urlModel: 'gemini-2.5-flash', methods: ['POST'] }
    for (const path of [`/v1beta/models/gemini-2.5-flash:${verb}`, `/v1/models/gemini-2.5-flash:${verb}`]) {
      expect(address(path)).toMatchObject({ ...wanted, rest: `/models/gemini-2.5-flash:${verb}` })
    }
    expect(address(`/models/gemini-2.5-flash:${verb}`)).toMatchObject(wanted)
    expect(address(`/v1beta/v1beta/models/gemini-2.5-flash:${verb}`)).toMatchObject(wanted)
  })

  test('a version that is asked for stays on the path', () => {
    expect(address('/v1alpha/models/gemini-3-pro:generateContent')).toMatchObject({
      endpoint: 'generate',
      rest: '/v1alpha/models/gemini-3-pro:generateContent',
      urlModel: 'gemini-3-pro',
    })
    expect(address('/v1alpha/auth_tokens')).toMatchObject({ endpoint: 'raw', dialect: 'gemini' })
  })

  test('a model is percent-decoded, and stays as it is where it can’t be', () => {
    expect(address('/v1beta/models/groq%2Fllama%3A8b:generateContent')?.urlModel).toBe('groq/llama:8b')
    expect(address('/v1beta/models/50%zz:generateContent')?.urlModel).toBe('50%zz')
  })
})

describe('models', () => {
  test('are listed in the dialect that the path or the headers speak', () => {
    const dialectOf = (path: string, headers: Record<string, string> = {}) => address(path, 'GET', headers)?.dialect
    expect(dialectOf('/v1/models')).toBe('openai-chat')
    expect(dialectOf('/models')).toBe('openai-chat')
    expect(dialectOf('/v1beta/models')).toBe('gemini')
    expect(dialectOf('/v1/models', { 'anthropic-version': '2023-06-01' })).toBe('anthropic')
    expect(dialectOf('/v1/models', { 'x-goog-api-key': 'x' })).toBe('gemini')
    expect(address('/models', 'GET', {}, 'anthropic')?.dialect).toBe('anthropic')
  })

  test('have names with slashes', () => {
    expect(address('/v1/models/groq/openai/gpt-oss-120b', 'GET')).toMatchObject({ endpoint: 'models' })
  })

  test('can be deleted where they are one’s own, and else only read', () => {
    expect(address('/v1/models/ft-mine', 'DELETE')).toMatchObject({ endpoint: 'raw', methods: null })
    expect(address('/v1/models', 'POST')?.methods).toEqual(['GET', 'HEAD'])
  })
})

describe('other paths', () => {
  test.each([
    ['/v1/files/file-1', 'GET', 'openai-chat'],
    ['/files/file-1', 'DELETE', 'openai-chat'],
    ['/v1/batches', 'POST', 'openai-chat'],
    ['/v1/audio/transcriptions', 'POST', 'openai-chat'],
    ['/v1/completions', 'POST', 'openai-chat'],
    ['/v1/chat/completions', 'GET', 'openai-chat'],
    ['/v1/messages/batches', 'POST', 'anthropic'],
    ['/v1/messages/batches/b1/results', 'GET', 'anthropic'],
    ['/v1/complete', 'POST', 'anthropic'],
    ['/v1/responses/resp_1', 'GET', 'openai-responses'],
    ['/v1/responses/resp_1/cancel', 'POST', 'openai-responses'],
    ['/v1beta/cachedContents', 'POST', 'gemini'],
    ['/v1beta/models/imagen-4:predict', 'POST', 'gemini'],
    ['/v1/something/new', 'POST', 'openai-chat'],
  ] as const)('%s (%s) is forwarded raw, in the dialect of %s', (path, method, dialect) => {
    expect(address(path, method)).toMatchObject({ endpoint: 'raw', dialect, urlModel: null })
  })

  test('the files of Anthropic are told by its version header', () => {
    expect(address('/v1/files', 'GET', { 'anthropic-version': '2023-06-01' })?.dialect).toBe('anthropic')
  })

  test('below a mount everything is the provider’s, in its dialect', () => {
    expect(address('/rerank/anything', 'POST', {}, 'openai-chat')).toMatchObject({ endpoint: 'raw' })
    expect(address('/v1/files', 'GET', {}, 'anthropic')?.dialect).toBe('anthropic')
    expect(address('/v1/embeddings', 'GET', {}, 'openai-chat')).toMatchObject({ endpoint: 'raw', methods: null })
    expect(address('/v1/messages', 'POST', {}, 'openai-chat')).toMatchObject({ endpoint: 'messages' })
  })

  test.each(['/', '', '/v1', '/v1/', '/v1beta', '/admin', '/favicon.ico', '/v1x/messages', '/constructor', '//'])(
    '%p is nobody’s',
    (path) => expect(address(path)).toBeNull(),
  )

  test('below a mount the root is nobody’s either', () => {
    expect(address('/', 'GET', {}, 'openai-chat')).toBeNull()
  })
})

test('methods that an endpoint does not take are named', () => {
  expect(address('/v1/messages', 'GET')?.methods).toEqual(['POST'])
  expect(address('/v1/responses', 'DELETE')?.methods).toEqual(['POST'])
  expect(address('/v1/chat/completions', 'PUT')?.methods).toEqual(['POST', 'GET', 'HEAD'])
})
