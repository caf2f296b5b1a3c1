/** What clients leave behind in a conversation, and what every API takes instead. */
import { describe, expect, test } from 'bun:test'
import type { Message, Part, ToolResultPart } from '../../src/neutral/message.ts'
import { orderly } from '../../src/wire/orderly.ts'
import { assistant, call, neutral, text, user } from './anthropic/support.ts'

const result = (id: string, words: string, over: Partial<ToolResultPart> = {}): ToolResultPart => ({
  type: 'tool-result',
  id,
  name: null,
  output: [{ type: 'text', text: words }],
  isError: null,
  kind: 'function',
  ...over,
})
const missing = (id: string) => result(id, 'There is no result.', { isError: true })
const put = (...messages: readonly Message[]): readonly Message[] => orderly(neutral(messages)).messages

describe('a conversation', () => {
  test('in order stays as it is', () => {
    const messages = [
      user(text('Go.')),
      assistant(text('I go.'), call('a', 'f', '{}'), call('b', 'f', '{}')),
      user(result('a', 'A'), result('b', 'B'), text('And?')),
      assistant(text('Gone.')),
    ]
    expect(put(...messages)).toEqual(messages)
  })

  test('loses texts of nothing, and the messages that hold no more', () => {
    const said = orderly(
      neutral([user(text(' '), text('Hello')), assistant(text('')), user(text('Hello?'))], {
        system: [
          { type: 'text', text: '\n' },
          { type: 'text', text: 'Be kind.' },
        ],
      }),
    )
    expect(said.system).toEqual([{ type: 'text', text: 'Be kind.' }])
    expect(said.messages).toEqual([user(text('Hello')), user(text('Hello?'))])
  })

  test('keeps a text of nothing that is signed, and the white space of a result', () => {
    const signed: Part = { type: 'text', text: '', signed: { form: 'gemini', by: null, value: {} } }
    const messages = [assistant(signed, call('a', 'f', '{}')), user(result('a', '\n'))]
    expect(put(...messages)).toEqual(messages)
  })

  test('of nothing at all has a word to begin with', () => {
    expect(put()).toEqual([user(text('(The conversation goes on.)'))])
  })
})

describe('a result', () => {
  test('stands right after its call, whatever came between', () => {
    const between: Message = { role: 'system', parts: [text('Be quick.')] }
    expect(
      put(
        assistant(call('a', 'f', '{}'), call('b', 'f', '{}')),
        between,
        user(text('Hurry.'), result('b', 'B')),
        user(result('a', 'A')),
      ),
    ).toEqual([
      assistant(call('a', 'f', '{}'), call('b', 'f', '{}')),
      user(result('a', 'A'), result('b', 'B')),
      between,
      user(text('Hurry.')),
    ])
  })

  test('comes after all that the model said in its turn', () => {
    expect(
      put(assistant(call('a', 'f', '{}')), assistant(call('b', 'f', '{}')), user(result('a', 'A'), result('b', 'B'))),
    ).toEqual([assistant(call('a', 'f', '{}'), call('b', 'f', '{}')), user(result('a', 'A'), result('b', 'B'))])
  })

  test('of a call that was broken off says that there is none', () => {
    expect(put(assistant(call('a', 'f', '{}')), user(text('Stop.')), assistant(call('b', 'f', '{}')))).toEqual([
      assistant(call('a', 'f', '{}')),
      user(missing('a'), text('Stop.')),
      assistant(call('b', 'f', '{}')),
      user(missing('b')),
    ])
  })

  test('without a call before it is what the user says', () => {
    expect(
      put(user(result('a', 'Early')), assistant(call('a', 'f', '{}')), user(result('a', 'Late'), result('c', 'Lost'))),
    ).toEqual([user(text('Early')), assistant(call('a', 'f', '{}')), user(result('a', 'Late'), text('Lost'))])
  })

  test('goes to the first call of its id, and the next to the next', () => {
    const [first, second] = [call('a', 'f', '{}'), call('a', 'f', '{"x":1}')]
    const messages = [assistant(first), user(result('a', '1')), assistant(second), user(result('a', '2'))]
    expect(put(...messages)).toEqual(messages)
  })

  test('has the name and the kind of its call', () => {
    expect(put(assistant(call('a', 'there__f', '{}')), user(result('a', 'A', { name: 'f', kind: 'custom' })))).toEqual([
      assistant(call('a', 'there__f', '{}')),
      user(result('a', 'A', { name: 'there__f' })),
    ])
  })
})
