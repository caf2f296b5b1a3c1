/** A sample for each row of `docs/wire/anthropic.md`. */
import { plainBody } from '../sides.ts'
import { always, samplesOver, type Samples } from './sample.ts'

const ask = samplesOver(plainBody.anthropic)
const png = 'iVBORw0KGgo='
const schema = { type: 'object', properties: { city: { type: 'string' } } }
const tool = { name: 'look', input_schema: schema }
const withTool = { tools: [tool] }
const hello = { type: 'text', text: 'Hello' }
/** Behind a user's plain text, and beside it. */
const user = (...content: object[]) => ({ messages: [{ role: 'user', content: [hello, ...content] }] })
const bare = user()
const turns = (said: object[], ...answered: object[]) => ({
  messages: [
    { role: 'user', content: 'Hello' },
    { role: 'assistant', content: said },
    { role: 'user', content: [...answered, hello] },
  ],
})
const call = { type: 'tool_use', id: 'toolu_1', name: 'look', input: { city: 'Oslo' } }
const done = { type: 'tool_result', tool_use_id: 'toolu_1', content: 'Rain' }
const mark = { cache_control: { type: 'ephemeral' } }
const thinking = { thinking: { type: 'enabled', budget_tokens: 2000 }, max_tokens: 5000 }

const request: Samples = {
  model: always(ask({ model: 'm-2' })),
  max_tokens: ask({ max_tokens: 1234 }, '1234'),
  system: ask({ system: 'Be brief.' }, 'Be brief.'),
  'system[].cache_control': ask({ system: [{ ...hello, ...mark }] }, null, { system: [hello] }),
  messages: ask({ messages: [{ role: 'user', content: 'Bonjour' }] }, 'Bonjour'),
  'messages[].role: system': ask({
    messages: [
      { role: 'user', content: 'Hello' },
      { role: 'system', content: 'In French.' },
    ],
  }),
  'messages[].clear_at': ask({ messages: [{ role: 'user', content: 'Hello', clear_at: 'never' }] }),
  'messages[].output_config': ask({ messages: [{ role: 'user', content: 'Hello', output_config: { effort: 'low' } }] }),
  temperature: ask({ temperature: 0.25 }, '0.25'),
  top_p: ask({ top_p: 0.85 }, '0.85'),
  top_k: ask({ top_k: 41 }, '41'),
  stop_sequences: ask({ stop_sequences: ['HALT'] }, 'HALT'),
  stream: ask({ stream: true }, '"stream":true'),
  'thinking.type': ask({ thinking: { type: 'disabled' } }),
  'thinking.budget_tokens': ask(thinking, null, { max_tokens: 5000 }),
  'thinking.block_binding': ask(
    { thinking: { ...thinking.thinking, block_binding: { prefix_mismatch_behavior: 'drop_block' } } },
    null,
    thinking,
  ),
  'output_config.effort': ask({ output_config: { effort: 'low' } }),
  'output_config.format': ask({ output_config: { format: { type: 'json_schema', schema } } }),
  'output_config.task_budget': ask({ output_config: { task_budget: { type: 'tokens', total: 20_000 } } }),
  output_format: ask({ output_format: { type: 'json_schema', schema } }),
  'tools[].name': ask({ tools: [{ ...tool, name: 'gaze' }] }, 'gaze', withTool),
  'tools[].description': ask({ tools: [{ ...tool, description: 'Looks.' }] }, 'Looks.', withTool),
  'tools[].input_schema': ask(
    { tools: [{ ...tool, input_schema: { type: 'object', properties: { a: { type: 'number' } } } }] },
    null,
    withTool,
  ),
  'tools[].cache_control': ask({ tools: [{ ...tool, ...mark }] }, null, withTool),
  'tools[].defer_loading': ask({ tools: [{ ...tool, defer_loading: true }] }, null, withTool),
  'tools[].input_examples': ask({ tools: [{ ...tool, input_examples: [{ city: 'Rome' }] }] }, null, withTool),
  'tools[].eager_input_streaming': ask({ tools: [{ ...tool, eager_input_streaming: true }] }, null, withTool),
  'tools[].allowed_callers': ask({ tools: [{ ...tool, allowed_callers: ['direct'] }] }, null, withTool),
  'tools: web_search_20250305': ask({ tools: [{ type: 'web_search_20250305', name: 'web_search' }] }),
  'tools: bash_20250124': ask({ tools: [{ type: 'bash_20250124', name: 'bash' }] }),
  'tool_choice.type': ask({ tool_choice: { type: 'any' } }, null, withTool),
  'tool_choice.disable_parallel_tool_use': ask(
    { tool_choice: { type: 'auto', disable_parallel_tool_use: true } },
    null,
    { ...withTool, tool_choice: { type: 'auto' } },
  ),
  service_tier: ask({ service_tier: 'standard_only' }),
  metadata: ask({ metadata: { user_id: 'u-1' } }),
  cache_control: ask(mark),
  container: ask({ container: 'container_1' }),
  context_management: ask({ context_management: { edits: [] } }),
  mcp_servers: ask({ mcp_servers: [{ type: 'url', name: 'a', url: 'https://a.example' }] }),
  fallbacks: ask({ fallbacks: [{ model: 'm-2' }] }),
  speed: ask({ speed: 'fast' }),
  inference_geo: ask({ inference_geo: 'us' }),
}

const image = (source: object) => ask(user({ type: 'image', source }), null, bare)
const document = (source: object, over: object = {}) => ask(user({ type: 'document', source, ...over }), null, bare)
const searchResult = { type: 'search_result', title: 'Docs', content: [{ type: 'text', text: 'Press it.' }] }
const cited = {
  type: 'web_search_result_location',
  url: 'https://a.example',
  title: 'A',
  cited_text: 'Hi',
  encrypted_index: 'E',
}
const plainDocument = { type: 'text', media_type: 'text/plain', data: 'Plain words.' }

const content: Samples = {
  text: ask(user({ type: 'text', text: 'Bonjour' }), 'Bonjour', bare),
  'text.cache_control': ask({ messages: [{ role: 'user', content: [{ ...hello, ...mark }] }] }, null, bare),
  'text.citations': ask(turns([{ ...hello, citations: [cited] }]), null, turns([hello])),
  'image base64': image({ type: 'base64', media_type: 'image/png', data: png }),
  'image url': ask(
    user({ type: 'image', source: { type: 'url', url: 'https://a.example/i.png' } }),
    'https://a.example/i.png',
    bare,
  ),
  'image file': image({ type: 'file', file_id: 'file_1' }),
  'document base64': document({ type: 'base64', media_type: 'application/pdf', data: 'JVBERi0x' }),
  'document url': document({ type: 'url', url: 'https://a.example/a.pdf' }),
  'document text': document(plainDocument),
  'document file': document({ type: 'file', file_id: 'file_1' }),
  'document.context': ask(
    user({ type: 'document', source: plainDocument, context: 'C' }),
    null,
    user({ type: 'document', source: plainDocument }),
  ),
  search_result: ask(user(searchResult), null, bare),
  'search_result.source': ask(user({ ...searchResult, source: 'https://a.example' }), null, user(searchResult)),
  thinking: ask(turns([{ type: 'thinking', thinking: 'Hm.', signature: 'Eq' }, hello]), null, turns([hello])),
  redacted_thinking: ask(turns([{ type: 'redacted_thinking', data: 'Em' }, hello]), null, turns([hello])),
  tool_use: ask({ ...withTool, ...turns([call], done) }, null, { ...withTool, ...turns([hello]) }),
  'tool_use.caller': ask(turns([{ ...call, caller: { type: 'direct' } }], done), null, turns([call], done)),
  tool_result: ask(turns([call], { ...done, content: 'Sun' }), null, turns([call], done)),
  'tool_result.is_error': ask(turns([call], { ...done, is_error: true }), null, turns([call], done)),
  'tool_result image': ask(
    turns([call], {
      ...done,
      content: [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: png } }],
    }),
    png,
    turns([call], done),
  ),
  'server_tool_use: web_search': ask(
    turns([{ type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'q' } }, hello]),
    null,
    turns([hello]),
  ),
  'server_tool_use: web_fetch': ask(
    turns([{ type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_fetch', input: {} }, hello]),
    null,
    turns([hello]),
  ),
  tool_reference: ask(
    turns([call], {
      ...done,
      content: [
        { type: 'text', text: 'Rain' },
        { type: 'tool_reference', tool_name: 'x' },
      ],
    }),
    null,
    turns([call], { ...done, content: [{ type: 'text', text: 'Rain' }] }),
  ),
}

const tell = samplesOver({
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'claude',
  content: [hello],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: { input_tokens: 10, output_tokens: 7 },
})
const saying = (...blocks: object[]) => ({ content: [hello, ...blocks] })
const refused = { stop_reason: 'refusal', stop_details: { type: 'refusal', category: null, explanation: 'No.' } }

const answer: Samples = {
  id: tell({ id: 'msg_2' }, 'msg_2'),
  model: tell({ model: 'claude-2' }, 'claude-2'),
  'content: text': tell(saying({ type: 'text', text: 'Bonjour' }), 'Bonjour'),
  'content: thinking': tell(saying({ type: 'thinking', thinking: 'Hm.', signature: 'Eq' })),
  'content: tool_use': tell(saying(call)),
  'content: web_search': tell(
    saying(
      { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'rain' } },
      {
        type: 'web_search_tool_result',
        tool_use_id: 'srvtoolu_1',
        content: [{ type: 'web_search_result', url: 'https://a.example', title: 'A' }],
      },
    ),
  ),
  'content: mcp_tool_use': tell(
    saying({ type: 'mcp_tool_use', id: 'mcptoolu_1', name: 'a', server_name: 's', input: {} }),
  ),
  'citations: web search': tell({ content: [{ ...hello, citations: [{ ...cited, encrypted_index: '' }] }] }),
  stop_reason: tell({ stop_reason: 'max_tokens' }),
  stop_sequence: tell({ stop_reason: 'stop_sequence', stop_sequence: 'HALT' }),
  'stop_details.explanation': tell(refused, null, { stop_reason: 'refusal' }),
  'stop_details.category': tell({ stop_details: { ...refused.stop_details, category: 'cyber' } }, null, refused),
  container: tell({ container: { id: 'container_1' } }),
  context_management: tell({ context_management: { applied_edits: [{ type: 'a' }] } }),
  usage: tell({ usage: { input_tokens: 11, output_tokens: 8 } }),
}

export const anthropicRows = { Request: request, Content: content, Answer: answer }
