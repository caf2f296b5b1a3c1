import { describe, expect, test } from 'bun:test'
import { fitSchema } from '../../../src/wire/gemini/fit-schema.ts'

const fit = (schema: Record<string, unknown>) => fitSchema(schema)
const property = (schema: Record<string, unknown>) => {
  const { schema: fitted, isWhole } = fit({ type: 'object', properties: { a: schema } })
  return [(fitted['properties'] as Record<string, unknown>)['a'], isWhole]
}

describe('nothing is lost of', () => {
  test.each([
    ['a plain type', { type: 'string', minLength: 1, pattern: '^a' }, { type: 'STRING', minLength: 1, pattern: '^a' }],
    ['a type or null', { type: ['string', 'null'] }, { type: 'STRING', nullable: true }],
    ['several types', { type: ['string', 'integer'] }, { anyOf: [{ type: 'STRING' }, { type: 'INTEGER' }] }],
    ['one type in a list', { type: ['number'] }, { type: 'NUMBER' }],
    ['a constant', { const: 'x' }, { type: 'STRING', enum: ['x'] }],
    ['a list of texts and null', { enum: ['x', 'y', null] }, { type: 'STRING', nullable: true, enum: ['x', 'y'] }],
    ['a list of numbers, told', { type: 'integer', enum: [1, 2] }, { type: 'INTEGER', description: 'One of: 1,2.' }],
    [
      'a bound that is left out, of whole numbers',
      { type: 'integer', exclusiveMinimum: 0 },
      { type: 'INTEGER', minimum: 1 },
    ],
    [
      'a bound that is left out, of numbers',
      { type: 'number', exclusiveMaximum: 1, description: 'A share.' },
      { type: 'NUMBER', maximum: 1, description: 'A share. Less than 1.' },
    ],
    ['a format that is known', { type: 'string', format: 'date-time' }, { type: 'STRING', format: 'date-time' }],
    ['a format that is not', { type: 'string', format: 'email' }, { type: 'STRING', description: 'Format: email.' }],
    [
      'a plain rule without a field',
      { type: 'number', multipleOf: 5 },
      { type: 'NUMBER', description: 'multipleOf: 5.' },
    ],
    [
      'one of two, with words of their own kind',
      { oneOf: [{ type: 'string' }, { type: 'number', description: 'How many.' }], description: 'Which.' },
      {
        anyOf: [
          { type: 'STRING', description: 'Which.' },
          { type: 'NUMBER', description: 'How many.' },
        ],
      },
    ],
    [
      'something or null',
      { anyOf: [{ type: 'array', items: { type: 'string' } }, { type: 'null' }], default: null },
      { type: 'ARRAY', items: { type: 'STRING' }, nullable: true },
    ],
    [
      'all of two',
      {
        allOf: [
          { type: 'object', properties: { b: { type: 'string' } }, required: ['b'] },
          { properties: { c: { type: 'boolean' } } },
        ],
      },
      { type: 'OBJECT', properties: { b: { type: 'STRING' }, c: { type: 'BOOLEAN' } }, required: ['b'] },
    ],
    ['words about the schema itself', { type: 'string', $comment: 'x', deprecated: true }, { type: 'STRING' }],
  ] as const)('%s', (_, schema, expected) => {
    expect(property(schema)).toEqual([expected, true])
  })

  test('a closed object, references and all', () => {
    const { schema, isWhole } = fit({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      additionalProperties: false,
      properties: { from: { $ref: '#/$defs/place', description: 'Where from.' }, to: { $ref: '#/$defs/place' } },
      required: ['from', 'nowhere'],
      $defs: { place: { $ref: '#/$defs/town' }, town: { type: 'object', properties: { name: { type: 'string' } } } },
    })
    expect(schema).toEqual({
      type: 'OBJECT',
      properties: {
        from: { type: 'OBJECT', description: 'Where from.', properties: { name: { type: 'STRING' } } },
        to: { type: 'OBJECT', properties: { name: { type: 'STRING' } } },
      },
      required: ['from'],
    })
    expect(isWhole).toBe(true)
  })
})

describe('what is lost is told by', () => {
  test.each([
    ['a map', { type: 'object', additionalProperties: { type: 'string' } }, { type: 'OBJECT' }],
    ['names by pattern', { type: 'object', patternProperties: { '^x': {} } }, { type: 'OBJECT' }],
    ['a list of anything', { type: 'array' }, { type: 'ARRAY', items: { type: 'STRING' } }],
    [
      'a list with a type for each place',
      { type: 'array', prefixItems: [{ type: 'string' }, { type: 'number' }] },
      { type: 'ARRAY', items: { anyOf: [{ type: 'STRING' }, { type: 'NUMBER' }] } },
    ],
    ['anything at all', {}, { type: 'STRING' }],
    ['what it must not be', { type: 'string', not: { const: 'x' } }, { type: 'STRING' }],
    [
      'a reference that leads nowhere',
      { $ref: '#/$defs/none', description: 'Who.' },
      { type: 'OBJECT', description: 'Who.' },
    ],
    [
      'either of two sets that are demanded',
      { type: 'object', properties: { b: { type: 'string' } }, anyOf: [{ required: ['b'] }, { required: ['c'] }] },
      { type: 'OBJECT', properties: { b: { type: 'STRING' } } },
    ],
  ] as const)('%s', (_, schema, expected) => {
    expect(property(schema)).toEqual([expected, false])
  })

  test('a circle, which ends where it closes', () => {
    const tree = { type: 'object', properties: { child: { $ref: '#' }, n: { type: 'number' } } }
    expect(fit(tree)).toEqual({
      schema: {
        type: 'OBJECT',
        properties: {
          child: { type: 'OBJECT', properties: { child: { type: 'OBJECT' }, n: { type: 'NUMBER' } } },
          n: { type: 'NUMBER' },
        },
      },
      isWhole: false,
    })
  })

  test('a puzzle that unfolds without end is cut', () => {
    const twice = (name: string) => ({
      type: 'object',
      properties: { a: { $ref: `#/$defs/${name}` }, b: { $ref: `#/$defs/${name}` } },
    })
    const names = Array.from({ length: 30 }, (_, i) => `n${i}`)
    const $defs = Object.fromEntries(names.map((name, i) => [name, twice(`n${i + 1}`)]))
    const { schema, isWhole } = fit({ ...twice('n0'), $defs })
    expect(isWhole).toBe(false)
    expect(JSON.stringify(schema).length).toBeLessThan(1_000_000)
  })
})

test('a property that nothing may be is left out', () => {
  expect(fit({ type: 'object', properties: { a: false, b: true } })).toEqual({
    schema: { type: 'OBJECT', properties: { b: { type: 'STRING' } } },
    isWhole: false,
  })
})
