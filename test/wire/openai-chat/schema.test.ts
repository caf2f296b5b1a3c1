/** Schemas as OpenAI takes them. */
import { describe, expect, test } from 'bun:test'
import { fitParameters, isStrictSchema } from '../../../src/wire/openai-chat/schema.ts'

describe('parameters of a function', () => {
  test('an object with properties stays the very same', () => {
    const schema = {
      type: 'object',
      properties: { a: { anyOf: [{ type: 'string' }, { type: 'null' }] } },
      $schema: 'x',
    }
    expect(fitParameters(schema).schema).toBe(schema)
    expect(fitParameters(schema).note).toBeNull()
  })

  test('none at all are an object without properties', () => {
    expect(fitParameters(null)).toEqual({ schema: { type: 'object', properties: {} }, note: null })
    expect(fitParameters({ type: 'object' })).toEqual({ schema: { type: 'object', properties: {} }, note: null })
    expect(fitParameters({})).toEqual({ schema: { type: 'object', properties: {} }, note: null })
  })

  test('alternatives at the top become one object, and words', () => {
    const schema = {
      type: 'object',
      properties: { id: { type: 'string' } },
      anyOf: [{ properties: { a: { type: 'number' } }, required: ['a'] }, { properties: { b: { type: 'number' } } }],
    }
    expect(fitParameters(schema)).toEqual({
      schema: { type: 'object', properties: { a: { type: 'number' }, b: { type: 'number' }, id: { type: 'string' } } },
      note: 'The arguments must also fit this JSON Schema: {"anyOf":[{"properties":{"a":{"type":"number"}},"required":["a"]},{"properties":{"b":{"type":"number"}}}]}',
    })
  })
})

describe('a strict schema', () => {
  const closed = (properties: object) => ({
    type: 'object',
    properties,
    required: Object.keys(properties),
    additionalProperties: false,
  })

  test('has only closed objects whose properties are all required', () => {
    expect(isStrictSchema(closed({ a: { type: 'string' }, b: { type: 'array', items: closed({}) } }))).toBe(true)
    expect(isStrictSchema({ ...closed({ a: { type: 'string' } }), required: [] })).toBe(false)
    expect(isStrictSchema({ ...closed({}), additionalProperties: true })).toBe(false)
    expect(isStrictSchema(closed({ a: { anyOf: [closed({}), { type: 'object' }] } }))).toBe(false)
    expect(isStrictSchema({ ...closed({}), $defs: { a: { type: 'object', properties: {} } } })).toBe(false)
  })

  test('has no alternatives but `anyOf`', () => {
    expect(isStrictSchema(closed({ a: { oneOf: [] } }))).toBe(false)
    expect(isStrictSchema(closed({ a: { allOf: [] } }))).toBe(false)
    expect(isStrictSchema(closed({ a: { anyOf: [{ type: 'string' }] } }))).toBe(true)
  })
})
