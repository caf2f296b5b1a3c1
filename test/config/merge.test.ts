import { expect, test } from 'bun:test'
import { changedPaths, merge } from '../../src/config/merge.ts'

test('objects merge member by member and keep what the upper layer does not mention', () => {
  expect(merge({ a: { b: 1, c: 2 }, d: 3 }, { a: { c: 4 } })).toEqual({ a: { b: 1, c: 4 }, d: 3 })
})

test('lists replace, they are not joined', () => {
  expect(merge({ hosts: ['a', 'b'] }, { hosts: ['c'] })).toEqual({ hosts: ['c'] })
})

test('null replaces, undefined does not', () => {
  expect(merge({ a: 1, b: 2 }, { a: null, b: undefined })).toEqual({ a: null, b: 2 })
})

test('a member named __proto__ stays a plain member', () => {
  const merged = merge({}, JSON.parse('{"__proto__": {"isAdmin": true}}')) as Record<string, unknown>
  expect(Object.keys(merged)).toEqual(['__proto__'])
  expect(merged['isAdmin']).toBeUndefined()
})

test('the arguments of a merge are left as they were', () => {
  const base = Object.freeze({ a: Object.freeze({ b: 1 }) })
  merge(base, { a: { b: 2 } })
  expect(base).toEqual({ a: { b: 1 } })
})

test('changed settings are named by their full path', () => {
  const before = { server: { port: 1, host: 'x' }, providers: {}, hosts: ['a'] }
  const after = { server: { port: 2, host: 'x' }, providers: { groq: { baseUrl: 'http://x' } }, hosts: ['a', 'b'] }
  expect(changedPaths(before, after)).toEqual(['hosts', 'providers.groq.baseUrl', 'server.port'])
})

test('an empty table entry that appears or goes is a change', () => {
  expect(changedPaths({ providers: {} }, { providers: { ollama: {} } })).toEqual(['providers.ollama'])
  expect(changedPaths({ providers: { ollama: {} } }, { providers: {} })).toEqual(['providers.ollama'])
})

test('equal configurations have no changed settings', () => {
  expect(changedPaths({ a: { b: [1] } }, { a: { b: [1] } })).toEqual([])
})
