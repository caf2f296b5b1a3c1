/** Names that every layer shares: dialects, providers, models, billing, endpoints. */

/** A wire format. Embeddings and the raw paths of OpenAI answer in the `openai-chat` dialect. */
export type DialectId = 'anthropic' | 'openai-chat' | 'openai-responses' | 'gemini'

/** Every wire format that a provider may be spoken to in: the dialects, and Converse, which no client speaks here. */
export type FormId = DialectId | 'converse'

/** How a request is paid for. `subscription`: a plan's token, the cost is notional. */
export type Billing = 'metered' | 'subscription' | 'local'

/** What the caller asked the data plane to do; the path decides, the body never does. */
export type Endpoint =
  | 'messages'
  | 'count_tokens'
  | 'chat'
  | 'responses'
  | 'responses_compact'
  | 'embeddings'
  | 'generate'
  | 'stream_generate'
  | 'gemini_count_tokens'
  | 'models'
  | 'estimate'
  | 'raw'

/** One model at one provider; `model` is the provider's own id and may hold slashes. */
export interface ModelRef {
  readonly provider: string
  readonly model: string
}

export const formatModelRef = (ref: ModelRef): string => `${ref.provider}/${ref.model}`

/** What kind of work a request is, told from tokens and tools alone. */
export type TaskType =
  | 'tool_use'
  | 'long_context'
  | 'quick_task'
  | 'generation'
  | 'code_review'
  | 'content_generation'
  | 'classification'
  | 'general'
