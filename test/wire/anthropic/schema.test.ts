import { describe, expect, test } from 'bun:test'
import { isReshaped, strictSchema, toolSchema } from '../../../src/wire/anthropic/schema.ts'

describe('a tool’s schema', () => {
  test('that is an object stays as it is', () => {
    const schema = {
      type: 'object',
      properties: { a: { anyOf: [{ type: 'string' }, { type: 'null' }] } },
      minProperties: 1,
    }
    expect(toolSchema(schema)).toBe(schema)
    expect(isReshaped(schema)).toBe(false)
  })

  test('that is missing, or has no type, takes nothing', () => {
    expect(toolSchema(null)).toEqual({ type: 'object', properties: {} })
    expect(toolSchema({ $defs: {} })).toEqual({ $defs: {}, type: 'object', properties: {} })
  })

  test('with alternatives at its root says them in words', () => {
    const schema = { description: 'Either.', properties: { a: {} }, anyOf: [{ required: ['a'] }], oneOf: [] }
    expect(toolSchema(schema)).toEqual({
      type: 'object',
      properties: { a: {} },
      description: 'Either. (anyOf: [{"required":["a"]}], oneOf: [])',
    })
    expect(isReshaped(schema)).toBe(true)
  })
})

test('a schema that is kept to loses what decoding refuses to its descriptions', () => {
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    additionalProperties: true,
    required: ['list'],
    properties: {
      list: { type: 'array', items: { $ref: '#/$defs/item' }, minItems: 1, maxItems: 3, description: 'All.' },
      pair: { type: 'array', items: [{ type: 'string' }], minItems: 2 },
      when: { type: 'string', format: 'date' },
      code: { type: 'string', format: 'zip', minLength: 4 },
      one: { oneOf: [{ type: 'integer', multipleOf: 5 }, { const: 'x' }] },
      flag: true,
    },
    $defs: { item: { type: 'object', properties: {} } },
  }
  const before = structuredClone(schema)
  expect(strictSchema(schema)).toEqual({
    type: 'object',
    additionalProperties: false,
    required: ['list'],
    properties: {
      list: { type: 'array', items: { $ref: '#/$defs/item' }, minItems: 1, description: 'All. (maxItems: 3)' },
      pair: { type: 'array', description: '(items: [{"type":"string"}], minItems: 2)' },
      when: { type: 'string', format: 'date' },
      code: { type: 'string', description: '(format: "zip", minLength: 4)' },
      one: { anyOf: [{ type: 'integer', description: '(multipleOf: 5)' }, { const: 'x' }] },
      flag: true,
    },
    $defs: { item: { type: 'object', properties: {}, additionalProperties: false } },
  })
  expect(schema).toEqual(before)
})
