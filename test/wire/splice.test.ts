import { describe, expect, test } from 'bun:test'
import { membersOf } from '../../src/lib/json-members.ts'
import { spliceIncludeUsage, spliceModel } from '../../src/wire/splice.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const text = (data: Uint8Array) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(data)

describe('a model rewrite changes the name and no other byte', () => {
  const cases: readonly (readonly [title: string, before: string, after: string])[] = [
    ['plain', '{"model":"a/b","x":1}', '{"model":"b","x":1}'],
    ['model last, odd white space', '{ "x" :1,\n\t"model"  :  "a/b"  }\n', '{ "x" :1,\n\t"model"  :  "b"  }\n'],
    [
      'a nested model is left alone',
      '{"a":{"model":"n"},"model":"a/b","m":[{"model":"n"}]}',
      '{"a":{"model":"n"},"model":"b","m":[{"model":"n"}]}',
    ],
    [
      'a key inside a string is left alone',
      '{"t":"\\"model\\":\\"x\\"","model":"a/b"}',
      '{"t":"\\"model\\":\\"x\\"","model":"b"}',
    ],
    [
      'a string that ends in backslashes',
      '{"t":"\\\\","u":"\\\\\\"","model":"a/b"}',
      '{"t":"\\\\","u":"\\\\\\"","model":"b"}',
    ],
    ['an escaped key', '{"\\u006dodel":"a/b"}', '{"\\u006dodel":"b"}'],
    ['a repeated key', '{"model":"q","model":"a/b"}', '{"model":"b","model":"b"}'],
    [
      'big and odd numbers',
      '{"n":12345678901234567890,"e":1e400,"z":-0.0,"model":"a/b"}',
      '{"n":12345678901234567890,"e":1e400,"z":-0.0,"model":"b"}',
    ],
    ['a byte order mark', '\ufeff{"model":"a/b"}', '\ufeff{"model":"b"}'],
    ['brackets in strings', '{"t":["}","{","]"],"model":"a/b"}', '{"t":["}","{","]"],"model":"b"}'],
  ]
  for (const [title, before, after] of cases) {
    test(title, () => expect(text(spliceModel(bytes(before), 'b'))).toBe(after))
  }

  test('invalid UTF-8 stays what it was', () => {
    const odd = new Uint8Array([...bytes('{"t":"'), 0xff, 0xfe, 0x80, ...bytes('","model":"a/b"}')])
    const out = spliceModel(odd, 'b')
    expect([...out]).toEqual([...bytes('{"t":"'), 0xff, 0xfe, 0x80, ...bytes('","model":"b"}')])
  })

  test('a name with quotes and line ends is written as JSON', () => {
    expect(text(spliceModel(bytes('{"model":"x"}'), 'a"\n'))).toBe('{"model":"a\\"\\n"}')
  })
})

describe('include_usage is spliced in', () => {
  const cases: readonly (readonly [title: string, before: string, after: string])[] = [
    [
      'where nothing is said',
      '{"model":"m","stream":true}',
      '{"stream_options":{"include_usage":true},"model":"m","stream":true}',
    ],
    [
      'beside other options',
      '{"stream_options":{"include_obfuscation":false},"stream":true}',
      '{"stream_options":{"include_usage":true,"include_obfuscation":false},"stream":true}',
    ],
    [
      'into empty options',
      '{"stream_options": { } ,"stream":true}',
      '{"stream_options": {"include_usage":true } ,"stream":true}',
    ],
    [
      'in place of null',
      '{"stream_options":null,"stream":true}',
      '{"stream_options":{"include_usage":true},"stream":true}',
    ],
    [
      'in place of null inside',
      '{"stream":true,"stream_options":{"include_usage":null}}',
      '{"stream":true,"stream_options":{"include_usage":true}}',
    ],
    [
      'in place of false',
      '{"stream":true,"stream_options":{"include_usage": false}}',
      '{"stream":true,"stream_options":{"include_usage": true}}',
    ],
  ]
  for (const [title, before, after] of cases) {
    test(title, () => expect(text(spliceIncludeUsage(bytes(before)))).toBe(after))
  }

  test.each([
    '{"stream_options":"x","stream":true}',
    '{"stream_options":[1],"stream":true}',
    '{"stream_options":0,"stream":true}',
    '{"stream_options":true,"stream":true}',
    '{"stream_options":{"include_usage":"yes"},"stream":true}',
    '{"stream_options":{"include_usage":1},"stream":true}',
    '{"stream_options":{"include_usage":{}},"stream":true}',
    '{"stream_options":{"include_usage":false,"include_usage":[]},"stream":true}',
  ])('not where a provider is to refuse it: %s', (before) => {
    const body = bytes(before)
    expect(spliceIncludeUsage(body)).toBe(body)
  })
})

test('members are found where JSON.parse finds them, in 500 random objects', () => {
  const seed = 20260917
  const random = generator(seed)
  for (let round = 0; round < 500; round++) {
    const value = randomObject(random, 3)
    const source = JSON.stringify(value, null, round % 3)
    const found = membersOf(bytes(source)).map((member) => [
      member.key,
      JSON.parse(source.slice(member.valueStart, member.valueEnd)),
    ])
    expect(Object.fromEntries(found), `seed ${seed}, round ${round}: ${source}`).toEqual(JSON.parse(source))
  }
})

/** Park and Miller's generator: the same numbers for the same seed. ASCII only, so that byte and text offsets agree. */
function generator(seed: number): () => number {
  let state = seed
  return () => (state = (state * 48271) % 2147483647) / 2147483647
}

function randomObject(random: () => number, depth: number): Record<string, unknown> {
  const words = ['model', 'a"b', '\\', 'x{', ']y', ',', ':', '', 'stream_options']
  return Object.fromEntries(
    Array.from({ length: Math.floor(random() * 5) }, () => [
      words[Math.floor(random() * words.length)] ?? '',
      randomValue(random, depth, words),
    ]),
  )
}

function randomValue(random: () => number, depth: number, words: readonly string[]): unknown {
  const kind = Math.floor(random() * (depth > 0 ? 6 : 4))
  if (kind === 0) return Math.floor(random() * 1e9) / 7
  if (kind === 1) return words[Math.floor(random() * words.length)]
  if (kind === 2) return null
  if (kind === 3) return random() < 0.5
  if (kind === 4) return Array.from({ length: Math.floor(random() * 4) }, () => randomValue(random, depth - 1, words))
  return randomObject(random, depth - 1)
}
