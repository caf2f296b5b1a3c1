/** A sample for each row of the answer in `docs/wire/openai-responses.md`. */
import { call, localCall, patch, patchCall, png, shellCall } from './openai-responses-items.ts'
import { samplesOver, type Samples } from './sample.ts'

const message = (over: object = {}) => ({
  type: 'message',
  id: 'msg_1',
  role: 'assistant',
  status: 'completed',
  content: [{ type: 'output_text', text: 'Hello', annotations: [], ...over }],
})
const tell = samplesOver({
  id: 'resp_1',
  object: 'response',
  status: 'completed',
  model: 'gpt',
  output: [message()],
  usage: { input_tokens: 10, output_tokens: 7, total_tokens: 17 },
})
const answering = (...items: object[]) => tell({ output: [message(), ...items] })
const annotated = (annotation: object) =>
  tell({ output: [message({ annotations: [annotation] })] }, 'https://a.example')
const named = { ...call, namespace: 'agents' }
const drawn = { type: 'image_generation_call', id: 'ig_1', status: 'completed', result: png }

export const answer: Samples = {
  id: tell({ id: 'resp_2' }, 'resp_2'),
  model: tell({ model: 'gpt-2' }, 'gpt-2'),
  output_text: tell({ output: [message({ text: 'Bonjour' })] }, 'Bonjour'),
  'output_text.annotations: url_citation': annotated({
    type: 'url_citation',
    url: 'https://a.example',
    title: 'A',
    start_index: 0,
    end_index: 5,
  }),
  'output_text.annotations: file_citation': annotated({
    type: 'file_citation',
    file_id: 'file_1',
    filename: 'a.pdf',
    index: 2,
  }),
  'output_text.logprobs': tell({ output: [message({ logprobs: [{ token: 'Hello', logprob: -1 }] })] }),
  refusal: tell({ output: [{ ...message(), content: [{ type: 'refusal', refusal: 'I will not.' }] }] }, 'I will not.'),
  'reasoning.summary': answering({ type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'Hm.' }] }),
  'reasoning.encrypted_content': answering({ type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'gAAA' }),
  function_call: answering(call),
  'function_call.namespace': tell({ output: [named] }, null, { output: [call] }),
  local_shell_call: answering(localCall),
  shell_call: answering(shellCall),
  apply_patch_call: answering(patchCall),
  custom_tool_call: answering(patch),
  web_search_call: answering({
    type: 'web_search_call',
    id: 'ws_1',
    status: 'completed',
    action: { type: 'search', query: 'rain' },
  }),
  image_generation_call: tell({ output: [message(), drawn] }, png),
  'image_generation_call.revised_prompt': tell({ output: [{ ...drawn, revised_prompt: 'A cat' }] }, null, {
    output: [drawn],
  }),
  file_search_call: answering({ type: 'file_search_call', id: 'fs_1', status: 'completed', queries: ['q'] }),
  mcp_call: answering({ type: 'mcp_call', id: 'mcp_1', server_label: 's', name: 'n', arguments: '{}' }),
  'status, incomplete_details': tell({ status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } }),
  usage: tell({ usage: { input_tokens: 11, output_tokens: 8, total_tokens: 19 } }),
  moderation: tell({ moderation: { flagged: true } }),
}
