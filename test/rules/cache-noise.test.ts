/** What the mode `aggressive` folds together, and what it must not (docs/decisions/0016). */
import { describe, expect, test } from 'bun:test'
import type { DialectId } from '../../src/neutral/model.ts'
import { cacheKey, foldedIn, type CacheMode } from '../../src/rules/cache-key.ts'

const keyOf = (body: unknown, dialect: DialectId, mode: CacheMode = 'aggressive') =>
  cacheKey(
    {
      dialect,
      endpoint: 'messages',
      path: '/messages',
      query: '',
      body,
      requestedModel: 'm',
      headers: [],
      credentialScope: 's',
      routing: 'r',
    },
    mode,
  )
const asked = (text: string) => keyOf({ messages: [{ role: 'user', content: text }] }, 'anthropic')
const told = (text: string) => keyOf({ system: text, messages: [] }, 'anthropic')

const uuids = ['0198c6a2-7e1c-7b3f-9d1e-2f4a6b8c0d1e', '550E8400-E29B-41D4-A716-446655440000'] as const
const hashes = ['9e107d9d372bb6826bd81d3542a419d6', 'e4d909c290d0fb1ca068ffaddf22cbd0'] as const

describe('the same but for when it was asked:', () => {
  const moments: readonly (readonly [string, string])[] = [
    ['Today is 2026-01-05. Greet me.', 'Today is 2026-01-06. Greet me.'],
    ["Today's date: 2026-01-05", "Today's date: 2025-12-31"],
    ['Today’s date is Monday, January 5, 2026.', 'Today’s date is Tuesday, January 6th, 2026.'],
    ['today is 5 January 2026', 'today is 16 Dec 2025'],
    ['Today is Mon Jan 05 2026', 'Today is Tue Jan 06 2026'],
    ['Current date: 05/01/2026', 'Current date: 06/01/2026'],
    ['Current date and time: 2026-01-05 10:22:33', 'Current date and time: 2026-01-05 10:22:34'],
    ['The current time is 10:22 AM UTC', 'The current time is 4:05 p.m. UTC'],
    ['<current_date>2026-01-05</current_date>', '<current_date>2026-01-06</current_date>'],
    ['<current_time>\n10:22\n</current_time>', '<current_time>\n10:23\n</current_time>'],
    ['{"currentDate": "2026-01-05T10:22:33.123Z"}', '{"currentDate": "2026-01-06T11:00:00.5Z"}'],
    ['**Current date**: 2026.01.05', '**Current date**: 2026.01.06'],
    ['Current date (YYYY-MM-DD): 2026-01-05', 'Current date (YYYY-MM-DD): 2026-01-06'],
    ['CURRENT_TIMESTAMP=2026-01-05T10:22', 'CURRENT_TIMESTAMP=2026-01-05T10:23'],
  ]
  test.each(moments)('%j and %j have one key, asked or told', (one, other) => {
    expect(asked(other)).toBe(asked(one))
    expect(told(other)).toBe(told(one))
  })

  test('in a system prompt timestamps and ids, too', () => {
    expect(told(`Session ${uuids[1]}.`)).toBe(told(`Session ${uuids[0]}.`))
    expect(told(`trace: ${hashes[1]}`)).toBe(told(`trace: ${hashes[0]}`))
    expect(told('Generated 2026-01-05T10:22:33Z.')).toBe(told('Generated 2026-01-05 11:00:00.123Z.'))
  })
})

describe('white space that nobody sees:', () => {
  const same: readonly (readonly [string, string])[] = [
    ['Say  hello\tto me.', 'Say hello to me.'],
    ['One line.  \nAnother.', 'One line.\nAnother.'],
    ['One line.\r\nAnother.', 'One line.\nAnother.'],
    ['One.\n\n\n\n  Two.', 'One.\n\n  Two.'],
    ['One.\n  \nTwo.', 'One.\n\nTwo.'],
    ['The end.\n\n', 'The end.'],
  ]
  test.each(same)('%j and %j have one key', (one, other) => expect(asked(one)).toBe(asked(other)))
})

describe('what a text is about makes another key:', () => {
  const different: readonly (readonly [string, string])[] = [
    ['What happened on 2026-01-05?', 'What happened on 2026-01-06?'],
    ['What happened on 5 January 2026?', 'What happened on 6 January 2026?'],
    ['Is today 2026-01-05?', 'Is today 2026-01-06?'],
    ['Today is Monday.', 'Today is Tuesday.'],
    ['Today it is 20 degrees.', 'Today it is 21 degrees.'],
    ["where current_date > '2026-01-05'", "where current_date > '2026-01-06'"],
    ['The current time is 10:22 UTC', 'The current time is 10:22 CET'],
    ['The shop opens at 10:00.', 'The shop opens at 11:00.'],
    ['Add 2 and 3.', 'Add 2 and 4.'],
    ['hello', 'Hello'],
    ['Ne pas', 'nepas'],
    ['One.\nTwo.', 'One. Two.'],
    ['One.\n\nTwo.', 'One.\nTwo.'],
    ['if a:\n    b\nc', 'if a:\n    b\n    c'],
    ['  indented', 'indented'],
    [`Is ${uuids[0]} a version 7?`, `Is ${uuids[1]} a version 7?`],
    [`Which text has the MD5 ${hashes[0]}?`, `Which text has the MD5 ${hashes[1]}?`],
    ['Explain `a  b`.', 'Explain `a b`.'],
    ['```\nx =  1\n```', '```\nx = 1\n```'],
    ['~~~py\ntoday = 1  \n~~~', '~~~py\ntoday = 1\n~~~'],
    ['```\nToday is 2026-01-05', '```\nToday is 2026-01-06'],
    ['Today is \0.', 'Today is 2026-01-05'],
    ['a\0\0b', 'a\0b'],
  ]
  test.each(different)('%j and %j', (one, other) => expect(asked(one)).not.toBe(asked(other)))

  const toldDifferent: readonly (readonly [string, string])[] = [
    ['Your knowledge ends on 2025-06-30.', 'Your knowledge ends on 2025-07-31.'],
    ['Open from 10:00 to 18:00.', 'Open from 10:00 to 17:00.'],
    ['Build 20260105.', 'Build 20260106.'],
    ['Commit 9e107d9.', 'Commit e4d909c.'],
    [`Data: ${hashes[0].repeat(3)}`, `Data: ${hashes[1].repeat(3)}`],
    ['Id 12345678901234567890123456789012', 'Id 12345678901234567890123456789013'],
    [`Decode \`${hashes[0]}\`.`, `Decode \`${hashes[1]}\`.`],
  ]
  test.each(toldDifferent)('told %j and %j', (one, other) => expect(told(one)).not.toBe(told(other)))
})

describe('only what system and user say is read so:', () => {
  const noisy = ['Today is 2026-01-05.', 'Today is 2026-01-06.'] as const
  const pair = (dialect: DialectId, make: (text: string) => unknown) =>
    [keyOf(make(noisy[0]), dialect), keyOf(make(noisy[1]), dialect)] as const

  const prose: readonly (readonly [string, DialectId, (text: string) => unknown])[] = [
    ['the system prompt of Messages', 'anthropic', (text) => ({ system: [{ type: 'text', text }] })],
    [
      'a message in parts',
      'anthropic',
      (text) => ({ messages: [{ role: 'user', content: [{ type: 'text', text }] }] }),
    ],
    ['a system message of Chat', 'openai-chat', (content) => ({ messages: [{ role: 'system', content }] })],
    ['a developer message', 'openai-chat', (content) => ({ messages: [{ role: 'developer', content }] })],
    ['a user message', 'openai-chat', (text) => ({ messages: [{ role: 'user', content: [{ type: 'text', text }] }] })],
    ['instructions', 'openai-responses', (instructions) => ({ instructions })],
    ['an input of text', 'openai-responses', (input) => ({ input })],
    [
      'an input message',
      'openai-responses',
      (text) => ({ input: [{ role: 'user', content: [{ type: 'input_text', text }] }] }),
    ],
    ['a system instruction', 'gemini', (text) => ({ systemInstruction: { parts: [{ text }] } })],
    ['one in snake_case', 'gemini', (text) => ({ system_instruction: { parts: [{ text }] } })],
    ['a turn', 'gemini', (text) => ({ contents: [{ role: 'user', parts: [{ text }] }] })],
    ['a turn without a role', 'gemini', (text) => ({ contents: [{ parts: [{ text }] }] })],
  ]
  test.each(prose)('%s', (_, dialect, make) => {
    const [one, other] = pair(dialect, make)
    expect(other).toBe(one)
    expect(keyOf(make(noisy[0]), dialect, 'exact')).not.toBe(keyOf(make(noisy[1]), dialect, 'exact'))
  })

  const data: readonly (readonly [string, DialectId, (text: string) => unknown])[] = [
    ['the answer so far', 'anthropic', (content) => ({ messages: [{ role: 'assistant', content }] })],
    [
      "a tool's result",
      'anthropic',
      (content) => ({ messages: [{ role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content }] }] }),
    ],
    [
      'the arguments of a call',
      'anthropic',
      (text) => ({ messages: [{ role: 'user', content: [{ type: 'tool_use', input: { text } }] }] }),
    ],
    ["a tool's description", 'anthropic', (description) => ({ tools: [{ name: 't', description }] })],
    [
      'a document',
      'anthropic',
      (data) => ({ messages: [{ role: 'user', content: [{ type: 'document', source: { type: 'text', data } }] }] }),
    ],
    ['a stop sequence', 'anthropic', (stop) => ({ stop_sequences: [stop] })],
    ["a tool's message", 'openai-chat', (content) => ({ messages: [{ role: 'tool', content }] })],
    ['the output of a call', 'openai-responses', (output) => ({ input: [{ type: 'function_call_output', output }] })],
    ["the model's turn", 'gemini', (text) => ({ contents: [{ role: 'model', parts: [{ text }] }] })],
    [
      'what a function gave',
      'gemini',
      (text) => ({ contents: [{ role: 'user', parts: [{ functionResponse: { response: { text } } }] }] }),
    ],
    ['the model', 'gemini', (model) => ({ model })],
  ]
  test.each(data)('and not %s', (_, dialect, make) => {
    const [one, other] = pair(dialect, make)
    expect(other).not.toBe(one)
  })

  test('no message is left out: the same last word after another conversation is another request', () => {
    const after = (said: string) =>
      keyOf({ messages: [said, 'continue'].map((content) => ({ role: 'user', content })) }, 'anthropic')
    expect(after('Count to ten.')).not.toBe(after('Tell a joke.'))
  })
})

describe('what was folded is known, so that an answer that repeats it is not kept:', () => {
  const body = {
    system: `Tenant ${uuids[0]}, trace ${hashes[0]}, written 2026-01-05T10:22:33Z.`,
    messages: [{ role: 'user', content: 'Today is 5 January 2026,  and now?' }],
  }

  test('word for word, white space aside', () => {
    expect(foldedIn(body, 'anthropic', 'aggressive')).toEqual([
      '2026-01-05T10:22:33',
      uuids[0],
      hashes[0],
      '5 January 2026',
    ])
  })

  test('nothing in the mode `exact`', () => {
    expect(foldedIn(body, 'anthropic', 'exact')).toEqual([])
  })
})

test('long texts made to be slow are not', () => {
  const texts = [' '.repeat(200_000), `x${' '.repeat(200_000)}x`, '`'.repeat(200_000), '\n'.repeat(200_000)]
  const words = ['today is ', 'a'.repeat(40), '2026-01-', '```\n', '~~~', 'current date (', 'Today\'s"*_', '9e107d9d-']
  for (const text of [...texts, ...words.map((word) => word.repeat(20_000))]) {
    const started = performance.now()
    told(text)
    expect(performance.now() - started).toBeLessThan(500)
  }
})
