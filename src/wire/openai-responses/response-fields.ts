/** What a response says around its output: the settings it repeats, its dates, the provider's own books. */
import { isNumber } from '../../neutral/exact-number.ts'
import type { Finish } from '../../neutral/reply.ts'
import { asRecord, parseJsonExactly, type JsonRecord } from '../fields.ts'
import { keep, type Kept } from './carried.ts'
import { writeFinish } from './finish.ts'
import { readReply as readFacts } from './response.ts'
import { writeUsage } from './usage.ts'

/**
 * Fields that repeat the request, or its defaults: the client knows them, and an answer in this dialect gives them back from the
 * request it answers.
 */
export const echoed: readonly string[] = [
  'background',
  'frequency_penalty',
  'instructions',
  'max_output_tokens',
  'max_tool_calls',
  'metadata',
  'parallel_tool_calls',
  'presence_penalty',
  'previous_response_id',
  'prompt',
  'prompt_cache_key',
  'prompt_cache_retention',
  'reasoning',
  'safety_identifier',
  'service_tier',
  'store',
  'temperature',
  'text',
  'tool_choice',
  'tools',
  'top_logprobs',
  'top_p',
  'truncation',
  'user',
]

const read: ReadonlySet<string> = new Set([
  ...echoed,
  'id',
  'object',
  'created_at',
  'completed_at',
  'status',
  'model',
  'output',
  'usage',
  'billing',
  'tool_usage',
])

/** What is carried of a response besides its parts. */
export function carryResponse(response: JsonRecord, finish: Finish): Kept {
  const { status, incomplete_details } = writeFinish(finish)
  const isSaid = Bun.deepEquals(response['incomplete_details'], incomplete_details)
  const rest = Object.entries(response).filter(
    ([name]) => !read.has(name) && !(isSaid && name === 'incomplete_details'),
  )
  const spelling: Record<string, string> = {}
  for (const name of ['created_at', 'completed_at'])
    if (isNumber(response[name])) spelling[name] = JSON.stringify(response[name])
  for (const name of ['status', 'object'])
    if (typeof response[name] === 'string' && response[name] !== status) spelling[name] = JSON.stringify(response[name])
  for (const name of ['billing', 'tool_usage'])
    if (response[name] !== undefined) spelling[name] = JSON.stringify(response[name])
  const usage = asRecord(response['usage'])
  // Counts that nobody else counts, and zeros that not every server writes.
  if (usage !== null && !isPlain(usage, response)) spelling['usage'] = JSON.stringify(usage)
  return keep(rest, spelling)
}

function isPlain(usage: JsonRecord, response: JsonRecord): boolean {
  const { usage: counted } = readFacts(response)
  return counted !== null && Bun.deepEquals(usage, writeUsage(counted))
}

/** The same fields again. */
export const ownFields = ({ fields, spelling }: Kept): JsonRecord => ({
  ...Object.fromEntries(Object.entries(spelling).map(([name, said]) => [name, parseJsonExactly(said)])),
  ...fields,
})
