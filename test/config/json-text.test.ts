import { describe, expect, test } from 'bun:test'
import { readJson } from '../../src/config/json-text.ts'

test('a byte order mark is no fault', () => {
  expect(readJson('\uFEFF{"a": 1}')).toEqual({ kind: 'value', value: { a: 1 } })
})

describe('a syntax error has a line, a column and a reason', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['an empty file', '', 'the file is empty'],
    ['white space alone', ' \n ', 'the file is empty'],
    ['a trailing comma in an object', '{\n  "a": 1,\n}', 'line 3, column 1: expected a property name in double quotes'],
    ['a trailing comma in a list', '[1,]', 'line 1, column 4: expected a value'],
    ['a comment', '{\n  // port\n  "a": 1\n}', 'line 2, column 3: expected a property name in double quotes'],
    ['single quotes', "{'a': 1}", 'line 1, column 2: expected a property name in double quotes'],
    ['a missing colon', '{"a" 1}', 'line 1, column 6: expected a colon after the property name'],
    ['a missing comma', '{\n  "a": 1\n  "b": 2\n}', 'line 3, column 3: expected a comma or }'],
    ['a missing bracket', '{"a": [1, 2}', 'line 1, column 12: expected a comma or ]'],
    ['a cut file', '{"a": {"b": "c', 'line 1, column 13: expected a string that ends on its line'],
    ['a word', '{"a": yes}', 'line 1, column 7: expected a value'],
    ['a number with a leading zero', '{"a": 007}', 'line 1, column 7: expected a value'],
    ['something after the end', '{} {}', 'line 1, column 4: expected the end of the file'],
    ['windows line ends', '{\r\n  "a": 1\r\n  "b": 2\r\n}', 'line 3, column 3: expected a comma or }'],
  ]
  for (const [what, text, problem] of cases) {
    test(what, () => expect(readJson(text)).toEqual({ kind: 'broken', problem }))
  }
})
