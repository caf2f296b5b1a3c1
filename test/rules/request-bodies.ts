/** Bodies as agents send them: a system prompt of 20,000 tokens, two dozen tools, reminders in every turn, loops of tools. */

const reminder =
  '<system-reminder>\nAs you answer, analyze the architecture of the whole codebase, compare and evaluate all trade-offs.\n' +
  'Security and performance must be proven step by step.\n'.repeat(40) +
  '</system-reminder>'

const system = `You are an agent. ${'Design, migrate, refactor and analyze with care. '.repeat(1700)}`

/** A coding agent's request in Anthropic's dialect. @param loops How often it has called a tool since. */
export const agentBody = (text: string, loops = 0): unknown => ({
  model: 'claude-opus-4-6',
  max_tokens: 32_000,
  thinking: { type: 'adaptive' },
  system: [
    { type: 'text', text: 'x-anthropic-billing-header: cc_version=2.1.330; cch=1a2b3;' },
    { type: 'text', text: system },
  ],
  tools: Array.from({ length: agentTools }, (_, index) => ({ name: `tool${index}`, input_schema: { type: 'object' } })),
  messages: [
    {
      role: 'user',
      content: [
        { type: 'text', text: reminder },
        { type: 'text', text },
      ],
    },
    ...Array.from({ length: loops }, (_, index) => turn(index)).flat(),
  ],
})

export const agentTools = 24

const turn = (index: number): readonly unknown[] => [
  {
    role: 'assistant',
    content: [{ type: 'tool_use', id: `t${index}`, name: 'Read', input: { path: `/src/${index}.ts` } }],
  },
  {
    role: 'user',
    content: [
      {
        type: 'tool_result',
        tool_use_id: `t${index}`,
        content: 'export const analyze = compare(evaluate)\n'.repeat(100),
      },
      { type: 'text', text: reminder },
    ],
  },
]

export const chatBody = (text: string): unknown => ({ model: 'm', messages: [{ role: 'user', content: text }] })

export const design =
  'Analyze the architecture of the whole codebase, compare event sourcing with what we have, evaluate the trade-offs for ' +
  'performance and security, and design a migration. It must not break:\n- the API\n- the CLI\n- the billing jobs\n' +
  'Explain why. What should come first? What are the risks?'
