/** Requests as clients of this dialect send them, plain and odd, by what is special about them. */

const ask = (over: object, ...messages: readonly unknown[]) => ({ model: 'gpt-5.4', messages, ...over })
const hello = { role: 'user', content: 'Hello' }
const weather = {
  type: 'function',
  function: {
    name: 'weather',
    description: 'The weather somewhere',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
    strict: true,
  },
}
const toolCall = (id: string, args = '{"city":"Paris"}') => ({
  id,
  type: 'function',
  function: { name: 'weather', arguments: args },
})

export const conversations: Readonly<Record<string, Record<string, unknown>>> = {
  'one question': ask({}, hello),
  'several system prompts': ask(
    {},
    { role: 'system', content: 'Be brief.' },
    {
      role: 'developer',
      content: [
        { type: 'text', text: 'Be kind.', x_mark: 1 },
        { type: 'text', text: 'Be true.' },
      ],
      name: 'ops',
    },
    { role: 'system', content: '' },
    hello,
    { role: 'system', content: 'Now be long.', name: 'ops' },
  ),
  'a system prompt that holds more than text': ask(
    {},
    { role: 'system', content: [{ type: 'image_url', image_url: { url: 'https://a.example/i.png' } }] },
    { role: 'system', content: [] },
    hello,
  ),
  media: ask(
    {},
    {
      role: 'user',
      name: 'bo',
      content: [
        { type: 'text', text: 'Look' },
        { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw==', detail: 'low' } },
        { type: 'image_url', image_url: { url: 'https://a.example/i.png' }, x_note: 1 },
        { type: 'image_url', image_url: 'https://a.example/bare.png' },
        { type: 'image_url', image_url: { url: 'data:image/png;charset=utf-8;base64,AA==' } },
        { type: 'image_url', image_url: { url: 'data:image/svg+xml,%3Csvg/%3E' } },
        { type: 'input_audio', input_audio: { data: 'UklGRg==', format: 'wav' } },
        { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERg==' } },
        { type: 'file', file: { file_data: 'JVBERg==' } },
        { type: 'file', file: { file_id: 'file-1' } },
        { type: 'video_url', video_url: { url: 'https://a.example/v.mp4' } },
        { type: 'document_url', document_url: 'https://a.example/d.pdf' },
      ],
    },
  ),
  'cache marks of both kinds': ask(
    { prompt_cache_retention: '24h', prompt_cache_options: { mode: 'explicit', ttl: '30m' } },
    {
      role: 'system',
      content: [{ type: 'text', text: 'Long', prompt_cache_breakpoint: { mode: 'explicit', ttl: '12h' } }],
    },
    { role: 'user', content: [{ type: 'text', text: 'Long', cache_control: { type: 'ephemeral', ttl: '1h' } }] },
    { role: 'user', content: [{ type: 'text', text: 'Longer', cache_control: { type: 'ephemeral' } }] },
  ),
  'parallel calls and their results': ask(
    { tools: [weather], tool_choice: 'required', parallel_tool_calls: true },
    hello,
    { role: 'assistant', content: null, tool_calls: [toolCall('call_1'), toolCall('call_2', '')] },
    { role: 'tool', tool_call_id: 'call_1', content: 'Rain' },
    { role: 'tool', tool_call_id: 'call_2', content: [{ type: 'text', text: 'Sun' }], name: 'weather' },
    { role: 'assistant', content: 'Rain, then sun.' },
  ),
  'ids that repeat, and none': ask(
    {},
    { role: 'assistant', content: '', tool_calls: [toolCall('call_0')] },
    { role: 'tool', tool_call_id: 'call_0', content: 'Rain' },
    { role: 'assistant', tool_calls: [toolCall('call_0')] },
    { role: 'tool', tool_call_id: 'call_0', content: 'Sun' },
    { role: 'assistant', tool_calls: [{ function: { name: 'weather', arguments: { city: 'Oslo' } } }] },
    { role: 'tool', content: 'Snow' },
    { role: 'tool', tool_call_id: 'never-called', content: null },
  ),
  'functions of older clients': ask(
    {
      functions: [{ name: 'weather', parameters: { type: 'object', properties: {} } }],
      function_call: { name: 'weather' },
    },
    hello,
    { role: 'assistant', content: null, function_call: { name: 'weather', arguments: '{}' } },
    { role: 'function', name: 'weather', content: 'Rain' },
  ),
  'custom tools': ask(
    {
      tools: [
        {
          type: 'custom',
          custom: { name: 'patch', format: { type: 'grammar', grammar: { syntax: 'lark', definition: 'a' } } },
        },
        { type: 'custom', custom: { name: 'note', description: 'Free text' } },
      ],
      tool_choice: { type: 'custom', custom: { name: 'patch' } },
    },
    hello,
    { role: 'assistant', tool_calls: [{ id: 'c1', type: 'custom', custom: { name: 'patch', input: '*** Begin' } }] },
    { role: 'tool', tool_call_id: 'c1', content: 'Done' },
  ),
  'a choice among allowed tools': ask(
    {
      tools: [weather, { type: 'web_search' }, { type: 'function', function: { name: 'bare', strict: null } }],
      tool_choice: {
        type: 'allowed_tools',
        allowed_tools: { mode: 'auto', tools: [{ type: 'function', function: { name: 'bare' } }] },
      },
    },
    hello,
  ),
  'a named tool': ask({ tools: [weather], tool_choice: { type: 'function', function: { name: 'weather' } } }, hello),
  'the word of Mistral': ask({ tools: [weather], tool_choice: 'any', random_seed: 7, safe_prompt: true }, hello),
  'reasoning in three places': ask(
    {},
    { role: 'assistant', content: 'A', reasoning_content: 'Hm.' },
    { role: 'assistant', content: 'B', reasoning: 'Hm.', reasoning_content: 'Hm.' },
    { role: 'assistant', content: 'C', reasoning: 'Hm.', reasoning_content: 'Ah.' },
    {
      role: 'assistant',
      content: 'D',
      reasoning: 'Hm.',
      reasoning_details: [
        { type: 'reasoning.text', text: 'Hm.', signature: 'c2ln', format: 'anthropic-claude-v1', index: 0 },
        { type: 'reasoning.encrypted', data: 'ZW5j', id: 'rs_1', index: 1 },
      ],
    },
    {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: [{ type: 'text', text: 'Hm.' }] },
        {
          type: 'thinking',
          thinking: [
            { type: 'text', text: 'Ah.' },
            { type: 'reference', reference_ids: [1] },
          ],
          closed: true,
        },
        { type: 'text', text: 'E' },
      ],
    },
  ),
  'signatures of Google’s endpoint': ask(
    {},
    {
      role: 'assistant',
      content: 'Let me see.',
      extra_content: { google: { thought_signature: 'dGV4dA==' } },
      tool_calls: [{ ...toolCall('f1'), extra_content: { google: { thought_signature: 'Y2FsbA==' } } }],
    },
  ),
  'refusals, sound and sources': ask(
    {},
    { role: 'assistant', content: [{ type: 'refusal', refusal: 'No.' }] },
    { role: 'assistant', content: null, refusal: 'No.', name: 'bot' },
    { role: 'assistant', content: null, audio: { id: 'audio_1' } },
    {
      role: 'assistant',
      content: 'See there.',
      annotations: [
        { type: 'url_citation', url_citation: { url: 'https://a.example', title: 'A', start_index: 0, end_index: 3 } },
        { type: 'file', file: { hash: 'x' } },
      ],
    },
  ),
  'all options': ask(
    {
      temperature: 0.5,
      top_p: 0.9,
      top_k: 40,
      min_p: 0.1,
      presence_penalty: 0.1,
      frequency_penalty: -0.1,
      seed: 0,
      max_completion_tokens: 100,
      max_tokens: 90,
      stop: ['A', 'B', 'C', 'D', 'E'],
      n: 2,
      logprobs: true,
      top_logprobs: 3,
      logit_bias: { '50256': -100 },
      modalities: ['text', 'audio'],
      audio: { voice: 'ash', format: 'wav' },
      prediction: { type: 'content', content: 'Hello' },
      moderation: { model: 'omni' },
      store: false,
      metadata: { team: 'a' },
      user: 'u-1',
      safety_identifier: 's-1',
      prompt_cache_key: 'k-1',
      service_tier: 'flex',
      verbosity: 'low',
      reasoning_effort: 'high',
      stream: true,
      stream_options: { include_usage: true, include_obfuscation: false },
      web_search_options: {
        search_context_size: 'low',
        user_location: { type: 'approximate', approximate: { city: 'Oslo', country: 'NO' } },
      },
    },
    hello,
  ),
  'options that say nothing': ask(
    {
      temperature: null,
      stop: null,
      tools: [],
      stream: false,
      stream_options: null,
      logprobs: false,
      metadata: {},
      response_format: { type: 'text' },
      service_tier: null,
      reasoning_effort: null,
    },
    hello,
  ),
  'thinking as gateways and others spell it': ask(
    {
      reasoning: { max_tokens: 2000, enabled: true, exclude: true, x: 1 },
      thinking: { type: 'disabled' },
      stop: 'END',
    },
    hello,
  ),
  'an effort for a gateway': ask({ reasoning: { effort: 'low' }, max_tokens: 10, logprobs: true }, hello),
  'a budget': ask(
    { thinking: { type: 'enabled', budget_tokens: 5000, keep: 'all' }, provider: { order: ['a'] } },
    hello,
  ),
  'structured output': ask(
    {
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'answer', description: 'It', strict: true, schema: { type: 'object', properties: {} } },
      },
    },
    hello,
  ),
  'JSON without a schema': ask({ response_format: { type: 'json_object' } }, hello),
  'a schema that is left out': ask({ response_format: { type: 'json_schema', json_schema: { name: 'a' } } }, hello),
  'oddly typed fields': ask(
    {
      temperature: 'hot',
      stop: [1],
      tools: { a: 1 },
      tool_choice: 5,
      n: 'two',
      stream_options: 3,
      response_format: 'json',
    },
    null,
    7,
    { role: 'critic', content: 'Hm' },
    { role: 'user' },
    { role: 'user', content: 9 },
    { role: 'user', content: [] },
    { role: 'user', content: ['text', { type: 'unheard-of', a: { b: 1 } }, { type: 'text' }, null] },
    { role: 'assistant', content: 'x', tool_calls: [{ bad: 1 }], refusal: null, audio: null },
    { role: 'assistant', tool_calls: [] },
  ),
}
