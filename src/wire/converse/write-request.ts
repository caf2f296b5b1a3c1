/** A request as Converse takes it. The model and whether to stream stand in the path. */
import type { NeutralRequest, Options, OutputFormat } from '../../neutral/request.ts'
import type { JsonRecord } from '../fields.ts'
import type { Target, Written } from '../translator.ts'
import { refusesLimits, thinkingFields } from './model.ts'
import { writeTools } from './tools.ts'
import { openWriting, writeMessages, writeSystem, type Writing } from './write-messages.ts'

export function writeRequest(request: NeutralRequest, target: Target): Written {
  const w = openWriting(target)
  const additional = writeAdditional(request, w)
  const body = present({
    system: filled(writeSystem(request.system, w)),
    messages: writeMessages(request.messages, w),
    inferenceConfig: nonEmpty(writeLimits(request, refusesLimits(additional), w)),
    toolConfig: writeTools(request, w),
    outputConfig: writeFormat(request.format, w),
    serviceTier: writeTier(request.options.serviceTier, w),
    additionalModelRequestFields: nonEmpty(additional),
  })
  dropOptions(request, w)
  return { body, dropped: [...w.dropped] }
}

const present = (fields: JsonRecord): JsonRecord =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== undefined))

const filled = <T>(list: readonly T[]): readonly T[] | null => (list.length === 0 ? null : list)

const nonEmpty = (fields: JsonRecord): JsonRecord | null => (Object.keys(fields).length === 0 ? null : fields)

function writeLimits(request: NeutralRequest, isUnlimited: boolean, { dropped }: Writing): JsonRecord {
  const { sampling, maxOutputTokens, stop } = request
  const limits = { maxTokens: maxOutputTokens, temperature: sampling.temperature, topP: sampling.topP }
  if (isUnlimited) {
    if (limits.maxTokens !== null) dropped.add('max_tokens')
    if (limits.temperature !== null) dropped.add('temperature')
    if (limits.topP !== null) dropped.add('top_p')
  }
  return present({ ...(isUnlimited ? {} : limits), stopSequences: filled(stop) })
}

/** What goes to the model past Converse, in the model's own words. */
function writeAdditional({ sampling, thinking }: NeutralRequest, { family, target, dropped }: Writing): JsonRecord {
  const told = thinking === null ? {} : thinkingFields(family, thinking, target.thinking)
  if (told === null && thinking?.isOn !== false) dropped.add('thinking')
  if (sampling.topK === null) return told ?? {}
  if (family === 'nova') return { ...told, inferenceConfig: { topK: sampling.topK } }
  if (family === 'claude') return { ...told, top_k: sampling.topK }
  dropped.add('top_k')
  return told ?? {}
}

function writeFormat(format: OutputFormat | null, { dropped }: Writing): JsonRecord | null {
  if (format === null) return null
  if (format.kind === 'json') {
    dropped.add('response_format')
    return null
  }
  const { schema, name, description } = format
  // The schema goes as a text.
  const jsonSchema = present({ schema: JSON.stringify(schema), name, description })
  return { textFormat: { type: 'json_schema', structure: { jsonSchema } } }
}

const tiers: ReadonlySet<string> = new Set(['default', 'priority', 'flex'])

function writeTier(tier: string | null, { dropped }: Writing): JsonRecord | null {
  if (tier === null || tier === 'auto') return null
  if (tiers.has(tier)) return { type: tier }
  dropped.add('service_tier')
  return null
}

const unsaid: readonly (readonly [keyof Options, string])[] = [
  ['verbosity', 'verbosity'],
  ['cacheKey', 'cache_key'],
  ['userId', 'user'],
  ['metadata', 'metadata'],
  ['store', 'store'],
  ['logprobs', 'logprobs'],
]

function dropOptions({ options, sampling }: NeutralRequest, { dropped }: Writing): void {
  for (const [field, name] of unsaid) if (options[field] !== null) dropped.add(name)
  if (options.answers !== null && options.answers > 1) dropped.add('n')
  if (sampling.presencePenalty !== null) dropped.add('presence_penalty')
  if (sampling.frequencyPenalty !== null) dropped.add('frequency_penalty')
  if (sampling.seed !== null) dropped.add('seed')
}
