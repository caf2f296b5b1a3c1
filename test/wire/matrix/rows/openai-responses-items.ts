/** Items of the Responses API that stand in requests and answers alike. */

export const png = 'iVBORw0KGgo='
export const call = { type: 'function_call', call_id: 'c1', name: 'look', arguments: '{"city":"Oslo"}' }
export const patch = { type: 'custom_tool_call', call_id: 'c1', name: 'patch', input: 'a' }
export const localCall = {
  type: 'local_shell_call',
  id: 'ls_1',
  call_id: 'c1',
  status: 'completed',
  action: { type: 'exec', command: ['ls'], env: {} },
}
export const shellCall = { type: 'shell_call', call_id: 'c1', action: { commands: ['ls'] } }
export const patchCall = {
  type: 'apply_patch_call',
  call_id: 'c1',
  status: 'completed',
  operation: { type: 'delete_file', path: 'a' },
}
