/** A sample for each row of `docs/wire/openai-responses.md`. */
import type { DialectId } from '../../../../src/neutral/model.ts'
import { seal } from '../../../../src/wire/seal.ts'
import { plainBody, targets } from '../sides.ts'
import { answer } from './openai-responses-answers.ts'
import { call, localCall, patch, patchCall, png, shellCall } from './openai-responses-items.ts'
import { always, samplesOver, type Samples } from './sample.ts'

const ask = samplesOver(plainBody['openai-responses'])
const hello = { role: 'user', content: 'Hello' }
const talk = (...items: object[]) => ({ input: [hello, ...items] })
const parameters = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
}
const look = { type: 'function', name: 'look', parameters, strict: false }
const withTool = { tools: [look] }
const tool = (over: object) => ({ tools: [{ ...look, ...over }] })
const hosted = (over: object) => ask({ tools: [over] })
const custom = { type: 'custom', name: 'patch' }
const search = { type: 'web_search' }
const shell = { type: 'shell', environment: { type: 'local' } }
const inner = { type: 'function', name: 'spawn', parameters, strict: false }
const namespace = { type: 'namespace', name: 'agents', tools: [inner] }
const searching = (over: object) => ask({ tools: [{ ...search, ...over }] }, 'Oslo', { tools: [search] })

const request: Samples = {
  model: always(ask({ model: 'm-2' })),
  input: ask({ input: 'Bonjour' }),
  instructions: ask({ instructions: 'Be brief.' }),
  'input[].role: developer, before the conversation': ask({
    input: [{ role: 'developer', content: 'Be brief.' }, hello],
  }),
  'input[].role: developer, within the conversation': ask(
    talk({ role: 'developer', content: 'Be brief.' }),
    null,
    talk(),
  ),
  stream: ask({ stream: true }, '"stream":true'),
  max_output_tokens: ask({ max_output_tokens: 1234 }, '1234'),
  temperature: ask({ temperature: 0.25 }, '0.25'),
  top_p: ask({ top_p: 0.85 }, '0.85'),
  top_logprobs: ask({ top_logprobs: 17 }, '17'),
  'reasoning.effort': ask({ reasoning: { effort: 'low' } }),
  'reasoning.summary': ask({ reasoning: { effort: 'low', summary: 'auto' } }, null, { reasoning: { effort: 'low' } }),
  'reasoning.context': ask({ reasoning: { effort: 'low', context: 'all_turns' } }, null, {
    reasoning: { effort: 'low' },
  }),
  'reasoning.mode': ask({ reasoning: { effort: 'low', mode: 'pro' } }, null, { reasoning: { effort: 'low' } }),
  'text.format: json_schema': ask({ text: { format: { type: 'json_schema', name: 'a', schema: parameters } } }),
  'text.format: json_object': ask({ text: { format: { type: 'json_object' } } }),
  'text.verbosity': ask({ text: { verbosity: 'low' } }, '"verbosity":"low"'),
  'tools[].name': ask(tool({ name: 'gaze' }), 'gaze', withTool),
  'tools[].description': ask(tool({ description: 'Looks.' }), 'Looks.', withTool),
  'tools[].parameters': ask(
    tool({ parameters: { type: 'object', properties: { a: { type: 'number' } } } }),
    null,
    withTool,
  ),
  'tools[].strict': ask(tool({ strict: true }), '"strict":true', withTool),
  'tools[].defer_loading': ask(tool({ defer_loading: true }), null, withTool),
  'tools[].output_schema': ask(tool({ output_schema: { type: 'object' } }), null, withTool),
  'tools[].allowed_callers': ask(tool({ allowed_callers: ['direct'] }), null, withTool),
  'tools: custom': hosted(custom),
  'tools: custom, format': ask(
    { tools: [{ ...custom, format: { type: 'grammar', syntax: 'lark', definition: 'start: "a"' } }] },
    null,
    { tools: [custom] },
  ),
  'tools: web_search': hosted(search),
  'tools: web_search, filters.allowed_domains': searching({ filters: { allowed_domains: ['Oslo'] } }),
  'tools: web_search, user_location': searching({ user_location: { type: 'approximate', city: 'Oslo' } }),
  'tools: web_search, search_context_size': searching({ search_context_size: 'low' }),
  'tools: local_shell': hosted({ type: 'local_shell' }),
  'tools: shell': hosted(shell),
  'tools: shell, in a container': hosted({ type: 'shell', environment: { type: 'container_auto' } }),
  'tools: shell, environment.skills': ask(
    { tools: [{ type: 'shell', environment: { type: 'local', skills: [{ name: 'a', path: '/a' }] } }] },
    null,
    { tools: [shell] },
  ),
  'tools: apply_patch': hosted({ type: 'apply_patch' }),
  'tools: namespace': hosted(namespace),
  'tools: namespace, description': ask({ tools: [{ ...namespace, description: 'Agents' }] }, null, {
    tools: [namespace],
  }),
  'tools: namespace, without a function or custom tool': hosted({ type: 'namespace', name: 'agents', tools: [] }),
  'tools: one that a later one replaces': ask({ tools: [look, look] }, null, withTool),
  'tools: tool_search': hosted({ type: 'tool_search' }),
  'tools: file_search': hosted({ type: 'file_search', vector_store_ids: ['vs_1'] }),
  'tools: code_interpreter': hosted({ type: 'code_interpreter', container: { type: 'auto' } }),
  'tools: image_generation': hosted({ type: 'image_generation' }),
  'tools: mcp': hosted({ type: 'mcp', server_label: 's' }),
  'tools: computer_use_preview': hosted({ type: 'computer_use_preview' }),
  'tool_choice: auto, none, required': ask({ tool_choice: 'none' }, '"none"', withTool),
  'tool_choice: a named tool': ask({ tool_choice: { type: 'function', name: 'look' } }, '"name":"look"}', withTool),
  'tool_choice: local_shell, shell, apply_patch': ask({ tool_choice: { type: 'shell' } }, null, { tools: [shell] }),
  'tool_choice: allowed_tools, tools that the provider runs': ask(
    { tool_choice: { type: 'allowed_tools', mode: 'auto', tools: [{ type: 'function', name: 'look' }] } },
    null,
    withTool,
  ),
  parallel_tool_calls: ask({ parallel_tool_calls: false }, '"parallel_tool_calls":false', withTool),
  'service_tier: flex': ask({ service_tier: 'flex' }, 'flex'),
  prompt_cache_key: ask({ prompt_cache_key: 'k-17' }, 'k-17'),
  store: ask({ store: true }, '"store":true'),
  user: ask({ user: 'u-1' }),
  metadata: ask({ metadata: { run: 'a' } }),
  'include: reasoning.encrypted_content': ask({ include: ['reasoning.encrypted_content'] }),
  include: ask({ include: ['web_search_call.action.sources'] }),
  background: ask({ background: false }),
  client_metadata: ask({ client_metadata: { turn: '1' } }),
  context_management: ask({ context_management: [{ type: 'compaction' }] }),
  conversation: ask({ conversation: { id: 'conv_1' } }),
  max_tool_calls: ask({ max_tool_calls: 3 }),
  moderation: ask({ moderation: { model: 'omni' } }),
  previous_response_id: ask({ previous_response_id: 'resp_1' }),
  prompt: ask({ prompt: { id: 'pmpt_1' } }),
  prompt_cache_options: ask({ prompt_cache_options: { mode: 'implicit' } }),
  prompt_cache_retention: ask({ prompt_cache_retention: '24h' }),
  safety_identifier: ask({ safety_identifier: 's-1' }),
  stream_options: ask({ stream_options: { include_obfuscation: false } }),
  truncation: ask({ truncation: 'auto' }),
}

const text = { type: 'input_text', text: 'Hi' }
const user = (...content: object[]) => ({ input: [{ role: 'user', content: [text, ...content] }] })
const data = `data:image/png;base64,${png}`
const pdf = { type: 'input_file', file_data: 'data:application/pdf;base64,JVBERi0x' }
const part = (content: object) => ask(user(content), null, user())
const item = (...items: object[]) => ask(talk(...items, hello), null, talk(hello))
const said = (content: object) => talk({ type: 'message', role: 'assistant', content: [content] }, hello)
const output = { type: 'output_text', text: 'Well.', annotations: [] }
const done = { type: 'function_call_output', call_id: 'c1', output: 'Rain' }
const patched = { type: 'custom_tool_call_output', call_id: 'c1', output: 'Done' }
const localDone = { type: 'local_shell_call_output', id: 'c1', output: 'a.ts' }
const printed = (stdout: string) => [{ stdout, stderr: '', outcome: { type: 'exit', exit_code: 0 } }]
const shellDone = { type: 'shell_call_output', call_id: 'c1', output: printed('a.ts') }
const patchDone = { type: 'apply_patch_call_output', call_id: 'c1', status: 'completed', output: 'ok' }
/** What each provider signed itself. */
const values = {
  anthropic: { signature: 'EqAB' },
  'openai-chat': { reasoning_details: [{ type: 'reasoning.encrypted', data: 'ZW5j' }] },
  'openai-responses': { encrypted_content: 'gAAA' },
  gemini: { thoughtSignature: 'c2ln' },
} as const
const sealed = (to: DialectId) => seal({ form: to, by: targets[to].provider, value: values[to] })

const content: Samples = {
  input_text: ask(user({ type: 'input_text', text: 'Bonjour' }), 'Bonjour', user()),
  'input_text.prompt_cache_breakpoint': ask(
    { input: [{ role: 'user', content: [{ ...text, prompt_cache_breakpoint: { mode: 'explicit' } }] }, hello] },
    null,
    { input: [{ role: 'user', content: [text] }, hello] },
  ),
  'input_image, data': part({ type: 'input_image', image_url: data }),
  'input_image, URL': part({ type: 'input_image', image_url: 'https://a.example/i.png' }),
  'input_image.file_id': part({ type: 'input_image', file_id: 'file_1' }),
  'input_image.detail: low, high, original': ask(
    user({ type: 'input_image', image_url: data, detail: 'low' }),
    null,
    user({ type: 'input_image', image_url: data }),
  ),
  'input_file, data': part(pdf),
  'input_file.filename': ask(user({ ...pdf, filename: 'paper.pdf' }), 'paper.pdf', user(pdf)),
  'input_file, URL': part({ type: 'input_file', file_url: 'https://a.example/a.pdf' }),
  'input_file.file_id': part({ type: 'input_file', file_id: 'file_1' }),
  input_audio: ask(user({ type: 'input_audio', input_audio: { data: 'UklGRg==', format: 'wav' } }), 'UklGRg==', user()),
  output_text: ask(said({ ...output, text: 'Bonjour' }), 'Bonjour', said(output)),
  'output_text.annotations': ask(
    said({
      ...output,
      annotations: [{ type: 'url_citation', url: 'https://a.example', title: 'A', start_index: 0, end_index: 4 }],
    }),
    null,
    said(output),
  ),
  'output_text.logprobs': ask(said({ ...output, logprobs: [{ token: 'Well', logprob: -1 }] }), null, said(output)),
  refusal: ask(said({ type: 'refusal', refusal: 'I will not.' }), 'I will not.', said(output)),
  reasoning: item({
    type: 'reasoning',
    id: 'rs_1',
    summary: [{ type: 'summary_text', text: 'Hm.' }],
    encrypted_content: 'gAAA',
  }),
  'reasoning, sealed by RelayPlane': (to) =>
    item({ type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: sealed(to) }),
  function_call: item(call, done),
  'function_call.namespace': ask(
    { tools: [namespace], ...talk({ ...call, name: 'spawn', namespace: 'agents' }, done) },
    null,
    { tools: [namespace], ...talk({ ...call, name: 'spawn' }, done) },
  ),
  'function_call.caller': ask(
    talk({ ...call, caller: { type: 'program', caller_id: 'p' } }, done),
    null,
    talk(call, done),
  ),
  function_call_output: ask(talk(call, { ...done, output: 'Sun' }), null, talk(call, done)),
  'function_call_output, with images': ask(
    talk(call, { ...done, output: [{ type: 'input_image', image_url: data }] }),
    null,
    talk(call, done),
  ),
  'function_call_output.name, namespace': always(ask(talk(call, { ...done, name: 'look' }), null, talk(call, done))),
  custom_tool_call: item(patch, patched),
  custom_tool_call_output: ask(talk(patch, { ...patched, output: 'Sun' }), null, talk(patch, patched)),
  web_search_call: item({
    type: 'web_search_call',
    id: 'ws_1',
    status: 'completed',
    action: { type: 'search', query: 'a' },
  }),
  image_generation_call: item({ type: 'image_generation_call', id: 'ig_1', status: 'completed', result: png }),
  file_search_call: item({ type: 'file_search_call', id: 'fs_1', status: 'completed', queries: ['q'] }),
  code_interpreter_call: item({
    type: 'code_interpreter_call',
    id: 'ci_1',
    code: '1',
    container_id: 'c',
    status: 'completed',
  }),
  local_shell_call: item(localCall, localDone),
  local_shell_call_output: ask(talk(localCall, { ...localDone, output: 'b.ts' }), null, talk(localCall, localDone)),
  shell_call: item(shellCall, shellDone),
  'shell_call, in a container': item({ ...shellCall, environment: { type: 'container_reference', container_id: 'c' } }),
  shell_call_output: ask(talk(shellCall, { ...shellDone, output: printed('b.ts') }), null, talk(shellCall, shellDone)),
  'shell_call_output, in a container': ask(
    talk({ ...shellCall, environment: { type: 'container_reference', container_id: 'c' } }, shellDone),
    null,
    talk({ ...shellCall, environment: { type: 'container_reference', container_id: 'c' } }),
  ),
  'shell_call_output.max_output_length': always(
    ask(talk(shellCall, { ...shellDone, max_output_length: 100 }), null, talk(shellCall, shellDone)),
  ),
  apply_patch_call: item(patchCall, patchDone),
  apply_patch_call_output: ask(talk(patchCall, { ...patchDone, output: 'fine' }), null, talk(patchCall, patchDone)),
  'apply_patch_call_output.status: failed': ask(
    talk(patchCall, { ...patchDone, status: 'failed' }),
    null,
    talk(patchCall, patchDone),
  ),
  computer_call: item({
    type: 'computer_call',
    id: 'cu_1',
    call_id: 'c',
    status: 'completed',
    action: { type: 'wait' },
  }),
  mcp_call: item({ type: 'mcp_call', id: 'mcp_1', server_label: 's', name: 'n', arguments: '{}' }),
  additional_tools: item({ type: 'additional_tools', role: 'developer', tools: [look] }),
  item_reference: item({ type: 'item_reference', id: 'msg_0' }),
  compaction: item({ type: 'compaction', id: 'cmp_1', encrypted_content: 'gAAA' }),
}

export const responsesRows = { Request: request, 'Items and content': content, Answer: answer }
