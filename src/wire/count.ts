/** Counting tokens before a request is sent, in the shapes of those dialects that have a call for it. */
import type { DialectId } from '../neutral/model.ts'
import { asCount, asRecord, type JsonRecord } from './fields.ts'

/** What a count's request says that an answer's does, by dialect: the rest is refused there. */
const countedFields = {
  anthropic: ['model', 'messages', 'system', 'tools', 'tool_choice', 'thinking', 'output_config'],
  'openai-responses': [
    'model',
    'input',
    'instructions',
    'tools',
    'tool_choice',
    'text',
    'reasoning',
    'parallel_tool_calls',
  ],
} as const

/** Chat Completions has no such call. */
export type CountingDialect = Exclude<DialectId, 'openai-chat'>

/** @param body A request for an answer in that dialect. @returns The request for its count. */
export function writeCountRequest(dialect: CountingDialect, body: unknown, model: string): unknown {
  const fields = asRecord(body) ?? {}
  if (dialect === 'gemini') return { generateContentRequest: { model: `models/${model}`, ...fields } }
  return Object.fromEntries(countedFields[dialect].flatMap((name) => (name in fields ? [[name, fields[name]]] : [])))
}

/** Gemini's request for a count may wrap a whole request, or hold the conversation alone. */
export function readCountRequest(dialect: DialectId, body: unknown): unknown {
  if (dialect !== 'gemini') return body
  return asRecord(asRecord(body)?.generateContentRequest) ?? asRecord(asRecord(body)?.generate_content_request) ?? body
}

/** @returns null when the answer holds no count. */
export function readCount(dialect: CountingDialect, body: unknown): number | null {
  const fields: JsonRecord = asRecord(body) ?? {}
  return asCount(dialect === 'gemini' ? fields.totalTokens : fields.input_tokens)
}

export function writeCount(dialect: DialectId, tokens: number): unknown {
  switch (dialect) {
    case 'gemini':
      return { totalTokens: tokens }
    case 'anthropic':
      return { input_tokens: tokens }
    case 'openai-chat':
    case 'openai-responses':
      return { object: 'response.input_tokens', input_tokens: tokens }
  }
}
