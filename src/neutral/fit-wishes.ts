/** Tools, the form of the answer and the wishes that only some models know. */
import type { Note } from './adjustment.ts'
import type { Capabilities, Parameter } from './capability.ts'
import { AppError } from './error.ts'
import { isThinking } from './fit-thinking.ts'
import type { NeutralRequest, Options, OutputFormat } from './request.ts'

/**
 * An agent without its tools answers as if it had none, and is broken in a way that nobody sees: so the request is refused. Only
 * tools that may not be called, in a conversation that never called one, are left out.
 */
export function fitTools(request: NeutralRequest, capabilities: Capabilities, note: Note): NeutralRequest | AppError {
  const isAgent = request.tools.some(({ type }) => type === 'function' || type === 'custom')
  if (capabilities.hasTools === false && (isAgent || hasCalled(request))) {
    if (request.toolChoice?.kind !== 'none' || hasCalled(request))
      return new AppError(
        'unsupported',
        `${capabilities.model} can't call tools, and this request needs them. Choose a model that has tools.`,
      )
    note({
      field: 'tools',
      did: 'dropped',
      from: `${request.tools.length}`,
      why: `${capabilities.model} can't call tools`,
    })
    return { ...request, tools: [], toolChoice: null, parallelTools: null }
  }
  return fitParallel(fitChoice(request, capabilities, note), capabilities, note)
}

const hasCalled = (request: NeutralRequest): boolean =>
  request.messages.some(({ parts }) => parts.some(({ type }) => type === 'tool-call' || type === 'tool-result'))

function fitChoice(request: NeutralRequest, capabilities: Capabilities, note: Note): NeutralRequest {
  const { model, forcedTools, thinking } = capabilities
  const kind = request.toolChoice?.kind
  if (forcedTools === 'always' || (kind !== 'required' && kind !== 'named')) return request
  if (forcedTools === 'unless-thinking') {
    if (!isThinking(request.thinking, thinking)) return request
    if (thinking.canBeOff) {
      note({ field: 'thinking', did: 'dropped', why: `${model} does not think where it must call a tool` })
      return { ...request, thinking: { isOn: false, effort: null, budgetTokens: null, shows: null } }
    }
  }
  note({ field: 'tool_choice', did: 'changed', from: kind, to: 'auto', why: `${model} can't be made to call a tool` })
  return { ...request, toolChoice: { kind: 'auto' } }
}

function fitParallel(request: NeutralRequest, { model, refused }: Capabilities, note: Note): NeutralRequest {
  if (request.parallelTools === null || !refused.includes('parallel_tool_calls')) return request
  const from = request.parallelTools ? 'on' : 'off'
  note({ field: 'parallel_tool_calls', did: 'dropped', from, why: `${model} refuses it` })
  return { ...request, parallelTools: null }
}

/** A schema that the model has no field for is said in words at the end of the system prompt. */
export function fitFormat(request: NeutralRequest, capabilities: Capabilities, note: Note): NeutralRequest {
  const { model, structuredOutput } = capabilities
  const { format } = request
  if (format === null || structuredOutput === null || structuredOutput === 'schema') return request
  if (structuredOutput === 'json' && format.kind === 'json') return request
  const next: OutputFormat | null = structuredOutput === 'json' ? { kind: 'json' } : null
  const to = next === null ? 'words in the prompt' : 'json, and the schema in the prompt'
  note({ field: 'response_format', did: 'changed', from: format.kind, to, why: `${model} has no field for it` })
  return { ...request, format: next, system: [...request.system, { type: 'text', text: instruction(format) }] }
}

const instruction = (format: OutputFormat): string =>
  format.kind === 'json'
    ? 'Answer with one JSON object and nothing else.'
    : `Answer with one JSON value and nothing else. It must be valid against this JSON Schema: ${JSON.stringify(format.schema)}`

const optionFields: readonly (readonly [Parameter, keyof Options])[] = [
  ['logprobs', 'logprobs'],
  ['n', 'answers'],
  ['verbosity', 'verbosity'],
  ['service_tier', 'serviceTier'],
  ['cache_key', 'cacheKey'],
  ['store', 'store'],
  ['user', 'userId'],
]

/** Values that may be private, such as a user's id, are named and not told. */
export function fitOptions(request: NeutralRequest, { model, refused }: Capabilities, note: Note): NeutralRequest {
  const dropped = optionFields.filter(
    ([field, key]) =>
      request.options[key] !== null && refused.includes(field) && !(key === 'answers' && isOne(request)),
  )
  if (dropped.length === 0) return request
  for (const [field] of dropped) note({ field, did: 'dropped', why: `${model} refuses it` })
  return {
    ...request,
    options: { ...request.options, ...Object.fromEntries(dropped.map(([, key]) => [key, null])) },
  }
}

const isOne = (request: NeutralRequest): boolean => request.options.answers === 1
