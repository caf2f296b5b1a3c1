/** Requests of every kind that the SDK's types allow, typed by hand: each must come out of the neutral form as it went in. */
import type { BetaContentBlockParam } from '@anthropic-ai/sdk/resources/beta/messages/messages'
import type { MessageCreateParamsBase } from '@anthropic-ai/sdk/resources/beta/messages/messages'

/** Sampling is no longer in the SDK's types, and still in the API. */
type Request = MessageCreateParamsBase & { temperature?: number; top_p?: number; top_k?: number }

const model = 'claude-sonnet-4-6'
const png = 'iVBORw0KGgoAAAANSUhEUg=='

const about = (content: string | BetaContentBlockParam[], over: Partial<Request> = {}): Request => ({
  model,
  max_tokens: 1024,
  messages: [{ role: 'user', content }],
  ...over,
})

const weather = {
  name: 'get_weather',
  description: 'The weather of a city',
  input_schema: { type: 'object' as const, properties: { city: { type: 'string' } }, required: ['city'] },
}

const agent: Request = {
  model,
  max_tokens: 32_000,
  stream: true,
  system: [
    { type: 'text', text: 'x-anthropic-billing-header: cc_version=2.1.90.a; cc_entrypoint=cli; cch=00000;' },
    { type: 'text', text: 'You are a coding agent.', cache_control: { type: 'ephemeral' } },
    { type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral', ttl: '1h' } },
  ],
  thinking: { type: 'adaptive', display: 'summarized' },
  output_config: { effort: 'high' },
  context_management: { edits: [{ type: 'clear_thinking_20251015', keep: 'all' }] },
  metadata: { user_id: '{"device_id":"d","account_uuid":"","session_id":"s"}' },
  tools: [
    { ...weather, eager_input_streaming: true },
    { ...weather, name: 'other', cache_control: { type: 'ephemeral' } },
  ],
  messages: [
    { role: 'user', content: [{ type: 'text', text: 'Look around.' }] },
    {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'Two cities.', signature: 'EqQBCkgIARABGAIiQ' },
        { type: 'redacted_thinking', data: 'EmwKAhgBEgy3va3pzix' },
        { type: 'text', text: 'I look.' },
        { type: 'tool_use', id: 'toolu_01', name: 'get_weather', input: { city: 'Oslo' }, caller: { type: 'direct' } },
        { type: 'tool_use', id: 'toolu_02', name: 'get_weather', input: {} },
      ],
    },
    {
      role: 'user',
      content: [
        { type: 'tool_result', tool_use_id: 'toolu_01', content: 'Rain' },
        {
          type: 'tool_result',
          tool_use_id: 'toolu_02',
          is_error: true,
          cache_control: { type: 'ephemeral' },
          content: [
            { type: 'text', text: 'A city is missing.' },
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: png } },
          ],
        },
        { type: 'text', text: '<system-reminder>Go on.</system-reminder>' },
      ],
    },
  ],
}

export const conversations: Readonly<Record<string, Request>> = {
  'one question': about('Hello'),
  'a system prompt as a text': about('Hello', { system: 'Be kind.' }),
  'an empty system prompt, and an empty content': about('', { system: '' }),
  'a coding agent in the middle of its work': agent,
  sampling: about('Hello', { temperature: 0.2, top_p: 0.9, top_k: 40, stop_sequences: ['END', '\n\n'] }),
  'no sampling, said so': about('Hello', { stream: false, stop_sequences: [], tools: [], output_config: {} }),
  'nulls of an SDK': about([{ type: 'text', text: 'Hi', cache_control: null, citations: null }], {
    container: null,
    metadata: { user_id: null },
    service_tier: 'standard_only',
    speed: null,
    cache_control: { type: 'ephemeral' },
  }),
  'images and documents': about([
    { type: 'image', source: { type: 'url', url: 'https://example.com/cat.png' } },
    { type: 'image', source: { type: 'file', file_id: 'file_011' }, cache_control: { type: 'ephemeral', ttl: '5m' } },
    { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0x' }, title: 'A paper' },
    { type: 'document', source: { type: 'url', url: 'https://example.com/a.pdf' }, context: 'From the web' },
    {
      type: 'document',
      source: { type: 'text', media_type: 'text/plain', data: 'Plain.' },
      citations: { enabled: true },
    },
    { type: 'document', source: { type: 'content', content: 'In one piece.' }, title: null },
    {
      type: 'document',
      source: {
        type: 'content',
        content: [
          { type: 'text', text: 'One' },
          { type: 'text', text: 'Two' },
        ],
      },
    },
    { type: 'document', source: { type: 'file', file_id: 'file_012' } },
    {
      type: 'document',
      source: {
        type: 'content',
        content: [{ type: 'image', source: { type: 'base64', media_type: 'image/gif', data: 'R0lGODlh' } }],
      },
    },
    {
      type: 'search_result',
      source: 'https://example.com/docs',
      title: 'Docs',
      content: [{ type: 'text', text: 'Press the button.' }],
      citations: { enabled: true },
    },
    { type: 'container_upload', file_id: 'file_013' },
  ]),
  'thinking with a budget': about('Hello', { thinking: { type: 'enabled', budget_tokens: 512 }, max_tokens: 4096 }),
  'thinking that is bound': about('Hello', {
    thinking: { type: 'adaptive', block_binding: { prefix_mismatch_behavior: 'drop_block' }, display: 'omitted' },
    output_config: { effort: 'max', task_budget: { type: 'tokens', total: 20_000 } },
  }),
  'no thinking': about('Hello', { thinking: { type: 'disabled' } }),
  'thinking between tools': about('Hello', { thinking: { type: 'between_tools' } }),
  'an answer by a schema': about('Hello', {
    output_config: {
      format: { type: 'json_schema', schema: { type: 'object', properties: {}, additionalProperties: false } },
    },
  }),
  'an answer by a schema, as it was asked for in beta': about('Hello', {
    output_format: {
      type: 'json_schema',
      schema: { type: 'object', properties: { a: { type: 'number', minimum: 1 } } },
    },
  }),
  'any tool, one at a time': about('Hello', {
    tools: [weather],
    tool_choice: { type: 'any', disable_parallel_tool_use: true },
  }),
  'this tool, several at a time': about('Hello', {
    tools: [{ ...weather, type: 'custom', strict: true, defer_loading: true, input_examples: [{ city: 'Rome' }] }],
    tool_choice: { type: 'tool', name: 'get_weather', disable_parallel_tool_use: false },
  }),
  'no tool': about('Hello', { tools: [weather], tool_choice: { type: 'none' } }),
  'tools of the provider': about('Hello', {
    tools: [
      {
        type: 'web_search_20250305',
        name: 'web_search',
        max_uses: 3,
        allowed_domains: ['example.com'],
        user_location: { type: 'approximate', city: 'Graz', country: 'AT', region: null },
        cache_control: { type: 'ephemeral' },
      },
      { type: 'web_search_20260209', name: 'web_search', blocked_domains: ['example.org'], max_uses: null },
      { type: 'bash_20250124', name: 'bash' },
      { type: 'web_fetch_20250910', name: 'web_fetch', max_uses: 2 },
      { type: 'code_execution_20250825', name: 'code_execution' },
      { type: 'mcp_toolset', mcp_server_name: 'echo', default_config: { enabled: true } },
    ],
    mcp_servers: [{ type: 'url', name: 'echo', url: 'https://example.com/mcp' }],
    container: { id: 'container_01', skills: [{ type: 'anthropic', skill_id: 'pdf' }] },
  }),
  'what tools of the provider said': {
    ...about('Search'),
    messages: [
      { role: 'user', content: 'Search' },
      {
        role: 'assistant',
        content: [
          { type: 'server_tool_use', id: 'srvtoolu_01', name: 'web_search', input: { query: 'weather Oslo' } },
          {
            type: 'web_search_tool_result',
            tool_use_id: 'srvtoolu_01',
            content: [
              {
                type: 'web_search_result',
                url: 'https://a.example',
                title: 'A',
                encrypted_content: 'Eq1',
                page_age: '1 day',
              },
              { type: 'web_search_result', url: 'https://b.example', title: 'B', encrypted_content: 'Eq2' },
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
                cited_text: 'rain all day',
                encrypted_index: 'Eo8',
              },
              {
                type: 'char_location',
                cited_text: 'rain',
                document_index: 0,
                document_title: null,
                start_char_index: 3,
                end_char_index: 7,
              },
              {
                type: 'search_result_location',
                cited_text: 'Press',
                source: 'https://example.com/docs',
                title: 'Docs',
                search_result_index: 0,
                start_block_index: 0,
                end_block_index: 1,
              },
            ],
          },
          {
            type: 'server_tool_use',
            id: 'srvtoolu_02',
            name: 'web_search',
            input: { query: 'x' },
            caller: { type: 'direct' },
          },
          { type: 'server_tool_use', id: 'srvtoolu_03', name: 'web_fetch', input: { url: 'https://a.example' } },
          {
            type: 'web_search_tool_result',
            tool_use_id: 'srvtoolu_02',
            content: { type: 'web_search_tool_result_error', error_code: 'max_uses_exceeded' },
          },
          {
            type: 'web_fetch_tool_result',
            tool_use_id: 'srvtoolu_03',
            content: { type: 'web_fetch_tool_result_error', error_code: 'url_not_allowed' },
          },
          { type: 'mcp_tool_use', id: 'mcptoolu_1', name: 'echo', server_name: 'echo', input: { a: 1 } },
          {
            type: 'mcp_tool_result',
            tool_use_id: 'mcptoolu_1',
            is_error: false,
            content: [{ type: 'text', text: 'a' }],
          },
          { type: 'compaction', content: 'So far: rain.', encrypted_content: null },
        ],
      },
    ],
  },
  'instructions in the middle': {
    ...about('Hello'),
    messages: [
      { role: 'user', content: 'Hello' },
      { role: 'system', content: 'Answer in French.', clear_at: 'never' },
      { role: 'system', content: [{ type: 'text', text: 'Be brief.' }], output_config: { effort: 'low' } },
      { role: 'assistant', content: 'Bonjour ' },
      { role: 'assistant', content: [{ type: 'text', text: '' }] },
    ],
  },
  'odd results of tools': {
    ...about('Hello'),
    messages: [
      { role: 'assistant', content: [{ type: 'tool_use', id: 'a b', name: 'x', input: [1, 2], toolset_name: null }] },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'First a text.' },
          { type: 'tool_result', tool_use_id: 'a b' },
          { type: 'tool_result', tool_use_id: 'c', content: [] },
          { type: 'tool_result', tool_use_id: 'd', content: '', is_error: false },
          { type: 'tool_result', tool_use_id: 'e', content: [{ type: 'tool_reference', tool_name: 'x' }] },
        ],
      },
    ],
  },
}

/** Fields that no version of the SDK has, at every level. */
export const withUnknownFields = {
  model,
  max_tokens: 5,
  future: { deep: [1] },
  system: [{ type: 'text', text: 'S', cache_control: { type: 'ephemeral', scope: 'global' }, hint: 1 }],
  tool_choice: { type: 'auto', later: true },
  thinking: { type: 'enabled', budget_tokens: 2048, mood: 'calm' },
  output_config: { effort: 'low', format: { type: 'json_schema', schema: {}, loose: true }, tone: 'dry' },
  tools: [{ name: 'f', input_schema: { type: 'object' }, cost: 3 }],
  messages: [
    {
      role: 'user',
      weight: 2,
      content: [
        { type: 'text', text: 'T', lang: 'en' },
        { type: 'image', source: { type: 'url', url: 'https://x.example/i.png', auth: 'none' }, alt: 'I' },
        { type: 'hologram', data: 'H' },
        { type: 'tool_use', id: 't', name: 'f', input: {}, speed: 1 },
        { type: 'tool_result', tool_use_id: 't', content: [{ type: 'text', text: 'R', x: 0 }], took_ms: 3 },
        { type: 'thinking', thinking: 'Hm.', signature: 's', depth: 2 },
      ],
    },
  ],
}
