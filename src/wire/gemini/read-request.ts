/** A request of the Gemini API in the neutral form. The model, and whether a stream is asked for, stand in the URL. */
import { AppError } from '../../neutral/error.ts'
import { noOptions, type NeutralRequest } from '../../neutral/request.ts'
import { asList, asRecord, asString, type JsonRecord } from '../fields.ts'
import { readConfig } from './config.ts'
import { readContents, readSystem } from './contents.ts'
import { Reading } from './reading.ts'
import { readToolChoice } from './tool-choice.ts'
import { readTools } from './tools.ts'

const names = [
  'model',
  'contents',
  'systemInstruction',
  'generationConfig',
  'tools',
  'toolConfig',
  'serviceTier',
  'store',
] as const
const fields: ReadonlySet<(typeof names)[number]> = new Set(names)

/** @throws AppError where `contents` is no list. */
export function readRequest(
  body: unknown,
  url: { readonly model: string | null; readonly isStream: boolean },
): NeutralRequest {
  const outer = asRecord(body)
  if (outer === null) throw new AppError('invalid-request', 'The request body must be a JSON object.')
  const reading = new Reading()
  const request = unwrapped(outer, reading)
  const read = reading.take(request, fields)
  const { answers, logprobs, ...config } = readConfig(read.generationConfig, reading)
  keepOdd(read, reading)
  const model = asString(read.model)
  if (model !== null) reading.spell('model', model)
  return {
    model: url.model ?? model?.replace(/^models\//, '') ?? '',
    system: readSystem(read.systemInstruction, reading),
    messages: readContents(contentsOf(read.contents, reading)),
    tools: Array.isArray(read.tools) ? readTools(asList(read.tools), reading) : [],
    toolChoice: readToolChoice(read.toolConfig, reading),
    parallelTools: null,
    ...config,
    options: {
      ...noOptions,
      serviceTier: asString(read.serviceTier),
      store: typeof read.store === 'boolean' ? read.store : null,
      logprobs,
      answers,
    },
    isStream: url.isStream,
    wantsStreamUsage: true,
    carried: { dialect: 'gemini', fields: {}, ...reading.carried().carried },
  }
}

/** Counting tokens may wrap the whole request that is asked about. */
function unwrapped(outer: JsonRecord, reading: Reading): JsonRecord {
  const inner = asRecord(outer['generateContentRequest'])
  if (inner === null || outer['contents'] !== undefined) return outer
  reading.spell('wrapped', 'generateContentRequest')
  return inner
}

function contentsOf(contents: unknown, reading: Reading): readonly unknown[] {
  if (Array.isArray(contents)) return asList(contents)
  if (asRecord(contents) === null)
    throw new AppError('invalid-request', '`contents` must be a list of turns, each with `role` and `parts`.')
  reading.spell('contents', 'object')
  return [contents]
}

/** Known fields that hold something else than they should; the provider judges them. */
function keepOdd(read: JsonRecord, reading: Reading): void {
  const isOdd: Readonly<Record<string, (value: unknown) => boolean>> = {
    systemInstruction: (value) => typeof value !== 'string' && asRecord(value) === null,
    generationConfig: (value) => asRecord(value) === null,
    tools: (value) => !Array.isArray(value),
    toolConfig: (value) => asRecord(value) === null,
    serviceTier: (value) => asString(value) === null,
    store: (value) => typeof value !== 'boolean',
    model: (value) => asString(value) === null,
  }
  for (const [name, odd] of Object.entries(isOdd))
    if (read[name] !== undefined && odd(read[name])) reading.keep(name, read[name])
}
