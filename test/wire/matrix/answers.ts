/** Answers that no recording holds, typed by hand in the dialects that give them. */
import type { DialectId } from '../../../src/neutral/model.ts'

export interface Answer {
  readonly dialect: DialectId
  readonly body: Record<string, unknown>
}

const messages = (content: readonly object[], over: object = {}) => ({
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'claude-sonnet-4-6',
  content,
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: { input_tokens: 10, cache_read_input_tokens: 5, cache_creation_input_tokens: 3, output_tokens: 7 },
  ...over,
})

const chat = (message: object, finish = 'stop', over: object = {}) => ({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'gpt-5.4',
  choices: [{ index: 0, message: { role: 'assistant', content: null, ...message }, finish_reason: finish }],
  usage: {
    prompt_tokens: 18,
    completion_tokens: 7,
    total_tokens: 25,
    prompt_tokens_details: { cached_tokens: 5 },
    completion_tokens_details: { reasoning_tokens: 2 },
  },
  ...over,
})

const responses = (output: readonly object[], over: object = {}) => ({
  id: 'resp_1',
  object: 'response',
  status: 'completed',
  model: 'gpt-5',
  output,
  usage: {
    input_tokens: 18,
    input_tokens_details: { cached_tokens: 5 },
    output_tokens: 7,
    output_tokens_details: { reasoning_tokens: 2 },
    total_tokens: 25,
  },
  ...over,
})

const gemini = (parts: readonly object[], finishReason = 'STOP', over: object = {}) => ({
  candidates: [{ content: { role: 'model', parts }, finishReason, index: 0, ...over }],
  usageMetadata: {
    promptTokenCount: 18,
    cachedContentTokenCount: 5,
    candidatesTokenCount: 5,
    thoughtsTokenCount: 2,
    totalTokenCount: 25,
  },
  modelVersion: 'gemini-2.5-flash',
  responseId: 'r-1',
})

const call = (id: string, args: string) => ({ id, type: 'function', function: { name: 'f', arguments: args } })
const said = (text: string, annotations: readonly object[] = []) => ({
  type: 'message',
  id: 'msg_1',
  role: 'assistant',
  status: 'completed',
  content: [{ type: 'output_text', text, annotations }],
})

const anthropic: Readonly<Record<string, object>> = {
  'a stop sequence that was met': messages([{ type: 'text', text: 'One, two' }], {
    stop_reason: 'stop_sequence',
    stop_sequence: 'three',
  }),
  'a refusal without a word': messages([], { stop_reason: 'refusal' }),
  'a refusal after some words': messages([{ type: 'text', text: 'Well, ' }], {
    stop_reason: 'refusal',
    stop_details: { type: 'refusal', category: null, explanation: 'I will not.' },
  }),
  'thoughts in two parts, one of them secret, before a call without arguments': messages(
    [
      { type: 'thinking', thinking: 'Hm.', signature: 'EqA' },
      { type: 'redacted_thinking', data: 'EmB' },
      { type: 'text', text: 'I look.' },
      { type: 'tool_use', id: 'toolu_1', name: 'f', input: {} },
      { type: 'tool_use', id: 'toolu_2', name: 'f', input: { a: [1, { b: null }], 'ü"\\': '\u2028' } },
    ],
    { stop_reason: 'tool_use' },
  ),
  'thoughts that are empty and signed': messages([
    { type: 'thinking', thinking: '', signature: 'EqC' },
    { type: 'text', text: 'So.' },
  ]),
  'a window that is full': messages([{ type: 'text', text: 'And so' }], {
    stop_reason: 'model_context_window_exceeded',
  }),
  'a turn that is paused': messages([{ type: 'text', text: 'Soon' }], { stop_reason: 'pause_turn' }),
  'a search, and words that rest on it': messages([
    { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'rain' } },
    {
      type: 'web_search_tool_result',
      tool_use_id: 'srvtoolu_1',
      content: [
        { type: 'web_search_result', url: 'https://a.example', title: 'A', encrypted_content: 'E', page_age: null },
      ],
    },
    {
      type: 'text',
      text: 'It rains.',
      citations: [
        {
          type: 'web_search_result_location',
          url: 'https://a.example',
          title: 'A',
          cited_text: 'rain',
          encrypted_index: 'I',
        },
      ],
    },
  ]),
}

const ofChat: Readonly<Record<string, object>> = {
  'nothing at all': chat({ content: '' }),
  'texts and thoughts that are empty beside a call': chat(
    { content: '', reasoning_content: '', tool_calls: [call('call_1', '')] },
    'tool_calls',
  ),
  'arguments that broke off': chat({ tool_calls: [call('call_1', '{"a":')] }, 'length'),
  'a refusal in its own words': chat({ refusal: 'No.' }),
  'an answer that was filtered': chat({ content: 'Half' }, 'content_filter'),
  'a sequence that a server names': {
    ...chat({}),
    choices: [{ index: 0, message: { role: 'assistant', content: 'One' }, finish_reason: 'stop', stop_reason: 'two' }],
  },
  'signed calls of a gateway': chat(
    {
      content: 'See.',
      tool_calls: [{ ...call('call_1', '{}'), extra_content: { google: { thought_signature: 'c2ln' } } }],
    },
    'tool_calls',
  ),
  'thoughts of a gateway, signed': chat({
    content: 'So.',
    reasoning: 'Hm.',
    reasoning_details: [{ type: 'reasoning.text', text: 'Hm.', signature: 'c2ln', index: 0 }],
  }),
  'a picture': chat({
    content: 'Here.',
    images: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } }],
  }),
  'words with sources': chat({
    content: 'It rains in Oslo.',
    annotations: [
      { type: 'url_citation', url_citation: { url: 'https://a.example', title: 'A', start_index: 3, end_index: 8 } },
    ],
  }),
  'a free text for a tool': chat(
    { tool_calls: [{ id: 'call_1', type: 'custom', custom: { name: 'patch', input: 'a "b"\n' } }] },
    'tool_calls',
  ),
  'no usage': { ...chat({ content: 'Hello' }), usage: undefined },
}

const ofResponses: Readonly<Record<string, object>> = {
  'an answer that was cut short': responses([said('And')], {
    status: 'incomplete',
    incomplete_details: { reason: 'max_output_tokens' },
  }),
  'thoughts without words, a word and a call': responses([
    { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'gAAA' },
    said('I look.'),
    { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'f', arguments: '{"a":1}', status: 'completed' },
  ]),
  'a refusal': responses([{ ...said(''), content: [{ type: 'refusal', refusal: 'No.' }] }]),
  'a free text for a tool': responses([
    { type: 'custom_tool_call', id: 'ctc_1', call_id: 'call_1', name: 'patch', input: 'a "b"\n' },
  ]),
  'words with sources of two kinds': responses([
    said('It rains in Oslo.', [
      { type: 'url_citation', url: 'https://a.example', title: 'A', start_index: 3, end_index: 8 },
      { type: 'file_citation', file_id: 'file_1', filename: 'a.pdf', index: 2 },
    ]),
  ]),
}

const ofGemini: Readonly<Record<string, object>> = {
  'signed thoughts, a signed call and one that is not': gemini([
    { text: 'Hm.', thought: true },
    { functionCall: { name: 'f', args: { a: 1 } }, thoughtSignature: 'c2ln' },
    { functionCall: { id: 'own', name: 'f', args: {} } },
  ]),
  'a text that is signed, and a signature alone': gemini([
    { text: 'Yes.', thoughtSignature: 'c2ln' },
    { text: '', thoughtSignature: 'bGFzdA==' },
  ]),
  'an answer that was filtered': gemini([{ text: 'Half' }], 'SAFETY'),
  'a picture between words': gemini([
    { text: 'Here:' },
    { inlineData: { mimeType: 'image/png', data: 'iVBORw0KGgo=' } },
    { text: 'Nice?' },
  ]),
  sound: gemini([{ inlineData: { mimeType: 'audio/wav', data: 'UklGRg==' } }]),
  'words that rest on a search': gemini([{ text: 'Es regnet – überall.' }], 'STOP', {
    groundingMetadata: {
      webSearchQueries: ['rain'],
      groundingChunks: [{ web: { uri: 'https://a.example', title: 'A' } }],
      groundingSupports: [{ segment: { startIndex: 14, endIndex: 22, text: 'überall' }, groundingChunkIndices: [0] }],
    },
  }),
}

const under = (dialect: DialectId, bodies: Readonly<Record<string, object>>) =>
  Object.entries(bodies).map(
    ([name, body]) =>
      [`${dialect}: ${name}`, { dialect, body: JSON.parse(JSON.stringify(body)) as Answer['body'] }] as const,
  )

export const answers: readonly (readonly [string, Answer])[] = [
  ...under('anthropic', anthropic),
  ...under('openai-chat', ofChat),
  ...under('openai-responses', ofResponses),
  ...under('gemini', ofGemini),
]
