import { expect, test } from 'bun:test'
import { noShape } from '../../src/neutral/shape.ts'
import { readShape } from '../../src/wire/shapes.ts'

const reminder = '<system-reminder>\nRemember the todo list.\n</system-reminder>'

test('Anthropic: the shape of a tool loop with reminders', () => {
  const shape = readShape('anthropic', {
    system: [{ type: 'text', text: 'You help.' }],
    output_config: { effort: 'high', format: { type: 'json_schema', schema: {} } },
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: reminder },
          { type: 'text', text: `Fix it. ${reminder}` },
          { type: 'image', source: { type: 'base64', data: 'AAAA' } },
        ],
      },
      { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'Read', input: { path: 'x.ts' } }] },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'a', content: [{ type: 'text', text: '12345' }] },
          { type: 'text', text: reminder },
        ],
      },
    ],
  })
  expect(shape).toEqual({
    lastUserText: 'Fix it.',
    lastUserStart: 'Fix it.',
    lastUserChars: 7,
    userTurns: 1,
    toolTurns: 1,
    isToolTurn: true,
    systemChars: 9,
    // Three reminders of 60, "Fix it. " with its space, the tool's name and path, its result; nothing of the image.
    totalChars: 3 * 60 + 8 + 4 + 4 + 5,
    media: new Set(['image']),
    wantsSchema: true,
    effort: 'high',
  })
})

test('Anthropic: words that a person puts in beside the results of tools are the last ones', () => {
  const results = { type: 'tool_result', tool_use_id: 'a', content: 'ok' }
  const content = [results, { type: 'text', text: 'Stop, do the other file first.' }]
  const { lastUserText, isToolTurn } = readShape('anthropic', { messages: [{ role: 'user', content }] })
  expect([lastUserText, isToolTurn]).toEqual(['Stop, do the other file first.', true])
})

test('Anthropic: a budget for thinking is an effort, adaptive thinking is none', () => {
  const effort = (thinking: unknown) => readShape('anthropic', { messages: [], thinking }).effort
  expect(effort({ type: 'enabled', budget_tokens: 31_999 })).toBe('xhigh')
  expect(effort({ type: 'disabled' })).toBe('none')
  expect(effort({ type: 'adaptive' })).toBeNull()
})

test('Chat Completions: parallel results of tools are one turn, system messages count apart', () => {
  const shape = readShape('openai-chat', {
    reasoning_effort: 'minimal',
    response_format: { type: 'json_schema' },
    messages: [
      { role: 'system', content: 'Be kind.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Look' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AA' } },
        ],
      },
      { role: 'assistant', tool_calls: [{ id: 'a', function: { name: 'ls', arguments: '{}' } }] },
      { role: 'tool', tool_call_id: 'a', content: 'one' },
      { role: 'tool', tool_call_id: 'b', content: 'two' },
    ],
  })
  expect(shape).toEqual({
    lastUserText: 'Look',
    lastUserStart: 'Look',
    lastUserChars: 4,
    userTurns: 1,
    toolTurns: 1,
    isToolTurn: true,
    systemChars: 8,
    totalChars: 4 + 2 + 2 + 3 + 3,
    media: new Set(['image']),
    wantsSchema: true,
    effort: 'minimal',
  })
})

test('Responses: what the client puts before the first prompt is not taken for the prompt', () => {
  const said = (text: string) => ({ type: 'message', role: 'user', content: [{ type: 'input_text', text }] })
  const shape = readShape('openai-responses', {
    instructions: 'You code.',
    reasoning: { effort: 'medium' },
    text: { format: { type: 'json_schema' } },
    input: [
      { type: 'message', role: 'developer', content: [{ type: 'input_text', text: '12345' }] },
      said('Tidy up the imports.'),
      said('# AGENTS.md instructions for /work\n\n<INSTRUCTIONS>\nBe brief.\n</INSTRUCTIONS>'),
      said('<environment_context>\n  <cwd>/work</cwd>\n</environment_context>'),
      { type: 'function_call', call_id: 'a', name: 'shell', arguments: '{}' },
      { type: 'function_call_output', call_id: 'a', output: 'done' },
    ],
  })
  expect(shape).toMatchObject({
    lastUserText: 'Tidy up the imports.',
    userTurns: 1,
    toolTurns: 1,
    isToolTurn: true,
    systemChars: 14,
    wantsSchema: true,
    effort: 'medium',
  })
})

test('Responses: the input may be a text', () => {
  expect(readShape('openai-responses', { input: 'Hello' })).toMatchObject({
    lastUserText: 'Hello',
    userTurns: 1,
    totalChars: 5,
  })
})

test('Gemini: the listing of the folder is not taken for the prompt, results of functions are turns of tools', () => {
  const context = 'This is the Gemini CLI. We are setting up the context for our chat.\nToday is Sunday.'
  const body = {
    systemInstruction: { parts: [{ text: 'You help.' }] },
    generationConfig: { responseSchema: { type: 'OBJECT' }, thinkingConfig: { thinkingLevel: 'HIGH' } },
    contents: [
      { role: 'user', parts: [{ text: context }, { text: 'Rename it.' }] },
      { role: 'model', parts: [{ functionCall: { name: 'read', args: {} } }] },
      { role: 'user', parts: [{ functionResponse: { name: 'read', response: { output: 'x' } } }] },
    ],
  }
  expect(readShape('gemini', body)).toMatchObject({
    lastUserText: 'Rename it.',
    userTurns: 1,
    toolTurns: 1,
    isToolTurn: true,
    systemChars: 9,
    media: new Set(),
    wantsSchema: true,
    effort: 'high',
  })
})

test('Gemini: media are told by their types', () => {
  const shape = (mimeType: string) =>
    readShape('gemini', { contents: [{ parts: [{ inlineData: { mimeType, data: 'AAAA' } }] }] })
  const kinds = ['image/png', 'application/pdf', 'audio/wav', 'video/mp4', 'text/plain'].map((type) => [
    ...shape(type).media,
  ])
  expect(kinds).toEqual([['image'], ['document'], ['audio'], ['video'], []])
  expect(shape('image/png').totalChars).toBeLessThan(20)
})

test('documents, files and sounds are told by the types of their parts, also in results of tools', () => {
  const pdf = { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'AAAA' } }
  const anthropic = (content: unknown) => readShape('anthropic', { messages: [{ role: 'user', content }] }).media
  expect([...anthropic([pdf])]).toEqual(['document'])
  expect([...anthropic([{ type: 'tool_result', tool_use_id: 't', content: [pdf] }])]).toEqual(['document'])
  expect([...anthropic([{ type: 'document', source: { type: 'text', data: 'words' } }])]).toEqual([])
  const file = { type: 'input_file', file_data: 'data:application/pdf;base64,AAAA' }
  expect([...readShape('openai-responses', { input: [{ role: 'user', content: [file] }] }).media]).toEqual(['document'])
  const sound = { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } }
  expect([...readShape('openai-chat', { messages: [{ role: 'user', content: [sound] }] }).media]).toEqual(['audio'])
})

test('what a model wrote for a tool is no medium, whatever it looks like', () => {
  const input = { type: 'file', nested: [{ type: 'image' }], name: 'abc' }
  const content = [{ type: 'tool_use', id: 't', name: 'find', input }]
  const shape = readShape('anthropic', { messages: [{ role: 'assistant', content }] })
  expect([...shape.media]).toEqual([])
  expect(shape.totalChars).toBe(7)
})

test('of a long text the end is kept, and how it began', () => {
  const shape = readShape('openai-chat', { messages: [{ role: 'user', content: `Begin ${'x'.repeat(9000)} end` }] })
  expect([shape.lastUserText.length, shape.lastUserStart.length, shape.lastUserChars]).toEqual([4000, 600, 9010])
  expect([shape.lastUserStart.slice(0, 5), shape.lastUserText.slice(-3)]).toEqual(['Begin', 'end'])
})

test('a tag that is never closed takes nothing away', () => {
  const { lastUserText } = readShape('openai-chat', {
    messages: [{ role: 'user', content: 'What is <system-reminder> for?' }],
  })
  expect(lastUserText).toBe('What is <system-reminder> for?')
})

test('bodies that are none have no shape, and odd ones do not fail', () => {
  for (const dialect of ['anthropic', 'openai-chat', 'openai-responses', 'gemini'] as const) {
    for (const body of [undefined, null, 'x', 7, [], [1]]) expect(readShape(dialect, body)).toEqual(noShape)
    const odd = {
      messages: [null, 7, { role: 7, content: [null, 7] }],
      input: [null, []],
      contents: [null, { parts: 7 }],
    }
    expect(readShape(dialect, odd).lastUserText).toBe('')
  }
})
