/**
 * A neutral request for the Messages API. One that came in this dialect is written as it was; one of another is fitted to the
 * API's rules, and what they leave no room for is named.
 */
import type { Message } from '../../neutral/message.ts'
import type { NeutralRequest, OutputFormat } from '../../neutral/request.ts'
import type { JsonRecord } from '../fields.ts'
import type { Target, Written } from '../translator.ts'
import { hasCacheMarks, markedLast, markedTools, withinMarks } from './cache.ts'
import { fieldsOf, innerOf, spellingOf } from './carried.ts'
import { isLastTurnUnsigned, legalTurns, type Turn } from './conversation.ts'
import { fitOptions, fitSampling, fitStop, tierOf } from './options.ts'
import { strictSchema } from './schema.ts'
import { fitThinking, ownThinking, type WrittenThinking } from './thinking.ts'
import { writeTool, writeToolChoice } from './tools.ts'
import { asBlocks, writeParts, writeText, type Destination } from './write-parts.ts'

export function writeRequest(request: NeutralRequest, target: Target): Written {
  const dropped = new Set<string>()
  const isOwn = request.carried?.dialect === 'anthropic'
  const to: Destination = { target, isOwn, drop: (name) => void dropped.add(name) }
  const body = isOwn ? writeOwn(request, to) : writeFitted(withinMarks(request, to.drop), to)
  return { body, dropped: [...dropped] }
}

function writeOwn(request: NeutralRequest, to: Destination): JsonRecord {
  const { carried, system, sampling, stop, toolChoice: choice, parallelTools: parallel } = request
  const written = ownThinking(request.thinking, carried, request.maxOutputTokens ?? to.target.maxOutputTokens)
  const texts = system.map((part) => writeText(part, to))
  const isText = spellingOf(carried, 'system') === 'text'
  return {
    ...fieldsOf(carried, ['thinking', 'tool_choice', 'output_config', 'output_format']),
    ...common(request, written, to),
    messages: request.messages.map((message) => writeMessage(message, to)),
    ...(isText ? { system: system.map(({ text }) => text).join('\n\n') } : texts.length === 0 ? {} : { system: texts }),
    ...writeTools(request, to),
    ...writeToolChoice({ choice, parallel }, innerOf(carried, 'tool_choice')),
    ...(sampling.temperature === null ? {} : { temperature: sampling.temperature }),
    ...(sampling.topP === null ? {} : { top_p: sampling.topP }),
    ...(sampling.topK === null ? {} : { top_k: sampling.topK }),
    ...(stop.length === 0 ? {} : { stop_sequences: stop }),
    ...(spellingOf(carried, 'stream') === 'false' && !request.isStream ? { stream: false } : {}),
    ...ownOutput(request, written),
  }
}

/** What is written the same way whoever asks. */
function common(
  request: NeutralRequest,
  { thinking, maxTokens }: WrittenThinking,
  { target }: Destination,
): JsonRecord {
  const tier = tierOf(request.options.serviceTier)
  return {
    model: target.model,
    max_tokens: maxTokens,
    ...(thinking === null ? {} : { thinking }),
    ...(tier === null ? {} : { service_tier: tier }),
    ...(request.isStream ? { stream: true } : {}),
  }
}

function writeMessage({ role, parts, carried }: Message, to: Destination): unknown {
  const [first] = parts
  if (first?.type === 'foreign' && first.name === 'message') return first.value
  const spelling = spellingOf(carried, 'content')
  const content =
    spelling === 'text' ? (first?.type === 'text' ? first.text : '') : writeParts(parts, speaker(role), to)
  const fields = fieldsOf(carried)
  const hasRole = fields.role === undefined
  return {
    ...fields,
    ...(hasRole ? { role: spellingOf(carried, 'role') ?? role } : {}),
    ...(spelling === 'none' ? {} : { content }),
  }
}

const speaker = (role: Message['role']): Turn['role'] => (role === 'assistant' ? 'assistant' : 'user')

function ownOutput({ format, carried }: NeutralRequest, { effort }: WrittenThinking): JsonRecord {
  const isOlder = spellingOf(carried, 'format') === 'output_format'
  const rest = innerOf(carried, isOlder ? 'output_format' : 'output_config.format')
  const schema = format?.kind === 'schema' ? { ...rest, type: 'json_schema', schema: format.schema } : null
  const config = {
    ...innerOf(carried, 'output_config', ['format']),
    ...(effort === null ? {} : { effort }),
    ...(schema === null || isOlder ? {} : { format: schema }),
  }
  const isPresent = spellingOf(carried, 'output_config.present') !== null || Object.keys(config).length > 0
  return {
    ...(isOlder ? { output_format: schema } : {}),
    ...(isPresent ? { output_config: config } : {}),
  }
}

function writeFitted(request: NeutralRequest, to: Destination): JsonRecord {
  const { target, drop } = to
  const turns = legalTurns(request.messages.map((message) => turnOf(message, to)))
  const written = fitThinking(
    request.thinking,
    {
      style: target.thinking,
      maxTokens: request.maxOutputTokens ?? target.maxOutputTokens,
      isTurnUnsigned: isLastTurnUnsigned(turns),
    },
    drop,
  )
  const thinks = written.thinking !== null && written.thinking.type !== 'disabled'
  fitOptions(request, drop)
  return {
    ...common(request, written, to),
    ...marked(request, turns, to),
    ...fitToolChoice(request, written, drop),
    ...fitSampling(request.sampling, thinks, drop),
    ...fitStop(request.stop, drop),
    ...fitOutput(request.format, written),
  }
}

/** System prompt, tools and conversation, with marks for the prompt cache where the caller set none. */
function marked(request: NeutralRequest, turns: readonly Turn[], to: Destination): JsonRecord {
  const { tools } = writeTools(request, to) as { tools?: readonly JsonRecord[] }
  const system = asBlocks(writeParts(request.system, 'user', to)).concat(jsonWish(request.format))
  const isMarked = hasCacheMarks(request)
  const mark = (blocks: readonly JsonRecord[]) => (isMarked ? blocks : markedLast(blocks))
  const messages = turns.map(({ role, blocks }, i) => ({
    role,
    content: i === turns.length - 1 ? mark(blocks) : blocks,
  }))
  return {
    // The system prompt stands after the tools in what is cached, so that a mark on it covers both.
    ...(system.length > 0 ? { system: mark(system) } : {}),
    ...(tools === undefined ? {} : { tools: system.length > 0 || isMarked ? tools : markedTools(tools) }),
    messages,
  }
}

/** There is no JSON mode without a schema: the model is asked. */
const jsonWish = (format: OutputFormat | null): readonly JsonRecord[] =>
  format?.kind === 'json' ? [{ type: 'text', text: 'Answer with one JSON object and nothing else.' }] : []

function turnOf({ role, parts }: Message, to: Destination): Turn {
  const blocks = asBlocks(writeParts(parts, speaker(role), to))
  if (role !== 'system') return { role, blocks }
  // Only the newest models take a system message here; a user's with a mark says the same to all.
  return {
    role: 'user',
    blocks: blocks.map((block) => ({ ...block, text: `<system>\n${String(block.text)}\n</system>` })),
  }
}

function writeTools({ tools }: NeutralRequest, { isOwn, drop }: Destination): JsonRecord {
  // Two searches would be two tools of one name.
  const search = tools.find(({ type }) => type === 'web-search')
  const offered = isOwn ? tools : tools.filter((tool) => tool.type !== 'web-search' || tool === search)
  const written = offered.map((tool) => writeTool(tool, isOwn, drop)).filter((tool) => tool !== null)
  return written.length === 0 ? {} : { tools: written }
}

function fitToolChoice(
  { tools, toolChoice, parallelTools: parallel }: NeutralRequest,
  { thinking }: WrittenThinking,
  drop: (name: string) => void,
): JsonRecord {
  const hasTools = tools.some((tool) => tool.type !== 'foreign' || tool.dialect === 'anthropic')
  if (!hasTools) return {}
  const isForced = toolChoice?.kind === 'required' || toolChoice?.kind === 'named'
  // Thinking with a budget goes with `auto` and `none` only (platform.claude.com/docs: thinking and tool use).
  const isRefused = isForced && thinking?.type === 'enabled'
  if (isRefused) drop('tool_choice')
  return writeToolChoice(
    { choice: isRefused ? { kind: 'auto' } : toolChoice, parallel: parallel === false ? false : null },
    {},
  )
}

function fitOutput(format: OutputFormat | null, { effort }: WrittenThinking): JsonRecord {
  const schema = format?.kind === 'schema' ? strictSchema(described(format)) : null
  if (schema === null && effort === null) return {}
  return {
    output_config: {
      ...(effort === null ? {} : { effort }),
      ...(schema === null ? {} : { format: { type: 'json_schema', schema } }),
    },
  }
}

const described = ({ schema, description }: Extract<OutputFormat, { kind: 'schema' }>): JsonRecord =>
  description === null || schema.description !== undefined ? schema : { ...schema, description }
