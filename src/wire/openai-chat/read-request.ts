/** A request body as a neutral request. */
import { AppError } from '../../neutral/error.ts'
import { noOptions, noSampling, type NeutralRequest, type Options, type Sampling } from '../../neutral/request.ts'
import { asCount, asRecord } from '../fields.ts'
import { Fields } from './carry.ts'
import { readFormat } from './format.ts'
import { readMessages } from './read-messages.ts'
import { readThinking } from './thinking.ts'
import { readToolChoice } from './tool-choice.ts'
import { readTools } from './tools.ts'

/** @throws AppError `invalid-request` for what holds no conversation. */
export function readRequest(body: unknown): NeutralRequest {
  const record = asRecord(body)
  if (record === null) throw new AppError('invalid-request', 'The request body must be a JSON object.')
  const f = new Fields(record)
  const { system, messages } = readMessages(f.take('messages'))
  const request = {
    model: f.text('model') ?? '',
    system,
    messages,
    tools: readTools(f),
    toolChoice: readToolChoice(f),
    parallelTools: f.flag('parallel_tool_calls'),
    sampling: readSampling(f),
    maxOutputTokens: readLimit(f),
    stop: readStop(f),
    thinking: readThinking(f),
    format: readFormat(f),
    options: readOptions(f),
    ...readStream(f),
  }
  const { carried = { dialect: 'openai-chat', fields: {} } } = f.rest()
  return { ...request, carried }
}

function readSampling(f: Fields): Sampling {
  const seed = f.number('seed')
  // Mistral's name for it.
  const other = seed === null ? f.number('random_seed') : null
  if (other !== null) f.spell('seed', 'random_seed')
  return {
    ...noSampling,
    temperature: f.number('temperature'),
    topP: f.number('top_p'),
    topK: f.number('top_k'),
    presencePenalty: f.number('presence_penalty'),
    frequencyPenalty: f.number('frequency_penalty'),
    seed: seed ?? other,
  }
}

/** `max_tokens` is the older name; where both are given, the newer one holds. */
function readLimit(f: Fields): number | null {
  const newer = countOf(f, 'max_completion_tokens')
  if (newer !== null) return newer
  const older = countOf(f, 'max_tokens')
  if (older !== null) f.spell('limit', 'max_tokens')
  return older
}

const countOf = (f: Fields, name: string): number | null => (asCount(f.peek(name)) === null ? null : f.number(name))

function readStop(f: Fields): readonly string[] {
  const stop = f.peek('stop')
  if (typeof stop === 'string') {
    f.take('stop')
    f.spell('stop', 'text')
    return [stop]
  }
  if (!Array.isArray(stop) || stop.length === 0 || !stop.every((entry) => typeof entry === 'string')) return []
  f.take('stop')
  return stop
}

function readOptions(f: Fields): Options {
  return {
    ...noOptions,
    verbosity: f.text('verbosity'),
    serviceTier: f.text('service_tier'),
    cacheKey: f.text('prompt_cache_key'),
    userId: f.text('user'),
    metadata: f.record('metadata'),
    store: f.flag('store'),
    logprobs: readLogprobs(f),
    answers: countOf(f, 'n'),
  }
}

function readLogprobs(f: Fields): number | null {
  const wanted = f.flag('logprobs')
  if (wanted === false) f.spell('logprobs', 'false')
  if (wanted !== true) return null
  const count = countOf(f, 'top_logprobs')
  if (!f.knows('top_logprobs')) f.spell('top_logprobs', 'absent')
  return count ?? 0
}

function readStream(f: Fields) {
  const stream = f.flag('stream')
  if (stream === false) f.spell('stream', 'false')
  const options = f.within('stream_options')
  const usage = options?.flag('include_usage') ?? null
  if (options !== null) f.spell('stream options', usage === null ? 'silent' : 'usage')
  return { isStream: stream === true, wantsStreamUsage: usage === true }
}
