/** What only one dialect has a word for is named once another takes over, wherever it stands. */
import { describe, expect, test } from 'bun:test'
import type { NeutralRequest } from '../../src/neutral/request.ts'
import { lostInEvents, lostInReply, lostInRequest } from '../../src/wire/lost.ts'
import { neutralRequest } from '../support/neutral-request.ts'

const blank: NeutralRequest = neutralRequest()
const carried = (fields: Record<string, unknown>) => ({ dialect: 'anthropic' as const, fields })

const everywhere: NeutralRequest = {
  ...blank,
  carried: carried({ container: 'c', nothing: null, blank: '', none: [], absent: undefined }),
  system: [{ type: 'text', text: 's', carried: carried({ a: 1 }) }],
  messages: [
    {
      role: 'user',
      carried: carried({ name: 'n' }),
      parts: [
        {
          type: 'text',
          text: 't',
          citations: [{ url: null, title: null, quote: null, start: null, end: null, carried: carried({ index: 0 }) }],
        },
        { type: 'foreign', dialect: 'anthropic', name: 'container_upload', value: {} },
        {
          type: 'tool-result',
          id: 'x',
          name: null,
          isError: null,
          kind: 'function',
          output: [{ type: 'foreign', dialect: 'anthropic', name: 'tool_reference', value: {} }],
        },
      ],
    },
  ],
  tools: [
    { type: 'foreign', dialect: 'anthropic', name: 'computer_20250124', value: {} },
    { type: 'function', name: 'f', description: null, schema: null, isStrict: null, carried: carried({ defer: true }) },
  ],
}

test('a request names what is carried and foreign in it, at every depth', () => {
  expect([...lostInRequest(everywhere, 'gemini')].toSorted()).toEqual([
    'citations[].index',
    'container',
    'container_upload',
    'messages[].name',
    'system.text.a',
    'tool_reference',
    'tools: computer_20250124',
    'tools[].defer',
  ])
})

test('the dialect that it came from loses nothing', () => {
  expect(lostInRequest(everywhere, 'anthropic').size).toBe(0)
})

describe('an answer names it', () => {
  const fields = carried({ container: { id: 'c' } })
  const part = { type: 'foreign', dialect: 'anthropic', name: 'bash_code_execution', value: {} } as const
  const finish = { kind: 'stop' } as const

  test('whole', () => {
    const reply = { id: null, model: null, parts: [part], finish, usage: null, carried: fields }
    expect([...lostInReply(reply, 'openai-chat')].toSorted()).toEqual(['bash_code_execution', 'container'])
    expect(lostInReply(reply, 'anthropic').size).toBe(0)
  })

  test('step by step, by the same names', () => {
    const lostIn = lostInEvents('gemini')
    expect([...lostIn({ type: 'part', index: 0, part })]).toEqual(['bash_code_execution'])
    expect(lostIn({ type: 'part-start', index: 1, part: { type: 'reasoning' } }).size).toBe(0)
    expect(lostIn({ type: 'part-delta', index: 1, delta: 'x' }).size).toBe(0)
    expect([...lostIn({ type: 'part-end', index: 1, carried: carried({ odd: 1 }) })]).toEqual(['reply.reasoning.odd'])
    expect([...lostIn({ type: 'message-end', finish, usage: null, carried: fields })]).toEqual(['container'])
  })

  test('without the provider’s own bookkeeping, which no client of another dialect looks for', () => {
    const own = carried({ 'usage.speed': 'fast', system_fingerprint: 'fp', object: 'x', created: 1, said: 'y' })
    const reply = { id: null, model: null, parts: [], finish, usage: null, carried: own }
    expect([...lostInReply(reply, 'gemini')]).toEqual(['said'])
  })
})
