/** The LLM API as the OpenAPI page names it: the addresses; what their bodies mean is the providers' to document. */

export interface LlmOperation {
  readonly method: 'get' | 'post'
  /** OpenAPI's form: `/v1/models/{id}`. */
  readonly path: string
  readonly id: string
  readonly summary: string
}

const llm = (method: LlmOperation['method'], path: string, id: string, summary: string): LlmOperation => ({
  method,
  path,
  id,
  summary,
})

export const llmOperations: readonly LlmOperation[] = [
  llm('post', '/v1/messages', 'messages', 'Anthropic Messages'),
  llm('post', '/v1/messages/count_tokens', 'countTokens', 'Anthropic token counting'),
  llm('post', '/v1/chat/completions', 'chatCompletions', 'OpenAI Chat Completions'),
  llm('post', '/v1/responses', 'responses', 'OpenAI Responses'),
  llm('post', '/v1/responses/compact', 'compactResponses', 'OpenAI Responses, compaction'),
  llm('post', '/v1/embeddings', 'embeddings', 'OpenAI Embeddings'),
  llm('post', '/v1beta/models/{model}:generateContent', 'generateContent', 'Gemini'),
  llm('post', '/v1beta/models/{model}:streamGenerateContent', 'streamGenerateContent', 'Gemini, as a stream'),
  llm('post', '/v1beta/models/{model}:countTokens', 'geminiCountTokens', 'Gemini token counting'),
  llm('get', '/v1/models', 'models', 'The models that can be reached now, in the dialect of the caller'),
  llm('get', '/v1/models/{id}', 'model', 'One of them'),
  llm('post', '/v1/estimate', 'estimate', 'What a request would cost, before it is sent'),
]
