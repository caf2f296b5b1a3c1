/** `generationConfig`: sampling, limits, the form of the answer, thinking. */
import { numberIn } from '../../neutral/exact-number.ts'
import type { NeutralRequest, OutputFormat } from '../../neutral/request.ts'
import { asCount, asList, asRecord, type JsonRecord } from '../fields.ts'
import { fitSchema } from './fit-schema.ts'
import { isBeforeGemini3 } from './model.ts'
import { isListed, restore, spelled, type JsonObject, type Reading } from './reading.ts'
import { readSchema, writeSchema } from './schema.ts'
import { readThinking, writeThinking } from './thinking.ts'
import type { Turns } from './turns.ts'

const names = [
  'temperature',
  'topP',
  'topK',
  'presencePenalty',
  'frequencyPenalty',
  'seed',
  'maxOutputTokens',
  'stopSequences',
  'candidateCount',
  'responseLogprobs',
  'logprobs',
  'responseMimeType',
  'responseSchema',
  'responseJsonSchema',
  'thinkingConfig',
] as const
type Name = (typeof names)[number]
type Config = { readonly [K in Name]?: unknown }
const fields: ReadonlySet<Name> = new Set(names)
const at = 'generationConfig.'

type Read = Pick<NeutralRequest, 'sampling' | 'maxOutputTokens' | 'stop' | 'thinking' | 'format'> & {
  readonly answers: number | null
  readonly logprobs: number | null
}

export function readConfig(value: unknown, reading: Reading): Read {
  const record = asRecord(value)
  if (record !== null) reading.list('present', 'generationConfig')
  const config: Config = reading.take(record ?? {}, fields, at)
  /** The number; anything else that stood there is carried. */
  const number = (name: Name): number | null => {
    const field = config[name]
    const value = numberIn(field)
    if (value === null && field !== undefined) reading.keep(at + name, field)
    return value
  }
  if (config.thinkingConfig !== undefined && asRecord(config.thinkingConfig) === null)
    reading.keep(`${at}thinkingConfig`, config.thinkingConfig)
  return {
    sampling: {
      temperature: number('temperature'),
      topP: number('topP'),
      topK: number('topK'),
      presencePenalty: number('presencePenalty'),
      frequencyPenalty: number('frequencyPenalty'),
      seed: number('seed'),
    },
    maxOutputTokens: number('maxOutputTokens'),
    stop: readStop(config.stopSequences, reading),
    thinking: readThinking(config.thinkingConfig, reading),
    format: readFormat(config, reading),
    answers: number('candidateCount'),
    logprobs: readLogprobs(config, reading),
  }
}

function readStop(value: unknown, reading: Reading): readonly string[] {
  if (!Array.isArray(value)) {
    if (value !== undefined) reading.keep(`${at}stopSequences`, value)
    return []
  }
  reading.list('present', 'stopSequences')
  return asList(value).filter((stop) => typeof stop === 'string')
}

/** A switch and a number of alternatives; the number alone asks for nothing. */
function readLogprobs({ responseLogprobs, logprobs }: Config, reading: Reading): number | null {
  if (responseLogprobs === true) {
    if (logprobs === 0) reading.list('present', 'logprobs')
    return asCount(logprobs) ?? 0
  }
  if (responseLogprobs !== undefined) reading.keep(`${at}responseLogprobs`, responseLogprobs)
  if (logprobs !== undefined) reading.keep(`${at}logprobs`, logprobs)
  return null
}

const json = 'application/json'

function readFormat(config: Config, reading: Reading): OutputFormat | null {
  const { responseMimeType, responseSchema, responseJsonSchema } = config
  const keepAll = () => {
    for (const name of ['responseMimeType', 'responseSchema', 'responseJsonSchema'] as const)
      if (config[name] !== undefined) reading.keep(at + name, config[name])
    return null
  }
  const openApi = asRecord(responseSchema)
  const schema = openApi ?? asRecord(responseJsonSchema)
  if (responseMimeType !== json || (openApi !== null && responseJsonSchema !== undefined)) return keepAll()
  if (schema === null)
    return responseSchema === undefined && responseJsonSchema === undefined ? { kind: 'json' } : keepAll()
  const unnamed = { kind: 'schema', name: null, description: null, isStrict: null } as const
  if (openApi === null) {
    reading.spell('responseSchema', 'json')
    return { ...unnamed, schema }
  }
  const read = readSchema(openApi)
  reading.spell('responseSchema', read.style)
  return { ...unnamed, schema: read.schema }
}

/** @returns undefined where nothing is asked. */
export function writeConfig(turns: Turns, hasFunctions: boolean): JsonObject | undefined {
  const { request, isOwn, dropped } = turns
  const { sampling, carried, options } = request
  const out: JsonObject = {}
  for (const [name, value] of Object.entries(sampling)) if (value !== null) out[name] = value
  if (request.maxOutputTokens !== null) out['maxOutputTokens'] = request.maxOutputTokens
  if (request.stop.length > 0 || isListed(carried, 'present', 'stopSequences')) out['stopSequences'] = stopsOf(turns)
  if (options.answers !== null && isOwn) out['candidateCount'] = options.answers
  else if ((options.answers ?? 1) > 1) dropped.add('n')
  if (options.logprobs !== null) {
    out['responseLogprobs'] = true
    if (options.logprobs > 0 || isListed(carried, 'present', 'logprobs')) out['logprobs'] = options.logprobs
  }
  if (request.format !== null) Object.assign(out, writeFormat(request.format, turns, hasFunctions))
  const thinking = writeThinking(turns)
  if (thinking !== undefined) out['thinkingConfig'] = thinking
  restore(out, carried, at)
  return Object.keys(out).length === 0 && !isListed(carried, 'present', 'generationConfig') ? undefined : out
}

/** The API refuses more than five. */
const maxStops = 5

function stopsOf({ request: { stop }, isOwn, dropped }: Turns): readonly string[] {
  if (isOwn || stop.length <= maxStops) return stop
  dropped.add('stop')
  return stop.slice(0, maxStops)
}

function writeFormat(
  format: OutputFormat,
  { request, target, isOwn, dropped }: Turns,
  hasFunctions: boolean,
): JsonObject {
  // "Function calling with a response mime type: 'application/json' is unsupported" before Gemini 3.
  if (hasFunctions && isBeforeGemini3(target.model) && !isOwn) {
    dropped.add('response_format')
    return {}
  }
  // A schema of nothing asks for JSON and no more.
  if (format.kind === 'json' || (!isOwn && Object.keys(format.schema).length === 0)) return { responseMimeType: json }
  const style = spelled(request.carried, 'responseSchema')
  if (style === 'json') return { responseMimeType: json, responseJsonSchema: format.schema }
  if (style !== undefined) return { responseMimeType: json, responseSchema: writeSchema(format.schema, style) }
  return { responseMimeType: json, responseSchema: writeFitted(format, dropped) }
}

/** A name and a description of the whole stand in the schema, which has words for both. */
function writeFitted(format: Extract<OutputFormat, { kind: 'schema' }>, dropped: Set<string>): JsonRecord {
  const { schema, isWhole } = fitSchema(format.schema)
  if (!isWhole) dropped.add('response_format.schema')
  return {
    ...(format.name !== null && { title: format.name }),
    ...(format.description !== null && { description: format.description }),
    ...schema,
  }
}
