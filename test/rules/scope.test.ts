import { expect, test } from 'bun:test'
import { judgeScope, spenderIn } from '../../src/rules/scope.ts'

const nobody = { session: null, agent: null, provider: '', model: null }

test('a scope names whose spend it is', () => {
  expect(spenderIn('all')).toEqual(nobody)
  expect(spenderIn('session:a:b')).toEqual({ ...nobody, session: 'a:b' })
  expect(spenderIn('agent:claude-code/explore')).toEqual({ ...nobody, agent: 'claude-code/explore' })
  expect(spenderIn('provider:openai')).toEqual({ ...nobody, provider: 'openai' })
  expect(spenderIn('model:openrouter/a/b')).toEqual({ ...nobody, provider: 'openrouter', model: 'a/b' })
})

test.each(['', 'al', 'session', 'session:', 'sesion:s1', 'model:gpt-5', 'model:/gpt-5', 'toString:x'])(
  '%j is no scope, and is refused by name',
  (text) => {
    expect(spenderIn(text)).toBeNull()
    expect(() => judgeScope(text)).toThrow(`scope is "${text}"; it can be all, session:<id>`)
  },
)
