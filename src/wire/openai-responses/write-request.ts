/** A request to the Responses API. What comes from this dialect is written as it was read; for others defaults are added. */
import type { Message, TextPart } from '../../neutral/message.ts'
import type { NeutralRequest } from '../../neutral/request.ts'
import type { JsonRecord } from '../fields.ts'
import type { ThinkingStyle } from '../../neutral/capability.ts'
import type { Target, Written } from '../translator.ts'
import { isOfBringers, withBringers } from './additional-tools.ts'
import { type Kept, keptOf } from './carried.ts'
import { instructionsMark, usualInclude } from './read-request.ts'
import { writeTextField } from './text-format.ts'
import { writeThinking } from './thinking.ts'
import { writeToolList } from './tool-list.ts'
import { writeToolChoice } from './tool-choice.ts'
import { writeInput } from './write-input.ts'

export function writeRequest(request: NeutralRequest, target: Target): Written {
  const dropped = new Set<string>()
  const kept = keptOf(request)
  const { instructions, system } = splitSystem(request.system, kept, dropped)
  const { tools, brought } = writeToolList(request.tools, dropped)
  const items = writeInput(system, request.messages, target, dropped)
  const input = kept === null ? items : inputAsRead(withBringers(items, kept, brought), request.messages, kept)
  const body = {
    ...(kept === null ? {} : rootFields(kept)),
    ...(target.model !== '' && { model: target.model }),
    ...(instructions !== null && { instructions }),
    ...(input !== null && { input }),
    ...writeTools(request, tools, kept, dropped),
    ...writeWishes(request, kept, target.thinking, dropped),
    ...(request.isStream && { stream: true }),
    ...(!request.isStream && kept?.spelling['stream'] !== undefined && { stream: false }),
  }
  return { body, dropped: [...dropped] }
}

/** All of a request of this dialect but its conversation, as a response repeats it. */
export function writeSettings(request: NeutralRequest): JsonRecord {
  const kept = keptOf(request)
  const lost = new Set<string>()
  return {
    ...(kept === null ? {} : rootFields(kept)),
    ...writeTools(request, writeToolList(request.tools, lost).tools, kept, lost),
    ...writeWishes(request, kept, 'effort', lost),
  }
}

/** `instructions` and what stands in the conversation; the system prompts of other dialects are all instructions. */
function splitSystem(parts: readonly TextPart[], kept: Kept | null, dropped: Set<string>) {
  const isSaid = (part: TextPart) => kept === null || keptOf(part)?.spelling['from'] === instructionsMark
  const said = parts.filter(isSaid)
  if (kept === null && said.some(({ cache }) => cache !== undefined)) dropped.add('cache_control')
  const instructions = said.length === 0 ? null : said.map(({ text }) => text).join('\n\n')
  return { instructions, system: parts.filter((part) => !isSaid(part)) }
}

function inputAsRead(items: readonly unknown[], messages: readonly Message[], kept: Kept): unknown {
  if (kept.spelling['input'] === 'absent' && items.length === 0) return null
  if (kept.spelling['input'] !== 'text') return items
  const parts = messages.flatMap((message) => message.parts)
  return parts.length < 2 && parts.every(({ type }) => type === 'text')
    ? parts.map((part) => (part.type === 'text' ? part.text : '')).join('')
    : items
}

function writeTools(
  request: NeutralRequest,
  tools: readonly unknown[],
  kept: Kept | null,
  dropped: Set<string>,
): JsonRecord {
  const { toolChoice, parallelTools } = request
  // A choice among no tools is an error here.
  if (kept === null && tools.length === 0) {
    if (toolChoice?.kind === 'required' || toolChoice?.kind === 'named') dropped.add('tool_choice')
    return {}
  }
  return {
    ...((tools.length > 0 || kept?.spelling['tools'] !== undefined) && { tools }),
    ...(toolChoice !== null && {
      tool_choice: writeToolChoice(toolChoice, request.tools, kept),
    }),
    ...(parallelTools !== null && { parallel_tool_calls: parallelTools }),
  }
}

function writeWishes(
  request: NeutralRequest,
  kept: Kept | null,
  style: ThinkingStyle,
  dropped: Set<string>,
): JsonRecord {
  const { sampling, maxOutputTokens, options } = request
  const reasoning = writeThinking(request.thinking, kept?.fields ?? null, style, dropped)
  const text = writeTextField(request.format, options.verbosity, kept, dropped)
  return {
    ...(sampling.temperature !== null && { temperature: sampling.temperature }),
    ...(sampling.topP !== null && { top_p: sampling.topP }),
    ...(maxOutputTokens !== null && {
      max_output_tokens: kept === null ? Math.max(maxOutputTokens, fewestOutputTokens) : maxOutputTokens,
    }),
    ...(reasoning !== null && { reasoning }),
    ...(text !== null && { text }),
    ...(options.cacheKey !== null && { prompt_cache_key: options.cacheKey }),
    ...(kept === null ? writeOthers(request, style, dropped) : writeOwn(request, kept)),
  }
}

/** Fewer are refused. */
const fewestOutputTokens = 16

function writeOwn({ options }: NeutralRequest, kept: Kept): JsonRecord {
  return {
    ...(options.serviceTier !== null && { service_tier: options.serviceTier }),
    ...(options.userId !== null && { user: options.userId }),
    ...(options.metadata !== null && { metadata: options.metadata }),
    ...(options.store !== null && { store: options.store }),
    ...(options.logprobs !== null && { top_logprobs: options.logprobs }),
    ...(kept.spelling['include'] !== undefined && { include: [usualInclude] }),
  }
}

/** The conversation is the client's: nothing is kept at the provider, and reasoning comes back with it. */
function writeOthers(
  { sampling, stop, options, thinking }: NeutralRequest,
  style: ThinkingStyle,
  dropped: Set<string>,
) {
  const { serviceTier, userId, logprobs, answers, metadata } = options
  if (sampling.topK !== null) dropped.add('top_k')
  if (sampling.seed !== null) dropped.add('seed')
  if ((sampling.presencePenalty ?? 0) !== 0) dropped.add('presence_penalty')
  if ((sampling.frequencyPenalty ?? 0) !== 0) dropped.add('frequency_penalty')
  if (stop.length > 0) dropped.add('stop')
  if (logprobs !== null) dropped.add('logprobs')
  if (answers !== null && answers > 1) dropped.add('n')
  if (userId !== null) dropped.add('user')
  const tier = serviceTier === null ? null : (tiers.get(serviceTier) ?? null)
  if (serviceTier !== null && tier === null) dropped.add('service_tier')
  const areWords = metadata !== null && Object.values(metadata).every((value) => typeof value === 'string')
  if (metadata !== null && !areWords) dropped.add('metadata')
  const thinks = style !== 'none' && thinking?.isOn !== false
  return {
    ...(tier !== null && { service_tier: tier }),
    ...(areWords && { metadata }),
    store: options.store ?? false,
    ...(thinks && { include: [usualInclude] }),
  }
}

/** The service tiers of other dialects by their names here. */
const tiers: ReadonlyMap<string, string> = new Map([
  ['auto', 'auto'],
  ['default', 'default'],
  ['flex', 'flex'],
  ['priority', 'priority'],
  ['scale', 'scale'],
  ['standard', 'default'],
  ['standard_only', 'default'],
])

/** What was carried, without what was put back where it stood. */
const rootFields = ({ fields }: Kept): JsonRecord =>
  Object.fromEntries(
    Object.entries(fields).filter(([name]) => !/^(reasoning|text)\./.test(name) && !isOfBringers(name)),
  )
