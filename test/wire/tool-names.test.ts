import { describe, expect, test } from 'bun:test'
import type { Message } from '../../src/neutral/message.ts'
import { type NeutralRequest, type Tool } from '../../src/neutral/request.ts'
import { fitToolNames } from '../../src/wire/tool-names.ts'
import { neutralRequest } from '../support/neutral-request.ts'

const rule = { maxLength: 20, illegal: /[^\w-]/ }

const tool = (name: string): Tool => ({ type: 'function', name, description: null, schema: null, isStrict: null })

const requestWith = (names: readonly string[], messages: readonly Message[] = []): NeutralRequest =>
  neutralRequest({
    messages,
    tools: names.map(tool),
  })

const namesOf = (request: NeutralRequest): string[] =>
  request.tools.map((one) => (one.type === 'foreign' || one.type === 'web-search' ? one.type : one.name))

describe('tool names on their way to a stricter dialect', () => {
  test('names that fit stay, and the request is the same object', () => {
    const request = requestWith(['read_file', 'Bash'])
    const names = fitToolNames(request, rule)
    expect(names.request).toBe(request)
    expect(names.changed).toBe(0)
  })

  test('a long name keeps its end, fits, and comes back whole', () => {
    const long = 'mcp__a_server_with_a_long_name__search_documents'
    const names = fitToolNames(requestWith([long]), rule)
    const [short = ''] = namesOf(names.request)
    expect(short).toMatch(/^t[0-9a-z]{8}__documents$/)
    expect(short.length).toBeLessThanOrEqual(20)
    expect(
      names.restorePart({ type: 'tool-call', id: '1', name: short, arguments: { text: '' }, kind: 'function' }),
    ).toMatchObject({ name: long })
    expect(
      names.restoreEvent({
        type: 'part-start',
        index: 0,
        part: { type: 'tool-call', id: '1', name: short, kind: 'function' },
      }),
    ).toMatchObject({ part: { name: long } })
  })

  test('two names that would become one stay two', () => {
    const names = namesOf(fitToolNames(requestWith(['a.b', 'a b', 'a_b']), rule).request)
    expect(new Set(names).size).toBe(3)
    expect(names[2]).toBe('a_b')
  })

  test('calls, results and the choice in the same request go by the same name', () => {
    const request: NeutralRequest = {
      ...requestWith(
        ['get.weather'],
        [
          {
            role: 'assistant',
            parts: [{ type: 'tool-call', id: '1', name: 'get.weather', arguments: { value: {} }, kind: 'function' }],
          },
          {
            role: 'user',
            parts: [{ type: 'tool-result', id: '1', name: 'get.weather', output: [], isError: null, kind: 'function' }],
          },
        ],
      ),
      toolChoice: { kind: 'named', name: 'get.weather' },
    }
    const { request: fitted } = fitToolNames(request, rule)
    expect(JSON.stringify(fitted)).not.toContain('get.weather')
    expect(JSON.stringify(fitted).match(/get_weather/g)).toHaveLength(4)
  })

  test('the same conversation gets the same names each time', () => {
    const request = requestWith(['mcp__a_server_with_a_long_name__search_documents'])
    expect(fitToolNames(request, rule).request).toEqual(fitToolNames(request, rule).request)
  })
})
