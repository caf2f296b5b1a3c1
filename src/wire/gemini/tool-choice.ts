/** `toolConfig`: whether functions are called, and which. */
import type { ToolChoice } from '../../neutral/request.ts'
import { asList, asRecord } from '../fields.ts'
import { isListed, restore, spelled, type JsonObject, type Reading } from './reading.ts'
import { mixesTools } from './tools.ts'
import type { Turns } from './turns.ts'

const configFields: ReadonlySet<'functionCallingConfig'> = new Set(['functionCallingConfig'])
const callingFields: ReadonlySet<'mode' | 'allowedFunctionNames'> = new Set(['mode', 'allowedFunctionNames'])
const callingAt = 'toolConfig.functionCallingConfig.'

export function readToolChoice(toolConfig: unknown, reading: Reading): ToolChoice | null {
  const config = asRecord(toolConfig)
  if (config === null) return null
  reading.list('present', 'toolConfig')
  const calling = asRecord(reading.take(config, configFields, 'toolConfig.').functionCallingConfig)
  if (calling === null) return null
  reading.list('present', 'functionCallingConfig')
  const { mode, allowedFunctionNames } = reading.take(calling, callingFields, callingAt)
  if (typeof mode === 'string') reading.spell('mode', mode)
  const names = asList(allowedFunctionNames).filter((name) => typeof name === 'string')
  const choice = choiceOf(mode, names)
  if (choice?.kind !== 'named' && allowedFunctionNames !== undefined)
    reading.keep(`${callingAt}allowedFunctionNames`, allowedFunctionNames)
  return choice
}

function choiceOf(mode: unknown, names: readonly string[]): ToolChoice | null {
  const [name] = names
  switch (typeof mode === 'string' ? mode.toUpperCase() : null) {
    case 'AUTO':
    case 'VALIDATED':
      return { kind: 'auto' }
    case 'NONE':
      return { kind: 'none' }
    case 'ANY':
      return name !== undefined && names.length === 1 ? { kind: 'named', name } : { kind: 'required' }
    default:
      return null
  }
}

const modes = { auto: 'AUTO', none: 'NONE', required: 'ANY', named: 'ANY' } as const

/** @returns undefined where nothing is to be said. */
export function writeToolConfig(turns: Turns, tools: readonly JsonObject[] | undefined): JsonObject | undefined {
  const { request, dropped, isOwn } = turns
  const { carried } = request
  if (request.parallelTools === false) dropped.add('parallel_tool_calls')
  const out: JsonObject = {}
  const calling = writeCalling(turns, tools)
  if (calling !== null) out['functionCallingConfig'] = calling
  // The API refuses the one without the other.
  if (!isOwn && mixesTools(tools)) out['includeServerSideToolInvocations'] = true
  restore(out, carried, 'toolConfig.')
  return Object.keys(out).length === 0 && !isListed(carried, 'present', 'toolConfig') ? undefined : out
}

function writeCalling(
  { request: { toolChoice, carried } }: Turns,
  tools: readonly JsonObject[] | undefined,
): JsonObject | null {
  const spelledMode = spelled(carried, 'mode')
  const out: JsonObject = {}
  if (toolChoice === null) {
    if (!isListed(carried, 'present', 'functionCallingConfig')) return null
    if (spelledMode !== undefined) out['mode'] = spelledMode
    return restore(out, carried, callingAt)
  }
  const hasFunctions = tools?.some((tool) => 'functionDeclarations' in tool) === true
  // A mode without functions is refused.
  if (!hasFunctions && spelledMode === undefined) return null
  const isAsSpelled = spelledMode !== undefined && choiceOf(spelledMode, [])?.kind === kindOf(toolChoice)
  out['mode'] = isAsSpelled ? spelledMode : modes[toolChoice.kind]
  if (toolChoice.kind === 'named') out['allowedFunctionNames'] = [toolChoice.name]
  return restore(out, carried, callingAt)
}

const kindOf = ({ kind }: ToolChoice): ToolChoice['kind'] => (kind === 'named' ? 'required' : kind)
