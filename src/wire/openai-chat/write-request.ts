/** A neutral request as a request body, for OpenAI and the many servers that copied it. */
import type { NeutralRequest } from '../../neutral/request.ts'
import { opening } from '../orderly.ts'
import type { Target, Written } from '../translator.ts'
import { isOurs, restored, spelt } from './carry.ts'
import { addFormat } from './format.ts'
import { addThinking } from './thinking.ts'
import { addToolChoice } from './tool-choice.ts'
import { addTools } from './tools.ts'
import { writeMessage, writeSystem } from './write-messages.ts'
import type { Writing } from './writing.ts'

type Out = Record<string, unknown>

export function writeRequest(request: NeutralRequest, target: Target): Written {
  const writing: Writing = { target, isOurs: isOurs(request), dropped: new Set() }
  const { dropped } = writing
  const messages = [
    ...writeSystem(request.system, dropped),
    ...request.messages.flatMap((message) => writeMessage(message, writing)),
  ]
  if (messages.length === 0 && !writing.isOurs) messages.push({ role: 'user', content: opening })
  const isChecked = target.checksCalls === true && !writing.isOurs
  const out: Out = { model: target.model, messages: isChecked ? messages.flatMap(bridged) : messages }
  addTools(out, request.tools, writing)
  addToolChoice(out, request, writing)
  addSampling(out, request, writing)
  addLimits(out, request, writing)
  addThinking(out, request, writing)
  addFormat(out, request, writing)
  if (writing.isOurs) addOwnOptions(out, request)
  else addOptions(out, request, dropped)
  addStream(out, request, writing)
  return { body: restored(out, request), dropped: [...dropped] }
}

/** A user may not speak right after a tool where turns are checked: the model says a word between them. */
const bridged = (message: Out, place: number, all: readonly Out[]): Out[] =>
  message.role === 'user' && all[place - 1]?.role === 'tool'
    ? [{ role: 'assistant', content: 'Understood.' }, message]
    : [message]

function addSampling(out: Out, request: NeutralRequest, { isOurs: isSame, dropped }: Writing): void {
  const { temperature, topP, topK, presencePenalty, frequencyPenalty, seed } = request.sampling
  if (temperature !== null) out.temperature = temperature
  if (topP !== null) out.top_p = topP
  if (presencePenalty !== null) out.presence_penalty = presencePenalty
  if (frequencyPenalty !== null) out.frequency_penalty = frequencyPenalty
  if (seed !== null) out[spelt(request, 'seed') ?? 'seed'] = seed
  if (topK === null) return
  // Compatible servers have it; OpenAI answers it with an error.
  if (isSame) out.top_k = topK
  else dropped.add('top_k')
}

/** More stop sequences are an error. */
const maxStops = 4

function addLimits(out: Out, request: NeutralRequest, { target, isOurs: isSame, dropped }: Writing): void {
  const { maxOutputTokens, stop } = request
  const usual = target.maxTokensField ?? 'max_completion_tokens'
  // Some models refuse the older name, whoever wrote it; all that know the newer one take it.
  const spelled = target.maxTokensField === 'max_completion_tokens' ? undefined : spelt(request, 'limit')
  if (maxOutputTokens !== null) out[spelled ?? usual] = maxOutputTokens
  if (stop.length === 0) return
  const fitting = isSame ? stop : stop.slice(0, maxStops)
  if (fitting.length < stop.length) dropped.add('stop')
  out.stop = spelt(request, 'stop') === 'text' && fitting.length === 1 ? fitting[0] : fitting
}

function addOwnOptions(out: Out, request: NeutralRequest): void {
  const { verbosity, serviceTier, cacheKey, userId, metadata, store, logprobs, answers } = request.options
  const named = {
    verbosity,
    service_tier: serviceTier,
    prompt_cache_key: cacheKey,
    user: userId,
    metadata,
    store,
    logprobs: logprobs === null ? null : true,
    top_logprobs: logprobs,
    n: answers,
  }
  for (const [name, value] of Object.entries(named)) if (value !== null) out[name] = value
  if (logprobs === null && spelt(request, 'logprobs') === 'false') out.logprobs = false
}

/** The words for it that other dialects share or mean. */
const tiers: Readonly<Record<string, string>> = {
  auto: 'auto',
  default: 'default',
  flex: 'flex',
  priority: 'priority',
  standard: 'default',
  standard_only: 'default',
}

/** Of another dialect: who its user is stays with its own vendor, and of several answers only one could be given back. */
function addOptions(out: Out, { options }: NeutralRequest, dropped: Set<string>): void {
  const { verbosity, serviceTier, cacheKey, userId, metadata, store, logprobs, answers } = options
  if (verbosity !== null) out.verbosity = verbosity
  if (cacheKey !== null) out.prompt_cache_key = cacheKey
  if (store === true) out.store = true
  const tier = serviceTier === null ? undefined : tiers[serviceTier]
  if (tier !== undefined) out.service_tier = tier
  else if (serviceTier !== null) dropped.add('service_tier')
  if (userId !== null) dropped.add('user')
  if (metadata !== null && Object.keys(metadata).length > 0) dropped.add('metadata')
  if (logprobs !== null) dropped.add('logprobs')
  if (answers !== null && answers > 1) dropped.add('n')
}

function addStream(out: Out, request: NeutralRequest, { isOurs: isSame, target }: Writing): void {
  const { isStream, wantsStreamUsage } = request
  if (isStream) out.stream = true
  else if (spelt(request, 'stream') === 'false') out.stream = false
  const how = spelt(request, 'stream options')
  if (how === 'silent') out.stream_options = {}
  else if (how === 'usage') out.stream_options = { include_usage: wantsStreamUsage }
  // Asked for always: the row of the request needs it.
  else if (!isSame && isStream && target.takesStreamOptions !== false) out.stream_options = { include_usage: true }
}
