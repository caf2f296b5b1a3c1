/** A request of the Messages API as a neutral one. */
import { AppError } from '../../neutral/error.ts'
import { numberIn } from '../../neutral/exact-number.ts'
import type { Message, TextPart } from '../../neutral/message.ts'
import { noOptions, noSampling, type NeutralRequest, type OutputFormat, type Tool } from '../../neutral/request.ts'
import type { Effort, Thinking } from '../../neutral/thinking.ts'
import { asCount, asRecord, asString } from '../fields.ts'
import { anyBoolean, anyText, exactly, Fields, texts } from './carried.ts'
import { readContent, readText, type BlockSource } from './read-blocks.ts'
import { readThinking, takeEffort } from './thinking.ts'
import { readTool, readToolChoice } from './tools.ts'

/** @throws AppError `invalid-request` when there is no conversation to be read. */
export function readRequest(
  body: unknown,
  url: { readonly model: string | null; readonly isStream: boolean },
): NeutralRequest {
  const record = asRecord(body)
  if (record === null) throw new AppError('invalid-request', 'The request body must be a JSON object.')
  const fields = new Fields(record)
  const messages = fields.take('messages', readMessages)
  if (messages === null) throw new AppError('invalid-request', '`messages` must be a list of messages.')
  const model = fields.take('model', asString) ?? url.model ?? ''
  const system = takeSystem(fields)
  const tools = fields.take('tools', readTools) ?? []
  const toolUse = fields.takeInner('tool_choice', readToolChoice)
  const output = takeOutput(fields)
  const thinking = takeThinking(fields, output.effort)
  const isStream = fields.take('stream', anyBoolean)
  if (isStream === false) fields.spell('stream', 'false')
  return {
    model,
    system,
    messages,
    tools,
    toolChoice: toolUse?.choice ?? null,
    parallelTools: toolUse?.parallel ?? null,
    sampling: {
      ...noSampling,
      temperature: fields.take('temperature', numberIn),
      topP: fields.take('top_p', numberIn),
      topK: fields.take('top_k', numberIn),
    },
    maxOutputTokens: fields.take('max_tokens', asCount),
    stop: fields.take('stop_sequences', (value) => (texts(value)?.length === 0 ? null : texts(value))) ?? [],
    thinking,
    format: output.format,
    // `metadata.user_id` names a user or an account of one vendor, and stays carried.
    options: { ...noOptions, serviceTier: takeTier(fields) },
    isStream: isStream === true,
    wantsStreamUsage: true,
    // Present even when empty: the writer leaves a request of its own dialect as it was.
    carried: fields.rest(),
  }
}

const readTools = (value: unknown): readonly Tool[] | null =>
  Array.isArray(value) && value.length > 0 ? value.map(readTool) : null

function takeSystem(fields: Fields): readonly TextPart[] {
  const system = fields.take('system', readSystem)
  if (typeof system !== 'string') return system ?? []
  fields.spell('system', 'text')
  return system === '' ? [] : [{ type: 'text', text: system }]
}

/** @returns The text, the parts, or null when something else than text stands in the list, or nothing. */
function readSystem(value: unknown): string | readonly TextPart[] | null {
  if (typeof value === 'string') return value
  if (!Array.isArray(value) || value.length === 0) return null
  const parts = value.map((entry) => {
    const block = asRecord(entry)
    return block?.type === 'text' && typeof block.text === 'string' ? readText(block) : null
  })
  return parts.every((part) => part !== null) ? parts : null
}

/** The dialect's words for a tier, as the others have them. */
const tiers: Readonly<Record<string, string>> = { auto: 'auto', standard_only: 'default' }

function takeTier(fields: Fields): string | null {
  return fields.take('service_tier', (value) => (typeof value === 'string' ? (tiers[value] ?? null) : null))
}

interface Output {
  readonly effort: Effort | null
  readonly format: OutputFormat | null
}

function takeOutput(fields: Fields): Output {
  const output = fields.takeInner('output_config', (inner): Output => {
    inner.spell('present', 'true')
    return { effort: takeEffort(inner), format: inner.takeInner('format', readFormat) }
  })
  if (output?.format != null) return output
  // The field's name while it was in beta.
  const older = fields.takeInner('output_format', readFormat)
  if (older !== null) fields.spell('format', 'output_format')
  return { effort: output?.effort ?? null, format: older }
}

function readFormat(fields: Fields): OutputFormat | null {
  const schema = fields.take('schema', asRecord)
  if (schema === null) return null
  fields.take('type', exactly('json_schema'))
  return { kind: 'schema', schema, name: null, description: null, isStrict: null }
}

function takeThinking(fields: Fields, effort: Effort | null): Thinking | null {
  const thinking = fields.takeInner('thinking', readThinking)
  if (thinking !== null) return { ...thinking, effort }
  return effort === null ? null : { isOn: null, effort, budgetTokens: null, shows: null }
}

const readMessages = (value: unknown): readonly Message[] | null =>
  Array.isArray(value) ? value.map(readMessage) : null

function readMessage(value: unknown, index: number): Message {
  const source: BlockSource = { signer: null, nameCall: (place) => `toolu_${index}_${place}` }
  const record = asRecord(value)
  if (record === null)
    return { role: 'user', parts: [{ type: 'foreign', dialect: 'anthropic', name: 'message', value }] }
  const fields = new Fields(record)
  const role = takeRole(fields)
  const content = fields.take('content', (value) =>
    typeof value === 'string' || Array.isArray(value) ? readContent(value, source) : null,
  )
  if (content?.spelling != null) fields.spell('content', 'text')
  else if (content === null) fields.spell('content', 'none')
  return { role, parts: content?.parts ?? [], ...fields.carried() }
}

/** A role that the dialect does not have is spoken by the user; `developer` says what `system` does. */
function takeRole(fields: Fields): Message['role'] {
  const role = fields.take('role', anyText)
  if (role === 'user' || role === 'assistant' || role === 'system') return role
  if (role !== null) fields.spell('role', role)
  return role === 'developer' ? 'system' : 'user'
}
