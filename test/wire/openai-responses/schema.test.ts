import { describe, expect, test } from 'bun:test'
import { fitParameters, keepsStrictRules } from '../../../src/wire/openai-responses/schema.ts'

describe('the parameters of a tool', () => {
  test('that are an object stay what they are, the same value', () => {
    const schema = { type: 'object', properties: { a: { anyOf: [{ type: 'string' }, { type: 'null' }] } } }
    expect(fitParameters(schema)).toEqual({ schema, isLess: false })
    expect(fitParameters(schema).schema).toBe(schema)
  })

  test('that are none are an empty object', () => {
    const empty = { schema: { type: 'object', properties: {} }, isLess: false }
    expect(fitParameters(null)).toEqual(empty)
    expect(fitParameters({ type: 'object' })).toEqual(empty)
    expect(fitParameters({})).toEqual(empty)
  })

  test('that are a choice show what all choices know, and tell the choice in words', () => {
    const a = { type: 'object', properties: { a: { type: 'string' } } }
    const b = { type: 'object', properties: { b: { type: 'number' } } }
    expect(fitParameters({ description: 'One of two.', anyOf: [a, b] })).toEqual({
      schema: {
        type: 'object',
        properties: { a: { type: 'string' }, b: { type: 'number' } },
        description: `One of two.\nanyOf: ${JSON.stringify([a, b])}`,
      },
      isLess: true,
    })
  })
})

describe('strict rules', () => {
  const closed = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'], additionalProperties: false }
  test.each([
    ['a closed object', closed, true],
    ['a list of closed objects', { ...closed, properties: { a: { type: 'array', items: closed } } }, true],
    ['no schema', {}, true],
    ['an open object', { type: 'object', properties: {} }, false],
    ['an optional property', { ...closed, required: [] }, false],
    ['an open object within', { ...closed, properties: { a: { type: 'object' } } }, false],
    ['an open object among definitions', { ...closed, $defs: { b: { type: 'object' } } }, false],
  ])('%s', (_, schema, keeps) => {
    expect(keepsStrictRules(schema)).toBe(keeps)
  })

  test('a schema deeper than any that is meant keeps none', () => {
    let deep: unknown = {}
    for (let i = 0; i < 10_000; i++) deep = { items: deep }
    expect(keepsStrictRules(deep)).toBe(false)
  })
})
