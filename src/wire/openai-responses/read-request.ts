/** A request of the Responses API in neutral form. */
import { AppError } from '../../neutral/error.ts'
import { numberIn } from '../../neutral/exact-number.ts'
import { noOptions, noSampling, type NeutralRequest } from '../../neutral/request.ts'
import { asCount, asRecord, asString } from '../fields.ts'
import { bringersIn, carryBringers } from './additional-tools.ts'
import { dialectId, flag, reading, text, texts } from './carried.ts'
import { nameTools } from './naming.ts'
import { readInput } from './read-input.ts'
import { readTextField } from './text-format.ts'
import { readThinking } from './thinking.ts'
import { readToolList } from './tool-list.ts'
import { readToolChoice, spellChoice } from './tool-choice.ts'

/** @throws AppError when the body is no object, or its input neither a text nor a list. */
export function readRequest(body: unknown): NeutralRequest {
  const record = asRecord(body)
  if (record === null) throw new AppError('invalid-request', 'The request body must be a JSON object.')
  const request = reading(record)
  const spelling: Record<string, string> = {}
  const model = request.take('model', asString) ?? ''
  const instructions = request.take('instructions', asString)
  const listed = request.take('tools', asListOrNull)
  if (listed !== null) spelling['tools'] = 'list'
  const bringers = bringersIn(record['input'])
  const naming = nameTools([...(listed ?? []), ...bringers.flatMap(({ tools }) => tools)])
  const tools = readToolList(listed ?? [], bringers, naming)
  const brought = carryBringers(bringers)
  const input = readInput(record['input'], naming)
  if (request.take('input', asInput) !== null && typeof record['input'] === 'string') spelling['input'] = 'text'
  else if (!Array.isArray(record['input'])) spelling['input'] = 'absent'
  const reasoning = request.take('reasoning', asRecord)
  const thinking = reasoning === null ? null : readThinking(reasoning)
  const textRecord = request.take('text', asRecord)
  const textField = textRecord === null ? null : readTextField(textRecord)
  const choice = request.take('tool_choice', (value) => readToolChoice(value, tools, naming))
  if (choice?.kind === 'named') Object.assign(spelling, spellChoice(record['tool_choice']))
  const isStream = request.take('stream', flag)
  if (isStream === false) spelling['stream'] = 'false'
  if (request.take('include', asUsualInclude) !== null) spelling['include'] = usualInclude
  // A text beside the conversation, and what stands before it in it.
  const said = instructions === null ? [] : [instructionsPart(instructions)]
  return {
    model,
    system: [...said, ...input.system],
    messages: input.messages,
    tools,
    toolChoice: choice,
    parallelTools: request.take('parallel_tool_calls', flag),
    sampling: {
      ...noSampling,
      temperature: request.take('temperature', numberIn),
      topP: request.take('top_p', numberIn),
    },
    maxOutputTokens: request.take('max_output_tokens', asCount),
    stop: [],
    thinking: thinking?.thinking ?? null,
    format: textField?.format ?? null,
    options: {
      ...noOptions,
      verbosity: textField?.verbosity ?? null,
      serviceTier: request.take('service_tier', text),
      cacheKey: request.take('prompt_cache_key', text),
      userId: request.take('user', text),
      metadata: request.take('metadata', asRecord),
      store: request.take('store', flag),
      logprobs: request.take('top_logprobs', asCount),
    },
    isStream: isStream === true,
    wantsStreamUsage: true,
    carried: {
      dialect: dialectId,
      fields: Object.fromEntries([
        ...request.rest(),
        ...(thinking?.rest ?? []),
        ...(textField?.rest ?? []),
        ...brought.rest,
      ]),
      spelling: { ...spelling, ...textField?.spelling, ...brought.spelling },
    },
  }
}

const asInput = (value: unknown): true | null => (typeof value === 'string' || Array.isArray(value) ? true : null)
const asListOrNull = (value: unknown): readonly unknown[] | null => (Array.isArray(value) ? value : null)

export const usualInclude = 'reasoning.encrypted_content'

/** What every client asks for that keeps its conversations itself. */
function asUsualInclude(value: unknown): true | null {
  const list = texts(value)
  return list?.length === 1 && list[0] === usualInclude ? true : null
}

/** Where `instructions` was read from. */
export const instructionsMark = 'instructions'

const instructionsPart = (words: string) =>
  ({
    type: 'text',
    text: words,
    carried: { dialect: dialectId, fields: {}, spelling: { from: instructionsMark } },
  }) as const
