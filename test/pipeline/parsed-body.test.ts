/** The body is parsed once, and again for whoever comes after it was given up. */
import { expect, test } from 'bun:test'
import { jsonOf, ParsedBody } from '../../src/pipeline/parsed-body.ts'

const plainBody = Buffer.from('{"model":"m"}')

test('who reads before it is sent gets what was parsed already, who reads after it gets it anew', () => {
  const value = { model: 'm' }
  const parsed = new ParsedBody(value, String(plainBody))
  expect(jsonOf({ parsed, plainBody })).toBe(value)
  parsed.giveUp()
  expect(jsonOf({ parsed, plainBody })).toEqual(value)
  expect(jsonOf({ parsed, plainBody })).not.toBe(value)
})

test('a body that nobody parsed is parsed when it is asked for, and refused where it is no object', () => {
  expect(jsonOf({ plainBody })).toEqual({ model: 'm' })
  expect(() => jsonOf({ plainBody: Buffer.from('[]') })).toThrow('must be a JSON object')
})
