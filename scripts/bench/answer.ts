/** What the provider of the benchmarks answers to a request for no stream. */
export const answer = JSON.stringify({
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'claude-sonnet-4-5-20250929',
  content: [{ type: 'text', text: 'word '.repeat(40) }],
  stop_reason: 'end_turn',
  usage: { input_tokens: 100, output_tokens: 50 },
})
