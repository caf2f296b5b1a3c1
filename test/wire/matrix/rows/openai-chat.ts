/** A sample for each row of `docs/wire/openai-chat.md`. */
import { plainBody } from '../sides.ts'
import { always, samplesOver, type Samples } from './sample.ts'

const ask = samplesOver(plainBody['openai-chat'])
const png = 'iVBORw0KGgo='
const hello = { role: 'user', content: 'Hello' }
const parameters = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
}
const look = { name: 'look', parameters }
const tool = { type: 'function', function: look }
const withTool = { tools: [tool] }
const functionOf = (over: object) => ({ tools: [{ type: 'function', function: { ...look, ...over } }] })
const custom = { type: 'custom', custom: { name: 'patch' } }
const talk = (...messages: object[]) => ({ messages: [hello, ...messages] })
const call = { id: 'call_1', type: 'function', function: { name: 'look', arguments: '{"city":"Oslo"}' } }
const called = { role: 'assistant', content: null, tool_calls: [call] }
const done = { role: 'tool', tool_call_id: 'call_1', content: 'Rain' }
const searching = { web_search_options: {} }

const request: Samples = {
  model: always(ask({ model: 'm-2' })),
  messages: ask({ messages: [{ role: 'user', content: 'Bonjour' }] }, 'Bonjour'),
  'messages[].role: system': ask({ messages: [{ role: 'system', content: 'Be brief.' }, hello] }),
  'messages[].role: developer': ask({ messages: [{ role: 'developer', content: 'Be brief.' }, hello] }),
  'messages[].role: tool': ask(talk(called, { ...done, content: 'Sun' }), null, talk(called, done)),
  'messages[].role: function': ask(
    talk(
      { role: 'assistant', content: null, function_call: { name: 'look', arguments: '{}' } },
      { role: 'function', name: 'look', content: 'Sun' },
    ),
    null,
    talk(
      { role: 'assistant', content: null, function_call: { name: 'look', arguments: '{}' } },
      { role: 'function', name: 'look', content: 'Rain' },
    ),
  ),
  'messages[].name': ask({ messages: [{ ...hello, name: 'bo' }] }),
  max_completion_tokens: ask({ max_completion_tokens: 1234 }),
  max_tokens: ask({ max_tokens: 1234 }, '1234'),
  temperature: ask({ temperature: 0.25 }, '0.25'),
  top_p: ask({ top_p: 0.85 }, '0.85'),
  top_k: ask({ top_k: 41 }, '41'),
  presence_penalty: ask({ presence_penalty: 0.35 }, '0.35'),
  frequency_penalty: ask({ frequency_penalty: 0.35 }, '0.35'),
  seed: ask({ seed: 4242 }, '4242'),
  random_seed: ask({ random_seed: 4242 }),
  stop: ask({ stop: ['HALT'] }, 'HALT'),
  n: ask({ n: 2 }),
  logprobs: ask({ logprobs: true }),
  top_logprobs: ask({ logprobs: true, top_logprobs: 3 }),
  logit_bias: ask({ logit_bias: { '50256': -100 } }),
  stream: ask({ stream: true }, '"stream":true'),
  'stream_options.include_usage': ask({ stream_options: { include_usage: true } }, null, { stream: true }),
  'stream_options.include_obfuscation': ask({ stream_options: { include_obfuscation: false } }, null, { stream: true }),
  reasoning_effort: ask({ reasoning_effort: 'low' }),
  'reasoning.effort': ask({ reasoning: { effort: 'low' } }),
  'reasoning.max_tokens': ask({ reasoning: { max_tokens: 2000 } }),
  'thinking.type': ask({ thinking: { type: 'disabled' } }),
  'thinking.budget_tokens': ask({ thinking: { type: 'enabled', budget_tokens: 2000 } }),
  'response_format: json_object': ask({ response_format: { type: 'json_object' } }),
  'response_format: json_schema': ask({
    response_format: { type: 'json_schema', json_schema: { name: 'a', schema: parameters } },
  }),
  'tools[].function.name': ask(functionOf({ name: 'gaze' }), 'gaze', withTool),
  'tools[].function.description': ask(functionOf({ description: 'Looks.' }), 'Looks.', withTool),
  'tools[].function.parameters': ask(
    functionOf({ parameters: { type: 'object', properties: { a: { type: 'number' } } } }),
    null,
    withTool,
  ),
  'tools[].function.strict': ask(functionOf({ strict: true }), '"strict":true', withTool),
  'tools[].cache_control': ask(
    { tools: [{ ...tool, cache_control: { type: 'ephemeral', ttl: '1h' } }] },
    '"ttl":"1h"',
    withTool,
  ),
  'tools: custom': ask({ tools: [custom] }, 'patch'),
  'tools[].custom.format': ask(
    {
      tools: [
        {
          type: 'custom',
          custom: { name: 'patch', format: { type: 'grammar', grammar: { syntax: 'lark', definition: 'start: "a"' } } },
        },
      ],
    },
    'lark',
    { tools: [custom] },
  ),
  'tools: x_search': ask({ tools: [{ type: 'x_search' }] }),
  functions: ask({ functions: [look] }),
  function_call: ask({ function_call: { name: 'look' } }, null, withTool),
  tool_choice: ask({ tool_choice: 'required' }, null, withTool),
  'tool_choice.allowed_tools.tools': ask(
    {
      tool_choice: {
        type: 'allowed_tools',
        allowed_tools: { mode: 'auto', tools: [{ type: 'function', function: { name: 'look' } }] },
      },
    },
    null,
    { ...withTool, tool_choice: 'auto' },
  ),
  'parallel_tool_calls: false': ask({ parallel_tool_calls: false }, '"parallel_tool_calls":false', withTool),
  web_search_options: ask(searching),
  'web_search_options.user_location': ask(
    { web_search_options: { user_location: { type: 'approximate', approximate: { city: 'Oslo' } } } },
    null,
    searching,
  ),
  'web_search_options.search_context_size': ask(
    { web_search_options: { search_context_size: 'low' } },
    null,
    searching,
  ),
  user: ask({ user: 'u-1' }),
  safety_identifier: ask({ safety_identifier: 's-1' }),
  metadata: ask({ metadata: { team: 'alpha' } }, 'alpha'),
  'store: true': ask({ store: true }, '"store":true'),
  prompt_cache_key: ask({ prompt_cache_key: 'k-17' }, 'k-17'),
  prompt_cache_retention: ask({ prompt_cache_retention: '24h' }),
  'service_tier: flex': ask({ service_tier: 'flex' }, 'flex'),
  verbosity: ask({ verbosity: 'low' }),
  modalities: ask({ modalities: ['text', 'audio'] }),
  audio: ask({ audio: { voice: 'ash', format: 'wav' } }),
  prediction: ask({ prediction: { type: 'content', content: 'Hello' } }),
  moderation: ask({ moderation: { model: 'omni' } }),
}

const text = { type: 'text', text: 'Hi' }
const user = (...content: object[]) => ({ messages: [{ role: 'user', content: [text, ...content] }] })
const bare = user()
const on = (over: object) => ({ messages: [{ role: 'user', content: [{ ...text, ...over }] }] })
const image = (url: string, over: object = {}) => user({ type: 'image_url', image_url: { url, ...over } })
const data = `data:image/png;base64,${png}`
const file = (over: object) => user({ type: 'file', file: over })
const pdf = { file_data: 'data:application/pdf;base64,JVBERi0x' }
const replied = (over: object) => talk({ role: 'assistant', content: 'Well.', ...over }, hello)
const plainReply = replied({})

const content: Samples = {
  text: ask(user({ type: 'text', text: 'Bonjour' }), 'Bonjour', bare),
  'text.cache_control': ask(on({ cache_control: { type: 'ephemeral', ttl: '1h' } }), '"ttl":"1h"', bare),
  'text.prompt_cache_breakpoint': ask(on({ prompt_cache_breakpoint: { mode: 'explicit' } }), null, {
    messages: [{ role: 'user', content: [text] }, { role: 'assistant', content: 'Well.' }, hello],
  }),
  'text.prompt_cache_breakpoint.ttl': ask(
    on({ prompt_cache_breakpoint: { mode: 'explicit', ttl: '12h' } }),
    null,
    on({ prompt_cache_breakpoint: { mode: 'explicit' } }),
  ),
  'image_url data': ask(image(data), data, bare),
  'image_url url': ask(image('https://a.example/i.png'), 'https://a.example/i.png', bare),
  'image_url.detail': ask(image(data, { detail: 'low' }), null, image(data)),
  input_audio: ask(user({ type: 'input_audio', input_audio: { data: 'UklGRg==', format: 'wav' } }), null, bare),
  'file.file_data': ask(file(pdf), null, bare),
  'file.filename': ask(file({ ...pdf, filename: 'paper.pdf' }), 'paper.pdf', file(pdf)),
  'file.file_id': ask(file({ file_id: 'file-1' }), null, bare),
  video_url: ask(user({ type: 'video_url', video_url: { url: 'https://a.example/v.mp4' } }), null, bare),
  document_url: ask(user({ type: 'document_url', document_url: 'https://a.example/a.pdf' }), null, bare),
  refusal: ask(replied({ refusal: 'I will not.' }), 'I will not.', plainReply),
  reasoning_content: ask(replied({ reasoning_content: 'Hm.' }), null, plainReply),
  reasoning_details: ask(
    replied({ reasoning_details: [{ type: 'reasoning.encrypted', data: 'ZW5j' }] }),
    null,
    plainReply,
  ),
  thinking: ask(
    replied({
      content: [
        { type: 'thinking', thinking: [{ type: 'text', text: 'Hm.' }] },
        { type: 'text', text: 'Well.' },
      ],
    }),
    null,
    plainReply,
  ),
  'annotations: url_citation': ask(
    replied({
      annotations: [
        { type: 'url_citation', url_citation: { url: 'https://a.example', title: 'A', start_index: 0, end_index: 4 } },
      ],
    }),
    'https://a.example',
    plainReply,
  ),
  'audio.id': ask(replied({ audio: { id: 'audio_1' } }), null, plainReply),
  images: ask(replied({ images: [{ type: 'image_url', image_url: { url: data } }] }), null, plainReply),
  'tool_calls: function': ask(talk(called, done), null, talk()),
  'tool_calls: custom': ask(
    talk(
      { role: 'assistant', tool_calls: [{ id: 'call_1', type: 'custom', custom: { name: 'patch', input: 'a' } }] },
      done,
    ),
    null,
    talk(),
  ),
  'tool_calls[].extra_content': ask(
    talk({ ...called, tool_calls: [{ ...call, extra_content: { google: { thought_signature: 'c2ln' } } }] }, done),
    null,
    talk(called, done),
  ),
  function_call: ask(
    talk(
      { role: 'assistant', content: null, function_call: { name: 'look', arguments: '{}' } },
      { role: 'function', name: 'look', content: 'Rain' },
    ),
    null,
    talk(),
  ),
  'tool message text': ask(talk(called, { ...done, content: 'Sun' }), null, talk(called, done)),
  'tool message image': ask(
    talk(called, { ...done, content: [{ type: 'image_url', image_url: { url: data } }] }),
    png,
    talk(called, done),
  ),
}

const reply = (message: object, over: object = {}) => ({
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hello', ...message }, finish_reason: 'stop', ...over }],
})
const tell = samplesOver({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'gpt',
  usage: { prompt_tokens: 10, completion_tokens: 7, total_tokens: 17 },
  ...reply({}),
})
const annotation = {
  type: 'url_citation',
  url_citation: { url: 'https://a.example', title: 'A', start_index: 0, end_index: 5 },
}

const answer: Samples = {
  id: tell({ id: 'chatcmpl-2' }, 'chatcmpl-2'),
  model: tell({ model: 'gpt-2' }, 'gpt-2'),
  'message.content': tell(reply({ content: 'Bonjour' }), 'Bonjour'),
  'message.reasoning_content': tell(reply({ reasoning_content: 'Hm.' })),
  'message.reasoning': tell(reply({ reasoning: 'Hm.' })),
  'message.reasoning_details': tell(
    reply({ reasoning_details: [{ type: 'reasoning.text', text: 'Hm.', signature: 'c2ln' }] }),
  ),
  'message.refusal': tell(reply({ refusal: 'I will not.' }), 'I will not.'),
  'message.tool_calls': tell(reply({ tool_calls: [call] }, { finish_reason: 'tool_calls' })),
  'message.tool_calls[].extra_content': tell(
    reply({ tool_calls: [{ ...call, extra_content: { google: { thought_signature: 'c2ln' } } }] }),
    null,
    reply({ tool_calls: [call] }),
  ),
  'message.annotations: url_citation': tell(reply({ annotations: [annotation] })),
  'message.annotations: file': tell(reply({ annotations: [{ type: 'file', file: { hash: 'x' } }] })),
  'message.images': tell(reply({ images: [{ type: 'image_url', image_url: { url: data } }] })),
  'message.audio.data': tell(reply({ audio: { data: 'UklGRg==' } })),
  'message.audio.transcript': tell(
    reply({ audio: { data: 'UklGRg==', transcript: 'Hi' } }),
    null,
    reply({ audio: { data: 'UklGRg==' } }),
  ),
  citations: tell({ citations: ['https://a.example'] }),
  search_results: tell({ search_results: [{ url: 'https://a.example', title: 'A' }] }, null, {
    citations: ['https://a.example'],
  }),
  'choices[1]': tell({
    choices: [...reply({}).choices, { index: 1, message: { content: 'Other' }, finish_reason: 'stop' }],
  }),
  finish_reason: tell(reply({}, { finish_reason: 'length' })),
  logprobs: tell(reply({}, { logprobs: { content: [{ token: 'Hello', logprob: -1 }] } })),
  usage: tell({ usage: { prompt_tokens: 11, completion_tokens: 8, total_tokens: 19 } }),
}

export const chatRows = { Request: request, Content: content, Answer: answer }
